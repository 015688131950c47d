//! The way back of a populate, and the way up again: what was changed in the rows that it made is kept before they are deleted, those
//! that are gone already among it, and comes back when they are made again. Each goes with the transaction that deletes or makes them.

use dialect::{
    batch::read_by_keys,
    plan::{PlannedEntry, PlannedStep},
};
use model::{Schema, StepRef, Value, data_step::LoweredPopulate};

use super::{
    super::{DataError, populate::Inserted, table},
    About, Blocks, Vault,
    restore::{LOOKUP, WayBack},
    wrote::Wrote,
};
use crate::{apply::Run, journal::Restored};

impl Run<'_> {
    /// Keeps what isn't as it was made.
    pub(in crate::data) async fn keep_changed(
        &mut self,
        at: StepRef,
        schema: &Schema,
        populate: &LoweredPopulate,
        inserted: &Inserted,
    ) -> Result<(), DataError> {
        let table = table(schema, populate.table)?;
        let about = About::of_made(populate, schema, table, &inserted.columns)?;
        let back = WayBack::new(&about, &Wrote::made(populate, table), schema)?;
        let width = back.key.len();
        let mut blocks = Blocks::new((0..inserted.columns.len()).collect());
        for some in inserted.rows.chunks(LOOKUP[usize::from(width > 1)]) {
            let sql =
                read_by_keys(self.target.dialect, table, &back.key, &inserted.columns, some.len(), true)?;
            let keys: Vec<_> = some.iter().flat_map(|row| row[..width].iter().cloned()).collect();
            let mut there = back.by_key(self.target.conn.read_rows(&sql, &keys, &back.types).await?);
            for row in some {
                let (key, made) = row.split_at(width);
                let Some(now) = there.remove(&back.key_bytes(key)) else {
                    blocks.push_gone(key);
                    continue;
                };
                let now = &now[width..];
                let as_made = back.columns.iter().zip(now.iter().zip(made));
                let made: Vec<Value> = as_made
                    .map(|(column, (now, made))| if column.same(now, made) { now } else { made }.clone())
                    .collect();
                blocks.push(key, now, &made);
            }
        }
        let blocks = blocks.end();
        if !blocks.is_empty() {
            let vault = Vault::open(&mut self.target.conn, self.target.dialect, at, about).await?;
            vault.keep(&mut self.target.conn, blocks).await?;
        }
        Ok(())
    }

    /// Brings it back into rows that were just made.
    pub(in crate::data) async fn bring_changed(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        populate: &LoweredPopulate,
    ) -> Result<Option<Restored>, DataError> {
        let table = table(schema, populate.table)?;
        self.all_back(entry, step, schema, &Wrote::made(populate, table)).await
    }
}
