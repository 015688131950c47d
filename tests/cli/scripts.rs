//! `strat script`: from nothing to rows in a table.

use super::{add, draft, record, with_users};
use crate::support::{Project, targets};

const DOCS: &str = r#"CreateTable(
    name: "docs",
    columns: [(name: "id", type: BigInt, nullable: false), (name: "body", type: Text), (name: "slug", type: Text)],
    constraints: [(is: PrimaryKey(["id"]))],
)"#;

fn with_docs() -> Project {
    let project = with_users();
    record(&project, "0002-docs", DOCS);
    project
}

const NEW: [&str; 5] = ["script", "new", "slugs", "--reads=docs.body", "--writes=docs.slug"];

#[test]
fn a_script_is_made_built_and_passes_its_test() {
    for language in ["wat", "c", "rust", "zig", "assemblyscript", "go", "javascript", "python"] {
        let project = with_docs();
        let said = project.strat(NEW.iter().chain(&["--lang", language])).ok();
        if said.contains("can't be built here yet") {
            targets::skip(&format!("scripts in {language}"), "its compiler isn't installed");
            let output = project.strat(["script", "build", "slugs"]).expect_code(1);
            assert!(output.stderr.contains("hint: "), "{}", output.stderr);
            continue;
        }
        project.strat(["script", "build"]).ok();
        let said = project.strat(["script", "test"]).ok();
        assert!(said.contains("ok      ordinary") && said.contains("ok      extremes"), "{said}");
        assert!(project.strat(["script", "list"]).ok().contains("ABI 1"));
        let step =
            r#"Backfill(script: "slugs", table: "docs", read: ["body"], write: ["slug"], undo: None("new"))"#;
        record(&project, "0003-slugs", step);
        let target = targets::sqlite();
        project.strat(["up", "0002-docs", "--target", &target.url]).ok();
        target.sql("INSERT INTO docs (id, body) VALUES (1, 'Hello World'), (2, NULL), (3, 'ABC')");
        project.strat(["up", "--target", &target.url]).ok();
        assert_eq!(target.value("SELECT group_concat(slug) FROM docs"), "hello world,abc");
        project.strat(["down", "-1", "--accept", "H101", "--target", &target.url]).ok();
        project.strat(["up", "--target", &target.url]).ok();
        project.strat(["verify", "--target", &target.url]).ok();
    }
}

