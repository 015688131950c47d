//! The graph of summaries: who follows whom, heads, branches. All of it derived, nothing of it stored.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{EntryId, History};
use thiserror::Error;

use crate::summary::Summary;

/// Why summaries are not a graph: a parent is missing, or an entry follows itself.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(transparent)]
pub struct GraphError(#[from] pub model::graph::GraphError);

/// Summaries in canonical order, with the model's graph of their ids.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    shape: Arc<model::graph::Graph>,
    /// In canonical order: parents before children, else ascending by id.
    rows: Vec<Summary>,
    /// Ids ascending, each with its place among the rows.
    places: Vec<(EntryId, usize)>,
    /// The label that stands for all entries, whatever label they carry.
    whole: Option<String>,
    /// Where labels were taken on to, ahead of the entries that carry them.
    ahead: BTreeMap<String, EntryId>,
}

impl Graph {
    /// Puts summaries in order.
    ///
    /// # Errors
    /// When a parent is missing, or the entries go in a circle.
    pub fn new(summaries: Vec<Summary>) -> Result<Graph, GraphError> {
        let shape = model::graph::Graph::new(summaries.iter().map(|row| (row.id, row.parents.clone())))?;
        let places = places(&shape);
        let at =
            |id: &EntryId| places.binary_search_by_key(id, |(id, _)| *id).map_or(0, |found| places[found].1);
        let mut rows = summaries;
        rows.sort_by_cached_key(|row| at(&row.id));
        Ok(Graph { shape: Arc::new(shape), rows, places, whole: None, ahead: BTreeMap::new() })
    }

    /// The graph of a history that was read anyway.
    pub fn of(history: &History) -> Graph {
        let shape = history.graph().clone();
        let rows = history.entries().map(|(id, entry)| Summary::of(id, entry)).collect();
        let places = places(&shape);
        Graph { shape, rows, places, whole: None, ahead: BTreeMap::new() }
    }

    /// Takes all entries for those of one branch, as where git decides what is in the checkout.
    pub fn all_of(self, branch: &str) -> Graph {
        Graph { whole: Some(branch.to_owned()), ..self }
    }

    /// Takes labels for as far on as somebody took them here, without an entry that says so. What isn't ahead of a label's own entries
    /// says nothing of it, so that a place that they have passed can be kept.
    pub fn ahead(self, places: BTreeMap<String, EntryId>) -> Graph {
        Graph { ahead: places, ..self }
    }

    /// The graph of ids alone.
    pub fn shape(&self) -> &model::graph::Graph {
        &self.shape
    }

    /// All entries, parents before children, else ascending by id.
    pub fn entries(&self) -> &[Summary] {
        &self.rows
    }

    /// One entry.
    pub fn get(&self, id: &EntryId) -> Option<&Summary> {
        let found = self.places.binary_search_by_key(id, |(id, _)| *id).ok()?;
        self.rows.get(self.places[found].1)
    }

    /// The entries that name this one as parent, ascending.
    pub fn children(&self, id: &EntryId) -> Vec<EntryId> {
        sorted(self.shape.children(*id))
    }

    /// The entries that follow the empty schema, ascending.
    pub fn first(&self) -> Vec<EntryId> {
        sorted(self.rows.iter().filter(|row| row.parents.is_empty()).map(|row| row.id))
    }

    /// The entries that no entry follows, ascending.
    pub fn heads(&self) -> Vec<EntryId> {
        sorted(self.shape.heads().into_iter())
    }

    /// The entries of a label that no entry of the label follows, near or far, ascending; where it was taken on to in place of what lies
    /// behind that.
    pub fn heads_of(&self, branch: &str) -> Vec<EntryId> {
        let own = self.recorded(branch);
        match self.ahead.get(branch) {
            Some(at) if own.iter().any(|head| head != at && self.shape.follows(*at, *head)) => {
                self.newest(&own.into_iter().chain([*at]).collect::<Vec<_>>())
            }
            _ => own,
        }
    }

    /// The heads of a label by its entries alone, as any other checkout sees them.
    pub fn recorded(&self, branch: &str) -> Vec<EntryId> {
        if self.whole.as_deref() == Some(branch) || self.rows.iter().all(|row| row.branch == branch) {
            return self.heads();
        }
        let members = self.rows.iter().filter(|row| row.branch == branch).map(|row| row.id).collect();
        self.shape.heads_among(&members)
    }

    /// The labels in use, ascending, each with its heads.
    pub fn branches(&self) -> BTreeMap<&str, Vec<EntryId>> {
        let labels: BTreeSet<&str> = match &self.whole {
            Some(label) => self.rows.first().map(|_| label.as_str()).into_iter().collect(),
            None => self.rows.iter().map(|row| row.branch.as_str()).collect(),
        };
        labels.into_iter().map(|label| (label, self.heads_of(label))).collect()
    }

    /// The given entries and all that they follow.
    pub fn ancestors(&self, ids: &[EntryId]) -> BTreeSet<EntryId> {
        self.shape.ancestors(ids)
    }

    /// The entries that one would add to reach `wanted` from `have`, parents first.
    pub fn between(&self, have: &[EntryId], wanted: &[EntryId]) -> Vec<&Summary> {
        // What is asked most: nothing.
        if wanted.iter().all(|id| have.contains(id)) {
            return Vec::new();
        }
        let (_, added) = self.shape.between(&self.ancestors(have), &self.ancestors(wanted));
        added.iter().filter_map(|id| self.get(id)).collect()
    }

    /// The newest of the given entries: those that none of the others follows, near or far, ascending.
    pub fn newest(&self, ids: &[EntryId]) -> Vec<EntryId> {
        self.shape.heads_among(&ids.iter().copied().collect())
    }
}

/// Ids ascending, each with its place in canonical order.
fn places(shape: &model::graph::Graph) -> Vec<(EntryId, usize)> {
    let mut places: Vec<(EntryId, usize)> = shape.ids().enumerate().map(|(at, id)| (id, at)).collect();
    places.sort_unstable();
    places
}

fn sorted(ids: impl Iterator<Item = EntryId>) -> Vec<EntryId> {
    let mut ids: Vec<EntryId> = ids.collect();
    ids.sort_unstable();
    ids
}

#[cfg(test)]
#[path = "graph_tests.rs"]
pub(crate) mod tests;
