//! A golden vector of a data step that sets rows aside, in the bytes that format 1 gives it for ever.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that can't go on should stop where it stands")]

use std::{fs, path::Path};

use model::{Digest, Step, data_step::OnReject};
use stratigraph_ledger::{print_entry, read_entry};

/// The entry's id. It may never change.
const ID: &str = "835a1033ad5a8d8cc706b599822857b766699098dff9cc4e4fc5af2796b2fb17";

#[test]
fn a_step_that_sets_rows_aside_has_these_bytes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/rejects/{ID}.ron"));
    let bytes = fs::read(path).unwrap();
    assert_eq!(Digest::of(&bytes).to_string(), ID);
    let entry = read_entry(&bytes).unwrap();
    let Some(Step::Backfill(step)) = entry.steps.first() else { panic!("a backfill") };
    assert_eq!(step.on_reject, OnReject::SetAside { at_most: 100 });
    assert_eq!(print_entry(&entry).unwrap().into_bytes(), bytes);
}

#[test]
fn what_is_left_out_means_stop_and_is_never_printed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/rejects/{ID}.ron"));
    let text = fs::read_to_string(path).unwrap();
    let aside = "            on_reject: SetAside(\n                at_most: 100,\n            ),\n";
    assert!(text.contains(aside));
    let entry = read_entry(text.replace(aside, "").as_bytes()).unwrap();
    let Some(Step::Backfill(step)) = entry.steps.first() else { panic!("a backfill") };
    assert_eq!(step.on_reject, OnReject::Stop);
    assert!(read_entry(text.replace(aside, "            on_reject: Stop,\n").as_bytes()).is_err());
}
