//! Drops a constraint.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    constraint::ConstraintKind,
    effects::{Resource, Scope},
    id::ObjectId,
    lowered::Lowered,
    operation::{define_constraint, lookup},
    problem::{At, Irreversible, LowerError, Problem},
    schema::Schema,
};

/// Drops a constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropConstraint {
    /// The table.
    pub table: String,
    /// The constraint.
    pub name: String,
}

impl DropConstraint {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let table = lookup::table(schema, &self.table).field("table")?;
        let constraint = lookup::constraint(table, &self.name).field("name")?.id;
        Ok(vec![Lowered::DropConstraint { table: table.id, constraint }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, table: ObjectId, constraint: ObjectId) -> Result<(), Problem> {
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    let found = own.constraint(constraint).ok_or(Problem::Missing("constraint"))?.clone();
    schema.release_constraint(&found);
    schema.table_mut(table)?.constraints.retain(|c| c.id != constraint);
    if found.has_index() {
        let users = leaning(schema, table);
        if !users.is_empty() {
            return Err(Problem::InUse { what: format!("constraint `{}`", found.name), users });
        }
    }
    Ok(())
}

/// Foreign keys that find no unique constraint or index to lean on any more.
pub(crate) fn leaning(schema: &Schema, parent: ObjectId) -> Vec<String> {
    let Some(table) = schema.table(parent) else { return Vec::new() };
    let lost = schema.referring(parent).filter(|(_, c)| match &c.kind {
        ConstraintKind::ForeignKey(r) => define_constraint::unique_over(table, &r.to).is_none(),
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Check(_) => false,
    });
    lost.map(|(from, c)| format!("foreign key `{}` of `{}`", c.name, from.name)).collect()
}

pub(crate) fn effects(out: &mut Accesses, table: ObjectId, constraint: ObjectId, before: &Schema) {
    out.object(table);
    out.destroy(Resource::Object(constraint));
    let Some(found) = before.table(table).and_then(|t| t.constraint(constraint)) else { return };
    out.free(Scope::Constraints, &found.name);
    if found.has_index() {
        out.free(Scope::Relations, &found.name);
    }
    if matches!(found.kind, ConstraintKind::PrimaryKey(_)) {
        out.free(Scope::Singletons(table), "primary key");
    }
}

pub(crate) fn inverse(
    before: &Schema,
    table: ObjectId,
    constraint: ObjectId,
) -> Result<Lowered, Irreversible> {
    let found = before.table(table).and_then(|t| t.constraint(constraint));
    let found = found.ok_or(Irreversible::Missing("constraint"))?;
    Ok(Lowered::AddConstraint { table, constraint: Box::new(found.clone()) })
}
