//! Forbids NULL in a column.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    constraint::{Action, ConstraintKind},
    effects::{Facet, Resource},
    id::ObjectId,
    lowered::Lowered,
    operation::lookup,
    problem::{Irreversible, LowerError, Problem},
    schema::Schema,
};

/// Forbids NULL in a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetNotNull {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

impl SetNotNull {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let (table, column) = lookup::table_column(schema, &self.table, &self.column)?;
        Ok(vec![Lowered::SetNullable { table: table.id, column: column.id, nullable: false }])
    }
}

pub(crate) fn evolve(
    schema: &mut Schema,
    table: ObjectId,
    column: ObjectId,
    nullable: bool,
) -> Result<(), Problem> {
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    let name = &own.column(column).ok_or(Problem::Missing("column"))?.name;
    if nullable && own.primary_key().contains(&column) {
        return Err(Problem::KeyNullable(name.clone()));
    }
    for constraint in &own.constraints {
        let ConstraintKind::ForeignKey(reference) = &constraint.kind else { continue };
        let sets_null = reference.on_delete == Action::SetNull || reference.on_update == Action::SetNull;
        if !nullable && sets_null && reference.columns.contains(&column) {
            let users = vec![format!("foreign key `{}`, which sets it to NULL", constraint.name)];
            return Err(Problem::InUse { what: format!("NULL in column `{name}` of `{}`", own.name), users });
        }
    }
    schema.column_mut(table, column)?.nullable = nullable;
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, table: ObjectId, column: ObjectId, nullable: bool) {
    out.object(table);
    out.object(column);
    if !nullable {
        out.read(Resource::Cells(column));
        out.read(Resource::Rows(table));
    }
    out.write(Resource::Facet(column, Facet::Nullable), if nullable { "NULL" } else { "NOT NULL" });
}

pub(crate) fn inverse(before: &Schema, table: ObjectId, column: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.table(table).and_then(|t| t.column(column)).ok_or(Irreversible::Missing("column"))?;
    Ok(Lowered::SetNullable { table, column, nullable: found.nullable })
}
