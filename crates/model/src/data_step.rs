//! Data steps: declared, deterministic functions over rows, carried by a guest.

mod derive;

use std::collections::BTreeMap;

pub use derive::{
    Aggregate, Derive, IntoTable, LoweredDerive, LoweredInto, Transfer, leaves_out_null, ungroupable,
};
use serde::{Deserialize, Serialize};

use crate::{
    constraint::{Action, ConstraintKind, is_default},
    id::{Digest, EntryId, ObjectId, Origin},
    literal::Literal,
    predicate::Predicate,
    resolution::StepRef,
    schema::Schema,
    types::Type,
};

/// The sealed reference to a guest: added by `record`, absent in drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// BLAKE3 of its bytes: its name in `blobs/`.
    pub blake3: Digest,
    /// SHA-256 of its bytes, 64 hex digits.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// The contract it speaks.
    pub abi: u32,
    /// What runs it, where it is a script and its runner stands apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runner: Option<Blob>,
}

/// The sealed reference to an asset: a file in a draft, a blob in an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// The file's name within the script's folder.
    pub file: String,
    /// The blob; absent in drafts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob: Option<Blob>,
}

/// A blob of the ledger, by all its measures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// BLAKE3 of its bytes: its name in `blobs/`.
    pub blake3: Digest,
    /// SHA-256 of its bytes, 64 hex digits.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// A small table that a guest is handed whole, in the order of its key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The table.
    pub table: String,
    /// Which rows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rows: Rows,
    /// Columns the guest sees beside the key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<String>,
}

/// Which rows a data step visits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Rows<C = String> {
    /// Every row.
    #[default]
    All,
    /// The rows that meet a condition.
    Where(Predicate<C>),
}

/// What the way back of a backfill has to restore.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Undo {
    /// The overwritten values, which the batches put into the target's vault.
    #[default]
    Vault,
    /// Nothing, for the stated reason.
    None(String),
}

/// What becomes of a row that the guest or the database refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum OnReject {
    /// The step stops at it.
    #[default]
    Stop,
    /// It is left as it is and put on record; the step stops at the first one more than so many.
    SetAside {
        /// How many rows at the most.
        at_most: u64,
    },
}

impl OnReject {
    /// How many rows may be set aside.
    pub fn at_most(self) -> u64 {
        match self {
            OnReject::Stop => 0,
            OnReject::SetAside { at_most } => at_most,
        }
    }
}

/// The bounds of a data step. They are part of the entry, so that what works on one target works on all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Fuel a batch gets before its first row, such as for loading.
    #[serde(skip_serializing_if = "is_fuel_start")]
    pub fuel_start: u64,
    /// Fuel for each row of a batch.
    #[serde(skip_serializing_if = "is_fuel_per_row")]
    pub fuel_per_row: u64,
    /// Fuel for each byte of a batch.
    #[serde(skip_serializing_if = "is_fuel_per_byte")]
    pub fuel_per_byte: u64,
    /// Memory of one instance, in MiB.
    #[serde(skip_serializing_if = "is_memory_mib")]
    pub memory_mib: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { fuel_start: 10_000_000, fuel_per_row: 2_000_000, fuel_per_byte: 2_000, memory_mib: 64 }
    }
}

fn is_fuel_start(n: &u64) -> bool {
    *n == Limits::default().fuel_start
}
fn is_fuel_per_row(n: &u64) -> bool {
    *n == Limits::default().fuel_per_row
}
fn is_fuel_per_byte(n: &u64) -> bool {
    *n == Limits::default().fuel_per_byte
}
fn is_memory_mib(n: &u32) -> bool {
    *n == Limits::default().memory_mib
}

/// Rewrites columns of a table's existing rows by a guest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backfill {
    /// The script's name: its folder under `data-scripts/`.
    pub script: String,
    /// The sealed module; absent in drafts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<Module>,
    /// The table.
    pub table: String,
    /// Which rows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rows: Rows,
    /// Columns the guest sees beside the key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read: Vec<String>,
    /// Columns the guest may change.
    pub write: Vec<String>,
    /// Constants handed to the guest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, Literal>,
    /// Files handed to the guest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assets: BTreeMap<String, Asset>,
    /// Small tables handed to the guest whole.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lookups: BTreeMap<String, Lookup>,
    /// What the way back needs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub undo: Undo,
    /// Whether `up --before-data` leaves it to a later run, however few rows there are.
    #[serde(default, skip_serializing_if = "is_default")]
    pub background: bool,
    /// Its bounds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: Limits,
    /// What becomes of rows that are refused.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_reject: OnReject,
    /// The earlier step whose open rows this one does again: those it visits and takes are no longer open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repairs: Option<StepRef>,
}

