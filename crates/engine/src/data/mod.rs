//! Carries data steps out: rows through guests, in batches whose rows, watermark and digests commit together.

mod aggregate;
pub(crate) mod allowed;
pub mod aside;
mod backfill;
mod batches;
pub mod columns;
mod derive;
pub(crate) mod derived;
pub(crate) mod encode;
mod ends;
mod error;
pub(crate) mod filling;
mod guard;
mod heed;
mod job;
pub(crate) mod kept;
pub(crate) mod lookups;
mod now;
pub mod open;
mod pace;
mod pipeline;
pub mod populate;
mod reading;
mod refuse;
pub mod reject;
pub mod retry;
pub(crate) mod shared;
mod sink;
mod size;
mod state;
pub(crate) mod thread;
mod transfer;
mod unmade;
pub mod vault;
mod versions;
pub(crate) mod work;
mod write;

use dialect::{
    batch::count_beyond,
    plan::{Direction, PlannedEntry, PlannedStep, Work},
};
use model::{Lowered, ObjectId, Schema, Value, schema::Table};

pub(crate) use aggregate::MOST_ROWS;
pub use allowed::Allowed;
pub(crate) use derived::groups;
pub(crate) use encode::compare;
pub use error::DataError;
pub use pace::Pacing;
pub(crate) use shared::Helped;
pub use shared::RangeRow;
pub(crate) use shared::all_ranges;
pub use state::Watermark;

use self::state::{Progress, Stored as _};
use crate::{
    apply::{ApplyError, Run},
    control::can_tell,
    driver::DriverError,
    event::Event,
    journal::{Kind, Receipt, Record, Restored},
};

/// The engine that receipts name.
pub const ENGINE: &str = "wasmtime 48";

/// The second engine, which interprets: replays may run in it.
pub const SECOND_ENGINE: &str = "wasmi 2";

