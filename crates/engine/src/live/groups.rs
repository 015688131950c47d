//! Whole groups of a table's rows, and rows without those that a guest refuses.

use std::collections::BTreeSet;

use dialect::batch::{ReadShape, read_group, read_groups};
use model::{ObjectId, Schema, Value, data_step::Rows};
use sandbox::{Batch, ValueError, regroup::GROUP};

use super::{Found, LiveError, LiveRows};
use crate::{
    data::{MOST_ROWS, groups},
    driver::CellType,
    target::Target,
};

fn shape<'a>(schema: &'a Schema, found: &'a Found<'_>, limit: usize) -> ReadShape<'a> {
    ReadShape {
        schema,
        table: found.table,
        key: &found.key,
        columns: &found.seen,
        rows: &Rows::All,
        after: false,
        upto: false,
        limit,
        lock: false,
        version: false,
    }
}

/// What the rows of a group are in the order of.
fn then(found: &Found<'_>) -> Vec<ObjectId> {
    found.table.primary_key().iter().filter(|id| !found.key.contains(id)).copied().collect()
}

fn types(found: &Found<'_>) -> Vec<CellType> {
    let ids = found.key.iter().chain(&found.seen);
    ids.filter_map(|id| Some(CellType::from(&found.table.column(*id)?.ty))).collect()
}

/// The rows of the group that has these values.
pub(super) async fn one(
    target: &mut Target,
    schema: &Schema,
    found: &Found<'_>,
    key: &[Value],
) -> Result<Vec<Vec<Value>>, LiveError> {
    let sql = read_group(target.dialect, shape(schema, found, MOST_ROWS + 1), &then(found))?;
    let rows = target.conn.read_rows(&sql, key, &types(found)).await?;
    match rows.len() > MOST_ROWS {
        true => Err(LiveError::Group { table: found.table.name.clone(), most: MOST_ROWS }),
        false => Ok(rows),
    }
}

/// The rows of the first groups, as many as come to so many rows, or of one that has more.
pub(super) async fn read(
    target: &mut Target,
    schema: &Schema,
    found: &Found<'_>,
    count: usize,
) -> Result<Vec<Vec<Value>>, LiveError> {
    let (then, types) = (then(found), types(found));
    let mut limit = count.clamp(1, MOST_ROWS) + 1;
    loop {
        let sql = read_groups(target.dialect, shape(schema, found, limit), &then)?.sql;
        let mut rows = target.conn.read_rows(&sql, &[], &types).await?;
        let mut ends: Vec<usize> = groups(&rows, found.key.len()).iter().map(|group| group.end).collect();
        if rows.len() >= limit {
            // The last group may go on behind the last row.
            ends.pop();
        } else if rows.is_empty() {
            return Ok(rows);
        }
        if let Some(first) = ends.first() {
            let end = ends.iter().rev().find(|end| **end <= count).unwrap_or(first);
            rows.truncate(*end);
            return Ok(rows);
        }
        if limit > MOST_ROWS {
            return Err(LiveError::Group { table: found.table.name.clone(), most: MOST_ROWS });
        }
        limit = limit.saturating_mul(4).min(MOST_ROWS + 1);
    }
}

impl LiveRows {
    /// Takes a row in: `key` columns that tell it apart, then those behind them.
    pub(super) fn push(&mut self, row: Vec<Value>, key: usize, old: Vec<Value>) -> Result<(), ValueError> {
        let number = |live: &LiveRows| match live.keys.last() {
            Some(last) if *last == row[..key] => live.units() - 1,
            _ => live.units(),
        };
        let grouped = self.batch.column(GROUP).is_some();
        let number = grouped.then(|| Value::Int(number(self) as i64));
        let given: Vec<Value> = number.into_iter().chain(row.iter().cloned()).collect();
        self.batch.push_row(&given)?;
        self.keys.push(row.into_iter().take(key).collect());
        self.old.push(old);
        Ok(())
    }

