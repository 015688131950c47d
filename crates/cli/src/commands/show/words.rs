//! An entry in words: what its steps do, and what it decides.

use std::collections::{BTreeMap, btree_map};

use engine::Known;
use model::{
    Class, Entry, EntryId, ObjectRef, State, StepRef, entry::MAIN_DATABASE, resolution::RESOLUTIONS_FROM,
};

use crate::failure::{Failure, Plain};

/// What each step does, said with the names it found.
pub fn titles(known: &Known, id: EntryId) -> Result<Vec<(u32, String)>, Failure> {
    let Some(entry) = known.history.entry(id) else { return Ok(Vec::new()) };
    // What a merge decided is part of what its own steps found.
    let mut state = known.history.joining(&entry.parents)?.state(&entry.resolutions)?;
    known.history.state_at(&[id])?;
    let mut titles = Vec::new();
    let lowered = known.history.lowered(id);
    let steps = lowered.iter().flat_map(|steps| steps.iter());
    for step in steps.filter(|step| step.step < RESOLUTIONS_FROM) {
        let database = entry.database_of(step.step as usize);
        titles.push((step.step, step.change.describe(state.schema(database))));
        let evolved = state.evolve(database, &step.change);
        evolved.map_err(|cause| {
            Plain::new(Class::Integrity, format!("entry {} can't be folded: {cause}", id.short()))
        })?;
    }
    Ok(titles)
}

/// What a merge decided, said with the steps and names it speaks of.
pub fn decisions(known: &Known, entry: &Entry) -> Result<Vec<String>, Failure> {
    let mut of: BTreeMap<EntryId, Vec<(u32, String)>> = BTreeMap::new();
    let mut states: BTreeMap<EntryId, State> = BTreeMap::new();
    for resolution in &entry.resolutions {
        for step in resolution.steps() {
            if let btree_map::Entry::Vacant(slot) = of.entry(step.entry) {
                slot.insert(titles(known, step.entry)?);
            }
        }
        for object in resolution.objects() {
            states.insert(object.entry, known.history.state_at(&[object.entry])?);
        }
    }
    let mut step = |step: StepRef| {
        let titles = of.get(&step.entry).map_or(&[][..], Vec::as_slice);
        said(step, titles)
    };
    let mut object = |object: ObjectRef| {
        let database = known.history.database_of(object.entry, object.step).unwrap_or(MAIN_DATABASE);
        let found = states.get(&object.entry).and_then(|s| s.schema(database).describe_object(object.into()));
        let found =
            found.unwrap_or_else(|| format!("object {} of step {}", object.part + 1, object.step + 1));
        format!("{found} of {}", object.entry.short())
    };
    Ok(entry.resolutions.iter().map(|resolution| resolution.describe(&mut step, &mut object)).collect())
}

/// A step by its number, its entry and what it does; a merge's decision by its number.
fn said(step: StepRef, titles: &[(u32, String)]) -> String {
    let entry = step.entry.short();
    if let Some(n) = step.as_resolution() {
        return format!("decision {} of {entry}", n + 1);
    }
    // A step may be several things at once; the first is what it is called.
    match titles.iter().find(|(number, _)| *number == step.step) {
        Some((_, title)) => format!("step {} of {entry} \"{title}\"", step.step + 1),
        None => format!("step {} of {entry}", step.step + 1),
    }
}
