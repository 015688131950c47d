//! Routes: how a target comes from one set of entries to another.
//!
//! A route is made of legs, each from one set of entries that folds to the next. Most legs bring or take one entry. Where a merge
//! decided something about entries the target doesn't have yet, or has otherwise, one leg goes all the way to the merge: it undoes
//! the steps that are treated otherwise from then on, with everything that built on them, and does what is wanted in canonical order.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{
    digest::DigestError,
    entry::Entry,
    fault::{Class, Fault},
    history::{FoldError, History},
    id::{Digest, EntryId, ObjectId},
    merge::{
        rules::{Force, Rules},
        sequence::{Placed, Stuck, ordered},
    },
    problem::{EvolveError, Irreversible},
    resolution::StepRef,
    state::State,
};

mod undo;
mod walk;

use walk::Walk;

/// Why there is no route.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RouteError {
    /// Where it starts or ends can't be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// A step that has to be undone on the way has no way back.
    #[error("{at} has to be undone on the way, and can't be: {cause}")]
    CantUndo {
        /// The step.
        at: StepRef,
        /// Why.
        #[source]
        cause: Irreversible,
    },
    /// A step doesn't fit what stands there when its turn comes.
    #[error("{at} doesn't fit on the way: {cause}")]
    Stuck {
        /// The step.
        at: StepRef,
        /// Why.
        #[source]
        cause: Box<EvolveError>,
    },
    /// The schema has no digest.
    #[error(transparent)]
    Digest(#[from] DigestError),
    /// The leg to an entry ends in another schema than its fold.
    #[error("the way to entry {} ends in another schema than the entry's", .0.short())]
    Astray(EntryId),
}

impl From<Stuck> for RouteError {
    fn from(Stuck { at, cause }: Stuck) -> RouteError {
        RouteError::Stuck { at, cause: Box::new(cause) }
    }
}

impl Fault for RouteError {
    fn class(&self) -> Class {
        match self {
            RouteError::Fold(cause) => cause.class(),
            RouteError::CantUndo { .. } | RouteError::Stuck { .. } => Class::Decide,
            RouteError::Digest(_) | RouteError::Astray(_) => Class::Integrity,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            RouteError::Fold(cause) => cause.hint(),
            RouteError::CantUndo { .. } | RouteError::Stuck { .. } => Some(
                "nothing was touched; go down before the merge first (`strat down`), or restore a copy from before".to_owned(),
            ),
            RouteError::Digest(_) | RouteError::Astray(_) => {
                Some("nothing was touched; please report this history".to_owned())
            }
        }
    }
}

/// Why a step stands in a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It is wanted.
    Wanted,
    /// It is treated otherwise from here on, or something it built on is.
    Undone,
    /// It was undone on the way and is wanted again.
    Again,
}

/// How a leg treats a step, where it isn't simply done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Treated {
    /// A merge made it void: it has no effect.
    Void,
    /// Another step, which is applied, has done it.
    SameAs(StepRef),
    /// Nothing of it was left to do.
    Nothing,
    /// It was undone.
    Undone,
    /// It was undone and done again.
    Again,
}

/// One change on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// What is done, where it comes from, in which database.
    pub placed: Placed,
    /// Why.
    pub why: Why,
}

/// A part of a route between two sets of entries that fold.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// Entries that are applied with it, in canonical order.
    pub brings: Vec<EntryId>,
    /// Entries that are no longer applied after it, newest first.
    pub takes: Vec<EntryId>,
    /// What is done, in order.
    pub moves: Vec<Move>,
    /// Steps that aren't simply done, with what becomes of them.
    pub treated: Vec<(StepRef, Treated)>,
    /// The digest over all schemas after it.
    pub after: Digest,
}

