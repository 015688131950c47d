//! The way back of a backfill: what the vault kept goes back where the cell still holds what was written; the rest is counted.
//!
//! Block by block, what was put in last first. A batch's rows, the blocks it empties and its counts commit together, so that a run that
//! is cut off goes on with the blocks that are left.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use dialect::{
    BatchShape, Versions,
    batch::read_by_keys,
    plan::{PlannedEntry, PlannedStep},
};
use model::{
    ObjectId, Schema, Type, Value,
    canonical::to_canonical,
    data_step::{BatchColumn, LoweredBackfill},
    encode_value,
    schema::Table,
};

use super::{
    super::{
        DataError, column,
        state::{Slot, Stored},
        table,
        write::{Verb, all_matched, write},
    },
    About, KeptColumn, KeptRow, Vault,
    wrote::{Wrote, misfit},
};
use crate::{
    apply::Run,
    driver::{CellType, DriverError},
    event::{Beat, Event, Motion},
    journal::{Kind, Restored},
};

/// Rows that go back in one batch, as blocks of them fit.
const BATCH: usize = 5_000;

/// Rows that are looked up in one statement: by one column, and by several.
const LOOKUP: [usize; 2] = [500, 100];

impl Stored for Restored {
    fn to_bytes(&self) -> Result<Vec<u8>, String> {
        to_canonical(self).map(String::into_bytes).map_err(|e| e.to_string())
    }

    fn from_bytes(bytes: &[u8]) -> Result<Restored, String> {
        let text = std::str::from_utf8(bytes).map_err(|e| e.to_string())?;
        ledger::source::options().from_str(text).map_err(|e| e.to_string())
    }

    fn is_untouched(&self) -> bool {
        self.done() == 0
    }
}

/// How kept cells go back into a table as it is now.
pub(super) struct WayBack<'a> {
    pub(super) schema: &'a Schema,
    pub(super) table: &'a Table,
    pub(super) key: Vec<ObjectId>,
    /// The key's columns as people know them.
    pub(super) named: Vec<BatchColumn>,
    key_types: Vec<Type<ObjectId>>,
    pub(super) columns: Vec<Back<'a>>,
    pub(super) types: Vec<CellType>,
    /// Whether the rows were just made, so that nobody can have changed them.
    made: bool,
}

/// One column of it.
pub(super) struct Back<'a> {
    pub(super) id: ObjectId,
    ty: &'a Type<ObjectId>,
    kept: &'a KeptColumn,
}

impl<'a> WayBack<'a> {
    pub(super) fn new(
        about: &'a About,
        wrote: &Wrote<'_>,
        schema: &'a Schema,
    ) -> Result<WayBack<'a>, DataError> {
        let table = table(schema, wrote.table)?;
        if let Some((kept, now)) = misfit(about, wrote, table) {
            return Err(DataError::Vault(format!(
                "`{}` was kept by another type than `{}` has",
                kept.name, now.name
            )));
        }
        let key: Vec<_> = wrote.key.iter().map(|c| c.id).collect();
        let mut key_types = Vec::new();
        for id in &key {
            key_types.push(column(table, *id)?.ty.clone());
        }
        let mut columns = Vec::new();
        for kept in &about.columns {
            let id = wrote.columns.get(kept.name.as_str());
            let id = *id.ok_or_else(|| DataError::Vault(format!("`{}` isn't written", kept.name)))?;
            columns.push(Back { id, ty: &column(table, id)?.ty, kept });
        }
        let types = key_types.iter().chain(columns.iter().map(|c| c.ty)).map(CellType::from).collect();
        let named = wrote.key.to_vec();
        Ok(WayBack { schema, table, key, named, key_types, columns, types, made: about.made })
    }

    /// How many rows to look up in one statement.
    pub(super) fn at_once(&self) -> usize {
        LOOKUP[usize::from(self.key.len() > 1)]
    }

    /// Rows as read, by their keys.
    pub(super) fn by_key(&self, rows: Vec<Vec<Value>>) -> BTreeMap<Vec<u8>, Vec<Value>> {
        rows.into_iter().map(|row| (self.key_bytes(&row[..self.key.len()]), row)).collect()
    }

    /// A key as bytes that tell whether two are the same.
    pub(super) fn key_bytes(&self, key: &[Value]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (ty, value) in self.key_types.iter().zip(key) {
            // A value that can't be encoded is no key of a row.
            let _ = encode_value(ty, value, &mut bytes);
        }
        bytes
    }

    /// What goes back into which of the columns of a row that holds these cells now, and whether a cell has to be left alone.
    pub(super) fn decide(
        &self,
        cells: Vec<Option<(Value, Value)>>,
        now: &[Value],
    ) -> (Vec<usize>, Vec<Value>, bool) {
        let (mut places, mut values, mut left) = (Vec::new(), Vec::new(), false);
        for (place, (cell, (back, now))) in cells.into_iter().zip(self.columns.iter().zip(now)).enumerate() {
            let Some((old, new)) = cell else { continue };
            let written = back.carry(new, self.schema);
            match (written, back.carry(old, self.schema)) {
                (Some(written), Some(old)) if self.made || back.same(&written, now) => {
                    places.push(place);
                    values.push(old);
                }
                _ => left = true,
            }
        }
        (places, values, left)
    }
}

