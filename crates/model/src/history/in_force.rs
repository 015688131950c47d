//! What tests ask of a history: the steps in force, one by one.

use std::collections::{BTreeMap, BTreeSet};

use super::History;
use crate::{
    id::EntryId,
    merge::{
        rules::Rules,
        sequence::{Placed, in_order, ordered},
    },
    resolution::StepRef,
};

/// The steps in force at an entry.
pub(crate) struct InForce {
    /// In canonical order, of equal ones the first.
    pub steps: Vec<Placed>,
    /// The orders that were decided, with those that follow from what was.
    pub orders: BTreeSet<(StepRef, StepRef)>,
    /// For each step those that it is taken for.
    pub alike: BTreeMap<StepRef, Vec<StepRef>>,
}

impl History {
    /// The effective steps of an entry and all it follows, in canonical order.
    pub(crate) fn in_force(&self, id: EntryId) -> Option<InForce> {
        let rules = self.standing_at(&[id]).ok()?.rules;
        let force = rules.force(&self.graph);
        let entered = self.entered(&self.ancestors(&[id]));
        let steps = ordered(&entered, self, &rules, &force).ok()?;
        let (_, orders) = in_order(&entered, self, &rules, &force).ok()?;
        let mut classes: BTreeMap<StepRef, Vec<StepRef>> = BTreeMap::new();
        for at in rules.likened() {
            classes.entry(rules.class(at)).or_default().push(at);
        }
        let alike =
            steps.iter().map(|p| (p.at, classes.get(&rules.class(p.at)).cloned().unwrap_or_default()));
        Some(InForce { alike: alike.collect(), orders: orders.into_iter().collect(), steps })
    }

    /// What heads have in common under two identities, and what was decided.
    pub(crate) fn rules_between(&self, heads: &[EntryId]) -> Rules {
        let (heads, held) = self.held_at(heads).expect("heads fold");
        let standings: Vec<_> = heads.iter().map(|id| &held[id].0).collect();
        self.examine(&heads, &standings, None, &[]).rules
    }

    /// The effective steps of entries in the order given.
    pub(crate) fn placed(&self, ids: &[EntryId], rules: &Rules) -> Vec<Placed> {
        let entered: Vec<_> = ids.iter().flat_map(|id| self.entered(&[*id].into())).collect();
        ordered(&entered, self, rules, &rules.force(&self.graph)).expect("no orders, no circle")
    }
}
