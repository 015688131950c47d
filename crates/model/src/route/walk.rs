//! Walking a route leg by leg.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem::{Discriminant, discriminant},
    sync::Arc,
};

use super::{
    Leg, Move, RouteError, Treated, Why,
    stands::{Stands, is_loose, map, with_stands},
    undo::{Undo, doing, inverse, inverses},
};
use crate::{
    history::{History, Standing},
    id::{EntryId, ObjectId},
    lowered::{Commented, Lowered},
    merge::{
        RESOLUTIONS_FROM,
        rules::{Force, Rules, maker},
        sequence::{Placed, run, run_telling},
    },
    remap::name_of,
    resolution::StepRef,
    state::State,
};

/// A way to a set of entries, being walked.
pub(super) struct Walk<'h> {
    pub history: &'h History,
    /// The entries that are applied.
    pub applied: BTreeSet<EntryId>,
    pub state: State,
    pub stands: Stands,
    /// What is decided at the end of the way up.
    pub goal: Arc<Rules>,
    /// What of it is in force.
    pub force: Force,
    /// Whether objects are one now that aren't at the end.
    pub loose: bool,
    /// Entries that may not fit half-way, though they do in the end.
    pub risky: BTreeSet<EntryId>,
    /// Whether single entries may put heads beside each other that don't fit, though they do where the way ends.
    pub doubtful: bool,
    /// Whether objects go by the identities they have by what is decided at the end.
    by_goal: bool,
    pub legs: Vec<Leg>,
}

