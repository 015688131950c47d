//! `unrecord` and `redo`: until it is shared, an author may change their mind.

use super::{add, draft, record, with_users};

#[test]
fn an_unshared_head_is_taken_back() {
    let project = with_users();
    record(&project, "0002-a", &add("a"));
    let output = project.strat(["unrecord", "0001-users"]).expect_code(1);
    assert!(output.stderr.contains("follows it"), "{}", output.stderr);
    project.strat(["unrecord"]).ok();
    assert_eq!(project.files("ledger/entries").len(), 1);
    assert!(project.strat(["status"]).ok().contains("not recorded: migrations/0002-a.ron"));
}

#[test]
fn what_is_in_git_stays() {
    let project = with_users();
    project.git_init();
    for command in ["unrecord", "redo"] {
        let output = project.strat([command]).expect_code(1);
        assert!(
            output.stderr.contains("git commit") && output.stderr.contains("new draft"),
            "{}",
            output.stderr
        );
    }
}

#[test]
fn what_another_target_has_stays() {
    let project = with_users();
    project.write(
        "strat.ron",
        r#"(default: "dev", targets: {"dev": (url: "sqlite:dev.db"), "prod": (url: "sqlite:prod.db")})"#,
    );
    project.strat(["up", "--target", "prod"]).ok();
    let output = project.strat(["unrecord"]).expect_code(1);
    assert!(output.stderr.contains("prod"), "{}", output.stderr);
}

#[test]
fn what_is_applied_at_home_is_undone_first() {
    let project = with_users();
    project.strat(["up"]).ok();
    let output = project.strat(["unrecord"]).expect_code(1);
    assert!(output.stderr.contains("strat down -1"), "{}", output.stderr);
    project.strat(["down", "-1", "--accept", "H101"]).ok();
    project.strat(["unrecord"]).ok();
}

#[test]
fn redo_is_the_daily_loop() {
    let project = with_users();
    record(&project, "0002-a", &add("a"));
    project.strat(["up"]).ok();
    project.write("migrations/0002-a.ron", draft("0002-a", &add("nope").replace("users", "usrs")));
    project.strat(["redo", "--accept", "H101"]).expect_code(1);
    project.strat(["verify", "--target", "sqlite:strat.db"]).ok();
    project.write("migrations/0002-a.ron", draft("0002-a", &add("b")));
    project.strat(["redo"]).ok();
    assert!(project.strat(["show"]).ok().contains("users.b"));
    project.strat(["status", "--check"]).ok();
    project.strat(["verify", "--target", "sqlite:strat.db"]).ok();
}

#[test]
fn what_is_local_stays_local() {
    let project = with_users();
    project.strat(["status"]).ok();
    project.git_init();
    project.strat(["record"]).ok();
    project.git(&["add", "-f", ".strat/cache"]);
    for command in ["record", "verify"] {
        let output = project.strat([command]).expect_code(1);
        assert!(output.stderr.contains("git rm -r --cached .strat"), "{}", output.stderr);
    }
}
