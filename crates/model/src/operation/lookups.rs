//! Lookups of a data step: small tables that its guest is handed whole.

use std::collections::BTreeMap;

use crate::{
    accesses::Accesses,
    data_step::{Lookup, LoweredLookup, Rows},
    operation::{
        backfill::{batch_columns, key_of, lower_rows, reads, selects},
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
        let rows = match &lookup.rows {
            Rows::All => Vec::new(),
            Rows::Where(predicate) => predicate.columns(),
        };
        for id in lookup.key.iter().chain(&lookup.read).map(|c| &c.id).chain(rows) {
            table.column(*id).ok_or(Problem::Missing("column"))?;
        }
    }
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, lookups: &[LoweredLookup], before: &Schema) {
    for lookup in lookups {
        reads(out, lookup.table, lookup.key.iter().chain(&lookup.read), before);
        selects(out, lookup.table, &lookup.rows, before);
    }
}
