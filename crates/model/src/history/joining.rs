//! Several heads on their way to being one: what is open between them, and what decisions make of it.

use super::{Findings, FoldError, Held, History, Standing, join::pending};
use crate::{
    id::EntryId,
    lowered::Lowered,
    merge::{
        Stuck,
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
    /// Folds the heads, each by itself. Heads that others of them follow don't count.
    ///
    /// # Errors
    /// When a head isn't in the history, or can't be folded.
    pub fn joining(&self, heads: &[EntryId]) -> Result<Joining<'_>, FoldError> {
        let (heads, held) = self.held_at(heads)?;
        Ok(Joining { history: self, heads, held })
    }
}

impl Joining<'_> {
    /// The heads, by rising id.
    pub fn heads(&self) -> &[EntryId] {
        &self.heads
    }

    /// What is open when this is decided.
    pub fn findings(&self, resolutions: &[Resolution]) -> Findings {
        let standings = self.standings();
        self.history.examine(&self.heads, &standings, None, resolutions).findings(self.history)
    }

    /// The state that all heads together and these decisions lead to.
    ///
    /// # Errors
    /// When something is open, or the decisions don't lead to a schema.
    pub fn state(&self, resolutions: &[Resolution]) -> Result<State, FoldError> {
        let mut standing = self.history.joined(None, &self.heads, resolutions, &self.held)?;
        self.history.settle_all(resolutions, &mut standing)?;
        Ok(standing.state)
    }

    /// The step that doesn't fit when this is decided, whatever else is open.
    pub(crate) fn stuck(&self, resolutions: &[Resolution]) -> Option<StepRef> {
        let standings = self.standings();
        let examined = self.history.examine(&self.heads, &standings, None, resolutions);
        let base = self.history.untouched(&self.heads, &examined.affected);
        let mut state = self.history.based_on(&base, &self.held).ok()?;
        let behind = self.history.ancestors(&base);
        let rest = self.history.ancestors(&self.heads).difference(&behind).copied().collect();
        let entered = self.history.entered(&rest);
        let steps = match ordered(&entered, self.history, &examined.rules, &examined.region.force) {
            Ok(steps) => steps,
            Err(circle) => return circle.first().copied(),
        };
        let done = run(&mut state, &steps, &pending(resolutions, &examined.rules));
        done.err().map(|Stuck { at, .. }| at)
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

    fn standings(&self) -> Vec<&Standing> {
        self.heads.iter().filter_map(|id| self.held.get(id)).map(|(s, _)| s).collect()
    }
}
