//! Processes ended, stopped and stood still in the middle of a data step: what they leave, and how the next run goes on.
//!
//! The guest adds one to a counter, so that a row done twice, or not at all, shows.

mod boundaries;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command};
use std::time::Duration;

use super::support::{Kind, Output, Project, Target, targets, wait_for};

/// Adds one to every number of its first column after the key.
const INCREMENT: &str = r#"(module
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 8))
  (func (export "strat_abi") (result i32) (i32.const 1))
  (func (export "strat_alloc") (param $len i32) (result i32)
    (local $at i32) (local $pages i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get $len)))
    (local.set $pages (i32.sub (i32.shr_u (i32.add (global.get $top) (i32.const 65535)) (i32.const 16)) (memory.size)))
    (if (i32.gt_s (local.get $pages) (i32.const 0)) (then (drop (memory.grow (local.get $pages)))))
    (local.get $at))
  (func (export "strat_run") (param $in i32) (param $len i32) (result i64)
    (local $rows i32) (local $i i32) (local $at i32) (local $columns i32) (local $column i32)
    (local.set $rows (i32.load offset=8 (local.get $in)))
    (local.set $columns (i32.load offset=12 (local.get $in)))
    ;; The last column's descriptor moves into the place of the first; the batch goes back with that one column.
    (local.set $column (i32.add (i32.add (local.get $in) (i32.const 16))
      (i32.mul (i32.sub (local.get $columns) (i32.const 1)) (i32.const 40))))
    (local.set $at (i32.add (local.get $in) (i32.load offset=24 (local.get $column))))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $i) (local.get $rows)))
        (i64.store (local.get $at) (i64.add (i64.load (local.get $at)) (i64.const 1)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (memory.copy (i32.add (local.get $in) (i32.const 16)) (local.get $column) (i32.const 40))
    (i32.store offset=12 (local.get $in) (i32.const 1))
    (i64.or (i64.shl (i64.extend_i32_u (local.get $in)) (i64.const 32)) (i64.extend_i32_u (local.get $len)))))
"#;

/// The module of the guest that adds one.
pub fn increment() -> Vec<u8> {
    sandbox::wat_to_wasm(INCREMENT).expect("it assembles")
}

const TABLE: &str = r#"Draft(message: "counters", steps: [CreateTable(name: "counters", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "n", type: BigInt, nullable: false, default: Literal(0)),
], constraints: [(is: PrimaryKey(["id"]))])])"#;

const ADD: &str = r#"Draft(message: "add one", steps: [
    Backfill(script: "add", table: "counters", read: ["n"], write: ["n"], undo: None("a test")),
])"#;

/// So many rows take long enough to be disturbed, one a batch.
pub fn all_rows(target: &Target) -> usize {
    if target.kind == Kind::Sqlite { 3000 } else { 600 }
}

/// A workspace whose head adds one to every counter.
pub fn counting() -> Project {
    let project = Project::init();
    project.write("data-scripts/add/add.wasm", increment());
    project.write("migrations/0001-counters.ron", TABLE);
    project.write("migrations/0002-add.ron", ADD);
    project.strat(["record"]).ok();
    project
}

/// Applies the table and fills it.
#[track_caller]
pub fn filled(project: &Project, target: &Target) {
    project.strat(["up", "head-1", "--target", &target.url]).ok();
    let values: Vec<String> = (1..=all_rows(target)).map(|id| format!("({id}, {})", id % 7)).collect();
    target.sql(&format!("INSERT INTO counters (id, n) VALUES {}", values.join(", ")));
}

/// What the receipts say, without what a run is free in.
pub fn receipts(target: &Target) -> Vec<String> {
    let text = match target.kind {
        Kind::Sqlite => "CAST(record AS TEXT)",
        Kind::Postgres => "convert_from(record, 'UTF8')",
        Kind::Mysql => "CONVERT(record USING utf8mb4)",
    };
    let rows = target.sql(&format!("SELECT {text} FROM strat_journal WHERE kind = 'receipt' ORDER BY seq"));
    let told = |row: &Vec<String>| {
        let told = row[0].lines().filter(|line| {
            let line = line.trim_start();
            ["read:", "changed:", "unchanged:", "input:", "output:", "module:", "fuel:"]
                .iter()
                .any(|w| line.starts_with(w))
        });
        told.map(|line| format!("{}\n", line.trim())).collect::<String>()
    };
    rows.iter().map(told).collect()
}

