//! `init` and `new`: the first minute.

use crate::support::Project;

#[test]
fn a_folder_becomes_a_workspace() {
    let project = Project::empty();
    project.write(".gitignore", "target/");
    let said = project.strat(["init"]).ok();
    assert!(said.contains("strat new -m"), "{said}");
    for file in [
        "ledger/FORMAT",
        "ledger/.gitattributes",
        "ledger/README.md",
        "migrations/README.md",
        "data-scripts/README.md",
    ] {
        assert!(project.path(file).is_file(), "{file}");
    }
    assert!(project.text(".gitignore").starts_with("target/\n.strat/\n"));
    project.strat(["verify"]).ok();
}

#[test]
fn where_the_ledger_was_made_is_told_from_here() {
    for (args, shown) in
        [(&["init"][..], "ledger"), (&["init", "."], "ledger"), (&["init", "a/./b"], "a/b/ledger")]
    {
        let project = Project::empty();
        let said = project.strat(args).ok();
        assert!(said.starts_with(&format!("made a ledger in {shown}\n")), "{args:?}: {said}");
        let project = Project::empty();
        let said = project.strat(["-C", "."].iter().chain(args)).ok();
        assert!(said.starts_with(&format!("made a ledger in {shown}\n")), "-C . {args:?}: {said}");
    }
}

#[test]
fn a_ledger_is_never_made_twice() {
    let project = Project::init();
    let before = project.read("ledger/FORMAT");
    let output = project.strat(["init"]).expect_code(1);
    assert!(output.stderr.contains("already"), "{}", output.stderr);
    assert_eq!(project.read("ledger/FORMAT"), before);
}

#[test]
fn a_folder_with_entries_and_no_format_is_left_alone() {
    let project = super::with_users();
    std::fs::remove_file(project.path("ledger/FORMAT")).unwrap();
    let output = project.strat(["init"]).expect_code(1);
    assert!(output.stderr.contains("git checkout"), "{}", output.stderr);
}

#[test]
fn outside_of_a_workspace_the_way_in_is_told() {
    let project = Project::empty();
    project.write(".git/x", "");
    let output = project.strat(["status"]).expect_code(1);
    assert!(
        output.stderr.contains("error: no ledger/") && output.stderr.contains("\n\nhint: strat init"),
        "{}",
        output.stderr
    );
    project.strat(["init", "below"]).ok();
    project.strat(["-C", "below/migrations", "status"]).ok();
}

#[test]
fn drafts_are_numbered_and_named() {
    let project = super::with_users();
    assert_eq!(project.strat(["new", "-m", "Add e-mail"]).ok(), "migrations/0002-add-e-mail.ron\n");
    assert_eq!(
        project.strat(["revision", "--message", "say \"hi\" {}"]).ok(),
        "migrations/0003-say-hi.ron\n"
    );
    let output = project.strat(["lint"]).expect_code(4);
    assert!(output.stdout.contains("a draft needs at least one step"), "{}", output.stdout);
    project.strat(["new", "-m", "two\nlines"]).expect_code(1);
    project.strat(["new"]).expect_code(2);
}

#[test]
fn the_steps_in_a_new_draft_are_right_as_they_stand() {
    let project = Project::init();
    project.strat(["new", "-m", "try"]).ok();
    let text = project.text("migrations/0001-try.ron").replace("        // ", "        ");
    let text: Vec<&str> = text.lines().filter(|line| !line.contains("Backfill")).collect();
    project.write("migrations/0001-try.ron", text.join("\n"));
    project.strat(["record"]).ok();
    project.strat(["up"]).ok();
}

#[test]
fn who_writes_has_to_be_known() {
    let mut project = Project::init();
    project.write("migrations/0001-users.ron", super::draft("users", super::USERS));
    project.env("STRAT_AUTHOR", "");
    let output = project.strat(["record"]).expect_code(1);
    assert!(output.stderr.contains("STRAT_AUTHOR"), "{}", output.stderr);
    assert!(project.files("ledger/entries").is_empty());
}

#[test]
fn shells_get_their_completions() {
    let project = Project::empty();
    assert!(project.strat(["completions", "bash"]).ok().contains("unrecord"));
    project.strat(["completions", "cmd"]).expect_code(2);
}
