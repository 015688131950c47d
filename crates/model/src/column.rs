//! Columns: as drafts and entries define them, and as a schema holds them.

use serde::{Deserialize, Serialize};

use crate::{
    expression::{Expression, Template},
    id::ObjectId,
    literal::Literal,
    types::Type,
};

fn yes(value: &bool) -> bool {
    *value
}

fn truth() -> bool {
    true
}

/// What a column gets when an insert doesn't name it. `X` is an [`Expression`] in entries and a [`Template`] in schemas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Default<X = Expression> {
    /// A constant.
    Literal(Literal),
    /// The moment (or day, or time of day) of the insert.
    Now,
    /// A random UUID.
    Uuid,
    /// Any expression without references to columns.
    Expression(X),
}

/// Numbers given by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Identity {
    /// An insert may give its own number.
    ByDefault,
    /// Only the server gives numbers.
    Always,
}

/// Whether a generated column is kept or computed on reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Storage {
    /// Computed on writing and kept.
    Stored,
    /// Computed on reading.
    Virtual,
}

/// A column computed from others of its row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Generated", deny_unknown_fields)]
pub struct Generated<X = Expression> {
    /// The expression.
    #[serde(rename = "as")]
    pub expression: X,
    /// Kept or computed.
    pub storage: Storage,
}

/// A column as a draft or entry writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Column", deny_unknown_fields)]
pub struct ColumnDef {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Whether it may be NULL; it may unless said otherwise.
    #[serde(default = "truth", skip_serializing_if = "yes")]
    pub nullable: bool,
    /// Its default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Default>,
    /// The value existing rows get when it is added, and rows whose writer doesn't know it; unchangeable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial: Option<Literal>,
    /// Numbers given by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// Computed from other columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// A remark kept in the database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A column of a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its identity.
    pub id: ObjectId,
    /// The name it has now.
    pub name: String,
    /// Its type.
    pub ty: Type<ObjectId>,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Its default.
    pub default: Option<Default<Template>>,
    /// See [`ColumnDef::initial`].
    pub initial: Option<Literal>,
    /// Numbers given by the server.
    pub identity: Option<Identity>,
    /// Computed from other columns.
    pub generated: Option<Generated<Template>>,
    /// A remark kept in the database.
    pub comment: Option<String>,
}
