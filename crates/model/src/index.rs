//! Indexes: as drafts and entries define them, and as a schema holds them.

use serde::{Deserialize, Serialize};

use crate::{
    constraint::is_default,
    expression::{Expression, Template},
    id::ObjectId,
};

/// The direction of an index key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Order {
    /// Ascending.
    #[default]
    Asc,
    /// Descending.
    Desc,
}

/// What an index sorts by: a column or an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key<C = String, X = Expression> {
    /// A column, ascending.
    Column(C),
    /// A column, descending.
    Desc(C),
    /// An expression over the table's columns, with its direction.
    Expression(X, Order),
}

/// An index as a draft or entry writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "Index", deny_unknown_fields)]
pub struct IndexDef {
    /// Its name; always there once sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it sorts by.
    pub on: Vec<Key>,
    /// Whether two rows may not agree in it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unique: bool,
    /// The access method, such as `gin`; the database's usual one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only rows that meet this condition are in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Expression>,
    /// Columns carried along without being sorted by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
}

/// An index of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its identity.
    pub id: ObjectId,
    /// The name it has now.
    pub name: String,
    /// What it sorts by.
    pub keys: Vec<Key<ObjectId, Template>>,
    /// Whether two rows may not agree in it.
    pub unique: bool,
    /// The access method, lower case; `None` is the database's usual one.
    pub method: Option<String>,
    /// Only rows that meet this condition are in it.
    pub only: Option<Template>,
    /// Columns carried along.
    pub include: Vec<ObjectId>,
}
