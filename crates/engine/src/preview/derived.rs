//! Rows of other tables that a transfer or an aggregate would make of rows that are there now.

use std::collections::BTreeSet;

use dialect::batch::{ReadShape, read_groups};
use model::{ObjectId, Schema, StepRef, Value, data_step::LoweredDerive, schema::Table};

use super::{Imagined, PreviewError, Seen, rows::watermark};
use crate::{
    data::{
        DataError,
        allowed::Leaves,
        derived::{Work, behind, groups},
        encode::bound_values,
        kept::what,
        lookups::Looked,
        work::Refused,
    },
    driver::CellType,
    guests::{Guests, Wanted},
    target::Target,
};

/// So many rows or groups that make the guest fail are looked for.
const FAILURES: usize = 20;

/// So many rows of a table are handed on to be shown.
const SHOWN: usize = 100;

/// Rows that would be inserted into a table.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The table, as the step finds it.
    pub table: String,
    /// How many.
    pub rows: usize,
    /// The columns that are given, the key first.
    pub columns: Vec<String>,
    /// The first of them.
    pub first: Vec<Vec<Value>>,
}

impl Imagined<'_> {
    /// Looks at one such step.
    pub(super) async fn derived(
        &self,
        target: &mut Target,
        (schema, step): (&Schema, &LoweredDerive),
        at: StepRef,
        (guests, sample): (&Guests<'_>, usize),
    ) -> Result<Seen, PreviewError> {
        let Some(live) = self.live.table(step.table) else {
            return Ok(Seen::Unknown("the plan makes its table, which has no rows yet".to_owned()));
        };
        let seen = step.order().iter().chain(behind(step)).map(|column| column.id);
        let inputs: BTreeSet<ObjectId> = seen.chain(step.selecting().into_iter().copied()).collect();
        if let Some(why) = self.is_changed(live, &inputs).or_else(|| self.looks_changed(&step.lookups)) {
            return Ok(Seen::Unknown(why));
        }
        let after = watermark(target, at).await?;
        target.conn.begin().await?;
        let read = read(target, live, &self.live, step, after, sample).await;
        let looked = Looked::read(&mut target.conn, target.dialect, &self.live, &step.lookups).await;
        // Nothing was written, so there is nothing that a failure here could leave.
        let ended = target.conn.rollback().await;
        let (rows, looked) = (read?, looked?);
        ended?;
        let Some(rows) = rows else {
            return Ok(Seen::Unknown(format!("its first group has more than {sample} rows")));
        };
        Ok(made(guests, (schema, step), &looked, rows)?)
    }
}

/// The first rows in the step's order, whole groups of an aggregate; nothing where not even one fits.
async fn read(
    target: &mut Target,
    table: &Table,
    schema: &Schema,
    step: &LoweredDerive,
    after: Option<Vec<Value>>,
    sample: usize,
) -> Result<Option<Vec<Vec<Value>>>, DataError> {
    let order: Vec<ObjectId> = step.order().iter().map(|column| column.id).collect();
    let columns: Vec<ObjectId> = behind(step).into_iter().map(|column| column.id).collect();
    let then: Vec<ObjectId> =
        step.key.iter().map(|column| column.id).filter(|id| !order.contains(id)).collect();
    let ids = order.iter().chain(&columns);
    let types: Vec<CellType> = ids.filter_map(|id| Some(CellType::from(&table.column(*id)?.ty))).collect();
    let shape = ReadShape {
        schema,
        table,
        key: &order,
        columns: &columns,
        rows: &step.rows,
        after: after.is_some(),
        upto: false,
        limit: sample,
        lock: false,
        version: false,
    };
    let read = read_groups(target.dialect, shape, &then)?;
    let params = bound_values(&read, after.as_deref(), None);
    let mut rows = target.conn.read_rows(&read.sql, &params, &types).await?;
    if step.is_aggregate() && rows.len() == sample {
        // The last group may go on behind the last row.
        let begins = groups(&rows, order.len()).last().map_or(0, |group| group.start);
        if begins == 0 {
            return Ok(None);
        }
        rows.truncate(begins);
    }
    Ok(Some(rows))
}

/// Runs the guest, without the rows and groups that it refuses or fails on.
fn made(
    guests: &Guests<'_>,
    (schema, step): (&Schema, &LoweredDerive),
    looked: &Looked,
    mut rows: Vec<Vec<Value>>,
) -> Result<Seen, DataError> {
    let wanted = Wanted {
        script: step.step.script(),
        module: step.step.module(),
        params: step.step.params(),
        assets: step.step.assets(),
        lookups: &looked.batches,
        limits: step.step.limits(),
    };
    let table = crate::data::table(schema, step.table)?;
    let with = (what(step)?, Leaves::default());
    let work = Work::new(step, schema, table, guests.load(wanted)?, with)?;
    let (read, mut rejected) = (rows.len(), Vec::new());
    let made = loop {
        let (key, why) = match work.run(&rows, &Refused::new()) {
            Ok(made) => break made,
            Err(DataError::Rejected { key, message, .. }) => (key, message),
            Err(DataError::Guest { key: Some(key), cause, .. }) => (key, cause.to_string()),
            Err(other) => return Ok(Seen::Unknown(other.to_string())),
        };
        let before = rows.len();
        rows.retain(|row| work.print_key(row) != key);
        if rows.len() == before || rejected.len() >= FAILURES {
            return Ok(Seen::Unknown(why));
        }
        rejected.push((key, why));
    };
    let mut tables = Vec::new();
    for (filling, rows) in work.fillings.iter().zip(made.tables) {
        let table = crate::data::table(schema, filling.table)?;
        let name = |id: &ObjectId| table.column(*id).map(|column| column.name.clone()).unwrap_or_default();
        tables.push(Filled {
            table: filling.name.clone(),
            rows: rows.len(),
            columns: filling.key.iter().chain(&filling.columns).map(name).collect(),
            first: rows.into_iter().take(SHOWN).collect(),
        });
    }
    Ok(Seen::Derived { rows: read, tables, rejected })
}
