//! What stays the same through a backfill: the table, its columns, and the work on its rows.

use std::{collections::BTreeMap, sync::Arc};

use dialect::{BatchShape, Dialect, Versions, plan::PlannedEntry};
use model::{Digest, ObjectId, Schema, StepRef, Value, data_step::LoweredBackfill, schema::Table};
use sandbox::Guest;

use super::{
    DataError,
    allowed::Leaves,
    guard::Guard,
    table,
    vault::{Blocks, Vault},
    work::{Bind, Work},
};
use crate::driver::CellType;

/// What stays the same through a backfill.
pub struct Job<'a> {
    pub(super) step: &'a LoweredBackfill,
    pub(super) schema: &'a Schema,
    pub(super) table: &'a Table,
    pub(super) key: Vec<ObjectId>,
    /// Columns read behind the key: those the guest sees, then those it writes, for telling what it changed.
    pub(super) seen: Vec<ObjectId>,
    pub(super) write: Vec<ObjectId>,
    pub(super) types: Vec<CellType>,
    /// The same with a row's version behind them.
    pub(super) with_version: Vec<CellType>,
    pub(super) work: Arc<Work>,
    /// How many rows may be set aside, those not counted that were named.
    pub(super) most: u64,
    /// Whether each row is read after the one before it was written: writing one may change others.
    pub(super) alone: bool,
    /// Whether the database tells a row's versions apart.
    versions: bool,
    /// Which step it is, for its vault.
    pub(super) at: StepRef,
    /// What it keeps what it overwrites in, if it has to.
    pub(super) vault: Option<Vault>,
    pub(super) lookups: BTreeMap<String, Digest>,
    /// The range that is worked on; 0 where it is the whole step.
    pub(super) range: i64,
    /// The entry it is carried out with, for records.
    pub(super) entry: &'a PlannedEntry,
}

impl<'a> Job<'a> {
    /// A backfill by that guest, to be carried out with that entry.
    pub(super) fn new(
        step: &'a LoweredBackfill,
        schema: &'a Schema,
        (guest, leaves): (Arc<Guest>, Leaves),
        lookups: BTreeMap<String, Digest>,
        dialect: &dyn Dialect,
        (entry, at): (&'a PlannedEntry, StepRef),
    ) -> Result<Job<'a>, DataError> {
        let table = table(schema, step.table)?;
        let key: Vec<_> = step.key.iter().map(|c| c.id).collect();
        let write: Vec<_> = step.write.iter().map(|c| c.id).collect();
        let mut seen: Vec<_> = step.read.iter().map(|c| c.id).filter(|id| !key.contains(id)).collect();
        seen.extend(&write);
        let mut types = Vec::new();
        for id in key.iter().chain(&seen) {
            types.push(CellType::from(&super::column(table, *id)?.ty));
        }
        let shape = BatchShape { table, schema, key: &key, columns: &write, versions: Versions::Unheeded };
        let most = dialect.batch_rows(key.len() + write.len());
        let bind = Bind { binding: dialect.update_batch(&shape, 1).binding, most };
        let is_kept = |id: &ObjectId| step.kept(at.entry).any(|kept| kept.id == *id);
        let kept = write.iter().enumerate().filter(|(_, id)| is_kept(id)).map(|(place, _)| place).collect();
        let work = Arc::new(Work::new(step, schema, table, guest, bind, (Blocks::new(kept), leaves))?);
        let (most, alone) = (step.step.on_reject.at_most(), step.passes_on(schema));
        Ok(Job {
            step,
            schema,
            table,
            key,
            seen,
            write,
            with_version: types.iter().cloned().chain([CellType::Int]).collect(),
            types,
            work,
            most,
            alone,
            versions: dialect.row_version().is_some(),
            at,
            vault: None,
            lookups,
            range: 0,
            entry,
        })
    }

    pub(super) fn script(&self) -> String {
        self.step.step.script.clone()
    }

    /// What guards its batches. What writing one row does to others isn't told by versions that were read before.
    pub(super) fn guard(&self) -> Guard {
        Guard::new(self.versions && !self.alone)
    }

    /// Somebody was quicker than a batch that locks nothing.
    pub(super) fn overtaken(&self) -> DataError {
        DataError::Overtaken { table: self.table.name.clone() }
    }

    /// A key as people read it.
    pub(super) fn print_key(&self, key: &[Value]) -> String {
        super::columns::print_key(&self.step.key, key)
    }

    /// The values of a row's key.
    pub(super) fn key_of(&self, row: &[Value]) -> Vec<Value> {
        row[..self.key.len()].to_vec()
    }
}
