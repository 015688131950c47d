//! Real git: clones that record beside each other, and what merging, rebasing, picking and reverting makes of their ledgers.

mod branches;
mod bytes;
mod joining;
mod preview;

use crate::{
    cli::{add, record, with_users},
    support::{Project, targets},
};

/// A repository with the users, and a clone of it that has it as `origin`; the first has the clone as `ben`.
#[track_caller]
fn two() -> (Project, Project) {
    let ada = with_users();
    ada.git_init();
    let ben = clone(&ada);
    ada.git(&["remote", "add", "ben", ben.root().to_str().unwrap()]);
    (ada, ben)
}

/// A clone by somebody else.
#[track_caller]
fn clone(of: &Project) -> Project {
    let mut clone = Project::empty();
    clone.env("STRAT_AUTHOR", "Ben Example <ben@example.com>");
    clone.git(&["clone", "-q", of.root().to_str().unwrap(), "."]);
    clone
}

/// Records a column in a draft of its own and commits it; gives the entry's id.
#[track_caller]
fn column(project: &Project, name: &str) -> String {
    step(project, name, &add(name))
}

/// Records one step and commits it; gives the entry's id.
#[track_caller]
fn step(project: &Project, name: &str, step: &str) -> String {
    record(project, &format!("0002-{name}"), step);
    project.git_commit(name);
    project.strat(["show", &format!("0002-{name}"), "--id"]).ok().trim().to_owned()
}

/// Where an entry's file is.
fn place(id: &str) -> String {
    format!("ledger/entries/{}/{id}.ron", &id[..2])
}

/// How many heads the current branch has; `verify` and `heads --check` have to agree.
#[track_caller]
fn heads(project: &Project) -> usize {
    let said = project.strat(["verify"]).ok();
    assert!(said.contains("the ledger is sound") && !said.contains("notice:"), "{said}");
    let heads = project.strat(["heads"]).ok().lines().filter(|line| line.starts_with("main ")).count();
    project.strat(["heads", "--check"]).expect_code(if heads > 1 { 3 } else { 0 });
    heads
}

/// A database gets all that the checkout has, and then has these columns beside the users' own.
#[track_caller]
fn arrives(project: &Project, columns: &[&str]) {
    let target = targets::sqlite();
    project.strat(["up", "--target", &target.url]).ok();
    project.strat(["verify", "--target", &target.url]).ok();
    project.strat(["status", "--check", "--target", &target.url]).ok();
    let found = target.sql("SELECT name FROM pragma_table_info('users') ORDER BY name");
    let mut wanted = [&["id", "email"], columns].concat();
    wanted.sort_unstable();
    assert_eq!(found.concat(), wanted);
}

/// Git brought two heads together: all commands say so, `merge` joins them, and a database gets both.
#[track_caller]
fn settles(project: &Project, columns: &[&str]) {
    assert_eq!(heads(project), 2);
    assert!(project.strat(["status"]).ok().contains("`strat merge` joins its heads"));
    let output = project.strat(["up", "--target", "sqlite::memory:"]).expect_code(3);
    assert!(output.stderr.contains("hint: strat merge joins them"), "{}", output.stderr);
    project.strat(["merge"]).ok();
    assert_eq!(heads(project), 1);
    project.git_commit("join");
    arrives(project, columns);
}
