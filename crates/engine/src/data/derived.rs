//! The part of a transfer or an aggregate that needs no database: rows through the guest, and what it made of each row or group,
//! hashed and made ready to be inserted.

mod given;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use model::{
    Digest, ObjectId, Schema, Value,
    data_step::{BatchColumn, Derive, LoweredDerive},
    rows::ends_run,
    schema::Table,
};
use sandbox::{
    Batch, Column, ColumnType, Expected, Guest, GuestError, Rows, check_output,
    regroup::{FROM, GROUP},
};

use given::{Given, declared, without_values};

use super::{
    DataError,
    allowed::Leaves,
    columns,
    encode::{Encoded, encode_into, encoded},
    filling::{Filling, KeySource},
    reject::{Aside, Class, Stopped},
    work::Refused,
};
use crate::driver::printable;

/// What a thread needs to work on rows beside the connection; it owns everything.
pub(crate) struct Work {
    guest: Arc<Guest>,
    script: String,
    table: String,
    /// The columns by whose order rows are gone through: the first columns of a row as read.
    order: Vec<BatchColumn>,
    is_aggregate: bool,
    /// An empty batch of the guest's input columns.
    empty: Batch,
    expected: Expected,
    order_types: Vec<Encoded>,
    input_types: Vec<Encoded>,
    /// The tables that get rows.
    pub fillings: Vec<Filling>,
    /// What the step is, for keys that are derived.
    step: Digest,
    /// Which refused rows or groups may be set aside.
    leaves: Leaves,
    /// Hashes of what goes in of those that are left aside, whatever is made of them.
    left: Arc<BTreeSet<Digest>>,
}

/// Rows, or groups, that somebody refuses, by their place.
type Turned = BTreeMap<usize, (Class, String)>;

/// What was made of each row or group, and what that took.
type All = (Vec<Vec<Given>>, u64, String);

/// Why nothing was made.
enum Failed {
    /// For rows or groups that somebody refuses, by their place among those that were tried.
    Refused(Vec<(usize, Class, String, DataError)>),
    /// For good.
    Other(DataError),
}

/// What came of some rows.
#[derive(Debug)]
pub(crate) struct Made {
    /// How many went in.
    pub read: u64,
    /// Fuel spent.
    pub fuel: u64,
    /// What the guest logged.
    pub log: String,
    /// Of each row or group: the hash of what went in, of what came out, and whether a run of the digests ends with it.
    pub hashes: Vec<(Digest, Digest, bool)>,
    /// The new rows of each table, as the insert takes them.
    pub tables: Vec<Vec<Vec<Value>>>,
    /// Rows, or groups, of which nothing is made.
    pub aside: Vec<Aside>,
}

/// How the step fills its tables.
pub(crate) fn fillings(step: &LoweredDerive, schema: &Schema) -> Result<Vec<Filling>, DataError> {
    let said = match &step.step {
        Derive::Transfer(transfer) => transfer.into.iter().collect(),
        Derive::Aggregate(aggregate) => vec![&aggregate.into],
    };
    step.into.iter().zip(said).map(|(into, said)| Filling::new(schema, into, &said.table)).collect()
}

/// The columns behind those by whose order rows are read, each once.
pub(crate) fn behind(step: &LoweredDerive) -> Vec<&BatchColumn> {
    let mut columns: Vec<&BatchColumn> = Vec::new();
    for column in step.key.iter().chain(&step.read) {
        let there = |other: &&BatchColumn| other.id == column.id;
        if !step.order().iter().any(|other| other.id == column.id) && !columns.iter().any(there) {
            columns.push(column);
        }
    }
    columns
}

impl Work {
    /// Work on the step's rows as read: the columns of their order, then those behind them.
    pub fn new(
        step: &LoweredDerive,
        schema: &Schema,
        table: &Table,
        guest: Arc<Guest>,
        (what, leaves): (Digest, Leaves),
    ) -> Result<Work, DataError> {
        let fillings = fillings(step, schema)?;
        let is_key = |id: ObjectId| step.key.iter().any(|key| key.id == id);
        let seen = || step.order().iter().chain(behind(step));
        let mut inputs = Vec::new();
        if step.is_aggregate() {
            inputs.push(Column::new(GROUP, ColumnType::Integer));
        }
        inputs.extend(seen().map(|c| columns::batch_column(c, is_key(c.id))));
        Ok(Work {
            guest,
            script: step.step.script().to_owned(),
            table: table.name.clone(),
            order: step.order().to_vec(),
            is_aggregate: step.is_aggregate(),
            empty: Batch { rows: 0, columns: inputs },
            expected: Expected { rows: Rows::Any, columns: declared(&fillings, step.is_aggregate()) },
            order_types: encoded(table, step.order().iter())?,
            input_types: encoded(table, seen())?,
            fillings,
            step: what,
            leaves,
            left: Arc::default(),
        })
    }

    /// The same work, which stops at no row or group that may be set aside.
    pub fn leaving_all(mut self) -> Work {
        self.leaves.all = true;
        self
    }