impl Back<'_> {
    /// A kept value as one of the type that the column has now; nothing where the enum has no such value any more.
    fn carry(&self, value: Value, schema: &Schema) -> Option<Value> {
        match (value, self.ty) {
            (Value::Real(x), Type::Double) => Some(Value::Double(f64::from(x))),
            (Value::Text(text), Type::Enum(of)) => {
                let id = self.kept.values.iter().find(|value| value.name == text)?.id;
                let values = &schema.enum_(*of)?.values;
                values
                    .iter()
                    .find(|value| value.id == ObjectId::from(id))
                    .map(|value| Value::Text(value.name.clone()))
            }
            (Value::Array(items), Type::Array(of)) => {
                let inner = Back { id: self.id, ty: of, kept: self.kept };
                let items = items.into_iter().map(|item| inner.carry(item, schema));
                items.collect::<Option<_>>().map(Value::Array)
            }
            (value, _) => Some(value),
        }
    }

    /// Whether two values are the same in this column, as digests see it.
    pub(super) fn same(&self, a: &Value, b: &Value) -> bool {
        // Not every database keeps the sign of a zero.
        match (a, b) {
            (Value::Double(a), Value::Double(b)) if *a == 0.0 && *b == 0.0 => return true,
            (Value::Real(a), Value::Real(b)) if *a == 0.0 && *b == 0.0 => return true,
            _ => {}
        }
        let bytes = |value| {
            let mut bytes = Vec::new();
            encode_value(self.ty, value, &mut bytes).ok().map(|()| bytes)
        };
        matches!((bytes(a), bytes(b)), (Some(a), Some(b)) if a == b)
    }
}

/// An error while rows were put back: a refusal is about what was kept, anything else the database's.
pub(super) fn not_back(back: &WayBack<'_>, cause: DriverError) -> DataError {
    match cause.is_refusal() {
        true => DataError::PutBack { table: back.table.name.clone(), key: None, cause: Box::new(cause) },
        false => cause.into(),
    }
}