#[test]
fn a_case_that_fails_shows_both_sides_and_can_be_blessed() {
    let project = with_docs();
    project.strat(NEW.iter().chain(&["--lang", "wat"])).ok();
    project
        .write("data-scripts/slugs/cases/odd.ron", r#"(rows: [{"body": "ÄB"}], expect: [{"slug": "äb"}])"#);
    let output = project.strat(["script", "test", "slugs"]).expect_code(1);
    let shown =
        "row 0, slug\n            expected \"äb\"\n            got      \"Äb\"\n                      ^\n";
    assert!(output.stdout.contains(shown), "{}", output.stdout);
    project.strat(["script", "test", "slugs", "--bless"]).ok();
    project.strat(["script", "test", "slugs"]).ok();
    project.write("data-scripts/slugs/cases/odd.ron", r#"(rows: [{"bdy": "x"}], expect: [{}])"#);
    let output = project.strat(["script", "test", "slugs"]).expect_code(1);
    assert!(
        output.stderr.contains("odd.ron:1:") && output.stderr.contains("did you mean `body`?"),
        "{}",
        output.stderr
    );
}

#[test]
fn names_columns_and_folders_are_checked() {
    let project = with_docs();
    project.strat(["script", "new", "Slugs", "--lang", "wat"]).expect_code(1);
    project.strat(["script", "new", "../x", "--lang", "wat"]).expect_code(1);
    let output =
        project.strat(["script", "new", "x", "--lang", "wat", "--reads", "docs.boody"]).expect_code(1);
    assert!(output.stderr.contains("did you mean `body`?"), "{}", output.stderr);
    project.strat(["script", "new", "x", "--lang", "wat", "--reads", "docs.body,users.email"]).expect_code(1);
    project.strat(["script", "new", "x", "--lang", "wat"]).ok();
    project.strat(["script", "new", "x", "--lang", "wat"]).expect_code(1);
    project.strat(["script", "test", "y"]).expect_code(1);
}

/// A module from text, put where a built one would be; what is said when it is recorded.
#[track_caller]
fn recorded_with(text: &str) -> String {
    let project = with_docs();
    project.strat(NEW.iter().chain(&["--lang", "wat"])).ok();
    project.write("data-scripts/slugs/script.wat", text);
    let output = project.strat(["script", "build", "slugs"]).expect_code(1);
    output.stderr
}

#[test]
fn modules_are_looked_at_before_they_are_taken() {
    let said = recorded_with("(module (import \"wasi_snapshot_preview1\" \"clock_time_get\" (func)))");
    assert!(said.contains("clock_time_get"), "{said}");
    let said = recorded_with("(module (memory (export \"memory\") 1))");
    assert!(said.contains("strat_abi"), "{said}");
    assert!(recorded_with("(module (oops))").contains("oops"));
}

#[test]
fn an_unbuilt_script_is_told_before_anything_is_written() {
    let project = with_docs();
    let before = project.files("ledger");
    let step =
        r#"Backfill(script: "slugs", table: "docs", read: ["body"], write: ["slug"], undo: None("new"))"#;
    project.write("migrations/0003-slugs.ron", draft("slugs", step));
    let output = project.strat(["record"]).expect_code(1);
    assert!(output.stderr.contains("strat script new slugs"), "{}", output.stderr);
    project.write("data-scripts/slugs/script.rs", "");
    let output = project.strat(["record"]).expect_code(1);
    assert!(output.stderr.contains("strat script build slugs"), "{}", output.stderr);
    assert!(output.stderr.contains("there is no data-scripts/slugs/slugs.wasm\n"), "{}", output.stderr);
    assert_eq!(project.files("ledger"), before);
}

#[test]
fn no_entry_is_sealed_with_a_module_that_its_source_has_left_behind() {
    let project = with_docs();
    project.strat(NEW.iter().chain(&["--lang", "wat"])).ok();
    let right = project.text("data-scripts/slugs/script.wat");
    let module = project.read("data-scripts/slugs/slugs.wasm");
    let step =
        r#"Backfill(script: "slugs", table: "docs", read: ["body"], write: ["slug"], undo: None("new"))"#;
    project.write("migrations/0003-slugs.ron", draft("slugs", step));
    let stale = |project: &Project| {
        let output = project.strat(["record"]).expect_code(1);
        let said = "script slugs was changed after data-scripts/slugs/slugs.wasm was built from it";
        assert!(output.stderr.contains(said), "{}", output.stderr);
        assert!(output.stderr.contains("hint: `strat script build slugs`"), "{}", output.stderr);
        assert!(project.files("ledger/blobs").is_empty());
    };
    // Edited, and then built in vain: the module that is left is the old one.
    project.write("data-scripts/slugs/script.wat", "(module)");
    stale(&project);
    assert!(project.strat(["script", "list"]).ok().contains("changed since it was built"));
    project.strat(["script", "test", "slugs"]).expect_code(1);
    let output = project.strat(["script", "build", "slugs"]).expect_code(1);
    assert!(output.stderr.contains("data-scripts/slugs/slugs.wasm is from before"), "{}", output.stderr);
    assert_eq!(project.read("data-scripts/slugs/slugs.wasm"), module);
    stale(&project);
    // As in a clone, where nobody remembers what the module was built from.
    std::fs::remove_dir_all(project.path(".strat")).unwrap();
    project.strat(["script", "build", "slugs"]).expect_code(1);
    stale(&project);
    project.write("data-scripts/slugs/script.wat", right);
    project.strat(["script", "build", "slugs"]).ok();
    assert!(!project.strat(["script", "list"]).ok().contains("changed"));
    project.strat(["record"]).ok();
}

#[test]
fn a_step_and_its_script_have_to_name_the_same_columns() {
    let project = with_docs();
    project.strat(NEW.iter().chain(&["--lang", "wat"])).ok();
    let before = project.files("ledger");
    for (columns, said) in [
        (r#"read: ["slug"], write: ["slug"]"#, "reads `body`, which the step doesn't hand it"),
        (r#"read: ["body"], write: ["body"]"#, "doesn't write `body`, which the step wants of it"),
    ] {
        let step = format!(r#"Backfill(script: "slugs", table: "docs", {columns}, undo: None("new"))"#);
        project.write("migrations/0003-slugs.ron", draft("slugs", &format!("{}, {step}", add("note"))));
        for (command, code) in [("record", 1), ("lint", 4)] {
            let output = project.strat([command]).expect_code(code);
            let said = format!("migrations/0003-slugs.ron: step 2: script slugs {said}");
            let told = output.stdout + &output.stderr;
            assert!(told.contains(&said) && told.contains("data-scripts/slugs/script.ron"), "{told}");
        }
    }
    assert_eq!(project.files("ledger"), before);
    // The key is handed over unasked, and what a script makes nothing of does no harm.
    project.write(
        "data-scripts/slugs/script.ron",
        r#"Script(table: "docs", reads: {"id": BigInt}, writes: {"slug": Text})"#,
    );
    let step =
        r#"Backfill(script: "slugs", table: "docs", read: ["body"], write: ["slug"], undo: None("new"))"#;
    record(&project, "0003-slugs", step);
}

#[test]
fn a_missing_blob_stops_the_run() {
    let project = with_docs();
    project.strat(NEW.iter().chain(&["--lang", "wat"])).ok();
    let step =
        r#"Backfill(script: "slugs", table: "docs", read: ["body"], write: ["slug"], undo: None("new"))"#;
    record(&project, "0003-slugs", step);
    let blob = project.files("ledger/blobs").first().unwrap().clone();
    std::fs::remove_file(project.path(&blob)).unwrap();
    let output = project.strat(["verify"]).expect_code(7);
    assert!(output.stderr.contains(blob.file_name().unwrap().to_str().unwrap()), "{}", output.stderr);
    project.strat(["up"]).expect_code(7);
}
