//! Goes through what a vault keeps of a backfill, block by block, beside the rows as the target has them. Writes nothing.

use dialect::batch::read_by_keys;
use model::{ObjectId, Value};

use super::{KeptRow, Vault, restore::WayBack};
use crate::{
    data::{DataError, column},
    driver::CellType,
    target::Target,
};

/// A row that is kept, and how it stands.
pub(super) struct Stands {
    pub(super) key: Vec<Value>,
    /// Nothing where it isn't there any more.
    pub(super) row: Option<Going>,
}

/// A row on its way back.
pub(super) struct Going {
    /// The looked at columns now.
    pub(super) now: Vec<Value>,
    /// The same when everything is back that may come back.
    pub(super) then: Vec<Value>,
    /// Whether a cell of it is left alone, since somebody changed it.
    pub(super) left: bool,
}

/// A way through a vault.
pub(super) struct Walk<'a> {
    vault: &'a Vault,
    back: &'a WayBack<'a>,
    /// The columns looked at: those that are kept, in their order, then others.
    columns: Vec<ObjectId>,
    types: Vec<CellType>,
    /// The block that was read last.
    block: i64,
    rows: std::vec::IntoIter<KeptRow>,
}

impl<'a> Walk<'a> {
    /// With those further columns of the rows.
    pub(super) fn new(
        vault: &'a Vault,
        back: &'a WayBack<'a>,
        more: impl IntoIterator<Item = ObjectId>,
    ) -> Result<Walk<'a>, DataError> {
        let mut columns: Vec<_> = back.columns.iter().map(|column| column.id).collect();
        let mut types = back.types.clone();
        for id in more {
            if !columns.contains(&id) {
                columns.push(id);
                types.push(CellType::from(&column(back.table, id)?.ty));
            }
        }
        Ok(Walk { vault, back, columns, types, block: 0, rows: Vec::new().into_iter() })
    }

    /// Where those columns stand among the ones looked at.
    pub(super) fn places(&self, columns: &[ObjectId]) -> Vec<usize> {
        let place = |id: &ObjectId| self.columns.iter().position(|column| column == id);
        columns.iter().filter_map(place).collect()
    }

    /// The next rows, at most as many as are looked up in one statement; none at the end.
    pub(super) async fn next(&mut self, target: &mut Target) -> Result<Vec<Stands>, DataError> {
        if self.rows.len() == 0 {
            let Some((block, rows)) = self.vault.behind(&mut target.conn, self.block).await? else {
                return Ok(Vec::new());
            };
            (self.block, self.rows) = (block, rows.into_iter());
        }
        let back = self.back;
        let some: Vec<_> = self.rows.by_ref().take(back.at_once()).collect();
        let sql = read_by_keys(target.dialect, back.table, &back.key, &self.columns, some.len(), false)?;
        let keys: Vec<_> = some.iter().flat_map(|row| row.key.iter().cloned()).collect();
        let mut found = back.by_key(target.conn.read_rows(&sql, &keys, &self.types).await?);
        let stands = |KeptRow { key, cells }: KeptRow| {
            let row = found.remove(&back.key_bytes(&key)).map(|mut now| {
                let now = now.split_off(key.len());
                let (places, values, left) = back.decide(cells, &now);
                let mut then = now.clone();
                places.into_iter().zip(values).for_each(|(place, value)| then[place] = value);
                Going { now, then, left }
            });
            Stands { key, row }
        };
        Ok(some.into_iter().map(stands).collect())
    }
}
