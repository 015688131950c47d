//! Histories: entries, the order they stand in, and the state they lead to.
//!
//! Each entry is lowered once, against the state at its parents, and what it became is kept. The state at several heads starts from one of
//! them and takes in what the others have more; where merges decided something, it starts from what is common and takes in all that isn't,
//! in canonical order, as the decisions in force say.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, OnceLock},
};

use crate::{
    effects::Access,
    entry::{Entry, MAX_PARENTS},
    graph::{Graph, GraphError},
    id::{Digest, EntryId},
    lowered::Lowered,
    merge::rules::Rules,
    state::State,
};

mod advance;
mod again;
mod breach;
mod built_on;
mod error;
mod examine;
#[cfg(test)]
pub(crate) mod in_force;
mod join;
mod joining;
#[cfg(test)]
mod tests;
mod trail;

pub use error::FoldError;
pub(crate) use examine::Examined;
pub use examine::Findings;
pub(crate) use examine::mentioned;
pub use joining::Joining;
pub(crate) use joining::Places;
pub use trail::Trail;

/// A step of an entry once lowered; a step may become several.
#[derive(Clone, Debug, PartialEq)]
pub struct LoweredStep {
    /// Index of the step in its entry, from 0.
    pub step: u32,
    /// What it does.
    pub change: Lowered,
}

/// A set of entries that is closed under parents.
#[derive(Debug, Default)]
pub struct History {
    graph: Arc<Graph>,
    known: BTreeMap<EntryId, Known>,
    /// Entries behind the first parting of ways: only they can meet others.
    forked: BTreeSet<EntryId>,
    /// Where the last few questions led to: a merge and a route ask the same ones again and again.
    recent: Mutex<VecDeque<(Vec<EntryId>, Standing)>>,
}

/// How many answers are kept.
const RECENT: usize = 8;

#[derive(Debug)]
struct Known {
    entry: Arc<Entry>,
    lowered: OnceLock<Arc<[LoweredStep]>>,
    /// What its steps and resolutions access, each with its step's number; kept only where the history has branches that could meet.
    effects: OnceLock<Box<[(u32, Access)]>>,
}

impl Known {
    fn new(entry: Arc<Entry>) -> Known {
        Known { entry, lowered: OnceLock::new(), effects: OnceLock::new() }
    }
}

/// What folding a whole history yields.
#[derive(Clone, Debug, Default)]
pub struct FoldedHistory {
    /// The digest over all schemas after each entry, to be held against its `schema` field.
    pub after: BTreeMap<EntryId, Digest>,
    /// What each entry became.
    pub lowered: BTreeMap<EntryId, Arc<[LoweredStep]>>,
}

/// Where an entry has led to, and what was decided on the way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    pub(crate) state: State,
    pub(crate) rules: Arc<Rules>,
}

/// Who is told the states around each entry.
struct Tell<'t> {
    before: &'t mut dyn FnMut(EntryId, &State),
    after: &'t mut dyn FnMut(EntryId, &mut State) -> Result<(), FoldError>,
}

/// What somebody still needs, and how many do.
pub(crate) type Held = BTreeMap<EntryId, (Standing, usize)>;

impl History {
    /// Takes in entries, given in any order.
    ///
    /// # Errors
    /// When a parent is missing, or the entries go in a circle.
    pub fn new(entries: impl IntoIterator<Item = (EntryId, Arc<Entry>)>) -> Result<History, GraphError> {
        let known: BTreeMap<EntryId, Known> =
            entries.into_iter().map(|(id, entry)| (id, Known::new(entry))).collect();
        let graph = Graph::new(known.iter().map(|(id, k)| (*id, k.entry.parents.clone())))?;
        let forked = graph.forked();
        Ok(History { graph: Arc::new(graph), known, forked, recent: Mutex::default() })
    }

    /// How its entries follow each other.
    pub fn graph(&self) -> &Arc<Graph> {
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
        let mut tell = Tell {
            before: &mut |_, _| {},
            after: &mut |id, state| {
                let digest = state.digest().map_err(|cause| FoldError::Digest { entry: id, cause })?;
                folded.after.insert(id, digest);
                Ok(())
            },
        };
        self.walk(&order, &[], &mut tell)?;
        folded.lowered =
            self.known.iter().filter_map(|(id, k)| Some((*id, k.lowered.get()?.clone()))).collect();
        Ok(folded)
    }

    /// Tells the state that each entry starts from: what its parents lead to, before what it decides itself.
    ///
    /// # Errors
    /// At the first entry in canonical order that can't be folded.
    pub fn each(&self, tell: &mut dyn FnMut(EntryId, &State)) -> Result<(), FoldError> {
        let order: Vec<EntryId> = self.graph.ids().collect();
        self.walk(&order, &[], &mut Tell { before: tell, after: &mut |_, _| Ok(()) }).map(drop)
    }

    /// The state at `heads` together. Heads that others of them follow don't count.
    ///
    /// # Errors
    /// When a head isn't in the history, an entry can't be folded, or the heads clash.
    pub fn state_at(&self, heads: &[EntryId]) -> Result<State, FoldError> {
        self.standing_at(heads).map(|standing| standing.state)
    }