    /// The same work as it was once done, when what has these hashes of what goes in was left aside.
    pub fn leaving(mut self, left: &BTreeSet<Digest>) -> Work {
        self.left = Arc::new(left.clone());
        self
    }

    /// Runs the guest over rows as read; an aggregate's are whole groups. On failure the row or group to blame is looked for. Nothing
    /// is made of those that the database is known to refuse.
    pub fn run(&self, rows: &[Vec<Value>], refused: &Refused) -> Result<Made, DataError> {
        let units = self.units(rows);
        let mut aside = Turned::new();
        for (place, unit) in units.iter().enumerate().filter(|_| !refused.is_empty()) {
            if let Some(why) = refused.get(&self.key_bytes(&rows[unit.start])?) {
                aside.insert(place, why.clone());
            }
        }
        let (made, fuel, log) = loop {
            let tried: Vec<usize> = (0..units.len()).filter(|place| !aside.contains_key(place)).collect();
            let part: Vec<Range<usize>> = tried.iter().map(|place| units[*place].clone()).collect();
            let turned = match self.made(rows, &part) {
                Ok(made) => break made,
                Err(Failed::Other(error)) => return Err(error),
                Err(Failed::Refused(turned)) => turned,
            };
            for (place, class, why, error) in turned {
                let key = &rows[part[place].start];
                if !class.can_be_set_aside() || !self.leaves(key) {
                    return Err(error);
                }
                aside.insert(tried[place], (class, why));
            }
        };
        let mut made = made.into_iter();
        let given = (0..units.len()).map(|place| match aside.contains_key(&place) {
            true => Vec::new(),
            false => made.next().unwrap_or_default(),
        });
        self.hash(rows, &units, (given.collect(), aside), (fuel, log))
    }

    /// What the guest makes of each of some rows or groups.
    fn made(&self, rows: &[Vec<Value>], units: &[Range<usize>]) -> Result<All, Failed> {
        let batch = self.batch(rows, units).map_err(Failed::Other)?;
        let outcome = self.guest.run(&batch);
        let outcome = outcome.map_err(|cause| Failed::Other(self.blame(rows, units, cause)))?;
        if !outcome.rejects.is_empty() {
            let refused = outcome.rejects.iter().filter_map(|(row, message)| {
                let place = place_of(units, *row as usize)?;
                let why = printable(message);
                let error = DataError::Rejected {
                    script: self.script.clone(),
                    table: self.table.clone(),
                    key: self.print_key(&rows[units[place].start]),
                    message: why.clone(),
                };
                Some((place, Class::Rejected, why, error))
            });
            return Err(Failed::Refused(refused.collect()));
        }
        let wrong = |row: Option<u32>, cause: GuestError| {
            let place = row.and_then(|row| self.source(&outcome.batch, row as usize, units));
            let class = Class::of_guest(&cause);
            let why = without_values(&cause, class);
            let error = self.failure(rows, place.map(|place| units[place].start), cause);
            match place {
                Some(place) => Failed::Refused(vec![(place, class, why, error)]),
                None => Failed::Other(error),
            }
        };
        check_output(&batch, &outcome, &self.expected)
            .map_err(|error| wrong(error.row, GuestError::from(error)))?;
        let given = self.given(&outcome.batch, units.len()).map_err(|(row, cause)| wrong(row, cause))?;
        Ok((given, outcome.fuel, outcome.log))
    }

    /// Whether a row, or the group of one, may be set aside.
    pub fn leaves(&self, row: &[Value]) -> bool {
        self.leaves.takes(&self.order, &row[..self.order.len()])
    }

    /// Whether somebody named the row or group with this key.
    pub fn names(&self, key: &[Value]) -> bool {
        self.leaves.names(&self.order, key)
    }

