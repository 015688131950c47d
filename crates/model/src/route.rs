//! Routes: how a target comes from one set of entries to another.
//!
//! A route is made of legs, each from one set of entries that folds to the next, so that a target which is cut off in between stands where
//! it can go on from. Most legs bring or take one entry. Where what is on the way doesn't fold, a leg goes on to what does. Where a merge
//! decided something about entries the target doesn't have yet, or has otherwise, one leg goes all the way to the merge: it undoes
//! the steps that are treated otherwise from then on, with everything that built on them, and does what is wanted in canonical order.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{
    digest::DigestError,
    effects::{Access, Mode, Resource},
    entry::Entry,
    fault::{Class, Fault},
    history::{FoldError, History, mentioned},
    id::{Digest, EntryId, ObjectId},
    merge::{
        rules::{Force, Rules},
        sequence::{Placed, Stuck, ordered},
    },
    problem::{EvolveError, Irreversible},
    resolution::StepRef,
    state::State,
};

mod mend;
mod stands;
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
        let mut walk = Walk::new(self, applied, &start, end.rules);
        let all: BTreeSet<EntryId> = walk.applied.union(&wanted).copied().collect();
        let bounds = self.bounds(&all);
        walk.risky = self.half_agreed(&all);
        walk.doubtful = !walk.risky.is_empty() || self.claims_twice(&all);
        walk.risky.extend(self.speaking_of(&all, &start.rules.united().chain(walk.goal.united()).collect()));
        self.down(&mut walk, &wanted, &bounds)?;
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

    /// Walks down to what stays.
    fn down(
        &self,
        walk: &mut Walk<'_>,
        wanted: &BTreeSet<EntryId>,
        bounds: &[(EntryId, BTreeSet<EntryId>)],
    ) -> Result<(), RouteError> {
        let kept = self.turning_point(&walk.applied, wanted)?;
        let mut down: Vec<EntryId> =
            self.order(&walk.applied.difference(&kept).copied().collect()).into_iter().rev().collect();
        while !down.is_empty() {
            let mut left = walk.applied.clone();
            let fits = |left: &BTreeSet<EntryId>| {
                !walk.is_doubtful(left) || self.standing_at(&self.graph().heads_among(left)).is_ok()
            };
            let single = down
                .iter()
                .take_while(|id| {
                    left.remove(id) && !open(bounds, &left) && !walk.risky.contains(id) && fits(&left)
                })
                .count();
            if single > 0 && walk.back(&down[..single])? {
                down.drain(..single);
                continue;
            }
            let mut count = stop(&down, |gone| {
                let gone: BTreeSet<EntryId> = gone.iter().copied().collect();
                let left = walk.applied.difference(&gone).copied().collect();
                open(bounds, &left)
            });
            // What doesn't fit together makes the leg longer.
            loop {
                match walk.leg(Vec::new(), down[..count].to_vec()) {
                    Err(RouteError::Stuck { .. } | RouteError::Fold(_) | RouteError::Astray(_))
                        if count < down.len() =>
                    {
                        count += 1;
                    }
                    done => break done?,
                }
            }
            down.drain(..count);
        }
        Ok(())
    }

    /// Entries that set a property which others set too who haven't seen them: they may agree only once all of them are there.
    pub fn half_agreed(&self, among: &BTreeSet<EntryId>) -> BTreeSet<EntryId> {
        let mut setting: BTreeMap<&Resource, BTreeSet<EntryId>> = BTreeMap::new();
        for (id, access) in self.accesses(among) {
            if matches!((&access.resource, access.mode), (Resource::Facet(..), Mode::Write(_))) {
                setting.entry(&access.resource).or_default().insert(id);
            }
        }
        setting.into_values().filter(|of| of.len() > 1 && !self.in_line(of)).flatten().collect()
    }

    /// Whether entries that haven't seen each other give one name to two objects, which may be one, or one of them be gone again.
    fn claims_twice(&self, among: &BTreeSet<EntryId>) -> bool {
        let mut claiming: BTreeMap<&Resource, BTreeSet<EntryId>> = BTreeMap::new();
        for (id, access) in self.accesses(among) {
            if matches!((&access.resource, access.mode), (Resource::Name(..), Mode::Write(_))) {
                claiming.entry(&access.resource).or_default().insert(id);
            }
        }
        claiming.values().any(|of| of.len() > 1 && !self.in_line(of))
    }

    /// Whether each of these entries has seen those before it.
    fn in_line(&self, of: &BTreeSet<EntryId>) -> bool {
        self.order(of).windows(2).all(|pair| self.graph().follows(pair[1], pair[0]))
    }

    /// Entries that access one of these objects.
    fn speaking_of(&self, among: &BTreeSet<EntryId>, objects: &BTreeSet<ObjectId>) -> BTreeSet<EntryId> {
        if objects.is_empty() {
            return BTreeSet::new();
        }
        let speaks = |access: &Access| mentioned(&access.resource).is_some_and(|id| objects.contains(&id));
        self.accesses(among).filter(|(_, access)| speaks(access)).map(|(id, _)| id).collect()
    }

    /// What stays on the way: the most of what is both applied and wanted that folds. Where two merges decided differently about the
    /// same entries, these may not fit together without one of them.
    fn turning_point(
        &self,
        applied: &BTreeSet<EntryId>,
        wanted: &BTreeSet<EntryId>,
    ) -> Result<BTreeSet<EntryId>, RouteError> {
        let mut kept: BTreeSet<EntryId> = applied.intersection(wanted).copied().collect();
        let mut newest = self.order(&kept);
        while kept.len() < applied.len() && kept.len() < wanted.len() {
            match (self.standing_at(&self.graph().heads_among(&kept)), newest.pop()) {
                (
                    Err(
                        FoldError::Conflict { .. }
                        | FoldError::Dangling { .. }
                        | FoldError::Circle { .. }
                        | FoldError::Meeting { .. },
                    ),
                    Some(last),
                ) => kept.remove(&last),
                (done, _) => {
                    done?;
                    break;
                }
            };
        }
        Ok(kept)
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

#[cfg(test)]
mod tests;
