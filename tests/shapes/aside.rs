//! Rows and groups of which nothing is made, on record; and what a preview shows of the others.

use serde_json::Value;

use super::{AGGREGATE, SPLIT, SUM, TRANSFER, filled, receipt, settled, up, workspace, workspace_of};
use crate::support::{Project, Target, targets};

fn rejects(project: &Project, target: &Target) -> Vec<String> {
    let said = project.strat(["--format", "json", "backfill", "rejects", "--target", &target.url]).ok();
    let said: Value = serde_json::from_str(&said).unwrap();
    let line = |row: &Value| format!("{} {}", row["key"].as_str().unwrap(), row["class"].as_str().unwrap());
    said["rows"].as_array().unwrap().iter().map(line).collect()
}

/// A workspace whose head sets rows aside.
fn lenient(draft: &str) -> Project {
    workspace(&leaving(draft))
}

fn leaving(draft: &str) -> String {
    draft.replacen("rows: Where(", "on_reject: SetAside(at_most: 3), rows: Where(", 1)
}

#[test]
fn nothing_is_made_of_rows_that_are_set_aside() {
    let mut first: Option<Vec<String>> = None;
    for target in targets::all() {
        for batch in ["1", "7", "5000"] {
            let target = targets::fresh(target.kind).expect("as this one was had");
            let project = lenient(TRANSFER);
            filled(&project, &target, 240);
            target.sql(&format!("UPDATE posts SET tags = '{}' WHERE id = 2", "t".repeat(45)));
            target.sql("INSERT INTO post_tags (post, position, tag) VALUES (3, 0, 'here before')");
            let said = up(&project, &target, batch);
            assert!(said.contains("2 set aside"), "{said}");
            let aside = rejects(&project, &target);
            // In the order in which they were found to be refused: a batch at a time, and the database after the guest.
            let mut aside = aside;
            aside.sort();
            assert_eq!(
                aside,
                ["id = 2 wrong type", "id = 3 constraint"],
                "{} in batches of {batch}",
                target.name
            );
            assert_eq!(target.value("SELECT count(*) FROM post_tags WHERE post IN (2, 3)"), "1");
            assert_eq!(target.value("SELECT count(*) FROM mentions"), (192 - 2).to_string());
            settled(&project, &target);
            let found = receipt(&target);
            assert_eq!(*first.get_or_insert_with(|| found.clone()), found, "{} {batch}", target.name);
            project.strat(["replay", "head", "--target", &target.url]).ok();
            let retry = || project.strat(["backfill", "retry", "--target", &target.url]);
            retry().expect_code(3);
            assert_eq!(rejects(&project, &target).len(), 2);
            target.sql("UPDATE posts SET tags = 't2,t3' WHERE id = 2");
            retry().expect_code(3);
            assert_eq!(rejects(&project, &target), ["id = 3 constraint"], "{}", target.name);
            assert_eq!(target.value("SELECT count(*) FROM post_tags WHERE post = 2"), "2");
            target.sql("DELETE FROM post_tags WHERE tag = 'here before'");
            retry().ok();
            assert!(rejects(&project, &target).is_empty());
            assert_eq!(target.value("SELECT count(*) FROM post_tags"), "288");
            assert_eq!(target.value("SELECT count(*) FROM mentions"), "192");
            settled(&project, &target);
            project.strat(["down", "-1", "--target", &target.url]).ok();
            assert!(rejects(&project, &target).is_empty());
            assert_eq!(target.value("SELECT count(*) FROM post_tags"), "0", "{}", target.name);
            assert_eq!(target.value("SELECT count(*) FROM mentions"), "0");
        }
    }
}

