//! The vault of cells: what a backfill overwrites is kept in the target, in the transaction of its batch, and put back on the way
//! down.
//!
//! A backfill has a vault of its own, found by entry and step; so has a step that makes rows while it is undone (`made.rs`). What was
//! overwritten and what was written stand in it side by side, so that the way back touches only cells that still hold what was written. They are
//! kept as blocks of many rows: the cost of keeping them is one more insert for a thousand rows, on every database alike.

mod about;
mod blame;
mod block;
mod held;
mod look;
mod made;
mod purge;
mod remade;
mod restore;
mod unmet;
mod walk;
mod wrote;

use std::sync::atomic::{AtomicI64, Ordering};

use dialect::{
    Dialect,
    vault::{VaultSql, vault_sql},
};
use model::{StepRef, Value};

pub use about::{About, KeptColumn};
pub use block::{Block, Blocks, KeptRow, key_bytes, read, read_key};
pub use held::{HeldRows, forget_held, held, read_held};
pub use look::{Fate, Kept, fates, kept};
pub(in crate::data) use made::{Filled, Keeping, MadeBy};
pub use purge::{Old, older_than, purge};
pub use unmet::unmet;
pub use wrote::{Wrote, misfit};

use super::DataError;
use crate::{driver::Connection, journal::own_table_exists};

/// Numbers of blocks, and of rows set aside, that one range of a step has for itself.
pub const RANGE_BITS: u32 = 32;

/// Where in the order of a step's tables the rows of a block belong; each table has a range of numbers for itself.
pub(super) fn part_of(block: i64) -> usize {
    usize::try_from(block >> RANGE_BITS).unwrap_or(0).saturating_sub(1)
}

/// The vault of one data step.
#[derive(Debug)]
pub struct Vault {
    sql: VaultSql,
    number: i64,
    /// What it keeps.
    pub about: About,
    /// The number of the next block.
    next: AtomicI64,
}

impl Vault {
    /// The vault of that step, if it has one.
    pub async fn find(
        conn: &mut Connection,
        dialect: &dyn Dialect,
        at: StepRef,
    ) -> Result<Option<Vault>, DataError> {
        Vault::find_for(conn, dialect, at, 0).await
    }

    /// The same for one range of the step: its blocks are numbered by themselves, behind those of the ranges before it, so that several
    /// can be put in at once and still stand in the order of the keys.
    pub async fn find_for(
        conn: &mut Connection,
        dialect: &dyn Dialect,
        at: StepRef,
        range: i64,
    ) -> Result<Option<Vault>, DataError> {
        if !own_table_exists(conn, dialect, "strat_vault").await? {
            return Ok(None);
        }
        let sql = vault_sql(dialect);
        let rows = conn.query(&sql.find, &of(at)).await?;
        let Some([Value::Int(number), about]) = rows.first().map(|row| &row[..]) else { return Ok(None) };
        let about = About::from_bytes(bytes(about)?)?;
        let last = match range {
            0 => number_of(&conn.query(&sql.last_block, &[Value::Int(*number)]).await?),
            range => {
                let end = Value::Int((range + 1) << RANGE_BITS);
                let found = number_of(&conn.query(&sql.last_before, &[Value::Int(*number), end]).await?);
                found.max(range << RANGE_BITS)
            }
        };
        Ok(Some(Vault { sql, number: *number, about, next: AtomicI64::new(last + 1) }))
    }

    /// The vault of that step, made in the running transaction where it has none.
    pub async fn open(
        conn: &mut Connection,
        dialect: &dyn Dialect,
        at: StepRef,
        about: About,
    ) -> Result<Vault, DataError> {
        if let Some(found) = Vault::find(conn, dialect, at).await? {
            return Ok(found);
        }
        let sql = vault_sql(dialect);
        let number = number_of(&conn.query(&sql.last, &[]).await?) + 1;
        let [entry, step] = of(at);
        let row = [Value::Int(number), entry, step, Value::Bytes(about.to_bytes()?)];
        conn.execute(&sql.begin, &row).await?;
        Ok(Vault { sql, number, about, next: AtomicI64::new(1) })
    }

    /// Puts blocks in, in the running transaction. Where that is rolled back, the vault has to be found anew, so that no number is left out.
    pub async fn keep(&self, conn: &mut Connection, blocks: Vec<Block>) -> Result<(), DataError> {
        for block in blocks {
            let size = i64::try_from(block.bytes.len()).unwrap_or(i64::MAX);
            let rows = i64::try_from(block.rows).unwrap_or(i64::MAX);
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let row = [number, rows, size].map(Value::Int);
            let row = [Value::Int(self.number)].into_iter().chain(row).chain([Value::Bytes(block.bytes)]);
            conn.execute_all(&self.sql.put, row.collect()).await?;
        }
        Ok(())
    }

    /// How many rows it has.
    pub async fn rows(&self, conn: &mut Connection) -> Result<u64, DataError> {
        let rows = number_of(&conn.query(&self.sql.rows, &[Value::Int(self.number)]).await?);
        Ok(u64::try_from(rows).unwrap_or(0))
    }

    /// The rows of the block that was put in last, with its number: what was done last is undone first.
    pub async fn last(&self, conn: &mut Connection) -> Result<Option<(i64, Vec<KeptRow>)>, DataError> {
        let rows = conn.query(&self.sql.take, &[Value::Int(self.number)]).await?;
        self.block(rows)
    }

    /// The rows of the block behind that number, with its own.
    pub async fn behind(
        &self,
        conn: &mut Connection,
        block: i64,
    ) -> Result<Option<(i64, Vec<KeptRow>)>, DataError> {
        let rows = conn.query(&self.sql.next, &[Value::Int(self.number), Value::Int(block)]).await?;
        self.block(rows)
    }

    fn block(&self, rows: Vec<Vec<Value>>) -> Result<Option<(i64, Vec<KeptRow>)>, DataError> {
        let Some([Value::Int(block), cells]) = rows.first().map(|row| &row[..]) else { return Ok(None) };
        let about = self.about.of_block(*block);
        let rows = read(bytes(cells)?, about.key.len(), about.columns.len());
        let broken = || DataError::Vault(format!("block {block} of vault {} is broken", self.number));
        Ok(Some((*block, rows.ok_or_else(broken)?)))
    }

    /// Removes a block, in the running transaction.
    pub async fn drop_block(&self, conn: &mut Connection, block: i64) -> Result<(), DataError> {
        conn.execute(&self.sql.drop_block, &[Value::Int(self.number), Value::Int(block)]).await?;
        Ok(())
    }

    /// Removes it with all that is left in it, in the running transaction.
    pub async fn end(self, conn: &mut Connection) -> Result<(), DataError> {
        conn.execute(&self.sql.drop_blocks, &[Value::Int(self.number)]).await?;
        conn.execute(&self.sql.end, &[Value::Int(self.number)]).await?;
        Ok(())
    }
}

fn of(at: StepRef) -> [Value; 2] {
    [Value::Text(at.entry.to_string()), Value::Int(i64::from(at.step))]
}

fn bytes(value: &Value) -> Result<&[u8], DataError> {
    match value {
        Value::Bytes(bytes) => Ok(bytes),
        _ => Err(DataError::Vault("its columns have other types".to_owned())),
    }
}

fn number_of(rows: &[Vec<Value>]) -> i64 {
    match rows.first().and_then(|row| row.first()) {
        Some(Value::Int(n)) => *n,
        _ => 0,
    }
}
