//! SQLite files that are not what they should be.

use super::{USERS, bytes, fails, goes_on, ledger_kept, up, users};
use crate::support::{Target, targets};

/// Every command that opens a target refuses it, and the file stays byte for byte.
#[track_caller]
fn refused(content: &[u8], words: &[&str]) {
    let (project, target) = (users(), targets::sqlite());
    std::fs::write(target.path(), content).unwrap();
    ledger_kept(&project, || {
        for verb in
            [&["up"][..], &["up", "--dry-run"], &["plan"], &["status"], &["verify"], &["down", "root"]]
        {
            let mut args = verb.to_vec();
            args.extend(["--target", &target.url]);
            fails(project.strat(args), 1, words);
        }
    });
    assert_eq!(std::fs::read(target.path()).unwrap(), content, "the file was changed");
    only_the_file(&target);
    std::fs::remove_file(target.path()).unwrap();
    up(&project, &target).ok();
    goes_on(&project, &target);
}

#[track_caller]
fn only_the_file(target: &Target) {
    let folder = target.path().parent().unwrap().to_path_buf();
    let names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["test.db"], "something was left beside the file");
}

#[test]
fn a_file_of_zero_bytes() {
    refused(b"", &["test.db: the file has zero bytes", "hint: remove the empty file"]);
}

#[test]
fn a_file_that_is_not_sqlite() {
    refused(
        "this is a letter, and no database\n".repeat(50).as_bytes(),
        &["file is not a database", "hint: check the path"],
    );
    refused(b"short", &["hint: check the path"]);
    refused(&[0; 4096], &["hint: check the path"]);
}

#[test]
fn a_folder_in_the_place_of_the_file() {
    let (project, target) = (users(), targets::sqlite());
    std::fs::create_dir(target.path()).unwrap();
    fails(up(&project, &target), 1, &["this is a folder", "hint: check the path"]);
}

#[test]
fn a_folder_that_is_not_there() {
    let project = users();
    ledger_kept(&project, || {
        fails(
            project.strat(["up", "--target", "sqlite:no/such/a.db"]),
            6,
            &["folder does not exist", "hint: "],
        );
    });
    assert!(!project.path("no").exists());
}

#[test]
fn a_file_that_is_cut_off_is_never_written_on() {
    let (project, target) = (users(), targets::sqlite());
    up(&project, &target).ok();
    let whole = std::fs::read(target.path()).unwrap();
    for length in [99, 100, 600, 4096, 4097, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        std::fs::write(target.path(), &whole[..length]).unwrap();
        project.write("migrations/9999-notes.ron", super::NOTES);
        project.strat(["record"]).ok();
        let said = up(&project, &target);
        assert_eq!(said.code, 1, "cut at {length}: {said:?}");
        assert!(said.stderr.contains("hint: "), "cut at {length}: {said:?}");
        assert!(
            std::fs::read(target.path()).unwrap() == whole[..length],
            "cut at {length}: the file was changed"
        );
        std::fs::write(target.path(), &whole).unwrap();
        let before = bytes(&project, "ledger");
        project.strat(["unrecord"]).ok();
        assert_eq!(bytes(&project, "ledger").len() + 1, before.len());
    }
    goes_on(&project, &target);
}

#[test]
fn a_database_with_tables_of_its_own_under_a_name_of_ours() {
    let (project, target) = (users(), targets::sqlite());
    target.sql("CREATE TABLE users (somebody_elses INTEGER); INSERT INTO users VALUES (7)");
    fails(up(&project, &target), 4, &["users"]);
    assert_eq!(target.value("SELECT somebody_elses FROM users"), "7");
}

#[test]
fn an_entry_that_fails_in_the_middle_leaves_nothing_of_itself() {
    for target in targets::all() {
        let project = users();
        project.write(
            "migrations/0002-x.ron",
            r#"Draft(message: "x", steps: [
            AddColumn(table: "users", column: (name: "a", type: Text)),
            AddUnique(table: "users", columns: ["n"]),
        ])"#,
        );
        project.strat(["record"]).ok();
        project.strat(["up", "head-1", "--target", &target.url]).ok();
        target.sql("INSERT INTO users (id, n) VALUES (1, 5), (2, 5)");
        let said = fails(up(&project, &target), 3, &["step 2 of entry"]);
        assert!(said.stderr.contains("hint: "), "{}", said.stderr);
        assert_eq!(target.value("SELECT count(*) FROM users"), "2");
        target.sql("UPDATE users SET n = id");
        up(&project, &target).ok();
        project.strat(["verify", "--target", &target.url]).ok();
    }
}

#[test]
fn a_draft_of_the_same_table_on_another_branch_is_said_before_it_is_applied() {
    let project = users();
    project.strat(["branch", "other", "root"]).ok();
    project.strat(["switch", "other"]).ok();
    // An equal one would be the same table.
    project.write("migrations/0002-users.ron", USERS.replace("default: Literal(0)", "default: Literal(1)"));
    project.strat(["record"]).ok();
    let target = targets::sqlite();
    up(&project, &target).ok();
    project.strat(["switch", "main"]).ok();
    let said = up(&project, &target);
    assert_eq!(said.code, 3, "{said:?}");
    assert_eq!(target.value("SELECT count(*) FROM users"), "0");
}