    /// How many rows there are, or groups.
    pub fn units(&self) -> usize {
        match (self.batch.column(GROUP), self.keys.len()) {
            (_, 0) => 0,
            (None, rows) => rows,
            (Some(group), rows) => group.int(rows - 1).map_or(0, |last| last as usize + 1),
        }
    }

    /// The first row of the group with that number; a row alone is one.
    pub fn first_of(&self, unit: usize) -> Option<usize> {
        match self.batch.column(GROUP) {
            None => (unit < self.keys.len()).then_some(unit),
            Some(group) => (0..self.keys.len()).find(|row| group.int(*row) == Some(unit as i64)),
        }
    }

    /// The same without these rows, and without their groups.
    pub fn without(&self, rows: &BTreeSet<usize>) -> LiveRows {
        let group = self.batch.column(GROUP);
        let unit = |row: usize| group.and_then(|group| group.int(row)).unwrap_or(row as i64);
        let gone: BTreeSet<i64> = rows.iter().map(|row| unit(*row)).collect();
        let stay: Vec<u32> =
            (0..self.keys.len()).filter(|row| !gone.contains(&unit(*row))).map(|row| row as u32).collect();
        let behind = usize::from(group.is_some());
        let columns = self.batch.columns.iter().map(|column| column.select(&[])).collect();
        let mut left = LiveRows {
            key: self.key.clone(),
            keys: Vec::new(),
            batch: Batch { rows: 0, columns },
            old: Vec::new(),
            expected: self.expected.clone(),
            lookups: self.lookups.clone(),
        };
        for row in stay.into_iter().map(|row| row as usize) {
            let values = self.batch.row(row).into_iter().skip(behind).collect();
            // They were in a batch before.
            let _ = left.push(values, self.key.len(), self.old[row].clone());
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use model::{Minter, Origin, Type, data_step::BatchColumn};
    use sandbox::{Column, ColumnType, Expected, Rows};

    use super::*;
    use crate::live::LiveLookups;

    fn grouped(rows: &[(i64, i64)]) -> LiveRows {
        let id = Minter::new(Origin::New, 0).mint();
        let team = BatchColumn { id, name: "team".to_owned(), ty: Type::Integer, nullable: false };
        let columns = [GROUP, "team", "id"].map(|name| Column::new(name, ColumnType::Integer));
        let mut live = LiveRows {
            key: vec![team],
            keys: Vec::new(),
            batch: Batch { rows: 0, columns: columns.into() },
            old: Vec::new(),
            expected: Expected { rows: Rows::Any, columns: Vec::new() },
            lookups: LiveLookups::default(),
        };
        for (team, id) in rows {
            live.push(vec![Value::Int(*team), Value::Int(*id)], 1, Vec::new()).expect("they fit");
        }
        live
    }

    fn numbers(live: &LiveRows) -> Vec<Option<i64>> {
        (0..live.keys.len()).map(|row| live.batch.columns[0].int(row)).collect()
    }

    #[test]
    fn groups_are_numbered_as_they_come() {
        let live = grouped(&[(7, 1), (7, 2), (9, 3), (9, 4), (12, 5)]);
        assert_eq!(numbers(&live), [0, 0, 1, 1, 2].map(Some));
        assert_eq!((live.units(), live.first_of(1), live.first_of(3)), (3, Some(2), None));
    }

    #[test]
    fn who_is_refused_takes_the_group_along() {
        let live = grouped(&[(7, 1), (7, 2), (9, 3), (9, 4), (12, 5)]);
        let left = live.without(&BTreeSet::from([3]));
        assert_eq!((numbers(&left), left.units()), ([0, 0, 1].map(Some).to_vec(), 2));
        assert_eq!(left.batch.columns[2].int(2), Some(5));
        assert_eq!(live.without(&BTreeSet::new()).batch, live.batch);
    }
}
