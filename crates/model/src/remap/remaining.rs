//! What is left of a step to do where a step equal to it may have been taken before.

use super::found::{member, whole};
use crate::{
    column::Column,
    constraint::ConstraintKind,
    id::ObjectId,
    lowered::{Commented, Lowered},
    schema::{Anchor, Enum, EnumValue, Schema, Table, View},
};

impl Lowered {
    /// The steps that are left to take on `schema`, where an equal step of another side may have been taken before: none for
    /// creating what is there, dropping what is gone and setting what is set so.
    ///
    /// A table or an enum that is there gains the members it lacks. A change to something that isn't there stays: it fails
    /// when it is taken, and says why. Steps over rows stay too, and so does hand-written SQL, with less to declare.
    pub(crate) fn remaining(&self, schema: &Schema) -> Vec<Lowered> {
        if let Lowered::CreateTable(new) = self
            && let Some(there) = schema.table(new.id)
        {
            return members(there, new);
        }
        if let Lowered::CreateEnum(new) = self
            && let Some(there) = schema.enum_(new.id)
        {
            return values(there, new);
        }
        if let Lowered::Sql { on, declares, down, touches } = self {
            let (on, touches) = (on.clone(), touches.clone());
            return vec![Lowered::Sql { on, declares: declared(declares, schema), down: *down, touches }];
        }
        if self.is_done(schema) { Vec::new() } else { vec![self.clone()] }
    }

    /// Whether the schema is as the step would leave it, members of a table or enum aside.
    fn is_done(&self, schema: &Schema) -> bool {
        let inside = |of: &ObjectId, id: &ObjectId| member(schema, *of, *id);
        let column = |of: &ObjectId, id: &ObjectId| schema.table(*of).and_then(|t| t.column(*id));
        match self {
            Lowered::CreateTable(new) => schema.table(new.id).is_some(),
            Lowered::CreateEnum(new) => schema.enum_(new.id).is_some(),
            Lowered::CreateView(new) => schema.view(new.id).is_some(),
            Lowered::CreateExtension(new) => schema.extensions.contains_key(&new.id),
            Lowered::AddColumn { table: of, column: new } => inside(of, &new.id).is_some(),
            Lowered::AddConstraint { table: of, constraint: new } => inside(of, &new.id).is_some(),
            Lowered::CreateIndex { table: of, index: new, concurrently: _ } => inside(of, &new.id).is_some(),
            Lowered::AddEnumValue { of, value: new } => inside(of, &new.id).is_some(),
            Lowered::DropTable { table: id }
            | Lowered::DropEnum { of: id }
            | Lowered::DropExtension { extension: id }
            | Lowered::DropView { view: id } => whole(schema, *id).is_none(),
            Lowered::DropColumn { table: of, column: id }
            | Lowered::DropConstraint { table: of, constraint: id }
            | Lowered::DropIndex { table: of, index: id, concurrently: _ }
            | Lowered::DropEnumValue { of, value: id } => inside(of, id).is_none(),
            Lowered::RenameTable { table: id, to } => schema.table(*id).is_some_and(|t| t.name == *to),
            Lowered::RenameColumn { table: of, column: id, to }
            | Lowered::RenameConstraint { table: of, constraint: id, to }
            | Lowered::RenameIndex { table: of, index: id, to }
            | Lowered::RenameEnumValue { of, value: id, to } => {
                inside(of, id).is_some_and(|found| found.name() == to)
            }
            Lowered::PlaceEnumValues { of, values } => schema.enum_(*of).is_some_and(|there| {
                there.values.iter().map(EnumValue::place).eq(values.iter().map(EnumValue::place))
            }),
            Lowered::ChangeType { table: of, column: id, to, using } => {
                using.is_none() && column(of, id).is_some_and(|c| c.ty == *to)
            }
            Lowered::SetNullable { table: of, column: id, nullable } => {
                column(of, id).is_some_and(|c| c.nullable == *nullable)
            }
            Lowered::SetDefault { table: of, column: id, to } => {
                column(of, id).is_some_and(|c| c.default == *to)
            }
            Lowered::ReplaceView { view } => schema.view(view.id).is_some_and(|there| same(there, view)),
            Lowered::SetComment { on, to } => comment(schema, *on).is_some_and(|found| found == to),
            // What they do to rows, no schema tells.
            Lowered::Sql { .. }
            | Lowered::Backfill(_)
            | Lowered::Populate(_)
            | Lowered::UndoBackfill(_)
            | Lowered::Derive(_)
            | Lowered::UndoPopulate(_)
            | Lowered::UndoDerive(_) => false,
        }
    }
}

