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
    lookups.iter().map(|(name, lookup)| one(name, lookup, schema).at(Segment::Key(name.clone()))).collect()
}

fn one(name: &str, said: &Lookup, schema: &Schema) -> Result<LoweredLookup, LowerError> {
    let table = lookup::table(schema, &said.table).field("table")?;
    Ok(LoweredLookup {
        name: name.to_owned(),
        table: table.id,
        rows: lower_rows(&said.rows, table, schema).field("rows")?,
        key: key_of(table).field("table")?,
        read: batch_columns(table, &said.read).field("read")?,
    })
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
