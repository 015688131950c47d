//! Gives a constraint another name.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    effects::Scope,
    id::ObjectId,
    lowered::Lowered,
    names::check_name,
    operation::lookup,
    problem::{At, Irreversible, LowerError, Problem},
    schema::Schema,
};

/// Gives a constraint another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameConstraint {
    /// The table.
    pub table: String,
    /// The constraint.
    pub name: String,
    /// Its new name.
    pub to: String,
}

impl RenameConstraint {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let table = lookup::table(schema, &self.table).field("table")?;
        let constraint = lookup::constraint(table, &self.name).field("name")?.id;
        check_name(&self.to).field("to")?;
        Ok(vec![Lowered::RenameConstraint { table: table.id, constraint, to: self.to.clone() }])
    }
}

pub(crate) fn evolve(
    schema: &mut Schema,
    table: ObjectId,
    constraint: ObjectId,
    to: &str,
) -> Result<(), Problem> {
    check_name(to)?;
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    let mut renamed = own.constraint(constraint).ok_or(Problem::Missing("constraint"))?.clone();
    schema.release_constraint(&renamed);
    renamed.name = to.to_owned();
    schema.claim_constraint(table, &renamed)?;
    for found in schema.table_mut(table)?.constraints.iter_mut().filter(|c| c.id == constraint) {
        found.name = to.to_owned();
    }
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, table: ObjectId, constraint: ObjectId, to: &str, before: &Schema) {
    out.object(table);
    out.object(constraint);
    let Some(found) = before.table(table).and_then(|t| t.constraint(constraint)) else { return };
    out.rename(Scope::Constraints, &found.name, to, constraint);
    if found.has_index() {
        out.rename(Scope::Relations, &found.name, to, constraint);
    }
}

pub(crate) fn inverse(
    before: &Schema,
    table: ObjectId,
    constraint: ObjectId,
) -> Result<Lowered, Irreversible> {
    let found = before.table(table).and_then(|t| t.constraint(constraint));
    let to = found.ok_or(Irreversible::Missing("constraint"))?.name.clone();
    Ok(Lowered::RenameConstraint { table, constraint, to })
}
