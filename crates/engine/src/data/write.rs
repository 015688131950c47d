//! Sends a batch's rows to the database in statements of constant text.

use dialect::{BatchShape, Binding, Bound, Dialect};
use model::Value;

use super::{DataError, columns::bind_text};
use crate::driver::{Connection, DriverError};

/// What a batch statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Updates the rows named by their keys.
    Update,
    /// Inserts rows.
    Insert,
}

/// Writes the rows, each the key's values followed by the others', and returns how many the database matched.
pub async fn write(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    shape: &BatchShape<'_>,
    verb: Verb,
    rows: &[Vec<Value>],
) -> Result<u64, DriverError> {
    let width = shape.key.len() + shape.columns.len();
    let most = dialect.batch_rows(width).max(1);
    let mut matched = 0;
    for chunk in rows.chunks(most) {
        let bound = match verb {
            Verb::Update => dialect.update_batch(shape, chunk.len()),
            Verb::Insert => dialect.insert_batch(shape, chunk.len()),
        };
        matched += conn.execute(&bound.sql, &parameters(&bound, chunk, width)).await?;
    }
    Ok(matched)
}

fn parameters(bound: &Bound, rows: &[Vec<Value>], width: usize) -> Vec<Value> {
    match bound.binding {
        Binding::Rows => rows.iter().flatten().cloned().collect(),
        Binding::Columns => (0..width)
            .map(|i| {
                let column = rows.iter().map(|row| bind_text(&row[i]).map_or(Value::Null, Value::Text));
                Value::Array(column.collect())
            })
            .collect(),
    }
}

/// Fails when fewer rows were matched than sent: somebody changed keys or deleted rows in between.
pub fn all_matched(table: &str, sent: usize, matched: u64) -> Result<(), DataError> {
    let sent = sent as u64;
    if matched == sent { Ok(()) } else { Err(DataError::Vanished { table: table.to_owned(), sent, matched }) }
}
