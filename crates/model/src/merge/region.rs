//! The region of a merge: what some of its sides have and others haven't.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    effects::Access, entry::Entry, history::LoweredStep, id::EntryId, lowered::Lowered, merge::rules::Force,
    resolution::StepRef,
};

/// An entry that isn't common to all sides.
pub(crate) struct Member<'h> {
    pub id: EntryId,
    /// The sides that have it: bit `n` for the `n`-th.
    pub sides: u64,
    pub entry: &'h Entry,
    pub lowered: Arc<[LoweredStep]>,
    /// What each of its steps and resolutions accesses.
    pub effects: &'h [(u32, Access)],
}

impl Member<'_> {
    pub(crate) fn step(&self, step: u32) -> StepRef {
        StepRef { entry: self.id, step }
    }
}

/// What some sides have and others haven't, in canonical order.
pub(crate) struct Region<'h> {
    pub members: Vec<Member<'h>>,
    /// What the decisions in force say.
    pub force: Force,
    places: BTreeMap<EntryId, usize>,
}

impl<'h> Region<'h> {
    pub(crate) fn new(members: Vec<Member<'h>>, force: Force) -> Region<'h> {
        let places = members.iter().enumerate().map(|(n, m)| (m.id, n)).collect();
        Region { members, force, places }
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
