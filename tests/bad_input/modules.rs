//! Modules that misbehave: refused at `record` where that can be seen, stopped by the sandbox where it can't.

use super::{fails, goes_on, ledger_kept, up, users};
use crate::support::{Project, Target, root, targets};

/// The module of one of the sandbox's own fixtures.
fn guest(name: &str) -> Vec<u8> {
    let path = root().join(format!("crates/sandbox/tests/guests/{name}.wat"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    sandbox::wat_to_wasm(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

const STEP: &str = r#"Draft(message: "x", steps: [Backfill(script: "g", table: "users", read: ["n"], write: ["n"], undo: None("a test"))])"#;

/// A workspace and a target with three rows, and a step whose module this is.
#[track_caller]
fn with(module: &[u8], target: &Target) -> Project {
    let project = users();
    up(&project, target).ok();
    target.sql("INSERT INTO users (id, n) VALUES (10, 1), (20, 2), (30, 3)");
    project.write("data-scripts/g/g.wasm", module);
    project.write("migrations/0002-x.ron", STEP);
    project
}

fn rows(target: &Target) -> Vec<Vec<String>> {
    target.sql("SELECT id, n FROM users ORDER BY id")
}

/// A module that `record` can tell is wrong.
#[track_caller]
fn refused_at_record(module: &[u8], words: &[&str]) {
    let target = targets::sqlite();
    let project = with(module, &target);
    ledger_kept(&project, || fails(project.strat(["record"]), 1, words));
    assert!(project.files("ledger/blobs").is_empty(), "a blob was left");
    std::fs::remove_file(project.path("migrations/0002-x.ron")).unwrap();
    goes_on(&project, &target);
}

/// A module that only shows what it is when it runs: the step stops with exit code 3, no row of the batch is written, and
/// after the entry is taken back everything goes on.
#[track_caller]
fn stopped_at_up(name: &str, words: &[&str]) {
    for target in targets::all() {
        let project = with(&guest(name), &target);
        project.strat(["record"]).ok();
        let before = rows(&target);
        for _ in 0..2 {
            let said = ledger_kept(&project, || up(&project, &target));
            let said = fails(said, 3, words);
            assert!(
                said.stderr.contains("backfill of users.") && said.stderr.contains("step 1 of entry"),
                "{}",
                said.stderr
            );
            assert!(said.stderr.contains("hint: `strat script "), "{}", said.stderr);
            assert_eq!(rows(&target), before, "{} after {name}", target.name);
        }
        project.strat(["verify", "--target", &target.url]).ok();
        project.strat(["unrecord"]).ok();
        std::fs::remove_file(project.path("migrations/0002-x.ron")).unwrap();
        goes_on(&project, &target);
        assert_eq!(rows(&target), before, "{} after {name}", target.name);
    }
}

#[test]
fn a_module_that_imports_a_clock() {
    refused_at_record(
        &guest("wasi_clock"),
        &["script g", "wasi_snapshot_preview1.clock_res_get", "measures time", "parameter"],
    );
}

#[test]
fn a_module_that_is_no_module() {
    refused_at_record(b"not wasm", &["script g"]);
    refused_at_record(b"", &["script g"]);
    let cut = guest("echo");
    refused_at_record(&cut[..cut.len() - 3], &["script g"]);
}

#[test]
fn a_module_of_another_contract() {
    refused_at_record(&guest("abi_2"), &["contract version 2", "speaks 1"]);
}

#[test]
fn no_module_at_all() {
    let target = targets::sqlite();
    let project = with(b"", &target);
    std::fs::remove_file(project.path("data-scripts/g/g.wasm")).unwrap();
    ledger_kept(&project, || {
        fails(project.strat(["record"]), 1, &["script g isn't built", "strat script build g"])
    });
}

#[test]
fn a_module_that_loops_for_ever() {
    stopped_at_up("loop", &["fuel", "fuel_per_row"]);
    stopped_at_up("fill", &["fuel"]);
}

#[test]
fn a_module_that_eats_memory() {
    stopped_at_up("memory_bomb", &["bytes of memory", "its limit is 67108864", "memory_mib"]);
}

#[test]
fn a_module_that_traps() {
    stopped_at_up("trap", &["trapped in divide: integer divide by zero"]);
    stopped_at_up("stack", &["call stack overflowed"]);
}

#[test]
fn a_module_that_returns_garbage() {
    stopped_at_up("garbage", &["wrong output", "STRB"]);
    stopped_at_up("outside", &["wrong output"]);
}

#[test]
fn a_module_that_writes_an_undeclared_column() {
    stopped_at_up("undeclared", &["column secret: isn't declared under write"]);
}

#[test]
fn a_module_that_gives_null_for_not_null() {
    stopped_at_up("null", &["users.", "at row id = 20", "not null: column n: NULL in a NOT NULL column"]);
}

#[test]
fn the_same_in_json_says_the_same() {
    let target = targets::sqlite();
    let project = with(&guest("trap"), &target);
    project.strat(["record"]).ok();
    let said = project.strat(["--format", "json", "up", "--target", &target.url]);
    let said = fails(said, 3, &["trapped in divide"]);
    for line in said.stdout.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
}

#[test]
fn an_entry_that_stands_half_done_is_not_taken_back() {
    let target = targets::sqlite();
    let project = with(&guest("trap"), &target);
    let text = project.text("migrations/0002-x.ron");
    let add = r#"steps: [AddColumn(table: "users", column: (name: "m", type: BigInt)), "#;
    project.write("migrations/0002-x.ron", text.replace("steps: [", add));
    project.strat(["record"]).ok();
    fails(up(&project, &target), 3, &["step 2 of entry"]);
    let entries = project.files("ledger/entries");
    let said = project.strat(["redo", "--target", &target.url]);
    fails(said, 5, &["was cut off in the middle", "hint: `strat up` finishes it"]);
    assert_eq!(project.files("ledger/entries"), entries);
    assert_eq!(project.strat(["status", "--check", "--target", &target.url]).code, 5);
    project.strat(["verify"]).ok();
}
