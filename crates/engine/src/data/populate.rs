//! Populates: rows that a guest makes from its parameters and assets, inserted at once; and their way back.

use std::collections::BTreeMap;

use dialect::{
    BatchShape, Versions,
    plan::{PlannedEntry, PlannedStep},
};
use model::{ObjectId, Schema, StepRef, Value, data_step::LoweredPopulate, rows::RowDigest, schema::Table};
use sandbox::{Batch, Expected, GuestError, Rows, check_output, conform};

use super::{
    DataError, columns,
    encode::{compare, encode_into, encoded},
    filling::constants,
    refused,
    state::{Slot, no_rows},
    table,
    vault::{About, Filled, Keeping, MadeBy},
    write::{Verb, delete, write},
};
use crate::{
    apply::Run,
    event::Event,
    guests::{Guests, Wanted, asset_digests, params_digest},
    journal::Receipt,
};

/// The rows a guest made, in key order, and what they cost.
pub struct Made {
    /// Each row: the written columns in the order the step declares them.
    pub rows: Vec<Vec<Value>>,
    /// Fuel spent.
    pub fuel: u64,
    /// What the guest logged.
    pub log: String,
}

/// Runs the guest of a populate. It takes nothing from the database, so that `record` can run it too.
pub fn make(guests: &Guests<'_>, schema: &Schema, step: &LoweredPopulate) -> Result<Made, DataError> {
    let table = table(schema, step.table)?;
    let script = &step.step.script;
    let wanted = Wanted {
        script,
        module: step.step.module.as_ref(),
        params: &step.step.params,
        assets: &step.step.assets,
        lookups: &BTreeMap::new(),
        limits: step.step.limits,
    };
    let guest = guests.load(wanted)?;
    let mut declared = Vec::new();
    let mut inputs = Vec::new();
    for column in &step.write {
        let key = step.key.iter().any(|k| k.id == column.id);
        let (ty, nullable) = match table.column(column.id) {
            Some(now) => (&now.ty, now.nullable),
            None => (&column.ty, column.nullable),
        };
        declared.push(columns::declared(column, ty, nullable, schema));
        inputs.push(columns::batch_column(column, key));
    }
    let failure = |cause: GuestError| DataError::Guest {
        script: script.clone(),
        table: table.name.clone(),
        key: None,
        cause: Box::new(cause),
    };
    let input = Batch { rows: 0, columns: inputs };
    let expected = Expected { rows: Rows::Any, columns: declared };
    let outcome = guest.run(&input).map_err(failure)?;
    if let Some((row, message)) = outcome.rejects.first() {
        return Err(DataError::Rejected {
            script: script.clone(),
            table: table.name.clone(),
            key: format!("number {row}"),
            message: crate::driver::printable(message),
        });
    }
    check_output(&input, &outcome, &expected).map_err(|error| failure(error.into()))?;
    let (fuel, log) = (outcome.fuel, outcome.log.clone());
    let batch = conform(outcome.batch, &expected);
    let mut rows: Vec<_> = (0..batch.rows as usize).map(|row| batch.row(row)).collect();
    let places = key_places(step);
    rows.sort_by(|a, b| {
        let order = places.iter().map(|place| compare(&a[*place], &b[*place]));
        order.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    Ok(Made { rows, fuel, log })
}

/// Rows as an insert takes them.
pub(super) struct Inserted {
    /// The key's columns, in key order.
    pub key: Vec<ObjectId>,
    /// The others, given ones before constants.
    pub columns: Vec<ObjectId>,
    /// The values of all of these.
    pub rows: Vec<Vec<Value>>,
}

impl Inserted {
    fn of(table: &Table, populate: &LoweredPopulate, made: &Made) -> Inserted {
        let constants = constants(table, &populate.write, &populate.defaults, &populate.key);
        let places = key_places(populate);
        let others: Vec<_> = (0..populate.write.len()).filter(|place| !places.contains(place)).collect();
        let mut columns: Vec<_> = others.iter().map(|place| populate.write[*place].id).collect();
        columns.extend(constants.iter().map(|(id, _)| *id));
        let row = |row: &Vec<Value>| {
            let given = places.iter().chain(&others).map(|place| row[*place].clone());
            given.chain(constants.iter().map(|(_, value)| value.clone())).collect()
        };
        let key = populate.key.iter().map(|column| column.id).collect();
        Inserted { key, columns, rows: made.rows.iter().map(row).collect() }
    }
}

/// Where the key's columns stand among the written ones.
pub fn key_places(step: &LoweredPopulate) -> Vec<usize> {
    step.key.iter().filter_map(|key| step.write.iter().position(|column| column.id == key.id)).collect()
}

impl Run<'_> {
    pub(super) async fn populate(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        populate: &LoweredPopulate,
        slot: Slot,
    ) -> Result<(), DataError> {
        let table = table(schema, populate.table)?;
        let script = &populate.step.script;
        let guests = self.guests;
        let made = make(guests, schema, populate)?;
        let places = key_places(populate);
        let Inserted { key, columns, rows } = Inserted::of(table, populate, &made);
        let shape = BatchShape { table, schema, key: &key, columns: &columns, versions: Versions::Unheeded };
        self.target.conn.begin().await?;
        write(&mut self.target.conn, self.target.dialect, &shape, Verb::Insert, rows)
            .await
            .map_err(|cause| refused(script, &table.name, cause))?;
        if !made.log.is_empty() {
            (self.tell)(Event::GuestLog { script: script.clone(), text: made.log.clone() });
        }
        let made_by = made_by(populate, &columns);
        let (restored, _) = self.bring_changed(entry, step, schema, &made_by).await?;
        let receipt = receipt(table, populate, &made, &places)?;
        self.finish(entry, step, slot, (receipt, restored)).await
    }

    /// Deletes the rows again, by the keys that the guest makes once more.
    pub(super) async fn unpopulate(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        populate: &LoweredPopulate,
        slot: Slot,
    ) -> Result<(), DataError> {
        self.target.conn.begin().await?;
        let receipt = self.delete_made(step.at(entry.entry), schema, populate).await?;
        self.finish(entry, step, slot, (receipt, None)).await
    }

    /// The same inside the running transaction, where what was changed in them goes into the vault; what was deleted is for the receipt.
    pub(crate) async fn delete_made(
        &mut self,
        at: StepRef,
        schema: &Schema,
        populate: &LoweredPopulate,
    ) -> Result<Receipt, DataError> {
        let table = table(schema, populate.table)?;
        let guests = self.guests;
        let made = make(guests, schema, populate)?;
        let (places, inserted) = (key_places(populate), Inserted::of(table, populate, &made));
        let made_by = made_by(populate, &inserted.columns);
        let about = About::of_made(&made_by, schema)?;
        let mut keeping = Keeping::new(at, &about, &made_by, schema)?;
        self.keep_changed(&mut keeping, 0, &inserted.rows).await?;
        self.keep_rest(keeping).await?;
        let (dialect, keys) =
            (self.target.dialect, inserted.rows.iter().rev().map(|row| &row[..places.len()]));
        let failed = |cause| refused(&populate.step.script, &table.name, cause);
        delete(&mut self.target.conn, dialect, (table, &inserted.key), keys, failed).await?;
        receipt(table, populate, &made, &places)
    }
}

/// The one table that a populate makes rows of.
fn made_by<'a>(populate: &'a LoweredPopulate, columns: &'a [ObjectId]) -> MadeBy<'a> {
    let filled = Filled { table: populate.table, key: &populate.key, columns };
    MadeBy { script: &populate.step.script, tables: vec![filled] }
}

/// The receipt of rows that were made.
pub(crate) fn receipt(
    table: &Table,
    step: &LoweredPopulate,
    made: &Made,
    places: &[usize],
) -> Result<Receipt, DataError> {
    let module = step.step.module.as_ref();
    let key_types = encoded(table, step.key.iter())?;
    let types = encoded(table, step.write.iter())?;
    let mut output = RowDigest::new();
    let (mut key, mut whole) = (Vec::new(), Vec::new());
    for row in &made.rows {
        encode_into(&mut key, &key_types, |n| places.get(n).and_then(|place| row.get(*place)))?;
        encode_into(&mut whole, &types, |place| row.get(place))?;
        output.push(&key, &whole);
    }
    Ok(Receipt {
        script: step.step.script.clone(),
        module: module.map(|m| m.blake3).unwrap_or_default(),
        sha256: module.map(|m| m.sha256.clone()).unwrap_or_default(),
        abi: module.map_or(0, |m| m.abi),
        params: params_digest(&step.step.params),
        assets: asset_digests(&step.step.assets),
        profile: sandbox::PROFILE,
        engine: super::ENGINE.to_owned(),
        read: 0,
        changed: made.rows.len() as u64,
        unchanged: 0,
        made: BTreeMap::new(),
        lookups: BTreeMap::new(),
        late: 0,
        input: no_rows(),
        output: output.digest(),
        input_sections: Vec::new(),
        output_sections: Receipt::sections(&output),
        order: "bytes".to_owned(),
        fuel: made.fuel,
        set_aside: None,
    })
}
