//! The graph of entries: who follows whom, heads, branches. All of it derived, nothing of it stored.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use model::EntryId;
use thiserror::Error;

use crate::summary::Summary;

/// Why summaries are not a graph.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum GraphError {
    /// An entry names a parent that isn't there.
    #[error("entry {entry} follows {parent}, which is missing", entry = .entry.short())]
    MissingParent {
        /// The entry.
        entry: EntryId,
        /// The parent.
        parent: EntryId,
    },
    /// An entry follows itself through others.
    #[error("entry {entry} follows itself", entry = .entry.short())]
    Cycle {
        /// One of the circle.
        entry: EntryId,
    },
}

/// Entries with their parents and children, in an order in which parents stand before children.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// By position; parents before children, else ascending by id.
    order: Vec<Summary>,
    at: BTreeMap<EntryId, usize>,
    children: Vec<Vec<usize>>,
}

impl Graph {
    /// Puts summaries in order. Iterative, in O(n log n).
    pub fn new(summaries: Vec<Summary>) -> Result<Graph, GraphError> {
        let ids: BTreeMap<EntryId, usize> =
            summaries.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
        let mut waiting = vec![0usize; summaries.len()];
        let mut followers: Vec<Vec<usize>> = vec![Vec::new(); summaries.len()];
        for (at, row) in summaries.iter().enumerate() {
            for parent in &row.parents {
                let missing = || GraphError::MissingParent { entry: row.id, parent: *parent };
                followers[*ids.get(parent).ok_or_else(missing)?].push(at);
                waiting[at] += 1;
            }
        }
        let mut ready: BinaryHeap<Reverse<(EntryId, usize)>> = (0..summaries.len())
            .filter(|at| waiting[*at] == 0)
            .map(|at| Reverse((summaries[at].id, at)))
            .collect();
        let mut places = Vec::with_capacity(summaries.len());
        while let Some(Reverse((_, at))) = ready.pop() {
            places.push(at);
            for follower in &followers[at] {
                waiting[*follower] -= 1;
                if waiting[*follower] == 0 {
                    ready.push(Reverse((summaries[*follower].id, *follower)));
                }
            }
        }
        if let Some(at) = waiting.iter().position(|count| *count > 0) {
            return Err(GraphError::Cycle { entry: summaries[at].id });
        }
        Ok(Graph::ordered(summaries, &places))
    }

    fn ordered(summaries: Vec<Summary>, places: &[usize]) -> Graph {
        let mut taken: Vec<Option<Summary>> = summaries.into_iter().map(Some).collect();
        let order: Vec<Summary> = places.iter().filter_map(|at| taken[*at].take()).collect();
        let at: BTreeMap<EntryId, usize> = order.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
        let mut children = vec![Vec::new(); order.len()];
        for (child, row) in order.iter().enumerate() {
            for parent in &row.parents {
                children[at[parent]].push(child);
            }
        }
        Graph { order, at, children }
    }

    /// All entries, parents before children, else ascending by id.
    pub fn entries(&self) -> &[Summary] {
        &self.order
    }

    /// One entry.
    pub fn get(&self, id: &EntryId) -> Option<&Summary> {
        self.at.get(id).map(|at| &self.order[*at])
    }

    /// The entries that name this one as parent.
    pub fn children(&self, id: &EntryId) -> Vec<EntryId> {
        let children = self.at.get(id).map(|at| self.children[*at].as_slice()).unwrap_or_default();
        children.iter().map(|child| self.order[*child].id).collect()
    }

    /// The entries that follow the empty schema, ascending.
    pub fn first(&self) -> Vec<EntryId> {
        sorted(self.order.iter().filter(|row| row.parents.is_empty()).map(|row| row.id))
    }

    /// The entries that no entry follows, ascending.
    pub fn heads(&self) -> Vec<EntryId> {
        let last = |(_, children): &(&Summary, &Vec<usize>)| children.is_empty();
        sorted(self.order.iter().zip(&self.children).filter(last).map(|(row, _)| row.id))
    }

    /// The entries of a label that no entry of the label follows, near or far, ascending.
    pub fn heads_of(&self, branch: &str) -> Vec<EntryId> {
        let mut followed = vec![false; self.order.len()];
        let mut heads = Vec::new();
        for (at, row) in self.order.iter().enumerate().rev() {
            let ours = row.branch == branch;
            if ours && !followed[at] {
                heads.push(row.id);
            }
            if ours || followed[at] {
                row.parents.iter().for_each(|parent| followed[self.at[parent]] = true);
            }
        }
        sorted(heads.into_iter())
    }

    /// The labels in use, ascending, each with its heads.
    pub fn branches(&self) -> BTreeMap<&str, Vec<EntryId>> {
        let labels: BTreeSet<&str> = self.order.iter().map(|row| row.branch.as_str()).collect();
        labels.into_iter().map(|label| (label, self.heads_of(label))).collect()
    }

    /// The given entries and all that they follow.
    pub fn with_ancestors<'a>(&self, ids: impl IntoIterator<Item = &'a EntryId>) -> BTreeSet<EntryId> {
        let mut found: BTreeSet<EntryId> = BTreeSet::new();
        let mut open: Vec<EntryId> = ids.into_iter().copied().collect();
        while let Some(id) = open.pop() {
            if let Some(row) = self.get(&id)
                && found.insert(id)
            {
                open.extend(&row.parents);
            }
        }
        found
    }

    /// The entries that one would add to reach `wanted` from `have`, parents first.
    pub fn between(&self, have: &[EntryId], wanted: &[EntryId]) -> Vec<&Summary> {
        let (have, wanted) = (self.with_ancestors(have), self.with_ancestors(wanted));
        self.order.iter().filter(|row| wanted.contains(&row.id) && !have.contains(&row.id)).collect()
    }

    /// The newest of the given entries: those that none of the others follows, near or far, ascending.
    pub fn newest(&self, ids: &[EntryId]) -> Vec<EntryId> {
        let above: Vec<EntryId> =
            ids.iter().filter_map(|id| self.get(id)).flat_map(|row| row.parents.iter().copied()).collect();
        let followed = self.with_ancestors(&above);
        let newest: BTreeSet<EntryId> = ids.iter().filter(|id| !followed.contains(id)).copied().collect();
        newest.into_iter().collect()
    }
}

fn sorted(ids: impl Iterator<Item = EntryId>) -> Vec<EntryId> {
    let mut ids: Vec<EntryId> = ids.collect();
    ids.sort_unstable();
    ids
}

#[cfg(test)]
#[path = "graph_tests.rs"]
pub(crate) mod tests;