impl Run<'_> {
    /// Undoes a backfill batch by batch.
    pub(in crate::data) async fn put_back(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        backfill: &LoweredBackfill,
        slot: Slot,
    ) -> Result<(), DataError> {
        let vault = Vault::find(&mut self.target.conn, self.target.dialect, step.at(entry.entry)).await?;
        let (mut restored, resumed) = match slot.read(&mut self.target.conn, &self.target.journal).await? {
            Some(restored) => (restored, true),
            None => (self.start_back(entry, step, vault.as_ref(), slot).await?, false),
        };
        let about = vault.as_ref().map(|vault| vault.about.clone());
        let wrote = Wrote::from(backfill);
        let back = about.as_ref().map(|about| WayBack::new(about, &wrote, schema)).transpose()?;
        loop {
            self.tell_back(entry, step, &restored, resumed);
            if self.interrupt.load(Ordering::Relaxed) {
                return Err(DataError::Interrupted { done: restored.done() });
            }
            self.lease.renew(&mut self.target.conn, &self.target.journal).await?;
            self.begin_unless_paused(step.at(entry.entry), restored.done()).await?;
            let more = match (&vault, &back) {
                (Some(vault), Some(back)) => match self.batch_back(vault, back, &mut restored).await {
                    Err(refusal @ DataError::PutBack { .. }) => {
                        return Err(self.blame_row(vault, back, refusal).await?);
                    }
                    more => more?,
                },
                _ => false,
            };
            if !more {
                break;
            }
            slot.advance(&mut self.target.conn, &self.target.journal, &self.lease, &restored).await?;
            self.target.conn.commit().await?;
        }
        if let Some(vault) = vault {
            vault.end(&mut self.target.conn).await?;
        }
        slot.end(&mut self.target.conn, &self.target.journal).await?;
        let mut record = self.record(Kind::Receipt, entry);
        record.step = Some(step.step);
        record.unit = Some(slot.unit + 1);
        record.of = step.origin.map(|origin| origin.at);
        record.restored = Some(restored);
        self.journal_and_commit(record).await?;
        self.tell_restored(entry, step, restored);
        Ok(())
    }

    /// Undoes a backfill within the running transaction, for an entry that is left as a whole.
    pub(crate) async fn put_all_back(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        backfill: &LoweredBackfill,
    ) -> Result<(), DataError> {
        let found = Vault::find(&mut self.target.conn, self.target.dialect, step.at(entry.entry)).await?;
        let Some(vault) = found else { return Ok(()) };
        let about = vault.about.clone();
        let back = WayBack::new(&about, &backfill.into(), schema)?;
        let mut restored = Restored { kept: vault.rows(&mut self.target.conn).await?, ..Restored::default() };
        while self.batch_back(&vault, &back, &mut restored).await? {}
        vault.end(&mut self.target.conn).await?;
        self.tell_restored(entry, step, restored);
        self.left.get_or_insert_default().add(restored);
        Ok(())
    }

    /// Journals that the way back has begun: from here on the target is in the middle of it, whatever happens to this run.
    async fn start_back(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        vault: Option<&Vault>,
        slot: Slot,
    ) -> Result<Restored, DataError> {
        self.target.conn.begin().await?;
        let kept = match vault {
            Some(vault) => vault.rows(&mut self.target.conn).await?,
            None => 0,
        };
        let restored = Restored { kept, ..Restored::default() };
        slot.start(&mut self.target.conn, &self.target.journal, &self.lease, &restored).await?;
        let mut begun = self.record(Kind::Intent, entry);
        begun.step = Some(step.step);
        begun.unit = Some(slot.unit);
        self.journal_and_commit(begun).await?;
        Ok(restored)
    }

    /// About how many rows a batch puts back.
    pub(super) fn batch_back_rows(&self) -> usize {
        self.pacing.batch_rows.unwrap_or(BATCH)
    }

    /// Puts blocks back until there are rows enough for a batch; false when there are none left.
    async fn batch_back(
        &mut self,
        vault: &Vault,
        back: &WayBack<'_>,
        restored: &mut Restored,
    ) -> Result<bool, DataError> {
        let mut rows = 0;
        while rows < self.batch_back_rows() {
            let Some((block, kept)) = vault.last(&mut self.target.conn).await? else { break };
            rows += kept.len();
            let mut kept = kept.into_iter().peekable();
            while kept.peek().is_some() {
                let some: Vec<_> = kept.by_ref().take(back.at_once()).collect();
                self.rows_back(back, some, restored).await?;
            }
            vault.drop_block(&mut self.target.conn, block).await?;
        }
        Ok(rows > 0)
    }

    /// The rows with these keys as they stand; nothing where there is none.
    pub(super) async fn stand(
        &mut self,
        way: &WayBack<'_>,
        keys: &[&[Value]],
    ) -> Result<Vec<Option<Vec<Value>>>, DataError> {
        let columns: Vec<_> = way.columns.iter().map(|column| column.id).collect();
        let sql = read_by_keys(self.target.dialect, way.table, &way.key, &columns, keys.len(), true)?;
        let params: Vec<_> = keys.iter().flat_map(|key| key.iter().cloned()).collect();
        let mut there = way.by_key(self.target.conn.read_rows(&sql, &params, &way.types).await?);
        Ok(keys.iter().map(|key| there.remove(&way.key_bytes(key))).collect())
    }

    pub(super) async fn rows_back(
        &mut self,
        back: &WayBack<'_>,
        rows: Vec<KeptRow>,
        restored: &mut Restored,
    ) -> Result<(), DataError> {
        let columns: Vec<_> = back.columns.iter().map(|column| column.id).collect();
        let keys: Vec<_> = rows.iter().map(|row| row.key.as_slice()).collect();
        let there = self.stand(back, &keys).await?;
        let width = back.key.len();
        // Rows whose same columns go back are sent together: what somebody changed is not written, not even as it is.
        let mut groups: BTreeMap<Vec<usize>, Vec<Vec<Value>>> = BTreeMap::new();
        for (row, now) in rows.into_iter().zip(there) {
            let Some(now) = now else {
                restored.gone += 1;
                continue;
            };
            let (places, values, left) = back.decide(row.cells, &now[width..]);
            restored.changed += u64::from(left);
            restored.restored += u64::from(!left);
            if !places.is_empty() {
                let row = now.into_iter().take(width).chain(values).collect();
                groups.entry(places).or_default().push(row);
            }
        }
        for (places, rows) in groups {
            let columns: Vec<_> = places.iter().map(|place| columns[*place]).collect();
            let shape = BatchShape {
                table: back.table,
                schema: back.schema,
                key: &back.key,
                columns: &columns,
                versions: Versions::Unheeded,
            };
            let sent = rows.len() as u64;
            let matched = write(&mut self.target.conn, self.target.dialect, &shape, Verb::Update, rows).await;
            let matched = matched.map_err(|cause| not_back(back, cause))?;
            all_matched(&back.table.name, sent, matched)?;
        }
        Ok(())
    }

    fn tell_back(&mut self, entry: &PlannedEntry, step: &PlannedStep, restored: &Restored, resumed: bool) {
        (self.tell)(Event::Rows {
            entry: entry.entry,
            step: step.step,
            title: step.title.clone(),
            done: restored.done(),
            total: Some(restored.kept),
            changed: restored.restored,
            resumed,
            beat: Beat { motion: Motion::Running, rows: 0, millis: 0, shared: None },
        });
    }

    pub(super) fn tell_restored(&mut self, entry: &PlannedEntry, step: &PlannedStep, restored: Restored) {
        let title = step.title.clone();
        (self.tell)(Event::Restored { entry: entry.entry, step: step.step, title, restored });
    }
}
