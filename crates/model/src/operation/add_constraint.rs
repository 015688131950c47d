//! What adding a primary key, unique constraint, check or foreign key has in common.

use crate::{
    accesses::Accesses,
    constraint::{Action, Constraint, ConstraintDef, ConstraintKind, Reference},
    effects::{Facet, Resource, Scope},
    id::{Minter, ObjectId},
    lowered::Lowered,
    operation::{
        define_constraint::{self, Taken, seal_constraint, unique_over},
        lookup,
    },
    problem::{At, Irreversible, LowerError, Problem},
    schema::{Schema, Table},
    seal::Members,
};

pub(crate) fn seal(table: &str, def: &ConstraintDef, schema: &Schema) -> Result<ConstraintDef, LowerError> {
    let own = lookup::table(schema, table).field("table")?;
    let mut taken = Taken { schema, own: Default::default() };
    seal_constraint(def, &Members::of_table(own, schema), &mut taken)
}

pub(crate) fn lower(
    table: &str,
    def: &ConstraintDef,
    schema: &Schema,
    minter: &mut Minter,
) -> Result<Vec<Lowered>, LowerError> {
    let found = lookup::table(schema, table).field("table")?;
    let mut own = found.clone();
    let constraint = define_constraint::define(def, &own, schema, minter)?;
    let mut steps = Vec::new();
    if let ConstraintKind::PrimaryKey(key) = &constraint.kind {
        // A key can't be NULL: said as a step of its own, so that the way back allows it again.
        for column in own.columns.iter_mut().filter(|c| key.contains(&c.id) && c.nullable) {
            column.nullable = false;
            steps.push(Lowered::SetNullable { table: found.id, column: column.id, nullable: false });
        }
    }
    define_constraint::check(&constraint, &own, schema)?;
    steps.push(Lowered::AddConstraint { table: found.id, constraint: Box::new(constraint) });
    Ok(steps)
}

pub(crate) fn evolve(schema: &mut Schema, table: ObjectId, constraint: &Constraint) -> Result<(), Problem> {
    let own = schema.table(table).ok_or(Problem::Missing("table"))?;
    if own.constraint(constraint.id).is_some() {
        return Err(Problem::Twice("constraint"));
    }
    define_constraint::check(constraint, own, schema)?;
    schema.claim_constraint(table, constraint)?;
    schema.table_mut(table)?.constraints.push(constraint.clone());
    Ok(())
}

/// What coming to be means for a constraint of `own`, be it in a new table or in one that is there.
pub(crate) fn effects(out: &mut Accesses, own: &Table, constraint: &Constraint, before: &Schema) {
    out.object(own.id);
    out.claim(Scope::Constraints, &constraint.name, constraint.id);
    if constraint.has_index() {
        out.claim(Scope::Relations, &constraint.name, constraint.id);
    }
    for column in constraint.kind.columns() {
        out.column(own.id, column);
    }
    match &constraint.kind {
        ConstraintKind::PrimaryKey(columns) => {
            out.claim(Scope::Singletons(own.id), "primary key", constraint.id);
            for column in columns {
                out.read(Resource::Facet(*column, Facet::Nullable));
            }
        }
        ConstraintKind::Unique(_) => {}
        ConstraintKind::Check(template) => out.template(template),
        ConstraintKind::ForeignKey(reference) => {
            let parent =
                if reference.references == own.id { Some(own) } else { before.table(reference.references) };
            foreign_key(out, reference, parent);
        }
    }
    out.create(constraint.id);
}

fn foreign_key(out: &mut Accesses, reference: &Reference<ObjectId, ObjectId>, parent: Option<&Table>) {
    out.need(Resource::Rows(reference.references));
    for column in &reference.to {
        out.column(reference.references, *column);
        out.need(Resource::Cells(*column));
    }
    if let Some(unique) = parent.and_then(|p| unique_over(p, &reference.to)) {
        out.object(unique);
    }
    for column in &reference.columns {
        for action in [reference.on_delete, reference.on_update] {
            match action {
                Action::SetNull => out.read(Resource::Facet(*column, Facet::Nullable)),
                Action::SetDefault => out.read(Resource::Facet(*column, Facet::Default)),
                Action::NoAction | Action::Restrict | Action::Cascade => {}
            }
        }
    }
}

/// What a constraint means for the rows that are there: it looks at every one.
pub(crate) fn effects_on_rows(out: &mut Accesses, table: ObjectId, constraint: &Constraint) {
    out.read(Resource::Rows(table));
    for column in constraint.kind.columns() {
        out.cells(table, column);
    }
}

pub(crate) fn inverse(table: ObjectId, constraint: ObjectId) -> Result<Lowered, Irreversible> {
    Ok(Lowered::DropConstraint { table, constraint })
}
