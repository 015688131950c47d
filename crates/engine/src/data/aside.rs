//! Rows set aside: what the target keeps of the rows that a data step left as they were. Key, class and message, never values.
//!
//! A row is open until somebody tried it again with success, or a later step repaired it; then it stays on record as closed.

use dialect::{
    Dialect,
    aside::{AsideSql, aside_sql},
};
use model::{Digest, StepRef, Value};

use super::{
    DataError,
    reject::{Aside, Class},
    vault::{key_bytes, read_key},
};
use crate::{
    driver::{Connection, DriverError},
    journal::own_table_exists,
    target::Target,
};

/// By what a row is closed that was tried again.
pub const RETRIED: &str = "retry";

/// A row set aside, with the step that did it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The step.
    pub at: StepRef,
    /// Its number among those of the step, from 1.
    pub number: u64,
    /// The row.
    pub row: Aside,
    /// When, by the clock of the machine that did it.
    pub when: String,
    /// By what it was closed: [`RETRIED`], or a step as `<entry>#<number from 1>`; empty while it is open.
    pub closed_by: String,
}

impl Listed {
    /// Whether it still waits for somebody.
    pub fn is_open(&self) -> bool {
        self.closed_by.is_empty()
    }
}

/// The digest of rows set aside, with one more: BLAKE3 of the digest before it, then key, class, message, each with its length as
/// u32 LE before it, and the row's input hash.
pub fn with(before: Digest, row: &Aside) -> Digest {
    let mut bytes = before.0.to_vec();
    for text in [row.key.as_str(), row.class.name(), row.message.as_str()] {
        bytes.extend((text.len() as u32).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.extend(row.input.0);
    Digest::of(&bytes)
}

/// Puts rows on record, in the running transaction.
pub async fn put(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    at: StepRef,
    first: u64,
    (rows, when): (&[Aside], &str),
) -> Result<(), DataError> {
    let sql = aside_sql(dialect);
    for (number, row) in (first..).zip(rows) {
        let [entry, step, number] = one(at, number);
        let (key, class, message) = (text(&row.key), text(row.class.name()), text(&row.message));
        let cells = Value::Bytes(key_bytes(&row.values));
        let input = text(&row.input.to_string());
        let params = [entry, step, number, key, cells, class, message, input, text(when)];
        conn.execute(&sql.put, &params).await?;
    }
    Ok(())
}

/// Gives a row the number that it has among all of its step, in the running transaction.
pub async fn renumber(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    row: &Listed,
    number: u64,
) -> Result<(), DriverError> {
    let [entry, step, old] = one(row.at, row.number);
    let params = [Value::Int(i64::try_from(number).unwrap_or(i64::MAX)), entry, step, old];
    conn.execute(&aside_sql(dialect).renumber, &params).await.map(|_| ())
}

/// Forgets the rows of a step, in the running transaction: it is undone, or begins anew.
pub async fn forget(conn: &mut Connection, dialect: &dyn Dialect, at: StepRef) -> Result<(), DriverError> {
    conn.execute(&aside_sql(dialect).forget, &of(at)).await.map(|_| ())
}

/// Closes a row, in the running transaction.
pub async fn close(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    row: &Listed,
    by: &str,
) -> Result<(), DriverError> {
    let [entry, step, number] = one(row.at, row.number);
    conn.execute(&aside_sql(dialect).close, &[text(by), entry, step, number]).await.map(|_| ())
}

/// Opens the rows again that a step had repaired, in the running transaction: it is undone.
pub async fn reopen(conn: &mut Connection, dialect: &dyn Dialect, by: StepRef) -> Result<(), DriverError> {
    conn.execute(&aside_sql(dialect).reopen, &[text(&step_name(by))]).await.map(|_| ())
}

/// Says of an open row why it is refused now, in the running transaction.
pub async fn renew(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    listed: &Listed,
    now: &Aside,
) -> Result<(), DriverError> {
    let [entry, step, number] = one(listed.at, listed.number);
    let (class, message) = (text(now.class.name()), text(&now.message));
    let params = [class, message, text(&now.input.to_string()), entry, step, number];
    conn.execute(&aside_sql(dialect).renew, &params).await.map(|_| ())
}

/// All rows set aside on a target, open and closed, by entry and step. Writes nothing.
pub async fn list(target: &mut Target) -> Result<Vec<Listed>, DataError> {
    if !own_table_exists(&mut target.conn, target.dialect, "strat_rejected").await? {
        return Ok(Vec::new());
    }
    let AsideSql { list, .. } = aside_sql(target.dialect);
    let rows = target.conn.query(&list, &[]).await?;
    rows.into_iter().map(|row| listed(row).ok_or_else(unreadable)).collect()
}

/// A step as people type it, with its whole entry.
pub fn step_name(at: StepRef) -> String {
    format!("{}#{}", at.entry, u64::from(at.step) + 1)
}

fn unreadable() -> DataError {
    DataError::Progress("the rows set aside can't be read".to_owned())
}

fn listed(row: Vec<Value>) -> Option<Listed> {
    let row = <[Value; 10]>::try_from(row).ok()?;
    let [
        Value::Text(entry),
        Value::Int(step),
        Value::Int(number),
        Value::Text(key),
        Value::Bytes(cells),
        Value::Text(class),
        Value::Text(message),
        Value::Text(input),
        Value::Text(when),
        Value::Text(closed_by),
    ] = row
    else {
        return None;
    };
    let class = Class::ALL.into_iter().find(|known| known.name() == class)?;
    let at = StepRef { entry: Digest::parse(&entry)?, step: u32::try_from(step).ok()? };
    let row = Aside { key, values: read_key(&cells)?, class, message, input: Digest::parse(&input)? };
    Some(Listed { at, number: u64::try_from(number).ok()?, row, when, closed_by })
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn of(at: StepRef) -> [Value; 2] {
    [text(&at.entry.to_string()), Value::Int(i64::from(at.step))]
}

fn one(at: StepRef, number: u64) -> [Value; 3] {
    let [entry, step] = of(at);
    [entry, step, Value::Int(i64::try_from(number).unwrap_or(i64::MAX))]
}
