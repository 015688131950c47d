//! Gives a table another name.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    effects::Scope,
    id::ObjectId,
    lowered::Lowered,
    names::check_name,
    operation::lookup,
    problem::{At, Irreversible, LowerError, Problem},
    schema::{Kind, Schema},
};

/// Gives a table another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameTable {
    /// The table.
    pub table: String,
    /// Its new name.
    pub to: String,
}

impl RenameTable {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let table = lookup::table(schema, &self.table).field("table")?.id;
        check_name(&self.to).field("to")?;
        Ok(vec![Lowered::RenameTable { table, to: self.to.clone() }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, table: ObjectId, to: &str) -> Result<(), Problem> {
    check_name(to)?;
    let old = schema.table(table).ok_or(Problem::Missing("table"))?.name.clone();
    schema.release(&old);
    schema.claim(to, Kind::Table, table)?;
    schema.table_mut(table)?.name = to.to_owned();
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, table: ObjectId, to: &str, before: &Schema) {
    let Some(found) = before.table(table) else { return out.object(table) };
    out.rename(Scope::Relations, &found.name, to, table);
}

pub(crate) fn inverse(before: &Schema, table: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.table(table).ok_or(Irreversible::Missing("table"))?;
    Ok(Lowered::RenameTable { table, to: found.name.clone() })
}
