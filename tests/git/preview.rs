//! `strat merge --preview --with GITREF`: whether two branches would merge, before anyone merges them.

use super::{Project, add, clone, column, record, step, two};
use crate::cli::with_users;

const RENAME: &str = "RenameColumn(table: \"users\", column: \"email\", to: \"NAME\")";

fn preview(project: &Project, with: &str, code: i32) -> String {
    let before = (project.files("ledger"), project.git(&["status", "--porcelain"]));
    let output = project.strat(["merge", "--preview", "--with", with]).expect_code(code);
    let after = (project.files("ledger"), project.git(&["status", "--porcelain"]));
    assert_eq!(before, after, "nothing is written");
    output.stdout + &output.stderr
}

#[test]
fn what_commutes_would_merge() {
    let (ada, ben) = two();
    let (a, b) = (column(&ada, "a"), column(&ben, "b"));
    ben.git(&["fetch", "-q"]);
    ben.strat(["verify"]).ok();
    let commit = ben.git(&["rev-parse", "origin/main"]);
    for with in ["origin/main", "origin", "refs/remotes/origin/main", commit.trim(), &commit[..9]] {
        let said = preview(&ben, with, 0);
        assert!(said.contains("these commute and would merge"), "{said}");
        assert!(said.contains(&a[..12]) && said.contains(&b[..12]), "{said}");
    }
    let told = ben.strat(["merge", "--preview", "--with", "origin/main", "--format", "json"]).ok();
    assert!(
        told.contains("\"commute\":true") && told.contains("\"merged\":false") && told.contains(&a),
        "{told}"
    );
    assert!(!ben.path(super::place(&a)).exists());
}

#[test]
fn what_clashes_is_named_with_entries_that_are_not_here() {
    let (ada, ben) = two();
    let a = step(&ada, "mail", &RENAME.replace("NAME", "mail"));
    let b = step(&ben, "address", &RENAME.replace("NAME", "address"));
    ben.git(&["fetch", "-q"]);
    let said = preview(&ben, "origin/main", 3);
    assert!(said.contains(&a[..12]) && said.contains(&b[..12]), "{said}");
    // The other side is told the same.
    ada.git(&["fetch", "-q", "ben"]);
    let said = preview(&ada, "ben/main", 3);
    assert!(said.contains(&a[..12]) && said.contains(&b[..12]), "{said}");
    // And so is the checkout that a pull request is built from: git's own merge of the two.
    ben.git(&["merge", "-q", "--no-edit", "origin/main"]);
    ben.git(&["checkout", "-q", "--detach"]);
    preview(&ben, "origin/main", 3);
    ben.strat(["heads", "--check"]).expect_code(3);
}

#[test]
fn where_one_side_has_it_all_there_is_nothing_to_merge() {
    let (ada, ben) = two();
    assert!(preview(&ben, "origin/main", 0).contains("has nothing that branch main lacks here"));
    column(&ben, "b");
    assert!(preview(&ben, "origin/main", 0).contains("has nothing that branch main lacks here"));
    ada.git(&["fetch", "-q", "ben"]);
    assert!(preview(&ada, "ben/main", 0).contains("branch main has nothing here that ben/main lacks"));
    // What has diverged on this side alone is looked at all the same.
    step(&ada, "mail", &RENAME.replace("NAME", "mail"));
    ada.git(&["checkout", "-qb", "other", "HEAD~1"]);
    step(&ada, "address", &RENAME.replace("NAME", "address"));
    ada.git(&["merge", "-q", "--no-edit", "main"]);
    preview(&ada, "ben/main", 3);
}

#[test]
fn branches_of_the_ledger_are_named() {
    let (ada, ben) = two();
    ada.strat(["branch", "side"]).ok();
    column(&ada, "a");
    column(&ben, "b");
    ben.git(&["fetch", "-q"]);
    assert!(preview(&ben, "origin/main", 0).contains("nothing that branch main lacks"));
    let with =
        |labels: &[&str]| ben.strat(["merge", "--preview", "--with", "origin/main"].iter().chain(labels));
    assert!(with(&["side"]).ok().contains("would merge"));
    assert!(with(&["main", "side"]).ok().contains("would merge"));
    let output = with(&["sied"]).expect_code(1);
    assert!(output.stderr.contains("has no entries of branch sied"), "{}", output.stderr);
    assert!(output.stderr.contains("did you mean `side`?"), "{}", output.stderr);
    ben.strat(["branch", "elsewhere"]).ok();
    column(&ben, "c");
    let output = with(&[]).expect_code(1);
    assert!(output.stderr.contains("it has main, side: name one"), "{}", output.stderr);
}

#[test]
fn what_names_no_commit_is_refused() {
    let (_ada, ben) = two();
    for (with, wanted) in [
        ("origin/mian", "did you mean `origin/main`?"),
        ("0000000", "git knows no commit called `0000000` here"),
        ("main:ledger", "git knows no commit"),
        ("main..main", "git knows no commit"),
        ("a\u{1b}[2J", "can't name a commit"),
        ("", "can't name a commit"),
    ] {
        let said = preview(&ben, with, 1);
        assert!(said.contains(wanted) && !said.contains('\u{1b}'), "{with:?}: {said}");
    }
    let output = ben.strat(["merge", "--preview", "--with=--all"]).expect_code(1);
    assert!(output.stderr.contains("can't name a commit"), "{}", output.stderr);
    ben.strat(["merge", "--with", "origin/main"]).expect_code(2);
    let output = with_users().strat(["merge", "--preview", "--with", "main"]).expect_code(1);
    assert!(output.stderr.contains("is in no git repository"), "{}", output.stderr);
}

