//! Lookups: small tables that a guest is handed whole. They are read once, before the first batch; a step that goes on after it was cut
//! off reads them again and has to find what was there.

use std::{collections::BTreeMap, sync::Arc};

use dialect::{
    Dialect,
    batch::{ReadShape, read_groups},
};
use model::{Digest, ObjectId, Schema, data_step::LoweredLookup, rows::RowDigest};
use sandbox::{Batch, encoded_len};

use super::{
    DataError, columns,
    encode::{encode_into, encoded},
    table,
};
use crate::{
    apply::Run,
    driver::{CellType, Connection},
};

/// Rows of a lookup at the most.
pub const MOST_ROWS: usize = 100_000;

/// Bytes of a lookup as a batch at the most.
pub const MOST_BYTES: usize = 16 << 20;

/// The small tables of one step as they are.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    /// What the guest is handed, by the name it asks for.
    pub batches: BTreeMap<String, Arc<Batch>>,
    /// Digests of their rows, for the receipt.
    pub digests: BTreeMap<String, Digest>,
}

/// Fails when a table isn't what it was when the step began: batches that are done were made with that.
pub(super) fn hold_against(
    found: &BTreeMap<String, Digest>,
    begun: &BTreeMap<String, Digest>,
    script: &str,
) -> Result<(), DataError> {
    match found.iter().find(|(name, digest)| begun.get(*name) != Some(*digest)) {
        Some((name, _)) => Err(DataError::LookupChanged { script: script.to_owned(), lookup: name.clone() }),
        None => Ok(()),
    }
}

impl Run<'_> {
    /// Reads the lookups of a step.
    pub(super) async fn look_up(
        &mut self,
        schema: &Schema,
        lookups: &[LoweredLookup],
    ) -> Result<Looked, DataError> {
        Looked::read(&mut self.target.conn, self.target.dialect, schema, lookups).await
    }
}

impl Looked {
    /// Reads small tables as they stand in a database of that schema. Writes nothing.
    pub(crate) async fn read(
        conn: &mut Connection,
        dialect: &dyn Dialect,
        schema: &Schema,
        lookups: &[LoweredLookup],
    ) -> Result<Looked, DataError> {
        let mut looked = Looked::default();
        for lookup in lookups {
            let (batch, digest) = Looked::one(conn, dialect, schema, lookup).await?;
            looked.batches.insert(lookup.name.clone(), Arc::new(batch));
            looked.digests.insert(lookup.name.clone(), digest);
        }
        Ok(looked)
    }

    async fn one(
        conn: &mut Connection,
        dialect: &dyn Dialect,
        schema: &Schema,
        lookup: &LoweredLookup,
    ) -> Result<(Batch, Digest), DataError> {
        let table = table(schema, lookup.table)?;
        let too_large = |what: String| DataError::LookupTooLarge {
            lookup: lookup.name.clone(),
            table: table.name.clone(),
            what,
        };
        let is_key = |id: ObjectId| lookup.key.iter().any(|key| key.id == id);
        let read: Vec<_> = lookup.read.iter().filter(|column| !is_key(column.id)).collect();
        let key: Vec<_> = lookup.key.iter().map(|c| c.id).collect();
        let others: Vec<_> = read.iter().map(|c| c.id).collect();
        let mut types = Vec::with_capacity(key.len() + others.len());
        for id in key.iter().chain(&others) {
            types.push(CellType::from(&super::column(table, *id)?.ty));
        }
        let shape = ReadShape {
            schema,
            table,
            key: &key,
            columns: &others,
            rows: &lookup.rows,
            after: false,
            upto: false,
            limit: MOST_ROWS + 1,
            lock: false,
            version: false,
        };
        let sql = read_groups(dialect, shape, &[])?.sql;
        let rows = conn.read_rows(&sql, &[], &types).await?;
        if rows.len() > MOST_ROWS {
            return Err(too_large(format!("more than {MOST_ROWS} rows")));
        }
        let mut columns: Vec<_> = lookup.key.iter().map(|c| columns::batch_column(c, true)).collect();
        columns.extend(read.iter().map(|c| columns::batch_column(c, false)));
        let mut batch = Batch { rows: 0, columns };
        let key_types = encoded(table, lookup.key.iter())?;
        let row_types = encoded(table, lookup.key.iter().chain(read))?;
        let (mut digest, mut key, mut whole) = (RowDigest::new(), Vec::new(), Vec::new());
        for row in &rows {
            batch.push_row(row).map_err(|cause| DataError::Value {
                script: lookup.name.clone(),
                table: table.name.clone(),
                cause,
            })?;
            encode_into(&mut key, &key_types, |place| row.get(place))?;
            encode_into(&mut whole, &row_types, |place| row.get(place))?;
            digest.push(&key, &whole);
        }
        match encoded_len(&batch) {
            bytes if bytes > MOST_BYTES => Err(too_large(format!("{bytes} bytes, limit {MOST_BYTES}"))),
            _ => Ok((batch, digest.digest())),
        }
    }
}
