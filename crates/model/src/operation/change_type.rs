//! Changes a column's type.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::{Accesses, template_text, type_text},
    effects::{Facet, Resource},
    expression::{Expression, Template},
    id::ObjectId,
    lowered::Lowered,
    operation::{
        define_column::{check_column, lower_type},
        define_constraint, lookup,
    },
    problem::{At, Irreversible, LowerError, Problem},
    schema::Schema,
    seal::{Members, seal},
    types::Type,
};

/// Changes a column's type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeType {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Its new type.
    pub to: Type,
    /// How to compute the new value from the old row; a plain cast when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<Expression>,
}

impl ChangeType {
    pub(crate) fn seal(&self, schema: &Schema) -> Result<ChangeType, LowerError> {
        let (table, _) = lookup::table_column(schema, &self.table, &self.column)?;
        let mut sealed = self.clone();
        if let Some(using) = &mut sealed.using {
            *using = seal(using, &Members::of_table(table, schema)).field("using")?;
        }
        Ok(sealed)
    }

    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let (table, column) = lookup::table_column(schema, &self.table, &self.column)?;
        let to = lower_type(&self.to, schema).field("to")?;
        let using = match &self.using {
            Some(using) => Some(using.lower(schema).field("using")?),
            None => None,
        };
        Ok(vec![Lowered::ChangeType { table: table.id, column: column.id, to, using }])
    }
}

pub(crate) fn evolve(
    schema: &mut Schema,
    table: ObjectId,
    column: ObjectId,
    to: &Type<ObjectId>,
    using: Option<&Template>,
) -> Result<(), Problem> {
    let found = schema.column_mut(table, column)?;
    if found.generated.is_some() {
        return Err(Problem::Generated(found.name.clone()));
    }
    found.ty = to.clone();
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    if let Some(using) = using {
        define_constraint::check_there(using, own, schema)?;
    }
    check_column(own.column(column).ok_or(Problem::Missing("column"))?, schema)?;
    // Foreign keys need equal types on both sides.
    for constraint in own.constraints.iter().filter(|c| c.kind.columns().contains(&column)) {
        define_constraint::check(constraint, own, schema)?;
    }
    for (from, constraint) in schema.referring(table) {
        define_constraint::check(constraint, from, schema)?;
    }
    Ok(())
}

pub(crate) fn effects(
    out: &mut Accesses,
    (table, column): (ObjectId, ObjectId),
    to: &Type<ObjectId>,
    using: Option<&Template>,
    before: &Schema,
) {
    out.object(table);
    out.object(column);
    out.read(Resource::Rows(table));
    out.read(Resource::Facet(column, Facet::Default));
    out.ty(to, before);
    if let Some(using) = using {
        out.computes(using);
    }
    // Its old values' texts are cast by name.
    if let Some(found) = before.table(table).and_then(|t| t.column(column)) {
        out.texts(&found.ty, before);
    }
    out.texts(to, before);
    let value = format!("{} {}", type_text(to), using.map(template_text).unwrap_or_default());
    out.write(Resource::Facet(column, Facet::Type), &value);
    out.write(Resource::Cells(column), &value);
}

pub(crate) fn inverse(before: &Schema, table: ObjectId, column: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.table(table).and_then(|t| t.column(column)).ok_or(Irreversible::Missing("column"))?;
    Ok(Lowered::ChangeType { table, column, to: found.ty.clone(), using: None })
}
