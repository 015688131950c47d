//! Rows of a target for a script under work, as a data step would hand them to it. Only read, in a transaction that can't write.

mod error;
mod groups;
mod lookups;

use std::collections::BTreeMap;

use dialect::sample::{Which, read_sample};
use ledger::nearest;
use model::{
    Literal, ObjectId, Schema, Type, Value,
    data_step::{BatchColumn, Lookup},
    schema::Table,
};
use sandbox::{Batch, Column, ColumnType, Expected, Rows, regroup::GROUP};

pub use error::LiveError;
pub use lookups::LiveLookups;

use crate::{
    data::columns::{batch_column, declared, literal_value},
    driver::CellType,
    target::Target,
};

/// What a script wants of a table.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The table.
    pub table: &'a str,
    /// Columns the guest sees beside the key.
    pub reads: &'a [&'a str],
    /// Columns it writes, with the types they will have where the target hasn't got them yet.
    pub writes: &'a [(&'a str, Type<ObjectId>)],
    /// Columns in which the rows of a group agree, for a script that is handed whole groups.
    pub group: &'a [&'a str],
    /// Small tables that it is handed whole, by the names it asks for.
    pub lookups: &'a BTreeMap<String, Lookup>,
}

/// Which rows are wanted.
#[derive(Clone, Copy, Debug)]
pub enum Ask<'a> {
    /// So many: half of them the first, a quarter the last, a quarter with NULL in a column that is read. Of a table whose groups are
    /// wanted, as many of the first groups as have so many rows, or one that has more.
    Some(usize),
    /// The one with this key, by column; of a table whose groups are wanted, the group with these values.
    Row(&'a [(String, String)]),
}

/// Rows of a live table.
#[derive(Clone, Debug)]
pub struct LiveRows {
    /// The columns that tell the rows apart: the key's, or those of a group.
    pub key: Vec<BatchColumn>,
    /// Their values in each row.
    pub keys: Vec<Vec<Value>>,
    /// What the guest is handed.
    pub batch: Batch,
    /// What stands in the columns it writes; NULL where the target hasn't got them yet.
    pub old: Vec<Vec<Value>>,
    /// What has to come back.
    pub expected: Expected,
    /// The small tables.
    pub lookups: LiveLookups,
}

/// A table found in a target's schema, with its columns sorted by what they are for.
struct Found<'a> {
    table: &'a Table,
    /// The key, or the columns of a group.
    key: Vec<ObjectId>,
    /// Columns the guest sees behind those.
    seen: Vec<ObjectId>,
    /// Columns it writes, where they are there.
    written: Vec<Option<ObjectId>>,
}

/// Reads rows as they stand, from a target that has this schema.
pub async fn read(
    target: &mut Target,
    schema: &Schema,
    wish: Wish<'_>,
    ask: Ask<'_>,
) -> Result<LiveRows, LiveError> {
    let found = find(schema, wish)?;
    let key = match ask {
        Ask::Some(_) => Vec::new(),
        Ask::Row(given) => key_values(&found, given)?,
    };
    target.conn.begin().await?;
    let rows = rows_and_lookups(target, schema, &found, (wish, ask, &key)).await;
    // Nothing was written, so there is nothing that a failure here could leave.
    let ended = target.conn.rollback().await;
    let (rows, lookups) = rows?;
    ended?;
    let columns = |id: &ObjectId| batch_column_of(found.table, *id);
    let key: Vec<BatchColumn> = found.key.iter().filter_map(columns).collect();
    let seen: Vec<BatchColumn> = found.seen.iter().filter_map(columns).collect();
    let is_key = |id: ObjectId| found.table.primary_key().contains(&id);
    let mut inputs = Vec::new();
    if !wish.group.is_empty() {
        inputs.push(Column::new(GROUP, ColumnType::Integer));
    }
    inputs.extend(key.iter().chain(&seen).map(|column| batch_column(column, is_key(column.id))));
    let mut live = LiveRows {
        key,
        keys: Vec::new(),
        batch: Batch { rows: 0, columns: inputs },
        old: Vec::new(),
        expected: expected(schema, &found, wish),
        lookups,
    };
    let width = found.key.len() + found.seen.len();
    for mut row in rows {
        let mut old = row.split_off(width).into_iter();
        let old = found.written.iter().map(|id| id.and_then(|_| old.next()).unwrap_or(Value::Null));
        let old = old.collect();
        live.push(row, found.key.len(), old)
            .map_err(|cause| LiveError::Value { table: found.table.name.clone(), cause })?;
    }
    Ok(live)
}

async fn rows_and_lookups(
    target: &mut Target,
    schema: &Schema,
    found: &Found<'_>,
    (wish, ask, key): (Wish<'_>, Ask<'_>, &[Value]),
) -> Result<(Vec<Vec<Value>>, LiveLookups), LiveError> {
    let rows = match ask {
        Ask::Some(count) if !wish.group.is_empty() => groups::read(target, schema, found, count).await?,
        Ask::Row(_) if !wish.group.is_empty() => groups::one(target, schema, found, key).await?,
        ask => read_all(target, found, ask, key).await?,
    };
    Ok((rows, LiveLookups::read(target, schema, wish.lookups).await?))
}

