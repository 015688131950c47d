//! Steps that commute two by two and still don't fit together, such as drops that leave a table without columns.
//!
//! Whoever joins finds that only when a step gets stuck. Then the step of another side without which it wouldn't is looked for, so that
//! there is something to decide.

use std::collections::{BTreeMap, BTreeSet};

use super::{History, examine::mentioned};
use crate::{
    effects::{Mode, Resource},
    id::ObjectId,
    merge::{
        Conflict, Meeting,
        meet::in_resource,
        region::Region,
        rules::Rules,
        sequence::{Placed, run},
    },
    resolution::StepRef,
    state::State,
};

/// Everything a step got stuck in.
pub(super) struct Breach<'a> {
    pub region: &'a Region<'a>,
    pub rules: &'a Rules,
    /// Where the steps start from.
    pub base: &'a State,
    pub steps: &'a [Placed],
    pub pending: &'a BTreeMap<ObjectId, String>,
    /// The step that doesn't fit.
    pub stuck: StepRef,
    /// Why it doesn't.
    pub why: String,
}

impl History {
    /// The step that got stuck and one of another side without which it wouldn't, as a conflict.
    pub(super) fn breach(&self, of: &Breach<'_>) -> Option<Conflict> {
        let sides = |at: StepRef| of.region.member(at.entry).map(|m| m.sides);
        let (stuck, own) = (of.stuck, sides(of.stuck));
        let database = self.database_of(stuck.entry, stuck.step)?.to_owned();
        let known: BTreeSet<ObjectId> = self.objects(stuck, of.rules);
        let mut tried = BTreeSet::new();
        for other in of.steps.iter().rev().filter(|p| *p.database == *database).map(|p| p.at) {
            let apart = sides(other).is_some_and(|theirs| own.is_none_or(|own| own & theirs == 0));
            if !apart || !tried.insert(other) || known.is_disjoint(&self.objects(other, of.rules)) {
                continue;
            }
            if !of.is_in_the_way(other) {
                continue;
            }
            let first = own.unwrap_or(u64::MAX).trailing_zeros() < sides(other).unwrap_or(0).trailing_zeros();
            let (ours, theirs) = if first { (stuck, other) } else { (other, stuck) };
            let meetings = vec![self.shared(ours, theirs, of.rules)?];
            let misfit = Some(of.why.clone());
            return Some(Conflict { database, ours: vec![ours], theirs: vec![theirs], meetings, misfit });
        }
        None
    }

    /// The objects that a step is about.
    fn objects(&self, at: StepRef, rules: &Rules) -> BTreeSet<ObjectId> {
        self.effects_of(at).filter_map(|a| mentioned(&in_resource(a, rules))).collect()
    }

    /// What two steps have in common, rather something they change than something they read.
    fn shared(&self, ours: StepRef, theirs: StepRef, rules: &Rules) -> Option<Meeting> {
        let of = |at: StepRef| -> Vec<(Resource, Mode)> {
            self.effects_of(at).map(|a| (in_resource(a, rules), a.mode)).collect()
        };
        let (ours, theirs) = (of(ours), of(theirs));
        let pairs = ours.iter().flat_map(|a| theirs.iter().map(move |b| (a, b)));
        let about = |resource: &Resource| mentioned(resource);
        let best = pairs.filter(|(a, b)| about(&a.0).is_some() && about(&a.0) == about(&b.0)).min_by_key(
            |(a, b)| {
                let reads = [a.1, b.1].iter().filter(|m| matches!(m, Mode::Read | Mode::Need)).count();
                (reads, a.0 != b.0)
            },
        );
        best.map(|((resource, ours), (_, theirs))| Meeting {
            resource: resource.clone(),
            ours: *ours,
            theirs: *theirs,
        })
    }
}

impl Breach<'_> {
    /// Whether the step fits once another one, and what builds on that, is left out.
    fn is_in_the_way(&self, other: StepRef) -> bool {
        let mut without = BTreeSet::from([other]);
        let place = |at: StepRef| self.steps.iter().position(|p| p.at == at);
        loop {
            let steps: Vec<Placed> =
                self.steps.iter().filter(|p| !without.contains(&p.at)).cloned().collect();
            match run(&mut self.base.clone(), &steps, self.pending) {
                Ok(_) => return true,
                Err(next) if next.at == self.stuck => return false,
                Err(next) if place(next.at) > place(self.stuck) => return true,
                Err(next) => {
                    if !without.insert(next.at) {
                        return false;
                    }
                }
            }
        }
    }
}
