//! Several heads on their way to being one: what is open between them, and what decisions make of it.

use std::{collections::VecDeque, sync::Arc};

use super::{Examined, Findings, FoldError, Held, History, Standing, examine::UNWRITTEN, join::pending};
use crate::{
    effects::Access,
    graph::Graph,
    id::EntryId,
    lowered::Lowered,
    merge::{
        Placed, RESOLUTIONS_FROM, Stuck,
        circle::Orders,
        sequence::{ordered, run},
    },
    resolution::{Resolution, StepRef},
    schema::Schema,
    state::State,
};

/// Heads that are to be joined, folded once, so that many decisions can be tried on them.
pub struct Joining<'h> {
    history: &'h History,
    heads: Vec<EntryId>,
    held: Held,
}

impl History {
    /// Folds the heads, each by itself. Heads that others of them follow don't count. Of a conflict's two sides, "ours" is the one whose
    /// head was named first.
    ///
    /// # Errors
    /// When a head isn't in the history, or can't be folded.
    pub fn joining(&self, heads: &[EntryId]) -> Result<Joining<'_>, FoldError> {
        let (mut newest, held) = self.held_at(heads)?;
        for (id, (standing, _)) in newest.iter().filter_map(|id| Some((*id, held.get(id)?))) {
            self.remember(vec![id], standing);
        }
        newest.sort_by_key(|id| heads.iter().position(|named| named == id));
        Ok(Joining { history: self, heads: newest, held })
    }
}

