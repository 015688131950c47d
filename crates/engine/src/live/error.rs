//! Why rows of a target can't be had.

use dialect::RenderError;
use model::{Class, Fault};
use sandbox::ValueError;

use crate::{data::DataError, driver::DriverError};

/// Why rows can't be had.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The target hasn't such a table.
    #[error("there is no table {table} in the target")]
    Table {
        /// The table.
        table: String,
        /// One that is there and has a similar name.
        near: Option<String>,
    },
    /// The table hasn't such a column.
    #[error("table {table} has no column {column} in the target")]
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// One that is there and has a similar name.
        near: Option<String>,
    },
    /// Without a key no row can be told from another.
    #[error("table {0} has no primary key")]
    NoKey(String),
    /// A row wasn't named by its key.
    #[error("a row of {table} is named by {}", .key.join(" and "))]
    Key {
        /// The table.
        table: String,
        /// The key's columns.
        key: Vec<String>,
    },
    /// What was given for a column of the key is no value of its type.
    #[error("{value:?} is no value of the key's column {column}")]
    KeyValue {
        /// The column.
        column: String,
        /// What was given.
        value: String,
    },
    /// A group has more rows than a step hands to a guest.
    #[error("a group of {table} has more than {most} rows, which is the limit")]
    Group {
        /// The table.
        table: String,
        /// The limit.
        most: usize,
    },
    /// A value doesn't fit a batch.
    #[error("a row of {table} can't be handed to a guest: {cause}")]
    Value {
        /// The table.
        table: String,
        /// Why.
        cause: ValueError,
    },
    /// A small table can't be handed over.
    #[error(transparent)]
    Lookup(Box<DataError>),
    /// The database refused.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// A statement can't be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
}

impl Fault for LiveError {
    fn class(&self) -> Class {
        match self {
            LiveError::Driver(cause) => cause.class(),
            LiveError::Lookup(cause) => cause.class(),
            LiveError::Table { .. }
            | LiveError::Column { .. }
            | LiveError::NoKey(_)
            | LiveError::Key { .. }
            | LiveError::KeyValue { .. }
            | LiveError::Group { .. }
            | LiveError::Value { .. }
            | LiveError::Render(_) => Class::Input,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            LiveError::Table { near: Some(near), .. } | LiveError::Column { near: Some(near), .. } => {
                Some(format!("did you mean `{near}`?"))
            }
            LiveError::Table { .. } | LiveError::Column { .. } => {
                Some("`strat up` brings the target to the head".to_owned())
            }
            LiveError::Key { key, .. } => {
                let given: Vec<String> = key.iter().map(|column| format!("--row {column}=VALUE")).collect();
                Some(given.join(" "))
            }
            LiveError::Driver(cause) => Fault::hint(cause),
            LiveError::Lookup(cause) => cause.hint(),
            LiveError::NoKey(_)
            | LiveError::KeyValue { .. }
            | LiveError::Group { .. }
            | LiveError::Value { .. }
            | LiveError::Render(_) => None,
        }
    }
}
