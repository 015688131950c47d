//! Drops a column that nothing uses any more.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    effects::{Resource, Scope},
    id::ObjectId,
    lowered::Lowered,
    operation::lookup,
    problem::{Irreversible, LowerError, Problem},
    schema::Schema,
};

/// Drops a column that nothing uses any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropColumn {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

impl DropColumn {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let (table, column) = lookup::table_column(schema, &self.table, &self.column)?;
        Ok(vec![Lowered::DropColumn { table: table.id, column: column.id }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, table: ObjectId, column: ObjectId) -> Result<(), Problem> {
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    let found = own.column(column).ok_or(Problem::Missing("column"))?;
    let users = schema.users_of_column(table, column);
    if !users.is_empty() {
        return Err(Problem::InUse { what: format!("column `{}` of `{}`", found.name, own.name), users });
    }
    if own.columns.len() == 1 {
        return Err(Problem::LastColumn { table: own.name.clone(), column: found.name.clone() });
    }
    schema.table_mut(table)?.columns.retain(|c| c.id != column);
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, table: ObjectId, column: ObjectId, before: &Schema) {
    out.object(table);
    out.extend(Resource::Members(table));
    out.destroy(Resource::Object(column));
    out.destroy(Resource::Cells(column));
    let own = before.table(table);
    if let [one, other] = own.map(|t| t.columns.as_slice()).unwrap_or_default() {
        // A table keeps one column.
        out.object(if one.id == column { other.id } else { one.id });
    }
    if let Some(found) = own.and_then(|t| t.column(column)) {
        out.free(Scope::Columns(table), &found.name);
        if found.identity.is_some() {
            out.free(Scope::Singletons(table), "identity");
        }
    }
}

pub(crate) fn inverse(before: &Schema, table: ObjectId, column: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.table(table).and_then(|t| t.column(column)).ok_or(Irreversible::Missing("column"))?;
    Ok(Lowered::AddColumn { table, column: Box::new(found.clone()) })
}
