//! Histories that broke a law once; each says in its file what holds in it.

use super::{case::Case, laws, settle::pairs, ways};
use crate::{history::FoldError, resolution::StepRef};

const KEPT: &[(&str, &str)] = &[
    (
        "a-drop-undone-and-its-name-taken-again",
        include_str!("kept/a-drop-undone-and-its-name-taken-again.ron"),
    ),
    ("a-name-given-up-by-a-decision", include_str!("kept/a-name-given-up-by-a-decision.ron")),
    (
        "a-rename-undone-and-the-name-taken-before",
        include_str!("kept/a-rename-undone-and-the-name-taken-before.ron"),
    ),
    ("a-view-in-the-way-for-a-while", include_str!("kept/a-view-in-the-way-for-a-while.ron")),
    ("an-order-turned-round", include_str!("kept/an-order-turned-round.ron")),
    ("dropped-at-one-of-three-heads", include_str!("kept/dropped-at-one-of-three-heads.ron")),
    ("equal-sql-of-which-one-goes", include_str!("kept/equal-sql-of-which-one-goes.ron")),
    ("one-index-that-one-side-renames", include_str!("kept/one-index-that-one-side-renames.ron")),
    ("equal-seeds-one-behind-the-other", include_str!("kept/equal-seeds-one-behind-the-other.ron")),
    ("merges-that-meet", include_str!("kept/merges-that-meet.ron")),
    (
        "not-null-is-decided-and-a-key-wants-it",
        include_str!("kept/not-null-is-decided-and-a-key-wants-it.ron"),
    ),
    ("one-primary-key-of-two", include_str!("kept/one-primary-key-of-two.ron")),
];

#[test]
fn what_was_mended_stays_mended() {
    let held = |case: Case| {
        assert!(case.history().fold().is_ok(), "it folds");
        laws::hold(&case).and_then(|_| ways::every_merge_is_reached(&case))
    };
    let told = |(name, text): &(&str, &str)| Some(format!("{name}: {}", held(Case::parse(text)).err()?));
    let broken: Vec<String> = KEPT.iter().filter_map(told).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_step_that_has_effect_again_is_held_against_what_it_was_void_for() {
    let case = Case::parse(include_str!("kept/a-step-has-effect-again.ron"));
    let refused = case.history().fold().expect_err("its last merge leaves something open");
    let FoldError::Conflict { at: Some(at), conflicts, .. } = &refused else { panic!("{refused}") };
    assert_eq!(case.entries.last().map(|e| e.id), Some(*at));
    // Both change the type of one column, and were never asked about.
    let step = |n: usize, step| StepRef { entry: case.entries[n].id, step };
    assert_eq!(pairs(conflicts), [(step(2, 0), step(1, 1))].into());
}
