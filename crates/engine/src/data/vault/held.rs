//! What the vault holds of steps of DDL: tables of its own, and what is said of them.

use std::collections::BTreeMap;

use dialect::{
    Dialect,
    vault::{Held, held::name_of, held_sql},
};
use model::{Digest, EntryId, StepRef, Value};

use super::DataError;
use crate::{
    driver::{Connection, DriverError},
    journal::{Partial, own_table_exists},
};

/// What is held, by step. What an entry has brought back is held as long as the target is in the middle of that entry: the plan that goes
/// on with it is the one that began.
pub async fn read_held(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    partial: Option<&Partial>,
) -> Result<BTreeMap<StepRef, Held>, DataError> {
    let mut all = BTreeMap::new();
    if !own_table_exists(conn, dialect, "strat_vault_held").await? {
        return Ok(all);
    }
    for row in conn.query(held_sql(dialect).list, &[]).await? {
        let [Value::Text(entry), Value::Int(step), Value::Text(about), Value::Text(gone)] = &row[..] else {
            return Err(DataError::Vault("its columns have other types".to_owned()));
        };
        let entry = Digest::parse(entry).ok_or_else(|| DataError::Vault("it names no entry".to_owned()))?;
        let at = StepRef { entry, step: u32::try_from(*step).unwrap_or(u32::MAX) };
        let read = ledger::source::options().from_str::<Held>(about);
        let mut held = read.map_err(|cause| DataError::Vault(cause.to_string()))?;
        held.gone = !gone.is_empty();
        if !held.gone || partial.is_some_and(|partial| partial.entry.to_string() == *gone) {
            all.insert(at, held);
        }
    }
    Ok(all)
}

/// Forgets what an entry has brought back, in the transaction that closes it.
pub async fn forget_held(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    entry: EntryId,
) -> Result<(), DriverError> {
    conn.execute(&held_sql(dialect).forget, &[Value::Text(entry.to_string())]).await.map(drop)
}

/// How many rows a table of the vault has.
pub async fn rows_held(conn: &mut Connection, at: StepRef) -> Result<u64, DriverError> {
    let rows = conn.query(&format!("SELECT count(*) FROM {}", name_of(at)), &[]).await?;
    Ok(match rows.first().and_then(|row| row.first()) {
        Some(Value::Int(n)) => u64::try_from(*n).unwrap_or(0),
        _ => 0,
    })
}
