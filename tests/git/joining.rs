//! Merge, rebase, squash, cherry-pick and revert: git never meets a conflict in the ledger, and nothing is lost.

use super::{Project, arrives, clone, column, heads, place, settles, two};

/// Two clones that each recorded a column on the same branch.
fn apart() -> (Project, Project) {
    let (ada, ben) = two();
    column(&ada, "a");
    column(&ben, "b");
    ben.git(&["fetch", "-q"]);
    (ada, ben)
}

#[test]
fn a_merge_of_one_branch_has_no_conflict() {
    let (ada, ben) = apart();
    ben.git(&["merge", "-q", "--no-edit", "origin/main"]);
    settles(&ben, &["a", "b"]);
    ada.git(&["pull", "-q", "--ff-only", "ben", "main"]);
    assert_eq!(heads(&ada), 1);
    arrives(&ada, &["a", "b"]);
}

#[test]
fn several_people_at_once_are_joined_by_one_merge() {
    let (ada, ben) = apart();
    let cem = clone(&ada);
    cem.git(&["reset", "-q", "--hard", "HEAD~1"]);
    column(&cem, "c");
    ada.git(&["remote", "add", "cem", cem.root().to_str().unwrap()]);
    ada.git(&["fetch", "-q", "--all"]);
    ada.git(&["merge", "-q", "--no-edit", "cem/main", "ben/main"]);
    assert_eq!(heads(&ada), 3);
    ada.strat(["merge"]).ok();
    assert_eq!(heads(&ada), 1);
    arrives(&ada, &["a", "b", "c"]);
    drop(ben);
}

#[test]
fn labels_of_ones_own_come_together_too() {
    let (ada, ben) = two();
    ben.strat(["branch", "side"]).ok();
    column(&ben, "b");
    column(&ada, "a");
    ada.git(&["pull", "-q", "--no-rebase", "--no-edit", "ben", "main"]);
    // Two branches of the ledger are no reason for anything, until somebody wants them joined.
    assert_eq!(heads(&ada), 1);
    arrives(&ada, &["a"]);
    ada.strat(["merge", "side"]).ok();
    assert_eq!(heads(&ada), 1);
    arrives(&ada, &["a", "b"]);
}

#[test]
fn a_rebase_keeps_entries_as_they_are() {
    let (_ada, ben) = apart();
    let before = ben.files("ledger/entries");
    ben.git(&["rebase", "-q", "origin/main"]);
    assert!(before.iter().all(|file| ben.path(file).is_file()));
    settles(&ben, &["a", "b"]);
}

#[test]
fn a_squash_keeps_entries_as_they_are() {
    let (ada, ben) = apart();
    column(&ben, "c");
    ada.git(&["fetch", "-q", "ben"]);
    ada.git(&["merge", "-q", "--squash", "ben/main"]);
    ada.git_commit("squashed");
    settles(&ada, &["a", "b", "c"]);
}

#[test]
fn a_cherry_pick_brings_what_stands_on_its_own() {
    let (ada, ben) = apart();
    ada.git(&["fetch", "-q", "ben"]);
    ada.git(&["cherry-pick", "ben/main"]);
    settles(&ada, &["a", "b"]);
    drop(ben);
}

#[test]
fn a_cherry_pick_without_what_it_follows_is_named() {
    let (ada, ben) = apart();
    let (missing, picked) = (ben.strat(["show", "--id"]).ok(), column(&ben, "c"));
    ada.git(&["fetch", "-q", "ben"]);
    ada.git(&["cherry-pick", "ben/main"]);
    let output = ada.strat(["verify"]).expect_code(7);
    let line = format!("error: {} parent {} is missing", place(&picked), missing.trim());
    assert!(output.stderr.contains(&line), "{}", output.stderr);
    for command in [&["heads"][..], &["status"], &["up"], &["record"]] {
        let output = ada.strat(command).expect_code(7);
        let wanted = format!("entry {} follows {}, which is missing", &picked[..12], &missing[..12]);
        assert!(output.stderr.contains(&wanted), "{command:?} {}", output.stderr);
        assert!(output.stderr.contains("git cherry-pick carries an entry without"), "{}", output.stderr);
    }
    ada.git(&["cherry-pick", "ben/main~1"]);
    settles(&ada, &["a", "b", "c"]);
}

