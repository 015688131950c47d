use std::fs;

use super::*;
use crate::fixture::git as run;

#[test]
fn outside_a_repository_nothing_is_shared() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), "x").unwrap();
    assert!(!is_in_git(&folder.path().join("a")).unwrap());
}

#[test]
fn a_file_is_shared_once_any_ref_reaches_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    run(at, &["init", "-q"]);
    fs::create_dir_all(at.join("ledger/entries")).unwrap();
    let file = at.join("ledger/entries/a[b]*.ron");
    fs::write(&file, "x").unwrap();
    assert!(!is_in_git(&file).unwrap(), "a repository without commits");
    run(at, &["add", "ledger"]);
    assert!(!is_in_git(&file).unwrap(), "added and not committed");
    run(at, &["commit", "-qm", "one"]);
    assert!(is_in_git(&file).unwrap());
    assert!(!is_in_git(&at.join("ledger/entries/ab.ron")).unwrap(), "a name is no pattern");
    run(at, &["checkout", "-q", "--orphan", "other"]);
    run(at, &["rm", "-rqf", "--cached", "."]);
    assert!(is_in_git(&file).unwrap(), "another branch has it");
    run(at, &["branch", "-qD", "main"]);
    assert!(!is_in_git(&file).unwrap(), "no ref reaches it any more");
}

#[test]
fn tracked_files_of_a_private_folder_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    run(at, &["init", "-q"]);
    fs::create_dir_all(at.join(".strat/cache")).unwrap();
    fs::write(at.join(".strat/cache/x"), "x").unwrap();
    assert!(tracked_below(&at.join(".strat")).unwrap().is_empty());
    run(at, &["add", "-f", ".strat"]);
    assert_eq!(tracked_below(&at.join(".strat")).unwrap(), [".strat/cache/x"]);
}

#[test]
fn what_was_reverted_is_listed() {
    let (folder, ledger) = crate::fixture::ledger();
    let at = folder.path();
    assert!(matches!(vanished(ledger.folder()), Err(GitError::Outside { .. })));
    run(at, &["init", "-q"]);
    assert!(vanished(ledger.folder()).unwrap().is_empty(), "a repository without commits");
    let ids = ["a", "b", "c"].map(|name| {
        let id = ledger.append(&crate::fixture::table(&[], name)).unwrap();
        run(at, &["add", "-A"]);
        run(at, &["commit", "-qm", name]);
        id
    });
    assert!(vanished(ledger.folder()).unwrap().is_empty());
    run(at, &["checkout", "-qb", "other", "HEAD~1"]);
    assert!(vanished(ledger.folder()).unwrap().is_empty(), "another branch never had it");
    run(at, &["checkout", "-q", "main"]);
    run(at, &["revert", "--no-edit", "HEAD~1"]);
    assert_eq!(vanished(ledger.folder()).unwrap(), [ids[1]]);
    run(at, &["revert", "--no-edit", "HEAD"]);
    assert!(vanished(ledger.folder()).unwrap().is_empty(), "it came back");
}
