//! `strat merge`: joins heads into one, once everything between them is decided.

use std::mem::ManuallyDrop;

use ledger::{Graph, printable};
use model::{Class, EntryId};
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    args::MergeArgs,
    desk::{Desk, DraftFile},
    failure::Plain,
    merging::{Meeting, MergeFile, quoted},
    sides::{Sides, newest},
};

/// Joins, or only says whether it would (`--preview`), with what another git commit has (`--with`).
pub fn run(desk: &Desk<'_>, wanted: &MergeArgs) -> Answer {
    let line = |text: &String| !text.trim().is_empty() && !text.chars().any(ledger::is_control);
    if !wanted.message.as_ref().is_none_or(line) {
        return Err(Plain::new(Class::Input, "a message is one line of visible text").into());
    }
    // Never taken apart: with thousands of entries that takes a good part of the time, and the process ends anyway.
    let mut found = ManuallyDrop::new(match &wanted.with {
        Some(reference) => Sides::with(desk, reference, &wanted.revisions)?,
        None => Sides::here(desk, &wanted.revisions)?,
    });
    let drafts = if wanted.with.is_some() { Vec::new() } else { desk.merge_drafts()? };
    let files: Result<Vec<_>, _> =
        drafts.into_iter().map(|draft| MergeFile::read(draft, &found.graph)).collect();
    let mut files = files?;
    if wanted.revisions.is_empty() && found.nothing.is_some() {
        // What was begun with another branch goes on from its draft.
        if let Some(heads) = files.iter().find_map(|file| begun(file, &found.graph, &found.all)) {
            (found.all, found.nothing) = (heads, None);
        }
    }
    if let Some(why) = &found.nothing {
        desk.out.say(format!("{why}: nothing to merge"));
        let parents: Vec<String> = found.all.iter().map(ToString::to_string).collect();
        desk.out.document("merge", json!({ "merged": false, "commute": true, "parents": parents }));
        return Ok(DONE);
    }
    let alone = wanted.with.is_none() && wanted.message.is_none();
    if alone && found.go_on(desk, &command(wanted), wanted.preview)? {
        return Ok(DONE);
    }
    files.retain(|file| file.is_about(&found.all, &found.graph));
    let file = files.first();
    let joining = ManuallyDrop::new(found.known.history.joining(&found.all)?);
    let usual = match (file, wanted.revisions.as_slice()) {
        (Some(file), _) => file.written.message.clone(),
        (None, []) => format!("merge the heads of {}", found.branch),
        (None, some) => format!("merge {} into {}", some.join(", "), found.branch),
    };
    let meeting = Meeting {
        desk,
        known: &found.known,
        joining: &joining,
        branch: &found.branch,
        what: &what(wanted, &found.branch),
        message: wanted.message.as_deref().unwrap_or(&usual),
        command: &command(wanted),
        preview: wanted.preview,
    };
    meeting.hold(file, &wanted.resolve)
}

/// Records the draft of a merge, once nothing in it is open.
pub fn record(desk: &Desk<'_>, draft: &DraftFile) -> Answer {
    let graph = desk.graph()?;
    let file = MergeFile::read(draft.clone(), &graph)?;
    let branch = desk.branch()?;
    let known = engine::Known::load(&desk.ledger)?;
    let joining = known.history.joining(&file.parents)?;
    let meeting = Meeting {
        desk,
        known: &known,
        joining: &joining,
        branch: &branch,
        what: &draft.shown,
        message: &file.written.message,
        command: "strat merge",
        preview: false,
    };
    meeting.record(&file)
}

/// The heads of a merge that was begun, as far as they have moved on since.
fn begun(file: &MergeFile, graph: &Graph, ours: &[EntryId]) -> Option<Vec<EntryId>> {
    let shape = graph.shape();
    let moved = |parent: &EntryId| {
        let label = graph.get(parent).map(|row| row.branch.as_str()).unwrap_or_default();
        graph.heads_of(label).into_iter().filter(|head| shape.follows(*head, *parent)).collect::<Vec<_>>()
    };
    let named: Vec<EntryId> = ours.iter().copied().chain(file.parents.iter().flat_map(moved)).collect();
    let heads = newest(graph, &named);
    (heads.len() > 1).then_some(heads)
}

/// What was typed, without answers.
fn command(wanted: &MergeArgs) -> String {
    let mut words = vec!["strat merge".to_owned()];
    if let Some(reference) = &wanted.with {
        words.extend(["--preview --with".to_owned(), quoted(reference)]);
    }
    words.extend(wanted.revisions.iter().map(|one| quoted(one)));
    words.join(" ")
}

/// What is joined, in words.
fn what(wanted: &MergeArgs, branch: &str) -> String {
    match (&wanted.with, wanted.revisions.as_slice()) {
        (Some(reference), _) => format!("{} and branch {branch}", printable(reference)),
        (None, []) => format!("the heads of {branch}"),
        (None, some) => format!("{} and branch {branch}", printable(&some.join(", "))),
    }
}