/// Stops the test unless every counter was added to once, as a run says it that nobody disturbed.
#[track_caller]
pub fn exactly_once(project: &Project, target: &Target) {
    let off = format!(
        "SELECT count(*) FROM counters WHERE n <> id {} 7 + 1",
        if target.kind == Kind::Mysql { "MOD" } else { "%" }
    );
    assert_eq!(target.value(&off), "0", "{}: rows done twice or not at all", target.name);
    let undisturbed = targets::fresh(target.kind).expect("as this one was had");
    filled(project, &undisturbed);
    project.strat(["up", "--target", &undisturbed.url]).ok();
    let expected = receipts(&undisturbed);
    assert_eq!(expected.len(), 1);
    assert!(expected[0].contains(&format!("read: {},", all_rows(target))), "{}", expected[0]);
    let without_fuel = |all: Vec<String>| -> Vec<String> {
        all.into_iter()
            .map(|one| one.lines().filter(|l| !l.starts_with("fuel")).collect::<Vec<_>>().join("\n"))
            .collect()
    };
    assert_eq!(without_fuel(receipts(target)), without_fuel(expected), "{}", target.name);
    // One run more does nothing.
    let before = target.sql("SELECT seq, hash FROM strat_journal ORDER BY seq");
    assert!(project.strat(["up", "--target", &target.url]).ok().contains("nothing to do"));
    assert_eq!(target.sql("SELECT seq, hash FROM strat_journal ORDER BY seq"), before);
    assert_eq!(target.value("SELECT count(*) FROM strat_progress"), "0");
    project.strat(["verify", "--target", &target.url]).ok();
}

/// Starts `up` with a batch a row, as fast as it goes.
pub fn by_rows(project: &Project, target: &Target, more: &[&str]) -> Child {
    let mut args = vec!["up", "--batch-rows", "1", "--target", &target.url];
    args.extend(more);
    project.start(&args)
}

/// Starts `up` with a batch a row, and so few of them a second that others have time to do something beside it.
pub fn slowly(project: &Project, target: &Target, more: &[&str]) -> Child {
    let rows = (all_rows(target) / 6).to_string();
    by_rows(project, target, &[&["--max-rows-per-second", &rows], more].concat())
}

pub fn done(target: &Target) -> usize {
    let query = format!(
        "SELECT count(*) FROM counters WHERE n <> id {} 7",
        if target.kind == Kind::Mysql { "MOD" } else { "%" }
    );
    target.value(&query).parse().expect("a number")
}

/// Waits until some rows are done.
#[track_caller]
pub fn under_way(child: &mut Child, target: &Target, rows: usize) {
    wait_for("so many rows are done", || {
        assert!(child.try_wait().expect("it can be asked").is_none(), "it ended too soon");
        done(target) >= rows
    });
}

pub fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(status.expect("kill is there").success());
}

pub fn ended(child: Child) -> Output {
    child.wait_with_output().expect("it ends").into()
}

#[test]
fn a_killed_backfill_resumes_exactly_once() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        for rows in [20, 60] {
            let mut child = slowly(&project, &target, &[]);
            under_way(&mut child, &target, rows);
            signal(&child, "KILL");
            assert_eq!(ended(child).code, 128 + 9);
            assert!(done(&target) < all_rows(&target), "{}: it was done before it was killed", target.name);
        }
        assert_eq!(target.value("SELECT count(*) FROM strat_progress"), "1");
        let said = project.strat(["up", "--target", &target.url]).ok();
        assert!(said.contains("state=resumed"), "{}: {said}", target.name);
        exactly_once(&project, &target);
    }
}

#[test]
fn a_backfill_killed_after_any_batch_resumes_exactly_once() {
    // Whatever the moment: between batches, in a transaction, at its commit, before the receipt.
    let moments = if super::support::crash_full() { 40 } else { 6 };
    let target = targets::sqlite();
    let project = counting();
    filled(&project, &target);
    for moment in 0..moments {
        let child = by_rows(&project, &target, &[]);
        std::thread::sleep(Duration::from_millis(15 + moment * 7));
        signal(&child, "KILL");
        ended(child);
    }
    project.strat(["up", "--target", &target.url]).ok();
    exactly_once(&project, &target);
}

#[test]
fn an_interrupt_finishes_the_batch_and_leaves_with_5() {
    for target in targets::all() {
        for name in ["INT", "TERM"] {
            let project = counting();
            let target = targets::fresh(target.kind).expect("as this one was had");
            filled(&project, &target);
            let mut child = slowly(&project, &target, &[]);
            under_way(&mut child, &target, 20);
            signal(&child, name);
            let said = ended(child).expect_code(5).stderr;
            assert!(said.contains("stopping after this batch"), "{said}");
            assert!(
                said.contains("everything so far is kept") && said.contains("`strat up` goes on"),
                "{said}"
            );
            let left = done(&target);
            assert!((20..all_rows(&target)).contains(&left), "{}: {left}", target.name);
            assert_eq!(project.strat(["status", "--check", "--target", &target.url]).code, 5);
            assert_eq!(done(&target), left, "status wrote");
            project.strat(["up", "--target", &target.url]).ok();
            exactly_once(&project, &target);
        }
    }
}

/// Stands the process still where it holds no lock of the file, not even a reader's: nobody could commit beside it.
fn stand_still(child: &Child, target: &Target) {
    for _ in 0..200 {
        signal(child, "STOP");
        std::thread::sleep(Duration::from_millis(5));
        if target.try_sql(".timeout 50\nBEGIN EXCLUSIVE; ROLLBACK;").is_ok() {
            return;
        }
        signal(child, "CONT");
        std::thread::sleep(Duration::from_millis(3));
    }
    panic!("it was always in a transaction");
}

