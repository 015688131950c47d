//! The part of a backfill that needs no database: rows through the guest, compared with what stands there, hashed, and made
//! ready to be sent.

use std::sync::Arc;

use dialect::Binding;
use model::{
    Digest, ObjectId, Schema, Value,
    data_step::{BatchColumn, LoweredBackfill},
    rows::ends_run,
    schema::Table,
};
use sandbox::{Batch, Expected, Guest, GuestError, Outcome, Rows, check_output, conform};

use super::{
    DataError, columns,
    encode::{Encoded, encode_into, encoded},
    vault::{Block, Blocks},
    write::{Part, Parts},
};

/// What a thread needs to work on rows beside the connection; it owns everything.
pub struct Work {
    guest: Arc<Guest>,
    script: String,
    table: String,
    key: Vec<BatchColumn>,
    expected: Expected,
    /// An empty batch of the guest's input columns, which are the first columns of a row as read.
    empty: Batch,
    /// Where the old values of the written columns begin in a row as read.
    old: usize,
    key_types: Vec<Encoded>,
    input_types: Vec<Encoded>,
    output_types: Vec<Encoded>,
    binding: Binding,
    /// Rows of one statement at the most.
    most: usize,
    /// What the vault gets of each batch; empty here.
    vault: Blocks,
}

/// What came of some rows, in key order.
pub struct Worked {
    /// How many went in.
    pub read: u64,
    /// How many differ from what stands there.
    pub changed: u64,
    /// Fuel spent.
    pub fuel: u64,
    /// What the guest logged.
    pub log: String,
    /// Of each row: the hash of what went in, of what came out, and whether a run of the digests ends with it.
    pub hashes: Vec<(Digest, Digest, bool)>,
    /// What has to be sent.
    pub parts: Vec<Part>,
    /// What the vault keeps of it.
    pub kept: Vec<Block>,
}

/// How what is made has to be bound.
#[derive(Clone, Copy, Debug)]
pub struct Bind {
    /// By rows or by columns.
    pub binding: Binding,
    /// Rows of one statement at the most.
    pub most: usize,
}

impl Work {
    /// Work on the step's rows, each the key, the columns that the guest sees behind it, and the old values of those it writes.
    pub fn new(
        step: &LoweredBackfill,
        schema: &Schema,
        table: &Table,
        guest: Arc<Guest>,
        bind: Bind,
        vault: Blocks,
    ) -> Result<Work, DataError> {
        let is_key = |id: ObjectId| step.key.iter().any(|key| key.id == id);
        let read: Vec<_> = step.read.iter().filter(|column| !is_key(column.id)).collect();
        let mut inputs: Vec<_> = step.key.iter().map(|c| columns::batch_column(c, true)).collect();
        inputs.extend(read.iter().map(|c| columns::batch_column(c, false)));
        let mut declared = Vec::new();
        for column in &step.write {
            let now = super::column(table, column.id)?;
            declared.push(columns::declared(column, &now.ty, now.nullable, schema));
        }
        Ok(Work {
            guest,
            script: step.step.script.clone(),
            table: table.name.clone(),
            key: step.key.clone(),
            expected: Expected { rows: Rows::AsInput, columns: declared },
            old: inputs.len(),
            empty: Batch { rows: 0, columns: inputs },
            key_types: encoded(table, step.key.iter())?,
            input_types: encoded(table, step.key.iter().chain(read))?,
            output_types: encoded(table, step.key.iter().chain(&step.write))?,
            binding: bind.binding,
            most: bind.most,
            vault,
        })
    }

    /// Runs the guest over rows as read; on failure the row to blame is looked for.
    pub fn run(&self, mut rows: Vec<Vec<Value>>) -> Result<Worked, DataError> {
        let mut batch = self.empty.clone();
        for row in &rows {
            batch.push_row(&row[..self.old]).map_err(|cause| DataError::Value {
                script: self.script.clone(),
                table: self.table.clone(),
                cause,
            })?;
        }
        let outcome = self.guest.run(&batch).map_err(|cause| self.blame(&batch, &rows, cause))?;
        self.refuse_rejected(&outcome, &rows)?;
        check_output(&batch, &outcome, &self.expected)
            .map_err(|error| self.failure(&rows, error.row, GuestError::from(error)))?;
        drop(batch);
        let output = conform(outcome.batch, &self.expected);
        self.compare(&mut rows, &output, outcome.fuel, outcome.log)
    }

    /// Hashes all rows and takes out what differs from what stands there.
    fn compare(
        &self,
        rows: &mut [Vec<Value>],
        output: &Batch,
        fuel: u64,
        log: String,
    ) -> Result<Worked, DataError> {
        let keys = self.key.len();
        let mut hashes = Vec::with_capacity(rows.len());
        let mut parts = Parts::new(self.binding, keys + self.expected.columns.len(), self.most);
        let (mut changed, mut bytes, mut vault) = (0, Vec::new(), self.vault.clone());
        for (i, row) in rows.iter_mut().enumerate() {
            encode_into(&mut bytes, &self.key_types, |place| row.get(place))?;
            let ends = ends_run(&bytes);
            encode_into(&mut bytes, &self.input_types, |place| row.get(place))?;
            let input = Digest::of(&bytes);
            let new: Vec<Value> = output.columns.iter().map(|column| column.value(i)).collect();
            let written = |place: usize| if place < keys { row.get(place) } else { new.get(place - keys) };
            encode_into(&mut bytes, &self.output_types, written)?;
            hashes.push((input, Digest::of(&bytes), ends));
            if row[self.old..] != new[..] {
                changed += 1;
                vault.push(&row[..keys], &row[self.old..], &new);
                parts.push(row.drain(..keys).chain(new));
            }
        }
        Ok(Worked {
            read: rows.len() as u64,
            changed,
            fuel,
            log,
            hashes,
            parts: parts.end(),
            kept: vault.end(),
        })
    }

    fn blame(&self, batch: &Batch, rows: &[Vec<Value>], cause: GuestError) -> DataError {
        match self.guest.blame(batch) {
            Some((row, cause)) => self.failure(rows, Some(row), cause),
            None => self.failure(rows, None, cause),
        }
    }

    fn failure(&self, rows: &[Vec<Value>], row: Option<u32>, cause: GuestError) -> DataError {
        let key = row.and_then(|row| rows.get(row as usize)).map(|row| self.print_key(row));
        DataError::Guest {
            script: self.script.clone(),
            table: self.table.clone(),
            key,
            cause: Box::new(cause),
        }
    }

    fn refuse_rejected(&self, outcome: &Outcome, rows: &[Vec<Value>]) -> Result<(), DataError> {
        let Some((row, message)) = outcome.rejects.first() else { return Ok(()) };
        let key = rows.get(*row as usize).map(|row| self.print_key(row)).unwrap_or_default();
        Err(DataError::Rejected {
            script: self.script.clone(),
            table: self.table.clone(),
            key,
            message: crate::driver::printable(message),
        })
    }

    fn print_key(&self, row: &[Value]) -> String {
        columns::print_key(&self.key, &row[..self.key.len()])
    }
}
