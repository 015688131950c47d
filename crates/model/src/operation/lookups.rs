//! Lookups of a data step: small tables that its guest is handed whole.

use std::collections::BTreeMap;

use crate::{
    accesses::Accesses,
    data_step::{Lookup, LoweredLookup},
    operation::{
        backfill::{batch_columns, check_batch, check_key, check_rows, key_of, lower_rows, reads, selects},
        lookup,
    },
    problem::{At, LowerError, Problem, Segment},
    schema::Schema,
};

/// By identity, in the order of their names.
pub(crate) fn lower(
    lookups: &BTreeMap<String, Lookup>,
    schema: &Schema,
) -> Result<Vec<LoweredLookup>, LowerError> {
    lookups.iter().map(|(name, lookup)| lookup.lower(name, schema).at(Segment::Key(name.clone()))).collect()
}

impl Lookup {
    /// By identity, under the name that a guest asks for.
    pub fn lower(&self, name: &str, schema: &Schema) -> Result<LoweredLookup, LowerError> {
        let table = lookup::table(schema, &self.table).field("table")?;
        Ok(LoweredLookup {
            name: name.to_owned(),
            table: table.id,
            rows: lower_rows(&self.rows, table, schema).field("rows")?,
            key: key_of(table).field("table")?,
            read: batch_columns(table, &self.read).field("read")?,
        })
    }
}

pub(crate) fn evolve(schema: &Schema, lookups: &[LoweredLookup]) -> Result<(), Problem> {
    for lookup in lookups {
        let table = schema.table(lookup.table).ok_or(Problem::Missing("table"))?;
        check_key(&lookup.key, table)?;
        check_batch(lookup.key.iter().chain(&lookup.read), table, schema)?;
        check_rows(&lookup.rows, table, schema)?;
    }
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, lookups: &[LoweredLookup], before: &Schema) {
    for lookup in lookups {
        reads(out, lookup.table, lookup.key.iter().chain(&lookup.read), before);
        selects(out, lookup.table, &lookup.rows, before);
    }
}
