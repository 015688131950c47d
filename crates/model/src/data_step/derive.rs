//! Data steps that make rows of other tables from the rows of one: a [`Transfer`] row by row, an [`Aggregate`] group by group.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Asset, BatchColumn, Limits, Lookup, LoweredLookup, Module, OnReject, Rows};
use crate::{constraint::is_default, id::ObjectId, literal::Literal, predicate::Predicate, types::Type};

/// A table that gets new rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntoTable {
    /// The table.
    pub table: String,
    /// Columns the guest gives: every column whose default isn't a constant, at least. A key of one Uuid may be left out, and is then
    /// derived from the row or group that the new row comes from.
    pub write: Vec<String>,
    /// Columns the entry knew but the guest doesn't give, with their defaults resolved at the entry's parents; sealed by `record`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub defaults: BTreeMap<String, Option<Literal>>,
}

/// Makes any number of rows of other tables from each row of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The script's name: its folder under `data-scripts/`.
    pub script: String,
    /// The sealed module; absent in drafts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<Module>,
    /// The table whose rows are read.
    pub table: String,
    /// Which rows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rows: Rows,
    /// Columns the guest sees beside the key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<String>,
    /// The tables that get rows, each before those whose foreign keys lead to it.
    pub into: Vec<IntoTable>,
    /// Constants handed to the guest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, Literal>,
    /// Files handed to the guest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assets: BTreeMap<String, Asset>,
    /// Small tables handed to the guest whole.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lookups: BTreeMap<String, Lookup>,
    /// Its bounds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: Limits,
    /// What becomes of rows, or groups, that are refused: nothing is made of those that are set aside.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_reject: OnReject,
}

/// Makes one row of another table from all the rows that agree in some columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// The script's name: its folder under `data-scripts/`.
    pub script: String,
    /// The sealed module; absent in drafts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<Module>,
    /// The table whose rows are read.
    pub table: String,
    /// Which rows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rows: Rows,
    /// Columns in which the rows of a group agree; the guest sees them.
    pub group: Vec<String>,
    /// Columns the guest sees beside the group and the key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<String>,
    /// The table that gets the rows.
    pub into: IntoTable,
    /// Constants handed to the guest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, Literal>,
    /// Files handed to the guest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assets: BTreeMap<String, Asset>,
    /// Small tables handed to the guest whole.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lookups: BTreeMap<String, Lookup>,
    /// Its bounds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: Limits,
    /// What becomes of rows, or groups, that are refused: nothing is made of those that are set aside.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_reject: OnReject,
}

/// A step of either shape as its entry says it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Derive {
    /// Row by row.
    Transfer(Transfer),
    /// Group by group.
    Aggregate(Aggregate),
}

impl Derive {
    /// The script's name.
    pub fn script(&self) -> &str {
        match self {
            Derive::Transfer(step) => &step.script,
            Derive::Aggregate(step) => &step.script,
        }
    }

    /// The sealed module.
    pub fn module(&self) -> Option<&Module> {
        match self {
            Derive::Transfer(step) => step.module.as_ref(),
            Derive::Aggregate(step) => step.module.as_ref(),
        }
    }

    /// Constants handed to the guest.
    pub fn params(&self) -> &BTreeMap<String, Literal> {
        match self {
            Derive::Transfer(step) => &step.params,
            Derive::Aggregate(step) => &step.params,
        }
    }

    /// Files handed to the guest.
    pub fn assets(&self) -> &BTreeMap<String, Asset> {
        match self {
            Derive::Transfer(step) => &step.assets,
            Derive::Aggregate(step) => &step.assets,
        }
    }

    /// What becomes of rows, or groups, that are refused.
    pub fn on_reject(&self) -> OnReject {
        match self {
            Derive::Transfer(step) => step.on_reject,
            Derive::Aggregate(step) => step.on_reject,
        }
    }

    /// Its bounds.
    pub fn limits(&self) -> Limits {
        match self {
            Derive::Transfer(step) => step.limits,
            Derive::Aggregate(step) => step.limits,
        }
    }
}

/// A lowered [`IntoTable`].
#[derive(Clone, Debug, PartialEq)]
pub struct LoweredInto {
    /// The table.
    pub table: ObjectId,
    /// The primary key's columns, in key order.
    pub key: Vec<BatchColumn>,
    /// Columns the guest gives.
    pub write: Vec<BatchColumn>,
    /// Columns filled from constants: what the entry knew with its default then.
    pub defaults: Vec<(BatchColumn, Option<Literal>)>,
}

impl LoweredInto {
    /// Whether the key is derived, not given by the guest.
    pub fn derives_key(&self) -> bool {
        self.key.iter().any(|key| self.write.iter().all(|column| column.id != key.id))
    }
}

/// A lowered [`Transfer`] or [`Aggregate`].
#[derive(Clone, Debug, PartialEq)]
pub struct LoweredDerive {
    /// The step as its entry says it.
    pub step: Derive,
    /// The table whose rows are read.
    pub table: ObjectId,
    /// Which rows.
    pub rows: Rows<ObjectId>,
    /// The primary key's columns, in key order.
    pub key: Vec<BatchColumn>,
    /// Columns in which the rows of a group agree; none for a transfer.
    pub group: Vec<BatchColumn>,
    /// Columns the guest sees beside the key; key and group columns may be among them.
    pub read: Vec<BatchColumn>,
    /// The tables that get rows.
    pub into: Vec<LoweredInto>,
    /// Small tables handed over whole.
    pub lookups: Vec<LoweredLookup>,
}

impl LoweredDerive {
    /// Whether rows are read group by group.
    pub fn is_aggregate(&self) -> bool {
        matches!(self.step, Derive::Aggregate(_))
    }

    /// The columns by whose order rows are gone through: the group's, or the key's.
    pub fn order(&self) -> &[BatchColumn] {
        if self.is_aggregate() { &self.group } else { &self.key }
    }

    /// The columns its predicate compares.
    pub fn selecting(&self) -> Vec<&ObjectId> {
        match &self.rows {
            Rows::All => Vec::new(),
            Rows::Where(predicate) => predicate.columns(),
        }
    }
}

/// Whether rows can't be grouped by a column of this type: databases don't agree on the order of its values, or on which of
/// them are equal.
pub fn ungroupable<E>(ty: &Type<E>) -> bool {
    match ty {
        Type::Bool
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Decimal(..)
        | Type::Text
        | Type::Varchar(_)
        | Type::Char(_)
        | Type::Bytes
        | Type::Uuid
        | Type::Date
        | Type::Time
        | Type::Timestamp
        | Type::TimestampTz
        | Type::Enum(_) => false,
        Type::Real | Type::Double | Type::Json | Type::Array(_) | Type::Vector(_) | Type::Native(_) => true,
    }
}

/// Whether a predicate leaves out the rows that hold NULL in a column.
pub fn leaves_out_null<C: PartialEq>(predicate: &Predicate<C>, column: &C) -> bool {
    match predicate {
        Predicate::Eq(c, _)
        | Predicate::Ne(c, _)
        | Predicate::Lt(c, _)
        | Predicate::Le(c, _)
        | Predicate::Gt(c, _)
        | Predicate::Ge(c, _)
        | Predicate::In(c, _)
        | Predicate::NotNull(c) => c == column,
        Predicate::And(list) => list.iter().any(|one| leaves_out_null(one, column)),
        Predicate::Or(list) => !list.is_empty() && list.iter().all(|one| leaves_out_null(one, column)),
        Predicate::IsNull(_) | Predicate::Not(_) => false,
    }
}
