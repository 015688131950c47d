//! Drops an index.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    constraint::is_default,
    effects::{Resource, Scope},
    id::ObjectId,
    lowered::Lowered,
    operation::{drop_constraint::leaning, lookup},
    problem::{At, Irreversible, LowerError, Problem},
    schema::Schema,
};

/// Drops an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropIndex {
    /// The index.
    pub name: String,
    /// Without blocking writers, where the database can.
    #[serde(default, skip_serializing_if = "is_default")]
    pub concurrently: bool,
}

impl DropIndex {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let (table, index) = lookup::index(schema, &self.name).field("name")?;
        let concurrently = self.concurrently;
        Ok(vec![Lowered::DropIndex { table: table.id, index: index.id, concurrently }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, table: ObjectId, index: ObjectId) -> Result<(), Problem> {
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    let found = own.index(index).ok_or(Problem::Missing("index"))?.clone();
    schema.release(&found.name);
    schema.table_mut(table)?.indexes.retain(|i| i.id != index);
    let users = if found.unique { leaning(schema, table) } else { Vec::new() };
    if users.is_empty() {
        Ok(())
    } else {
        Err(Problem::InUse { what: format!("index `{}`", found.name), users })
    }
}

pub(crate) fn effects(out: &mut Accesses, table: ObjectId, index: ObjectId, before: &Schema) {
    out.object(table);
    out.destroy(Resource::Object(index));
    if let Some(found) = before.table(table).and_then(|t| t.index(index)) {
        out.free(Scope::Relations, &found.name);
    }
}

pub(crate) fn inverse(
    before: &Schema,
    table: ObjectId,
    index: ObjectId,
    concurrently: bool,
) -> Result<Lowered, Irreversible> {
    let found = before.table(table).and_then(|t| t.index(index)).ok_or(Irreversible::Missing("index"))?;
    Ok(Lowered::CreateIndex { table, index: Box::new(found.clone()), concurrently })
}
