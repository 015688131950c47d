//! Histories: entries, the order they stand in, and the state they lead to.
//!
//! Each entry is lowered once, against the state at its parents, and what it became is kept. The state at several heads starts from one of
//! them and takes in what the others have more, in canonical order, after their effects were found not to clash.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use crate::{
    effects::Access,
    entry::Entry,
    graph::{Graph, GraphError},
    id::{Digest, EntryId, Origin},
    lowered::Lowered,
    state::State,
};

mod conflict;
mod error;
#[cfg(test)]
mod tests;

pub use conflict::{Conflict, Side};
pub use error::FoldError;

/// A step of an entry once lowered; a step may become several.
#[derive(Clone, Debug, PartialEq)]
pub struct LoweredStep {
    /// Index of the step in its entry, from 0.
    pub step: u32,
    /// What it does.
    pub change: Lowered,
    /// What it accesses; kept only where the history has branches that could meet.
    effects: Option<Box<[Access]>>,
}

/// A set of entries that is closed under parents.
#[derive(Debug, Default)]
pub struct History {
    graph: Graph,
    known: BTreeMap<EntryId, Known>,
    forked: bool,
}

#[derive(Debug)]
struct Known {
    entry: Arc<Entry>,
    lowered: OnceLock<Arc<[LoweredStep]>>,
}

/// What folding a whole history yields.
#[derive(Clone, Debug, Default)]
pub struct FoldedHistory {
    /// The digest over all schemas after each entry, to be held against its `schema` field.
    pub after: BTreeMap<EntryId, Digest>,
    /// What each entry became.
    pub lowered: BTreeMap<EntryId, Arc<[LoweredStep]>>,
}

/// States that somebody still needs, and how many do.
type Held = BTreeMap<EntryId, (State, usize)>;

impl History {
    /// Takes in entries, given in any order.
    ///
    /// # Errors
    /// When a parent is missing, or the entries go in a circle.
    pub fn new(entries: impl IntoIterator<Item = (EntryId, Arc<Entry>)>) -> Result<History, GraphError> {
        let known: BTreeMap<EntryId, Known> =
            entries.into_iter().map(|(id, entry)| (id, Known { entry, lowered: OnceLock::new() })).collect();
        let graph = Graph::new(known.iter().map(|(id, k)| (*id, k.entry.parents.clone())))?;
        let roots = graph.ids().filter(|id| graph.parents(*id).next().is_none()).count();
        let forked = roots > 1 || graph.ids().any(|id| graph.children(id).nth(1).is_some());
        Ok(History { graph, known, forked })
    }

    /// How its entries follow each other.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The entry of that id.
    pub fn entry(&self, id: EntryId) -> Option<&Arc<Entry>> {
        self.known.get(&id).map(|k| &k.entry)
    }

