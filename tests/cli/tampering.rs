//! `verify`: each way of tampering is named, with the file.

use std::fs;

use super::{add, record, with_users};
use crate::support::Project;

fn entry(project: &Project) -> String {
    project.files("ledger/entries").first().unwrap().to_str().unwrap().to_owned()
}

/// Damages the ledger, and gives what `verify` says.
#[track_caller]
fn damaged(damage: impl FnOnce(&Project, &str)) -> String {
    let project = with_users();
    record(&project, "0002-a", &add("a"));
    let file = entry(&project);
    damage(&project, &file);
    let output = project.strat(["verify"]).expect_code(7);
    let name = &file["ledger/".len()..];
    assert!(output.stderr.contains("error: ledger/"), "{}", output.stderr);
    output.stderr.replace(name, "THE-ENTRY")
}

#[test]
fn a_byte() {
    let said = damaged(|project, file| {
        let text = project.text(file).replace("Ada", "Eve");
        project.write(file, text);
    });
    assert!(said.contains("ledger/THE-ENTRY"), "{said}");
}

#[test]
fn an_end() {
    let said = damaged(|project, file| {
        let bytes = project.read(file);
        project.write(file, &bytes[..bytes.len() / 2]);
    });
    assert!(said.contains("ledger/THE-ENTRY"), "{said}");
}

#[test]
fn line_ends() {
    let said = damaged(|project, file| {
        let text = project.text(file).replace('\n', "\r\n");
        project.write(file, text);
    });
    assert!(said.contains("ledger/THE-ENTRY") && said.contains("CRLF"), "{said}");
}

#[test]
fn a_name() {
    damaged(|project, file| {
        let other = file.replace(&file[file.len() - 8..file.len() - 4], "0000");
        fs::rename(project.path(file), project.path(other)).unwrap();
    });
}

#[test]
fn a_graft() {
    damaged(|project, _| {
        project.copy_in(&with_users().path("ledger/entries"), "ledger/entries");
    });
}

#[test]
fn a_stranger() {
    let said = damaged(|project, _| {
        project.write("ledger/entries/notes.txt", "hello");
    });
    assert!(said.contains("notes.txt"), "{said}");
}

#[test]
fn a_missing_parent() {
    let project = with_users();
    let first = entry(&project);
    record(&project, "0002-a", &add("a"));
    fs::remove_file(project.path(first)).unwrap();
    project.strat(["verify"]).expect_code(7);
    project.strat(["status"]).expect_code(7);
}

#[test]
fn nothing_is_applied_from_a_damaged_ledger() {
    let project = with_users();
    let file = entry(&project);
    let text = project.text(&file).replace("Ada", "Eve");
    project.write(&file, text);
    project.strat(["up"]).expect_code(7);
    assert!(!project.path("strat.db").exists());
}

#[test]
fn another_format_is_no_damage() {
    let project = with_users();
    project.write("ledger/FORMAT", "stratigraph ledger 2 whatever\n");
    for command in ["verify", "status"] {
        let output = project.strat([command]).expect_code(1);
        assert!(output.stderr.contains("newer strat"), "{}", output.stderr);
    }
}
