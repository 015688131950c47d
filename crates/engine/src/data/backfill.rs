//! Backfills: a table's rows in key order, batch by batch, through the guest and back.

use std::sync::{Arc, atomic::Ordering};

use dialect::{
    BatchShape,
    batch::{ReadShape, count_rows, read_batch, read_last_key},
    plan::{PlannedEntry, PlannedStep},
};
use model::{ObjectId, Schema, Value, data_step::LoweredBackfill, rows::RowDigest, schema::Table};
use sandbox::{Batch, Expected, Guest, GuestError, Outcome, Rows, check_output, conform};

use super::{
    DataError, columns,
    encode::{Encoded, encode, encoded},
    refused,
    state::{Progress, Slot},
    table,
    write::{Verb, all_matched, write},
};
use crate::{
    apply::Run,
    driver::CellType,
    event::Event,
    guests::{Wanted, params_digest},
    journal::Receipt,
};

/// What stays the same through a backfill.
struct Job<'a> {
    step: &'a LoweredBackfill,
    schema: &'a Schema,
    table: &'a Table,
    key: Vec<ObjectId>,
    /// Columns read behind the key: those the guest sees, then those it writes, for telling what it changed.
    seen: Vec<ObjectId>,
    write: Vec<ObjectId>,
    types: Vec<CellType>,
    guest: Arc<Guest>,
    expected: Expected,
    /// An empty batch of the guest's input columns.
    empty: Batch,
    /// For each input column, its place in a row as read.
    places: Vec<usize>,
    key_types: Vec<Encoded>,
    input_types: Vec<Encoded>,
    output_types: Vec<Encoded>,
}

impl<'a> Job<'a> {
    fn new(step: &'a LoweredBackfill, schema: &'a Schema, guest: Arc<Guest>) -> Result<Job<'a>, DataError> {
        let table = table(schema, step.table)?;
        let key: Vec<_> = step.key.iter().map(|c| c.id).collect();
        let write: Vec<_> = step.write.iter().map(|c| c.id).collect();
        let mut seen: Vec<_> = step.read.iter().map(|c| c.id).filter(|id| !key.contains(id)).collect();
        let read_only: Vec<_> = step.read.iter().filter(|c| !key.contains(&c.id)).collect();
        let mut inputs: Vec<_> = step.key.iter().map(|c| columns::batch_column(c, true)).collect();
        inputs.extend(read_only.iter().map(|c| columns::batch_column(c, false)));
        seen.extend(&write);
        let mut types = Vec::new();
        for id in key.iter().chain(&seen) {
            types.push(CellType::from(&column(table, *id)?.ty));
        }
        let mut declared = Vec::new();
        for batch_column in &step.write {
            let now = column(table, batch_column.id)?;
            declared.push(columns::declared(batch_column, &now.ty, now.nullable, schema));
        }
        let expected = Expected { rows: Rows::AsInput, columns: declared };
        let key_types = encoded(table, step.key.iter())?;
        let input_types = encoded(table, step.key.iter().chain(read_only.iter().copied()))?;
        let output_types = encoded(table, step.key.iter().chain(&step.write))?;
        let empty = Batch { rows: 0, columns: inputs };
        let places: Vec<_> = (0..empty.columns.len()).collect();
        Ok(Job {
            step,
            schema,
            table,
            key,
            seen,
            write,
            types,
            guest,
            expected,
            empty,
            places,
            key_types,
            input_types,
            output_types,
        })
    }

    fn script(&self) -> String {
        self.step.step.script.clone()
    }

    /// Runs the guest over rows as read; on failure the row to blame is looked for.
    fn run(&self, rows: &[Vec<Value>]) -> Result<(Batch, u64, String), DataError> {
        let mut batch = self.empty.clone();
        for row in rows {
            let input: Vec<_> = self.places.iter().map(|place| row[*place].clone()).collect();
            batch.push_row(&input).map_err(|cause| DataError::Value {
                script: self.script(),
                table: self.table.name.clone(),
                cause,
            })?;
        }
        let outcome = self.guest.run(&batch).map_err(|cause| self.blame(&batch, rows, cause))?;
        self.refuse_rejected(&outcome, rows)?;
        check_output(&batch, &outcome, &self.expected)
            .map_err(|error| self.failure(rows, error.row, GuestError::from(error)))?;
        Ok((conform(outcome.batch, &self.expected), outcome.fuel, outcome.log))
    }

    fn blame(&self, batch: &Batch, rows: &[Vec<Value>], cause: GuestError) -> DataError {
        match self.guest.blame(batch) {
            Some((row, cause)) => self.failure(rows, Some(row), cause),
            None => self.failure(rows, None, cause),
        }
    }

    fn failure(&self, rows: &[Vec<Value>], row: Option<u32>, cause: GuestError) -> DataError {
        let key = row.and_then(|row| rows.get(row as usize)).map(|row| self.print_key(row));
        DataError::Guest { script: self.script(), table: self.table.name.clone(), key, cause }
    }

    fn refuse_rejected(&self, outcome: &Outcome, rows: &[Vec<Value>]) -> Result<(), DataError> {
        let Some((row, message)) = outcome.rejects.first() else { return Ok(()) };
        let key = rows.get(*row as usize).map(|row| self.print_key(row)).unwrap_or_default();
        Err(DataError::Rejected {
            script: self.script(),
            table: self.table.name.clone(),
            key,
            message: crate::driver::printable(message),
        })
    }

    fn print_key(&self, row: &[Value]) -> String {
        columns::print_key(&self.step.key, &row[..self.key.len()])
    }
}

