//! Data steps run again: on copies that stand before them or behind them, of any kind, in either engine; and what doesn't fit a receipt
//! told apart by words.

mod aside;
mod receipts;
mod sample;

use serde_json::Value;

use super::kill::counting;
use super::support::{Output, Project, Target, targets};

const TABLE: &str = r#"Draft(message: "docs", steps: [CreateTable(name: "docs", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "title", type: Text),
], constraints: [(is: PrimaryKey(["id"]))])])"#;

/// The usual recipe: the column is new, and the rows are chosen by its being empty.
const SLUGS: &str = r#"Draft(message: "slugs", steps: [
    AddColumn(table: "docs", column: (name: "slug", type: Text)),
    Backfill(script: "slug", table: "docs", rows: Where(IsNull("slug")), read: ["title"], write: ["slug"], undo: None("new")),
])"#;

/// The second data step goes on with what the first one made.
const MORE: &str = r#"Draft(message: "more", steps: [
    AddColumn(table: "docs", column: (name: "slug2", type: Text)),
    Backfill(script: "slug2", table: "docs", read: ["title"], write: ["slug2"], undo: None("new")),
    AddColumn(table: "docs", column: (name: "slug3", type: Text)),
    Backfill(script: "slug3", table: "docs", read: ["slug2"], write: ["slug3"], undo: None("new")),
])"#;

/// A workspace whose head writes a slug for every title.
pub fn slugs() -> Project {
    let project = Project::init();
    let template = include_str!("../../data-scripts/sdk/wat/template.wat");
    let text = template.replace("@READ@", "title").replace("@WRITE@", "slug");
    project.write("data-scripts/slug/slug.wasm", sandbox::wat_to_wasm(&text).unwrap());
    project.write("migrations/0001-docs.ron", TABLE);
    project.write("migrations/0002-slugs.ron", SLUGS);
    project.strat(["record"]).ok();
    project
}

/// Applies the table and fills it; equal rows on every target.
#[track_caller]
pub fn filled(project: &Project, target: &Target, rows: usize) {
    project.strat(["up", "head-1", "--target", &target.url]).ok();
    let values: Vec<String> = (1..=rows).map(|id| format!("({id}, 'Title {id} é')")).collect();
    target.sql(&format!("INSERT INTO docs (id, title) VALUES {}", values.join(", ")));
}

/// A target that has the head applied over so many rows.
#[track_caller]
pub fn done(project: &Project, rows: usize) -> Target {
    let target = targets::sqlite();
    filled(project, &target, rows);
    project.strat(["up", "--target", &target.url]).ok();
    target
}

/// Runs the head's data step again.
pub fn again(project: &Project, target: &Target, more: &[&str]) -> Output {
    let mut args = vec!["replay", "head", "--target", &target.url];
    args.extend(more);
    project.strat(args)
}

/// The same, as a program is told.
#[track_caller]
pub fn told(project: &Project, target: &Target, code: i32, more: &[&str]) -> Value {
    let mut args = vec!["--format", "json", "replay", "head", "--target", &target.url];
    args.extend(more);
    serde_json::from_str(&project.strat(args).expect_code(code).stdout).expect("one document")
}

#[test]
fn a_step_runs_again_on_a_copy_of_any_kind_and_in_either_engine() {
    let project = slugs();
    let source = done(&project, 300);
    for copy in targets::all() {
        filled(&project, &copy, 300);
        let journal = copy.sql("SELECT seq, hash FROM strat_journal ORDER BY seq");
        for engine in ["wasmtime", "wasmi", "both"] {
            let said = again(&project, &copy, &["--receipt-of", &source.url, "--engine", engine]).ok();
            assert!(said.contains("which stands before the entry"), "{}: {said}", copy.name);
            assert!(said.contains("as the receipt says: the same rows in"), "{}: {said}", copy.name);
        }
        // Nothing was written: neither rows nor a word of ours.
        assert_eq!(copy.sql("SELECT seq, hash FROM strat_journal ORDER BY seq"), journal);
        assert!(copy.try_sql("SELECT slug FROM docs").is_err(), "{}", copy.name);
        project.strat(["up", "--target", &copy.url]).ok();
        let said = again(&project, &copy, &[]).ok();
        assert!(said.contains("which has the entry applied"), "{}: {said}", copy.name);
        let document = told(&project, &copy, 0, &["--receipt-of", &source.url, "--engine", "both"]);
        assert_eq!(document["ok"], true);
        assert_eq!(document["place"], "behind");
        assert_eq!(document["rows"], 300);
        assert_eq!(document["input"], document["issued"]["receipt"]["input"]);
        assert_eq!(document["output"], document["issued"]["receipt"]["output"]);
    }
}