#[test]
fn an_entry_that_git_put_into_another_folder_is_named_and_brought_back() {
    let (ada, ben) = two();
    let (first, second) = (column(&ada, "a"), column(&ada, "b"));
    let other = format!("ledger/entries/{}", if first.starts_with("00") { "01" } else { "00" });
    std::fs::create_dir_all(ada.path(&other)).unwrap();
    let astray = format!("{other}/{second}.ron");
    ada.git(&["mv", &place(&second), &astray]);
    ada.git(&["commit", "-q", "-m", "as git has it where it takes a folder for renamed"]);
    let line = |at: &str| {
        format!("{at} is in the wrong folder: it belongs at {}", place(&second).trim_start_matches("ledger/"))
    };
    for command in [&["heads"][..], &["status"], &["up"], &["record"], &["log"]] {
        let output = ada.strat(command).expect_code(7);
        assert!(
            output.stderr.contains(&line(astray.trim_start_matches("ledger/"))),
            "{command:?} {}",
            output.stderr
        );
        assert!(output.stderr.contains("`git mv` puts it right"), "{}", output.stderr);
    }
    let output = ada.strat(["verify"]).expect_code(7);
    assert!(output.stderr.contains(&line(&astray)), "{}", output.stderr);
    ben.git(&["fetch", "-q", "origin"]);
    let output = ben.strat(["merge", "--preview", "--with", "origin/main"]).expect_code(7);
    assert!(output.stderr.contains("is in the wrong folder"), "{}", output.stderr);
    ada.git(&["mv", &astray, &place(&second)]);
    arrives(&ada, &["a", "b"]);
}

#[test]
fn a_reverted_merge_takes_entries_away_and_loses_nothing() {
    let (ada, ben) = apart();
    ada.git(&["pull", "-q", "--no-rebase", "--no-edit", "ben", "main"]);
    ada.strat(["merge"]).ok();
    let joined = ada.strat(["show", "--id"]).ok().trim().to_owned();
    ada.git(&["add", "-A"]);
    ada.git(&["commit", "-q", "--amend", "--no-edit"]);
    ada.strat(["up"]).ok();
    ada.git(&["revert", "-m", "1", "--no-edit", "HEAD"]);
    // What is left is sound, and it is said that there was more.
    let said = ada.strat(["verify"]).ok();
    assert!(said.contains("the ledger is sound: 2 entries"), "{said}");
    assert!(said.contains("notice: 2 entries of git's history are gone from this checkout"), "{said}");
    let said = ada.strat(["status", "--check"]).expect_code(5).stdout;
    assert!(said.contains(&format!("it has applied {}", &joined[..12])), "{said}");
    assert!(said.contains("what is pending can't be told"), "{said}");
    assert!(said.contains("after a git revert") && said.contains(&place(&joined)), "{said}");
    for command in [&["up"][..], &["plan"], &["down", "-1"]] {
        let output = ada.strat(command).expect_code(1);
        assert!(output.stderr.contains("isn't in this ledger"), "{}", output.stderr);
        assert!(output.stderr.contains("`strat status` tells where"), "{}", output.stderr);
    }
    // A revert of the revert, and all is as before.
    ada.git(&["revert", "--no-edit", "HEAD"]);
    assert_eq!(heads(&ada), 1);
    ada.strat(["status", "--check"]).ok();
    ada.strat(["verify", "--target", "sqlite:strat.db"]).ok();
    arrives(&ada, &["a", "b"]);
    drop(ben);
}

#[test]
fn a_reverted_entry_that_others_follow_is_named() {
    let (ada, _ben) = two();
    let (first, second) = (column(&ada, "a"), column(&ada, "b"));
    ada.strat(["up"]).ok();
    ada.git(&["revert", "--no-edit", "HEAD~1"]);
    let output = ada.strat(["verify"]).expect_code(7);
    assert!(
        output.stderr.contains(&format!("{} parent {first} is missing", place(&second))),
        "{}",
        output.stderr
    );
    assert!(output.stdout.contains("notice: 1 entry of git's history is gone"), "{}", output.stdout);
    let output = ada.strat(["up"]).expect_code(7);
    assert!(output.stderr.contains("a git revert takes them away"), "{}", output.stderr);
    ada.git(&["revert", "--no-edit", "HEAD"]);
    ada.strat(["status", "--check"]).ok();
    arrives(&ada, &["a", "b"]);
}
