//! What the vault holds of steps of DDL: tables of its own, and what is said of them.

use std::collections::BTreeMap;

use dialect::{
    Dialect,
    vault::{Held, held_sql},
};
use model::{Digest, EntryId, StepRef, Value};

use super::DataError;
use crate::{
    driver::{Connection, DriverError},
    journal::{Partial, own_table_exists},
    target::Target,
};

/// What is held, by step. What an entry has brought back is held as long as the target is in the middle of that entry: the plan that goes
/// on with it is the one that began.
pub async fn read_held(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    partial: Option<&Partial>,
) -> Result<BTreeMap<StepRef, Held>, DataError> {
    let read = rows_of(conn, dialect).await?;
    let by_it = |gone: &String| partial.is_some_and(|partial| partial.entry.to_string() == *gone);
    let here = read.into_iter().filter(|(_, held, gone)| !held.gone || by_it(gone));
    Ok(here.map(|(at, held, _)| (at, held)).collect())
}

/// What is said of everything that is held: the step, what, and by which entry it was brought back.
async fn rows_of(
    conn: &mut Connection,
    dialect: &dyn Dialect,
) -> Result<Vec<(StepRef, Held, String)>, DataError> {
    let mut all = Vec::new();
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
        all.push((at, held, gone.clone()));
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

/// What the vault holds of one step of DDL.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldRows {
    /// The step.
    pub at: StepRef,
    /// What.
    pub held: Held,
    /// How many rows.
    pub rows: u64,
    /// About how large it is.
    pub bytes: u64,
}

/// Everything that is held of steps of DDL, what is being purged among it.
pub async fn held(target: &mut Target) -> Result<Vec<HeldRows>, DataError> {
    let mut all = Vec::new();
    for (at, held, _) in rows_of(&mut target.conn, target.dialect).await? {
        let (mut rows, mut bytes) = (0, 0);
        for (n, (name, columns)) in held.tables(at).into_iter().enumerate() {
            // A purge that was cut off may have left only what is said of it.
            if !own_table_exists(&mut target.conn, target.dialect, &name).await? {
                continue;
            }
            if n == 0 {
                rows = number(&mut target.conn, &format!("SELECT count(*) FROM {name}")).await?;
            }
            bytes += number(&mut target.conn, &target.dialect.size_held(&name, &columns)).await?;
        }
        all.push(HeldRows { at, held, rows, bytes });
    }
    Ok(all)
}

async fn number(conn: &mut Connection, sql: &str) -> Result<u64, DriverError> {
    let rows = conn.query(sql, &[]).await?;
    Ok(match rows.first().and_then(|row| row.first()) {
        Some(Value::Int(n)) => u64::try_from(*n).unwrap_or(0),
        _ => 0,
    })
}
