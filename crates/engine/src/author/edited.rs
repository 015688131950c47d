//! Whether a recorded draft has come to mean something else since: comments and formatting never count.

use std::{borrow::Cow, collections::BTreeMap};

use model::{Draft, Entry, Minter, Origin, Schema, Step, data_step::Asset};

/// Tells whether a draft no longer says what its entry says. `before` is the schema at the entry's parents.
///
/// What `record` added to the entry (modules, assets, keys) is taken from it: a rebuilt script is no edit of the draft.
pub fn is_edited(draft: &Draft, entry: &Entry, before: &Schema) -> bool {
    let same_head = draft.message == entry.message
        && draft.database == entry.database
        && draft.branch.as_ref().is_none_or(|branch| *branch == entry.branch)
        && draft.accept == entry.accept
        && draft.steps.len() == entry.steps.len();
    !same_head || !same_steps(draft, entry, before)
}

fn same_steps(draft: &Draft, entry: &Entry, before: &Schema) -> bool {
    // Most have one step: nothing is copied for them.
    let mut schema = Cow::Borrowed(before);
    for (number, (written, kept)) in draft.steps.iter().zip(&entry.steps).enumerate() {
        let Ok(mut sealed) = written.seal(&schema) else { return false };
        take_over(&mut sealed, kept);
        if sealed != *kept {
            return false;
        }
        if number + 1 == entry.steps.len() {
            break;
        }
        let mut minter = Minter::new(Origin::New, u32::try_from(number).unwrap_or(u32::MAX));
        let Ok(lowered) = kept.lower(&schema, &mut minter) else { return false };
        if lowered.iter().any(|one| one.evolve(schema.to_mut()).is_err()) {
            return false;
        }
    }
    true
}

/// Takes over what `record` adds to a data step.
fn take_over(sealed: &mut Step, kept: &Step) {
    match (sealed, kept) {
        (Step::Backfill(new), Step::Backfill(old)) => {
            new.module.clone_from(&old.module);
            take_blobs(&mut new.assets, &old.assets);
        }
        (Step::Populate(new), Step::Populate(old)) => {
            new.module.clone_from(&old.module);
            new.keys.clone_from(&old.keys);
            new.defaults.clone_from(&old.defaults);
            take_blobs(&mut new.assets, &old.assets);
        }
        (Step::Transfer(new), Step::Transfer(old)) => {
            new.module.clone_from(&old.module);
            for (new, old) in new.into.iter_mut().zip(&old.into) {
                new.defaults.clone_from(&old.defaults);
            }
            take_blobs(&mut new.assets, &old.assets);
        }
        (Step::Aggregate(new), Step::Aggregate(old)) => {
            new.module.clone_from(&old.module);
            new.into.defaults.clone_from(&old.into.defaults);
            take_blobs(&mut new.assets, &old.assets);
        }
        _ => {}
    }
}

fn take_blobs(new: &mut BTreeMap<String, Asset>, old: &BTreeMap<String, Asset>) {
    for (name, asset) in new {
        if let Some(old) = old.get(name) {
            asset.blob.clone_from(&old.blob);
        }
    }
}
