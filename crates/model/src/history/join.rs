//! Joining what several parents have led to.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{FoldError, Held, History, LoweredStep, Standing, examine::Examined, release, take};
use crate::{
    id::{EntryId, ObjectId},
    merge::{
        rules::Rules,
        sequence::{Entered, Stuck, ordered, run},
    },
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
        let standings: Vec<&Standing> = heads.iter().filter_map(|id| held.get(id)).map(|(s, _)| s).collect();
        let examined = self.examine(heads, &standings, at, resolutions).check(self, at)?;
        if examined.rules.is_empty() && resolutions.is_empty() {
            if let Some(state) = self.replayed(heads, &standings) {
                return Ok(Standing { state, rules: Arc::default() });
            }
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
            for LoweredStep { step: _, change } in known.lowered.get()?.iter() {
                for change in change.remaining(state.schema(&known.entry.database)) {
                    state.evolve(&known.entry.database, &change).ok()?;
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
        let (base, mut state) = self.folded_base(self.untouched(heads, &examined.affected), held)?;
        let behind = self.ancestors(&base);
        let rest: BTreeSet<EntryId> = self.ancestors(heads).difference(&behind).copied().collect();
        let Examined { region, rules, .. } = examined;
        let entered = self.entered(&rest);
        let steps = ordered(&entered, self, &rules, &region.force)
            .map_err(|steps| FoldError::Circle { at, steps })?;
        run(&mut state, &steps, &pending(resolutions, &rules)).map_err(|stuck| meeting(at, stuck))?;
        Ok(Standing { state, rules: Arc::new(rules) })
    }

    /// The state at these entries, or where it takes a decision to join them, at what is common to them.
    pub(super) fn folded_base(
        &self,
        mut base: Vec<EntryId>,
        held: &Held,
    ) -> Result<(Vec<EntryId>, State), FoldError> {
        loop {
            match self.based_on(&base, held) {
                Ok(state) => return Ok((base, state)),
                Err(_) if base.len() > 1 => base = self.bases(&self.graph.region(&base)),
                Err(error) => return Err(error),
            }
        }
    }

    /// The state at entries that are held, or that are folded anew.
    pub(super) fn based_on(&self, base: &[EntryId], held: &Held) -> Result<State, FoldError> {
        match base {
            [] => Ok(State::new()),
            [one] => match held.get(one) {
                Some((standing, _)) => Ok(standing.state.clone()),
                None => self.state_at(&[*one]),
            },
            many => self.state_at(many),
        }
    }

    /// The newest entries common to all heads whose steps, and all before them, are treated as they were at every head.
    pub(super) fn untouched(&self, heads: &[EntryId], affected: &BTreeSet<StepRef>) -> Vec<EntryId> {
        let bases = self.bases(&self.graph.region(heads));
        let common = self.ancestors(&bases);
        let touched: Vec<EntryId> =
            affected.iter().map(|s| s.entry).filter(|id| common.contains(id)).collect();
        if touched.is_empty() {
            return bases;
        }
        let reached = |id: &EntryId| touched.iter().any(|t| self.graph.follows(*id, *t));
        self.graph.heads_among(&common.iter().filter(|id| !reached(id)).copied().collect())
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
