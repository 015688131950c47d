//! What was changed in rows that a step made, until it is undone: it is kept before they are deleted, those that are gone already among it,
//! and comes back when they are made again. Each goes with a transaction that deletes or makes them.

use model::{ObjectId, Schema, StepRef, Value, data_step::BatchColumn};

use super::{
    super::{DataError, table},
    About, Block, Blocks, RANGE_BITS, Vault,
    restore::WayBack,
    wrote::Wrote,
};
use crate::apply::Run;

/// The tables that a step makes rows of, in the order of its inserts.
pub(in crate::data) struct MadeBy<'a> {
    pub script: &'a str,
    pub tables: Vec<Filled<'a>>,
}

/// One of them.
pub(in crate::data) struct Filled<'a> {
    pub table: ObjectId,
    pub key: &'a [BatchColumn],
    /// The columns that an insert names behind the key's.
    pub columns: &'a [ObjectId],
}

impl MadeBy<'_> {
    /// How each table's rows go back by what was kept of them.
    pub(super) fn ways_back<'a>(
        &self,
        about: &'a About,
        schema: &'a Schema,
    ) -> Result<Vec<WayBack<'a>>, DataError> {
        let tables = self.tables.iter().zip(about.tables());
        tables
            .map(|(one, about)| WayBack::new(about, &Wrote::made(one.key, table(schema, one.table)?), schema))
            .collect()
    }
}

/// Collects what isn't as it was made, table by table.
pub(in crate::data) struct Keeping<'a> {
    at: StepRef,
    about: &'a About,
    ways: Vec<WayBack<'a>>,
    blocks: Vec<Blocks>,
    vaults: Vec<Option<Vault>>,
}

impl<'a> Keeping<'a> {
    /// Nothing yet.
    pub fn new(
        at: StepRef,
        about: &'a About,
        made: &MadeBy<'_>,
        schema: &'a Schema,
    ) -> Result<Keeping<'a>, DataError> {
        let ways = made.ways_back(about, schema)?;
        let blocks = ways.iter().map(|way| Blocks::new((0..way.columns.len()).collect())).collect();
        let vaults = ways.iter().map(|_| None).collect();
        Ok(Keeping { at, about, ways, blocks, vaults })
    }

    /// A key of the table with that number as bytes that tell whether two are the same.
    pub fn key_bytes(&self, number: usize, row: &[Value]) -> Vec<u8> {
        let way = &self.ways[number];
        way.key_bytes(&row[..way.key.len()])
    }
}

impl Run<'_> {
    /// Holds what stands in the table with that number against rows as they were made, and keeps what differs.
    pub(in crate::data) async fn keep_changed(
        &mut self,
        keeping: &mut Keeping<'_>,
        number: usize,
        rows: &[Vec<Value>],
    ) -> Result<(), DataError> {
        let (way, blocks) = (&keeping.ways[number], &mut keeping.blocks[number]);
        let width = way.key.len();
        for some in rows.chunks(way.at_once()) {
            let keys: Vec<_> = some.iter().map(|row| &row[..width]).collect();
            let there = self.stand(way, &keys).await?;
            for (row, now) in some.iter().zip(there) {
                let (key, made) = row.split_at(width);
                let Some(now) = now else {
                    blocks.push_gone(key);
                    continue;
                };
                let as_made = way.columns.iter().zip(now[width..].iter().zip(made));
                let made: Vec<Value> = as_made
                    .map(|(column, (now, made))| if column.same(now, made) { now } else { made }.clone())
                    .collect();
                blocks.push(key, &now[width..], &made);
            }
        }
        self.keep_blocks(keeping, number, false).await
    }

    /// Keeps rows of the table with that number as they stand, as nobody can say how they were made.
    pub(in crate::data) async fn keep_whole(
        &mut self,
        keeping: &mut Keeping<'_>,
        number: usize,
        keys: &[Vec<Value>],
    ) -> Result<(), DataError> {
        let (way, blocks) = (&keeping.ways[number], &mut keeping.blocks[number]);
        let width = way.key.len();
        for some in keys.chunks(way.at_once()) {
            let some: Vec<_> = some.iter().map(Vec::as_slice).collect();
            let there = self.stand(way, &some).await?;
            // Of a row that is gone, and would not be made again, nothing is wanted back.
            for (key, now) in some.into_iter().zip(there).filter_map(|(key, now)| Some((key, now?))) {
                blocks.push_whole(key, &now[width..]);
            }
        }
        self.keep_blocks(keeping, number, false).await
    }

    /// Puts what was collected into the vault, in the running transaction.
    pub(in crate::data) async fn keep_rest(&mut self, mut keeping: Keeping<'_>) -> Result<(), DataError> {
        for number in 0..keeping.ways.len() {
            self.keep_blocks(&mut keeping, number, true).await?;
        }
        Ok(())
    }

    /// Puts full blocks into the vault, or all.
    async fn keep_blocks(
        &mut self,
        keeping: &mut Keeping<'_>,
        number: usize,
        all: bool,
    ) -> Result<(), DataError> {
        let collected = &mut keeping.blocks[number];
        let blocks: Vec<Block> = match all {
            true => std::mem::replace(collected, Blocks::new(Vec::new())).end(),
            false => collected.take_full(),
        };
        if blocks.is_empty() {
            return Ok(());
        }
        let vault = match keeping.vaults[number].take() {
            Some(vault) => vault,
            None => {
                let (conn, dialect, at) = (&mut self.target.conn, self.target.dialect, keeping.at);
                let vault = Vault::open(conn, dialect, at, keeping.about.clone()).await?;
                Vault::find_for(conn, dialect, at, number as i64 + 1).await?.unwrap_or(vault)
            }
        };
        vault.keep(&mut self.target.conn, blocks).await?;
        keeping.vaults[number] = Some(vault);
        Ok(())
    }
}

/// The numbers that blocks of the table with that number have, without the first.
pub(super) fn range_of(number: usize) -> std::ops::Range<i64> {
    let first = if number == 0 { 0 } else { (number as i64 + 1) << RANGE_BITS };
    first..(number as i64 + 2) << RANGE_BITS
}