fn find<'a>(schema: &'a Schema, wish: Wish<'_>) -> Result<Found<'a>, LiveError> {
    let table = schema.table_named(wish.table).ok_or_else(|| LiveError::Table {
        table: wish.table.to_owned(),
        near: nearest(wish.table, schema.tables().map(|table| table.name.as_str())),
    })?;
    let named = |name: &&str| {
        let column = table.column_named(name).ok_or_else(|| LiveError::Column {
            table: table.name.clone(),
            column: (*name).to_owned(),
            near: nearest(name, table.columns.iter().map(|column| column.name.as_str())),
        });
        column.map(|column| column.id)
    };
    let primary = table.primary_key().to_vec();
    if primary.is_empty() {
        return Err(LiveError::NoKey(table.name.clone()));
    }
    let key = match wish.group {
        [] => primary.clone(),
        group => group.iter().map(named).collect::<Result<_, _>>()?,
    };
    let mut seen: Vec<ObjectId> = primary.into_iter().filter(|id| !key.contains(id)).collect();
    for id in wish.reads.iter().map(named) {
        let id = id?;
        if !key.contains(&id) && !seen.contains(&id) {
            seen.push(id);
        }
    }
    let written = wish.writes.iter().map(|(name, _)| table.column_named(name).map(|column| column.id));
    Ok(Found { table, key, seen, written: written.collect() })
}

fn batch_column_of(table: &Table, id: ObjectId) -> Option<BatchColumn> {
    let column = table.column(id)?;
    let (name, ty) = (column.name.clone(), column.ty.clone());
    Some(BatchColumn { id, name, ty, nullable: column.nullable })
}

fn expected(schema: &Schema, found: &Found<'_>, wish: Wish<'_>) -> Expected {
    let columns = found.written.iter().zip(wish.writes).map(|(id, (name, ty))| {
        match id.and_then(|id| batch_column_of(found.table, id)) {
            Some(column) => declared(&column, &column.ty, column.nullable, schema),
            None => {
                let id = found.key[0];
                let column = BatchColumn { id, name: (*name).to_owned(), ty: ty.clone(), nullable: true };
                declared(&column, ty, true, &Schema::new())
            }
        }
    });
    Expected { rows: Rows::AsInput, columns: columns.collect() }
}

/// The values of a key as they were typed, in key order.
fn key_values(found: &Found<'_>, given: &[(String, String)]) -> Result<Vec<Value>, LiveError> {
    let columns: Vec<_> = found.key.iter().filter_map(|id| found.table.column(*id)).collect();
    let wrong = || LiveError::Key {
        table: found.table.name.clone(),
        key: columns.iter().map(|column| column.name.clone()).collect(),
    };
    if given.len() != columns.len() {
        return Err(wrong());
    }
    let mut values = Vec::new();
    for column in &columns {
        let (_, text) = given.iter().find(|(name, _)| *name == column.name).ok_or_else(wrong)?;
        let unfit = || LiveError::KeyValue { column: column.name.clone(), value: text.clone() };
        values.push(key_value(text, &column.ty).ok_or_else(unfit)?);
    }
    Ok(values)
}

fn key_value(text: &str, ty: &Type<ObjectId>) -> Option<Value> {
    let literal = match ty {
        Type::SmallInt | Type::Integer | Type::BigInt => Literal::Int(text.parse().ok()?),
        Type::Bool => Literal::Bool(text.parse().ok()?),
        Type::Real | Type::Double => Literal::Float(text.parse().ok()?),
        Type::Decimal(..)
        | Type::Text
        | Type::Varchar(_)
        | Type::Char(_)
        | Type::Bytes
        | Type::Uuid
        | Type::Date
        | Type::Time
        | Type::Timestamp
        | Type::TimestampTz
        | Type::Json
        | Type::Enum(_)
        | Type::Array(_)
        | Type::Vector(_)
        | Type::Native(_) => Literal::Text(text.to_owned()),
    };
    let textual =
        matches!(ty, Type::Text | Type::Varchar(_) | Type::Char(_) | Type::Enum(_) | Type::Native(_));
    // What isn't a value of the type stays text.
    Some(literal_value(&literal, ty)).filter(|value| textual || !matches!(value, Value::Text(_)))
}

async fn read_all(
    target: &mut Target,
    found: &Found<'_>,
    ask: Ask<'_>,
    key: &[Value],
) -> Result<Vec<Vec<Value>>, LiveError> {
    let nullable = |id: &&ObjectId| found.table.column(**id).is_some_and(|column| column.nullable);
    let nullable: Vec<ObjectId> = found.seen.iter().filter(nullable).copied().collect();
    let mut wanted = match ask {
        Ask::Row(_) => vec![(Which::Key, 1)],
        Ask::Some(count) => {
            vec![
                (Which::First, count.div_ceil(2)),
                (Which::Last, count / 4),
                (Which::AnyNull(&nullable), count / 4),
            ]
        }
    };
    wanted.retain(|(which, count)| *count > 0 && *which != Which::AnyNull(&[]));
    let mut columns = found.seen.clone();
    columns.extend(found.written.iter().flatten());
    let types: Vec<CellType> = found
        .key
        .iter()
        .chain(&columns)
        .filter_map(|id| Some(CellType::from(&found.table.column(*id)?.ty)))
        .collect();
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for (which, count) in wanted {
        let sql = read_sample(target.dialect, found.table, (&found.key, &columns), which, count)?;
        let params = if which == Which::Key { key } else { &[] };
        for row in target.conn.read_rows(&sql, params, &types).await? {
            let keys = found.key.len();
            if !rows.iter().any(|other| other[..keys] == row[..keys]) {
                rows.push(row);
            }
        }
    }
    Ok(rows)
}