fn column(table: &Table, id: ObjectId) -> Result<&model::Column, DataError> {
    table.column(id).ok_or_else(|| dialect::RenderError::Missing(format!("a column of {}", table.name)).into())
}

impl Run<'_> {
    pub(super) async fn backfill(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        backfill: &LoweredBackfill,
        slot: Slot,
    ) -> Result<(), DataError> {
        let wanted = Wanted {
            script: &backfill.step.script,
            module: backfill.step.module.as_ref(),
            params: &backfill.step.params,
            assets: &backfill.step.assets,
            limits: backfill.step.limits,
        };
        let job = Job::new(backfill, schema, self.guests.load(wanted)?)?;
        let (mut progress, resumed) = match slot.read(&mut self.target.conn, &self.target.journal).await? {
            Some(progress) => (progress, true),
            None => (self.start_backfill(&job, slot).await?, false),
        };
        loop {
            self.tell_rows(entry, step, &progress, resumed);
            if self.interrupt.load(Ordering::Relaxed) {
                return Err(DataError::Interrupted { done: progress.read });
            }
            self.lease.renew(&mut self.target.conn, &self.target.journal).await?;
            self.target.conn.begin().await?;
            if progress.upto.is_none() || !self.batch(&job, slot, &mut progress).await? {
                break;
            }
            self.target.conn.commit().await?;
        }
        let receipt = receipt(&job, &progress);
        self.finish(entry, step, slot, receipt).await
    }

    /// Fixes where the step ends, before the first batch.
    async fn start_backfill(&mut self, job: &Job<'_>, slot: Slot) -> Result<Progress, DataError> {
        let dialect = self.target.dialect;
        let conn = &mut self.target.conn;
        conn.begin().await?;
        let sql = read_last_key(dialect, job.table, &job.key, &job.step.rows)?;
        let key_types = &job.types[..job.key.len()];
        let upto = conn.read_rows(&sql, &[], key_types).await?.into_iter().next();
        let counted = conn.query(&count_rows(dialect, job.table, &job.step.rows)?, &[]).await?;
        let total = match counted.first().and_then(|row| row.first()) {
            Some(Value::Int(n)) => u64::try_from(*n).unwrap_or(0),
            _ => 0,
        };
        let progress = Progress {
            upto,
            watermark: None,
            total,
            read: 0,
            changed: 0,
            fuel: 0,
            input: RowDigest::new(),
            output: RowDigest::new(),
        };
        slot.start(conn, &self.target.journal, &self.lease, &progress).await?;
        conn.commit().await?;
        Ok(progress)
    }

    /// One batch inside the running transaction; false when there is none left.
    async fn batch(&mut self, job: &Job<'_>, slot: Slot, progress: &mut Progress) -> Result<bool, DataError> {
        let dialect = self.target.dialect;
        let conn = &mut self.target.conn;
        let read = read_batch(
            dialect,
            ReadShape {
                schema: job.schema,
                table: job.table,
                key: &job.key,
                columns: &job.seen,
                rows: &job.step.rows,
                after: progress.watermark.is_some(),
                upto: true,
                limit: self.batch_rows,
            },
        )?;
        let after = progress.watermark.iter().flat_map(|key| bound_params(key, job.key.len()));
        let upto = progress.upto.iter().flat_map(|key| bound_params(key, job.key.len()));
        let params: Vec<_> = after.chain(upto).collect();
        let rows = conn.read_rows(&read.sql, &params, &job.types).await?;
        let Some(last) = rows.last() else { return Ok(false) };
        progress.watermark = Some(last[..job.key.len()].to_vec());
        let (output, fuel, log) = tokio::task::block_in_place(|| job.run(&rows))?;
        let shape = BatchShape { table: job.table, schema: job.schema, key: &job.key, columns: &job.write };
        let (sent, digests) = changes(job, &rows, &output);
        let matched = write(conn, dialect, &shape, Verb::Update, &sent)
            .await
            .map_err(|cause| refused(&job.step.step.script, &job.table.name, cause))?;
        all_matched(&job.table.name, sent.len(), matched)?;
        progress.read += rows.len() as u64;
        progress.changed += sent.len() as u64;
        progress.fuel += fuel;
        tokio::task::block_in_place(|| digests.push(&rows, job, progress))?;
        slot.advance(conn, &self.target.journal, &self.lease, progress).await?;
        if !log.is_empty() {
            (self.tell)(Event::GuestLog { script: job.script(), text: log });
        }
        Ok(true)
    }

    fn tell_rows(&mut self, entry: &PlannedEntry, step: &PlannedStep, progress: &Progress, resumed: bool) {
        (self.tell)(Event::Rows {
            entry: entry.entry,
            step: step.step,
            title: step.title.clone(),
            done: progress.read,
            total: Some(progress.total),
            changed: progress.changed,
            resumed,
        });
    }
}