impl<'h> Walk<'h> {
    /// At the place where a way starts.
    pub(super) fn new(
        history: &'h History,
        applied: BTreeSet<EntryId>,
        start: &Standing,
        goal: Arc<Rules>,
    ) -> Walk<'h> {
        Walk {
            history,
            applied,
            state: start.state.clone(),
            stands: start.rules.united().map(|id| (id, start.rules.find(id))).collect(),
            force: goal.force(history.graph()),
            loose: is_loose(&start.rules, &goal),
            goal,
            risky: BTreeSet::new(),
            doubtful: false,
            by_goal: false,
            legs: Vec::new(),
        }
    }

    /// Adds the leg that brings one entry about which nothing is decided; says no when there is more to it.
    pub(super) fn forth(&mut self, id: EntryId) -> Result<bool, RouteError> {
        if self.loose || self.history.entry(id).is_none_or(|entry| !entry.resolutions.is_empty()) {
            return Ok(false);
        }
        let mut steps = self.history.effective(&[id].into(), &self.goal, &self.force)?;
        let whole = steps.len();
        steps.retain(|placed| !taken_by(&self.applied, &self.goal, placed.at));
        let next: BTreeSet<EntryId> = self.applied.iter().copied().chain([id]).collect();
        let makes = |object: ObjectId| maker(object).is_some_and(|at| at.entry == id);
        let stands = match self.by_goal && !self.goal.united().any(makes) {
            true => self.stands.clone(),
            false => self.standing_by(&self.goal, &self.force, &next),
        };
        if self.are_apart(&stands) {
            return Ok(false);
        }
        let steps: Vec<Placed> = steps.iter().map(|placed| map(&stands, placed)).collect();
        let mut state = self.state.clone();
        let Ok(done) = run(&mut state, &steps, &BTreeMap::new()) else { return Ok(false) };
        let joins = self.goal.unites() && self.history.graph().parents(id).nth(1).is_some();
        let sure = !self.risky.contains(&id) && !self.is_doubtful(&next);
        let as_written = done == steps && steps.len() == whole && !joins && sure;
        let mut moves: Vec<Move> = done.into_iter().map(|placed| Move { placed, why: Why::Wanted }).collect();
        let treated = self.treated(&[id], &moves, &self.force, &self.goal);
        // Where equal values of both sides became one, they may stand elsewhere from here on.
        let values =
            |one: &Move| matches!(one.placed.change, Lowered::AddEnumValue { .. } | Lowered::CreateEnum(_));
        let placed = self.goal.unites() && moves.iter().any(values);
        if placed || !as_written {
            let heads = self.history.graph().heads_among(&next);
            let Ok(mut wanted) = self.history.state_at(&heads) else { return Ok(false) };
            if placed {
                self.adjust(&mut state, &with_stands(&wanted, &stands), id, &mut moves)?;
            }
            // What will be one, or agree, may not yet.
            if state.digest()? != wanted.digest()? {
                return Ok(false);
            }
        }
        let after = state.digest()?;
        self.applied = next;
        self.state = state;
        (self.stands, self.by_goal) = (stands, true);
        self.legs.push(Leg { brings: vec![id], takes: Vec::new(), moves, treated, after });
        Ok(true)
    }

    /// Whether nobody but the fold of these entries knows if they fit together: what two sides have in common at their ends, one that has
    /// come less far may have otherwise.
    pub(super) fn is_doubtful(&self, of: &BTreeSet<EntryId>) -> bool {
        self.doubtful && self.history.graph().heads_among(of).len() > 1
    }

    /// Adds the legs that take one entry after the other, about which nothing is decided; newest first. Says no when there is more to it.
    pub(super) fn back(&mut self, takes: &[EntryId]) -> Result<bool, RouteError> {
        let graph = self.history.graph();
        let gone: BTreeSet<EntryId> = takes.iter().copied().collect();
        let left: BTreeSet<EntryId> = self.applied.difference(&gone).copied().collect();
        let rules = self.history.standing_at(&graph.heads_among(&self.applied))?.rules;
        let force = rules.force(graph);
        let Ok(kept) = self.history.standing_at(&graph.heads_among(&left)) else { return Ok(false) };
        let made = |id: &ObjectId| maker(*id).is_none_or(|at| left.contains(&at.entry));
        let parts = |id: ObjectId| {
            rules.all(id).iter().filter(|id| made(id)).any(|other| !kept.rules.are_one(*other, id))
        };
        if is_loose(&kept.rules, &rules) || rules.united().filter(made).any(parts) {
            return Ok(false);
        }
        let mut state = with_stands(&kept.state, &self.stands);
        let lowest = state.clone();
        let mut steps = self.history.effective(&gone, &rules, &force)?;
        // What a step that stays has done too, stays.
        steps.retain(|placed| !taken_by(&left, &rules, placed.at));
        let steps: Vec<Placed> = steps.iter().map(|placed| map(&self.stands, placed)).collect();
        let mut found: BTreeMap<EntryId, (Vec<Move>, State)> = BTreeMap::new();
        let done =
            run_telling::<RouteError>(&mut state, &steps, &BTreeMap::new(), &mut |_, placed, before| {
                let (moves, _) = found.entry(placed.at.entry).or_insert_with(|| (Vec::new(), before.clone()));
                moves.push(Move { placed: inverse(placed, before)?, why: Why::Undone });
                Ok(())
            });
        // A name that was taken on the way may be that of an object that is this one half-way.
        let as_written = |done: &[(usize, Placed)]| done.iter().map(|(_, placed)| placed).eq(&steps);
        match done {
            Err(error @ RouteError::CantUndo { .. }) => return Err(error),
            Ok(done) if as_written(&done) && state.digest()? == self.state.digest()? => {}
            Ok(_) | Err(_) => return Ok(false),
        }
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
        self.loose = is_loose(&kept.rules, &self.goal);
        self.by_goal = false;
        Ok(true)
    }

    /// Whether something becomes one only to be two again, which is no place to stop at on the way up.
    fn is_half_way(&self, now: &Rules, then: &Rules) -> bool {
        let becomes = |id: ObjectId| {
            let one = then.find(id);
            !self.goal.are_one(id, one) && !now.are_one(id, one)
        };
        then.united().any(becomes)
    }

    /// Adds the leg that brings or takes entries.
    pub(super) fn leg(&mut self, brings: Vec<EntryId>, takes: Vec<EntryId>) -> Result<(), RouteError> {
        let stays = |id: &&EntryId| !takes.contains(id);
        let next: BTreeSet<EntryId> = self.applied.iter().chain(&brings).filter(stays).copied().collect();
        let graph = self.history.graph();
        let (from, to) = (graph.heads_among(&self.applied), graph.heads_among(&next));
        let mut wanted = self.history.standing_at(&to)?;
        let standing = self.history.standing_at(&from)?;
        let (rules_now, rules_then) = (&standing.rules, &wanted.rules);
        if let (Some(last), true) = (brings.last(), self.is_half_way(rules_now, rules_then)) {
            return Err(RouteError::Astray(*last));
        }
        let (force_now, force_then) = (rules_now.force(graph), rules_then.force(graph));
        let (base, standing_on) =
            self.untouched(&next, (rules_now, &force_now), (rules_then, &force_then))?;
        let behind = |set: &BTreeSet<EntryId>| set.difference(&base).copied().collect::<BTreeSet<_>>();
        let stands = self.standing_by(rules_then, &force_then, &next);
        let mapped =
            |stands: &Stands, steps: Vec<Placed>| steps.iter().map(|p| map(stands, p)).collect::<Vec<_>>();
        let done = self.history.effective(&behind(&self.applied), rules_now, &force_now)?;
        let then = self.history.effective(&behind(&next), rules_then, &force_then)?;
        let (on_now, on_then) = (with_stands(&standing_on, &self.stands), with_stands(&standing_on, &stands));
        // Of two steps that do the same, only the one that came first did it.
        let done = doing(mapped(&self.stands, done), &on_now)?;
        let then = doing(mapped(&stands, then), &on_then)?;
        let Undo { steps: undo, instead } = self.to_undo(&done, &then, (rules_now, rules_then));
        let kept: BTreeSet<StepRef> = done.iter().map(|p| p.at).filter(|at| !undo.contains(at)).collect();
        let is_new = |p: &&Placed| !kept.contains(instead.get(&p.at).unwrap_or(&p.at));
        let rest: Vec<Placed> = then.iter().filter(is_new).cloned().collect();
        let last = brings.last().or(takes.last()).copied().unwrap_or_default();
        let mended = self.mended(&done, &then, &rest, StepRef { entry: last, step: RESOLUTIONS_FROM });
        let back = inverses(&done, &undo, on_now)?;
        let (back, then) = self.possible(back, mended.into_iter().chain(rest).collect());
        let undone = back.len();
        let steps: Vec<Placed> = back.into_iter().chain(then).collect();
        let mut state = self.state.clone();
        let why = |n: usize, at: StepRef| match (n < undone, undo.contains(&at)) {
            (true, _) => Why::Undone,
            (false, true) => Why::Again,
            (false, false) => Why::Wanted,
        };
        let pending = names_behind(&steps, &with_stands(&wanted.state, &stands));
        let ran = run_telling::<RouteError>(&mut state, &steps, &pending, &mut |_, _, _| Ok(()))?;
        let mut moves: Vec<Move> =
            ran.into_iter().map(|(n, placed)| Move { why: why(n, placed.at), placed }).collect();
        let after = wanted.state.digest()?;
        if state.digest()? != after {
            self.adjust(&mut state, &with_stands(&wanted.state, &stands), last, &mut moves)?;
        }
        if state.digest()? != after {
            return Err(RouteError::Astray(last));
        }
        let treated = self.treated(&brings, &moves, &force_then, rules_then);
        self.loose = is_loose(rules_then, &self.goal);
        self.applied = next;
        self.state = state;
        (self.stands, self.by_goal) = (stands, false);
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
                let done = || self.done_by(at, &one.change, rules, force);
                let how = match force.void.contains(&at) {
                    true => Treated::Void,
                    false => class.or_else(maker).or_else(done).map_or(Treated::Nothing, Treated::SameAs),
                };
                treated.insert(at, how);
            }
        }
        treated.into_iter().collect()
    }

    /// The applied step that has done what this one would, rather one that has effect: the first behind which nothing has set it otherwise.
    fn done_by(&self, at: StepRef, change: &Lowered, rules: &Rules, force: &Force) -> Option<StepRef> {
        let one = |change: &Lowered| change.map_ids(&mut |id| rules.find(id));
        let wanted = one(change);
        let (mut done, mut void) = (None, None);
        for entry in self.history.graph().order(&self.applied) {
            for step in self.history.lowered(entry).map(|l| &l[..]).unwrap_or_default() {
                let by = StepRef { entry, step: step.step };
                let (does, counts) = (one(&step.change), !force.void.contains(&by));
                if by == at {
                    continue;
                } else if does == wanted {
                    if counts { &mut done } else { &mut void }.get_or_insert(by);
                } else if counts && sets(&does).is_some() && sets(&does) == sets(&wanted) {
                    done = None;
                }
            }
        }
        done.or(void)
    }

    /// What is left between the state and the wanted one, which is told by the same identities, as long as nothing is created or dropped
    /// by it.
    fn adjust(
        &self,
        state: &mut State,
        wanted: &State,
        at: EntryId,
        moves: &mut Vec<Move>,
    ) -> Result<(), RouteError> {
        let databases: Vec<String> = wanted.schemas().map(|(name, _)| name.to_owned()).collect();
        for database in databases {
            for change in crate::difference::difference(state.schema(&database), wanted.schema(&database)) {
                if sets(&change).is_none() {
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

/// The names that objects have in the wanted state and that the steps alone don't give them: undoing a name gives back the one before it,
/// though a step that stays has given another since.
fn names_behind(steps: &[Placed], wanted: &State) -> BTreeMap<ObjectId, String> {
    let mut names = BTreeMap::new();
    for placed in steps {
        let Some(id) = placed.change.renames() else { continue };
        if let Some((_, name)) = name_of(wanted.schema(&placed.database), id) {
            names.insert(id, (name, &placed.change));
        }
    }
    let given = |change: &Lowered, id: ObjectId, to: &str| *change == change.with_name(id, to);
    let behind = names.into_iter().filter(|(id, (to, last))| !given(last, *id, to));
    behind.map(|(id, (to, _))| (id, to)).collect()
}

/// Whether a set has another step of the same class.
fn taken_by(set: &BTreeSet<EntryId>, rules: &Rules, at: StepRef) -> bool {
    let of_class = |other: &StepRef| *other != at && rules.class(*other) == rules.class(at);
    rules.likened().any(|other| of_class(&other) && set.contains(&other.entry))
}

/// The property that a change sets of what is there, if it does nothing else: of which object, by what sort of change.
fn sets(change: &Lowered) -> Option<(ObjectId, Discriminant<Lowered>)> {
    let of = match change {
        Lowered::ChangeType { column, .. }
        | Lowered::SetNullable { column, .. }
        | Lowered::SetDefault { column, .. } => *column,
        Lowered::PlaceEnumValues { of, .. } => *of,
        Lowered::ReplaceView { view } => view.id,
        Lowered::SetComment { on, .. } => match on {
            Commented::Table(id) | Commented::View(id) | Commented::Enum(id) => *id,
            Commented::Column { column, .. } => *column,
        },
        other => other.renames()?,
    };
    Some((of, discriminant(change)))
}