/// Inserts rows that a guest makes from nothing but its parameters and assets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Populate {
    /// The script's name: its folder under `data-scripts/`.
    pub script: String,
    /// The sealed module; absent in drafts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<Module>,
    /// The table.
    pub table: String,
    /// Columns the guest gives: the key and every column whose default isn't a constant, at least.
    pub write: Vec<String>,
    /// Constants handed to the guest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, Literal>,
    /// Files handed to the guest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assets: BTreeMap<String, Asset>,
    /// Its bounds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: Limits,
    /// Columns the entry knew but the guest doesn't give, with their defaults resolved at the entry's parents; sealed by `record`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub defaults: BTreeMap<String, Option<Literal>>,
    /// Digests of the rows' keys, per unique constraint by name; sealed by `record`, which runs the guest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, Vec<Digest>>,
}

/// A column of a data step's batches: its identity, and the name and type at the entry's parents, which the guest goes on seeing.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchColumn {
    /// The column.
    pub id: ObjectId,
    /// Its name when the entry was written (after the entry's own earlier steps).
    pub name: String,
    /// Its type then.
    pub ty: Type<ObjectId>,
    /// Whether it could be NULL then.
    pub nullable: bool,
}

/// A lowered [`Lookup`].
#[derive(Clone, Debug, PartialEq)]
pub struct LoweredLookup {
    /// The name by which the guest asks for it.
    pub name: String,
    /// The table.
    pub table: ObjectId,
    /// Which rows.
    pub rows: Rows<ObjectId>,
    /// The primary key's columns, in key order.
    pub key: Vec<BatchColumn>,
    /// Columns the guest sees beside the key; a key column may be among them.
    pub read: Vec<BatchColumn>,
}

/// A lowered [`Backfill`].
#[derive(Clone, Debug, PartialEq)]
pub struct LoweredBackfill {
    /// The step as its entry says it.
    pub step: Backfill,
    /// The table.
    pub table: ObjectId,
    /// Which rows.
    pub rows: Rows<ObjectId>,
    /// The primary key's columns, in key order.
    pub key: Vec<BatchColumn>,
    /// Columns the guest sees beside the key; a key column may be among them.
    pub read: Vec<BatchColumn>,
    /// Columns the guest may change.
    pub write: Vec<BatchColumn>,
    /// Small tables handed over whole.
    pub lookups: Vec<LoweredLookup>,
}

impl LoweredBackfill {
    /// Whether what it writes goes on to other rows of its own table, over a foreign key that follows the key it refers to.
    pub fn passes_on(&self, schema: &Schema) -> bool {
        schema.referring(self.table).any(|(from, constraint)| {
            let ConstraintKind::ForeignKey(reference) = &constraint.kind else { return false };
            let follows = !matches!(reference.on_update, Action::NoAction | Action::Restrict);
            let written = |id: &ObjectId| self.write.iter().any(|column| column.id == *id);
            from.id == self.table && follows && reference.to.iter().any(written)
        })
    }

    /// The columns its predicate compares.
    pub fn selecting(&self) -> Vec<ObjectId> {
        match &self.rows {
            Rows::All => Vec::new(),
            Rows::Where(predicate) => predicate.columns().into_iter().copied().collect(),
        }
    }

    /// The columns whose overwritten values are kept for the way back, when the step is that entry's: a column that the entry itself
    /// adds goes with it, and has nothing to keep.
    pub fn kept(&self, entry: EntryId) -> impl Iterator<Item = &BatchColumn> {
        let keeps = self.step.undo == Undo::Vault;
        self.write.iter().filter(move |column| keeps && column.id.origin != Origin::Entry(entry))
    }

    /// The columns that were the entry's own, of which nothing is kept because they go with it.
    pub fn new_in(&self, entry: EntryId) -> impl Iterator<Item = &BatchColumn> {
        let keeps = self.step.undo == Undo::Vault;
        self.write.iter().filter(move |column| keeps && column.id.origin == Origin::Entry(entry))
    }
}

/// A lowered [`Populate`].
#[derive(Clone, Debug, PartialEq)]
pub struct LoweredPopulate {
    /// The step as its entry says it.
    pub step: Populate,
    /// The table.
    pub table: ObjectId,
    /// The primary key's columns, in key order.
    pub key: Vec<BatchColumn>,
    /// Columns the guest gives.
    pub write: Vec<BatchColumn>,
    /// Columns filled from constants: what the entry knew with its default then.
    pub defaults: Vec<(BatchColumn, Option<Literal>)>,
}
