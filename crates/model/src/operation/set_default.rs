//! Changes a column's default; rows that are there keep their values.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::{Accesses, default_text},
    column::Default,
    constraint::{Action, ConstraintKind},
    effects::{Facet, Resource},
    expression::Template,
    id::ObjectId,
    lowered::Lowered,
    operation::{
        define_column::{check_column, lower_default, seal_constant},
        lookup,
    },
    problem::{At, Irreversible, LowerError, Problem},
    schema::Schema,
    seal::Members,
};

/// Changes a column's default; rows that are there keep their values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDefault {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The new default.
    pub to: Default,
}

impl SetDefault {
    pub(crate) fn seal(&self, schema: &Schema) -> Result<SetDefault, LowerError> {
        let mut sealed = self.clone();
        if let Default::Expression(expression) = &mut sealed.to {
            let table = lookup::table(schema, &self.table).field("table")?;
            *expression = seal_constant(expression, &Members::of_table(table, schema)).field("to")?;
        }
        Ok(sealed)
    }

    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let (table, column) = lookup::table_column(schema, &self.table, &self.column)?;
        let to = Some(lower_default(&self.to, &column.name, &column.ty, schema).field("to")?);
        Ok(vec![Lowered::SetDefault { table: table.id, column: column.id, to }])
    }
}

pub(crate) fn evolve(
    schema: &mut Schema,
    table: ObjectId,
    column: ObjectId,
    to: &Option<Default<Template>>,
) -> Result<(), Problem> {
    let found = schema.column_mut(table, column)?;
    found.default = to.clone();
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    let changed = own.column(column).ok_or(Problem::Missing("column"))?;
    check_column(changed, schema)?;
    for constraint in own.constraints.iter().filter(|_| to.is_none()) {
        let ConstraintKind::ForeignKey(reference) = &constraint.kind else { continue };
        let sets = reference.on_delete == Action::SetDefault || reference.on_update == Action::SetDefault;
        if sets && reference.columns.contains(&column) {
            let users = vec![format!("foreign key `{}`, which sets it", constraint.name)];
            return Err(Problem::InUse { what: format!("the default of `{}`", changed.name), users });
        }
    }
    Ok(())
}

pub(crate) fn effects(
    out: &mut Accesses,
    (table, column): (ObjectId, ObjectId),
    to: &Option<Default<Template>>,
    before: &Schema,
) {
    out.column(table, column);
    let found = before.table(table).and_then(|t| t.column(column));
    if let (Some(to), Some(found)) = (to, found) {
        out.fallback(to, &found.ty, before);
    }
    out.write(Resource::Facet(column, Facet::Default), &default_text(to));
}

pub(crate) fn inverse(before: &Schema, table: ObjectId, column: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.table(table).and_then(|t| t.column(column)).ok_or(Irreversible::Missing("column"))?;
    Ok(Lowered::SetDefault { table, column, to: found.default.clone() })
}