/// The parameters of one bound of a composite key, in the order its alternatives name them: a; a, b; a, b, c.
fn bound_params(key: &[Value], width: usize) -> Vec<Value> {
    (0..width).flat_map(|last| key[..=last].iter().cloned()).collect()
}

/// The written values of each row of a batch.
struct Written(Vec<Vec<Value>>);

/// The rows that differ from what stands there, and the written values of all.
fn changes(job: &Job<'_>, rows: &[Vec<Value>], output: &Batch) -> (Vec<Vec<Value>>, Written) {
    let keys = job.key.len();
    let first_old = keys + job.seen.len() - job.write.len();
    let mut sent = Vec::new();
    let mut all = Vec::with_capacity(rows.len());
    for (i, row) in rows.iter().enumerate() {
        let new = output.row(i);
        if row[first_old..] != new[..] {
            sent.push(row[..keys].iter().chain(&new).cloned().collect());
        }
        all.push(new);
    }
    (sent, Written(all))
}

impl Written {
    fn push(&self, rows: &[Vec<Value>], job: &Job<'_>, progress: &mut Progress) -> Result<(), DataError> {
        for (row, new) in rows.iter().zip(&self.0) {
            let key = encode(&job.key_types, row)?;
            progress.input.push(&key, &encode(&job.input_types, row)?);
            let output = row[..job.key.len()].iter().chain(new);
            progress.output.push(&key, &encode(&job.output_types, output)?);
        }
        Ok(())
    }
}

fn receipt(job: &Job<'_>, progress: &Progress) -> Receipt {
    let module = job.step.step.module.as_ref();
    Receipt {
        script: job.script(),
        module: module.map(|m| m.blake3).unwrap_or_default(),
        sha256: module.map(|m| m.sha256.clone()).unwrap_or_default(),
        abi: module.map_or(0, |m| m.abi),
        params: params_digest(&job.step.step.params),
        engine: super::ENGINE.to_owned(),
        read: progress.read,
        changed: progress.changed,
        unchanged: progress.read - progress.changed,
        input: progress.input.digest(),
        output: progress.output.digest(),
        order: "bytes".to_owned(),
        fuel: progress.fuel,
    }
}
