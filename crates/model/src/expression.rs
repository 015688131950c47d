//! SQL expressions as templates: text with references to objects, rendered with the names of the day.
//!
//! An author writes plain SQL. `record` finds the names in it and seals them as marks, so that folding never has to
//! understand SQL: `length(title) > 3` is sealed as `length({c:questions.title}) > 3`. A literal brace is doubled.
//!
//! | mark | stands for |
//! |---|---|
//! | `{t:NAME}` | a table or view |
//! | `{c:TABLE.COLUMN}` | a column, rendered without its table |
//! | `{v:ENUM.VALUE}` | an enum's value, rendered as a quoted text literal |
//!
//! A name that isn't made of ASCII letters, digits and `_` alone stands in double quotes, quotes doubled.

use serde::{Deserialize, Serialize};

use crate::id::ObjectId;

/// An expression as it stands in drafts (plain SQL) and in entries (with marks).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expression(pub String);

/// A lowered expression.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Template {
    /// Its parts, to be written one behind the other.
    pub parts: Vec<Part>,
}

/// A piece of a lowered expression.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// SQL text, as it is.
    Text(String),
    /// A table's or view's name.
    Table(ObjectId),
    /// A column's name, without its table's.
    Column {
        /// The table or view it belongs to.
        table: ObjectId,
        /// The column.
        column: ObjectId,
    },
    /// An enum value as a text literal.
    EnumValue {
        /// The enum.
        of: ObjectId,
        /// The value.
        value: ObjectId,
    },
}

impl Template {
    /// The columns it refers to, with their tables, in order of appearance.
    pub fn columns(&self) -> impl Iterator<Item = (ObjectId, ObjectId)> + '_ {
        self.parts.iter().filter_map(|part| match part {
            Part::Column { table, column } => Some((*table, *column)),
            _ => None,
        })
    }

    /// The tables and views it refers to by themselves.
    pub fn tables(&self) -> impl Iterator<Item = ObjectId> + '_ {
        self.parts.iter().filter_map(|part| match part {
            Part::Table(id) => Some(*id),
            _ => None,
        })
    }
}
