//! Statements with values, on the handle that sqlx opened but without its worker.
//!
//! sqlx's worker copies each value of a row, boxes the row, and sends it over a channel that holds fifty; a batch of a
//! backfill spends more time in that than in SQLite. So the worker is asked for its handle, and waits until it has it back.

use model::Value;
use rusqlite::{
    Statement,
    types::{ToSqlOutput, ValueRef},
};
use sqlx::Connection as _;
use sqlx::sqlite::LockedSqliteHandle;

use super::{Session, classed, classify};
use crate::driver::{CellType, Class, DriverError, array, cell, printable, time};

/// Messages that the worker may have unread; its queue holds fifty.
const UNHEARD: u32 = 16;

/// Takes the handle from the worker.
///
/// The worker gets a message for each time it lends its handle, and may come to read it long after the handle is back: a mutex that is
/// free is taken at once. Messages that pile up would fill its queue in the end, with us holding what it waits for before it
/// reads the next; so it is asked now and then whether it has read them all.
async fn lend(session: &mut Session) -> Result<LockedSqliteHandle<'_>, DriverError> {
    if session.lent >= UNHEARD {
        session.wire.ping().await.map_err(|error| classify(&error))?;
        session.lent = 0;
    }
    session.lent += 1;
    session.wire.lock_handle().await.map_err(|error| classify(&error))
}

/// Reads all rows.
pub async fn read(
    session: &mut Session,
    sql: &str,
    params: &[Value],
    types: &[CellType],
) -> Result<Vec<Vec<Value>>, DriverError> {
    let mut handle = lend(session).await?;
    on_handle(&mut handle, |connection| {
        let mut statement = connection.prepare(sql).map_err(failed)?;
        bind_all(&mut statement, params)?;
        let columns = statement.column_count();
        let mut out = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            let mut values = Vec::with_capacity(columns);
            for at in 0..columns {
                let value = value(row.get_ref(at).map_err(failed)?);
                let value = value.and_then(|value| match types.get(at) {
                    Some(kind) => cell::convert(value, kind),
                    None => Ok(value),
                });
                let name = || row.as_ref().column_name(at).unwrap_or_default().to_owned();
                values.push(value.map_err(|problem| DriverError::decode(&name(), &problem))?);
            }
            out.push(values);
        }
        Ok(out)
    })
}

/// Runs a statement for each of so many rows, whose parameters stand one behind the other; returns how many rows it touched.
pub async fn execute_each(
    session: &mut Session,
    sql: &str,
    rows: usize,
    params: &[Value],
) -> Result<u64, DriverError> {
    let mut handle = lend(session).await?;
    on_handle(&mut handle, |connection| {
        let mut statement = connection.prepare(sql).map_err(failed)?;
        let width = params.len() / rows.max(1);
        let mut touched = 0;
        for n in 0..rows {
            bind_all(&mut statement, params.get(n * width..(n + 1) * width).unwrap_or_default())?;
            touched += run(connection, &mut statement)?;
        }
        Ok(touched)
    })
}

/// Runs it to its end, whatever rows it returns.
fn run(connection: &rusqlite::Connection, statement: &mut Statement<'_>) -> Result<u64, DriverError> {
    if statement.column_count() == 0 {
        return Ok(statement.raw_execute().map_err(failed)? as u64);
    }
    let mut rows = statement.raw_query();
    while rows.next().map_err(failed)?.is_some() {}
    Ok(connection.changes())
}

#[expect(unsafe_code, reason = "a borrowed handle is a raw pointer between two libraries")]
fn on_handle<T>(
    handle: &mut LockedSqliteHandle<'_>,
    work: impl FnOnce(&rusqlite::Connection) -> Result<T, DriverError>,
) -> Result<T, DriverError> {
    // SAFETY: sqlx keeps the database open and its worker away for as long as it lends the handle, which outlives the
    // connection made here; that one is used by this thread alone, and dropping it finalizes its statements and doesn't close.
    let connection = unsafe { rusqlite::Connection::from_handle(handle.as_raw_handle().as_ptr()) };
    work(&connection.map_err(failed)?)
}

fn bind_all(statement: &mut Statement<'_>, params: &[Value]) -> Result<(), DriverError> {
    for (n, value) in params.iter().enumerate() {
        statement.raw_bind_parameter(n + 1, bound(value)?).map_err(failed)?;
    }
    Ok(())
}

/// A value as SQLite stores it.
fn bound(value: &Value) -> Result<ToSqlOutput<'_>, DriverError> {
    let text = |text: String| Ok(ToSqlOutput::Owned(text.into()));
    let held = match value {
        Value::Null => ValueRef::Null,
        Value::Bool(flag) => ValueRef::Integer(i64::from(*flag)),
        Value::Int(number) => ValueRef::Integer(*number),
        Value::Real(number) if !number.is_nan() => ValueRef::Real(f64::from(*number)),
        Value::Double(number) if !number.is_nan() => ValueRef::Real(*number),
        Value::Real(_) | Value::Double(_) => {
            return Err(DriverError::new(
                Class::Data,
                "SQLite would store NULL for a float that is no number",
            ));
        }
        Value::Decimal(text) | Value::Text(text) | Value::Json(text) => ValueRef::Text(text.as_bytes()),
        Value::Bytes(bytes) => ValueRef::Blob(bytes),
        Value::Uuid(uuid) => return text(cell::print_uuid(uuid)),
        Value::Date(days) => return text(time::print_date(*days)),
        Value::Time(micros) => return text(time::print_time(*micros)),
        Value::Timestamp(micros) => return text(time::print_timestamp(*micros)),
        Value::Array(items) => return text(array::print(items)),
        Value::Vector(floats) => {
            let bytes: Vec<u8> = floats.iter().flat_map(|f| f.to_le_bytes()).collect();
            return Ok(ToSqlOutput::Owned(bytes.into()));
        }
    };
    Ok(ToSqlOutput::Borrowed(held))
}

/// Reads one cell by its storage class; the column's declared type has no say in SQLite.
fn value(cell: ValueRef<'_>) -> Result<Value, String> {
    Ok(match cell {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(number) => Value::Double(number),
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
            Value::Text(text.to_owned())
        }
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
    })
}

fn failed(error: rusqlite::Error) -> DriverError {
    match error {
        rusqlite::Error::SqliteFailure(code, message) => {
            let message = message.unwrap_or_else(|| code.to_string());
            classed(code.extended_code, &message)
        }
        other => DriverError::new(Class::Other, printable(&other.to_string())),
    }
}
