//! The region of a merge: what some of its sides have and others haven't.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    effects::Access, entry::Entry, history::LoweredStep, id::EntryId, lowered::Lowered, merge::rules::Force,
    resolution::StepRef,
};

/// An entry that isn't common to all sides, or of which some treated a step otherwise.
pub(crate) struct Member<'h> {
    pub id: EntryId,
    /// The sides that have it: bit `n` for the `n`-th; none when all have it, and only steps of it count.
    pub sides: u64,
    pub entry: &'h Entry,
    pub lowered: Arc<[LoweredStep]>,
    /// What each of its steps and resolutions accesses.
    pub effects: &'h [(u32, Access)],
    /// The databases that its resolutions speak of.
    pub spoken_of: Vec<&'h str>,
}

impl<'h> Member<'h> {
    pub(crate) fn step(&self, step: u32) -> StepRef {
        StepRef { entry: self.id, step }
    }

    /// The database that a step or resolution speaks of.
    pub(crate) fn database(&self, step: u32) -> &'h str {
        match self.step(step).as_resolution() {
            Some(n) => self.spoken_of.get(n).copied().unwrap_or(&self.entry.database),
            None => self.entry.database_of(step as usize),
        }
    }
}

/// What some sides have and others haven't, in canonical order.
pub(crate) struct Region<'h> {
    pub members: Vec<Member<'h>>,
    /// What the decisions in force say.
    pub force: Force,
    /// Steps that only some of the sides that have them treated as they are treated now, with those sides.
    contested: BTreeMap<StepRef, u64>,
    /// Resolutions of which nothing counts any more.
    spent: BTreeSet<StepRef>,
    places: BTreeMap<EntryId, usize>,
}

impl<'h> Region<'h> {
    pub(crate) fn new(
        members: Vec<Member<'h>>,
        force: Force,
        contested: BTreeMap<StepRef, u64>,
        spent: BTreeSet<StepRef>,
    ) -> Region<'h> {
        let places = members.iter().enumerate().map(|(n, m)| (m.id, n)).collect();
        Region { members, force, contested, spent, places }
    }

    /// Other entries under the same decisions, with the sides of single steps.
    pub(crate) fn with(
        &self,
        members: Vec<Member<'h>>,
        sides: BTreeMap<StepRef, u64>,
        spent: BTreeSet<StepRef>,
    ) -> Region<'h> {
        Region::new(members, self.force.clone(), sides, spent)
    }

    /// The sides that bring a step: none when it has no effect, or all have it and treated it alike.
    pub(crate) fn sides(&self, at: StepRef) -> u64 {
        if self.force.void.contains(&at) || self.spent.contains(&at) {
            return 0;
        }
        let usual = || self.member(at.entry).map_or(0, |member| member.sides);
        self.contested.get(&at).copied().unwrap_or_else(usual)
    }

    pub(crate) fn member(&self, id: EntryId) -> Option<&Member<'h>> {
        self.places.get(&id).map(|n| &self.members[*n])
    }

    /// What a step was lowered to.
    pub(crate) fn changes(&self, at: StepRef) -> impl Iterator<Item = &Lowered> {
        let lowered = self.member(at.entry).map(|m| &m.lowered[..]).unwrap_or_default();
        lowered.iter().filter(move |one| one.step == at.step).map(|one| &one.change)
    }
}
