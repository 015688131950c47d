//! Adds a column behind the others.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    column::{Column, ColumnDef, Default},
    effects::{Resource, Scope},
    id::{Minter, ObjectId},
    lowered::Lowered,
    operation::{
        define_column::{self, check_beside, check_column, lower_generated, seal_column},
        define_constraint::check_there,
        lookup,
    },
    problem::{At, Irreversible, LowerError, Problem},
    schema::Schema,
    seal::Members,
};

/// Adds a column behind the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddColumn {
    /// The table.
    pub table: String,
    /// The column.
    pub column: ColumnDef,
}

impl AddColumn {
    pub(crate) fn seal(&self, schema: &Schema) -> Result<AddColumn, LowerError> {
        let table = lookup::table(schema, &self.table).field("table")?;
        let column = seal_column(&self.column, &Members::of_table(table, schema)).field("column")?;
        Ok(AddColumn { table: self.table.clone(), column })
    }

    pub(crate) fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        let table = lookup::table(schema, &self.table).field("table")?;
        let mut column = define_column::define(&self.column, schema, minter).field("column")?;
        check_beside(&column, &table.columns, &table.name).field("name").field("column")?;
        column.generated = lower_generated(&self.column, table, schema).field("column")?;
        if let (None, Some(Default::Literal(literal))) = (&column.initial, &column.default) {
            column.initial = Some(literal.clone());
        }
        let filled = column.initial.is_some()
            || column.default.is_some()
            || column.identity.is_some()
            || column.generated.is_some();
        if !column.nullable && !filled {
            return Err(Problem::NoValueForRows(column.name)).field("column");
        }
        Ok(vec![Lowered::AddColumn { table: table.id, column: Box::new(column) }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, table: ObjectId, column: &Column) -> Result<(), Problem> {
    check_column(column, schema)?;
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    if own.column(column.id).is_some() {
        return Err(Problem::Twice("column"));
    }
    check_beside(column, &own.columns, &own.name)?;
    column.templates().try_for_each(|t| check_there(t, own, schema))?;
    schema.table_mut(table)?.columns.push(column.clone());
    Ok(())
}

/// What coming to be means for a column, be it in a new table or in one that is there.
pub(crate) fn effects(out: &mut Accesses, table: ObjectId, column: &Column, before: &Schema) {
    out.object(table);
    out.extend(Resource::Members(table));
    out.claim(Scope::Columns(table), &column.name, column.id);
    out.ty(&column.ty, before);
    column.templates().for_each(|t| out.template(t));
    column.default.iter().for_each(|d| out.fallback(d, &column.ty, before));
    column.initial.iter().for_each(|l| out.literal(l, &column.ty, before));
    if column.identity.is_some() {
        out.claim(Scope::Singletons(table), "identity", column.id);
    }
    out.create(column.id);
}

/// What adding a column means for the rows that are there.
pub(crate) fn effects_on_rows(out: &mut Accesses, table: ObjectId, column: &Column) {
    let server_fills =
        !matches!(column.default, None | Some(Default::Literal(_))) || column.identity.is_some();
    let needs_value = !column.nullable && column.initial.is_none() && column.generated.is_none();
    if server_fills || needs_value {
        out.read(Resource::Rows(table));
    }
    if let Some(generated) = &column.generated {
        out.computes(&generated.expression);
    }
}

pub(crate) fn inverse(table: ObjectId, column: ObjectId) -> Result<Lowered, Irreversible> {
    Ok(Lowered::DropColumn { table, column })
}
