//! Orders that several merges decided, each sound by itself, and that go in a circle together.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    history::{History, Joining},
    id::EntryId,
    merge::{
        Conflict,
        rules::{Question, Rules},
    },
    resolution::{Resolution, StepRef},
};

/// Pairs of steps, the one that comes first first.
pub(crate) type Orders = Vec<(StepRef, StepRef)>;

/// A step, or with the highest number the end of its entry.
pub(super) type Node = (EntryId, u32);

/// The orders on one circle of nodes of which each waits for another.
pub(super) fn on_circle(
    next: &BTreeMap<Node, Vec<Node>>,
    waits: &BTreeMap<Node, usize>,
    orders: &[(StepRef, StepRef)],
) -> Orders {
    let mut before: BTreeMap<Node, Node> = BTreeMap::new();
    for (first, thens) in next {
        for then in thens.iter().filter(|then| waits.contains_key(*then)) {
            before.entry(*then).or_insert(*first);
        }
    }
    // Whatever waits has something before it, so that the way back never ends.
    let mut way: Vec<Node> = waits.keys().take(1).copied().collect();
    while let Some(earlier) = way.last().and_then(|at| before.get(at)) {
        if let Some(begin) = way.iter().position(|at| at == earlier) {
            way.drain(..begin);
            break;
        }
        way.push(*earlier);
    }
    way.reverse();
    let after = way.iter().cycle().skip(1);
    let links: BTreeSet<(Node, Node)> = way.iter().copied().zip(after.copied()).collect();
    let node = |at: &StepRef| (at.entry, at.step);
    orders.iter().filter(|(first, then)| links.contains(&(node(first), node(then)))).copied().collect()
}

impl Conflict {
    /// Whether it is between decisions that put steps in a circle, rather than between steps that meet.
    pub fn is_circle(&self) -> bool {
        self.meetings.is_empty()
    }
}

impl History {
    /// The decisions of two sides that put steps in a circle, as a conflict; nothing where all of it was decided on one side, or now.
    pub(crate) fn circle(
        &self,
        heads: &[EntryId],
        rules: &Rules,
        orders: &[(StepRef, StepRef)],
    ) -> Option<Conflict> {
        let mut sides: BTreeMap<StepRef, u64> = BTreeMap::new();
        for (first, then) in orders {
            let by = rules.decision(&Question::Steps(*first.min(then), *first.max(then)))?.by;
            let has = |head: &EntryId| *head == by.entry || self.graph().follows(*head, by.entry);
            let of = heads.iter().enumerate().filter(|(_, head)| has(head)).fold(0, |of, (n, _)| of | 1 << n);
            sides.insert(by, of);
        }
        // What all sides have decided stands.
        sides.retain(|_, of| of.count_ones() as usize != heads.len());
        let first = sides.values().map(|of: &u64| of.trailing_zeros()).min().filter(|first| *first < 64)?;
        let (ours, theirs): (Vec<StepRef>, Vec<StepRef>) =
            sides.keys().partition(|by| sides[*by].trailing_zeros() == first);
        let database = self.database_of(theirs.first()?.entry, theirs.first()?.step)?.to_owned();
        let decided = sides.values().all(|of| *of != 0);
        decided.then_some(Conflict { database, ours, theirs, meetings: Vec::new(), misfit: None })
    }
}

impl Joining<'_> {
    /// The orders that these decisions state, turned around.
    pub(super) fn turned(&self, decisions: &[StepRef]) -> Vec<Resolution> {
        let turned = |at: &StepRef| match self.resolution(*at)? {
            Resolution::Order { first, then } => Some(Resolution::Order { first: then, then: first }),
            Resolution::Keep { .. }
            | Resolution::Same { .. }
            | Resolution::Rename { .. }
            | Resolution::Set { .. } => None,
        };
        decisions.iter().filter_map(turned).collect()
    }
}