#[test]
fn a_shallow_clone_says_that_it_is_one() {
    let (ada, _) = two();
    column(&ada, "a");
    ada.git(&["branch", "topic", "HEAD~1"]);
    let shallow = Project::empty();
    let url = format!("file://{}", ada.root().display());
    shallow.git(&["clone", "-q", "--depth", "1", &url, "."]);
    // Its one commit has all entries.
    shallow.strat(["verify"]).ok();
    assert!(preview(&shallow, "origin/main", 0).contains("nothing to merge"));
    let said = preview(&shallow, "origin/topic", 1);
    assert!(said.contains("shallow clone") && said.contains("fetch-depth: 0"), "{said}");
}

#[test]
fn another_ledger_is_refused() {
    let (ada, _) = two();
    let other = with_users();
    other.git_init();
    ada.git(&["fetch", "-q", other.root().to_str().unwrap(), "main:stranger"]);
    let said = preview(&ada, "stranger", 1);
    assert!(said.contains("stranger has another ledger"), "{said}");
    assert!(said.contains("a ledger is made once"), "{said}");
}

#[test]
fn the_change_that_brings_the_ledger_has_no_other_side() {
    let project = Project::empty();
    project.write("readme", "x");
    project.git_init();
    project.git(&["checkout", "-qb", "topic"]);
    project.strat(["init"]).ok();
    record(&project, "0001-a", &crate::cli::USERS.replace("users", "a"));
    project.git_commit("a ledger");
    assert!(preview(&project, "main", 0).contains("main has no ledger in ledger/: nothing to merge"));
}

#[test]
fn a_ledger_in_a_folder_of_the_repository_is_found() {
    let whole = Project::empty();
    let below = |project: &Project, args: &[&str]| project.strat(["-C", "services/db"].iter().chain(args));
    whole.strat(["init", "services/db"]).ok();
    whole.write("services/db/migrations/0001-users.ron", crate::cli::draft("users", crate::cli::USERS));
    below(&whole, &["record"]).ok();
    whole.git_init();
    let ben = clone(&whole);
    for (project, name) in [(&whole, "a"), (&ben, "b")] {
        project.write(format!("services/db/migrations/0002-{name}.ron"), crate::cli::draft(name, &add(name)));
        below(project, &["record"]).ok();
        project.git_commit(name);
    }
    ben.git(&["fetch", "-q"]);
    let said = below(&ben, &["merge", "--preview", "--with", "origin/main"]).ok();
    assert!(said.contains("would merge"), "{said}");
    // In a work tree of its own, too.
    let beside = Project::empty();
    ben.git(&["worktree", "add", "-q", beside.path("w").to_str().unwrap(), "-b", "topic"]);
    let said = beside.strat(["-C", "w/services/db", "merge", "--preview", "--with", "origin/main"]).ok();
    assert!(said.contains("would merge"), "{said}");
    // Moved on one side, that is said.
    whole.git(&["mv", "services/db", "database"]);
    whole.git_commit("move");
    ben.git(&["fetch", "-q"]);
    let output = below(&ben, &["merge", "--preview", "--with", "origin/main"]).expect_code(1);
    let wanted = "origin/main has its ledger in database/ledger/, not in services/db/ledger/";
    assert!(output.stderr.contains(wanted), "{}", output.stderr);
}

#[test]
fn a_side_that_is_not_sound_is_refused() {
    let (ada, ben) = two();
    let id = column(&ada, "a");
    let file = ada.text(super::place(&id));
    ada.write(super::place(&id), file.replace("Ada", "Eve"));
    ada.git_commit("tampered");
    ben.git(&["fetch", "-q"]);
    let said = preview(&ben, "origin/main", 7);
    assert!(said.contains("in origin/main: entries/") && said.contains("was changed"), "{said}");
    assert!(said.contains("check origin/main out and run strat verify there"), "{said}");
}

/// What `.github/workflows/ledger.yml` has `strat` do, in a checkout as its first step makes it; the exit code of each command.
fn workflow(project: &Project) -> Vec<i32> {
    let text = std::fs::read_to_string(crate::support::root().join(".github/workflows/ledger.yml")).unwrap();
    let commands = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- run: ").filter(|c| c.starts_with("strat ")));
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_strat")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let run = |command: &str| {
        let mut shell = std::process::Command::new("bash");
        shell.args(["-e", "-c", command]).current_dir(project.root()).env("PATH", &path).env("BASE", "main");
        crate::support::Output::from(shell.output().unwrap()).code
    };
    commands.map(run).collect()
}

#[test]
fn the_workflow_of_a_pull_request_does_what_it_says() {
    let (ada, ben) = two();
    column(&ada, "a");
    column(&ben, "b");
    let runner = clone(&ben);
    runner.git(&["remote", "set-url", "origin", ada.root().to_str().unwrap()]);
    runner.git(&["fetch", "-q"]);
    runner.git(&["checkout", "-q", "--detach"]);
    assert_eq!(workflow(&runner), [0, 0, 0]);
    step(&ada, "mail", &RENAME.replace("NAME", "mail"));
    step(&ben, "address", &RENAME.replace("NAME", "address"));
    runner.git(&["fetch", "-q"]);
    runner.git(&["fetch", "-q", ben.root().to_str().unwrap(), "main"]);
    runner.git(&["checkout", "-q", "FETCH_HEAD"]);
    assert_eq!(workflow(&runner), [0, 0, 3]);
    runner.git(&["merge", "-q", "--no-edit", "origin/main"]);
    assert_eq!(workflow(&runner), [0, 3, 3]);
}
