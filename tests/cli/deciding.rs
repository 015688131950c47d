//! Decisions of merges that have a catch: what can't be undone any more, what goes in a circle, what isn't of one sort.

use serde_json::Value;

use super::{add, draft, record, with_users};
use crate::support::Project;

/// SQL that touches one table.
fn sql(table: &str, statement: &str, down: bool) -> String {
    let down = if down { ", down: [\"SELECT 1\"]" } else { "" };
    format!("Sql(on: {{\"sqlite\": (up: [{statement:?}]{down})}}, touches: [{table:?}])")
}

/// Two branches over the users: SQL on `side`, a new column on `main`.
fn forked(down: bool) -> Project {
    let project = with_users();
    project.strat(["branch", "side"]).ok();
    record(&project, "0002-theirs", &sql("users", "UPDATE users SET email = lower(email)", down));
    project.strat(["switch", "main"]).ok();
    record(&project, "0003-ours", &add("phone"));
    project
}

fn merge(project: &Project, with: &[&str], code: i32) -> String {
    project.strat([&["merge"], with].concat()).expect_code(code).stdout
}

#[test]
fn choices_that_want_undone_what_cant_be_come_last() {
    let order = |project: &Project| -> Vec<(String, Value)> {
        let told: Value = serde_json::from_str(&merge(project, &["side", "--format", "json"], 3)).unwrap();
        let choices = told["conflicts"][0]["choices"].as_array().unwrap().clone();
        choices.into_iter().map(|c| (c["word"].as_str().unwrap().to_owned(), c["lasting"].clone())).collect()
    };
    let found = order(&forked(true));
    let words: Vec<&str> = found.iter().map(|(word, _)| word.as_str()).collect();
    assert_eq!(words, ["ours-first", "theirs-first", "ours", "theirs"]);
    assert!(found.iter().all(|(_, lasting)| lasting == &Value::Array(vec![])), "{found:?}");

    let project = forked(false);
    let found = order(&project);
    let words: Vec<&str> = found.iter().map(|(word, _)| word.as_str()).collect();
    assert_eq!(words, ["theirs-first", "theirs", "ours-first", "ours"]);
    for (word, lasting) in &found {
        let stuck = word.starts_with("ours");
        assert_eq!(lasting.as_array().unwrap().len(), usize::from(stuck), "{word}");
        if stuck {
            assert_eq!(
                (&lasting[0]["why"], &lasting[0]["place"]),
                (&"stuck".into(), &"migrations/0002-theirs.ron:1".into())
            );
        }
    }
    let line =
        "where “run hand-written SQL” ran, it can't be undone: such a database can't come to this merge";
    assert_eq!(merge(&project, &["side"], 3).matches(line).count(), 2);

    // It is said once more when it is decided, and that is how it is.
    project.strat(["up", "0002-theirs", "--target", "sqlite:side.db"]).ok();
    assert!(merge(&project, &["side", "--resolve", "1=ours"], 0).contains(line));
    let refused = project.strat(["up", "--target", "sqlite:side.db"]).expect_code(3);
    assert!(refused.stderr.contains("has to be undone on the way, and can't be"), "{}", refused.stderr);
    project.strat(["up", "--target", "sqlite:fresh.db"]).ok();
}

#[test]
fn two_sorts_of_things_are_not_made_one() {
    let project = with_users();
    project.strat(["branch", "side"]).ok();
    record(&project, "0002-theirs", "CreateEnum(name: \"tags\", values: [\"a\"])");
    project.strat(["switch", "main"]).ok();
    record(&project, "0003-ours", "CreateTable(name: \"tags\", columns: [(name: \"id\", type: BigInt)])");
    let said = merge(&project, &["side"], 3);
    assert!(said.contains("only one of the two can be called `tags`") && !said.contains("same="), "{said}");
    let id = |label: &str| -> String {
        let told: Value =
            serde_json::from_str(&project.strat(["show", label, "--format", "json"]).ok()).unwrap();
        told["id"].as_str().unwrap().to_owned()
    };
    let object = |label: &str, part: u32| format!("(entry: {:?}, step: 0, part: {part})", id(label));
    let file = "migrations/0004-merge-side-into-main.ron";
    let text = String::from_utf8(project.read(file)).unwrap();
    for (part, why) in [(0, "table `tags` and enum `tags` are things of two sorts"), (7, "isn't there")] {
        let same = format!("Same(a: {}, b: {}, prefer: A),", object("main", part), object("side", 0));
        project.write(file, text.replace("Open(\"1\"),", &same));
        for command in [&["merge", "side"][..], &["record", file]] {
            let refused = project.strat(command).expect_code(1);
            assert!(
                refused.stderr.contains(why) && refused.stderr.contains(&format!("{file}:")),
                "{}",
                refused.stderr
            );
        }
    }
}

