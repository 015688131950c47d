//! The chain: that every parent is there, nothing follows itself, and every fold is the one its entry states.

use model::EntryId;

use super::{Code, Gathered};
use crate::{
    graph::{Graph, GraphError},
    layout::entry_place,
    summary::Summary,
};

/// Checks parents and folds; returns the heads.
pub(super) fn check(gathered: &mut Gathered) -> Vec<EntryId> {
    let mut missing = Vec::new();
    for (id, entry) in &gathered.entries {
        // A parent whose file is there and broken has its own finding.
        missing.extend(
            entry.parents.iter().filter(|p| !gathered.named.contains_key(p)).map(|parent| (*id, *parent)),
        );
    }
    for (id, parent) in missing {
        gathered.finds(entry_place(&id), Code::Missing, format!("parent {parent} is missing"));
    }
    let summaries = gathered.entries.iter().map(|(id, entry)| {
        let mut row = Summary::of(*id, entry);
        row.parents.retain(|parent| gathered.entries.contains_key(parent));
        row
    });
    match Graph::new(summaries.collect()) {
        Ok(graph) => {
            let heads = graph.heads();
            heads
        }
        // Can't be built without breaking the hash; a cycle is still looked for rather than walked for ever.
        Err(GraphError::Cycle { entry }) => {
            gathered.finds(entry_place(&entry), Code::Format, "follows itself");
            Vec::new()
        }
        Err(GraphError::MissingParent { .. }) => Vec::new(),
    }
}
