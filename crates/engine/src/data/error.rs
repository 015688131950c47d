//! Why a data step stopped.

use dialect::RenderError;
use model::StepRef;
use sandbox::{GuestError, ValueError};

use super::reject::Stopped;
use crate::{
    control::{ControlError, Pause, paused},
    driver::{Class, DriverError},
    guests::GuestsError,
    journal::JournalError,
    lease::LeaseError,
    target::TargetError,
};

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
    /// What people told can't be read.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// One more session with the target can't be had.
    #[error(transparent)]
    Session(Box<TargetError>),
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
    /// A row was refused.
    #[error(transparent)]
    Row(Box<Stopped>),
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
    #[error("what was kept of {table}{} can't be put back: {cause}", .key.as_ref().map(|key| format!(" where {key}")).unwrap_or_default())]
    PutBack {
        /// The table.
        table: String,
        /// The key of the row, where one was found that is refused.
        key: Option<String>,
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
    /// Rows were changed while a batch was worked on that hadn't locked them; it is done again.
    #[error("rows of {table} were changed while a batch was worked on")]
    Overtaken {
        /// The table.
        table: String,
    },
    /// A group is too large to be handed to a guest.
    #[error("the group {group} of {table} has more than {most} rows")]
    GroupTooLarge {
        /// The table.
        table: String,
        /// What its rows agree in.
        group: String,
        /// The limit.
        most: usize,
    },
    /// A table is too large to be handed to a guest whole.
    #[error("lookup {lookup}: table {table} is too large, {what}")]
    LookupTooLarge {
        /// The lookup.
        lookup: String,
        /// The table.
        table: String,
        /// By how much.
        what: String,
    },
    /// A lookup isn't what finished batches were made with.
    #[error("lookup {lookup} of script {script} isn't what it was when the step began")]
    LookupChanged {
        /// The script.
        script: String,
        /// The lookup.
        lookup: String,
    },
    /// What an earlier run left of the step's progress can't be read.
    #[error("the progress of the step can't be read: {0}")]
    Progress(String),
    /// Somebody paused the step.
    #[error("{}; {done} rows are done and kept", paused(.pause))]
    Paused {
        /// The sealed step.
        at: StepRef,
        /// Who, since when and why.
        pause: Box<Pause>,
        /// Rows done in all.
        done: u64,
    },
    /// What is to hold the step back can't be told here.
    #[error("{0}")]
    NoSignal(String),
    /// The run was to go no further than to the first long data step.
    #[error("the next step is a long one: {title}")]
    Long {
        /// The sealed step.
        at: StepRef,
        /// What it does.
        title: String,
    },
    /// The run was asked to stop.
    #[error("stopped on request after {done} rows, which are kept")]
    Interrupted {
        /// Rows done in all.
        done: u64,
    },
}

impl DataError {
    /// Whether it is about what a script makes of rows, and not about the target.
    pub(super) fn is_of_script(&self) -> bool {
        matches!(
            self,
            DataError::Guests(_)
                | DataError::Guest { .. }
                | DataError::Rejected { .. }
                | DataError::Row(_)
                | DataError::Value { .. }
                | DataError::GroupTooLarge { .. }
                | DataError::LookupTooLarge { .. }
        )
    }

    /// Whether the step only stands still: it did nothing wrong and goes on later.
    pub fn is_a_stop(&self) -> bool {
        match self {
            DataError::Lease(_)
            | DataError::NoSignal(_)
            | DataError::Long { .. }
            | DataError::Interrupted { .. }
            | DataError::Paused { .. } => true,
            DataError::Driver(_)
            | DataError::Session(_)
            | DataError::Journal(_)
            | DataError::Control(_)
            | DataError::Guests(_)
            | DataError::Render(_)
            | DataError::Row(_)
            | DataError::Guest { .. }
            | DataError::Rejected { .. }
            | DataError::Value { .. }
            | DataError::Refused { .. }
            | DataError::PutBack { .. }
            | DataError::Vanished { .. }
            | DataError::Overtaken { .. }
            | DataError::Vault(_)
            | DataError::GroupTooLarge { .. }
            | DataError::LookupTooLarge { .. }
            | DataError::LookupChanged { .. }
            | DataError::Progress(_) => false,
        }
    }

    /// Whether other sessions were in the way, so that the batch may succeed when it is done again.
    pub fn may_pass(&self) -> bool {
        matches!(self, DataError::Driver(cause) if matches!(cause.class, Class::Busy | Class::Deadlock))
    }
}

fn at(table: &str, key: &Option<String>) -> String {
    key.as_ref().map_or_else(|| format!(" on {table}"), |key| format!(" on {table} row {key}"))
}

impl From<Stopped> for DataError {
    fn from(stopped: Stopped) -> DataError {
        DataError::Row(Box::new(stopped))
    }
}
