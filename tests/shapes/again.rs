//! Transfers and aggregates run again from their rows, and held against their receipts.

use super::{AGGREGATE, TRANSFER, filled, workspace};
use crate::support::targets;

#[test]
fn they_come_to_the_same_again_and_say_what_differs() {
    let changed = [
        ("UPDATE posts SET author = 'nobody' WHERE id = 2", "another input"),
        ("DELETE FROM events WHERE id = 2", "another input"),
    ];
    for (draft, (change, said)) in [TRANSFER, AGGREGATE].into_iter().zip(changed) {
        for target in targets::all() {
            let project = workspace(draft);
            filled(&project, &target, 300);
            let replay = |words: &[&str]| {
                project
                    .strat(["replay", "head"].iter().chain(words).chain(&["--target", target.url.as_str()]))
            };
            project.strat(["up", "--batch-rows", "70", "--target", &target.url]).ok();
            replay(&[]).ok();
            replay(&["--sample", "2"]).ok();
            // A database of another kind that has the same rows.
            let copy = targets::sqlite();
            filled(&project, &copy, 300);
            let words =
                ["replay", "head", "--receipt-of", target.url.as_str(), "--target", copy.url.as_str()];
            project.strat(words).ok();
            target.sql(change);
            let told = replay(&[]).expect_code(7);
            assert!(
                format!("{}{}", told.stdout, told.stderr).contains(said),
                "{}: {}",
                target.name,
                told.stdout
            );
        }
    }
}

#[test]
fn another_lookup_is_told_apart() {
    for target in targets::all() {
        let project = workspace(AGGREGATE);
        filled(&project, &target, 60);
        project.strat(["up", "--target", &target.url]).ok();
        target.sql("UPDATE orgs SET name = 'another'");
        let told = project.strat(["replay", "head", "--target", &target.url]).expect_code(7);
        let told = format!("{}{}", told.stdout, told.stderr);
        assert!(told.contains("the rows of lookup orgs"), "{}: {told}", target.name);
    }
}
