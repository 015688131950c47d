//! Gives a column another name.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    effects::Scope,
    id::ObjectId,
    lowered::Lowered,
    names::check_name,
    operation::{define_column::check_beside, lookup},
    problem::{At, Irreversible, LowerError, Problem},
    schema::Schema,
};

/// Gives a column another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameColumn {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Its new name.
    pub to: String,
}

impl RenameColumn {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let (table, column) = lookup::table_column(schema, &self.table, &self.column)?;
        check_name(&self.to).field("to")?;
        Ok(vec![Lowered::RenameColumn { table: table.id, column: column.id, to: self.to.clone() }])
    }
}

pub(crate) fn evolve(
    schema: &mut Schema,
    table: ObjectId,
    column: ObjectId,
    to: &str,
) -> Result<(), Problem> {
    check_name(to)?;
    schema.column_mut(table, column)?.name = to.to_owned();
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    let renamed = own.column(column).ok_or(Problem::Missing("column"))?;
    check_beside(renamed, &own.columns, &own.name)
}

pub(crate) fn effects(out: &mut Accesses, table: ObjectId, column: ObjectId, to: &str, before: &Schema) {
    out.object(table);
    out.object(column);
    if let Some(name) = before.column_name(table, column) {
        out.rename(Scope::Columns(table), name, to, column);
    }
}

pub(crate) fn inverse(before: &Schema, table: ObjectId, column: ObjectId) -> Result<Lowered, Irreversible> {
    let name = before.column_name(table, column).ok_or(Irreversible::Missing("column"))?;
    Ok(Lowered::RenameColumn { table, column, to: name.to_owned() })
}
