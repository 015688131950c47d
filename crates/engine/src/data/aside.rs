//! Rows set aside: what the target keeps of the rows that a data step left as they were. Key, class and message, never values.

use dialect::{
    Dialect,
    aside::{AsideSql, aside_sql},
};
use model::{Digest, StepRef, Value};

use super::{
    DataError,
    reject::{Aside, Class},
};
use crate::{
    driver::{Connection, DriverError},
    journal::own_table_exists,
    target::Target,
};

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
        let text = |text: &str| Value::Text(text.to_owned());
        let [entry, step] = of(at);
        let number = Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
        let (key, class, message) = (text(&row.key), text(row.class.name()), text(&row.message));
        let params = [entry, step, number, key, class, message, text(&row.input.to_string()), text(when)];
        conn.execute(&sql.put, &params).await?;
    }
    Ok(())
}

/// Forgets the rows of a step, in the running transaction: it is undone, or begins anew.
pub async fn forget(conn: &mut Connection, dialect: &dyn Dialect, at: StepRef) -> Result<(), DriverError> {
    conn.execute(&aside_sql(dialect).forget, &of(at)).await.map(|_| ())
}

/// All rows set aside on a target. Writes nothing.
pub async fn list(target: &mut Target) -> Result<Vec<Listed>, DataError> {
    if !own_table_exists(&mut target.conn, target.dialect, "strat_rejected").await? {
        return Ok(Vec::new());
    }
    let AsideSql { list, .. } = aside_sql(target.dialect);
    let rows = target.conn.query(&list, &[]).await?;
    rows.into_iter().map(|row| listed(row).ok_or_else(unreadable)).collect()
}

fn unreadable() -> DataError {
    DataError::Progress("the rows set aside can't be read".to_owned())
}

fn listed(row: Vec<Value>) -> Option<Listed> {
    let row = <[Value; 8]>::try_from(row).ok()?;
    let [
        Value::Text(entry),
        Value::Int(step),
        Value::Int(number),
        Value::Text(key),
        Value::Text(class),
        Value::Text(message),
        Value::Text(input),
        Value::Text(when),
    ] = row
    else {
        return None;
    };
    let class = Class::ALL.into_iter().find(|known| known.name() == class)?;
    let at = StepRef { entry: Digest::parse(&entry)?, step: u32::try_from(step).ok()? };
    let row = Aside { key, class, message, input: Digest::parse(&input)? };
    Some(Listed { at, number: u64::try_from(number).ok()?, row, when })
}

fn of(at: StepRef) -> [Value; 2] {
    [Value::Text(at.entry.to_string()), Value::Int(i64::from(at.step))]
}
