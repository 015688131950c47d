//! Servers that refuse: a database that isn't there, a user who may not, a session that was ended.

use super::{bytes, fails, goes_on, ledger_kept, up, users};
use crate::support::{Kind, Target, targets};

fn servers() -> impl Iterator<Item = Target> {
    targets::all().into_iter().filter(|target| target.kind != Kind::Sqlite)
}

#[test]
fn a_database_that_does_not_exist() {
    for target in servers() {
        let project = users();
        let url = format!("{}_not_there", target.url);
        for verb in ["up", "plan", "status"] {
            let said = project.strat([verb, "--target", &url]);
            fails(said, 6, &["_not_there", "hint: create the database first, or check its name"]);
        }
    }
}

#[test]
fn a_session_that_the_server_ends_in_the_middle() {
    for target in servers() {
        let project = crate::kill::counting();
        crate::kill::filled(&project, &target);
        let mut child = crate::kill::slowly(&project, &target, &[]);
        crate::kill::under_way(&mut child, &target, 20);
        match target.kind {
            Kind::Postgres => drop(target.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )),
            _ => {
                let sessions = target.sql(
                    "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()",
                );
                sessions.iter().for_each(|row| drop(target.try_sql(&format!("KILL {}", row[0]))));
            }
        }
        let said = fails(crate::kill::ended(child), 6, &["hint: "]);
        assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
        up(&project, &target).ok();
        let off = if target.kind == Kind::Mysql { "n <> id MOD 7 + 1" } else { "n <> id % 7 + 1" };
        assert_eq!(
            target.value(&format!("SELECT count(*) FROM counters WHERE {off}")),
            "0",
            "{}",
            target.name
        );
        project.strat(["verify", "--target", &target.url]).ok();
    }
}

/// A table that another session holds a lock on.
#[test]
fn a_locked_table_is_waited_for_and_then_named() {
    for target in servers() {
        let project = users();
        up(&project, &target).ok();
        project.write("migrations/0002-notes.ron", super::NOTES);
        project.strat(["record"]).ok();
        let (lock, holder) = match target.kind {
            Kind::Postgres => ("LOCK TABLE users IN ACCESS SHARE MODE", "held by session "),
            _ => ("SELECT * FROM users", "held by connection "),
        };
        let before = bytes(&project, "ledger");
        let held = target.hold(lock);
        let said = fails(up(&project, &target), 6, &["hint: "]);
        assert!(said.stderr.to_lowercase().contains("lock"), "{}", said.stderr);
        assert!(said.stderr.contains(holder), "{}", said.stderr);
        drop(held);
        assert!(before == bytes(&project, "ledger"));
        std::fs::remove_file(project.path("migrations/0002-notes.ron")).unwrap();
        up(&project, &target).ok();
        project.strat(["verify", "--target", &target.url]).ok();
    }
}

#[test]
fn a_user_who_may_not_write_is_told_so_and_nothing_is_left_half_done() {
    for target in servers() {
        let project = users();
        let reader = super::looking::Reader::new(&target);
        let said = ledger_kept(&project, || project.strat(["up", "--target", &reader.url]));
        fails(said, 6, &["hint: "]);
        assert!(target.try_sql("SELECT count(*) FROM strat_journal").is_err(), "{}", target.name);
        up(&project, &target).ok();
        goes_on(&project, &target);
    }
}
