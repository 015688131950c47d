//! Which recorded drafts have come to mean something else since.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    time::UNIX_EPOCH,
};

use engine::{Known, author::is_edited};
use ledger::{Graph, parse_draft};
use model::{Entry, EntryId, state::State};

use crate::{
    desk::{Desk, DraftFile},
    failure::Failure,
};

/// The drafts of a workspace.
pub struct Drafts {
    /// Those that no entry was recorded from.
    pub fresh: Vec<DraftFile>,
    /// Those that were edited after they were recorded.
    pub edited: Vec<DraftFile>,
}

impl Drafts {
    /// Looks at the drafts. What was compared before and hasn't been touched since isn't read again.
    pub fn look(desk: &Desk<'_>, graph: &Graph) -> Result<Drafts, Failure> {
        let of: BTreeMap<&str, EntryId> =
            graph.entries().iter().map(|row| (row.draft.as_str(), row.id)).collect();
        let mut fresh = Vec::new();
        let mut recorded = BTreeMap::new();
        for draft in desk.drafts()? {
            match of.get(draft.stem.as_str()) {
                Some(id) => drop(recorded.insert(*id, draft)),
                None => fresh.push(draft),
            }
        }
        let before = fs::read_to_string(desk.place.local().join("drafts")).unwrap_or_default();
        let same: BTreeSet<&str> = before.lines().collect();
        let stamps: BTreeMap<EntryId, String> =
            recorded.iter().filter_map(|(id, draft)| Some((*id, stamp(*id, draft)?))).collect();
        let open: BTreeSet<EntryId> = recorded
            .keys()
            .filter(|id| !stamps.get(id).is_some_and(|line| same.contains(line.as_str())))
            .copied()
            .collect();
        if open.is_empty() {
            return Ok(Drafts { fresh, edited: Vec::new() });
        }
        let edited = compare(desk, &recorded, &open)?;
        let kept: String = stamps
            .iter()
            .filter(|(id, _)| !edited.contains(id))
            .map(|(_, line)| format!("{line}\n"))
            .collect();
        // What is local may be missing, such as in a folder that can't be written: the next command compares again.
        drop(desk.write_local("drafts", &kept));
        let edited = edited.iter().filter_map(|id| recorded.get(id).cloned());
        Ok(Drafts { fresh, edited: edited.collect() })
    }
}

fn stamp(id: EntryId, draft: &DraftFile) -> Option<String> {
    let data = fs::metadata(&draft.path).ok()?;
    let since = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{id} {} {} {since}", draft.stem, data.len()))
}

/// Compares drafts with their entries, each by the schema that its entry starts from, in one walk over the history.
fn compare(
    desk: &Desk<'_>,
    recorded: &BTreeMap<EntryId, DraftFile>,
    open: &BTreeSet<EntryId>,
) -> Result<BTreeSet<EntryId>, Failure> {
    let mut texts = BTreeMap::new();
    for (id, draft) in recorded.iter().filter(|(id, _)| open.contains(id)) {
        texts.insert(*id, (draft, draft.read()?));
    }
    let history = Known::load(&desk.ledger)?.history;
    let mut edited = BTreeSet::new();
    let mut merges = Vec::new();
    let mut look = |id, state: &State| {
        let Some(((draft, text), entry)) = texts.get(&id).zip(history.entry(id)) else { return };
        if !entry.resolutions.is_empty() {
            merges.push(id);
        } else if is_other(draft, text, entry, state) {
            edited.insert(id);
        }
    };
    history.each(&mut look)?;
    // The steps of a merge's own start from what it decides.
    for (id, entry) in merges.into_iter().filter_map(|id| Some((id, history.entry(id)?))) {
        let state = history.joining(&entry.parents)?.state(&entry.resolutions)?;
        if texts.get(&id).is_some_and(|(draft, text)| is_other(draft, text, entry, &state)) {
            edited.insert(id);
        }
    }
    Ok(edited)
}

/// Whether a draft says something else than its entry, which started from this state.
fn is_other(draft: &DraftFile, text: &str, entry: &Entry, state: &State) -> bool {
    let written = parse_draft(&draft.shown, text);
    !written.is_ok_and(|written| !is_edited(&written, entry, state.schema(&entry.database)))
}