impl History {
    /// The route from one set of heads to another: down to what both have, then up.
    ///
    /// # Errors
    /// When either end can't be folded, or something that has to be undone can't be.
    pub fn route(&self, from: &[EntryId], to: &[EntryId]) -> Result<(State, Vec<Leg>), RouteError> {
        let (applied, wanted) = (self.ancestors(from), self.ancestors(to));
        let start = self.standing_at(from)?;
        let end = self.standing_at(to)?;
        let stands = standing_for(&start.state, &[&start.rules, &end.rules]);
        let mut walk = Walk {
            history: self,
            applied,
            state: start.state.clone(),
            stands,
            force: end.rules.force(self.graph()),
            goal: end.rules,
            legs: Vec::new(),
        };
        let bounds = self.bounds(&walk.applied.union(&wanted).copied().collect());
        let kept: BTreeSet<EntryId> = walk.applied.intersection(&wanted).copied().collect();
        let mut down: Vec<EntryId> =
            self.order(&walk.applied.difference(&kept).copied().collect()).into_iter().rev().collect();
        while !down.is_empty() {
            let mut left = walk.applied.clone();
            let single = down.iter().take_while(|id| left.remove(id) && !open(&bounds, &left)).count();
            if single > 0 {
                let takes: Vec<EntryId> = down.drain(..single).collect();
                walk.back(&takes)?;
                continue;
            }
            let count = stop(&down, |gone| {
                let gone: BTreeSet<EntryId> = gone.iter().copied().collect();
                let left = walk.applied.difference(&gone).copied().collect();
                open(&bounds, &left)
            });
            let takes: Vec<EntryId> = down.drain(..count).collect();
            walk.leg(Vec::new(), takes)?;
        }
        let mut up = self.order(&wanted.difference(&walk.applied).copied().collect());
        while !up.is_empty() {
            let count = stop(&up, |new| {
                !bounds.is_empty() && open(&bounds, &walk.applied.iter().chain(new).copied().collect())
            });
            let mut brings: Vec<EntryId> = up.drain(..count).collect();
            if brings.len() == 1 && walk.forth(brings[0])? {
                continue;
            }
            // A name that is free only behind the next entries makes the leg longer.
            loop {
                match walk.leg(brings.clone(), Vec::new()) {
                    Err(RouteError::Stuck { .. } | RouteError::Fold(_) | RouteError::Astray(_))
                        if !up.is_empty() =>
                    {
                        brings.push(up.remove(0));
                    }
                    done => break done?,
                }
            }
        }
        Ok((start.state, walk.legs))
    }

    /// For each merge among `of` that decided something: the entries it decided about, which are never applied without it on a route to it.
    fn bounds(&self, of: &BTreeSet<EntryId>) -> Vec<(EntryId, BTreeSet<EntryId>)> {
        let decides = |(id, entry): &(EntryId, &Arc<Entry>)| of.contains(id) && !entry.resolutions.is_empty();
        self.entries()
            .filter(decides)
            .map(|(id, entry)| (id, self.decided_about(id, &entry.resolutions)))
            .collect()
    }

    /// The steps of entries in the order that counts.
    fn effective(
        &self,
        entries: &BTreeSet<EntryId>,
        rules: &Rules,
        force: &Force,
    ) -> Result<Vec<Placed>, RouteError> {
        let steps = ordered(&self.entered(entries), self, rules, force);
        Ok(steps.map_err(|orders| FoldError::Circle { at: None, orders })?)
    }
}

/// How many entries, taken from the front, make a set that folds with nothing half decided.
fn stop(entries: &[EntryId], open: impl Fn(&[EntryId]) -> bool) -> usize {
    (1..=entries.len()).find(|count| !open(&entries[..*count])).unwrap_or(entries.len())
}

/// Whether a set has entries that a merge outside it decided about, while the merge is on the way.
fn open(bounds: &[(EntryId, BTreeSet<EntryId>)], set: &BTreeSet<EntryId>) -> bool {
    bounds.iter().any(|(merge, about)| !set.contains(merge) && !about.is_disjoint(set))
}

/// For objects that are one: the identity that the state knows them by, or one for all of them.
fn standing_for(state: &State, rules: &[&Rules]) -> BTreeMap<ObjectId, ObjectId> {
    let mut stands = BTreeMap::new();
    let there: BTreeSet<ObjectId> = state.schemas().flat_map(|(_, schema)| schema.objects()).collect();
    for id in rules.iter().flat_map(|r| r.united()) {
        let all: BTreeSet<ObjectId> = rules.iter().flat_map(|r| r.all(id)).collect();
        let one = all.iter().find(|id| there.contains(id)).or(all.first()).copied().unwrap_or(id);
        stands.insert(id, one);
    }
    stands
}

#[cfg(test)]
mod tests;
