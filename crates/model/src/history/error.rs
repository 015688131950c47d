//! Why a history can't be folded.

use super::conflict::Conflict;
use crate::{
    digest::DigestError,
    fault::{Class, Fault},
    id::EntryId,
    problem::EvolveError,
    state::StepError,
};

/// Why a history can't be folded.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FoldError {
    /// A step that doesn't fit the state at its entry's parents.
    #[error("step {} of entry {}: {cause}", .step + 1, .entry.short())]
    Step {
        /// The entry.
        entry: EntryId,
        /// Index of the step, from 0.
        step: u32,
        /// What is wrong.
        #[source]
        cause: Box<StepError>,
    },
    /// Steps on two sides that don't commute meet without a merge that says which counts.
    #[error("{conflict}")]
    Conflict {
        /// The entry that follows both sides; none when several heads were asked for.
        at: Option<EntryId>,
        /// What clashes.
        conflict: Box<Conflict>,
    },
    /// A step of one side doesn't fit the state the other side has led to.
    #[error("step {} of entry {} doesn't fit what it is joined with: {cause}", .step + 1, .entry.short())]
    Meeting {
        /// The entry that follows both sides; none when several heads were asked for.
        at: Option<EntryId>,
        /// The entry.
        entry: EntryId,
        /// Index of the step, from 0.
        step: u32,
        /// What is wrong.
        #[source]
        cause: Box<EvolveError>,
    },
    /// The schema after an entry has no digest.
    #[error("after entry {}: {cause}", .entry.short())]
    Digest {
        /// The entry.
        entry: EntryId,
        /// What is wrong.
        #[source]
        cause: DigestError,
    },
    /// An entry was asked for that isn't in the history.
    #[error("there is no entry {}", .0.short())]
    Unknown(EntryId),
}

impl Fault for FoldError {
    fn class(&self) -> Class {
        match self {
            FoldError::Conflict { .. } | FoldError::Meeting { .. } => Class::Decide,
            FoldError::Step { .. } | FoldError::Digest { .. } => Class::Integrity,
            FoldError::Unknown(_) => Class::Input,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            FoldError::Conflict { .. } | FoldError::Meeting { .. } => Some(
                "the two sides don't commute; take one back, or write a new entry on one side".to_owned(),
            ),
            FoldError::Step { .. } | FoldError::Digest { .. } => {
                Some("`strat verify` names every broken file of the ledger".to_owned())
            }
            FoldError::Unknown(_) => None,
        }
    }
}
