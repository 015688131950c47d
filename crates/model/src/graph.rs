//! The graph of entries: who follows whom, and the one order all of them stand in.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use crate::id::EntryId;

/// Why entries make no graph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// An entry names a parent that isn't there.
    #[error("entry {} follows {}, which is missing", .entry.short(), .parent.short())]
    MissingParent {
        /// The entry.
        entry: EntryId,
        /// The parent it names.
        parent: EntryId,
    },
    /// An entry follows itself.
    #[error("entry {} follows itself", .0.short())]
    Cycle(EntryId),
}

/// The graph of a set of entries that is closed under parents.
///
/// Canonical order is topological; of the entries whose parents all stand already, the one with the least id comes next. For sets
/// closed under parents, the order of a subset is that of the whole restricted to it.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// By canonical order.
    nodes: Vec<Node>,
    places: BTreeMap<EntryId, usize>,
}

#[derive(Clone, Debug)]
struct Node {
    id: EntryId,
    parents: Vec<usize>,
    children: Vec<usize>,
}

/// Walks up from an entry that couldn't be placed until it meets itself: that one is on a circle, not just behind it.
fn on_cycle(from: usize, above: &[Vec<usize>], places: &[Option<usize>]) -> usize {
    let (mut seen, mut at) = (BTreeSet::new(), from);
    while seen.insert(at) {
        match above[at].iter().find(|parent| places[**parent].is_none()) {
            Some(parent) => at = *parent,
            None => break,
        }
    }
    at
}

