//! The part of a backfill that needs no database: rows through the guest, compared with what stands there, hashed, and made
//! ready to be sent.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use dialect::{Binding, Versions};
use model::{
    Digest, ObjectId, Schema, Type, Value,
    data_step::{BatchColumn, LoweredBackfill},
    rows::ends_run,
    schema::Table,
};
use sandbox::{Batch, Expected, Guest, GuestError, Outcome, Rows, check_output, conform};

use super::{
    DataError,
    allowed::Leaves,
    columns,
    encode::{Encoded, encode_into, encoded},
    reject::{Aside, Class, Stopped},
    sink::{Sent, Sink},
    vault::{Block, Blocks},
    versions::Read,
    write::Part,
};
use crate::driver::printable;

/// What a thread needs to work on rows beside the connection; it owns everything.
#[derive(Clone)]
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
    /// Which refused rows may be set aside.
    leaves: Leaves,
    /// What a failing row was given, in words: names and types of the columns behind the key.
    given: Vec<(String, String)>,
    /// The table and the columns written, in words.
    of: String,
    /// Rows that the database refuses.
    refused: Refused,
    /// Hashes of what goes in of rows that are left as they are, whatever is made of them.
    left: Arc<BTreeSet<Digest>>,
}

/// Rows that the database refused, by the bytes of their keys, with why.
pub type Refused = BTreeMap<Vec<u8>, (Class, String)>;

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
    /// How rows are known that were changed since they were read.
    pub versions: Versions,
    /// What has to be sent.
    pub parts: Vec<Part>,
    /// The keys of the rows that stay as they are, where rows were read with their versions.
    pub same: Vec<Part>,
    /// What the vault keeps of it.
    pub kept: Vec<Block>,
    /// Rows that are left as they are.
    pub aside: Vec<Aside>,
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
        (vault, leaves): (Blocks, Leaves),
    ) -> Result<Work, DataError> {
        let is_key = |id: ObjectId| step.key.iter().any(|key| key.id == id);
        let read: Vec<_> = step.read.iter().filter(|column| !is_key(column.id)).collect();
        let mut inputs: Vec<_> = step.key.iter().map(|c| columns::batch_column(c, true)).collect();
        inputs.extend(read.iter().map(|c| columns::batch_column(c, false)));
        let names: Vec<_> = step.write.iter().map(|column| column.name.as_str()).collect();
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
            leaves,
            given: step
                .read
                .iter()
                .filter(|column| !is_key(column.id))
                .map(|c| (c.name.clone(), named(&c.ty, schema)))
                .collect(),
            of: format!("{}.{}", table.name, names.join(", ")),
            refused: Refused::new(),
            left: Arc::default(),
        })
    }

    /// Runs the guest over rows as read; on failure the row to blame is looked for. Rows that the database is known to refuse are
    /// left as they are. Where rows have versions, each has its own behind its columns.
    pub fn run(&self, mut rows: Vec<Vec<Value>>, with_versions: bool) -> Result<Worked, DataError> {
        let versions = if with_versions { Read::take(&mut rows) } else { Read::default() };
        let widths = (self.key.len(), self.key.len() + self.expected.columns.len());
        let sink = Sink::Parts(Sent::new(self.binding, widths, self.most, versions));
        let (mut worked, sink) = self.work(rows, sink)?;
        if let Sink::Parts(sent) = sink {
            (worked.versions, worked.parts, worked.same) = sent.end();
        }
        Ok(worked)
    }

    /// What would be written of rows as read: each row's key, then the written columns.
    pub fn rows(&self, rows: Vec<Vec<Value>>) -> Result<Vec<Vec<Value>>, DataError> {
        match self.work(rows, Sink::Rows(Vec::new()))? {
            (_, Sink::Rows(rows)) => Ok(rows),
            (_, Sink::Parts(..)) => Ok(Vec::new()),
        }
    }

    /// The same work, with one more row that is known to be refused by the database.
    pub fn refusing(&self, key: &[Value], why: (Class, String)) -> Result<Work, DataError> {
        let mut work = self.clone();
        work.refused.insert(self.key_bytes(key)?, why);
        Ok(work)
    }

    /// The same work, which stops at no row that may be set aside.
    pub fn leaving_all(&self) -> Work {
        let mut work = self.clone();
        work.leaves.all = true;
        work
    }

    /// The same work as it was once done, when rows with these hashes of what goes in were left as they were.
    pub fn leaving(mut self, left: &BTreeSet<Digest>) -> Work {
        self.left = Arc::new(left.clone());
        self
    }

    /// A key's bytes, by which refused rows are known.
    fn key_bytes(&self, key: &[Value]) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        encode_into(&mut bytes, &self.key_types, |place| key.get(place))?;
        Ok(bytes)
    }

    fn work(&self, mut rows: Vec<Vec<Value>>, sink: Sink) -> Result<(Worked, Sink), DataError> {
        let mut batch = self.empty.clone();
        for row in &rows {
            batch.push_row(&row[..self.old]).map_err(|cause| DataError::Value {
                script: self.script.clone(),
                table: self.table.clone(),
                cause,
            })?;
        }
        let mut outcome = self.guest.run(&batch).map_err(|cause| self.blame(&batch, &rows, cause))?;
        let aside = self.refused_by(&batch, &mut outcome, &rows)?;
        drop(batch);
        let output = conform(outcome.batch, &self.expected);
        self.compare(&mut rows, &output, (outcome.fuel, outcome.log), aside, sink)
    }

    /// The rows that somebody refuses, by their place: the guest, what is declared, or the database.
    fn refused_by(
        &self,
        batch: &Batch,
        outcome: &mut Outcome,
        rows: &[Vec<Value>],
    ) -> Result<BTreeMap<u32, (Class, String)>, DataError> {
        let said = outcome.rejects.iter();
        let mut aside: BTreeMap<u32, (Class, String)> =
            said.map(|(row, why)| (*row, (Class::Rejected, printable(why)))).collect();
        if let Some((row, (class, why))) = aside.iter().find(|(row, _)| !self.leaves_row(rows, **row)) {
            return Err(self.stopped(rows, Some(*row), *class, why.clone()));
        }
        if !self.refused.is_empty() {
            for (place, row) in (0..).zip(rows) {
                if let Some(why) = self.refused.get(&self.key_bytes(&row[..self.key.len()])?) {
                    aside.entry(place).or_insert_with(|| why.clone());
                }
            }
        }
        loop {
            outcome.rejects = aside.keys().map(|row| (*row, String::new())).collect();
            let Err(error) = check_output(batch, outcome, &self.expected) else { return Ok(aside) };
            // The row's number would tell how rows were put together.
            let why = match &error.column {
                Some(column) => format!("column {column}: {}", error.reason),
                None => error.reason.clone(),
            };
            let column = error.column.clone().unwrap_or_default();
            let other = format!("column {column}: not a value that it takes");
            let (row, class) = (error.row, Class::of_guest(&GuestError::from(error)));
            match row.filter(|row| class.can_be_set_aside() && self.leaves_row(rows, *row)) {
                // What is kept on record has no values in it.
                Some(row) if class == Class::NotNull => drop(aside.insert(row, (class, printable(&why)))),
                Some(row) => drop(aside.insert(row, (class, printable(&other)))),
                None => return Err(self.stopped(rows, row, class, printable(&why))),
            }
        }
    }

    /// Hashes all rows and takes out what differs from what stands there.
    fn compare(
        &self,
        rows: &mut [Vec<Value>],
        output: &Batch,
        (fuel, log): (u64, String),
        refused: BTreeMap<u32, (Class, String)>,
        mut sink: Sink,
    ) -> Result<(Worked, Sink), DataError> {
        let keys = self.key.len();
        let mut hashes = Vec::with_capacity(rows.len());
        let mut aside = Vec::new();
        let (mut changed, mut bytes, mut vault) = (0, Vec::new(), self.vault.clone());
        for (i, row) in rows.iter_mut().enumerate() {
            encode_into(&mut bytes, &self.key_types, |place| row.get(place))?;
            let ends = ends_run(&bytes);
            encode_into(&mut bytes, &self.input_types, |place| row.get(place))?;
            let input = Digest::of(&bytes);
            let said = refused.get(&(i as u32));
            let known = (Class::Constraint, String::new());
            let said = said.or_else(|| self.left.contains(&input).then_some(&known));
            let new: Vec<Value> = match said {
                None => output.columns.iter().map(|column| column.value(i)).collect(),
                Some((class, message)) => {
                    let (key, message) = (self.print_key(row), message.clone());
                    aside.push(Aside { key, values: row[..keys].to_vec(), class: *class, message, input });
                    row[self.old..].to_vec()
                }
            };
            let written = |place: usize| if place < keys { row.get(place) } else { new.get(place - keys) };
            encode_into(&mut bytes, &self.output_types, written)?;
            hashes.push((input, Digest::of(&bytes), ends));
            if row[self.old..] != new[..] {
                changed += 1;
                vault.push(&row[..keys], &row[self.old..], &new);
                sink.push(row.drain(..keys).chain(new));
            } else {
                sink.push_same(&row[..keys]);
            }
        }
        let (read, kept) = (rows.len() as u64, vault.end());
        let (versions, parts, same) = Default::default();
        Ok((Worked { read, changed, fuel, log, hashes, versions, parts, same, kept, aside }, sink))
    }

    fn blame(&self, batch: &Batch, rows: &[Vec<Value>], cause: GuestError) -> DataError {
        let (row, cause) = match self.guest.blame(batch) {
            Some((row, cause)) => (Some(row), cause),
            None => (None, cause),
        };
        // What can't be read is a bug of the guest's, and no row's: leaving rows alone wouldn't help.
        let class = Some(Class::of_guest(&cause)).filter(|class| !class.can_be_set_aside());
        self.stopped(rows, row, class.unwrap_or(Class::Trap), printable(&cause.to_string()))
    }

    fn stopped(&self, rows: &[Vec<Value>], row: Option<u32>, class: Class, message: String) -> DataError {
        let row = row.and_then(|row| rows.get(row as usize));
        self.at(row.map(|row| self.print_key(row)), row, class, message)
    }

    /// Why the step stops, at a row as read where there is one.
    pub fn at(
        &self,
        key: Option<String>,
        row: Option<&Vec<Value>>,
        class: Class,
        message: String,
    ) -> DataError {
        let given = row.map(|row| given(&self.given, &row[self.key.len()..])).unwrap_or_default();
        let (script, of) = (self.script.clone(), self.of.clone());
        Stopped { script, of, key, class, message, given, done: 0, at_most: None }.into()
    }

    /// Why the step stops at a row that is one more than may be set aside.
    pub fn too_many(&self, row: &Aside, at_most: u64) -> DataError {
        let (script, of) = (self.script.clone(), self.of.clone());
        let (key, class, message) = (Some(row.key.clone()), row.class, row.message.clone());
        Stopped { script, of, key, class, message, given: String::new(), done: 0, at_most: Some(at_most) }
            .into()
    }

    /// Whether a row with this key may be set aside.
    pub fn leaves(&self, key: &[Value]) -> bool {
        self.leaves.takes(&self.key, key)
    }

    /// Whether somebody named the row with this key.
    pub fn names(&self, key: &[Value]) -> bool {
        self.leaves.names(&self.key, key)
    }

    fn leaves_row(&self, rows: &[Vec<Value>], row: u32) -> bool {
        rows.get(row as usize).is_some_and(|row| self.leaves(&row[..self.key.len()]))
    }

    fn print_key(&self, row: &[Value]) -> String {
        columns::print_key(&self.key, &row[..self.key.len()])
    }
}

/// A type as authors write it.
fn named(ty: &Type<ObjectId>, schema: &Schema) -> String {
    let mut name = |id: ObjectId| {
        Ok::<_, std::convert::Infallible>(schema.enum_(id).map(|e| e.name.clone()).unwrap_or_default())
    };
    match ty.clone().map_enum(&mut name) {
        Ok(ty) => ty.to_string(),
        Err(never) => match never {},
    }
}

/// Names, types and sizes of what a row holds; never its values.
fn given(columns: &[(String, String)], values: &[Value]) -> String {
    let one = |((name, ty), value): (&(String, String), &Value)| {
        let size = match value {
            Value::Null => ", NULL".to_owned(),
            Value::Text(text) | Value::Json(text) => format!(", {} bytes", text.len()),
            Value::Bytes(bytes) => format!(", {} bytes", bytes.len()),
            _ => String::new(),
        };
        format!("{name}: {ty}{size}")
    };
    printable(&columns.iter().zip(values).map(one).collect::<Vec<_>>().join("; "))
}