    /// Whether a merge decided something about what the heads have, or found objects of several sides to be one: coming there takes a
    /// [route](History::route).
    ///
    /// # Errors
    /// When the heads can't be folded.
    pub fn decides(&self, heads: &[EntryId]) -> Result<bool, FoldError> {
        self.standing_at(heads).map(|standing| !standing.rules.is_empty())
    }

    pub(crate) fn standing_at(&self, heads: &[EntryId]) -> Result<Standing, FoldError> {
        let mut key = heads.to_vec();
        key.sort_unstable();
        key.dedup();
        if let Some(standing) = self.recalled(&key) {
            return Ok(standing);
        }
        let (heads, mut held) = self.held_at(heads)?;
        let standing = self.join(None, &heads, &mut held)?;
        self.remember(key, &standing);
        Ok(standing)
    }

    /// What was found for these heads not long ago; by rising id.
    fn recalled(&self, heads: &[EntryId]) -> Option<Standing> {
        let recent = self.recent.lock().ok()?;
        recent.iter().find(|(of, _)| of == heads).map(|(_, standing)| standing.clone())
    }

    fn remember(&self, heads: Vec<EntryId>, standing: &Standing) {
        if let Ok(mut recent) = self.recent.lock() {
            recent.truncate(RECENT - 1);
            recent.push_front((heads, standing.clone()));
        }
    }

    /// The state that a merge's own steps start from.
    fn start_of(&self, id: EntryId) -> Option<State> {
        let parents: Vec<EntryId> = self.graph.parents(id).collect();
        let (heads, mut held) = self.held_at(&parents).ok()?;
        self.join(Some(id), &heads, &mut held).ok().map(|standing| standing.state)
    }

    /// The standings of heads of which none follows another.
    fn held_at(&self, heads: &[EntryId]) -> Result<(Vec<EntryId>, Held), FoldError> {
        if let Some(unknown) = heads.iter().find(|id| !self.graph.contains(**id)) {
            return Err(FoldError::Unknown(*unknown));
        }
        let ancestors = self.ancestors(heads);
        let heads = self.graph.heads_among(&heads.iter().copied().collect());
        if heads.len() > MAX_PARENTS {
            return Err(FoldError::TooMany(heads.len()));
        }
        // Whoever joins the heads may start from what is common to them.
        let wanted: Vec<EntryId> = heads.iter().copied().chain(self.common(&heads)).collect();
        let held = self.walk(
            &self.order(&ancestors),
            &wanted,
            &mut Tell { before: &mut |_, _| {}, after: &mut |_, _| Ok(()) },
        )?;
        Ok((heads, held))
    }

    /// The entry that everything not common to the heads starts from, if there is only one.
    fn common(&self, heads: &[EntryId]) -> Option<EntryId> {
        if heads.len() < 2 {
            return None;
        }
        match self.bases(&self.graph.region(heads)).as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The newest entries that all sides of a region have.
    fn bases(&self, region: &[(EntryId, u64)]) -> Vec<EntryId> {
        let members: BTreeSet<EntryId> = region.iter().map(|(id, _)| *id).collect();
        let parents = members.iter().flat_map(|id| self.graph.parents(*id));
        self.graph.heads_among(&parents.filter(|id| !members.contains(id)).collect())
    }

    /// Folds entries in canonical order; keeps what `wanted` needs.
    fn walk(&self, order: &[EntryId], wanted: &[EntryId], tell: &mut Tell<'_>) -> Result<Held, FoldError> {
        let mut needed: BTreeMap<EntryId, usize> = BTreeMap::new();
        for id in order {
            let parents: Vec<EntryId> = self.graph.parents(*id).collect();
            let common = self.common(&parents);
            for id in parents.into_iter().chain(common) {
                *needed.entry(id).or_default() += 1;
            }
        }
        for id in wanted {
            *needed.entry(*id).or_default() += 1;
        }
        let mut held = Held::new();
        for id in order {
            let parents: Vec<EntryId> = self.graph.parents(*id).collect();
            let mut standing = self.join(Some(*id), &parents, &mut held)?;
            (tell.before)(*id, &standing.state);
            self.advance(*id, &mut standing)?;
            (tell.after)(*id, &mut standing.state)?;
            if let Some(count) = needed.get(id) {
                held.insert(*id, (standing, *count));
            }
        }
        Ok(held)
    }
}

/// One use of what is held: moved out when it is the last, so that a chain never copies.
fn take(id: EntryId, held: &mut Held) -> Standing {
    match held.get(&id) {
        Some((standing, uses)) if *uses > 1 => {
            let standing = standing.clone();
            drop(release(id, held));
            standing
        }
        _ => release(id, held).unwrap_or_default(),
    }
}

fn release(id: EntryId, held: &mut Held) -> Option<Standing> {
    let (_, uses) = held.get_mut(&id)?;
    *uses -= 1;
    if *uses == 0 { held.remove(&id).map(|(standing, _)| standing) } else { None }
}
