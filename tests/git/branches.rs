//! `branch: Git` in `strat.ron`: what git has checked out is the branch.

use super::{Project, add, arrives, clone, column, record, step};
use crate::cli::with_users;

/// A repository with the users, where git decides on the branch.
fn gits() -> Project {
    let project = with_users();
    project.write("strat.ron", "(branch: Git)");
    project.git_init();
    project
}

fn label(project: &Project, draft: &str) -> String {
    let text = project.strat(["show", draft, "--format", "json"]).ok();
    let rest = text.split_once("\"branch\":\"").unwrap().1;
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn entries_carry_the_name_of_gits_branch() {
    let project = gits();
    assert!(project.strat(["status"]).ok().starts_with("branch main (git's): "));
    project.git(&["switch", "-qc", "feature/slug"]);
    assert!(project.strat(["status"]).ok().starts_with("branch feature/slug (git's): "));
    column(&project, "a");
    assert_eq!(label(&project, "0002-a"), "feature/slug");
    // Its parent is what the checkout had, whatever that one's label is.
    let told = project.strat(["show", "0002-a", "--format", "json"]).ok();
    let users = project.strat(["show", "0001-users", "--id"]).ok();
    assert!(told.contains(&format!("\"parents\":[\"{}\"]", users.trim())), "{told}");
    project.strat(["verify"]).ok();
    project.strat(["heads", "--check"]).ok();
    arrives(&project, &["a"]);
    // Back on main it isn't there; once git has merged it, it is.
    project.git(&["switch", "-q", "main"]);
    arrives(&project, &[]);
    project.git(&["merge", "-q", "--no-ff", "--no-edit", "feature/slug"]);
    project.strat(["heads", "--check"]).ok();
    arrives(&project, &["a"]);
    column(&project, "b");
    assert_eq!(label(&project, "0002-b"), "main");
    arrives(&project, &["a", "b"]);
}

#[test]
fn what_git_brings_together_is_joined() {
    let project = gits();
    project.git(&["switch", "-qc", "topic"]);
    column(&project, "a");
    project.git(&["switch", "-q", "main"]);
    column(&project, "b");
    let said = project.strat(["merge", "--preview", "--with", "topic"]).ok();
    assert!(said.contains("would merge"), "{said}");
    project.git(&["merge", "-q", "--no-edit", "topic"]);
    project.strat(["verify"]).ok();
    project.strat(["heads", "--check"]).expect_code(3);
    let output = project.strat(["up"]).expect_code(3);
    assert!(output.stderr.contains("branch `main` has 2 heads"), "{}", output.stderr);
    project.strat(["merge"]).ok();
    project.strat(["verify"]).ok();
    project.strat(["heads", "--check"]).ok();
    arrives(&project, &["a", "b"]);
}

#[test]
fn a_pull_request_is_looked_at_from_a_detached_head() {
    let project = gits();
    let ben = clone(&project);
    ben.git(&["switch", "-qc", "topic"]);
    let rename = |to: &str| format!("RenameColumn(table: \"users\", column: \"email\", to: \"{to}\")");
    step(&ben, "mail", &rename("mail"));
    step(&project, "address", &rename("address"));
    ben.git(&["fetch", "-q"]);
    ben.git(&["checkout", "-q", "--detach", "topic"]);
    ben.strat(["merge", "--preview", "--with", "origin/main"]).expect_code(3);
    ben.strat(["merge", "--preview", "--with", "origin/main~1"]).ok();
    ben.git(&["merge", "-q", "--no-edit", "origin/main"]);
    ben.strat(["verify"]).ok();
    ben.strat(["heads", "--check"]).expect_code(3);
    ben.strat(["merge", "--preview", "--with", "origin/main"]).expect_code(3);
}

#[test]
fn a_detached_head_can_be_deployed_and_not_recorded_on() {
    let project = gits();
    column(&project, "a");
    project.git(&["checkout", "-q", "--detach"]);
    arrives(&project, &["a"]);
    let said = project.strat(["status"]).ok();
    assert!(said.starts_with("branch (detached HEAD) (git has no branch checked out): "), "{said}");
    project.write("migrations/0003-b.ron", crate::cli::draft("b", &add("b")));
    let output = project.strat(["record"]).expect_code(1);
    assert!(output.stderr.contains("git has no branch checked out"), "{}", output.stderr);
    assert!(output.stderr.contains("git switch -c NAME"), "{}", output.stderr);
    project.git(&["switch", "-qc", "fix"]);
    project.strat(["record"]).ok();
    assert_eq!(label(&project, "0003-b"), "fix");
}

#[test]
fn names_that_no_label_can_be_are_made_into_one() {
    let project = gits();
    project.git(&["switch", "-qc", "deps/@types(1)"]);
    column(&project, "a");
    let label = label(&project, "0002-a");
    assert!(label.starts_with("deps/-types-1--") && label.len() == 23, "{label}");
    let said = project.strat(["status"]).ok();
    assert!(said.starts_with(&format!("branch {label} (git's deps/@types(1)): ")), "{said}");
    project.strat(["verify"]).ok();
    arrives(&project, &["a"]);
}

#[test]
fn strat_leaves_branches_to_git() {
    let project = gits();
    let branch = project.strat(["branch", "side"]).expect_code(1);
    assert!(
        branch.stderr.contains("git decides on the branch here") && branch.stderr.contains("git switch -c"),
        "{}",
        branch.stderr
    );
    let switch = project.strat(["switch", "side"]).expect_code(1);
    assert!(switch.stderr.contains("hint: git switch"), "{}", switch.stderr);
    let said = project.strat(["branch"]).ok();
    assert!(said.starts_with("* main") && said.contains("`git branch` lists the others"), "{said}");
    project.write("strat.ron", "(branch: Gti)");
    let output = project.strat(["status"]).expect_code(1);
    assert!(output.stderr.contains("strat.ron:1:") && output.stderr.contains("Git"), "{}", output.stderr);
}

#[test]
fn without_a_repository_there_is_no_branch_of_gits() {
    let project = with_users();
    project.write("strat.ron", "(branch: Git)");
    for command in [&["status"][..], &["up"], &["heads"]] {
        let output = project.strat(command).expect_code(1);
        assert!(output.stderr.contains("strat.ron leaves the branch to git"), "{}", output.stderr);
        assert!(output.stderr.contains("take `branch: Git` out of strat.ron"), "{}", output.stderr);
    }
    project.strat(["verify"]).ok();
    project.git(&["init", "-q", "-b", "trunk"]);
    assert!(project.strat(["status"]).ok().starts_with("branch trunk (git's): "));
    record(&project, "0002-a", &add("a"));
    assert_eq!(label(&project, "0002-a"), "trunk");
}

#[test]
fn a_draft_edited_on_another_branch_is_taken_back_there() {
    let project = gits();
    record(&project, "0002-a", &add("a"));
    project.git(&["switch", "-qc", "topic"]);
    project.write("migrations/0002-a.ron", crate::cli::draft("0002-a", &add("c")));
    project.strat(["redo"]).ok();
    assert_eq!(label(&project, "0002-a"), "topic");
    project.strat(["verify"]).ok();
    arrives(&project, &["c"]);
}
