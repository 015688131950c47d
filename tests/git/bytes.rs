//! Line ends and attributes: git may translate drafts, and never an entry.

use super::{Project, add, arrives, clone, column, heads, place, record, settles, two};

/// Whether any file below has CRLF.
fn has_crlf(project: &Project, below: &str) -> bool {
    project.files(below).iter().any(|file| project.text(file).contains("\r\n"))
}

/// Takes a ledger's attributes away and has git check everything out again with translated line ends.
fn translated(of: &Project) -> Project {
    of.git(&["rm", "-q", "ledger/.gitattributes"]);
    of.git_commit("without attributes");
    let clone = Project::empty();
    clone.git(&["clone", "-q", "-c", "core.autocrlf=true", of.root().to_str().unwrap(), "."]);
    clone
}

#[test]
fn translated_line_ends_reach_drafts_alone() {
    let (ada, _) = two();
    let mut ben = Project::empty();
    ben.env("STRAT_AUTHOR", "Ben Example <ben@example.com>");
    ben.git(&["clone", "-q", "-c", "core.autocrlf=true", ada.root().to_str().unwrap(), "."]);
    assert!(has_crlf(&ben, "migrations") && !has_crlf(&ben, "ledger"));
    let said = ben.strat(["status"]).ok();
    assert!(!said.contains("edited after record") && !said.contains("not recorded"), "{said}");
    column(&ada, "a");
    ben.write(
        "migrations/0002-b.ron",
        format!("Draft(\r\n    message: \"b\",\r\n    steps: [{}],\r\n)\r\n", add("b")),
    );
    ben.strat(["record"]).ok();
    ben.git_commit("b");
    ben.git(&["pull", "-q", "--no-rebase", "--no-edit", "origin", "main"]);
    assert!(!has_crlf(&ben, "ledger"));
    settles(&ben, &["a", "b"]);
    // And with git's other way of doing it.
    ada.git(&["config", "core.autocrlf", "input"]);
    ada.git(&["pull", "-q", "--ff-only", ben.root().to_str().unwrap(), "main"]);
    arrives(&ada, &["a", "b"]);
}

#[test]
fn missing_attributes_are_named_and_put_back() {
    let (ada, _) = two();
    ada.git(&["rm", "-q", "ledger/.gitattributes"]);
    let said = ada.strat(["verify"]).ok();
    assert!(
        said.contains("notice: .gitattributes is missing") && said.contains("strat init puts it back"),
        "{said}"
    );
    let said = ada.strat(["init"]).ok();
    assert!(said.contains("put ledger/.gitattributes back"), "{said}");
    ada.git(&["add", "-A"]);
    assert!(ada.git(&["diff", "--cached", "HEAD", "--stat"]).is_empty(), "as it was, byte by byte");
    assert_eq!(heads(&ada), 1);
    ada.strat(["init"]).expect_code(1);
}

#[test]
fn translated_entries_are_refused_by_name() {
    let (ada, _) = two();
    let id = ada.strat(["show", "--id"]).ok().trim().to_owned();
    let ben = translated(&ada);
    assert!(has_crlf(&ben, "ledger/entries"));
    // The line that makes a ledger of it is the first to be read.
    for command in ["verify", "up"] {
        let output = ben.strat([command]).expect_code(7);
        assert!(output.stderr.contains("FORMAT is damaged: its line ends are CRLF"), "{}", output.stderr);
        assert!(output.stderr.contains("strat init puts back"), "{}", output.stderr);
    }
    ben.write("ledger/FORMAT", ben.git(&["show", "HEAD:ledger/FORMAT"]));
    let output = ben.strat(["verify"]).expect_code(7);
    for wanted in [&*place(&id), "differs only in CRLF line ends", "with ledger/.gitattributes in place"] {
        assert!(output.stderr.contains(wanted), "{wanted}: {}", output.stderr);
    }
    for command in [&["up"][..], &["status"], &["record"]] {
        let output = ben.strat(command).expect_code(7);
        assert!(
            output.stderr.contains(&id) && output.stderr.contains("CRLF line ends at line 1"),
            "{}",
            output.stderr
        );
        assert!(output.stderr.contains("check the file out again"), "{}", output.stderr);
    }
    // What verify says to do does it.
    ben.strat(["init"]).ok();
    ben.git(&["rm", "-q", "-r", "--cached", "ledger"]);
    ben.git(&["checkout", "-q", "HEAD", "--", "ledger/entries", "ledger/FORMAT", "ledger/README.md"]);
    assert!(!has_crlf(&ben, "ledger"));
    assert_eq!(heads(&ben), 1);
    arrives(&ben, &[]);
}

#[test]
fn what_git_calls_a_change_of_modes_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let (ada, _) = two();
    let id = column(&ada, "a");
    std::fs::set_permissions(ada.path(place(&id)), std::fs::Permissions::from_mode(0o755)).unwrap();
    ada.git_commit("runs");
    let ben = clone(&ada);
    let output = ben.strat(["verify"]).expect_code(7);
    assert!(output.stderr.contains("has run bits") && output.stderr.contains(&id), "{}", output.stderr);
}

#[test]
fn a_hook_of_gits_sees_the_ledger_it_is_in() {
    let (ada, ben) = two();
    // In a hook git names its own folder in the environment: here it is somebody else's.
    let mut ada = ada;
    ada.env("GIT_DIR", ben.path(".git").to_str().unwrap()).env("GIT_WORK_TREE", ben.root().to_str().unwrap());
    ada.env("GIT_INDEX_FILE", ben.path(".git/index").to_str().unwrap());
    record(&ada, "0002-a", &add("a"));
    ada.strat(["unrecord"]).ok();
    ada.strat(["record"]).ok();
    ada.git_commit("a");
    let output = ada.strat(["unrecord"]).expect_code(1);
    assert!(output.stderr.contains("git commit"), "{}", output.stderr);
    let preview = ada.strat(["merge", "--preview", "--with", "refs/remotes/ben/main"]).expect_code(1);
    assert!(preview.stderr.contains("git knows no commit"), "{}", preview.stderr);
    ada.git(&["fetch", "-q", "ben"]);
    ada.strat(["merge", "--preview", "--with", "refs/remotes/ben/main"]).ok();
}