    /// The bytes of a row's key, or of its group, by which refused ones are known.
    pub fn key_bytes(&self, row: &[Value]) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        encode_into(&mut bytes, &self.order_types, |place| row.get(place))?;
        Ok(bytes)
    }

    /// Why the step stops at a row or group that is one more than may be set aside.
    pub fn too_many(&self, row: &Aside, at_most: u64) -> DataError {
        let names: Vec<_> = self.fillings.iter().map(|filling| filling.name.as_str()).collect();
        let of = format!("{} (from {})", names.join(", "), self.table);
        let (key, class, message) = (Some(row.key.clone()), row.class, row.message.clone());
        let (script, given) = (self.script.clone(), String::new());
        Stopped { script, of, key, class, message, given, done: 0, at_most: Some(at_most) }.into()
    }

    /// The rows that belong together: each alone, or those of a group.
    pub fn units(&self, rows: &[Vec<Value>]) -> Vec<Range<usize>> {
        if !self.is_aggregate {
            return (0..rows.len()).map(|row| row..row + 1).collect();
        }
        groups(rows, self.order.len())
    }

    fn batch(&self, rows: &[Vec<Value>], units: &[Range<usize>]) -> Result<Batch, DataError> {
        let mut batch = self.empty.clone();
        let mut row = Vec::new();
        for (number, unit) in units.iter().enumerate() {
            for read in &rows[unit.clone()] {
                row.clear();
                if self.is_aggregate {
                    row.push(Value::Int(number as i64));
                }
                row.extend_from_slice(read);
                batch.push_row(&row).map_err(|cause| DataError::Value {
                    script: self.script.clone(),
                    table: self.table.clone(),
                    cause,
                })?;
            }
        }
        Ok(batch)
    }

    fn hash(
        &self,
        rows: &[Vec<Value>],
        units: &[Range<usize>],
        (given, refused): (Vec<Vec<Given>>, Turned),
        (fuel, log): (u64, String),
    ) -> Result<Made, DataError> {
        let mut aside = Vec::new();
        let mut tables = vec![Vec::new(); self.fillings.len()];
        let mut hashes = Vec::with_capacity(units.len());
        let (mut key, mut bytes) = (Vec::new(), Vec::new());
        for (place, (unit, given)) in units.iter().zip(given).enumerate() {
            encode_into(&mut key, &self.order_types, |place| rows[unit.start].get(place))?;
            let mut input = Vec::new();
            for row in &rows[unit.clone()] {
                encode_into(&mut bytes, &self.input_types, |place| row.get(place))?;
                input.push(Digest::of(&bytes));
            }
            let input = match input.as_slice() {
                [one] if !self.is_aggregate => *one,
                many => Digest::of(&many.iter().flat_map(|digest| digest.0).collect::<Vec<_>>()),
            };
            let known = (Class::Constraint, String::new());
            let why = refused.get(&place).or_else(|| self.left.contains(&input).then_some(&known));
            if let Some((class, message)) = why {
                let first = &rows[unit.start];
                let (key, message) = (self.print_key(first), message.clone());
                let values = first[..self.order.len()].to_vec();
                aside.push(Aside { key, values, class: *class, message, input });
            }
            let given = if why.is_some() { Vec::new() } else { given };
            let mut output = Vec::new();
            let mut ordinals = vec![0u32; self.fillings.len()];
            for (table, values) in given {
                let filling = &self.fillings[table];
                let ordinal = ordinals[table];
                ordinals[table] += 1;
                let row = filling.keyed(values, &KeySource { step: &self.step, table, from: &key, ordinal });
                encode_into(&mut bytes, filling.encoded(), |place| row.get(place))?;
                output.extend_from_slice(&(table as u32).to_le_bytes());
                output.extend_from_slice(&Digest::of(&bytes).0);
                tables[table].push(filling.inserted(&row));
            }
            hashes.push((input, Digest::of(&output), ends_run(&key)));
        }
        Ok(Made { read: rows.len() as u64, fuel, log, hashes, tables, aside })
    }

    /// The first row or group that fails when it is run alone.
    fn blame(&self, rows: &[Vec<Value>], units: &[Range<usize>], cause: GuestError) -> DataError {
        let alone = |units: &[Range<usize>]| {
            let part: Vec<_> = units.iter().flat_map(|unit| rows[unit.clone()].to_vec()).collect();
            let batch = self.batch(&part, &self.units(&part)).ok()?;
            self.guest.run(&batch).err()
        };
        let mut left = units;
        while left.len() > 1 {
            let (first, second) = left.split_at(left.len() / 2);
            left = if alone(first).is_some() { first } else { second };
        }
        match left.first().and_then(|unit| Some((unit.start, alone(left)?))) {
            Some((row, cause)) => self.failure(rows, Some(row), cause),
            None => self.failure(rows, None, cause),
        }
    }

    /// The place of the row or group that a row of the output is made of.
    fn source(&self, output: &Batch, row: usize, units: &[Range<usize>]) -> Option<usize> {
        let unit = match self.is_aggregate {
            true => row,
            false => usize::try_from(output.column(FROM).filter(|c| row < c.len())?.int(row)?).ok()?,
        };
        (unit < units.len()).then_some(unit)
    }

    fn failure(&self, rows: &[Vec<Value>], row: Option<usize>, cause: GuestError) -> DataError {
        DataError::Guest {
            script: self.script.clone(),
            table: self.table.clone(),
            key: row.and_then(|row| rows.get(row)).map(|row| self.print_key(row)),
            cause: Box::new(cause),
        }
    }

    /// The key of a row as read, or its group.
    pub fn print_key(&self, row: &[Value]) -> String {
        columns::print_key(&self.order, &row[..self.order.len()])
    }
}

/// The place of the row or group that holds the row with that number in their batch.
fn place_of(units: &[Range<usize>], row: usize) -> Option<usize> {
    let mut before = 0;
    units.iter().position(|unit| {
        before += unit.len();
        row < before
    })
}

/// The groups of rows that agree in their first columns.
pub(crate) fn groups(rows: &[Vec<Value>], width: usize) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        match groups.last_mut() {
            Some(group) if rows[group.start][..width] == row[..width] => group.end = n + 1,
            _ => groups.push(n..n + 1),
        }
    }
    groups
}
