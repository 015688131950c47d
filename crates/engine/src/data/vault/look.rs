//! Looks into a target's vaults: what they keep, and what would come back of it. Writes nothing.

use dialect::vault::vault_sql;
use model::{Digest, Lowered, Schema, StepRef, Value, data_step::BatchColumn};

use super::{
    About, Vault, bytes, part_of,
    restore::WayBack,
    walk::{Stands, Walk},
};
use crate::{
    data::{DataError, columns::print_key},
    journal::own_table_exists,
    known::Known,
    target::Target,
};

/// What a target keeps of one data step.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The step.
    pub at: StepRef,
    /// Of which columns.
    pub about: About,
    /// In how many blocks.
    pub blocks: u64,
    /// Of how many rows.
    pub rows: u64,
    /// How large it is.
    pub bytes: u64,
}

/// What would become of a row on the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It holds what the backfill wrote: everything kept of it comes back.
    Back,
    /// Somebody changed it since: at least one cell is left alone.
    Changed,
    /// It isn't there any more.
    Gone,
}

/// Everything that the target keeps, in the order it was put in.
pub async fn kept(target: &mut Target) -> Result<Vec<Kept>, DataError> {
    if !own_table_exists(&mut target.conn, target.dialect, "strat_vault").await? {
        return Ok(Vec::new());
    }
    let sql = vault_sql(target.dialect);
    let sizes = target.conn.query(&sql.sizes, &[]).await?;
    let mut all = Vec::new();
    for row in target.conn.query(&sql.list, &[]).await? {
        let [vault, Value::Text(entry), Value::Int(step), about] = &row[..] else {
            return Err(DataError::Vault("its columns have other types".to_owned()));
        };
        let size = sizes.iter().find(|size| size.first() == Some(vault));
        let number = |place: usize| match size.and_then(|size| size.get(place)) {
            Some(Value::Int(n)) => u64::try_from(*n).unwrap_or(0),
            _ => 0,
        };
        let entry = Digest::parse(entry).ok_or_else(|| DataError::Vault("it names no entry".to_owned()))?;
        let step = u32::try_from(*step).unwrap_or(u32::MAX);
        all.push(Kept {
            at: StepRef { entry, step },
            about: About::from_bytes(bytes(about)?)?,
            blocks: number(1),
            rows: number(2),
            bytes: number(3),
        });
    }
    Ok(all)
}

/// Tells `tell` the key of every row kept of a step and what would become of it on the way back, as the target stands now.
pub async fn fates(
    target: &mut Target,
    known: &Known,
    database: &str,
    at: StepRef,
    tell: &mut dyn FnMut(String, Fate),
) -> Result<(), DataError> {
    let missing = |what: &str| DataError::Vault(format!("{at} {what}"));
    let vault = Vault::find(&mut target.conn, target.dialect, at).await?;
    let vault = vault.ok_or_else(|| missing("has nothing in it"))?;
    let state = known
        .history
        .state_at(&target.journal.position.heads)
        .map_err(|e| DataError::Vault(e.to_string()))?;
    let schema: &Schema = state.schema(database);
    let lowered = known.history.lowered(at.entry);
    let step = lowered.iter().flat_map(|all| all.iter()).find(|one| one.step == at.step);
    let backfill = match step.map(|one| &one.change) {
        Some(Lowered::Backfill(backfill)) => backfill,
        Some(Lowered::Populate(populate)) => {
            return fates_of_made(target, &vault, &[&populate.key], tell).await;
        }
        Some(Lowered::Derive(derive)) => {
            let keys: Vec<_> = derive.into.iter().map(|into| into.key.as_slice()).collect();
            return fates_of_made(target, &vault, &keys, tell).await;
        }
        _ => return Err(missing("is no data step of this ledger")),
    };
    let back = WayBack::new(&vault.about, &backfill.as_ref().into(), schema)?;
    let mut walk = Walk::new(&vault, &back, [])?;
    loop {
        let rows = walk.next(target).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for Stands { key, row } in rows {
            let fate = match row {
                None => Fate::Gone,
                Some(going) if going.left => Fate::Changed,
                Some(_) => Fate::Back,
            };
            tell(print_key(&backfill.key, &key), fate);
        }
    }
}

/// The rows come back as they are made again, and nobody can have changed them before.
async fn fates_of_made(
    target: &mut Target,
    vault: &Vault,
    keys: &[&[BatchColumn]],
    tell: &mut dyn FnMut(String, Fate),
) -> Result<(), DataError> {
    let mut block = 0;
    while let Some((number, rows)) = vault.behind(&mut target.conn, block).await? {
        block = number;
        let key = keys.get(part_of(number)).copied().unwrap_or_default();
        rows.iter().for_each(|row| tell(print_key(key, &row.key), Fate::Back));
    }
    Ok(())
}
