//! `strat show`: what an entry does, and its bytes.

use std::collections::{BTreeMap, btree_map};

use engine::Known;
use ledger::{print_entry, printable};
use model::{
    Class, Entry, EntryId, ObjectRef, State, StepRef, entry::MAIN_DATABASE, resolution::RESOLUTIONS_FROM,
};
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    desk::Desk,
    failure::{Failure, Plain},
};

pub fn run(desk: &Desk<'_>, revision: &str, id_only: bool) -> Answer {
    let graph = desk.graph()?;
    let Some(id) = desk.resolve(&graph, revision, None)? else {
        return Err(
            Plain::new(Class::Input, "the root is the empty schema: there is no entry to show").into()
        );
    };
    if id_only {
        desk.out.write(&format!("{id}\n"));
        return Ok(DONE);
    }
    let entry = desk.ledger.entry(&id)?;
    let text = print_entry(&entry)?;
    let known = Known::load(&desk.ledger)?;
    let titles = titles(&known, id)?;
    let decisions = decisions(&known, &entry)?;
    let parents: Vec<String> = entry.parents.iter().map(model::Digest::short).collect();
    let mut rows = vec![
        vec!["entry".to_owned(), id.to_string()],
        vec!["message".to_owned(), printable(&entry.message).into_owned()],
        vec!["author".to_owned(), printable(&entry.author).into_owned()],
        vec!["date".to_owned(), entry.authored_at.clone()],
        vec!["branch".to_owned(), entry.branch.clone()],
        vec!["parents".to_owned(), if parents.is_empty() { "root".to_owned() } else { parents.join(" ") }],
    ];
    for (name, value) in [("database", &entry.database), ("draft", &entry.draft)] {
        if !value.is_empty() {
            rows.push(vec![name.to_owned(), printable(value).into_owned()]);
        }
    }
    desk.out.table(&rows);
    desk.out.say("");
    for decision in &decisions {
        desk.out.say(format!("   *  {}", printable(decision)));
    }
    for (number, title) in &titles {
        desk.out.say(format!("  {:>2}  {}", number + 1, printable(title)));
    }
    // The text is canonical, and entries with controls in it are refused when they are read.
    desk.out.say(format!("\n{}", text.trim_end()));
    desk.out.document("show", described(id, &entry, &titles, &text));
    Ok(DONE)
}

fn described(id: EntryId, entry: &Entry, titles: &[(u32, String)], text: &str) -> serde_json::Value {
    let steps: Vec<_> =
        titles.iter().map(|(step, title)| json!({ "step": step + 1, "title": title })).collect();
    json!({
        "id": id.to_string(),
        "parents": entry.parents.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "branch": entry.branch,
        "database": entry.database,
        "message": entry.message,
        "author": entry.author,
        "authored_at": entry.authored_at,
        "draft": entry.draft,
        "accept": entry.accept,
        "schema": entry.schema.to_string(),
        "resolutions": entry.resolutions,
        "steps": steps,
        "text": text,
    })
}

/// What each step does, said with the names it found.
fn titles(known: &Known, id: EntryId) -> Result<Vec<(u32, String)>, Failure> {
    let Some(entry) = known.history.entry(id) else { return Ok(Vec::new()) };
    // What a merge decided is part of what its own steps found.
    let mut state = known.history.joining(&entry.parents)?.state(&entry.resolutions)?;
    known.history.state_at(&[id])?;
    let mut titles = Vec::new();
    let lowered = known.history.lowered(id);
    let steps = lowered.iter().flat_map(|steps| steps.iter());
    for step in steps.filter(|step| step.step < RESOLUTIONS_FROM) {
        titles.push((step.step, step.change.describe(state.schema(&entry.database))));
        let evolved = state.evolve(&entry.database, &step.change);
        evolved.map_err(|cause| {
            Plain::new(Class::Integrity, format!("entry {} can't be folded: {cause}", id.short()))
        })?;
    }
    Ok(titles)
}

/// What a merge decided, said with the steps and names it speaks of.
fn decisions(known: &Known, entry: &Entry) -> Result<Vec<String>, Failure> {
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
        let database = known.history.entry(object.entry).map_or(MAIN_DATABASE, |entry| &entry.database);
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
