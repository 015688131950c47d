//! Where a step wrote whose vault it is, by what the table is now.

use std::collections::BTreeMap;

use model::{
    ObjectId,
    data_step::{BatchColumn, LoweredBackfill},
    schema::Table,
};

use super::{About, KeptColumn};

/// Where the step whose vault it is wrote, by the names that the vault has for its columns.
#[derive(Clone, Debug)]
pub struct Wrote<'a> {
    pub(super) table: ObjectId,
    pub(super) key: &'a [BatchColumn],
    pub(super) columns: BTreeMap<&'a str, ObjectId>,
}

impl<'a> From<&'a LoweredBackfill> for Wrote<'a> {
    fn from(step: &'a LoweredBackfill) -> Wrote<'a> {
        let columns = step.write.iter().map(|column| (column.name.as_str(), column.id)).collect();
        Wrote { table: step.table, key: &step.key, columns }
    }
}

impl<'a> Wrote<'a> {
    /// Inserts name every column.
    pub fn made(key: &'a [BatchColumn], table: &'a Table) -> Wrote<'a> {
        let columns = table.columns.iter().map(|column| (column.name.as_str(), column.id)).collect();
        Wrote { table: table.id, key, columns }
    }
}

/// The first kept column whose type has changed so that what was kept can't go back, with the type it has now.
pub fn misfit<'a>(
    about: &'a About,
    wrote: &Wrote<'_>,
    table: &'a Table,
) -> Option<(&'a KeptColumn, &'a model::Column)> {
    let now = |kept: &KeptColumn| table.column(*wrote.columns.get(kept.name.as_str())?);
    about.columns.iter().find_map(|kept| now(kept).filter(|now| !kept.fits(&now.ty)).map(|now| (kept, now)))
}