/// The name and the remark of a view are none of a replacement's business.
fn same(there: &View, new: &View) -> bool {
    there.columns == new.columns && there.query == new.query
}

fn comment(schema: &Schema, on: Commented) -> Option<&Option<String>> {
    match on {
        Commented::Table(id) => schema.table(id).map(|t| &t.comment),
        Commented::Column { table, column } => {
            schema.table(table).and_then(|t| t.column(column)).map(|c| &c.comment)
        }
        Commented::View(id) => schema.view(id).map(|v| &v.comment),
        Commented::Enum(id) => schema.enum_(id).map(|e| &e.comment),
    }
}

/// The members of `new` that the table lacks, each behind those it may lean on.
fn members(there: &Table, new: &Table) -> Vec<Lowered> {
    let table = there.id;
    let lacking = || new.columns.iter().filter(|c| there.column(c.id).is_none());
    let (generated, plain): (Vec<&Column>, Vec<&Column>) = lacking().partition(|c| c.generated.is_some());
    let column = |c: &Column| Lowered::AddColumn { table, column: Box::new(c.clone()) };
    let mut steps: Vec<Lowered> = plain.into_iter().chain(generated).map(column).collect();

    let constraints = || new.constraints.iter().filter(|c| there.constraint(c.id).is_none());
    for constraint in constraints().filter(|c| c.has_index()) {
        if let ConstraintKind::PrimaryKey(key) = &constraint.kind {
            // A key can't be NULL, and this one was none so far.
            let nullable = key.iter().filter(|id| there.column(**id).is_some_and(|c| c.nullable));
            steps.extend(nullable.map(|id| Lowered::SetNullable { table, column: *id, nullable: false }));
        }
        steps.push(Lowered::AddConstraint { table, constraint: Box::new(constraint.clone()) });
    }
    for index in new.indexes.iter().filter(|i| there.index(i.id).is_none()) {
        steps.push(Lowered::CreateIndex { table, index: Box::new(index.clone()), concurrently: false });
    }
    // A foreign key of a table to itself leans on a key or a unique index.
    for constraint in constraints().filter(|c| !c.has_index()) {
        steps.push(Lowered::AddConstraint { table, constraint: Box::new(constraint.clone()) });
    }
    steps
}

/// The values of `new` that the enum lacks, each beside the one it stands next to.
fn values(there: &Enum, new: &Enum) -> Vec<Lowered> {
    let has = |value: &&EnumValue| there.value(value.id).is_some();
    let mut steps = Vec::new();
    for (i, value) in new.values.iter().enumerate().filter(|(_, value)| !has(value)) {
        let anchor = match i.checked_sub(1) {
            Some(before) => Some(Anchor::After(new.values[before].id)),
            None => new.values.iter().find(has).map(|next| Anchor::Before(next.id)),
        };
        let value = EnumValue { anchor, ..value.clone() };
        steps.push(Lowered::AddEnumValue { of: there.id, value });
    }
    steps
}

/// What hand-written SQL declares beyond what is there. Behind a step that doesn't fit, all stay: the first of them says why.
fn declared(declares: &[Lowered], schema: &Schema) -> Vec<Lowered> {
    let mut schema = schema.clone();
    let mut left = Vec::new();
    for (i, step) in declares.iter().enumerate() {
        let steps = step.remaining(&schema);
        let fits = steps.iter().all(|step| step.evolve(&mut schema).is_ok());
        left.extend(steps);
        if !fits {
            left.extend_from_slice(&declares[i + 1..]);
            break;
        }
    }
    left
}
