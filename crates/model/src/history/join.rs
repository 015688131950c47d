//! Joining what several parents have led to.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    FoldError, Held, History, LoweredStep, Standing,
    breach::Breach,
    examine::{Examined, UNWRITTEN},
    release, take,
};
use crate::{
    id::{EntryId, ObjectId},
    merge::{
        rules::{Force, Rules},
        sequence::{Entered, Stuck, ordered, run},
    },
    problem::LowerError,
    resolution::{Resolution, StepRef},
    state::State,
};

impl History {
    /// The standing at `parents` together, for the entry `at`, or for a question without one.
    pub(super) fn join(
        &self,
        at: Option<EntryId>,
        parents: &[EntryId],
        held: &mut Held,
    ) -> Result<Standing, FoldError> {
        match parents {
            [] => Ok(Standing::default()),
            [one] => Ok(take(*one, held)),
            many => {
                let resolutions =
                    at.and_then(|id| self.entry(id)).map(|e| e.resolutions.clone()).unwrap_or_default();
                let joined = self.joined(at, many, &resolutions, held);
                for id in many.iter().copied().chain(self.common(many)) {
                    drop(release(id, held));
                }
                joined
            }
        }
    }

    /// The standing at heads together when a merge decides this.
    pub(super) fn joined(
        &self,
        at: Option<EntryId>,
        heads: &[EntryId],
        resolutions: &[Resolution],
        held: &Held,
    ) -> Result<Standing, FoldError> {
        for (n, resolution) in resolutions.iter().enumerate() {
            if let Some(problem) = self.unlike(resolution) {
                let StepRef { entry, step } = StepRef::of_resolution(at.unwrap_or(UNWRITTEN), n);
                let cause = Box::new(LowerError::from(problem).into());
                return Err(FoldError::Step { entry, step, cause });
            }
        }
        let standings: Vec<&Standing> = heads.iter().filter_map(|id| held.get(id)).map(|(s, _)| s).collect();
        let examined = self.examine(heads, &standings, at, resolutions).check(self, at)?;
        if examined.rules.is_empty()
            && resolutions.is_empty()
            && let Some(state) = self.replayed(heads, &standings)
        {
            return Ok(Standing { state, rules: Arc::default() });
        }
        self.rebuilt(at, heads, resolutions, examined, held)
    }

    /// The longest side with what the others have more taken in; nothing when something is in the way, such as a name that is free only
    /// at the end.
    fn replayed(&self, heads: &[EntryId], standings: &[&Standing]) -> Option<State> {
        let length = |n: &usize| {
            let others: Vec<EntryId> =
                heads.iter().enumerate().filter(|(m, _)| m != n).map(|(_, id)| *id).collect();
            self.graph.sides(&others, &[heads[*n]]).0.len()
        };
        let base = (0..heads.len()).min_by_key(length)?;
        let mut state = standings.get(base)?.state.clone();
        let others: Vec<EntryId> = heads.iter().copied().filter(|id| *id != heads[base]).collect();
        for id in self.graph.sides(&[heads[base]], &others).1 {
            let known = self.known.get(&id)?;
            for LoweredStep { step, change } in known.lowered.get()?.iter() {
                let database = self.database_of(id, *step)?;
                for change in change.remaining(state.schema(database)) {
                    state.evolve(database, &change).ok()?;
                }
            }
        }
        Some(state)
    }

    /// What is common to all sides and treated as it was, with all that isn't taken in again, as the decisions in force say.
    fn rebuilt(
        &self,
        at: Option<EntryId>,
        heads: &[EntryId],
        resolutions: &[Resolution],
        examined: Examined<'_>,
        held: &Held,
    ) -> Result<Standing, FoldError> {
        let (base, mut state) = self.start(heads, &examined, held)?;
        let behind = self.ancestors(&base);
        let rest: BTreeSet<EntryId> = self.ancestors(heads).difference(&behind).copied().collect();
        let Examined { region, rules, .. } = examined;
        let entered = self.entered(&rest);
        let steps = ordered(&entered, self, &rules, &region.force)
            .map_err(|orders| FoldError::Circle { at, orders })?;
        let (start, pending) = (state.clone(), pending(resolutions, &rules));
        run(&mut state, &steps, &pending).map_err(|stuck| {
            let (base, steps, pending) = (&start, &steps[..], &pending);
            let why = stuck.cause.to_string();
            let breach =
                Breach { region: &region, rules: &rules, base, steps, pending, stuck: stuck.at, why };
            match self.breach(&breach) {
                Some(found) => FoldError::Conflict { at, conflicts: vec![found], disagreements: Vec::new() },
                None => match self.unfreed(stuck.at, &region, &rules) {
                    Some(void) => FoldError::Dangling { at, void, user: stuck.at },
                    None => meeting(at, stuck),
                },
            }
        })?;
        Ok(Standing { state, rules: Arc::new(rules) })
    }

