//! Drops a table with everything in it.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    effects::{Resource, Scope},
    id::ObjectId,
    lowered::Lowered,
    operation::lookup,
    problem::{At, Irreversible, LowerError, Problem},
    schema::Schema,
};

/// Drops a table with everything in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropTable {
    /// The table.
    pub table: String,
}

impl DropTable {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        Ok(vec![Lowered::DropTable { table: lookup::table(schema, &self.table).field("table")?.id }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, table: ObjectId) -> Result<(), Problem> {
    let found = schema.table(table).ok_or(Problem::Missing("table"))?;
    let users = schema.users_of_relation(table);
    if !users.is_empty() {
        return Err(Problem::InUse { what: format!("table `{}`", found.name), users });
    }
    schema.remove_table(table).map(|_| ())
}

pub(crate) fn effects(out: &mut Accesses, table: ObjectId, before: &Schema) {
    out.destroy(Resource::Object(table));
    out.destroy(Resource::Members(table));
    out.destroy(Resource::Rows(table));
    let Some(found) = before.table(table) else { return };
    out.free(Scope::Relations, &found.name);
    for column in &found.columns {
        out.destroy(Resource::Object(column.id));
        out.destroy(Resource::Cells(column.id));
    }
    for constraint in &found.constraints {
        out.destroy(Resource::Object(constraint.id));
        out.free(Scope::Constraints, &constraint.name);
        if constraint.has_index() {
            out.free(Scope::Relations, &constraint.name);
        }
    }
    for index in &found.indexes {
        out.destroy(Resource::Object(index.id));
        out.free(Scope::Relations, &index.name);
    }
}

pub(crate) fn inverse(before: &Schema, table: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.tables.get(&table).ok_or(Irreversible::Missing("table"))?;
    Ok(Lowered::CreateTable(found.clone()))
}
