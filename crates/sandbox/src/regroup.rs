//! Whether what a guest makes of a row or a group depends on what else is in the batch.

use std::collections::BTreeMap;

use model::Value;

use crate::batch::Batch;
use crate::guest::{Guest, Outcome};
use crate::probe::same_rows;

/// The number of a group within its batch, as the guest sees it.
pub const GROUP: &str = "@group";
/// The row of the batch that a new row is made of, as the guest tells it.
pub const FROM: &str = "@from";
/// The table that a new row is for, where there are several.
pub const INTO: &str = "@into";

/// Rows that a batch is cut into at the most; more find nothing new.
const MOST: usize = 200;

/// Runs the guest over parts of a batch and gives the first way in which it made something else of a row or a group.
///
/// The batch has a column [`GROUP`] for groups; otherwise the output has one called [`FROM`].
pub fn regrouped(guest: &Guest, batch: &Batch, whole: &Outcome) -> Option<String> {
    let units = units(batch);
    let wanted = made(&whole.batch, &units)?;
    let one_by_one = units.iter().take(MOST).map(|unit| vec![unit.clone()]);
    let backwards: Vec<Vec<u32>> = units.iter().rev().cloned().collect();
    let sevens = units.chunks(7).take(MOST).map(<[Vec<u32>]>::to_vec);
    let cuts = [
        ("alone", one_by_one.collect::<Vec<_>>()),
        ("in batches of 7", sevens.collect()),
        ("backwards", vec![backwards]),
    ];
    for (how, parts) in cuts {
        for part in parts {
            let rows: Vec<u32> = part.iter().flatten().copied().collect();
            let cut = renumbered(batch.select(&rows), &part);
            let came = match guest.run(&cut) {
                Ok(came) => came,
                Err(error) => return Some(format!("row {} {how} failed: {error}", rows.first()?)),
            };
            if came.rejects.len() != whole.rejects.iter().filter(|(row, _)| rows.contains(row)).count() {
                return Some(format!("row {} {how} is rejected otherwise", rows.first()?));
            }
            let Some(found) = made(&came.batch, &self::units(&cut)) else {
                return Some(format!("row {} {how} came back from nowhere", rows.first()?));
            };
            for (number, unit) in part.iter().enumerate() {
                let of = |all: &BTreeMap<u32, Vec<Vec<Value>>>, first: u32| {
                    all.get(&first).cloned().unwrap_or_default()
                };
                let first: u32 = part[..number].iter().map(|unit| unit.len() as u32).sum();
                if !same_rows(&of(&found, first), &of(&wanted, *unit.first()?)) {
                    return Some(format!("row {} {how} becomes something else", unit.first()?));
                }
            }
        }
    }
    None
}

/// The rows that belong together: each alone, or those of a group.
fn units(batch: &Batch) -> Vec<Vec<u32>> {
    let Some(group) = batch.column(GROUP) else { return (0..batch.rows).map(|row| vec![row]).collect() };
    let mut units: Vec<Vec<u32>> = Vec::new();
    for row in 0..batch.rows {
        match units.last_mut() {
            Some(unit) if group.int(unit[0] as usize) == group.int(row as usize) => unit.push(row),
            _ => units.push(vec![row]),
        }
    }
    units
}

/// The batch with its groups numbered from 0.
fn renumbered(mut batch: Batch, units: &[Vec<u32>]) -> Batch {
    if let Some(column) = batch.columns.iter_mut().find(|column| column.name == GROUP) {
        let mut numbers = column.select(&[]);
        for (number, unit) in units.iter().enumerate() {
            for _ in unit {
                let fits = numbers.push_int(number as i64).is_ok();
                debug_assert!(fits);
            }
        }
        *column = numbers;
    }
    batch
}

/// What came back by the first row of what it was made of, but for the column that says so; nothing when that is nowhere.
fn made(output: &Batch, units: &[Vec<u32>]) -> Option<BTreeMap<u32, Vec<Vec<Value>>>> {
    let from = output.column(FROM);
    let mut made: BTreeMap<u32, Vec<Vec<Value>>> = BTreeMap::new();
    for row in 0..output.rows {
        let unit = match from {
            Some(from) => usize::try_from(from.int(row as usize)?).ok()?,
            None => row as usize,
        };
        let columns = output.columns.iter().filter(|column| column.name != FROM);
        let values = columns.map(|column| column.value(row as usize)).collect();
        made.entry(*units.get(unit)?.first()?).or_default().push(values);
    }
    Some(made)
}
