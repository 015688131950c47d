//! Scripts of these shapes on an author's desk.

use super::{SPLIT, SUM};
use crate::support::{Project, targets};

const SPLIT_RON: &str = r#"Script(
    table: "posts",
    reads: {"id": BigInt, "tags": Text, "author": Varchar(40)},
    into: {
        "post_tags": {"post": BigInt, "position": Integer, "tag": Text},
        "mentions": {"author": Varchar(40), "times": Integer},
    },
    params: {"separator": ","},
)"#;

const SPLIT_CASE: &str = r#"(
    rows: [{"id": 7, "tags": "a,b", "author": "x"}, {"id": 8, "tags": "", "author": "y"}],
    expect: [
        {"@from": 0, "@into": "post_tags", "post_tags.post": 7, "post_tags.position": 0, "post_tags.tag": "a"},
        {"@from": 0, "@into": "post_tags", "post_tags.post": 7, "post_tags.position": 1, "post_tags.tag": "b"},
        {"@from": 0, "@into": "mentions", "mentions.author": "x", "mentions.times": 2},
        {"@from": 1, "@into": "mentions", "mentions.author": "y", "mentions.times": 0},
    ],
)"#;

const SUM_RON: &str = r#"Script(
    table: "events",
    reads: {"org": Varchar(40), "day": Date, "amount": BigInt},
    group: ["org", "day"],
    into: {"daily": {"org": Varchar(40), "day": Date, "events": Integer, "amount": BigInt, "name": Text}},
    lookups: {"orgs": {"code": Varchar(40), "name": Text}},
)"#;

const SUM_CASE: &str = r#"(
    rows: [
        {"org": "a", "day": "2025-01-01", "amount": 1}, {"org": "a", "day": "2025-01-01", "amount": 2},
        {"org": "a", "day": "2025-01-02", "amount": 4}, {"org": "b", "day": "2025-01-02", "amount": 8},
    ],
    expect: [
        {"org": "a", "day": "2025-01-01", "events": 2, "amount": 3, "name": "A"},
        {"org": "a", "day": "2025-01-02", "events": 1, "amount": 4, "name": "A"},
        {"org": "b", "day": "2025-01-02", "events": 1, "amount": 8},
    ],
    lookups: {"orgs": [{"code": "a", "name": "A"}]},
)"#;

fn with(script: &str, manifest: &str, case: &str) -> Project {
    put(Project::init(), script, manifest, case)
}

/// Builds a script in a workspace, which has no other of its name.
fn put(project: Project, script: &str, manifest: &str, case: &str) -> Project {
    let _ = std::fs::remove_dir_all(project.path("data-scripts/it"));
    project.write("data-scripts/it/script.js", script).write("data-scripts/it/script.ron", manifest);
    project.write("data-scripts/it/cases/one.ron", case);
    project.strat(["script", "build", "it"]).ok();
    project
}

