//! Constraints: as drafts and entries define them, and as a schema holds them.

use serde::{Deserialize, Serialize};

use crate::{
    expression::{Expression, Template},
    id::ObjectId,
};

/// What happens to referring rows when the row they refer to goes or changes its key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Action {
    /// Refuse, at the end of the statement or transaction.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Do the same to the referring rows.
    Cascade,
    /// Set the referring columns to NULL.
    SetNull,
    /// Set the referring columns to their default.
    SetDefault,
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Deferrable {
    /// At once, always.
    #[default]
    No,
    /// At once, unless a transaction defers it.
    Immediate,
    /// At the end of the transaction.
    Deferred,
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A constraint's substance. `C` refers to a column, `T` to a table, `X` is an expression: names in entries, identities in schemas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConstraintKind<C = String, T = String, X = Expression> {
    /// The table's primary key.
    PrimaryKey(Vec<C>),
    /// No two rows agree in these columns.
    Unique(Vec<C>),
    /// Every row meets the condition.
    Check(X),
    /// Every row refers to one of another table.
    ForeignKey(Reference<C, T>),
}

/// A foreign key's substance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "ForeignKey", deny_unknown_fields)]
pub struct Reference<C = String, T = String> {
    /// The referring columns.
    pub columns: Vec<C>,
    /// The table referred to.
    pub references: T,
    /// Its columns.
    pub to: Vec<C>,
    /// What happens when the row referred to is deleted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_delete: Action,
    /// What happens when its key changes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_update: Action,
    /// When it is checked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deferrable: Deferrable,
}

/// A constraint as a draft or entry writes it inside `CreateTable`. A missing name is decided at `record`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "Constraint", deny_unknown_fields)]
pub struct ConstraintDef {
    /// Its name; always there once sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it demands.
    pub is: ConstraintKind,
}

/// A constraint of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// Its identity.
    pub id: ObjectId,
    /// The name it has now.
    pub name: String,
    /// What it demands.
    pub kind: ConstraintKind<ObjectId, ObjectId, Template>,
}
