//! Histories that broke a law once; each says in its file what holds in it.

use std::collections::BTreeSet;

use super::{case::Case, laws, settle::pairs, ways};
use crate::{history::FoldError, resolution::StepRef};

macro_rules! kept {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("kept/", $name, ".ron")))),*] };
}

const KEPT: &[(&str, &str)] = kept![
    "a-constraint-renamed-and-dropped-on-both-sides",
    "a-drop-that-is-decided-and-two-that-use-it",
    "a-drop-undone-and-its-name-taken-again",
    "a-key-dropped-behind-what-leans-on-it",
    "a-key-that-came-and-went-beside-another",
    "a-name-freed-by-what-is-given-up",
    "a-name-given-up-by-a-decision",
    "a-name-that-sql-takes-and-another-frees",
    "a-name-undone-that-another-step-gave-since",
    "a-name-void-on-one-side-and-given-there",
    "a-rename-undone-and-the-name-taken-before",
    "a-third-equal-to-one-of-two-made-one",
    "a-third-that-has-come-less-far",
    "a-type-changed-twice-here-and-once-there",
    "a-type-there-and-back-and-there-again",
    "a-view-dropped-and-created-again",
    "a-view-given-columns-that-it-had",
    "a-view-in-the-way-for-a-while",
    "a-view-replaced-twice-on-one-side",
    "an-equal-check-that-was-renamed",
    "an-index-as-the-other-side-says",
    "an-order-turned-round",
    "dropped-at-one-of-three-heads",
    "equal-columns-that-both-sides-renamed",
    "equal-seeds-one-behind-the-other",
    "equal-sql-of-which-one-goes",
    "equal-sql-that-reaches-further",
    "merges-that-meet",
    "not-null-is-decided-and-a-key-wants-it",
    "one-extension-in-two-letter-cases",
    "one-index-that-one-side-renames",
    "one-of-two-equal-tables-becomes-void",
    "one-of-two-equal-tables-is-dropped",
    "one-of-two-equal-views-becomes-void",
    "one-primary-key-of-two",
    "orders-decided-against-each-other",
    "what-does-not-fit-any-more-goes",
];

#[test]
fn what_was_mended_stays_mended() {
    let held = |case: Case| -> Result<(), String> {
        case.history().fold().map_err(|e| e.to_string())?;
        laws::hold(&case).and_then(|_| ways::every_merge_is_reached(&case)).map_err(|e| e.to_string())?;
        Ok(())
    };
    let told = |(name, text): &(&str, &str)| Some(format!("{name}: {}", held(Case::parse(text)).err()?));
    let broken: Vec<String> = KEPT.iter().filter_map(told).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The steps that the last merge of a case leaves open.
fn left_open(case: &Case) -> BTreeSet<(StepRef, StepRef)> {
    let refused = case.history().fold().expect_err("its last merge leaves something open");
    let FoldError::Conflict { at: Some(at), conflicts, .. } = &refused else { panic!("{refused}") };
    assert_eq!(case.entries.last().map(|e| e.id), Some(*at));
    pairs(conflicts)
}

fn step(case: &Case, n: usize, step: u32) -> StepRef {
    StepRef { entry: case.entries[n].id, step }
}

#[test]
fn a_step_that_has_effect_again_is_held_against_what_it_was_void_for() {
    let case = Case::parse(include_str!("kept/a-step-has-effect-again.ron"));
    // Both change the type of one column, and were never asked about.
    assert_eq!(left_open(&case), [(step(&case, 2, 0), step(&case, 1, 1))].into());
}

#[test]
fn who_gives_up_what_was_decided_is_asked_about_what_it_was_decided_for() {
    let case = Case::parse(include_str!("kept/a-remark-decided-and-given-up.ron"));
    // Two remarks on one table, of which neither counted as long as a third was decided.
    assert_eq!(left_open(&case), [(step(&case, 4, 0), step(&case, 5, 0))].into());
}
