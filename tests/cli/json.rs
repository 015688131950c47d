//! `--format json`: one document a command, a line an event for runs; nothing else on standard output.

use super::{add, record, with_users};

#[test]
fn every_command_answers_in_json() {
    let project = with_users();
    record(&project, "0002-a", &add("a"));
    let commands: &[(&str, &[&str])] = &[
        ("record", &[]),
        ("lint", &[]),
        ("log", &[]),
        ("show", &[]),
        ("heads", &[]),
        ("branch", &[]),
        ("switch", &["main"]),
        ("status", &[]),
        ("plan", &[]),
        ("merge", &[]),
        ("up", &[]),
        ("down", &["-1", "--accept", "H101"]),
        ("verify", &["--target", "sqlite:strat.db"]),
        ("script", &["list"]),
        ("new", &["-m", "x"]),
    ];
    for (command, more) in commands {
        let text = project.strat(["--format", "json", command].iter().chain(*more)).ok();
        assert!(!text.is_empty(), "{command} says nothing");
        for line in text.lines() {
            assert!(line.starts_with('{') && line.ends_with('}'), "{command}: {line}");
            assert!(
                line.contains("\"strat\":1") && line.contains(&format!("\"command\":\"{command}")),
                "{command}: {line}"
            );
        }
    }
}

#[test]
fn a_run_is_a_line_an_event() {
    let project = with_users();
    let text = project.strat(["up", "--format", "json"]).ok();
    let events: Vec<&str> = text
        .lines()
        .map(|line| line.split("\"event\":\"").nth(1).unwrap().split('"').next().unwrap())
        .collect();
    assert_eq!(events, ["entry-started", "step-done", "entry-done", "done"], "{text}");
}

#[test]
fn wrong_words_are_the_command_lines() {
    let project = with_users();
    for args in [&["upp"][..], &["up", "--frmat"], &["--format", "xml", "log"], &["down"], &[]] {
        project.strat(args).expect_code(2);
    }
    project.strat(["up", "--wait", "soon"]).expect_code(1);
    project.strat(["up", "--batch-rows", "0"]).expect_code(2);
    assert!(project.strat(["--version"]).ok().starts_with("strat "));
}
