//! Branches, merges and what is told of them.

use super::{add, draft, record, with_users};

/// A workspace with two branches that each added a column.
fn forked(ours: &str, theirs: &str) -> crate::support::Project {
    let project = with_users();
    project.strat(["branch", "side"]).ok();
    record(&project, "0002-side", theirs);
    project.strat(["switch", "main"]).ok();
    record(&project, "0003-ours", ours);
    project
}

#[test]
fn what_commutes_is_merged() {
    let project = forked(&add("a"), &add("b"));
    let graph = project.strat(["log", "--graph"]).ok();
    let marks: Vec<&str> = graph.lines().map(|line| line.split("  ").next().unwrap()).collect();
    assert!(marks == ["*", "| *", "|/", "*"], "{graph}");
    let before = project.files("ledger");
    assert!(project.strat(["merge", "side", "--preview"]).ok().contains("nothing was written"));
    assert_eq!(project.files("ledger"), before);
    project.strat(["merge", "side"]).ok();
    assert!(project.strat(["merge", "side"]).ok().contains("nothing to merge"));
    let graph = project.strat(["history", "--graph"]).ok();
    assert_eq!(graph.lines().count(), 6, "{graph}");
    project.strat(["up"]).ok();
    project.strat(["verify", "--target", "sqlite:strat.db"]).ok();
}

#[test]
fn whatever_was_applied_first_arrives_at_the_same() {
    let project = forked(&add("a"), &add("b"));
    project.strat(["up", "side", "--target", "sqlite:first.db"]).ok();
    project.strat(["up", "--target", "sqlite:second.db"]).ok();
    project.strat(["merge", "side"]).ok();
    for target in ["sqlite:first.db", "sqlite:second.db", "sqlite:third.db"] {
        project.strat(["up", "--target", target]).ok();
        project.strat(["verify", "--target", target]).ok();
    }
}

#[test]
fn what_clashes_is_named() {
    let project = forked(
        "RenameColumn(table: \"users\", column: \"email\", to: \"mail\")",
        "RenameColumn(table: \"users\", column: \"email\", to: \"address\")",
    );
    for preview in [&["merge", "side", "--preview"][..], &["merge", "side"]] {
        let output = project.strat(preview).expect_code(3);
        let said = output.stdout;
        assert!(said.contains("both rename") && said.matches("step 1 of ").count() == 2, "{said}");
    }
}

#[test]
fn a_branch_that_diverged_waits_for_a_person() {
    let project = with_users();
    let head = project.strat(["show", "head", "--id"]).ok();
    record(&project, "0002-a", &add("a"));
    // What git does when two people recorded on one branch: the union of their files.
    let theirs = crate::support::Project::empty();
    for part in ["ledger", "migrations"] {
        theirs.copy_in(&project.path(part), part);
    }
    let mine = project.strat(["show", "head", "--id"]).ok();
    let place = format!("ledger/entries/{}/{}.ron", &mine[..2], mine.trim());
    std::fs::remove_file(theirs.path(&place)).unwrap();
    std::fs::remove_file(theirs.path("migrations/0002-a.ron")).unwrap();
    assert_eq!(theirs.strat(["show", "head", "--id"]).ok(), head);
    record(&theirs, "0002-b", &add("b"));
    project.copy_in(&theirs.path("ledger/entries"), "ledger/entries");
    project.strat(["heads", "--check"]).expect_code(3);
    project.write("migrations/0003-c.ron", draft("c", &add("c")));
    for command in [&["record"][..], &["up"], &["show"]] {
        let output = project.strat(command).expect_code(3);
        assert!(output.stderr.contains("strat merge"), "{}", output.stderr);
    }
    assert!(project.strat(["status"]).ok().contains("diverged"));
    project.strat(["up", "heads"]).ok();
    project.strat(["merge"]).ok();
    project.strat(["heads", "--check"]).ok();
    project.strat(["record"]).ok();
    project.strat(["up"]).ok();
}

#[test]
fn revisions_are_found_or_refused() {
    let project = with_users();
    record(&project, "0002-a", &add("a"));
    let id = project.strat(["show", "0002-a", "--id"]).ok();
    for name in ["head", "main", &id[..8], "migrations/0002-a.ron", "0001-users+1"] {
        assert_eq!(project.strat(["show", name, "--id"]).ok(), id, "{name}");
    }
    assert_eq!(
        project.strat(["show", "-1", "--id"]).ok(),
        project.strat(["show", "0001-users", "--id"]).ok()
    );
    let output = project.strat(["show", "0002-b"]).expect_code(1);
    assert!(output.stderr.contains("did you mean"), "{}", output.stderr);
    project.strat(["show", "abc"]).expect_code(1);
    project.strat(["show", "head-7"]).expect_code(1);
    let text = project.strat(["show"]).ok();
    assert!(text.contains("add column users.a") && text.contains("Entry(\n    format: 1,"), "{text}");
}

#[test]
fn what_a_merge_decided_is_shown() {
    let project = crate::verify::decided();
    let text = project.strat(["show"]).ok();
    let said = "keeps step 1 of becdbedd37de \"add column notes.score Text\" \
                over step 1 of 84189ce8c330 \"add column notes.score Integer\"";
    assert!(text.lines().any(|line| line.ends_with(said)), "{text}");
    let json = project.strat(["show", "--format", "json"]).ok();
    let of = |id: &str| project.strat(["show", id, "--id"]).ok().trim().to_owned();
    let step = |id: &str| format!("{{\"entry\":\"{}\",\"step\":0}}", of(id));
    let kept =
        format!("\"resolutions\":[{{\"Keep\":{{\"over\":[{}],\"step\":{}}}}}]", step("8418"), step("becd"));
    assert!(json.contains(&kept), "{json}");
    assert!(project.strat(["show", "becd", "--format", "json"]).ok().contains("\"resolutions\":[]"));
}

#[test]
fn branches_are_listed_started_and_left() {
    let project = with_users();
    project.strat(["branch", "feature/x"]).ok();
    let list = project.strat(["branch"]).ok();
    assert!(list.contains("* feature/x") && list.contains("  main"), "{list}");
    project.strat(["branch", "main"]).expect_code(1);
    project.strat(["branch", "head"]).expect_code(1);
    let output = project.strat(["switch", "featur/x"]).expect_code(1);
    assert!(output.stderr.contains("did you mean `feature/x`?"), "{}", output.stderr);
    record(&project, "0002-a", &add("a"));
    assert!(project.strat(["log", "-n", "1"]).ok().contains("(head of feature/x)"));
    assert_eq!(project.strat(["log", "main"]).ok().lines().count(), 1);
}