#[test]
fn a_group_is_set_aside_as_a_whole() {
    let mut first: Option<(Vec<String>, Vec<String>)> = None;
    for target in targets::all() {
        for batch in ["1", "5000"] {
            let target = targets::fresh(target.kind).expect("as this one was had");
            let project = lenient(AGGREGATE);
            filled(&project, &target, 240);
            let groups: usize = target
                .value("SELECT count(*) FROM (SELECT DISTINCT org, day FROM events WHERE day IS NOT NULL) g")
                .parse()
                .unwrap();
            let first_day = "INSERT INTO daily (org, day, events, amount) SELECT org, min(day), 0, 0 FROM events WHERE org = 'o4' GROUP BY org";
            target.sql(first_day);
            up(&project, &target, batch);
            let aside = rejects(&project, &target);
            assert!(aside.len() == 1 && aside[0].starts_with("org = o4, day = 2025-"), "{aside:?}");
            assert_eq!(target.value("SELECT count(*) FROM daily WHERE events > 0"), (groups - 1).to_string());
            let found = (receipt(&target), aside);
            assert_eq!(*first.get_or_insert_with(|| found.clone()), found, "{} {batch}", target.name);
            project.strat(["replay", "head", "--target", &target.url]).ok();
            target.sql("DELETE FROM daily WHERE events = 0");
            project.strat(["backfill", "retry", "--target", &target.url]).ok();
            assert!(rejects(&project, &target).is_empty());
            assert_eq!(target.value("SELECT count(*) FROM daily WHERE events > 0"), groups.to_string());
            project.strat(["down", "-1", "--target", &target.url]).ok();
            assert_eq!(target.value("SELECT count(*) FROM daily"), "0", "{}", target.name);
        }
    }
}

#[test]
fn a_script_over_a_batch_refuses_a_row_or_the_group_of_one() {
    let split = SPLIT.replacen(
        "(row, from) => {\n",
        "(row, from) => {\n    if (row.id === 7n) return strat.reject(from, \"not the seventh\");\n",
        1,
    );
    let sum = SUM.replacen(
        "group.events += 1;",
        "if (row.id === 2n) strat.reject(rows.indexOf(row), \"not this\");",
        1,
    );
    for (draft, made, left) in [
        (TRANSFER, "SELECT count(*) FROM post_tags WHERE post = 7", "id = 7 rejected"),
        (
            AGGREGATE,
            "SELECT count(*) FROM daily WHERE org = 'o4' AND day = '2025-01-03'",
            "org = o4, day = 2025-01-03 rejected",
        ),
    ] {
        for batch in ["1", "7", "5000"] {
            let (project, target) = (workspace_of(&leaving(draft), &split, &sum), targets::sqlite());
            filled(&project, &target, 40);
            up(&project, &target, batch);
            assert_eq!(rejects(&project, &target), [left], "in batches of {batch}");
            assert_eq!(target.value(made), "0");
            settled(&project, &target);
        }
        let (project, target) = (workspace_of(draft, &split, &sum), targets::sqlite());
        filled(&project, &target, 40);
        let said = project.strat(["up", "--target", &target.url]).expect_code(3).stderr;
        assert!(said.contains("not th"), "{said}");
    }
}

#[test]
fn a_row_stops_the_step_where_nobody_lets_it_be_set_aside() {
    let (project, target) = (workspace(TRANSFER), targets::sqlite());
    filled(&project, &target, 40);
    target.sql("INSERT INTO post_tags (post, position, tag) VALUES (3, 0, 'here before')");
    let said = project.strat(["up", "--target", &target.url]).expect_code(3).stderr;
    assert!(said.contains("--set-aside"), "{said}");
    let words = ["up", "--set-aside", "id=3", "--reason", "it was there", "--target", &target.url];
    project.strat(words).ok();
    assert_eq!(rejects(&project, &target), ["id = 3 constraint"]);
}

#[test]
fn a_preview_shows_the_rows_that_would_be_made() {
    for (draft, tables) in [(TRANSFER, ["post_tags", "mentions"].as_slice()), (AGGREGATE, &["daily"])] {
        for target in targets::all() {
            let project = workspace(draft);
            filled(&project, &target, 120);
            let words = ["--format", "json", "up", "--dry-run", "--preview", "5", "--target", &target.url];
            let said = project.strat(words).ok();
            let seen = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
            let seen = seen.into_iter().find(|one| one["command"] == "preview").unwrap();
            let made = seen["steps"][0]["tables"].as_array().unwrap_or_else(|| panic!("{seen}")).clone();
            let named: Vec<&str> = made.iter().map(|one| one["table"].as_str().unwrap()).collect();
            assert_eq!(named, tables, "{}", target.name);
            for table in tables {
                assert_eq!(target.value(&format!("SELECT count(*) FROM {table}")), "0");
            }
            up(&project, &target, "50");
            // All rows were sampled, so that as many are there as were shown.
            for one in &made {
                let there = target.value(&format!("SELECT count(*) FROM {}", one["table"].as_str().unwrap()));
                assert_eq!(one["inserted"].to_string(), there, "{}: {one}", target.name);
                assert_eq!(one["rows"].as_array().unwrap().len(), 5);
            }
        }
    }
}