#[test]
fn another_input_is_told_by_its_rows() {
    let project = slugs();
    for kind in super::support::Kind::ALL {
        let Some(target) = targets::fresh(kind) else { continue };
        filled(&project, &target, 50);
        project.strat(["up", "--target", &target.url]).ok();
        target.sql("DELETE FROM docs WHERE id = 7");
        let said = again(&project, &target, &[]).expect_code(7).stderr;
        assert!(said.contains("another input: the receipt has 50 rows, here are 49, 1 less"), "{said}");
        target.sql("INSERT INTO docs (id, title) VALUES (7, 'Title 7 é'), (51, 'x'), (52, NULL)");
        let said = again(&project, &target, &[]).expect_code(7).stderr;
        assert!(said.contains("another input: the receipt has 50 rows, here are 52, 2 more"), "{said}");
        target.sql("DELETE FROM docs WHERE id > 50");
        // What the step wrote may have been changed since: the rows that went in are the same.
        let said = again(&project, &target, &[]).ok();
        assert!(said.contains("1 row stands otherwise in the target by now"), "{said}");
        target.sql("UPDATE docs SET title = 'another' WHERE id = 9");
        let document = told(&project, &target, 7, &[]);
        assert_eq!(document["findings"][0]["kind"], "input");
        let message = document["findings"][0]["message"].as_str().unwrap();
        assert!(message.contains("50 rows as in the receipt, but not the same"), "{message}");
    }
}

#[test]
fn a_step_that_wrote_over_its_input_runs_again_on_a_copy_from_before_it() {
    let project = counting();
    let (target, copy) = (targets::sqlite(), targets::sqlite());
    super::kill::filled(&project, &target);
    super::kill::filled(&project, &copy);
    project.strat(["up", "--target", &target.url]).ok();
    let said = again(&project, &target, &[]).expect_code(1).stderr;
    assert!(said.contains("the step wrote over what went into it, column n"), "{said}");
    again(&project, &copy, &["--receipt-of", &target.url]).ok();
    // A copy holds the counts that the step found, so that what the receipt counts as changed is compared too.
    copy.sql("UPDATE counters SET n = n + 1 WHERE id = 1");
    let said = again(&project, &copy, &["--receipt-of", &target.url]).expect_code(7).stderr;
    assert!(said.contains("another input"), "{said}");
}

#[test]
fn where_a_step_cannot_run_again_the_reason_is_told() {
    let project = slugs();
    let (target, empty) = (done(&project, 5), targets::sqlite());
    let refused = |target: &Target, args: &[&str], words: &str| {
        let mut all = vec!["replay"];
        all.extend(args);
        all.extend(["--target", &target.url]);
        let said = project.strat(all).expect_code(1).stderr;
        assert!(said.contains(words), "{args:?}: {said}");
    };
    let source = ["--receipt-of", &target.url];
    refused(&empty, &["head", source[0], source[1]], "lacks 1 of the entries before the step");
    refused(&empty, &["head"], "has no receipt of entry");
    refused(&target, &["head-1"], "the entry has no data step");
    refused(&target, &["head#1"], "has no receipt of entry");
    refused(&target, &["head#0"], "steps count from 1");
    refused(&target, &["root"], "the root is the empty schema");
    refused(&target, &["head", "--receipt-of", "nobody"], "nobody");
    project.write(
        "migrations/0003-gone.ron",
        r#"Draft(message: "gone", accept: ["H101"], steps: [DropColumn(table: "docs", column: "title")])"#,
    );
    project.strat(["record"]).ok();
    let later = done(&project, 5);
    refused(&later, &["head-1"], "column title, which goes into the step, isn't in the target");
}

#[test]
fn an_entry_with_several_data_steps_wants_a_number() {
    let project = slugs();
    let template = include_str!("../../data-scripts/sdk/wat/template.wat");
    for (read, write) in [("title", "slug2"), ("slug2", "slug3")] {
        let text = template.replace("@READ@", read).replace("@WRITE@", write);
        project.write(format!("data-scripts/{write}/{write}.wasm"), sandbox::wat_to_wasm(&text).unwrap());
    }
    project.write("migrations/0003-more.ron", MORE);
    project.strat(["record"]).ok();
    let (target, copy) = (targets::sqlite(), targets::sqlite());
    for one in [&target, &copy] {
        project.strat(["up", "head-2", "--target", &one.url]).ok();
        one.sql("INSERT INTO docs (id, title) VALUES (1, 'A'), (2, NULL), (3, 'C')");
        project.strat(["up", "head-1", "--target", &one.url]).ok();
    }
    project.strat(["up", "--target", &target.url]).ok();
    let said = again(&project, &target, &[]).expect_code(1).stderr;
    assert!(said.contains("several data steps: #2, #4"), "{said}");
    for step in ["head#2", "head#4"] {
        project.strat(["replay", step, "--target", &target.url]).ok();
    }
    // On a copy from before, the second one's rows aren't made yet.
    let before = ["--target", &copy.url, "--receipt-of", &target.url];
    project.strat([&["replay", "head#2"], &before[..]].concat()).ok();
    let said = project.strat([&["replay", "head#4"], &before[..]].concat()).expect_code(1).stderr;
    assert!(said.contains("what goes into step 4 is made by step 2 of the same entry"), "{said}");
}

#[test]
fn every_data_step_of_the_example_runs_again() {
    let project = Project::example();
    project.strat(["up"]).ok();
    let listed = project.strat(["--format", "json", "replay"]).ok();
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let receipts = listed["receipts"].as_array().unwrap();
    assert_eq!(receipts.len(), 7);
    for one in receipts {
        let step = format!("{}#{}", one["entry"].as_str().unwrap(), one["step"]);
        let said = project.strat(["replay", &step, "--engine", "both"]).ok();
        assert!(said.contains("as the receipt says"), "{said}");
    }
}
