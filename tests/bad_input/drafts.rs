//! Drafts with mistakes: each is shown with its place and a caret, and nothing is recorded.

use super::{fails, ledger_kept, users};
use crate::support::{Project, targets};

/// Records a draft of one step, given with its line, and expects these words after the place.
#[track_caller]
fn refused(step: &str, column: usize, words: &[&str]) {
    let project = users();
    let draft = format!("Draft(\n    message: \"x\",\n    steps: [\n        {step},\n    ],\n)\n");
    refused_text(&project, &draft, &format!("migrations/0002-x.ron:4:{column}: "), words);
    // The caret stands under the place that the message names.
    let said = project.strat(["record"]).stderr;
    let caret = said.lines().find(|line| line.trim_start().starts_with("| ")).expect("a caret");
    assert_eq!(caret.find('^'), Some("4 | ".len() + column - 1), "{said}");
}

#[track_caller]
fn refused_text(project: &Project, draft: &str, place: &str, words: &[&str]) {
    project.write("migrations/0002-x.ron", draft);
    ledger_kept(project, || {
        let said = fails(project.strat(["record"]), 1, words);
        assert!(said.stderr.contains(place), "{place} is not in\n{}", said.stderr);
        assert_eq!(project.strat(["lint"]).code, 4);
    });
    assert_eq!(project.files("ledger/entries").len(), 1);
    assert_eq!(project.text("migrations/0002-x.ron"), draft, "the draft stays as it was written");
}

#[test]
fn a_typo_in_an_operation() {
    let step = r#"AddColum(table: "users", column: (name: "a", type: Text))"#;
    refused(step, 9, &["unknown word `AddColum`", "did you mean `AddColumn`?"]);
}

#[test]
fn a_typo_in_a_field() {
    let step = r#"AddColumn(tabel: "users", column: (name: "a", type: Text))"#;
    refused(step, 19, &["unknown field `tabel` in AddColumn", "did you mean `table`?"]);
}

#[test]
fn a_typo_in_a_type() {
    let step = r#"AddColumn(table: "users", column: (name: "a", type: Txt))"#;
    refused(step, 61, &["unknown word `Txt` in Type", "did you mean `Text`?"]);
}

#[test]
fn an_unknown_table() {
    let step = r#"AddColumn(table: "usres", column: (name: "a", type: Text))"#;
    refused(step, 26, &["there is no table `usres`", "did you mean `users`?"]);
}

#[test]
fn an_unknown_column() {
    let step = r#"DropColumn(table: "users", column: "nn")"#;
    refused(step, 44, &["table `users` has no column `nn`", "did you mean `n`?"]);
    refused(r#"CreateIndex(table: "users", index: (on: [Column("nn")]))"#, 50, &["no column `nn`"]);
}

#[test]
fn a_default_of_another_type() {
    let step = r#"AddColumn(table: "users", column: (name: "a", type: Integer, default: Literal("lots")))"#;
    refused(step, 79, &["\"lots\" doesn't fit Integer: write a whole number"]);
    let step = r#"AddColumn(table: "users", column: (name: "a", type: SmallInt, default: Literal(70000)))"#;
    refused(step, 80, &["70000 doesn't fit SmallInt: it is out of range"]);
    let step = r#"AddColumn(table: "users", column: (name: "a", type: Uuid, default: Literal("not-one")))"#;
    refused(step, 76, &["doesn't fit Uuid"]);
    let step = r#"SetDefault(table: "users", column: "n", to: Literal(true))"#;
    refused(step, 53, &["true doesn't fit BigInt"]);
}

#[test]
fn a_column_twice() {
    let step = r#"AddColumn(table: "users", column: (name: "n", type: Text))"#;
    refused(step, 50, &["the name `n` is taken by a column of `users`", "choose another name"]);
    let step = r#"AddColumn(table: "users", column: (name: "N", type: Text))"#;
    refused(step, 50, &["the name `N` is taken", "letter case doesn't count"]);
    let step = r#"CreateTable(name: "a", columns: [(name: "id", type: Text), (name: "id", type: Text)])"#;
    refused(step, 75, &["the name `id` is taken by a column of `a`"]);
}

#[test]
fn a_table_twice() {
    let step = r#"CreateTable(name: "users", columns: [(name: "id", type: Text)])"#;
    refused(step, 27, &["the name `users` is taken by table `users`", "choose another name"]);
}

#[test]
fn a_name_of_64_bytes() {
    let long = "ä".repeat(32);
    let step = format!(r#"AddColumn(table: "users", column: (name: "{long}", type: Text))"#);
    refused(&step, 50, &["has 64 bytes", "shorten it to at most 63"]);
    let step = format!(r#"RenameTable(table: "users", to: "{}")"#, "u".repeat(64));
    refused(&step, 41, &["has 64 bytes"]);
}

#[test]
fn a_name_of_nothing_or_of_controls() {
    refused(r#"AddColumn(table: "users", column: (name: "", type: Text))"#, 50, &["is empty"]);
    let step = r#"AddColumn(table: "users", column: (name: "a\u{1b}[2J", type: Text))"#;
    refused(step, 50, &["invisible character U+001B", "remove it"]);
    let step = r#"AddColumn(table: "users", column: (name: "a\u{202e}b", type: Text))"#;
    refused(step, 50, &["invisible character U+202E"]);
}

#[test]
fn text_that_is_no_draft() {
    let project = users();
    refused_text(&project, "", "migrations/0002-x.ron:1:1: ", &["Draft"]);
    refused_text(&project, "Draft(\n    message: \"x\",\n    steps: [", "migrations/0002-x.ron:3:", &[]);
    let comma = "Draft(\n    message: \"x\",\n    steps: [\n        DropTable(table: \"users\")\n        DropTable(table: \"users\"),\n    ],\n)\n";
    refused_text(&project, comma, "migrations/0002-x.ron:5:9: ", &["expected comma"]);
    project.write("migrations/0002-x.ron", b"Draft(message: \"\xff\")");
    fails(ledger_kept(&project, || project.strat(["record"])), 1, &["0002-x.ron", "not UTF-8"]);
}

#[test]
fn a_draft_nested_without_end_is_refused_and_not_followed() {
    let project = users();
    let deep = format!("Draft(message: \"x\", steps: {}", "[".repeat(200_000));
    project.write("migrations/0002-x.ron", deep);
    fails(ledger_kept(&project, || project.strat(["record"])), 1, &["migrations/0002-x.ron"]);
}

#[test]
fn a_mistake_in_the_second_draft_keeps_the_first() {
    let project = users();
    project.write("migrations/0002-notes.ron", super::NOTES);
    project.write("migrations/0003-x.ron", super::NOTES.replace("\"users\"", "\"usres\""));
    fails(project.strat(["record"]), 1, &["migrations/0003-x.ron:4:26", "did you mean `users`?"]);
    project.strat(["verify"]).ok();
    project.write("migrations/0003-x.ron", super::NOTES.replace("\"note\"", "\"more\""));
    project.strat(["record"]).ok();
    let target = targets::sqlite();
    super::up(&project, &target).ok();
    assert_eq!(target.value("SELECT count(*) FROM pragma_table_info('users')"), "4");
}

#[test]
fn crlf_and_a_byte_order_mark_in_a_draft_do_no_harm() {
    let project = users();
    project.write("migrations/0002-notes.ron", format!("\u{feff}{}", super::NOTES.replace('\n', "\r\n")));
    let output = project.strat(["record"]);
    // Windows editors write both; a draft means what it says, whatever its line ends.
    output.ok();
    project.strat(["verify"]).ok();
}