impl Joining<'_> {
    /// The heads, in the order they were named in.
    pub fn heads(&self) -> &[EntryId] {
        &self.heads
    }

    /// What is open when this is decided.
    pub fn findings(&self, resolutions: &[Resolution]) -> Findings {
        let examined = self.examined(resolutions);
        let rules = examined.rules.clone();
        let mut findings = examined.findings(self.history);
        if findings == Findings::default() {
            // Two by two they commute. Whether all fit together, only taking them shows.
            match self.state(resolutions) {
                Err(FoldError::Conflict { conflicts, .. }) => findings.conflicts = conflicts,
                Err(FoldError::Dangling { void, user, .. }) => findings.dangling = vec![(void, user)],
                Err(FoldError::Circle { orders, .. }) => {
                    findings.conflicts.extend(self.history.circle(&self.heads, &rules, &orders));
                }
                Ok(_) | Err(_) => {}
            }
        }
        findings
    }

    /// The sides held against each other, with this decided.
    pub(crate) fn examined(&self, resolutions: &[Resolution]) -> Examined<'_> {
        self.history.examine(&self.heads, &self.standings(), None, resolutions)
    }

    /// The state that all heads together and these decisions lead to.
    ///
    /// # Errors
    /// When something is open, or the decisions don't lead to a schema.
    pub fn state(&self, resolutions: &[Resolution]) -> Result<State, FoldError> {
        if resolutions.is_empty() {
            return self.undecided().map(|standing| standing.state);
        }
        let mut standing = self.history.joined(None, &self.heads, resolutions, &self.held)?;
        self.history.settle_all(resolutions, &mut standing)?;
        Ok(standing.state)
    }

    /// What the heads lead to by themselves. It is asked for again and again while a merge is looked over.
    fn undecided(&self) -> Result<Standing, FoldError> {
        let mut heads = self.heads.clone();
        heads.sort_unstable();
        if let Some(standing) = self.history.recalled(&heads) {
            return Ok(standing);
        }
        let standing = self.history.joined(None, &self.heads, &[], &self.held)?;
        self.history.remember(heads, &standing);
        Ok(standing)
    }

    /// The step that doesn't fit when this is decided, whatever else is open.
    pub(crate) fn stuck(&self, resolutions: &[Resolution]) -> Option<StepRef> {
        let examined = self.examined(resolutions);
        let (mut state, steps) = match self.ordered(&examined)? {
            (state, Ok(steps)) => (state, steps),
            (_, Err(circle)) => return circle.first().map(|(first, _)| *first),
        };
        if let Err(Stuck { at, .. }) = run(&mut state, &steps, &pending(resolutions, &examined.rules)) {
            return Some(at);
        }
        let mut standing = Standing { state, rules: Arc::new(examined.rules) };
        match self.history.settle_all(resolutions, &mut standing) {
            Err(FoldError::Step { entry, step, .. }) => Some(StepRef { entry, step }),
            Err(_) | Ok(()) => None,
        }
    }

    /// Whether orders go in a circle when this is decided.
    pub(crate) fn goes_in_a_circle(&self, resolutions: &[Resolution]) -> bool {
        matches!(self.ordered(&self.examined(resolutions)), Some((_, Err(_))))
    }

    /// The state that a join starts from, and the steps behind it in the order that counts, or the orders that go in a circle.
    fn ordered(&self, examined: &Examined<'_>) -> Option<(State, Result<Vec<Placed>, Orders>)> {
        let (base, state) = self.history.start(&self.heads, examined, &self.held).ok()?;
        let behind = self.history.ancestors(&base);
        let rest = self.history.ancestors(&self.heads).difference(&behind).copied().collect();
        let entered = self.history.entered(&rest);
        let steps = ordered(&entered, self.history, &examined.rules, &examined.region.force);
        Some((state, steps))
    }

    /// What a step was lowered to.
    pub(crate) fn changes(&self, at: StepRef) -> impl Iterator<Item = Lowered> {
        let lowered = self.history.lowered(at.entry).cloned();
        let steps = lowered.iter().flat_map(|l| l.iter()).filter(|one| one.step == at.step);
        steps.map(|one| one.change.clone()).collect::<Vec<_>>().into_iter()
    }

    /// The schemas of one database at the heads.
    pub(crate) fn schemas(&self, database: &str) -> impl Iterator<Item = &Schema> {
        self.standings().into_iter().map(move |s| s.state.schema(database)).collect::<Vec<_>>().into_iter()
    }

    /// Whether a step comes after another, in its entry or in one that follows it.
    pub(crate) fn comes_behind(&self, at: StepRef, other: StepRef) -> bool {
        let same = at.entry == other.entry && at.step > other.step;
        same || at.entry != other.entry && self.history.graph().follows(at.entry, other.entry)
    }

    /// Whether a step frees a name that another one takes when this is decided.
    pub(crate) fn frees(&self, first: StepRef, then: StepRef, with: &[Resolution]) -> bool {
        self.history.frees(first, then, &self.examined(with).rules)
    }

    /// Whether this is what the merge decides that is being made.
    pub(crate) fn is_decision(&self, at: StepRef) -> bool {
        at.entry == UNWRITTEN
    }

    /// What a merge decided, if that is what this step is.
    pub(crate) fn resolution(&self, at: StepRef) -> Option<Resolution> {
        let entry = self.history.entry(at.entry)?;
        entry.resolutions.get(at.as_resolution()?).cloned()
    }

    /// The database that a step speaks of.
    pub(crate) fn database_of(&self, at: StepRef) -> String {
        self.history.database_of(at.entry, at.step).unwrap_or_default().to_owned()
    }

    /// The state right before a step; `places` keeps it, so that the next step is near. Only where merges lie between the step and the
    /// heads or what is common to them, anything has to be joined anew.
    pub(crate) fn before(&self, at: StepRef, places: &mut Places) -> State {
        let mut way = vec![at.entry];
        let (mut done, mut state) = loop {
            let id = way[way.len() - 1];
            if let Some((from, state)) = places.take(id, at) {
                break (from, state);
            }
            match self.history.graph().parents(id).collect::<Vec<_>>().as_slice() {
                [] => break (START, State::new()),
                [one] => match self.held.get(one) {
                    Some((standing, _)) => break (START, standing.state.clone()),
                    None => way.push(*one),
                },
                [..] => break (START, self.history.start_of(id).unwrap_or_default()),
            }
        };
        while let Some(id) = way.pop() {
            let lowered = self.history.lowered(id).cloned();
            for one in lowered.iter().flat_map(|steps| steps.iter()) {
                if turn(one.step) < done {
                    continue;
                }
                if id == at.entry && turn(one.step) >= turn(at.step) {
                    break;
                }
                let database = self.history.database_of(id, one.step).unwrap_or_default();
                // It was folded before, so it fits.
                if state.evolve(database, &one.change).is_err() {
                    break;
                }
            }
            done = START;
        }
        places.keep(at, &state);
        state
    }

    /// The history that is joined.
    pub fn history(&self) -> &History {
        self.history
    }

    /// What a step accesses.
    pub(crate) fn effects_of(&self, at: StepRef) -> impl Iterator<Item = &Access> {
        self.history.effects_of(at)
    }

    /// How the entries follow each other.
    pub(crate) fn graph(&self) -> &Graph {
        self.history.graph()
    }

    /// The heads, each with where it has led to.
    pub(crate) fn sides(&self) -> impl Iterator<Item = (EntryId, &Standing)> {
        self.heads.iter().filter_map(|id| Some((*id, &self.held.get(id)?.0)))
    }

    fn standings(&self) -> Vec<&Standing> {
        self.heads.iter().filter_map(|id| self.held.get(id)).map(|(s, _)| s).collect()
    }
}

/// Where a step stands in its entry: resolutions come first, for all that their numbers are higher.
type Turn = (bool, u32);

/// Before all steps of an entry.
const START: Turn = (false, 0);

fn turn(step: u32) -> Turn {
    (step < RESOLUTIONS_FROM, step)
}

/// The states before the steps that were asked for last. Who asks for one step after the other goes along with one state, which is
/// never copied.
#[derive(Default)]
pub(crate) struct Places(VecDeque<(StepRef, State)>);

/// How many are kept: two sides, and a few that lead elsewhere.
const KEPT: usize = 6;

impl Places {
    /// Takes the state before a step of this entry, as long as it isn't behind the one that is wanted; the latest of them.
    fn take(&mut self, id: EntryId, wanted: StepRef) -> Option<(Turn, State)> {
        let fits =
            |at: &StepRef| at.entry == id && (id != wanted.entry || turn(at.step) <= turn(wanted.step));
        let places = self.0.iter().enumerate().filter(|(_, (at, _))| fits(at));
        let (n, _) = places.max_by_key(|(_, (at, _))| turn(at.step))?;
        self.0.remove(n).map(|(at, state)| (turn(at.step), state))
    }

    fn keep(&mut self, at: StepRef, state: &State) {
        self.0.truncate(KEPT - 1);
        self.0.push_front((at, state.clone()));
    }
}