#[test]
fn cases_hold_what_is_made_of_rows_groups_and_lookups() {
    // NULL in `tags` is left out by the step's condition; the extremes know nothing of it.
    let split =
        SPLIT.replace("row.tags.split", "(row.tags ?? '').split").replace("row.author", "row.author ?? ''");
    let said = with(&split, SPLIT_RON, SPLIT_CASE).strat(["script", "test", "it"]).ok();
    assert!(said.contains("extremes") && said.contains("in batches of 1 and 7, backwards"), "{said}");
    let project = with(SUM, SUM_RON, SUM_CASE);
    let said = project.strat(["script", "test", "it"]).ok();
    assert!(said.contains("in batches of 1 and 7 groups, backwards"), "{said}");
    let wrong = SUM_CASE.replace(r#""code": "a""#, r#""kode": "a""#);
    project.write("data-scripts/it/cases/one.ron", wrong);
    let said = project.strat(["script", "test", "it"]).expect_code(1).stderr;
    assert!(said.contains("did you mean `code`?"), "{said}");
}

#[test]
fn what_would_be_made_of_real_rows_is_shown() {
    for target in targets::all() {
        let split = SPLIT.replace("row.tags.split", "(row.tags ?? '').split");
        let project = put(super::workspace(super::TRANSFER), &split, SPLIT_RON, SPLIT_CASE);
        super::filled(&project, &target, 12);
        let sample =
            |rows: &str| project.strat(["script", "test", "it", "--target", &target.url, "--sample", rows]);
        let said = sample("6").ok();
        let made =
            "5 rows of posts: 5 rows for mentions and 6 rows for post_tags would be made, 0 rejected; ";
        assert!(said.contains(made), "{}: {said}", target.name);
        assert!(said.contains("  id = 1   → post_tags  position = 0, post = 1, tag = \"t1\"\n"), "{said}");
        assert!(said.ends_with("nothing was written\n"), "{said}");
        let replay = |args: &[&str]| {
            project.strat([&["script", "replay", "it", "--target", &target.url], args].concat())
        };
        let said = replay(&["--row", "id=2", "--save", "two"]).ok();
        assert!(said.contains("→ mentions") && said.contains("passes; nothing was written"), "{said}");
        project.strat(["script", "test", "it", "--case", "two"]).ok();
        target.sql("INSERT INTO events (id, org, day, amount) VALUES (100, 'o0', '2025-01-06', 1)");
        let project = put(project, SUM, SUM_RON, SUM_CASE);
        let sample =
            |rows: &str| project.strat(["script", "test", "it", "--target", &target.url, "--sample", rows]);
        let said = sample("2").ok();
        let made = "2 rows of events in 1 group: 1 row for daily would be made, 0 rejected; ";
        assert!(said.contains(made) && said.contains("events = 2"), "{}: {said}", target.name);
        assert!(said.contains("name = \"Zéro\""), "the lookup has no rows: {said}");
        // Of a group that has more rows all are taken.
        assert!(sample("1").ok().contains("2 rows of events in 1 group"));
        assert!(sample("100").ok().contains("13 rows of events in 12 groups"));
        assert_eq!(target.value("SELECT count(*) FROM post_tags"), "0");
    }
}

#[test]
fn a_group_is_replayed_and_becomes_a_case() {
    for target in targets::all() {
        let project = put(super::workspace(super::AGGREGATE), SUM, SUM_RON, SUM_CASE);
        super::filled(&project, &target, 6);
        target.sql("INSERT INTO events (id, org, day, amount) VALUES (100, 'o4', '2025-02-01', 3), (101, 'o4', '2025-02-01', 4)");
        let replay = |args: &[&str]| {
            project.strat([&["script", "replay", "it", "--target", &target.url], args].concat())
        };
        let group = ["--row", "org=o4", "--row", "day=2025-02-01"];
        let said = replay(&[&group[..], &["--save", "real"]].concat()).ok();
        assert!(
            said.contains("events group org = o4, day = 2025-02-01, 2 rows\n"),
            "{}: {said}",
            target.name
        );
        assert!(said.contains("  in   id = 101, amount = 4\n"), "{said}");
        assert!(said.contains("amount = 7") && said.contains("name = \"Four\""), "{said}");
        project.strat(["script", "test", "it", "--case", "real"]).ok();
        let said = replay(&["--row", "id=100"]).expect_code(1).stderr;
        assert!(said.contains("a row of events is named by org and day"), "{said}");
        let said = replay(&["--row", "org=o9", "--row", "day=2025-02-01"]).expect_code(1).stderr;
        assert!(said.contains("events has no group org = o9, day = 2025-02-01"), "{said}");
        // A step says which table it is, and which of its rows.
        let teams = |text: &str| text.replace("orgs", "teams");
        let step = |table: &str| {
            let lookup = format!("{{\"teams\": (table: \"{table}\", rows: Where(Eq(\"code\", \"o0\")), ");
            let draft = super::AGGREGATE.replace("{\"orgs\": (table: \"orgs\", ", &lookup);
            draft.replace("script: \"sum\"", "script: \"it\"")
        };
        let project = put(project, &teams(SUM), &teams(SUM_RON), &teams(SUM_CASE));
        let replay = || {
            project.strat([&["script", "replay", "it", "--target", &target.url], &group[..]].concat()).ok()
        };
        assert!(replay().contains("lookup teams is empty here: "), "no table has that name");
        project.write("migrations/0003-more.ron", step("orgs"));
        let said = replay();
        assert!(!said.contains("is empty here") && !said.contains("Four"), "{said}");
        let said = project.strat(["script", "test", "it", "--target", &target.url]).ok();
        assert!(said.contains("name = \"Zéro\""), "{said}");
        project.write("migrations/0003-more.ron", step("crews"));
        assert!(replay().contains("crews"), "it isn't said which table is missing");
    }
}

#[test]
fn what_depends_on_the_other_rows_of_a_batch_is_found() {
    let counting = SPLIT.replace(r#""post_tags.position": position"#, r#""post_tags.position": out.length"#);
    let counting = counting.replace("row.tags.split", "(row.tags ?? '').split");
    let case = SPLIT_CASE.replace(r#""tags": """#, r#""tags": "c""#);
    let said = with(&counting, SPLIT_RON, &case).strat(["script", "test", "it"]).expect_code(1).stdout;
    assert!(said.contains("row 1 alone becomes something else"), "{said}");
    let carried = SUM.replace("amount: 0n", "amount: out.length === 0 ? 0n : out[out.length - 1].amount");
    let said = with(&carried, SUM_RON, SUM_CASE).strat(["script", "test", "it"]).expect_code(1).stdout;
    assert!(said.contains("alone becomes something else"), "{said}");
}

#[test]
fn a_new_script_of_each_shape_builds_and_passes_its_own_test() {
    let project = Project::init();
    for language in ["javascript", "python", "rust", "c", "zig", "assemblyscript", "go"] {
        for shape in ["transfer", "aggregate"] {
            let name = format!("{language}-{shape}");
            let said = project.strat(["script", "new", &name, "--lang", language, "--shape", shape]).ok();
            if said.contains("it can't be built here yet") {
                targets::skip(&name, "its compiler isn't here");
                continue;
            }
            project.strat(["script", "build", &name]).ok();
            let module = std::fs::metadata(project.path(format!("data-scripts/{name}/{name}.wasm"))).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::mode(&module.permissions());
            assert_eq!(mode & 0o111, 0, "{name} is no program");
            let said = project.strat(["script", "test", &name]).ok();
            assert!(said.contains("ok      ordinary"), "{said}");
        }
    }
    let said =
        project.strat(["script", "new", "w", "--lang", "wat", "--shape", "transfer"]).expect_code(1).stderr;
    assert!(said.contains("--lang javascript"), "{said}");
}

#[test]
fn a_new_script_takes_its_types_from_both_tables() {
    let project = super::workspace(super::AGGREGATE);
    let args = ["script", "new", "per-org", "--lang", "javascript", "--shape", "aggregate"];
    project.strat([&args[..], &["--reads", "events.org", "--writes", "daily.amount"]].concat()).ok();
    let manifest = project.text("data-scripts/per-org/script.ron");
    assert!(manifest.contains("group: [\"org\"]") && manifest.contains("\"daily\": {"), "{manifest}");
    assert!(
        manifest.contains("\"org\": Varchar(40)") && manifest.contains("\"amount\": BigInt"),
        "{manifest}"
    );
    project.strat(["script", "test", "per-org"]).ok();
    let backfill = ["script", "new", "x", "--lang", "wat", "--reads", "events.org", "--writes", "daily.name"];
    let said = project.strat(backfill).expect_code(1).stderr;
    assert!(said.contains("--shape transfer"), "{said}");
}
