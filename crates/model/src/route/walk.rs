//! Walking a route leg by leg.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Leg, Move, RouteError, Treated, Why, undo::inverse};
use crate::{
    history::History,
    id::{EntryId, ObjectId},
    lowered::Lowered,
    merge::{
        RESOLUTIONS_FROM,
        rules::{Force, Rules, maker},
        sequence::{Placed, run, run_telling},
    },
    resolution::StepRef,
    state::State,
};

/// A way to a set of entries, being walked.
pub(super) struct Walk<'h> {
    pub history: &'h History,
    /// The entries that are applied.
    pub applied: BTreeSet<EntryId>,
    pub state: State,
    /// For each object, the one that stands for it on this route: one that is there already, if any.
    pub stands: BTreeMap<ObjectId, ObjectId>,
    /// What is decided at the end of the way up.
    pub goal: Arc<Rules>,
    /// What of it is in force.
    pub force: Force,
    pub legs: Vec<Leg>,
}

impl Walk<'_> {
    fn map(&self, placed: &Placed) -> Placed {
        let stands = |id: ObjectId| self.stands.get(&id).copied().unwrap_or(id);
        let change = match self.stands.is_empty() {
            true => placed.change.clone(),
            false => placed.change.map_ids(&mut |id| stands(id)),
        };
        Placed { change, ..placed.clone() }
    }

    /// Adds the leg that brings one entry about which nothing is decided; says no when there is more to it.
    pub(super) fn forth(&mut self, id: EntryId) -> Result<bool, RouteError> {
        if self.history.entry(id).is_none_or(|entry| !entry.resolutions.is_empty()) {
            return Ok(false);
        }
        let mut steps = self.history.effective(&[id].into(), &self.goal, &self.force)?;
        steps.retain(|placed| !taken_by(&self.applied, &self.goal, placed.at));
        let steps: Vec<Placed> = steps.iter().map(|placed| self.map(placed)).collect();
        let mut state = self.state.clone();
        let Ok(done) = run(&mut state, &steps, &BTreeMap::new()) else { return Ok(false) };
        let mut moves: Vec<Move> = done.into_iter().map(|placed| Move { placed, why: Why::Wanted }).collect();
        let treated = self.treated(&[id], &moves, &self.force, &self.goal);
        // Where equal values of both sides became one, they may stand elsewhere from here on.
        let values =
            |one: &Move| matches!(one.placed.change, Lowered::AddEnumValue { .. } | Lowered::CreateEnum(_));
        if self.goal.unites() && moves.iter().any(values) {
            let next = self.applied.iter().copied().chain([id]).collect();
            let heads = self.history.graph().heads_among(&next);
            let wanted = self.history.standing_at(&heads)?.state;
            self.adjust(&mut state, &wanted, id, &mut moves)?;
        }
        let after = state.digest()?;
        self.applied.insert(id);
        self.state = state;
        self.legs.push(Leg { brings: vec![id], takes: Vec::new(), moves, treated, after });
        Ok(true)
    }

    /// Adds the legs that take one entry after the other, about which nothing is decided; newest first.
    pub(super) fn back(&mut self, takes: &[EntryId]) -> Result<(), RouteError> {
        let graph = self.history.graph();
        let gone: BTreeSet<EntryId> = takes.iter().copied().collect();
        let left: BTreeSet<EntryId> = self.applied.difference(&gone).copied().collect();
        let rules = self.history.standing_at(&graph.heads_among(&self.applied))?.rules;
        let force = rules.force(graph);
        let kept = self.history.standing_at(&graph.heads_among(&left))?.state;
        let mut state = self.with_stands(&kept)?;
        let lowest = state.clone();
        let mut steps = self.history.effective(&gone, &rules, &force)?;
        // What a step that stays has done too, stays.
        steps.retain(|placed| !taken_by(&left, &rules, placed.at));
        let steps: Vec<Placed> = steps.iter().map(|placed| self.map(placed)).collect();
        let mut found: BTreeMap<EntryId, (Vec<Move>, State)> = BTreeMap::new();
        run_telling::<RouteError>(&mut state, &steps, &BTreeMap::new(), &mut |_, placed, before| {
            let (moves, _) = found.entry(placed.at.entry).or_insert_with(|| (Vec::new(), before.clone()));
            moves.push(Move { placed: inverse(placed, before)?, why: Why::Undone });
            Ok(())
        })?;
        let mut above = state;
        let mut legs = Vec::new();
        for id in takes {
            // What an entry without steps of its own leads to is what was there before.
            let (mut moves, mut before) = found.remove(id).unwrap_or_else(|| (Vec::new(), above.clone()));
            moves.reverse();
            let after = before.digest()?;
            legs.push(Leg { brings: Vec::new(), takes: vec![*id], moves, treated: Vec::new(), after });
            above = before;
        }
        self.legs.extend(legs);
        self.applied = left;
        self.state = lowest;
        Ok(())
    }

    /// A state by the identities of this route.
    pub(super) fn with_stands(&self, state: &State) -> Result<State, RouteError> {
        if self.stands.is_empty() {
            return Ok(state.clone());
        }
        let map = |id: ObjectId| self.stands.get(&id).copied().unwrap_or(id);
        let databases = state.to_databases();
        let mapped = databases.into_iter().map(|(name, schema)| (name, schema.with_ids(&map)));
        Ok(State::of(&mapped.collect()))
    }

    /// Adds the leg that brings or takes entries.
    pub(super) fn leg(&mut self, brings: Vec<EntryId>, takes: Vec<EntryId>) -> Result<(), RouteError> {
        let mut next = self.applied.clone();
        next.extend(&brings);
        takes.iter().for_each(|id| {
            next.remove(id);
        });
        let graph = self.history.graph();
        let (from, to) = (graph.heads_among(&self.applied), graph.heads_among(&next));
        let mut wanted = self.history.standing_at(&to)?;
        let standing = self.history.standing_at(&from)?;
        let (rules_now, rules_then) = (&standing.rules, &wanted.rules);
        // What is one only half-way is no place to stop at.
        let half_way = |id: ObjectId| !self.goal.are_one(id, rules_then.find(id));
        if let (Some(last), true) = (brings.last(), rules_then.united().any(half_way)) {
            return Err(RouteError::Astray(*last));
        }
        let (force_now, force_then) = (rules_now.force(graph), rules_then.force(graph));
        let (base, standing_on) =
            self.untouched(&next, (rules_now, &force_now), (rules_then, &force_then))?;
        let behind = |set: &BTreeSet<EntryId>| set.difference(&base).copied().collect::<BTreeSet<_>>();
        let map = |steps: Vec<Placed>| steps.iter().map(|p| self.map(p)).collect::<Vec<_>>();
        let done = map(self.history.effective(&behind(&self.applied), rules_now, &force_now)?);
        let mut then = map(self.history.effective(&behind(&next), rules_then, &force_then)?);
        // Of two steps that do the same, only the one that came first did it.
        let done = self.doing(done, &standing_on)?;
        then = self.doing(then, &standing_on)?;
        let undo = self.to_undo(&done, &then, rules_then);
        let kept: BTreeSet<StepRef> = done.iter().map(|p| p.at).filter(|at| !undo.contains(at)).collect();
        then.retain(|p| !kept.contains(&p.at));
        let back = self.inverses(&done, &undo, &standing_on)?;
        let (back, then) = self.possible(back, then);
        let undone = back.len();
        let steps: Vec<Placed> = back.into_iter().chain(then).collect();
        let mut state = self.state.clone();
        let why = |n: usize, at: StepRef| match (n < undone, undo.contains(&at)) {
            (true, _) => Why::Undone,
            (false, true) => Why::Again,
            (false, false) => Why::Wanted,
        };
        let ran = run_telling::<RouteError>(&mut state, &steps, &BTreeMap::new(), &mut |_, _, _| Ok(()))?;
        let mut moves: Vec<Move> =
            ran.into_iter().map(|(n, placed)| Move { why: why(n, placed.at), placed }).collect();
        let last = brings.last().or(takes.last()).copied().unwrap_or_default();
        let after = wanted.state.digest()?;
        if state.digest()? != after {
            self.adjust(&mut state, &wanted.state, last, &mut moves)?;
        }
        if state.digest()? != after {
            return Err(RouteError::Astray(last));
        }
        let treated = self.treated(&brings, &moves, &force_then, rules_then);
        self.applied = next;
        self.state = state;
        self.legs.push(Leg { brings, takes, moves, treated, after });
        Ok(())
    }

    /// What becomes of the steps that aren't simply done: those that are moved back, and of the new entries those that nothing is done for.
    fn treated(
        &self,
        brings: &[EntryId],
        moves: &[Move],
        force: &Force,
        rules: &Rules,
    ) -> Vec<(StepRef, Treated)> {
        let mut treated: BTreeMap<StepRef, Treated> = BTreeMap::new();
        for one in moves {
            match one.why {
                Why::Undone => treated.insert(one.placed.at, Treated::Undone),
                Why::Again => treated.insert(one.placed.at, Treated::Again),
                Why::Wanted => None,
            };
        }
        let moved: BTreeSet<StepRef> = moves.iter().map(|one| one.placed.at).collect();
        for id in brings {
            for one in self.history.lowered(*id).iter().flat_map(|lowered| lowered.iter()) {
                let at = StepRef { entry: *id, step: one.step };
                if moved.contains(&at) {
                    continue;
                }
                let other = |other: StepRef| other != at;
                let alike = |step: &StepRef| other(*step) && rules.class(*step) == rules.class(at);
                let ran = rules.likened().find(|step| alike(step) && self.applied.contains(&step.entry));
                let class = ran.or_else(|| rules.likened().find(alike));
                let maker = || {
                    let made = one.change.creates().first().copied()?;
                    rules.all(made).into_iter().filter_map(maker).find(|m| other(*m))
                };
                let how = match force.void.contains(&at) {
                    true => Treated::Void,
                    false => class.or_else(maker).map_or(Treated::Nothing, Treated::SameAs),
                };
                treated.insert(at, how);
            }
        }
        treated.into_iter().collect()
    }

    /// What is left between the state and the wanted one, as long as nothing is created or dropped by it.
    fn adjust(
        &self,
        state: &mut State,
        wanted: &State,
        at: EntryId,
        moves: &mut Vec<Move>,
    ) -> Result<(), RouteError> {
        let databases: Vec<String> = wanted.schemas().map(|(name, _)| name.to_owned()).collect();
        for database in databases {
            let goal = wanted.schema(&database).with_ids(&|id| self.stands.get(&id).copied().unwrap_or(id));
            for change in crate::difference::difference(state.schema(&database), &goal) {
                if !sets(&change) {
                    return Err(RouteError::Astray(at));
                }
                let at = StepRef { entry: at, step: RESOLUTIONS_FROM };
                let stuck = |cause| RouteError::Stuck { at, cause: Box::new(cause) };
                state.evolve(&database, &change).map_err(stuck)?;
                let placed = Placed { at, database: database.as_str().into(), change };
                moves.push(Move { placed, why: Why::Wanted });
            }
        }
        Ok(())
    }
}

/// Whether a set has another step of the same class.
fn taken_by(set: &BTreeSet<EntryId>, rules: &Rules, at: StepRef) -> bool {
    let of_class = |other: &StepRef| *other != at && rules.class(*other) == rules.class(at);
    rules.likened().any(|other| of_class(&other) && set.contains(&other.entry))
}

/// Whether a change only sets properties of what is there.
fn sets(change: &Lowered) -> bool {
    matches!(
        change,
        Lowered::RenameTable { .. }
            | Lowered::RenameColumn { .. }
            | Lowered::ChangeType { .. }
            | Lowered::SetNullable { .. }
            | Lowered::SetDefault { .. }
            | Lowered::RenameConstraint { .. }
            | Lowered::RenameIndex { .. }
            | Lowered::RenameEnumValue { .. }
            | Lowered::PlaceEnumValues { .. }
            | Lowered::ReplaceView { .. }
            | Lowered::SetComment { .. }
    )
}
