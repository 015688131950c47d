//! Where entries led to, one behind the other, for whoever wants to know later.

use std::sync::Arc;

use super::{FoldError, History, LoweredStep};
use crate::{
    entry::Entry,
    id::{Digest, EntryId},
    state::{State, StepError},
};

/// Entries that go one behind the other, with what each became: what it takes to tell the digest after each, on whatever thread.
#[derive(Clone, Debug)]
pub struct Trail {
    start: State,
    passed: Vec<(EntryId, Arc<Entry>, Arc<[LoweredStep]>)>,
}

impl History {
    /// The way from where `heads` lead to over these entries, none of which decides anything. They were folded before.
    ///
    /// # Errors
    /// When the heads can't be folded, or an entry wasn't.
    pub fn trail(&self, heads: &[EntryId], over: &[EntryId]) -> Result<Trail, FoldError> {
        let passed = over.iter().map(|id| {
            let found = self.entry(*id).cloned().zip(self.lowered(*id).cloned());
            found.map(|(entry, lowered)| (*id, entry, lowered)).ok_or(FoldError::Unknown(*id))
        });
        Ok(Trail { start: self.state_at(heads)?, passed: passed.collect::<Result<_, _>>()? })
    }
}

impl Trail {
    /// The digest over all databases after each of the entries.
    ///
    /// # Errors
    /// At the first entry that doesn't fit behind those before it.
    pub fn digests(self) -> Result<Vec<Digest>, FoldError> {
        let mut state = self.start;
        let after = |(entry, written, lowered): (EntryId, Arc<Entry>, Arc<[LoweredStep]>)| {
            for one in lowered.iter() {
                state.evolve(written.database_of(one.step as usize), &one.change).map_err(|cause| {
                    FoldError::Step { entry, step: one.step, cause: Box::new(StepError::from(cause)) }
                })?;
            }
            state.digest().map_err(|cause| FoldError::Digest { entry, cause })
        };
        self.passed.into_iter().map(after).collect()
    }
}
