//! What was changed in rows that a step made, until it was undone, comes back when it is done again.

use super::{AGGREGATE, SUM, TRANSFER, filled, settled, up, workspace, workspace_of};
use crate::support::{Project, Target, targets};

const TAGS: &str =
    "SELECT post, position, tag, source FROM post_tags WHERE post <> 99 ORDER BY post, position";
const MENTIONS: &str =
    "SELECT id, author, times FROM mentions WHERE author <> 'new' ORDER BY author, times, id";
const DAILY: &str = "SELECT org, day, events, amount, coalesce(name, '-') FROM daily ORDER BY org, day";

/// Takes the step back, which asks for nothing, and does it again.
fn there_and_back(project: &Project, target: &Target, kept: &str) {
    let plan = project.strat(["plan", "-1", "--down", "--target", &target.url]).ok();
    assert!(plan.contains("keeps in the vault what was changed in its rows"), "{plan}");
    project.strat(["down", "-1", "--target", &target.url]).ok();
    assert_eq!(target.value("SELECT count(*) FROM strat_made"), "0", "{}", target.name);
    let list = project.strat(["vault", "list", "--target", &target.url]).ok();
    assert!(list.contains(kept), "{}: {list}", target.name);
    settled(project, target);
    up(project, target, "7");
    assert_eq!(target.value("SELECT count(*) FROM strat_vault"), "0", "{}", target.name);
    settled(project, target);
}

#[test]
fn what_was_changed_in_the_rows_of_a_transfer_comes_back() {
    for target in targets::all() {
        let project = workspace(TRANSFER);
        filled(&project, &target, 40);
        up(&project, &target, "50");
        for statement in [
            "UPDATE post_tags SET tag = 'own', source = 'me' WHERE post = 7 AND position = 1",
            "DELETE FROM post_tags WHERE post = 6 AND position = 0",
            "UPDATE mentions SET times = 99 WHERE author = 'a1'",
            "INSERT INTO post_tags (post, position, tag, source) VALUES (7, 9, 'mine', 'me')",
            // Of these there is less to be made now, of this nothing any more, and this is new.
            "UPDATE posts SET tags = 't1' WHERE id = 11",
            "UPDATE posts SET tags = NULL WHERE id = 2",
            "INSERT INTO posts (id, author, tags) VALUES (99, 'new', 't0')",
        ] {
            target.sql(statement);
        }
        let before = (target.sql(TAGS), target.sql(MENTIONS));
        for _ in 0..2 {
            there_and_back(&project, &target, "post_tags, mentions");
            assert_eq!((target.sql(TAGS), target.sql(MENTIONS)), before, "{}", target.name);
            assert_eq!(target.value("SELECT count(*) FROM post_tags WHERE post = 99"), "1");
        }
        // The rows that were made of what was kept are the step's too.
        project.strat(["down", "-1", "--target", &target.url]).ok();
        assert_eq!(target.sql("SELECT post, tag FROM post_tags"), [["7", "mine"]], "{}", target.name);
        assert_eq!(target.value("SELECT count(*) FROM mentions"), "0", "{}", target.name);
    }
}

#[test]
fn what_was_changed_in_the_rows_of_an_aggregate_comes_back() {
    for target in targets::all() {
        let project = workspace(AGGREGATE);
        filled(&project, &target, 240);
        up(&project, &target, "50");
        for statement in [
            "UPDATE daily SET name = 'own' WHERE org = 'o1'",
            "UPDATE daily SET name = NULL, amount = -1 WHERE org = 'o0' AND day = '2025-01-06'",
            "DELETE FROM daily WHERE org = 'o4' AND day = '2025-01-03'",
            "DELETE FROM events WHERE day = '2025-01-12'",
            "UPDATE orgs SET name = 'Another' WHERE code = 'o4'",
        ] {
            target.sql(statement);
        }
        let before = target.sql(DAILY);
        there_and_back(&project, &target, "daily");
        assert_eq!(target.sql(DAILY), before, "{}", target.name);
    }
}

#[test]
fn rows_are_kept_whole_where_the_script_refuses_what_it_reads_now() {
    for target in targets::all() {
        let project = workspace(TRANSFER);
        filled(&project, &target, 40);
        up(&project, &target, "50");
        let before = (target.sql(TAGS), target.sql(MENTIONS));
        let long = "x".repeat(50);
        target.sql(&format!("UPDATE posts SET tags = '{long}' WHERE id = 13"));
        project.strat(["down", "-1", "--target", &target.url]).ok();
        project.strat(["up", "--target", &target.url]).expect_code(3);
        target.sql("UPDATE posts SET tags = 't5' WHERE id = 13");
        up(&project, &target, "50");
        assert_eq!((target.sql(TAGS), target.sql(MENTIONS)), before, "{}", target.name);
        settled(&project, &target);
    }
}

const PAIRS: &str = r#"Draft(message: "pairs", steps: [CreateTable(name: "pairs", columns: [
    (name: "post", type: BigInt, nullable: false), (name: "position", type: Integer, nullable: false),
], constraints: [(is: PrimaryKey(["post", "position"]))])])"#;

const PAIR: &str = r#"Draft(message: "pair", steps: [
    Transfer(script: "split", table: "posts", rows: Where(NotNull("tags")), read: ["tags"],
        into: [(table: "pairs", write: ["post", "position"])]),
])"#;

const SPLIT_PAIRS: &str = r#"const writes = { "@from": "integer", post: "big_int", position: "integer" };
function batch(rows) {
  return rows.flatMap((row, from) =>
    row.tags.split(",").map((_, position) => ({ "@from": from, post: row.id, position })));
}"#;

/// Of a table of nothing but a key there are no cells to tell what became of a row.
#[test]
fn rows_that_are_nothing_but_a_key_come_back() {
    let all = "SELECT post, position FROM pairs ORDER BY post, position";
    for target in targets::all() {
        let project = workspace_of(PAIRS, SPLIT_PAIRS, SUM);
        project.write("migrations/0003-pair.ron", PAIR);
        project.strat(["record"]).ok();
        filled(&project, &target, 40);
        up(&project, &target, "50");
        target.sql("DELETE FROM pairs WHERE post = 6 AND position = 0");
        target.sql("UPDATE posts SET tags = NULL WHERE id = 7");
        let before = target.sql(all);
        for _ in 0..2 {
            there_and_back(&project, &target, "pairs");
            assert_eq!(target.sql(all), before, "{}", target.name);
        }
    }
}
