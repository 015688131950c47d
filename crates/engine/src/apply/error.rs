//! Why carrying a plan out stopped.

use model::{EntryId, StepRef, history::FoldError};

use crate::{
    control::ControlError,
    data::{DataError, open::Open},
    driver::DriverError,
    journal::JournalError,
    lease::LeaseError,
    target::TargetError,
};

/// Why carrying a plan out stopped. What was journaled before stands.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The target can't be looked at.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The database refused something of ours.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The journal doesn't hold together.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What people told data steps can't be read.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// Another run holds the target.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// A statement failed; its transaction left nothing.
    #[error("step {} of entry {} failed: {cause}", .step + 1, .entry.short())]
    Statement {
        /// The entry.
        entry: EntryId,
        /// The step, from 0.
        step: u32,
        /// The statement.
        sql: String,
        /// What the database said.
        cause: Box<DriverError>,
    },
    /// A check that the plan carries along was not met.
    #[error("step {} of entry {} was rolled back: {why}", .step + 1, .entry.short())]
    Check {
        /// The entry.
        entry: EntryId,
        /// The step, from 0.
        step: u32,
        /// What was not met.
        why: String,
    },
    /// Hand-written SQL changed the schema otherwise than it declares.
    #[error("step {} of entry {} did not do what it declares:\n{}", .step + 1, .entry.short(), crate::prepare::list(.drift))]
    Undeclared {
        /// The entry.
        entry: EntryId,
        /// The step, from 0.
        step: u32,
        /// What differs from what it declares.
        drift: Vec<dialect::Difference>,
    },
    /// A data step stopped.
    #[error("step {} of entry {} stopped: {cause}", .step + 1, .entry.short())]
    Data {
        /// The entry.
        entry: EntryId,
        /// The step, from 0.
        step: u32,
        /// Why.
        cause: Box<DataError>,
    },
    /// A step builds on rows that an earlier data step set aside, and that nobody has dealt with.
    #[error("{at} ({title}) builds on what {} was to write, and {} set aside there: {}", .open.at, rows(.open.rows), .open.first)]
    Open {
        /// The step that would build on them.
        at: StepRef,
        /// What it does.
        title: String,
        /// The rows.
        open: Box<Open>,
    },
    /// The history can't be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// An earlier run was cut off and it can't be told whether its statement took effect.
    #[error("entry {} was cut off at a statement whose outcome can't be told: {sql}", .entry.short())]
    Unknown {
        /// The entry.
        entry: EntryId,
        /// The statement.
        sql: String,
    },
    /// An earlier run was cut off going the other way.
    #[error("entry {} was cut off on its way {way}", .entry.short())]
    CutOff {
        /// The entry.
        entry: EntryId,
        /// `up` or `down`.
        way: &'static str,
    },
    /// The commit was answered, and the journal doesn't have it.
    #[error("the database answered COMMIT, but entry {} is not in the journal", .entry.short())]
    NotCommitted {
        /// The entry.
        entry: EntryId,
    },
    /// Another run moved the target after this one's plan was made.
    #[error("the target has moved since the plan was made")]
    Moved,
    /// The run was asked to stop; everything so far is kept.
    #[error("stopped on request")]
    Interrupted,
}

fn rows(count: u64) -> String {
    match count {
        1 => "a row is".to_owned(),
        count => format!("{count} rows are"),
    }
}
