//! Brings what was changed in rows that a step had made back into those that it just made again.
//!
//! Rows that somebody had deleted go first, those of a table before those of the tables that its foreign keys lead to; rows that the step
//! doesn't make any more come next, the other way round; then what was changed in the others.

use dialect::{
    BatchShape, Versions,
    plan::{PlannedEntry, PlannedStep},
};
use model::{Schema, Value};

use super::{
    super::{
        DataError,
        write::{Verb, delete, write},
    },
    KeptRow, Vault,
    made::{MadeBy, range_of},
    restore::{WayBack, not_back},
};
use crate::{apply::Run, journal::Restored};

/// What came back: how much of it, and the keys of the rows that were made of what was kept, by table.
pub(in crate::data) type Brought = (Option<Restored>, Vec<Vec<Vec<Value>>>);

/// One round through what is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    Delete,
    Insert,
    Update,
}

impl Run<'_> {
    /// Brings everything back that is kept of the step, in the running transaction.
    pub(in crate::data) async fn bring_changed(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        made: &MadeBy<'_>,
    ) -> Result<Brought, DataError> {
        let at = step.at(entry.entry);
        let mut keys = vec![Vec::new(); made.tables.len()];
        let found = Vault::find(&mut self.target.conn, self.target.dialect, at).await?;
        let Some(vault) = found else { return Ok((None, keys)) };
        let about = vault.about.clone();
        let ways = made.ways_back(&about, schema)?;
        let mut restored = Restored { kept: vault.rows(&mut self.target.conn).await?, ..Restored::default() };
        for number in (0..ways.len()).rev() {
            self.round(&vault, (number, &ways[number]), Round::Delete, &mut restored).await?;
        }
        for round in [Round::Insert, Round::Update] {
            for (number, way) in ways.iter().enumerate() {
                keys[number].extend(self.round(&vault, (number, way), round, &mut restored).await?);
            }
        }
        vault.end(&mut self.target.conn).await?;
        self.tell_restored(entry, step, restored);
        Ok((Some(restored), keys))
    }

    /// Goes through what is kept of one table; the keys of new rows come back.
    async fn round(
        &mut self,
        vault: &Vault,
        (number, way): (usize, &WayBack<'_>),
        round: Round,
        restored: &mut Restored,
    ) -> Result<Vec<Vec<Value>>, DataError> {
        let range = range_of(number);
        let (mut block, mut keys) = (range.start, Vec::new());
        while let Some((next, rows)) = vault.behind(&mut self.target.conn, block).await? {
            if next >= range.end {
                break;
            }
            block = next;
            let (gone, there): (Vec<KeptRow>, Vec<KeptRow>) = rows.into_iter().partition(KeptRow::is_gone);
            match round {
                Round::Delete => self.delete_again(way, gone, restored).await?,
                Round::Insert => {
                    let whole: Vec<_> = there.into_iter().filter(KeptRow::is_whole).collect();
                    for some in whole.chunks(way.at_once()) {
                        keys.extend(self.insert_again(way, some).await?);
                    }
                }
                Round::Update => {
                    for some in there.chunks(way.at_once()) {
                        self.rows_back(way, some.to_vec(), restored).await?;
                    }
                }
            }
        }
        Ok(keys)
    }

    async fn delete_again(
        &mut self,
        way: &WayBack<'_>,
        rows: Vec<KeptRow>,
        restored: &mut Restored,
    ) -> Result<(), DataError> {
        let (dialect, keys) = (self.target.dialect, rows.iter().map(|row| row.key.as_slice()));
        let failed = |cause| not_back(way, cause);
        let deleted = delete(&mut self.target.conn, dialect, (way.table, &way.key), keys, failed).await?;
        restored.restored += deleted;
        restored.gone += (rows.len() as u64).saturating_sub(deleted);
        Ok(())
    }

    /// Makes those rows that aren't there of what was kept. What can't be said any more by the types that the columns have now is left
    /// out, and counted as gone in the round behind this one.
    async fn insert_again(
        &mut self,
        way: &WayBack<'_>,
        rows: &[KeptRow],
    ) -> Result<Vec<Vec<Value>>, DataError> {
        let keys: Vec<_> = rows.iter().map(|row| row.key.as_slice()).collect();
        let there = self.stand(way, &keys).await?;
        let missing = rows.iter().zip(there).filter(|(_, there)| there.is_none()).map(|(row, _)| row);
        let whole = missing.filter_map(|row| {
            let (_, values, left) = way.decide(row.cells.clone(), &vec![Value::Null; row.cells.len()]);
            (!left).then(|| row.key.iter().cloned().chain(values).collect::<Vec<_>>())
        });
        let rows: Vec<_> = whole.collect();
        let made = rows.iter().map(|row| row[..way.key.len()].to_vec()).collect();
        let columns: Vec<_> = way.columns.iter().map(|column| column.id).collect();
        let shape = BatchShape {
            table: way.table,
            schema: way.schema,
            key: &way.key,
            columns: &columns,
            versions: Versions::Unheeded,
        };
        if !rows.is_empty() {
            let written = write(&mut self.target.conn, self.target.dialect, &shape, Verb::Insert, rows).await;
            written.map_err(|cause| not_back(way, cause))?;
        }
        Ok(made)
    }
}
