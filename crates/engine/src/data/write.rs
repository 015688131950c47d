//! Sends a batch's rows to the database in statements of constant text.

use dialect::{BatchShape, Binding, Dialect, batch::delete_by_keys};
use model::{ConstraintKind, ObjectId, Table, Value};

use super::{DataError, columns::bind_text};
use crate::driver::{Connection, DriverError};

/// What a batch statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Updates the rows named by their keys.
    Update,
    /// Inserts rows.
    Insert,
    /// Asks which are as they were read.
    Same,
}

/// The parameters of one statement.
#[derive(Debug, PartialEq)]
pub struct Part {
    /// How many rows it is about.
    pub rows: usize,
    /// What is bound, in order.
    pub params: Vec<Value>,
}

/// Rows, each the key's values followed by the others', on their way to being the parameters of statements.
#[derive(Debug)]
pub struct Parts {
    binding: Binding,
    width: usize,
    most: usize,
    full: Vec<Part>,
    open: Part,
}

impl Parts {
    /// No rows yet; each will have `width` values, and a statement `most` rows at the most.
    pub fn new(binding: Binding, width: usize, most: usize) -> Parts {
        let open = Part { rows: 0, params: Vec::new() };
        Parts { binding, width, most: most.max(1), full: Vec::new(), open }
    }

    /// Takes in a row.
    pub fn push(&mut self, row: impl Iterator<Item = Value>) {
        if self.open.rows == self.most {
            let full = std::mem::replace(&mut self.open, Part { rows: 0, params: Vec::new() });
            self.full.push(full);
        }
        match self.binding {
            Binding::Rows | Binding::Each => self.open.params.extend(row),
            Binding::Columns => {
                if self.open.rows == 0 {
                    self.open.params = vec![Value::Array(Vec::new()); self.width];
                }
                for (column, value) in self.open.params.iter_mut().zip(row) {
                    if let Value::Array(column) = column {
                        column.push(text(value));
                    }
                }
            }
        }
        self.open.rows += 1;
    }

    /// The parameters of all statements, in order.
    pub fn end(mut self) -> Vec<Part> {
        if self.open.rows > 0 {
            self.full.push(self.open);
        }
        self.full
    }
}

/// A value as the text that a cast to its column's type reads.
fn text(value: Value) -> Value {
    match value {
        Value::Text(text) | Value::Decimal(text) | Value::Json(text) => Value::Text(text),
        Value::Array(items) => Value::Text(braced(&items)),
        other => bind_text(&other).map_or(Value::Null, Value::Text),
    }
}

/// An array as a cast of text to its type reads it: in braces, elements in quotes, NULL without.
fn braced(items: &[Value]) -> String {
    let element = |item: &Value| match item {
        Value::Array(items) => braced(items),
        item => match bind_text(item) {
            Some(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            None => "NULL".to_owned(),
        },
    };
    format!("{{{}}}", items.iter().map(element).collect::<Vec<_>>().join(","))
}

/// Writes rows and returns how many the database matched.
pub async fn write(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    shape: &BatchShape<'_>,
    verb: Verb,
    rows: Vec<Vec<Value>>,
) -> Result<u64, DriverError> {
    let width = shape.key.len() + shape.columns.len();
    let Some(bound) = statement(dialect, shape, verb, 1) else { return Ok(0) };
    let mut parts = Parts::new(bound.binding, width, dialect.batch_rows(width));
    for row in rows {
        parts.push(row.into_iter());
    }
    send(conn, dialect, shape, verb, parts.end()).await
}

/// Sends what is ready and returns how many rows the database matched.
pub async fn send(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    shape: &BatchShape<'_>,
    verb: Verb,
    parts: Vec<Part>,
) -> Result<u64, DriverError> {
    let mut matched = 0;
    for part in parts {
        let Some(bound) = statement(dialect, shape, verb, part.rows) else { continue };
        matched += match bound.binding {
            Binding::Rows | Binding::Columns => conn.execute_all(&bound.sql, part.params).await?,
            Binding::Each => conn.execute_each(&bound.sql, part.rows, part.params).await?,
        };
    }
    Ok(matched)
}

/// How many rows one statement deletes.
const DELETED_AT_ONCE: usize = 250;

/// Deletes rows by their keys and returns how many there were. Where a table refers to itself each goes by a statement of its own, in the
/// order given: some servers look at each row of a statement by itself.
///
/// # Errors
/// What `failed` makes of the database's refusal; a column that isn't there.
pub async fn delete<'a>(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    (table, key): (&Table, &[ObjectId]),
    keys: impl Iterator<Item = &'a [Value]>,
    failed: impl Fn(DriverError) -> DataError,
) -> Result<u64, DataError> {
    let to_itself = table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(reference) => reference.references == table.id,
        _ => false,
    });
    let most = if to_itself { 1 } else { DELETED_AT_ONCE };
    let keys: Vec<_> = keys.collect();
    let mut deleted = 0;
    for some in keys.chunks(DELETED_AT_ONCE) {
        let sql = delete_by_keys(dialect, table, key, some.len().min(most))?;
        let params = some.concat();
        let done = match to_itself {
            true => conn.execute_each(&sql, some.len(), params).await,
            false => conn.execute(&sql, &params).await,
        };
        deleted += done.map_err(&failed)?;
    }
    Ok(deleted)
}

/// Nothing where rows have no versions to ask for.
fn statement(
    dialect: &dyn Dialect,
    shape: &BatchShape<'_>,
    verb: Verb,
    rows: usize,
) -> Option<dialect::Bound> {
    match verb {
        Verb::Update => Some(dialect.update_batch(shape, rows)),
        Verb::Insert => Some(dialect.insert_batch(shape, rows)),
        Verb::Same => dialect.same_batch(shape),
    }
}

/// Fails when fewer rows were matched than sent: somebody changed keys or deleted rows in between.
pub fn all_matched(table: &str, sent: u64, matched: u64) -> Result<(), DataError> {
    if matched == sent { Ok(()) } else { Err(DataError::Vanished { table: table.to_owned(), sent, matched }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(binding: Binding) -> Vec<Part> {
        let mut parts = Parts::new(binding, 2, 2);
        for n in 0..3 {
            parts.push([Value::Int(n), Value::Text(format!("t{n}"))].into_iter());
        }
        parts.end()
    }

    #[test]
    fn rows_are_bound_one_behind_the_other() {
        let parts = filled(Binding::Rows);
        assert_eq!(parts.iter().map(|part| part.rows).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(parts[1].params, [Value::Int(2), Value::Text("t2".into())]);
    }

    #[test]
    fn columns_are_bound_as_arrays_of_text() {
        let parts = filled(Binding::Columns);
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(parts[0].params[0], Value::Array(vec![text("0"), text("1")]));
        assert_eq!(
            parts[1],
            Part { rows: 1, params: vec![Value::Array(vec![text("2")]), Value::Array(vec![text("t2")])] }
        );
    }

    #[test]
    fn arrays_are_in_braces() {
        let items = [Value::Text("a\"\\,}".into()), Value::Null, Value::Int(-1), Value::Text(String::new())];
        assert_eq!(braced(&items), "{\"a\\\"\\\\,}\",NULL,\"-1\",\"\"}");
        assert_eq!(braced(&[]), "{}");
        assert_eq!(braced(&[Value::Bytes(vec![0, 255])]), "{\"\\\\x00ff\"}");
    }
}