    /// Where a join starts from: the newest entries common to all heads that have treated their steps, and all before them, as the join does,
    /// with the state they have led to.
    pub(super) fn start(
        &self,
        heads: &[EntryId],
        examined: &Examined<'_>,
        held: &Held,
    ) -> Result<(Vec<EntryId>, State), FoldError> {
        let common = self.ancestors(&self.bases(&self.graph.region(heads)));
        let touched = examined.affected.iter().map(|s| s.entry).collect();
        self.settled(&common, touched, &[(&examined.rules, &examined.region.force)], held)
    }

    /// The newest entries of `common`, which is closed under parents, that don't follow any of `touched` and have treated their steps, and
    /// all before them, as all these decisions do, with the state they have led to.
    pub(crate) fn settled(
        &self,
        common: &BTreeSet<EntryId>,
        mut touched: BTreeSet<EntryId>,
        treated: &[(&Rules, &Force)],
        held: &Held,
    ) -> Result<(Vec<EntryId>, State), FoldError> {
        loop {
            touched.retain(|id| common.contains(id));
            let reached = |id: &EntryId| touched.iter().any(|t| self.graph.follows(*id, *t));
            let base = self.graph.heads_among(&common.iter().filter(|id| !reached(id)).copied().collect());
            let standing = match base.as_slice() {
                [] => return Ok((base, State::new())),
                [one] if held.contains_key(one) => held[one].0.clone(),
                many => match self.standing_at(many) {
                    Ok(standing) => standing,
                    // What joins them isn't common to the heads.
                    Err(
                        FoldError::Conflict { .. }
                        | FoldError::Dangling { .. }
                        | FoldError::Circle { .. }
                        | FoldError::Meeting { .. },
                    ) if many.len() > 1 => {
                        touched.extend(self.graph.region(many).into_iter().map(|(id, _)| id));
                        continue;
                    }
                    Err(other) => return Err(other),
                },
            };
            let behind = self.ancestors(&base);
            let there = standing.rules.force(&self.graph);
            let mut otherwise = BTreeSet::new();
            for (rules, force) in treated {
                otherwise.extend(there.differing(force));
                otherwise.extend(rules.otherwise(&standing.rules));
            }
            otherwise.retain(|at| behind.contains(&at.entry));
            if otherwise.is_empty() {
                return Ok((base, standing.state));
            }
            touched.extend(otherwise.iter().map(|at| at.entry));
        }
    }

    /// Entries with what they were lowered to, in canonical order.
    pub(crate) fn entered(&self, ids: &BTreeSet<EntryId>) -> Vec<Entered> {
        let entered = |id: EntryId| {
            let known = self.known.get(&id)?;
            Some(Entered { id, lowered: known.lowered.get()?.clone() })
        };
        self.graph.order(ids).into_iter().filter_map(entered).collect()
    }
}

/// Names that a merge gives behind everything else.
pub(super) fn pending(resolutions: &[Resolution], rules: &Rules) -> BTreeMap<ObjectId, String> {
    let name = |resolution: &Resolution| match resolution {
        Resolution::Rename { object, to } => Some((rules.find((*object).into()), to.clone())),
        _ => None,
    };
    resolutions.iter().filter_map(name).collect()
}

pub(super) fn meeting(at: Option<EntryId>, stuck: Stuck) -> FoldError {
    let Stuck { at: step, cause } = stuck;
    FoldError::Meeting { at, entry: step.entry, step: step.step, cause: Box::new(cause) }
}
