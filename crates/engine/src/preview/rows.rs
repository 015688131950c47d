//! Rows of a live table for a preview, and conditions on rows that are only imagined.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use dialect::sample::read_matching;
use model::{Literal, ObjectId, Predicate, StepRef, Value, data_step::Rows, schema::Table};

use super::PreviewError;
use crate::{
    backfills::Standings,
    data::{DataError, columns::literal_value, compare},
    driver::CellType,
    target::Target,
};

/// A row: the values of its columns, as far as they are needed.
pub type Row = BTreeMap<ObjectId, Value>;

/// Which rows of a table are wanted.
pub struct Asked<'a> {
    /// The table as it stands.
    pub table: &'a Table,
    /// Its key.
    pub key: Vec<ObjectId>,
    /// Columns to read; key columns may be among them.
    pub columns: Vec<ObjectId>,
    /// Which rows.
    pub rows: Rows<ObjectId>,
    /// Only rows behind this key.
    pub after: Option<Vec<Value>>,
    /// About how many.
    pub sample: usize,
}

/// How far a step has come that is under way: its rows up to there are done.
pub async fn watermark(target: &mut Target, at: StepRef) -> Result<Option<Vec<Value>>, PreviewError> {
    let standings = Standings::look(target).await.map_err(DataError::from)?;
    Ok(standings.of(at).and_then(|standing| standing.watermark.clone()?.at))
}

/// Reads rows: most of them the first, the others the last. In a transaction that can't write.
pub async fn read(target: &mut Target, asked: &Asked<'_>) -> Result<Vec<Row>, PreviewError> {
    target.conn.begin().await?;
    let rows = read_all(target, asked).await;
    // Nothing was written, so there is nothing that a failure here could leave.
    let ended = target.conn.rollback().await;
    let rows = rows?;
    ended?;
    Ok(rows)
}

async fn read_all(target: &mut Target, asked: &Asked<'_>) -> Result<Vec<Row>, PreviewError> {
    let Asked { table, key, columns, .. } = asked;
    let ids: Vec<ObjectId> =
        key.iter().chain(columns.iter().filter(|id| !key.contains(id))).copied().collect();
    let others = &ids[key.len()..];
    let types: Vec<CellType> =
        ids.iter().filter_map(|id| Some(CellType::from(&table.column(*id)?.ty))).collect();
    let last = asked.sample / 4;
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for (last, limit) in [(false, asked.sample - last), (true, last)] {
        let which = (&asked.rows, asked.after.is_some(), last);
        let read =
            read_matching(target.dialect, table, (key, others), which, limit).map_err(DataError::from)?;
        let after = asked.after.iter();
        let value = |column: &usize| after.clone().next().and_then(|key| key.get(*column)).cloned();
        let params: Vec<Value> = read.params.iter().filter_map(value).collect();
        for row in target.conn.read_rows(&read.sql, &params, &types).await? {
            if seen.insert(format!("{:?}", &row[..key.len()])) {
                rows.push(ids.iter().copied().zip(row).collect());
            }
        }
    }
    Ok(rows)
}

/// The columns that a choice of rows looks at.
pub fn columns_of(rows: &Rows<ObjectId>) -> Vec<ObjectId> {
    fn collect(predicate: &Predicate<ObjectId>, into: &mut Vec<ObjectId>) {
        match predicate {
            Predicate::Eq(c, _)
            | Predicate::Ne(c, _)
            | Predicate::Lt(c, _)
            | Predicate::Le(c, _)
            | Predicate::Gt(c, _)
            | Predicate::Ge(c, _)
            | Predicate::In(c, _)
            | Predicate::IsNull(c)
            | Predicate::NotNull(c) => into.push(*c),
            Predicate::And(list) | Predicate::Or(list) => list.iter().for_each(|one| collect(one, into)),
            Predicate::Not(one) => collect(one, into),
        }
    }
    let mut columns = Vec::new();
    if let Rows::Where(predicate) = rows {
        collect(predicate, &mut columns);
    }
    columns
}

/// Whether a row is among those that were chosen.
pub fn is_chosen(rows: &Rows<ObjectId>, table: &Table, row: &Row) -> bool {
    match rows {
        Rows::All => true,
        Rows::Where(predicate) => holds(predicate, table, row),
    }
}

fn holds(predicate: &Predicate<ObjectId>, table: &Table, row: &Row) -> bool {
    let order = |id: &ObjectId, literal: &Literal| -> Option<Ordering> {
        let value = row.get(id).filter(|value| !value.is_null())?;
        Some(compare(value, &literal_value(literal, &table.column(*id)?.ty)))
    };
    let is_null = |id: &ObjectId| row.get(id).is_none_or(Value::is_null);
    match predicate {
        Predicate::Eq(c, l) => order(c, l) == Some(Ordering::Equal),
        Predicate::Ne(c, l) => order(c, l).is_some_and(Ordering::is_ne),
        Predicate::Lt(c, l) => order(c, l).is_some_and(Ordering::is_lt),
        Predicate::Le(c, l) => order(c, l).is_some_and(Ordering::is_le),
        Predicate::Gt(c, l) => order(c, l).is_some_and(Ordering::is_gt),
        Predicate::Ge(c, l) => order(c, l).is_some_and(Ordering::is_ge),
        Predicate::In(c, list) => list.iter().any(|l| order(c, l) == Some(Ordering::Equal)),
        Predicate::IsNull(c) => is_null(c),
        Predicate::NotNull(c) => !is_null(c),
        Predicate::And(list) => list.iter().all(|one| holds(one, table, row)),
        Predicate::Or(list) => list.iter().any(|one| holds(one, table, row)),
        Predicate::Not(one) => !holds(one, table, row),
    }
}
