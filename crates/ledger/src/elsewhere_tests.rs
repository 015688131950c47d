use std::fs;

use model::{
    Digest,
    fault::{Class, Fault as _},
};

use super::*;
use crate::{
    fixture::{self, git},
    layout::entry_place,
    store::Ledger,
};

/// A repository whose commit `main` has two entries, in a folder of it; the second isn't in the working tree.
fn repository(below: &str) -> (tempfile::TempDir, Ledger, [EntryId; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join(below).join("ledger");
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    let ledger = Ledger::init(&place, &Uuid::parse(fixture::UUID).unwrap()).unwrap();
    let first = fixture::append(&ledger, fixture::table(&[], "a"));
    git(folder.path(), &["init", "-q"]);
    commit_all(folder.path());
    git(folder.path(), &["branch", "old"]);
    let second = fixture::append(&ledger, fixture::table(&[first], "b"));
    commit_all(folder.path());
    git(folder.path(), &["checkout", "-q", "old"]);
    (folder, ledger, [first, second])
}

fn commit_all(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-qm", "more"]);
}

/// Commits other bytes in the place of an entry on a branch `bad`.
fn changed(ledger: &Ledger, id: &EntryId, bytes: &[u8]) -> ElsewhereError {
    git(ledger.folder(), &["checkout", "-q", "-B", "bad", "main"]);
    fs::write(ledger.entry_path(id), bytes).unwrap();
    commit_all(ledger.folder());
    git(ledger.folder(), &["checkout", "-q", "old"]);
    Elsewhere::read(ledger.folder(), "bad").unwrap_err()
}

#[test]
fn a_commit_is_read_without_a_checkout() {
    for below in ["", "services/b[a]r baz"] {
        let (folder, ledger, ids) = repository(below);
        assert!(!ledger.contains(&ids[1]));
        let whole = git(folder.path(), &["rev-parse", "main"]);
        for name in ["main", "refs/heads/main", &whole, &whole[..8], "old@{0}~0^{commit}"] {
            let there = Elsewhere::read(ledger.folder(), name).unwrap();
            assert_eq!(there.uuid.as_str(), fixture::UUID);
            let wanted = if name.starts_with("old") { &ids[..1] } else { &ids[..] };
            assert!(there.entries.keys().collect::<Vec<_>>().len() == wanted.len(), "{name}");
            for id in wanted {
                let (entry, bytes) = &there.entries[id];
                assert_eq!(Digest::of(bytes), *id);
                assert_eq!(entry.ledger, fixture::UUID);
            }
        }
        let heads = Elsewhere::read(ledger.folder(), "main").unwrap().graph().unwrap().heads();
        assert_eq!(heads, [ids[1]]);
    }
}

#[test]
fn hundreds_of_entries_are_read() {
    let (folder, ledger) = fixture::ledger();
    let mut ids: Vec<EntryId> =
        (0..300).map(|n| ledger.append(&fixture::table(&[], &format!("t{n}"))).unwrap()).collect();
    git(folder.path(), &["init", "-q"]);
    commit_all(folder.path());
    let there = Elsewhere::read(ledger.folder(), "HEAD").unwrap();
    ids.sort_unstable();
    assert_eq!(there.entries.keys().copied().collect::<Vec<_>>(), ids);
}

#[test]
fn names_that_name_no_commit_are_refused() {
    let (_keep, ledger, _) = repository("");
    for name in ["", "-h", "--all", "--output=x", "a\nb", "main\0"] {
        let error = Elsewhere::read(ledger.folder(), name).unwrap_err();
        assert!(matches!(error, ElsewhereError::Name { .. }) && error.class() == Class::Input, "{name:?}");
    }
    for name in ["nowhere", "main..old", "main:ledger", "*", "^main", ":/more..", "$(touch x)"] {
        let error = Elsewhere::read(ledger.folder(), name).unwrap_err();
        assert!(matches!(error, ElsewhereError::Unknown { .. }), "{name}: {error}");
    }
    let error = Elsewhere::read(ledger.folder(), "mian").unwrap_err();
    assert_eq!(error.to_string(), "git knows no commit called `mian` here");
    assert_eq!(error.hint().unwrap(), "did you mean `main`?");
}

#[test]
fn outside_a_repository_that_is_said() {
    let (_keep, ledger) = fixture::ledger();
    let error = Elsewhere::read(ledger.folder(), "main").unwrap_err();
    assert!(error.to_string().ends_with("is in no git repository"), "{error}");
}

#[test]
fn a_commit_without_a_ledger_here_is_told() {
    let (folder, ledger, _) = repository("db");
    let tree = git(folder.path(), &["mktree", "--missing"]);
    let empty = git(folder.path(), &["commit-tree", "-m", "nothing", &tree]);
    let error = Elsewhere::read(ledger.folder(), &empty).unwrap_err();
    assert_eq!(error.to_string(), format!("{empty} has no ledger in db/ledger/"));
    git(folder.path(), &["checkout", "-qb", "moved", "main"]);
    git(folder.path(), &["mv", "db/ledger", "ledger"]);
    commit_all(folder.path());
    git(folder.path(), &["checkout", "-q", "old"]);
    let error = Elsewhere::read(ledger.folder(), "moved").unwrap_err();
    assert_eq!(error.to_string(), "moved has its ledger in ledger/, not in db/ledger/");
}

#[test]
fn changed_bytes_are_named() {
    let (_keep, ledger, [_, second]) = repository("");
    git(ledger.folder(), &["checkout", "-q", "main"]);
    let good = fs::read_to_string(ledger.entry_path(&second)).unwrap();
    git(ledger.folder(), &["checkout", "-q", "old"]);
    let place = entry_place(&second);
    for (bytes, wanted) in [
        (good.replace('\n', "\r\n"), "CRLF line ends at line 1"),
        (good.replace("Ada", "Eve"), "was changed: its bytes hash to"),
        ("version https://git-lfs.github.com/spec/v1\n".to_owned(), "is a git-LFS pointer"),
        (format!("{good}{}", " ".repeat(MAX_ENTRY)), "bytes long"),
        (String::new(), "was changed"),
    ] {
        let error = changed(&ledger, &second, bytes.as_bytes());
        let text = error.to_string();
        assert!(text.starts_with(&format!("in bad: {place}")) && text.contains(wanted), "{text}");
        assert_eq!(error.class(), Class::Integrity, "{text}");
        assert!(error.hint().is_some(), "{text}");
    }
}

#[test]
fn an_entry_without_those_it_follows_is_told() {
    let (folder, ledger, [first, _]) = repository("");
    git(folder.path(), &["checkout", "-qb", "picked", "main"]);
    git(folder.path(), &["rm", "-q", &format!("ledger/{}", entry_place(&first))]);
    commit_all(folder.path());
    git(folder.path(), &["checkout", "-q", "old"]);
    let error = Elsewhere::read(ledger.folder(), "picked").unwrap_err();
    assert!(error.to_string().contains("which is missing"), "{error}");
}

#[test]
fn bytes_that_the_repository_lacks_are_named() {
    let (folder, ledger, [_, second]) = repository("");
    let object = git(folder.path(), &["rev-parse", &format!("main:ledger/{}", entry_place(&second))]);
    fs::remove_file(folder.path().join(".git/objects").join(&object[..2]).join(&object[2..])).unwrap();
    let error = Elsewhere::read(ledger.folder(), "main").unwrap_err();
    let text = error.to_string();
    assert!(text.contains(&entry_place(&second)) && text.contains("missing"), "{text}");
    assert_eq!(error.class(), Class::Unreachable);
}

#[test]
fn the_folder_says_which_repository_is_meant() {
    let (folder, ledger, _) = repository("");
    assert_eq!(crate::git_head(folder.path()).unwrap(), crate::GitHead::Branch("old".to_owned()));
    git(folder.path(), &["checkout", "-q", "--detach"]);
    assert_eq!(crate::git_head(ledger.folder()).unwrap(), crate::GitHead::Detached);
    git(folder.path(), &["checkout", "-q", "--orphan", "fresh/one"]);
    assert_eq!(crate::git_head(ledger.folder()).unwrap(), crate::GitHead::Branch("fresh/one".to_owned()));
}