#[test]
fn orders_that_go_in_a_circle_are_asked_about() {
    let project = with_users();
    record(&project, "0002-notes", "CreateTable(name: \"notes\", columns: [(name: \"id\", type: BigInt)])");
    let step = |stem: &str, table: &str, n: u8| {
        record(&project, stem, &sql(table, &format!("UPDATE {table} SET id = id + {n} - {n}"), true));
    };
    project.strat(["branch", "a"]).ok();
    step("0003-a1", "users", 1);
    project.strat(["branch", "two"]).ok();
    project.strat(["switch", "a"]).ok();
    step("0004-a2", "notes", 2);
    project.strat(["branch", "b", "0002-notes"]).ok();
    step("0005-b1", "notes", 3);
    project.strat(["switch", "a"]).ok();
    merge(&project, &["b", "--resolve", "1=ours-first"], 0);
    project.strat(["switch", "b"]).ok();
    step("0006-b2", "users", 4);
    project.strat(["switch", "two"]).ok();
    merge(&project, &["b", "--resolve", "1=theirs-first"], 0);
    project.strat(["switch", "a"]).ok();
    let said = merge(&project, &["two"], 3);
    assert!(said.contains("and together that goes in a circle"), "{said}");
    assert!(said.contains("1=ours    ours stands, theirs is turned around"), "{said}");
    merge(&project, &["two", "--resolve", "1=theirs"], 0);
    project.strat(["up", "--target", "sqlite:fresh.db"]).ok();
    project.strat(["verify", "--target", "sqlite:fresh.db"]).ok();
}

#[test]
fn what_is_contained_or_only_ahead_of_a_new_branch_is_not_recorded() {
    let project = with_users();
    project.strat(["branch", "side"]).ok();
    let said = merge(&project, &["main"], 0);
    assert_eq!(said, "branch side already contains main: nothing to merge\n");
    project.strat(["switch", "main"]).ok();
    assert_eq!(merge(&project, &[], 0), "branch main has no second head: nothing to merge\n");
    record(&project, "0002-more", &add("more"));
    project.strat(["switch", "side"]).ok();
    let entries = project.files("ledger/entries").len();
    let would = merge(&project, &["main", "--preview"], 0);
    assert!(would.starts_with("branch side would go on from "), "{would}");
    let goes = merge(&project, &["main"], 0);
    assert!(goes.starts_with("branch side goes on from ") && goes.contains("nothing to record"), "{goes}");
    assert_eq!(merge(&project, &["main"], 0), "branch side already contains main: nothing to merge\n");
    assert_eq!(project.files("ledger/entries").len(), entries);
    record(&project, "0003-side", &add("side"));
    assert!(project.strat(["log"]).ok().contains("0003-side"));
    project.strat(["up"]).ok();
    project.strat(["verify", "--target", "sqlite:strat.db"]).ok();
}

#[test]
fn the_way_back_from_a_merge_asks_which_side_stays() {
    let project = with_users();
    let score = |ty: &str| format!("AddColumn(table: \"users\", column: (name: \"score\", type: {ty}))");
    project.strat(["branch", "side"]).ok();
    record(&project, "0002-theirs", &score("Integer"));
    project.strat(["switch", "main"]).ok();
    record(&project, "0003-ours", &score("Text"));
    merge(&project, &["side", "--resolve", "1=theirs"], 0);
    project.strat(["up"]).ok();
    let asked = project.strat(["down", "-1"]).expect_code(1);
    assert!(
        asked.stderr.contains(" merges ") && asked.stderr.contains("name the one you mean"),
        "{}",
        asked.stderr
    );
    // What the merge gave up was never done here, and is done on the way back to its side.
    project.strat(["down", "0003-ours", "--accept", "H101"]).ok();
    project.strat(["verify", "--target", "sqlite:strat.db"]).ok();
    let status = project.strat(["status"]).ok();
    assert!(status.contains("2 entries pending"), "{status}");
    project.strat(["up", "--accept", "H101"]).ok();
    project.strat(["verify", "--target", "sqlite:strat.db"]).ok();
}

#[test]
fn an_open_merge_is_not_forgotten() {
    let project = forked(true);
    merge(&project, &["side"], 3);
    let said = project.strat(["record"]).ok();
    assert!(
        said.contains("0004-merge-side-into-main.ron joins branches: `strat merge` goes on with it"),
        "{said}"
    );
    project.write("migrations/0009-x.ron", draft("x", &add("x")));
    project.strat(["record"]).ok();
}

