//! Why a data step stopped.

use dialect::RenderError;
use sandbox::{GuestError, ValueError};

use crate::{driver::DriverError, guests::GuestsError, journal::JournalError, lease::LeaseError};

/// Why a data step stopped. Batches committed before are kept.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The database refused.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The journal doesn't hold together.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Another run took over.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The guest can't be had.
    #[error(transparent)]
    Guests(#[from] GuestsError),
    /// A statement can't be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The guest failed, on a row when it can be told which.
    #[error("script {script}{}: {cause}", at(.table, .key))]
    Guest {
        /// The script.
        script: String,
        /// The table.
        table: String,
        /// The row's key, where one row is to blame.
        key: Option<String>,
        /// How it failed.
        cause: Box<GuestError>,
    },
    /// The guest refused a row.
    #[error("script {script} refused {table} row {key}: {message}")]
    Rejected {
        /// The script.
        script: String,
        /// The table.
        table: String,
        /// The row's key.
        key: String,
        /// What the guest said.
        message: String,
    },
    /// A row's value doesn't fit a batch.
    #[error("a row of {table} can't be handed to script {script}: {cause}")]
    Value {
        /// The script.
        script: String,
        /// The table.
        table: String,
        /// Why.
        cause: ValueError,
    },
    /// The database refused what the guest made.
    #[error("what script {script} made of {table} was refused: {cause}")]
    Refused {
        /// The script.
        script: String,
        /// The table.
        table: String,
        /// What the database said.
        cause: Box<DriverError>,
    },
    /// The database refused what was kept for the way back.
    #[error("what was kept of {table} can't be put back: {cause}")]
    PutBack {
        /// The table.
        table: String,
        /// What the database said.
        cause: Box<DriverError>,
    },
    /// What the vault keeps can't be used.
    #[error("the vault can't be read: {0}")]
    Vault(String),
    /// Rows went away or changed their key while a batch was worked on.
    #[error("{sent} rows of {table} were written and {matched} were there")]
    Vanished {
        /// The table.
        table: String,
        /// Rows sent.
        sent: u64,
        /// Rows matched.
        matched: u64,
    },
    /// What an earlier run left of the step's progress can't be read.
    #[error("the progress of the step can't be read: {0}")]
    Progress(String),
    /// The run was asked to stop.
    #[error("stopped on request after {done} rows, which are kept")]
    Interrupted {
        /// Rows done in all.
        done: u64,
    },
}

fn at(table: &str, key: &Option<String>) -> String {
    key.as_ref().map_or_else(|| format!(" on {table}"), |key| format!(" on {table} row {key}"))
}
