//! Rows as the bytes that digests are made of: columns by rising name, whatever order they were read in.

use std::cmp::Ordering;

use dialect::batch::KeyedRead;
use model::{ObjectId, Type, Value, data_step::BatchColumn, rows::encode_value, schema::Table};

use super::DataError;

/// A column of an encoded row: where it stands in a row as read, and its type.
#[derive(Clone, Debug)]
pub struct Encoded {
    place: usize,
    ty: Type<ObjectId>,
}

/// The encoding of rows whose values stand in the order of these columns. The names are those the guest knows, which no rename changes.
pub fn encoded<'a>(
    table: &Table,
    columns: impl Iterator<Item = &'a BatchColumn>,
) -> Result<Vec<Encoded>, DataError> {
    let mut named = Vec::new();
    for (place, column) in columns.enumerate() {
        let ty = table.column(column.id).map_or_else(|| column.ty.clone(), |now| now.ty.clone());
        named.push((column.name.as_str(), Encoded { place, ty }));
    }
    named.sort_by(|a, b| a.0.cmp(b.0));
    Ok(named.into_iter().map(|(_, encoded)| encoded).collect())
}

/// Encodes one row into `bytes`, in the place of what is there; `value` finds a value by its place.
pub fn encode_into<'a>(
    bytes: &mut Vec<u8>,
    columns: &[Encoded],
    value: impl Fn(usize) -> Option<&'a Value>,
) -> Result<(), DataError> {
    bytes.clear();
    for column in columns {
        let value = value(column.place).unwrap_or(&Value::Null);
        encode_value(&column.ty, value, bytes).map_err(|e| DataError::Progress(e.to_string()))?;
    }
    Ok(())
}

/// The order in which a database hands key values out: numbers by size, text and bytes by their bytes.
pub fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Int(a), Value::Int(b))
        | (Value::Time(a), Value::Time(b))
        | (Value::Timestamp(a), Value::Timestamp(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (Value::Uuid(a), Value::Uuid(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Double(a), Value::Double(b)) => a.total_cmp(b),
        (Value::Real(a), Value::Real(b)) => a.total_cmp(b),
        (Value::Decimal(a), Value::Decimal(b)) => {
            decimal_order(a).total_cmp(&decimal_order(b)).then(a.cmp(b))
        }
        _ => Ordering::Equal,
    }
}

fn decimal_order(text: &str) -> f64 {
    text.parse().unwrap_or(0.0)
}

/// The order of two keys of the same columns.
pub fn compare_keys(a: &[Value], b: &[Value]) -> Ordering {
    a.iter().zip(b).fold(Ordering::Equal, |order, (a, b)| order.then_with(|| compare(a, b)))
}

/// What has to be bound for a read between two keys, behind the one and up to the other.
pub fn bound_values(read: &KeyedRead, after: Option<&[Value]>, upto: Option<&[Value]>) -> Vec<Value> {
    // Both bounds name the same columns, the lower one first.
    let bounds: Vec<_> = after.into_iter().chain(upto).collect();
    let each = (read.params.len() / bounds.len().max(1)).max(1);
    let value = |(n, column): (usize, &usize)| bounds.get(n / each).and_then(|key| key.get(*column)).cloned();
    read.params.iter().enumerate().filter_map(value).collect()
}
