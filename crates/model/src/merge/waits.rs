//! What has to wait for what though nobody said so, because of what merges decided.
//!
//! An object that is defined as another says can't be created before what that definition speaks of. And where an object goes only behind
//! what used it, whatever ends that use goes first.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    effects::{Access, Mode, Resource},
    history::History,
    id::{EntryId, ObjectId},
    lowered::Lowered,
    merge::{
        circle::Orders,
        meet::in_resource,
        rules::{Force, Rules, maker},
        sequence::Entered,
    },
    resolution::StepRef,
};

/// Entries whose steps are put in order, under what was decided.
pub(super) struct Waiting<'a> {
    pub entries: &'a [Entered],
    pub history: &'a History,
    pub rules: &'a Rules,
    pub force: &'a Force,
}

impl Waiting<'_> {
    /// The pairs of steps, the one that comes first first; `decided` are those that were said.
    pub fn orders(&self, decided: &[(StepRef, StepRef)]) -> Orders {
        let mut found = self.for_definitions();
        found.extend(self.for_ends(decided));
        found.retain(|pair| !decided.contains(pair));
        found.into_iter().collect()
    }

    /// Whoever creates an object that another one defines waits for what only that other one knew.
    fn for_definitions(&self) -> BTreeSet<(StepRef, StepRef)> {
        let mut found = BTreeSet::new();
        let mut classes: BTreeMap<ObjectId, BTreeSet<ObjectId>> = BTreeMap::new();
        for id in self.rules.united() {
            if let Some(as_is) = self.force.defined.get(&self.rules.find(id)).filter(|as_is| **as_is != id) {
                classes.entry(*as_is).or_default().insert(id);
            }
        }
        for (as_is, others) in classes {
            let spoken_of = self.history.piece(as_is).map(|piece| spoken_of(&piece)).unwrap_or_default();
            let makers = others.into_iter().filter_map(maker);
            for at in makers.filter(|at| !self.force.void.contains(at)) {
                found.extend(spoken_of.iter().filter_map(|id| Some((self.unknown(*id, at)?, at))));
            }
        }
        let members: BTreeSet<EntryId> = self.entries.iter().map(|entered| entered.id).collect();
        found.retain(|(first, then)| members.contains(&first.entry) && members.contains(&then.entry));
        found
    }

    /// The step that makes an object, if none that does comes before this one anyway.
    fn unknown(&self, id: ObjectId, at: StepRef) -> Option<StepRef> {
        let counts = |maker: &StepRef| !self.force.void.contains(maker);
        let known = |maker: &StepRef| *maker == at || self.comes_behind(at, *maker);
        let own = maker(id).filter(counts);
        if own.as_ref().is_some_and(known) {
            return None;
        }
        let makers: Vec<StepRef> = self.rules.all(id).into_iter().filter_map(maker).filter(counts).collect();
        own.or(makers.first().copied()).filter(|_| !makers.iter().any(known))
    }

    fn comes_behind(&self, at: StepRef, other: StepRef) -> bool {
        match at.entry == other.entry {
            // Resolutions come before the other steps of their entry.
            true => (at.as_resolution().is_none(), at.step) > (other.as_resolution().is_none(), other.step),
            false => self.history.graph().follows(at.entry, other.entry),
        }
    }

    /// What ends or replaces that which a step made comes before a step that ends something and was put behind it.
    fn for_ends(&self, decided: &[(StepRef, StepRef)]) -> BTreeSet<(StepRef, StepRef)> {
        let mut made: BTreeMap<Resource, Vec<(StepRef, StepRef)>> = BTreeMap::new();
        for (first, then) in decided.iter().filter(|(_, then)| self.accesses(*then).any(|a| ends(&a))) {
            for access in self.accesses(*first).filter(makes) {
                made.entry(access.resource).or_default().push((*first, *then));
            }
        }
        let mut found = BTreeSet::new();
        if made.is_empty() {
            return found;
        }
        for entered in self.entries {
            let steps: BTreeSet<u32> = entered.lowered.iter().map(|one| one.step).collect();
            let steps = steps.into_iter().map(|step| StepRef { entry: entered.id, step });
            for at in steps.filter(|at| !self.force.void.contains(at)) {
                let over = self.accesses(at).filter(|a| ends(a) || makes(a));
                let pairs = over.filter_map(|a| made.get(&a.resource)).flatten();
                let waits = |(first, then): &&(StepRef, StepRef)| {
                    at != *then && self.comes_behind(at, *first) && !self.comes_behind(at, *then)
                };
                found.extend(pairs.filter(waits).map(|(_, then)| (at, *then)));
            }
        }
        found
    }

    fn accesses(&self, at: StepRef) -> impl Iterator<Item = Access> {
        let found = self.history.effects_of(at);
        found.map(|a| Access { resource: in_resource(a, self.rules), mode: a.mode })
    }
}

fn ends(access: &Access) -> bool {
    matches!((&access.resource, access.mode), (Resource::Object(_), Mode::Destroy))
}

fn makes(access: &Access) -> bool {
    matches!((&access.resource, access.mode), (Resource::Object(_) | Resource::Facet(..), Mode::Write(_)))
}

/// The objects that a creation speaks of beside its own.
fn spoken_of(piece: &Lowered) -> BTreeSet<ObjectId> {
    let mut found = BTreeSet::new();
    let defined = matches!(
        piece,
        Lowered::AddColumn { .. }
            | Lowered::AddConstraint { .. }
            | Lowered::CreateIndex { .. }
            | Lowered::AddEnumValue { .. }
    );
    if defined {
        piece.map_ids(&mut |id| {
            found.insert(id);
            id
        });
    }
    found
}
