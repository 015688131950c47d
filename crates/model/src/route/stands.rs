//! The identities by which a route knows objects that are one with others, at one of its ends or on the way.

use std::collections::{BTreeMap, BTreeSet};

use super::walk::Walk;
use crate::{
    id::{EntryId, ObjectId},
    merge::{
        rules::{Force, Rules, maker},
        sequence::Placed,
    },
    state::State,
};

/// For objects that are one with others, now or before: the identity that the target's state knows them by.
pub(super) type Stands = BTreeMap<ObjectId, ObjectId>;

/// A step by the identities of a state.
pub(super) fn map(stands: &Stands, placed: &Placed) -> Placed {
    let change = match stands.is_empty() {
        true => placed.change.clone(),
        false => placed.change.map_ids(&mut |id| stands.get(&id).copied().unwrap_or(id)),
    };
    Placed { change, ..placed.clone() }
}

/// A state by the identities of another.
pub(super) fn with_stands(state: &State, stands: &Stands) -> State {
    if stands.is_empty() {
        return state.clone();
    }
    let map = |id: ObjectId| stands.get(&id).copied().unwrap_or(id);
    let databases = state.to_databases();
    let mapped = databases.into_iter().map(|(name, schema)| (name, schema.with_ids(&map)));
    State::of(&mapped.collect())
}

impl Walk<'_> {
    /// The identities by which the objects of `next` go on when others are one than now: each keeps the one it goes by, if it can.
    pub(super) fn standing_by(&self, rules: &Rules, force: &Force, next: &BTreeSet<EntryId>) -> Stands {
        let known = self.stands.iter().flat_map(|(id, by)| [*id, *by]);
        let members: BTreeSet<ObjectId> = rules.united().chain(known).collect();
        if members.is_empty() {
            return Stands::new();
        }
        let there: BTreeSet<ObjectId> = self
            .state
            .schemas()
            .flat_map(|(_, schema)| schema.objects())
            .filter(|id| members.contains(id))
            .collect();
        let within =
            |set: &BTreeSet<EntryId>, id: ObjectId| maker(id).is_none_or(|at| set.contains(&at.entry));
        let mut classes: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
        members.iter().for_each(|id| classes.entry(rules.find(*id)).or_default().push(*id));
        classes.retain(|_, class| class.iter().any(|id| within(next, *id)));
        // What nobody makes gets an identity that is left over, so that no other goes by it.
        let is_made = |class: &[ObjectId]| {
            class.iter().any(|id| within(next, *id) && maker(*id).is_none_or(|at| !force.void.contains(&at)))
        };
        // The identities that the objects of a class go by now, rather one that is there.
        let goes_by = |class: &[ObjectId]| -> Vec<ObjectId> {
            let now = class.iter().filter(|id| within(&self.applied, **id) && within(next, **id));
            let mut by: Vec<ObjectId> = now.map(|id| self.goes_by(*id)).collect();
            by.sort_by_key(|id| !there.contains(id));
            by
        };
        let mut given: BTreeMap<ObjectId, ObjectId> = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for own in [true, false] {
            for (name, class) in classes.iter().filter(|(_, class)| is_made(class)) {
                let fits = |id: &ObjectId| !taken.contains(id) && (!own || class.contains(id));
                if let Some(by) = goes_by(class).into_iter().find(fits).filter(|_| !given.contains_key(name))
                {
                    given.insert(*name, by);
                    taken.insert(by);
                }
            }
        }
        for (name, class) in &classes {
            let mut free =
                class.iter().chain(&members).filter(|id| !there.contains(id) && !taken.contains(id));
            let by = given.get(name).or_else(|| free.next()).copied().unwrap_or(*name);
            given.insert(*name, by);
            taken.insert(by);
        }
        let by = |name: &ObjectId| given.get(name).copied().unwrap_or(*name);
        classes.iter().flat_map(|(name, class)| class.iter().map(move |id| (*id, by(name)))).collect()
    }

    fn goes_by(&self, id: ObjectId) -> ObjectId {
        self.stands.get(&id).copied().unwrap_or(id)
    }

    /// Whether objects that are one by what is decided at the end are two as yet.
    pub(super) fn are_apart(&self, stands: &Stands) -> bool {
        let other = |(id, by): (&ObjectId, &ObjectId)| {
            let made = maker(*id).is_none_or(|at| self.applied.contains(&at.entry));
            made && self.goes_by(*id) != *by
        };
        stands.iter().any(other)
    }
}

/// Whether objects are one by some rules that aren't by those at the end.
pub(super) fn is_loose(now: &Rules, goal: &Rules) -> bool {
    now.united().any(|id| !goal.are_one(id, now.find(id)))
}
