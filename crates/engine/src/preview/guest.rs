//! Rows in memory through a guest, as a data step would hand them to it.

use std::{collections::BTreeMap, sync::Arc};

use model::{Schema, Value, data_step::LoweredBackfill, schema::Table};
use sandbox::{Batch, Expected, GuestError, Rows, check_output, conform};

use super::{
    PreviewError,
    rows::{Row, is_chosen},
};
use crate::{
    data::columns::{batch_column, declared, print_key},
    guests::{Guests, Wanted},
};

/// What a step would make of some rows.
#[derive(Clone, Debug, Default)]
pub struct Sampled {
    /// How many were looked at.
    pub rows: usize,
    /// How many would stay as they are.
    pub same: usize,
    /// Those that would change.
    pub changed: Vec<Change>,
    /// Keys of rows the guest refuses or fails on, and why.
    pub rejected: Vec<(String, String)>,
}

/// A row that would change.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its key, for people.
    pub key: String,
    /// Columns with what they hold before and after.
    pub columns: Vec<(String, Value, Value)>,
}

/// So many rows that make the guest fail are looked for.
const FAILURES: usize = 20;

/// Runs the step's guest over those of the rows that it chooses, and changes them; or says why it can't.
pub fn run(
    guests: &Guests<'_>,
    (schema, step): (&Schema, &LoweredBackfill),
    lookups: Option<&BTreeMap<String, Arc<Batch>>>,
    rows: &mut [Row],
) -> Result<Result<Sampled, String>, PreviewError> {
    let Some(table) = schema.table(step.table) else { return Ok(Err("its table isn't there".to_owned())) };
    let none = BTreeMap::new();
    let wanted = Wanted {
        script: &step.step.script,
        module: step.step.module.as_ref(),
        params: &step.step.params,
        assets: &step.step.assets,
        lookups: lookups.unwrap_or(&none),
        limits: step.step.limits,
    };
    let guest = guests.load(wanted).map_err(crate::data::DataError::from)?;
    let Some(expected) = expected(schema, table, step) else {
        return Ok(Err("one of its columns isn't there".to_owned()));
    };
    let mut chosen: Vec<&mut Row> = rows.iter_mut().filter(|row| is_chosen(&step.rows, table, row)).collect();
    let mut sampled = Sampled { rows: chosen.len(), ..Sampled::default() };
    loop {
        let batch = match batch(step, &chosen) {
            Ok(batch) => batch,
            Err(why) => return Ok(Err(why)),
        };
        let (row, why) = match guest.run(&batch) {
            Ok(outcome) => match check_output(&batch, &outcome, &expected) {
                Ok(()) => {
                    let rejected: Vec<u32> = outcome.rejects.iter().map(|(row, _)| *row).collect();
                    for (row, why) in &outcome.rejects {
                        sampled.rejected.push((key(step, chosen[*row as usize]), why.clone()));
                    }
                    let output = conform(outcome.batch, &expected);
                    compare(step, &mut chosen, &output, &rejected, &mut sampled);
                    return Ok(Ok(sampled));
                }
                Err(error) => (error.row, GuestError::from(error).to_string()),
            },
            Err(error) => match guest.blame(&batch) {
                Some((row, error)) => (Some(row), error.to_string()),
                None => (None, error.to_string()),
            },
        };
        let row = row.map_or(usize::MAX, |row| row as usize);
        if row >= chosen.len() || sampled.rejected.len() >= FAILURES {
            return Ok(Err(why));
        }
        let failed = chosen.remove(row);
        sampled.rejected.push((key(step, failed), why));
    }
}

fn expected(schema: &Schema, table: &Table, step: &LoweredBackfill) -> Option<Expected> {
    let columns = step.write.iter().map(|column| {
        let now = table.column(column.id)?;
        Some(declared(column, &now.ty, now.nullable, schema))
    });
    Some(Expected { rows: Rows::AsInput, columns: columns.collect::<Option<Vec<_>>>()? })
}

fn batch(step: &LoweredBackfill, rows: &[&mut Row]) -> Result<Batch, String> {
    let is_key = |id| step.key.iter().any(|key| key.id == id);
    let read: Vec<_> = step.read.iter().filter(|column| !is_key(column.id)).collect();
    let mut columns: Vec<_> = step.key.iter().map(|column| batch_column(column, true)).collect();
    columns.extend(read.iter().map(|column| batch_column(column, false)));
    let mut batch = Batch { rows: 0, columns };
    for row in rows {
        let ids = step.key.iter().chain(read.iter().copied()).map(|column| column.id);
        let values: Vec<Value> = ids.map(|id| row.get(&id).cloned().unwrap_or(Value::Null)).collect();
        batch.push_row(&values).map_err(|error| error.to_string())?;
    }
    Ok(batch)
}

fn key(step: &LoweredBackfill, row: &Row) -> String {
    let values: Vec<Value> =
        step.key.iter().map(|column| row.get(&column.id).cloned().unwrap_or(Value::Null)).collect();
    print_key(&step.key, &values)
}

fn compare(
    step: &LoweredBackfill,
    rows: &mut [&mut Row],
    output: &Batch,
    rejected: &[u32],
    sampled: &mut Sampled,
) {
    for (i, row) in rows.iter_mut().enumerate().filter(|(i, _)| !rejected.contains(&(*i as u32))) {
        let mut columns = Vec::new();
        for (column, made) in step.write.iter().zip(&output.columns) {
            let new = made.value(i);
            let old = row.insert(column.id, new.clone()).unwrap_or(Value::Null);
            if old != new {
                columns.push((column.name.clone(), old, new));
            }
        }
        match columns.is_empty() {
            true => sampled.same += 1,
            false => sampled.changed.push(Change { key: key(step, row), columns }),
        }
    }
}