impl Run<'_> {
    /// Carries one data step out, from where an earlier run left it.
    pub(crate) async fn data(
        &mut self,
        entry: &PlannedEntry,
        unit: u64,
        step: &PlannedStep,
    ) -> Result<(), ApplyError> {
        let Work::Data(schema) = &step.work else { return Ok(()) };
        let slot = state::Slot { entry: entry.entry, unit, way: entry.direction.into() };
        let result = match self.may_begin(entry, step).await {
            Ok(()) => self.in_batches(entry, step, schema, slot).await,
            Err(paused) => Err(paused),
        };
        match result {
            Ok(()) => Ok(()),
            Err(cause) => {
                if self.target.conn.in_transaction() {
                    let _ = self.target.conn.rollback().await;
                }
                if !cause.is_a_stop() {
                    // The failure itself is what is reported; without the record the target stays in the middle of the entry.
                    let _ = self.note_untouched(entry, step, slot, cause.to_string()).await;
                }
                Err(ApplyError::Data { entry: entry.entry, step: step.step, cause: Box::new(cause) })
            }
        }
    }

    /// Looks before a step begins whether it may.
    async fn may_begin(&mut self, entry: &PlannedEntry, step: &PlannedStep) -> Result<(), DataError> {
        let at = step.at(entry.entry);
        can_tell(self.pacing.throttle, self.target.dialect).map_err(DataError::NoSignal)?;
        self.begin_unless_paused(at, 0).await?;
        self.target.conn.rollback().await?;
        match self.is_long(step).await? {
            true => Err(DataError::Long { at, title: step.title.clone() }),
            false => Ok(()),
        }
    }

    /// Whether the run isn't to begin the step, since it is a long one.
    async fn is_long(&mut self, step: &PlannedStep) -> Result<bool, DataError> {
        let (Some(most), Work::Data(schema)) = (self.pacing.before_data, &step.work) else {
            return Ok(false);
        };
        let (table_id, rows) = if let Lowered::Backfill(backfill) = &step.lowered {
            if backfill.step.background {
                return Ok(true);
            }
            (backfill.table, &backfill.rows)
        } else if let Lowered::Derive(derive) = &step.lowered {
            (derive.table, &derive.rows)
        } else {
            return Ok(false);
        };
        let table = table(schema, table_id)?;
        let sql = count_beyond(self.target.dialect, table, rows, most)?;
        let rows = self.target.conn.query(&sql, &[]).await?;
        Ok(rows.first().and_then(|row| row.first()) == Some(&Value::Int(most as i64 + 1)))
    }

    async fn in_batches(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        slot: state::Slot,
    ) -> Result<(), DataError> {
        self.target.conn.begin_batches().await?;
        let result = self.shape(entry, step, schema, slot).await;
        let ended = self.target.conn.end_batches().await;
        result.and(ended.map_err(DataError::from))
    }

    async fn shape(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        slot: state::Slot,
    ) -> Result<(), DataError> {
        match &step.lowered {
            Lowered::Backfill(backfill) => self.backfill(entry, step, schema, backfill, slot).await,
            Lowered::Populate(populate) => self.populate(entry, step, schema, populate, slot).await,
            Lowered::UndoPopulate(populate) => self.unpopulate(entry, step, schema, populate, slot).await,
            Lowered::UndoBackfill(backfill) => self.put_back(entry, step, schema, backfill, slot).await,
            Lowered::Derive(derive) => self.derive(entry, step, schema, derive, slot).await,
            Lowered::UndoDerive(derive) => self.underive(entry, step, schema, derive, slot).await,
            // Steps of the schema, which are statements.
            Lowered::CreateTable(_)
            | Lowered::DropTable { .. }
            | Lowered::RenameTable { .. }
            | Lowered::AddColumn { .. }
            | Lowered::DropColumn { .. }
            | Lowered::RenameColumn { .. }
            | Lowered::ChangeType { .. }
            | Lowered::SetNullable { .. }
            | Lowered::SetDefault { .. }
            | Lowered::AddConstraint { .. }
            | Lowered::DropConstraint { .. }
            | Lowered::RenameConstraint { .. }
            | Lowered::CreateIndex { .. }
            | Lowered::DropIndex { .. }
            | Lowered::RenameIndex { .. }
            | Lowered::CreateEnum(_)
            | Lowered::DropEnum { .. }
            | Lowered::AddEnumValue { .. }
            | Lowered::DropEnumValue { .. }
            | Lowered::RenameEnumValue { .. }
            | Lowered::PlaceEnumValues { .. }
            | Lowered::CreateExtension(_)
            | Lowered::DropExtension { .. }
            | Lowered::CreateView(_)
            | Lowered::ReplaceView { .. }
            | Lowered::DropView { .. }
            | Lowered::SetComment { .. }
            | Lowered::Sql { .. } => Ok(()),
        }
    }

    /// Journals that a step failed before any batch of it was kept, so that another entry may take its place.
    async fn note_untouched(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        slot: state::Slot,
        why: String,
    ) -> Result<(), DataError> {
        if self.target.conn.is_broken() {
            return Ok(());
        }
        let (conn, journal) = (&mut self.target.conn, &self.target.journal);
        let untouched = match &step.lowered {
            Lowered::UndoBackfill(_) => slot.read::<Restored>(conn, journal).await?.map(|r| r.is_untouched()),
            _ => slot.read::<Progress>(conn, journal).await?.map(|p| p.is_untouched()),
        };
        if untouched != Some(true) {
            return Ok(());
        }
        self.target.conn.begin().await?;
        if matches!(step.lowered, Lowered::Backfill(_))
            && let Some(vault) =
                vault::Vault::find(&mut self.target.conn, self.target.dialect, step.at(entry.entry)).await?
            && vault.rows(&mut self.target.conn).await? == 0
        {
            vault.end(&mut self.target.conn).await?;
        }
        let (conn, journal) = (&mut self.target.conn, &self.target.journal);
        if !shared::end_untouched(conn, journal, slot).await? {
            return Ok(conn.rollback().await?);
        }
        slot.end(&mut self.target.conn, &self.target.journal).await?;
        let mut record = self.record(Kind::Failed, entry);
        record.step = Some(step.step);
        record.unit = Some(slot.unit);
        record.note = Some(why);
        let result = self.journal_and_commit(record).await;
        if result.is_err() && self.target.conn.in_transaction() {
            let _ = self.target.conn.rollback().await;
        }
        result
    }

    /// Appends a record in the running transaction and commits; when that fails, the record was never there.
    async fn journal_and_commit(&mut self, record: Record) -> Result<(), DataError> {
        let before = self.target.journal.position.clone();
        let appended = self.target.journal.append(&mut self.target.conn, vec![record]).await;
        let result = match appended {
            Ok(()) => self.target.conn.commit().await.map_err(DataError::from),
            Err(error) => Err(error.into()),
        };
        if result.is_err() {
            self.target.journal.position = before;
        }
        result
    }

    /// Journals a step's receipt and removes its progress, in the running transaction, and commits.
    async fn finish(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        slot: state::Slot,
        (receipt, restored): (Receipt, Option<Restored>),
    ) -> Result<(), DataError> {
        slot.end(&mut self.target.conn, &self.target.journal).await?;
        if entry.direction == Direction::Down {
            // Another data step of the entry may have begun on the way up: done again, it begins anew.
            let sql = self.target.journal.sql();
            for sql in [&sql.forget_progress, &sql.ranges.forget] {
                self.target.conn.execute(sql, &[Value::Text(entry.entry.to_string())]).await?;
            }
        }
        let mut record = self.record(Kind::Receipt, entry);
        record.step = Some(step.step);
        record.unit = Some(slot.unit + 1);
        record.receipt = Some(receipt.clone());
        record.restored = restored;
        record.of = step.origin.map(|origin| origin.at);
        self.journal_and_commit(record).await?;
        let (title, receipt) = (step.title.clone(), Box::new(receipt));
        (self.tell)(Event::DataDone { entry: entry.entry, step: step.step, title, receipt });
        Ok(())
    }
}

pub(crate) fn table(schema: &Schema, id: ObjectId) -> Result<&Table, DataError> {
    schema.table(id).ok_or_else(|| dialect::RenderError::Missing("the data step's table".to_owned()).into())
}

fn column(table: &Table, id: ObjectId) -> Result<&model::Column, DataError> {
    table
        .column(id)
        .ok_or_else(|| dialect::RenderError::Missing(format!("a column of {}", table.name)).into())
}

/// An error while writing what a guest made: a refusal is the guest's, anything else the database's.
fn refused(script: &str, table: &str, cause: DriverError) -> DataError {
    if cause.is_refusal() {
        DataError::Refused { script: script.to_owned(), table: table.to_owned(), cause: Box::new(cause) }
    } else {
        cause.into()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn engines_are_named_by_the_versions_that_are_built_in() {
        let lock = include_str!("../../../../Cargo.lock");
        for engine in [super::ENGINE, super::SECOND_ENGINE] {
            let (name, version) = engine.split_once(' ').expect("a name and a version");
            assert!(lock.contains(&format!("name = \"{name}\"\nversion = \"{version}.")), "{engine}");
        }
    }
}
