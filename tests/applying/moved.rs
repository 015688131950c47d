//! Databases that were copied, and databases that were restored from an older backup: recognised, put on record, never repaired.

use std::process::Command;

use super::{is_there, record, shop, up};
use crate::support::{Kind, Project, Target, targets};

/// Copies a target's content into another one, with the tools that people use for it.
#[track_caller]
fn copy(from: &Target, to: &Target) {
    match from.kind {
        Kind::Sqlite => drop(std::fs::copy(from.path(), to.path()).unwrap()),
        Kind::Postgres => {
            pipe("pg_dump --no-owner \"$0\" | psql -q -v ON_ERROR_STOP=1 \"$1\" > /dev/null", from, to)
        }
        Kind::Mysql => {
            pipe(&format!("{} | {}", client("mariadb-dump", from), client("mariadb", to)), from, to)
        }
    }
}

#[track_caller]
fn pipe(script: &str, from: &Target, to: &Target) {
    let script = format!("set -o pipefail; {script}");
    let done = Command::new("bash").args(["-c", &script, &from.url, &to.url]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// `mysql://user:password@host:port/database` as options.
fn client(program: &str, target: &Target) -> String {
    let rest = target.url.split_once("://").unwrap().1;
    let (account, rest) = rest.split_once('@').unwrap();
    let (user, password) = account.split_once(':').unwrap();
    let (place, database) = rest.split_once('/').unwrap();
    let (host, port) = place.split_once(':').unwrap();
    format!("{program} -h {host} -P {port} -u {user} -p{password} {}", database.split('?').next().unwrap())
}

fn notes(project: &Project) {
    record(project, "0002-note", r#"AddColumn(table: "users", column: (name: "note", type: Text))"#);
}

#[test]
fn a_copy_is_recognised_and_goes_its_own_way_once_somebody_says_so() {
    for target in targets::all() {
        let project = shop(&target);
        let staging = targets::fresh(target.kind).unwrap();
        copy(&target, &staging);
        notes(&project);
        let refused = up(&project, &staging).expect_code(7);
        assert!(refused.stderr.contains("it is a copy, or was restored or moved"), "{}", refused.stderr);
        assert!(refused.stderr.contains("strat cloned"), "{}", refused.stderr);
        project.strat(["down", "root", "--accept", "H101", "--target", &staging.url]).expect_code(7);
        let verified = project.strat(["verify", "--target", &staging.url]).expect_code(7);
        assert!(verified.stderr.contains("was written elsewhere"), "{}", verified.stderr);
        // Looking is no harm, and looking alone repairs nothing.
        let status = project.strat(["status", "--target", &staging.url]).ok();
        assert!(status.contains("it is a copy, or was restored or moved"), "{status}");
        project.strat(["plan", "--target", &staging.url]).ok();
        up(&project, &staging).expect_code(7);
        let said = project.strat(["cloned", "--reason", "for the load test", "--target", &staging.url]).ok();
        assert!(said.contains("says that it was cloned"), "{said}");
        up(&project, &staging).ok();
        let verified = project.strat(["verify", "--target", &staging.url]).ok();
        assert!(verified.contains("it was cloned") && verified.contains("for the load test"), "{verified}");
        is_there(&project, &staging);
        // The original knows nothing of it.
        up(&project, &target).ok();
        is_there(&project, &target);
    }
}

/// A lease that was held while the copy was made doesn't hold the copy.
#[test]
fn a_lease_does_not_come_along() {
    for target in targets::all() {
        let project = shop(&target);
        target.sql(
            "UPDATE strat_lease SET holder = 'elsewhere pid 1', until_ms = 99999999999999, fence = fence + 1",
        );
        let staging = targets::fresh(target.kind).unwrap();
        copy(&target, &staging);
        notes(&project);
        project.strat(["cloned", "--target", &staging.url]).ok();
        up(&project, &staging).ok();
        is_there(&project, &staging);
    }
}

#[test]
fn a_restored_backup_is_recognised_by_what_was_seen() {
    for target in targets::all() {
        let project = shop(&target);
        let backup = targets::fresh(target.kind).unwrap();
        copy(&target, &backup);
        notes(&project);
        up(&project, &target).ok();
        // The same database again, as it was before the last entry.
        restore(&backup, &target);
        let refused = up(&project, &target).expect_code(7);
        assert!(refused.stderr.contains("strat restored"), "{}", refused.stderr);
        let verified = project.strat(["verify", "--target", &target.url]).expect_code(7);
        assert!(verified.stderr.contains("error: "), "{}", verified.stderr);
        project.strat(["restored", "--reason", "disk died", "--target", &target.url]).ok();
        assert!(project.strat(["status", "--target", &target.url]).ok().contains("1 entry pending"));
        up(&project, &target).ok();
        let verified = project.strat(["verify", "--target", &target.url]).ok();
        assert!(verified.contains("it was restored") && verified.contains("disk died"), "{verified}");
        is_there(&project, &target);
    }
}

/// Puts a backup into the place of a database: over the file, or into a database of the same name.
#[track_caller]
fn restore(backup: &Target, target: &Target) {
    match target.kind {
        // The file keeps its inode.
        Kind::Sqlite => {
            let bytes = std::fs::read(backup.path()).unwrap();
            std::fs::write(target.path(), bytes).unwrap();
        }
        Kind::Postgres => {
            target.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
            copy(backup, target);
        }
        // The dump drops and makes each table that it has.
        Kind::Mysql => copy(backup, target),
    }
}

#[test]
fn a_database_made_anew_needs_no_word() {
    let target = targets::sqlite();
    let project = shop(&target);
    std::fs::remove_file(target.path()).unwrap();
    up(&project, &target).ok();
    is_there(&project, &target);
    let empty = targets::sqlite();
    let refused = project.strat(["cloned", "--target", &empty.url]);
    assert_ne!(refused.code, 0, "{}", refused.stdout);
}

/// Another name for the file is no other database.
#[test]
fn a_file_may_be_renamed() {
    let target = targets::sqlite();
    let project = shop(&target);
    let elsewhere = project.path("renamed.db");
    std::fs::rename(target.path(), &elsewhere).unwrap();
    notes(&project);
    project.strat(["up", "--target", "sqlite:renamed.db"]).ok();
}
