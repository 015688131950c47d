//! Why a data step can't be run again here.

use model::{Class, EntryId, Fault, history::FoldError};

use crate::{data::DataError, driver::DriverError, journal::JournalError};

/// Why a data step can't be run again here.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The entry hasn't that step.
    #[error("entry {} has no step {}", .entry.short(), .step + 1)]
    NoStep {
        /// The entry.
        entry: EntryId,
        /// The step, from 0.
        step: u32,
    },
    /// The step runs no guest.
    #[error("step {} of entry {} is no data step", .step + 1, .entry.short())]
    NoRows {
        /// The entry.
        entry: EntryId,
        /// The step, from 0.
        step: u32,
    },
    /// The target holds another database of the ledger.
    #[error("entry {} is about the database {wanted}, and the target holds {held}", .entry.short())]
    Database {
        /// The entry.
        entry: EntryId,
        /// The entry's database.
        wanted: String,
        /// The target's.
        held: String,
    },
    /// The target has an entry that the ledger hasn't.
    #[error("the target has applied entry {}, which isn't in this ledger", .0.short())]
    Stranger(EntryId),
    /// The target is in the middle of an entry.
    #[error("the target was cut off in the middle of entry {}", .0.short())]
    Half(EntryId),
    /// The target stands before the step, and not right before its entry.
    #[error("the target lacks {lacking} of the entries before the step, entry {} among them", .first.short())]
    TooEarly {
        /// How many.
        lacking: usize,
        /// One of them.
        first: EntryId,
    },
    /// The rows that go in are made by an earlier step of the same entry.
    #[error("what goes into step {} is made by step {} of the same entry, and the target stands before both", .step + 1, .made + 1)]
    Between {
        /// The step.
        step: u32,
        /// The one that makes its rows.
        made: u32,
    },
    /// The step wrote over what went into it.
    #[error("the step wrote over what went into it, column {0}, and the target has it applied")]
    Overwritten(String),
    /// The table isn't in the target any more, or not yet.
    #[error("the step's table isn't in the target")]
    NoTable,
    /// A column isn't in the target any more, or not yet.
    #[error("column {0}, which goes into the step, isn't in the target")]
    NoColumn(String),
    /// A column has another type than when the step ran.
    #[error("column {0} has another type in the target than it had when the step ran")]
    Retyped(String),
    /// An older release made the receipt.
    #[error("the receipt keeps no digests of sections: only all rows together can be held against it")]
    NoSections,
    /// Somebody was at work there.
    #[error("the target was moved on while it was looked at")]
    Moved,
    /// The history can't be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The database refused.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The journal doesn't hold together.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Rows can't be read, or the guest can't be had.
    #[error(transparent)]
    Data(#[from] DataError),
}

impl Fault for ReplayError {
    fn class(&self) -> Class {
        match self {
            ReplayError::Fold(cause) => cause.class(),
            ReplayError::Driver(cause) => Fault::class(cause),
            ReplayError::Journal(cause) => cause.class(),
            ReplayError::Data(cause) => cause.class(),
            ReplayError::NoStep { .. }
            | ReplayError::NoRows { .. }
            | ReplayError::Database { .. }
            | ReplayError::Stranger(_)
            | ReplayError::Half(_)
            | ReplayError::TooEarly { .. }
            | ReplayError::Between { .. }
            | ReplayError::Overwritten(_)
            | ReplayError::NoTable
            | ReplayError::NoColumn(_)
            | ReplayError::Retyped(_)
            | ReplayError::NoSections
            | ReplayError::Moved => Class::Input,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            ReplayError::Fold(cause) => cause.hint(),
            ReplayError::Driver(cause) => Fault::hint(cause),
            ReplayError::Journal(cause) => cause.hint(),
            ReplayError::Data(cause) => cause.hint(),
            ReplayError::NoStep { entry, .. } | ReplayError::NoRows { entry, .. } => {
                Some(format!("`strat show {}` lists its steps", entry.short()))
            }
            ReplayError::Half(_) => Some("`strat up` finishes it".to_owned()),
            ReplayError::TooEarly { .. }
            | ReplayError::NoTable
            | ReplayError::NoColumn(_)
            | ReplayError::Retyped(_) => Some(
                "take a copy of the database as it was before the step's entry, or one that has it applied"
                    .to_owned(),
            ),
            ReplayError::Overwritten(_) => {
                Some("take a copy of the database as it was before the step's entry".to_owned())
            }
            ReplayError::Between { .. } => Some("take a copy that has the entry applied".to_owned()),
            ReplayError::NoSections => Some("leave out `--sample`".to_owned()),
            ReplayError::Moved => Some("again, or on a copy that nobody writes to".to_owned()),
            ReplayError::Database { .. } | ReplayError::Stranger(_) => None,
        }
    }
}