    /// All entries in canonical order.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (EntryId, &Arc<Entry>)> {
        self.graph.ids().filter_map(|id| Some((id, self.entry(id)?)))
    }

    /// The entries that no entry follows.
    pub fn heads(&self) -> Vec<EntryId> {
        self.graph.heads()
    }

    /// The branch's heads: its entries that no other entry of the same branch follows; by rising id.
    pub fn heads_of(&self, branch: &str) -> Vec<EntryId> {
        let members: BTreeSet<EntryId> =
            self.entries().filter(|(_, entry)| entry.branch == branch).map(|(id, _)| id).collect();
        self.graph.heads_among(&members)
    }

    /// The names of all branches.
    pub fn branches(&self) -> BTreeSet<&str> {
        self.known.values().map(|k| k.entry.branch.as_str()).collect()
    }

    /// `ids` and everything they follow.
    pub fn ancestors(&self, ids: &[EntryId]) -> BTreeSet<EntryId> {
        self.graph.ancestors(ids)
    }

    /// The members of `ids` in canonical order.
    pub fn order(&self, ids: &BTreeSet<EntryId>) -> Vec<EntryId> {
        self.graph.order(ids)
    }

    /// What has to be undone, newest first, and done, oldest first, to come from `applied` to `wanted`.
    pub fn between(
        &self,
        applied: &BTreeSet<EntryId>,
        wanted: &BTreeSet<EntryId>,
    ) -> (Vec<EntryId>, Vec<EntryId>) {
        self.graph.between(applied, wanted)
    }

    /// What an entry became when it was folded: by [`History::fold`], or by [`History::state_at`] of something that follows it.
    pub fn lowered(&self, id: EntryId) -> Option<&Arc<[LoweredStep]>> {
        self.known.get(&id)?.lowered.get()
    }

    /// Folds every entry, each against the state at its parents.
    ///
    /// # Errors
    /// At the first entry in canonical order that can't be folded.
    pub fn fold(&self) -> Result<FoldedHistory, FoldError> {
        let mut folded = FoldedHistory::default();
        let order: Vec<EntryId> = self.graph.ids().collect();
        self.walk(&order, &[], &mut |id, state| {
            let digest = state.digest().map_err(|cause| FoldError::Digest { entry: id, cause })?;
            folded.after.insert(id, digest);
            Ok(())
        })?;
        folded.lowered =
            self.known.iter().filter_map(|(id, k)| Some((*id, k.lowered.get()?.clone()))).collect();
        Ok(folded)
    }

    /// The state at `heads` together. Heads that others of them follow don't count.
    ///
    /// # Errors
    /// When a head isn't in the history, an entry can't be folded, or the heads clash.
    pub fn state_at(&self, heads: &[EntryId]) -> Result<State, FoldError> {
        if let Some(unknown) = heads.iter().find(|id| !self.graph.contains(**id)) {
            return Err(FoldError::Unknown(*unknown));
        }
        let ancestors = self.ancestors(heads);
        let heads = self.graph.heads_among(&heads.iter().copied().collect());
        let mut held = self.walk(&self.order(&ancestors), &heads, &mut |_, _| Ok(()))?;
        self.join(None, &heads, &mut held)
    }

    /// Folds entries in canonical order; keeps the states of `wanted`.
    fn walk(
        &self,
        order: &[EntryId],
        wanted: &[EntryId],
        tell: &mut dyn FnMut(EntryId, &mut State) -> Result<(), FoldError>,
    ) -> Result<Held, FoldError> {
        let mut needed: BTreeMap<EntryId, usize> = BTreeMap::new();
        let parents = order.iter().flat_map(|id| self.graph.parents(*id));
        for id in parents.chain(wanted.iter().copied()) {
            *needed.entry(id).or_default() += 1;
        }
        let mut held = Held::new();
        for id in order {
            let parents: Vec<EntryId> = self.graph.parents(*id).collect();
            let mut state = self.join(Some(*id), &parents, &mut held)?;
            self.advance(*id, &mut state)?;
            tell(*id, &mut state)?;
            if let Some(count) = needed.get(id) {
                held.insert(*id, (state, *count));
            }
        }
        Ok(held)
    }

    /// Takes the steps of one entry, lowering them if that wasn't done before.
    fn advance(&self, id: EntryId, state: &mut State) -> Result<(), FoldError> {
        let known = &self.known[&id];
        let database = known.entry.database.as_str();
        if let Some(lowered) = known.lowered.get() {
            for LoweredStep { step, change, .. } in lowered.iter() {
                let failed = |cause| FoldError::Step { entry: id, step: *step, cause: Box::new(cause) };
                state.evolve(database, change).map_err(|e| failed(e.into()))?;
            }
            return Ok(());
        }
        let mut lowered = Vec::with_capacity(known.entry.steps.len());
        for (index, step) in known.entry.steps.iter().enumerate() {
            let index = index as u32;
            let failed = |cause| FoldError::Step { entry: id, step: index, cause: Box::new(cause) };
            let mut minter = crate::id::Minter::new(Origin::Entry(id), index);
            let changes = step.lower(state.schema(database), &mut minter).map_err(|e| failed(e.into()))?;
            for change in changes {
                let effects = self.forked.then(|| change.effects(state.schema(database)).into_boxed_slice());
                state.evolve(database, &change).map_err(|e| failed(e.into()))?;
                lowered.push(LoweredStep { step: index, change, effects });
            }
        }
        // Whoever was first has lowered it to the same.
        let _ = known.lowered.set(lowered.into());
        Ok(())
    }

    /// The state at `parents` together, for the entry `at`, or for a question without one.
    fn join(&self, at: Option<EntryId>, parents: &[EntryId], held: &mut Held) -> Result<State, FoldError> {
        let (base, others) = match parents {
            [] => return Ok(State::new()),
            [one] => return Ok(take(*one, held)),
            [first, second] => {
                // The longer side is the one that isn't walked again.
                let (ours, theirs) = self.graph.sides(&[*first], &[*second]);
                if ours.len() < theirs.len() { (*second, vec![*first]) } else { (*first, vec![*second]) }
            }
            [first, others @ ..] => (*first, others.to_vec()),
        };
        let mut state = take(base, held);
        let mut joined = vec![base];
        for other in others {
            let (ours, theirs) = self.graph.sides(&joined, &[other]);
            if let Some(conflict) = conflict::find(self, &ours, &theirs) {
                return Err(FoldError::Conflict { at, conflict: Box::new(conflict) });
            }
            for id in theirs {
                self.replay(at, id, &mut state)?;
            }
            drop(release(other, held));
            joined.push(other);
        }
        Ok(state)
    }

    fn replay(&self, at: Option<EntryId>, id: EntryId, state: &mut State) -> Result<(), FoldError> {
        let known = &self.known[&id];
        for LoweredStep { step, change, .. } in known.lowered.get().iter().flat_map(|l| l.iter()) {
            let failed = |cause| FoldError::Meeting { at, entry: id, step: *step, cause: Box::new(cause) };
            state.evolve(&known.entry.database, change).map_err(failed)?;
        }
        Ok(())
    }
}

/// One use of a held state: moved out when it is the last, so that a chain never copies.
fn take(id: EntryId, held: &mut Held) -> State {
    match held.get(&id) {
        Some((state, uses)) if *uses > 1 => {
            let state = state.clone();
            drop(release(id, held));
            state
        }
        _ => release(id, held).unwrap_or_default(),
    }
}

fn release(id: EntryId, held: &mut Held) -> Option<State> {
    let (_, uses) = held.get_mut(&id)?;
    *uses -= 1;
    if *uses == 0 { held.remove(&id).map(|(state, _)| state) } else { None }
}