impl Graph {
    /// Builds the graph from each entry and its parents, given in any order.
    ///
    /// # Errors
    /// When a parent is missing, or the entries go in a circle.
    pub fn new(entries: impl IntoIterator<Item = (EntryId, Vec<EntryId>)>) -> Result<Graph, GraphError> {
        let mut given: Vec<(EntryId, Vec<EntryId>)> = entries.into_iter().collect();
        given.sort_by_key(|(id, _)| *id);
        given.dedup_by_key(|(id, _)| *id);
        // From here on entries go by their number in the order of their ids: large graphs are built before every command.
        let ids: Vec<EntryId> = given.iter().map(|(id, _)| *id).collect();
        let mut above: Vec<Vec<usize>> = Vec::with_capacity(ids.len());
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); ids.len()];
        let mut ready = BinaryHeap::new();
        for (number, (id, parents)) in given.iter().enumerate() {
            let place = |parent: &EntryId| {
                ids.binary_search(parent)
                    .map_err(|_| GraphError::MissingParent { entry: *id, parent: *parent })
            };
            let mut parents: Vec<usize> = parents.iter().map(place).collect::<Result<_, _>>()?;
            parents.sort_unstable();
            parents.dedup();
            parents.iter().for_each(|parent| below[*parent].push(number));
            if parents.is_empty() {
                ready.push(Reverse(number));
            }
            above.push(parents);
        }
        let mut open: Vec<usize> = above.iter().map(Vec::len).collect();
        let mut places: Vec<Option<usize>> = vec![None; ids.len()];
        let mut graph = Graph::default();
        while let Some(Reverse(number)) = ready.pop() {
            places[number] = Some(graph.nodes.len());
            let parents: Vec<usize> = above[number].iter().filter_map(|parent| places[*parent]).collect();
            for parent in &parents {
                let child = graph.nodes.len();
                graph.nodes[*parent].children.push(child);
            }
            graph.nodes.push(Node { id: ids[number], parents, children: Vec::new() });
            for child in &below[number] {
                open[*child] -= 1;
                if open[*child] == 0 {
                    ready.push(Reverse(*child));
                }
            }
        }
        if let Some(first) = places.iter().position(Option::is_none) {
            return Err(GraphError::Cycle(ids[on_cycle(first, &above, &places)]));
        }
        graph.places = ids.into_iter().zip(places.into_iter().flatten()).collect();
        Ok(graph)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether that entry is among them.
    pub fn contains(&self, id: EntryId) -> bool {
        self.places.contains_key(&id)
    }

    /// All entries in canonical order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = EntryId> + '_ {
        self.nodes.iter().map(|node| node.id)
    }

    /// The entries that follow `id` directly.
    pub fn children(&self, id: EntryId) -> impl Iterator<Item = EntryId> + '_ {
        let places = self.places.get(&id).map(|at| self.nodes[*at].children.as_slice()).unwrap_or_default();
        places.iter().map(|at| self.nodes[*at].id)
    }

    /// The entries that `id` follows directly.
    pub fn parents(&self, id: EntryId) -> impl Iterator<Item = EntryId> + '_ {
        let places = self.places.get(&id).map(|at| self.nodes[*at].parents.as_slice()).unwrap_or_default();
        places.iter().map(|at| self.nodes[*at].id)
    }

    /// The entries that no entry follows, by canonical order.
    pub fn heads(&self) -> Vec<EntryId> {
        self.nodes.iter().filter(|node| node.children.is_empty()).map(|node| node.id).collect()
    }

    /// The entries behind the first parting of ways; all of them where several follow nothing.
    pub(crate) fn forked(&self) -> BTreeSet<EntryId> {
        let several = self.nodes.iter().filter(|node| node.parents.is_empty()).nth(1).is_some();
        let mut forked = vec![several; self.nodes.len()];
        for (place, node) in self.nodes.iter().enumerate() {
            let parts = |parent: &usize| forked[*parent] || self.nodes[*parent].children.len() > 1;
            forked[place] |= node.parents.iter().any(parts);
        }
        self.nodes.iter().zip(forked).filter(|(_, forked)| *forked).map(|(node, _)| node.id).collect()
    }

    /// The entries of `of` that none of the others of `of` follows, even at a distance; by rising id.
    pub fn heads_among(&self, of: &BTreeSet<EntryId>) -> Vec<EntryId> {
        let mut below = vec![false; self.nodes.len()];
        let mut heads = Vec::new();
        for place in (0..self.nodes.len()).rev() {
            let node = &self.nodes[place];
            let member = of.contains(&node.id);
            if member && !below[place] {
                heads.push(node.id);
            }
            if member || below[place] {
                node.parents.iter().for_each(|parent| below[*parent] = true);
            }
        }
        heads.sort();
        heads
    }

    /// `ids` and everything they follow, however far back. Ids that aren't in the graph are passed over.
    pub fn ancestors(&self, ids: &[EntryId]) -> BTreeSet<EntryId> {
        let mut found = BTreeSet::new();
        let mut open: Vec<usize> = ids.iter().filter_map(|id| self.places.get(id).copied()).collect();
        while let Some(place) = open.pop() {
            if found.insert(self.nodes[place].id) {
                open.extend(&self.nodes[place].parents);
            }
        }
        found
    }

    /// Whether `descendant` is `ancestor` or follows it, however far back.
    pub fn follows(&self, descendant: EntryId, ancestor: EntryId) -> bool {
        let Some(goal) = self.places.get(&ancestor) else { return false };
        let mut open: BTreeSet<usize> = self.places.get(&descendant).copied().into_iter().collect();
        while let Some(place) = open.pop_last() {
            if place == *goal {
                return true;
            }
            open.extend(self.nodes[place].parents.iter().filter(|parent| *parent >= goal));
        }
        false
    }

    /// The members of `ids` in canonical order. Ids that aren't in the graph are passed over.
    pub fn order(&self, ids: &BTreeSet<EntryId>) -> Vec<EntryId> {
        let mut places: Vec<usize> = ids.iter().filter_map(|id| self.places.get(id).copied()).collect();
        places.sort_unstable();
        places.into_iter().map(|place| self.nodes[place].id).collect()
    }

    /// What has to be undone and what has to be done to come from `applied` to `wanted`: the first in reverse canonical order, the
    /// second in canonical order.
    pub fn between(
        &self,
        applied: &BTreeSet<EntryId>,
        wanted: &BTreeSet<EntryId>,
    ) -> (Vec<EntryId>, Vec<EntryId>) {
        let mut undo = self.order(&applied.difference(wanted).copied().collect());
        undo.reverse();
        (undo, self.order(&wanted.difference(applied).copied().collect()))
    }

    /// What one side has and the other hasn't, each in canonical order: `ours` without the ancestors of `theirs`, and the reverse.
    /// Costs as much as the two together, not as the whole history.
    pub fn sides(&self, ours: &[EntryId], theirs: &[EntryId]) -> (Vec<EntryId>, Vec<EntryId>) {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        self.paint(ours, theirs, |id, sides| match sides {
            1 => left.push(id),
            2 => right.push(id),
            _ => {}
        });
        left.reverse();
        right.reverse();
        (left, right)
    }

    /// Entries that some of `heads` have and others haven't, in canonical order, each with the heads that have it: bit `n` for
    /// the `n`-th. Costs as much as those entries, not as the whole history. At most 64 heads.
    pub fn region(&self, heads: &[EntryId]) -> Vec<(EntryId, u64)> {
        let all = if heads.len() >= 64 { u64::MAX } else { (1 << heads.len()) - 1 };
        let mut open: BTreeMap<usize, u64> = BTreeMap::new();
        for (n, place) in heads.iter().enumerate().filter_map(|(n, id)| Some((n, self.places.get(id)?))) {
            *open.entry(*place).or_default() |= 1 << n;
        }
        let mut apart = open.values().filter(|sides| **sides != all).count();
        let mut found = Vec::new();
        while let (Some((place, sides)), true) = (open.pop_last(), apart > 0) {
            if sides != all {
                apart -= 1;
                found.push((self.nodes[place].id, sides));
            }
            for parent in &self.nodes[place].parents {
                let before = open.get(parent).copied().unwrap_or_default();
                let after = before | sides;
                open.insert(*parent, after);
                apart += usize::from(after != all && before == 0);
                apart -= usize::from(after == all && before != all && before != 0);
            }
        }
        found.reverse();
        found
    }

    /// Where an entry stands in canonical order.
    pub fn place(&self, id: EntryId) -> Option<usize> {
        self.places.get(&id).copied()
    }

    /// The newest entries both sides have: their common ancestors that no other common ancestor follows; by rising id.
    pub fn merge_bases(&self, ours: &[EntryId], theirs: &[EntryId]) -> Vec<EntryId> {
        let mut common = BTreeSet::new();
        self.paint(ours, theirs, |id, sides| {
            if sides == 3 {
                common.insert(id);
            }
        });
        // Every newest common ancestor was met; older ones met with them are followed by one of them.
        self.heads_among(&common)
    }

    /// Visits entries from the newest back, with the sides (1 ours, 2 theirs) they belong to, until only common ones are left.
    fn paint(&self, ours: &[EntryId], theirs: &[EntryId], mut tell: impl FnMut(EntryId, u8)) {
        let mut open: BTreeMap<usize, u8> = BTreeMap::new();
        for (ids, side) in [(ours, 1), (theirs, 2)] {
            for place in ids.iter().filter_map(|id| self.places.get(id)) {
                *open.entry(*place).or_default() |= side;
            }
        }
        let mut single = open.values().filter(|sides| **sides != 3).count();
        // Parents stand before their children, so all sides of an entry are known when its turn comes.
        while let Some((place, sides)) = open.pop_last() {
            tell(self.nodes[place].id, sides);
            if sides != 3 {
                single -= 1;
            }
            if single == 0 && sides == 3 {
                open.iter().rev().for_each(|(place, sides)| tell(self.nodes[*place].id, *sides));
                return;
            }
            for parent in &self.nodes[place].parents {
                let before = open.get(parent).copied().unwrap_or_default();
                let after = before | sides;
                open.insert(*parent, after);
                single += usize::from(after != 3 && before == 0);
                single -= usize::from(after == 3 && (before == 1 || before == 2));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::Digest, random::Random};

    fn id(n: u8) -> EntryId {
        Digest([n; 32])
    }

    fn ids(list: &[u8]) -> Vec<EntryId> {
        list.iter().map(|n| id(*n)).collect()
    }

    fn graph(edges: &[(u8, &[u8])]) -> Graph {
        Graph::new(edges.iter().map(|(n, parents)| (id(*n), ids(parents)))).unwrap()
    }

    #[test]
    fn order_is_topological_with_ties_by_id() {
        let g = graph(&[(9, &[]), (1, &[9]), (5, &[9]), (2, &[5]), (3, &[1, 2]), (4, &[])]);
        assert_eq!(g.ids().collect::<Vec<_>>(), ids(&[4, 9, 1, 5, 2, 3]));
        assert_eq!(g.heads(), ids(&[4, 3]));
        assert_eq!(g.ancestors(&ids(&[2])), ids(&[2, 5, 9]).into_iter().collect());
        assert!(g.follows(id(3), id(9)) && g.follows(id(3), id(3)) && !g.follows(id(3), id(4)));
        assert_eq!(g.sides(&ids(&[1]), &ids(&[2])), (ids(&[1]), ids(&[5, 2])));
        assert_eq!(g.merge_bases(&ids(&[1]), &ids(&[2])), ids(&[9]));
        let set = |list: &[u8]| ids(list).into_iter().collect::<BTreeSet<_>>();
        assert_eq!(g.between(&set(&[9, 1]), &set(&[9, 5, 2])), (ids(&[1]), ids(&[5, 2])));
        assert_eq!(g.heads_among(&set(&[9, 2, 1])), ids(&[1, 2]));
    }

    #[test]
    fn criss_cross_merges_have_two_bases() {
        let g = graph(&[(1, &[]), (2, &[1]), (3, &[1]), (4, &[2, 3]), (5, &[2, 3])]);
        assert_eq!(g.merge_bases(&ids(&[4]), &ids(&[5])), ids(&[2, 3]));
        assert_eq!(g.sides(&ids(&[4]), &ids(&[5])), (ids(&[4]), ids(&[5])));
    }

    #[test]
    fn broken_graphs_are_refused() {
        let missing = Graph::new([(id(1), ids(&[2]))]);
        assert!(
            matches!(missing, Err(GraphError::MissingParent { entry, parent }) if entry == id(1) && parent == id(2))
        );
        let circle = Graph::new([(id(1), ids(&[2])), (id(2), ids(&[3])), (id(3), ids(&[2]))]);
        assert!(matches!(circle, Err(GraphError::Cycle(at)) if at != id(1)));
        let deep: Vec<_> = (0..100_000u32)
            .map(|n| {
                let name = |n: u32| Digest::of(&n.to_le_bytes());
                (name(n), n.checked_sub(1).map(name).into_iter().collect())
            })
            .collect();
        assert_eq!(Graph::new(deep).unwrap().heads().len(), 1);
    }

    #[test]
    fn walks_agree_with_their_definitions() {
        for seed in 0..60 {
            let mut random = Random::new(seed);
            let mut edges: Vec<(EntryId, Vec<EntryId>)> = Vec::new();
            for n in 0..40u8 {
                let count = random.below(3).min(edges.len());
                let parents = (0..count)
                    .map(|_| edges[edges.len() - 1 - random.below(6).min(edges.len() - 1)].0)
                    .collect();
                edges.push((Digest::of(&[n, seed as u8]), parents));
            }
            let g = Graph::new(edges.clone()).unwrap();
            let all: Vec<EntryId> = g.ids().collect();
            let (a, b) = (vec![all[random.below(40)], all[random.below(40)]], vec![all[random.below(40)]]);
            let (ours, theirs) = (g.ancestors(&a), g.ancestors(&b));
            let (left, right) = g.sides(&a, &b);
            assert_eq!(left, g.order(&ours.difference(&theirs).copied().collect()), "seed {seed}");
            assert_eq!(right, g.order(&theirs.difference(&ours).copied().collect()), "seed {seed}");
            let common: BTreeSet<_> = ours.intersection(&theirs).copied().collect();
            assert_eq!(g.merge_bases(&a, &b), g.heads_among(&common), "seed {seed}");
            // A closed subset by itself stands in the same order.
            let part = Graph::new(edges.into_iter().filter(|(id, _)| ours.contains(id))).unwrap();
            assert_eq!(part.ids().collect::<Vec<_>>(), g.order(&ours), "seed {seed}");
            for x in &all {
                assert_eq!(g.follows(*x, b[0]), g.ancestors(&[*x]).contains(&b[0]), "seed {seed}");
            }
        }
    }
}