#[test]
fn what_a_backfill_without_a_way_back_leaves_is_said() {
    let project = with_users();
    let new = ["script", "new", "lower", "--lang=wat", "--reads=users.email", "--writes=users.email"];
    project.strat(new).ok();
    project.strat(["branch", "side"]).ok();
    let fill = |column: &str| {
        format!(
            "Backfill(script: \"lower\", table: \"users\", read: [\"email\"], write: [{column:?}], undo: None(\"why not\"))"
        )
    };
    let own = project.text("data-scripts/lower/script.ron");
    // A column that comes and goes with it is no matter.
    project.write("data-scripts/lower/script.ron", own.replace("writes: {\"email\"", "writes: {\"mail\""));
    project.write("migrations/0002-lower.ron", draft("lower", &format!("{}, {}", add("mail"), fill("mail"))));
    assert!(!project.strat(["lint"]).ok().contains("H403"));
    project.write("data-scripts/lower/script.ron", own);
    project.write("migrations/0002-lower.ron", draft("lower", &fill("email")));
    let said = project.strat(["lint"]).ok();
    assert!(said.contains("H403") && said.contains("what it writes to `email` stays"), "{said}");
    project.strat(["record"]).ok();
    project.strat(["switch", "main"]).ok();
    record(&project, "0003-ours", "SetNotNull(table: \"users\", column: \"email\")");
    let stays = "ran, what it wrote stays (H403)";
    assert!(merge(&project, &["side"], 3).contains(stays));
    project.strat(["up", "0002-lower", "--target", "sqlite:side.db"]).ok();
    assert!(merge(&project, &["side", "--resolve", "1=ours"], 0).contains(stays));
    let plan = project.strat(["plan", "--target", "sqlite:side.db"]).ok();
    assert!(plan.contains("H403") && plan.contains("what it wrote to `email` of `users` stays"), "{plan}");
    assert!(!project.strat(["plan", "--target", "sqlite:fresh.db"]).ok().contains("H403"));
}

/// Two branches that add a column to the keys, which stand in another database, unlike each other.
fn apart_in_another_database() -> Project {
    let project = with_users();
    let targets = r#"(default: "main", targets: {"main": (url: "sqlite:main.db"), "auth": (url: "sqlite:auth.db", database: "auth")})"#;
    project.write("strat.ron", targets);
    let write = |stem: &str, steps: &str| {
        let text = format!("Draft(message: {stem:?}, database: \"auth\", steps: [{steps}])\n");
        project.write(format!("migrations/{stem}.ron"), text);
        project.strat(["record"]).ok();
    };
    let label = |ty: &str| format!("AddColumn(table: \"keys\", column: (name: \"label\", type: {ty}))");
    write("0002-keys", "CreateTable(name: \"keys\", columns: [(name: \"id\", type: BigInt)])");
    project.strat(["branch", "side"]).ok();
    write("0003-theirs", &label("Integer"));
    project.strat(["switch", "main"]).ok();
    write("0004-ours", &label("Text"));
    project
}

#[test]
fn a_merge_has_steps_in_several_databases() {
    let project = apart_in_another_database();
    let file = "migrations/0005-merge-side-into-main.ron";
    let told: Value = serde_json::from_str(&merge(
        &project,
        &["side", "--resolve", "1=same=ours", "--preview", "--format", "json"],
        0,
    ))
    .unwrap();
    assert_eq!(told["commute"], true);
    let told: Value = serde_json::from_str(&merge(&project, &["side", "--format", "json"], 3)).unwrap();
    assert_eq!(told["conflicts"][0]["database"], "auth");
    let text = String::from_utf8(project.read(file)).unwrap();
    let own = |column: &str| {
        let index =
            format!("CreateIndex(table: \"keys\", index: (name: \"labels\", on: [Column({column:?})]))");
        let steps = format!("steps: [{}],\n    elsewhere: {{\"auth\": [{index}]}},", add("extra"));
        project.write(file, text.replace("steps: [],", &steps));
    };
    own("labl");
    let refused = project.strat(["merge", "side", "--resolve", "1=same=ours"]).expect_code(1);
    assert!(refused.stderr.contains(&format!("{file}:")), "{}", refused.stderr);
    assert!(refused.stderr.contains("did you mean `label`?"), "{}", refused.stderr);
    own("label");
    let said = merge(&project, &["side", "--resolve", "1=same=ours"], 0);
    assert!(
        said.contains("add column users.extra Text") && said.contains("create index labels on keys"),
        "{said}"
    );
    let shown = project.strat(["show"]).ok();
    assert!(shown.contains("databases: [\"main\", \"auth\"],"), "{shown}");
    let agreed = crate::verify::python(&project);
    assert_eq!(agreed.code, 0, "{}{}", agreed.stdout, agreed.stderr);
    for target in ["main", "auth"] {
        let plan = project.strat(["plan", "--target", target, "--sql"]).ok();
        assert_eq!(
            (plan.contains("extra"), plan.contains("labels")),
            (target == "main", target == "auth"),
            "{plan}"
        );
        project.strat(["up", "--target", target]).ok();
        project.strat(["verify", "--target", target]).ok();
        project.strat(["down", "0004-ours", "--target", target, "--accept", "H101"]).ok();
        project.strat(["verify", "--target", target]).ok();
        project.strat(["up", "--target", target, "--accept", "H101"]).ok();
        project.strat(["verify", "--target", target]).ok();
    }
}
