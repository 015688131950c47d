//! The part of a transfer or an aggregate that needs no database: rows through the guest, and what it made of each row or group,
//! hashed and made ready to be inserted.

use std::{ops::Range, sync::Arc};

use model::{
    Digest, ObjectId, Schema, Value,
    data_step::{BatchColumn, Derive, LoweredDerive},
    rows::ends_run,
    schema::Table,
};
use sandbox::{
    Batch, Column, ColumnType, DeclaredColumn, Expected, Guest, GuestError, Rows, check_output, conform,
    regroup::{FROM, GROUP, INTO},
};

use super::{
    DataError, columns,
    encode::{Encoded, encode_into, encoded},
    filling::{Filling, KeySource},
};

/// Makes an error of a column, a row and what is wrong with them.
type Failing<'a> = dyn Fn(Option<&str>, Option<u32>, String) -> Wrong + 'a;

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
}

/// A new row: the number of its table, and the given values.
type Given = (usize, Vec<Value>);

/// What is wrong with the output, and the row of it.
type Wrong = (Option<u32>, GuestError);

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
        what: Digest,
    ) -> Result<Work, DataError> {
        let said = match &step.step {
            Derive::Transfer(transfer) => transfer.into.iter().collect(),
            Derive::Aggregate(aggregate) => vec![&aggregate.into],
        };
        let mut fillings = Vec::with_capacity(step.into.len());
        for (into, said) in step.into.iter().zip(said) {
            fillings.push(Filling::new(schema, into, &said.table)?);
        }
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
        })
    }

    /// Runs the guest over rows as read; an aggregate's are whole groups. On failure the row or group to blame is looked for.
    pub fn run(&self, rows: &[Vec<Value>]) -> Result<Made, DataError> {
        let units = self.units(rows);
        let batch = self.batch(rows, &units)?;
        let outcome = self.guest.run(&batch).map_err(|cause| self.blame(rows, &units, cause))?;
        if let Some((row, message)) = outcome.rejects.first() {
            return Err(DataError::Rejected {
                script: self.script.clone(),
                table: self.table.clone(),
                key: rows.get(*row as usize).map(|row| self.print_key(row)).unwrap_or_default(),
                message: crate::driver::printable(message),
            });
        }
        let wrong = |row: Option<u32>, cause: GuestError| {
            let from = row.and_then(|row| self.source(&outcome.batch, row as usize, &units));
            self.failure(rows, from, cause)
        };
        check_output(&batch, &outcome, &self.expected)
            .map_err(|error| wrong(error.row, GuestError::from(error)))?;
        let given = self.given(&outcome.batch, units.len()).map_err(|(row, cause)| wrong(row, cause))?;
        self.hash(rows, &units, given, (outcome.fuel, outcome.log.clone()))
    }

    /// The rows that belong together: each alone, or those of a group.
    fn units(&self, rows: &[Vec<Value>]) -> Vec<Range<usize>> {
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

    /// The new rows of each row or group, in the guest's order.
    fn given(&self, output: &Batch, units: usize) -> Result<Vec<Vec<Given>>, Wrong> {
        let fail = |column: Option<&str>, row: Option<u32>, reason: String| {
            (row, GuestError::Output { column: column.map(str::to_owned), row, reason })
        };
        if self.is_aggregate && output.rows as usize != units {
            return Err(fail(None, None, format!("{} rows came back for {units} groups", output.rows)));
        }
        let output = conform(output.clone(), &self.expected);
        let mut all = vec![Vec::new(); units];
        for row in 0..output.rows {
            let mut values = output.row(row as usize);
            let unit = if self.is_aggregate {
                row as usize
            } else {
                match values.remove(0) {
                    Value::Int(from) if (0..units as i64).contains(&from) => from as usize,
                    other => {
                        let reason = format!("{other:?} is no row of this batch of {units}");
                        return Err(fail(Some(FROM), Some(row), reason));
                    }
                }
            };
            let table = if self.fillings.len() > 1 { self.chosen(&mut values, row, &fail)? } else { 0 };
            all[unit].push((table, values));
        }
        Ok(all)
    }

    /// The table that a row says it is for, and its values alone; those of other tables have to be NULL.
    fn chosen(&self, values: &mut Vec<Value>, row: u32, fail: &Failing<'_>) -> Result<usize, Wrong> {
        let Value::Text(name) = values.remove(0) else {
            return Err(fail(Some(INTO), Some(row), "no table is named".to_owned()));
        };
        let Some(chosen) = self.fillings.iter().position(|filling| filling.said == name) else {
            return Err(fail(Some(INTO), Some(row), format!("{name:?} isn't declared under into")));
        };
        let mut own = Vec::new();
        for (number, filling) in self.fillings.iter().enumerate() {
            for column in &filling.declared {
                let value = values.remove(0);
                let whole = format!("{}.{}", filling.said, column.name);
                if number != chosen {
                    if !value.is_null() {
                        return Err(fail(Some(&whole), Some(row), format!("a value in a row of {name}")));
                    }
                } else if value.is_null() && !column.nullable {
                    return Err(fail(Some(&whole), Some(row), "NULL in a NOT NULL column".to_owned()));
                } else {
                    own.push(value);
                }
            }
        }
        *values = own;
        Ok(chosen)
    }

    fn hash(
        &self,
        rows: &[Vec<Value>],
        units: &[Range<usize>],
        given: Vec<Vec<Given>>,
        (fuel, log): (u64, String),
    ) -> Result<Made, DataError> {
        let mut tables = vec![Vec::new(); self.fillings.len()];
        let mut hashes = Vec::with_capacity(units.len());
        let (mut key, mut bytes) = (Vec::new(), Vec::new());
        for (unit, given) in units.iter().zip(given) {
            encode_into(&mut key, &self.order_types, |place| rows[unit.start].get(place))?;
            let mut input = Vec::new();
            for row in &rows[unit.clone()] {
                encode_into(&mut bytes, &self.input_types, |place| row.get(place))?;
                input.push(Digest::of(&bytes));
            }
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
            let input = match input.as_slice() {
                [one] if !self.is_aggregate => *one,
                many => Digest::of(&many.iter().flat_map(|digest| digest.0).collect::<Vec<_>>()),
            };
            hashes.push((input, Digest::of(&output), ends_run(&key)));
        }
        Ok(Made { read: rows.len() as u64, fuel, log, hashes, tables })
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

    /// The first row that a row of the output is made of.
    fn source(&self, output: &Batch, row: usize, units: &[Range<usize>]) -> Option<usize> {
        let unit = match self.is_aggregate {
            true => row,
            false => usize::try_from(output.column(FROM).filter(|c| row < c.len())?.int(row)?).ok()?,
        };
        units.get(unit).map(|unit| unit.start)
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

/// What has to come back: where a row comes from and goes to, as far as that isn't plain, and the columns of all tables.
fn declared(fillings: &[Filling], is_aggregate: bool) -> Vec<DeclaredColumn> {
    let mut columns = Vec::new();
    if !is_aggregate {
        columns.push(DeclaredColumn::new(FROM, ColumnType::Integer, false));
    }
    if let [only] = fillings {
        columns.extend(only.declared.iter().cloned());
        return columns;
    }
    columns.push(DeclaredColumn::new(INTO, ColumnType::Text, false));
    for filling in fillings {
        columns.extend(filling.declared.iter().map(|column| DeclaredColumn {
            name: format!("{}.{}", filling.said, column.name),
            nullable: true,
            ..column.clone()
        }));
    }
    columns
}
