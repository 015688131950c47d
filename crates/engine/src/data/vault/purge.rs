//! Removes what the vault keeps and nobody is to have back any more. It is journaled: from then on the way back of those steps is lossy.

use std::{sync::atomic::AtomicBool, time::Duration};

use dialect::vault::{held::name_of, held_sql};
use model::{StepRef, Value};

use super::{DataError, Kept, Vault, held::held, kept};
use crate::{
    clock,
    driver::DriverError,
    journal::{Kind, Record, Way},
    lease::Lease,
    target::Target,
};

/// Something that the vault keeps, and since when.
#[derive(Clone, Debug, PartialEq)]
pub struct Old {
    /// The step.
    pub at: StepRef,
    /// What is kept, in words.
    pub what: String,
    /// How many rows.
    pub rows: u64,
    /// How large it is.
    pub bytes: u64,
    /// When the journal last told of the step; nothing where it never did.
    pub since: Option<String>,
    /// Whether it stands in tables of its own.
    own_tables: bool,
}

const DAY_MS: i64 = 86_400_000;

/// What has been kept for at least so many days. What an entry needs that the target is in the middle of is left out, and so is what the
/// journal doesn't tell of, but for no days at all.
pub async fn older_than(target: &mut Target, days: u32) -> Result<Vec<Old>, DataError> {
    let mut all = Vec::new();
    for one in kept(target).await? {
        let what = one.about.words();
        let Kept { at, rows, bytes, .. } = one;
        all.push(Old { at, what, rows, bytes, since: None, own_tables: false });
    }
    for one in held(target).await? {
        let what = one.held.words();
        all.push(Old { at: one.at, what, rows: one.rows, bytes: one.bytes, since: None, own_tables: true });
    }
    if all.is_empty() {
        return Ok(all);
    }
    let records = target.journal.records(&mut target.conn).await?;
    for one in &mut all {
        one.since = records.iter().rev().find(|record| tells_of(record, one.at)).map(time_of);
    }
    let latest = clock::rfc3339(clock::now_ms() - i64::from(days) * DAY_MS);
    let begun = target.journal.position.partial.as_ref().map(|partial| partial.entry);
    all.retain(|one| {
        let old = match &one.since {
            Some(since) => *since <= latest,
            None => days == 0,
        };
        old && begun != Some(one.at.entry)
    });
    Ok(all)
}

/// Whether something was kept, or could have been, when that was written.
fn tells_of(record: &Record, at: StepRef) -> bool {
    let kind = matches!(record.kind, Kind::Applied | Kind::Reverted | Kind::Receipt);
    let named = record.entry == at.entry || record.of == Some(at);
    kind && (named || record.treated.iter().any(|(of, _)| *of == at))
}

fn time_of(record: &Record) -> String {
    record.server_at.clone().unwrap_or_else(|| record.at.clone())
}

/// Removes those, one by one, each with its record.
pub async fn purge(target: &mut Target, all: &[Old], patience: Duration) -> Result<(), DataError> {
    let key = target.lock_key();
    let wait = (patience, &AtomicBool::new(false));
    let Target { conn, dialect, journal, .. } = &mut *target;
    let lease = Lease::take(conn, *dialect, journal, key, wait, &mut |_| {}).await?;
    target.journal.refresh(&mut target.conn).await?;
    let mut result = Ok(());
    for one in all {
        if result.is_ok() {
            result = purge_one(target, one).await;
        }
    }
    if !target.conn.is_broken() {
        lease.release(&mut target.conn, target.dialect, &target.journal).await;
    }
    result
}

/// What is said of a table goes last: a crash before leaves it marked, so that nothing comes back from what may be gone, and the same
/// command finds it again.
async fn purge_one(target: &mut Target, one: &Old) -> Result<(), DataError> {
    let mut record = target.journal.draft(Kind::Purged, one.at.entry, Way::Up);
    record.step = Some(one.at.step);
    record.position = target.journal.position.heads.clone();
    record.note = Some(format!("{}: {} rows", one.what, one.rows));
    if one.own_tables && !target.dialect.envelope().transactional_ddl {
        mark(target, one.at).await?;
        drop_tables(target, one.at).await?;
    }
    let before = target.journal.position.clone();
    target.conn.begin().await?;
    let result = inside(target, one, record).await;
    match result {
        Ok(()) => target.conn.commit().await?,
        Err(_) => {
            // The connection may be gone; then the server rolls back by itself.
            let _ = target.conn.rollback().await;
            target.journal.position = before;
        }
    }
    result
}

async fn inside(target: &mut Target, one: &Old, record: Record) -> Result<(), DataError> {
    if one.own_tables {
        if target.dialect.envelope().transactional_ddl {
            drop_tables(target, one.at).await?;
        }
        let sql = held_sql(target.dialect);
        target.conn.execute(&sql.drop, &[Value::Text(name_of(one.at))]).await?;
    } else if let Some(vault) = Vault::find(&mut target.conn, target.dialect, one.at).await? {
        vault.end(&mut target.conn).await?;
    }
    target.journal.append(&mut target.conn, vec![record]).await?;
    Ok(())
}

async fn mark(target: &mut Target, at: StepRef) -> Result<(), DriverError> {
    let sql = held_sql(target.dialect);
    target.conn.execute(&sql.purge, &[Value::Text(name_of(at))]).await.map(drop)
}

async fn drop_tables(target: &mut Target, at: StepRef) -> Result<(), DriverError> {
    for name in dialect::vault::held::names_of(at) {
        target.conn.run(&format!("DROP TABLE IF EXISTS {name}")).await?;
    }
    Ok(())
}
