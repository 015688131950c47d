//! Targets that can't be used: each with its exit code, what to do, and nothing lost.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use super::{add, record, with_users};
use crate::support::{Kind, targets};

#[test]
fn a_file_of_zero_bytes() {
    let project = with_users();
    project.write("strat.db", "");
    project.strat(["up"]).expect_code(1);
    assert!(project.read("strat.db").is_empty());
}

#[test]
fn a_file_that_is_no_database() {
    let project = with_users();
    project.write("strat.db", "hello, this is a letter and certainly not a database\n".repeat(100));
    let before = project.read("strat.db");
    for command in [&["up"][..], &["status"], &["plan"]] {
        let output = project.strat(command).expect_code(1);
        assert!(output.stderr.contains("hint:"), "{}", output.stderr);
    }
    assert_eq!(project.read("strat.db"), before);
}

#[test]
fn a_file_that_may_only_be_read() {
    let project = with_users();
    project.strat(["up"]).ok();
    record(&project, "0002-a", &add("a"));
    fs::set_permissions(project.path("strat.db"), fs::Permissions::from_mode(0o444)).unwrap();
    if fs::OpenOptions::new().write(true).open(project.path("strat.db")).is_ok() {
        return targets::skip("a file that may only be read", "this user may write everything");
    }
    project.strat(["up"]).expect_code(6);
    project.strat(["status"]).ok();
}

#[test]
fn a_file_that_somebody_has_locked() {
    let project = with_users();
    project.strat(["up"]).ok();
    record(&project, "0002-a", &add("a"));
    let lock = targets::sqlite();
    let Ok(mut holder) = std::process::Command::new("sqlite3")
        .arg(project.path("strat.db"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
    else {
        return targets::skip("a locked file", "there is no sqlite3");
    };
    drop(lock);
    use std::io::{BufRead, Write};
    let mut input = holder.stdin.take().unwrap();
    input.write_all(b"BEGIN EXCLUSIVE;\nSELECT 'locked';\n").unwrap();
    let mut line = String::new();
    std::io::BufReader::new(holder.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let output = project.strat(["up", "--wait", "1s"]).expect_code(6);
    assert!(output.stderr.contains("lock"), "{}", output.stderr);
    drop(input);
    holder.wait().unwrap();
    project.strat(["up"]).ok();
}

#[test]
fn a_server_that_isnt_there() {
    let project = with_users();
    for url in ["postgres://me:hunter2@127.0.0.1:1/db", "mysql://me:hunter2@127.0.0.1:1/db"] {
        for command in ["status", "up", "plan"] {
            let output = project.strat([command, "--target", url]).expect_code(6);
            assert!(!output.stderr.contains("hunter2"), "{}", output.stderr);
        }
    }
}

#[test]
fn a_wrong_password() {
    let project = with_users();
    for target in [Kind::Postgres, Kind::Mysql].into_iter().filter_map(targets::fresh) {
        let (scheme, rest) = target.url.split_once("://").unwrap();
        let (who, place) = rest.split_once('@').unwrap();
        let user = who.split(':').next().unwrap();
        let output = project.strat(["status", "--target", &format!("{scheme}://{user}:hunter2@{place}")]);
        assert!(!output.stderr.contains("hunter2"), "{}", output.stderr);
        if output.code == 0 {
            targets::skip("a wrong password", "this server takes any");
        } else {
            output.expect_code(6);
        }
    }
}

#[test]
fn two_runs_at_once() {
    for target in targets::all() {
        let project = with_users();
        for number in 2..8 {
            let stem = format!("000{number}-c");
            project.write(format!("migrations/{stem}.ron"), super::draft(&stem, &add(&format!("c{number}"))));
        }
        project.strat(["record"]).ok();
        let runs: Vec<_> = (0..2)
            .map(|_| project.start(&["up", "--step-by-step", "--wait", "30s", "--target", &target.url]))
            .collect();
        for run in runs {
            let output: crate::support::Output = run.wait_with_output().unwrap().into();
            // Whoever comes second finds it done, or finds that the target has moved under its plan.
            assert!(matches!(output.code, 0 | 6), "{output:?}");
        }
        std::thread::sleep(Duration::from_millis(10));
        project.strat(["up", "--target", &target.url]).ok();
        project.strat(["verify", "--target", &target.url]).ok();
    }
}
