//! Drafts: mistakes with their places, and what recording them does.

use super::{USERS, add, draft, record, with_users};
use crate::support::Project;

/// Records a step against the users and gives what is said of it.
#[track_caller]
fn refused(step: &str) -> String {
    let project = with_users();
    let before = project.files("ledger");
    project.write("migrations/0002-x.ron", draft("x", step));
    let output = project.strat(["record"]).expect_code(1);
    assert_eq!(project.files("ledger"), before);
    output.stderr
}

#[test]
fn a_typo_is_shown_where_it_stands() {
    let said = refused("AdColumn(table: \"users\", column: (name: \"x\", type: Text))");
    assert!(said.contains("migrations/0002-x.ron:1:29: unknown word `AdColumn`"), "{said}");
    assert!(said.contains("                             ^^^^^^^^ did you mean `AddColumn`?"), "{said}");
    let said = refused("AddColumn(table: \"users\", column: (nam: \"x\", type: Text))");
    assert!(said.contains("unknown field `nam`") && said.contains("`name`"), "{said}");
}

#[test]
fn unknown_names_come_with_the_nearest() {
    assert!(
        refused("AddColumn(table: \"user\", column: (name: \"x\", type: Text))")
            .contains("did you mean `users`?")
    );
    assert!(refused("DropColumn(table: \"users\", column: \"emial\")").contains("did you mean `email`?"));
}

#[test]
fn defaults_have_to_fit_their_type() {
    let said =
        refused("AddColumn(table: \"users\", column: (name: \"n\", type: Integer, default: Literal(\"x\")))");
    assert!(said.contains("whole number"), "{said}");
}

#[test]
fn names_are_taken_once() {
    assert!(refused(USERS).contains("users"));
    assert!(refused(&add("email")).contains("email"));
}

#[test]
fn names_have_a_length() {
    let said = refused(&add(&"n".repeat(64)));
    assert!(said.contains("63"), "{said}");
    let project = with_users();
    record(&project, "0002-long", &add(&"n".repeat(63)));
}

#[test]
fn odd_names_go_there_and_back() {
    let project = with_users();
    for (number, name) in ["select", "two words", "it's", "a\"b", "größe", "🦀"].iter().enumerate() {
        record(&project, &format!("000{}-odd", number + 2), &add(name));
    }
    project.strat(["up", "--step-by-step"]).ok();
    project.strat(["verify", "--target", "sqlite:strat.db"]).ok();
    project.strat(["down", "root", "--accept", "H101"]).ok();
    project.strat(["up"]).ok();
    project.strat(["verify", "--target", "sqlite:strat.db"]).ok();
}

#[test]
fn the_same_draft_again_says_so() {
    let project = with_users();
    let before = project.files("ledger");
    assert_eq!(project.strat(["record"]).ok(), "nothing to record\n");
    let said = project.strat(["record", "migrations/0001-users.ron"]).ok();
    assert!(said.contains("already recorded"), "{said}");
    assert_eq!(project.files("ledger"), before);
}

#[test]
fn only_an_edited_meaning_counts() {
    let project = with_users();
    let text = project.text("migrations/0001-users.ron");
    project.write("migrations/0001-users.ron", format!("// reviewed\r\n{}", text.replace(", ", " ,\r\n")));
    assert!(!project.strat(["status"]).ok().contains("edited"));
    project.write("migrations/0001-users.ron", text.replace("email", "mail"));
    for _ in 0..2 {
        let said = project.strat(["status"]).ok();
        assert!(said.contains("edited after record: migrations/0001-users.ron"), "{said}");
    }
    let output = project.strat(["record", "0001-users"]).expect_code(1);
    assert!(output.stderr.contains("strat redo"), "{}", output.stderr);
    project.strat(["lint"]).ok();
}

#[test]
fn losses_are_accepted_by_name() {
    let project = with_users();
    let drop = "DropColumn(table: \"users\", column: \"email\")";
    project.write("migrations/0002-x.ron", draft("x", drop));
    let output = project.strat(["record"]).expect_code(4);
    assert!(output.stderr.contains("accept: [\"H101\"]"), "{}", output.stderr);
    project.write(
        "migrations/0002-x.ron",
        format!("Draft(message: \"x\", accept: [\"H101\"], steps: [{drop}])"),
    );
    project.strat(["record"]).ok();
}

#[test]
fn hazards_are_explained() {
    let project = Project::empty();
    assert!(project.strat(["lint", "--explain", "h101"]).ok().contains("loses data"));
    project.strat(["lint", "--explain", "H999"]).expect_code(1);
}

#[test]
fn drafts_have_names() {
    let project = with_users();
    project.write("migrations/Add Column.ron", draft("x", &add("x")));
    let output = project.strat(["record"]).expect_code(1);
    assert!(output.stderr.contains("lower-case"), "{}", output.stderr);
}
