//! Two at once: a second run says who holds the target, waits when it may, and never does a thing twice.

use std::time::Duration;

use super::{NOTES, fails, goes_on, up, users};
use crate::kill::{counting, ended, filled, slowly, under_way};
use crate::support::{Kind, targets};

fn added_once(kind: Kind) -> &'static str {
    match kind {
        Kind::Mysql => "SELECT count(*) FROM counters WHERE n <> id MOD 7 + 1",
        _ => "SELECT count(*) FROM counters WHERE n <> id % 7 + 1",
    }
}

#[test]
fn a_second_up_at_the_same_time_says_who_is_at_work() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        let mut first = slowly(&project, &target, &[]);
        under_way(&mut first, &target, 20);
        let said = project.strat(["up", "--wait", "0s", "--target", &target.url]);
        let said = fails(said, 6, &["the target is held by", "hint: wait for the other run", "--wait"]);
        if target.kind == Kind::Sqlite {
            assert!(said.stderr.contains(&format!("pid {}", first.id())), "{}", said.stderr);
        }
        ended(first).expect_code(0);
        assert_eq!(target.value(added_once(target.kind)), "0", "{}", target.name);
    }
}

#[test]
fn a_second_up_that_may_wait_goes_on_when_the_first_is_done() {
    for target in targets::all() {
        let project = counting();
        filled(&project, &target);
        let mut first = slowly(&project, &target, &[]);
        under_way(&mut first, &target, 20);
        let second = project.start(&["up", "--wait", "5m", "--target", &target.url]);
        ended(first).expect_code(0);
        let said = ended(second).expect_code(0);
        assert!(said.stdout.contains("waiting for "), "{}: {said:?}", target.name);
        assert_eq!(target.value(added_once(target.kind)), "0", "{}", target.name);
        assert_eq!(target.value("SELECT count(*) FROM strat_journal WHERE kind = 'receipt'"), "1");
        project.strat(["verify", "--target", &target.url]).ok();
    }
}

#[test]
fn many_at_once_on_a_fresh_database_do_everything_once() {
    for target in targets::all() {
        let project = users();
        for number in 2..12 {
            let text = NOTES.replace("note", &format!("note_{number}"));
            project.write(format!("migrations/{number:04}-n.ron"), text);
        }
        project.strat(["record"]).ok();
        let runs: Vec<_> = (0..4)
            .map(|_| project.start(&["up", "--step-by-step", "--wait", "5m", "--target", &target.url]))
            .collect();
        for run in runs {
            ended(run).expect_code(0);
        }
        assert_eq!(
            target.value("SELECT count(*) FROM strat_journal WHERE kind = 'applied'"),
            "11",
            "{}",
            target.name
        );
        project.strat(["verify", "--target", &target.url]).ok();
        assert!(up(&project, &target).ok().contains("nothing to do"));
    }
}

#[test]
fn a_database_locked_by_another_process() {
    let (project, target) = (users(), targets::sqlite());
    up(&project, &target).ok();
    project.write("migrations/0002-b.ron", NOTES.replace("note", "b"));
    project.strat(["record"]).ok();
    let mut holder = std::process::Command::new("sqlite3")
        .arg(target.path())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("sqlite3 starts");
    let mut input = holder.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, b"BEGIN EXCLUSIVE;\nSELECT 'held';\n").unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(holder.stdout.take().unwrap()), &mut line)
        .unwrap();
    let said = up(&project, &target);
    fails(said, 6, &["locked", "hint: another process holds the database: wait for it, or end it"]);
    let waiting = project.start(&["up", "--wait", "30s", "--target", &target.url]);
    std::thread::sleep(Duration::from_millis(500));
    std::io::Write::write_all(&mut input, b"COMMIT;\n").unwrap();
    drop(input);
    holder.wait().unwrap();
    ended(waiting).expect_code(0);
    assert_eq!(target.value("SELECT count(*) FROM pragma_table_info('users') WHERE name = 'b'"), "1");
    goes_on(&project, &target);
}

#[test]
fn two_records_at_once_lose_neither_entry() {
    let project = users();
    for number in 2..10 {
        let text = NOTES.replace("note", &format!("note_{number}"));
        project.write(format!("migrations/{number:04}-n.ron"), text);
    }
    let runs: Vec<_> =
        (2..10).map(|n| project.start(&["record", &format!("migrations/{n:04}-n.ron")])).collect();
    let written = runs.into_iter().filter(|_| true).map(ended).filter(|said| said.code == 0).count();
    project.strat(["verify"]).ok();
    assert_eq!(project.files("ledger/entries").len(), written + 1);
    assert!(written > 0);
}