#[test]
fn a_run_that_stood_still_past_its_lease_writes_nothing_when_it_wakes() {
    let target = targets::sqlite();
    let project = counting();
    filled(&project, &target);
    let mut child = slowly(&project, &target, &[]);
    under_way(&mut child, &target, 20);
    stand_still(&child, &target);
    let left = done(&target);
    // While its lease holds, it is waited for, by name.
    let said = project.strat(["up", "--wait", "0s", "--target", &target.url]).expect_code(6).stderr;
    assert!(said.contains(&format!("pid {}", child.id())), "{said}");
    assert_eq!(done(&target), left);
    // The minute that the lease has left goes by.
    target.sql("UPDATE strat_lease SET until_ms = 1");
    let mut second = slowly(&project, &target, &[]);
    under_way(&mut second, &target, left + 10);
    // Both are at it now; the first finds a newer number than its own.
    signal(&child, "CONT");
    let said = ended(child).expect_code(6).stderr;
    assert!(said.contains("another run has taken this target over"), "{said}");
    assert!(said.contains("`strat status`"), "{said}");
    ended(second).expect_code(0);
    exactly_once(&project, &target);
}

#[test]
fn a_run_that_wakes_after_another_has_finished_writes_nothing() {
    let target = targets::sqlite();
    let project = counting();
    filled(&project, &target);
    let mut child = slowly(&project, &target, &[]);
    under_way(&mut child, &target, 20);
    stand_still(&child, &target);
    target.sql("UPDATE strat_lease SET until_ms = 1");
    project.strat(["up", "--target", &target.url]).ok();
    let fence = target.value("SELECT fence FROM strat_lease");
    let journal = target.sql("SELECT seq, hash FROM strat_journal ORDER BY seq");
    signal(&child, "CONT");
    ended(child).expect_code(6);
    assert_eq!(target.sql("SELECT seq, hash FROM strat_journal ORDER BY seq"), journal);
    assert_eq!(target.value("SELECT fence FROM strat_lease"), fence);
    exactly_once(&project, &target);
}

#[test]
fn a_run_that_stands_still_on_a_server_keeps_the_target_and_goes_on() {
    for target in targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite) {
        let project = counting();
        filled(&project, &target);
        let mut child = slowly(&project, &target, &[]);
        under_way(&mut child, &target, 20);
        signal(&child, "STOP");
        let said = project.strat(["up", "--wait", "0s", "--target", &target.url]).expect_code(6).stderr;
        assert!(said.contains("the target is held by"), "{}: {said}", target.name);
        signal(&child, "CONT");
        ended(child).expect_code(0);
        exactly_once(&project, &target);
    }
}

#[test]
fn progress_off_a_terminal_is_told_in_plain_lines() {
    let target = targets::sqlite();
    let project = counting();
    filled(&project, &target);
    let mut child = slowly(&project, &target, &[]);
    under_way(&mut child, &target, 20);
    signal(&child, "KILL");
    ended(child);
    let mut child = project.start(&["--format", "json", "up", "--target", &target.url]);
    let out = BufReader::new(child.stdout.take().expect("piped"));
    let lines: Vec<String> = out.lines().map(|line| line.unwrap()).collect();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    for line in &lines {
        let value: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(value["strat"], 1, "{line}");
    }
    assert!(lines.iter().any(|line| line.contains("\"resumed\":true")), "{lines:?}");
}

#[test]
fn a_transaction_that_a_crash_left_in_the_file_is_rolled_back_by_whoever_comes_next() {
    let project = counting();
    for verb in [&["status"][..], &["plan"], &["up", "--dry-run"], &["up"], &["verify"]] {
        let target = targets::sqlite();
        filled(&project, &target);
        let mut other = Command::new("sqlite3")
            .arg(target.path())
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("sqlite3 starts");
        // More than its cache holds, so that pages are in the file before the commit.
        let sql = "PRAGMA cache_size = 1; BEGIN; UPDATE counters SET n = n + 1000; CREATE TABLE half AS SELECT * FROM counters; \
                   INSERT INTO half SELECT a.id, b.n FROM counters a, counters b LIMIT 20000; SELECT 'written';\n";
        std::io::Write::write_all(other.stdin.as_mut().expect("piped"), sql.as_bytes()).unwrap();
        let mut said = String::new();
        BufReader::new(other.stdout.as_mut().expect("piped")).read_line(&mut said).unwrap();
        signal(&other, "KILL");
        other.wait().unwrap();
        assert!(target.path().with_file_name("test.db-journal").exists(), "nothing was left to roll back");
        let mut args = verb.to_vec();
        args.extend(["--target", &target.url]);
        project.strat(&args).ok();
        assert!(!target.path().with_file_name("test.db-journal").exists());
        assert_eq!(target.value("SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), "0");
        project.strat(["up", "--target", &target.url]).ok();
        exactly_once(&project, &target);
    }
}
