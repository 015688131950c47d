//! The chain: that every parent is there, nothing follows itself, and every fold is the one its entry states.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{
    Entry, EntryId,
    graph::GraphError as Why,
    history::{FoldError, History},
};

use super::{Code, Gathered};
use crate::{
    graph::{Graph, GraphError},
    layout::entry_place,
    printable::printable,
    summary::Summary,
};

/// How many entries that can't be folded are named; what follows such an entry can't be folded either.
const MAX_UNFOLDED: usize = 8;

/// Checks parents and folds; returns the heads.
pub(super) fn check(gathered: &mut Gathered) -> Vec<EntryId> {
    let mut missing = Vec::new();
    for (id, entry) in &gathered.entries {
        // A parent whose file is there and broken has its own finding.
        let there = |parent: &&EntryId| gathered.named.contains_key(parent) || gathered.odd.contains(parent);
        missing.extend(entry.parents.iter().filter(|parent| !there(parent)).map(|parent| (*id, *parent)));
    }
    for (id, parent) in missing {
        let message = format!(
            "parent {parent} is missing (a sparse checkout, git cherry-pick or git revert leaves entries out)"
        );
        gathered.finds(entry_place(&id), Code::Missing, message);
    }
    let summaries = gathered.entries.iter().map(|(id, entry)| {
        let mut row = Summary::of(*id, entry);
        row.parents.retain(|parent| gathered.entries.contains_key(parent));
        row
    });
    match Graph::new(summaries.collect()) {
        Ok(graph) => {
            fold(&graph, gathered);
            graph.heads()
        }
        // Can't be built without breaking the hash; a cycle is still looked for rather than walked for ever.
        Err(GraphError(Why::Cycle(entry) | Why::MissingParent { entry, .. })) => {
            gathered.finds(entry_place(&entry), Code::Format, "follows itself");
            Vec::new()
        }
    }
}

/// Folds every entry whose history is whole, and holds the digest it states against that of its fold.
fn fold(graph: &Graph, gathered: &mut Gathered) {
    let mut unfolded = astray(graph, gathered);
    for _ in 0..MAX_UNFOLDED {
        let whole = whole(graph, gathered, &unfolded);
        match after(&whole) {
            Ok(after) => {
                for (id, digest) in after.iter().filter(|(id, digest)| whole[id].schema != **digest) {
                    let stated = whole[id].schema;
                    let message = format!("states the schema digest {stated}, but its fold has {digest}");
                    gathered.finds(entry_place(id), Code::Fold, message);
                }
                return;
            }
            Err(Some((id, message))) => {
                gathered.finds(entry_place(&id), Code::Fold, message);
                unfolded.insert(id);
            }
            Err(None) => break,
        }
    }
    gathered
        .notices
        .push("further entries can't be folded either: their schema digests were not checked".to_owned());
}

/// Finds the merges that decide about what they don't follow; returns them.
fn astray(graph: &Graph, gathered: &mut Gathered) -> BTreeSet<EntryId> {
    let mut astray = BTreeMap::new();
    for (id, entry) in &whole(graph, gathered, &BTreeSet::new()) {
        let entries = &gathered.entries;
        let followed = |other: EntryId| other != *id && graph.shape().follows(*id, other);
        let entry_of = |other: EntryId| entries.get(&other).filter(|_| followed(other)).map(Arc::as_ref);
        if let Err(error) = entry.check_resolutions(&entry_of) {
            astray.insert(*id, error.to_string());
        }
    }
    for (id, message) in &astray {
        gathered.finds(entry_place(id), Code::Fold, printable(message));
    }
    astray.into_keys().collect()
}

/// The entries whose whole ancestry is there and can be folded as far as is known.
fn whole(graph: &Graph, gathered: &Gathered, unfolded: &BTreeSet<EntryId>) -> BTreeMap<EntryId, Arc<Entry>> {
    let mut whole: BTreeMap<EntryId, Arc<Entry>> = BTreeMap::new();
    for row in graph.entries() {
        let entry = &gathered.entries[&row.id];
        if !unfolded.contains(&row.id) && entry.parents.iter().all(|parent| whole.contains_key(parent)) {
            whole.insert(row.id, entry.clone());
        }
    }
    whole
}

/// Folds entries; an error names the first that can't be.
fn after(
    whole: &BTreeMap<EntryId, Arc<Entry>>,
) -> Result<BTreeMap<EntryId, model::Digest>, Option<(EntryId, String)>> {
    let history = History::new(whole.iter().map(|(id, entry)| (*id, entry.clone()))).map_err(|_| None)?;
    history.fold().map(|folded| folded.after).map_err(|error| {
        let at = match &error {
            FoldError::Step { entry, .. } | FoldError::Digest { entry, .. } | FoldError::Unknown(entry) => {
                Some(*entry)
            }
            FoldError::Conflict { at, .. }
            | FoldError::Meeting { at, .. }
            | FoldError::Dangling { at, .. }
            | FoldError::Circle { at, .. } => *at,
            FoldError::TooMany(_) => None,
        };
        at.filter(|id| whole.contains_key(id))
            .map(|id| (id, format!("can't be folded: {}", printable(&error.to_string()))))
    })
}
