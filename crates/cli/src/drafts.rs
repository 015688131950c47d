//! Which recorded drafts have come to mean something else since.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    time::UNIX_EPOCH,
};

use engine::{Known, author::is_edited};
use ledger::{Graph, parse_draft};
use model::{EntryId, state::State};

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

/// Compares drafts with their entries, walking the history once where it is a chain.
fn compare(
    desk: &Desk<'_>,
    recorded: &BTreeMap<EntryId, DraftFile>,
    open: &BTreeSet<EntryId>,
) -> Result<BTreeSet<EntryId>, Failure> {
    let history = Known::load(&desk.ledger)?.history;
    history.fold()?;
    let mut edited = BTreeSet::new();
    // Where the state stands: it goes along with a chain, and is made anew only for a draft that is somewhere else.
    let (mut at, mut state) = (Vec::new(), State::new());
    for (id, entry) in history.entries() {
        if let Some(draft) = recorded.get(&id).filter(|_| open.contains(&id)) {
            if entry.parents != at {
                state = history.joining(&entry.parents)?.state(&entry.resolutions)?;
                at.clone_from(&entry.parents);
            }
            let written = parse_draft(&draft.shown, &draft.read()?);
            if !written.is_ok_and(|written| !is_edited(&written, entry, state.schema(&entry.database))) {
                edited.insert(id);
            }
        }
        if entry.parents != at || !entry.resolutions.is_empty() {
            continue;
        }
        for step in history.lowered(id).iter().flat_map(|steps| steps.iter()) {
            // It was folded a moment ago.
            drop(state.evolve(&entry.database, &step.change));
        }
        at = vec![id];
    }
    Ok(edited)
}
