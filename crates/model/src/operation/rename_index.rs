//! Gives an index another name.

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

/// Gives an index another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameIndex {
    /// The index.
    pub name: String,
    /// Its new name.
    pub to: String,
}

impl RenameIndex {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let (table, index) = lookup::index(schema, &self.name).field("name")?;
        check_name(&self.to).field("to")?;
        Ok(vec![Lowered::RenameIndex { table: table.id, index: index.id, to: self.to.clone() }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, table: ObjectId, index: ObjectId, to: &str) -> Result<(), Problem> {
    check_name(to)?;
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    let old = own.index(index).ok_or(Problem::Missing("index"))?.name.clone();
    schema.release(&old);
    schema.claim(to, Kind::Index(table), index)?;
    for found in schema.table_mut(table)?.indexes.iter_mut().filter(|i| i.id == index) {
        found.name = to.to_owned();
    }
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, table: ObjectId, index: ObjectId, to: &str, before: &Schema) {
    out.object(table);
    out.object(index);
    if let Some(found) = before.table(table).and_then(|t| t.index(index)) {
        out.rename(Scope::Relations, &found.name, to, index);
    }
}

pub(crate) fn inverse(before: &Schema, table: ObjectId, index: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.table(table).and_then(|t| t.index(index)).ok_or(Irreversible::Missing("index"))?;
    Ok(Lowered::RenameIndex { table, index, to: found.name.clone() })
}
