//! The names that steps give to objects, and whose a name is.

use std::sync::Arc;

use super::found::{Found, find};
use crate::{
    constraint::{Constraint, ConstraintKind},
    effects::Scope,
    id::ObjectId,
    lowered::Lowered,
    schema::{Enum, Schema, Table, View, ViewColumn, fold_name},
};

/// A name as it stands in a schema, with the scope it is taken in and the object it is given to.
pub(crate) type Claim = (Scope, String, ObjectId);

impl Lowered {
    /// The names it gives to objects; `schema` is the one before it.
    ///
    /// They are those its effects claim, and those of the members of an enum or view that it creates. The slots a table has
    /// only one of are left out: nobody gave them their names.
    pub(crate) fn claims(&self, schema: &Schema) -> Vec<Claim> {
        match self {
            Lowered::CreateTable(table) => of_table(table),
            Lowered::RenameTable { table, to } => vec![(Scope::Relations, to.clone(), *table)],
            Lowered::AddColumn { table, column } => {
                vec![(Scope::Columns(*table), column.name.clone(), column.id)]
            }
            Lowered::RenameColumn { table, column, to } => {
                vec![(Scope::Columns(*table), to.clone(), *column)]
            }
            Lowered::AddConstraint { table: _, constraint } => of_constraint(constraint).collect(),
            Lowered::RenameConstraint { table, constraint, to } => {
                renamed_constraint(schema, *table, *constraint, to)
            }
            Lowered::CreateIndex { table: _, index, concurrently: _ } => {
                vec![(Scope::Relations, index.name.clone(), index.id)]
            }
            Lowered::RenameIndex { table: _, index, to } => vec![(Scope::Relations, to.clone(), *index)],
            Lowered::CreateEnum(of) => of_enum(of),
            Lowered::AddEnumValue { of, value } => {
                vec![(Scope::Values(*of), value.name.clone(), value.id)]
            }
            Lowered::RenameEnumValue { of, value, to } => vec![(Scope::Values(*of), to.clone(), *value)],
            Lowered::CreateExtension(new) => vec![(Scope::Extensions, new.name.clone(), new.id)],
            Lowered::CreateView(view) => of_view(view),
            Lowered::ReplaceView { view } => of_replaced(view, schema),
            Lowered::Sql { on: _, declares, down: _, touches: _ } => of_declared(declares, schema),
            Lowered::DropTable { .. }
            | Lowered::DropColumn { .. }
            | Lowered::ChangeType { .. }
            | Lowered::SetNullable { .. }
            | Lowered::SetDefault { .. }
            | Lowered::DropConstraint { .. }
            | Lowered::DropIndex { .. }
            | Lowered::DropEnum { .. }
            | Lowered::DropEnumValue { .. }
            | Lowered::PlaceEnumValues { .. }
            | Lowered::DropExtension { .. }
            | Lowered::DropView { .. }
            | Lowered::SetComment { .. }
            | Lowered::Backfill(_)
            | Lowered::Populate(_)
            | Lowered::UndoBackfill(_)
            | Lowered::Derive(_)
            | Lowered::UndoPopulate(_)
            | Lowered::UndoDerive(_) => Vec::new(),
        }
    }

    /// The same step with the name it gives to an object replaced; as it is, when it gives it none.
    pub(crate) fn with_name(&self, id: ObjectId, name: &str) -> Lowered {
        let mut named = self.clone();
        named.set_name(id, name);
        named
    }

    fn set_name(&mut self, wanted: ObjectId, name: &str) {
        let set = |id: ObjectId, slot: &mut String| {
            if id == wanted {
                name.clone_into(slot);
            }
        };
        match self {
            Lowered::CreateTable(table) => set_in_table(Arc::make_mut(table), &set),
            Lowered::AddColumn { table: _, column } => set(column.id, &mut column.name),
            Lowered::AddConstraint { table: _, constraint } => set(constraint.id, &mut constraint.name),
            Lowered::CreateIndex { table: _, index, concurrently: _ } => set(index.id, &mut index.name),
            Lowered::RenameTable { table: id, to }
            | Lowered::RenameColumn { table: _, column: id, to }
            | Lowered::RenameConstraint { table: _, constraint: id, to }
            | Lowered::RenameIndex { table: _, index: id, to }
            | Lowered::RenameEnumValue { of: _, value: id, to } => set(*id, to),
            Lowered::CreateEnum(of) => {
                let of = Arc::make_mut(of);
                set(of.id, &mut of.name);
                of.values.iter_mut().for_each(|v| set(v.id, &mut v.name));
            }
            Lowered::AddEnumValue { of: _, value } => set(value.id, &mut value.name),
            Lowered::CreateExtension(new) => {
                let new = Arc::make_mut(new);
                set(new.id, &mut new.name);
            }
            Lowered::CreateView(view) => {
                let view = Arc::make_mut(view);
                set(view.id, &mut view.name);
                view.columns.iter_mut().for_each(|c| set(c.id, &mut c.name));
            }
            // The view keeps the name it has, whatever the step says.
            Lowered::ReplaceView { view } => {
                Arc::make_mut(view).columns.iter_mut().for_each(|c| set(c.id, &mut c.name));
            }
            Lowered::Sql { on: _, declares, down: _, touches: _ } => {
                declares.iter_mut().for_each(|step| step.set_name(wanted, name));
            }
            Lowered::DropTable { .. }
            | Lowered::DropColumn { .. }
            | Lowered::ChangeType { .. }
            | Lowered::SetNullable { .. }
            | Lowered::SetDefault { .. }
            | Lowered::DropConstraint { .. }
            | Lowered::DropIndex { .. }
            | Lowered::DropEnum { .. }
            | Lowered::DropEnumValue { .. }
            | Lowered::PlaceEnumValues { .. }
            | Lowered::DropExtension { .. }
            | Lowered::DropView { .. }
            | Lowered::SetComment { .. }
            | Lowered::Backfill(_)
            | Lowered::Populate(_)
            | Lowered::UndoBackfill(_)
            | Lowered::Derive(_)
            | Lowered::UndoPopulate(_)
            | Lowered::UndoDerive(_) => {}
        }
    }
}

fn set_in_table(table: &mut Table, set: &dyn Fn(ObjectId, &mut String)) {
    set(table.id, &mut table.name);
    table.columns.iter_mut().for_each(|c| set(c.id, &mut c.name));
    table.constraints.iter_mut().for_each(|c| set(c.id, &mut c.name));
    table.indexes.iter_mut().for_each(|i| set(i.id, &mut i.name));
}

fn of_table(table: &Table) -> Vec<Claim> {
    let mut claims = vec![(Scope::Relations, table.name.clone(), table.id)];
    claims.extend(table.columns.iter().map(|c| (Scope::Columns(table.id), c.name.clone(), c.id)));
    claims.extend(table.constraints.iter().flat_map(of_constraint));
    claims.extend(table.indexes.iter().map(|i| (Scope::Relations, i.name.clone(), i.id)));
    claims
}

/// A constraint's name, which a key's index has too.
fn of_constraint(constraint: &Constraint) -> impl Iterator<Item = Claim> + '_ {
    let index = constraint.has_index().then_some(Scope::Relations);
    let scopes = [Scope::Constraints].into_iter().chain(index);
    scopes.map(|scope| (scope, constraint.name.clone(), constraint.id))
}

fn renamed_constraint(schema: &Schema, table: ObjectId, id: ObjectId, to: &str) -> Vec<Claim> {
    match schema.table(table).and_then(|t| t.constraint(id)) {
        Some(found) => of_constraint(&Constraint { name: to.to_owned(), ..found.clone() }).collect(),
        None => vec![(Scope::Constraints, to.to_owned(), id)],
    }
}

fn of_enum(of: &Enum) -> Vec<Claim> {
    let values = of.values.iter().map(|v| (Scope::Values(of.id), v.name.clone(), v.id));
    [(Scope::Relations, of.name.clone(), of.id)].into_iter().chain(values).collect()
}

fn of_view(view: &View) -> Vec<Claim> {
    let columns = view.columns.iter().map(|c| of_view_column(view, c));
    [(Scope::Relations, view.name.clone(), view.id)].into_iter().chain(columns).collect()
}

/// The columns that the view gains by being replaced, but for those whose names it has already: what had them goes with the same step.
fn of_replaced(view: &View, schema: &Schema) -> Vec<Claim> {
    let old = schema.view(view.id).map(|v| v.columns.as_slice()).unwrap_or_default();
    let has = |c: &ViewColumn| old.iter().any(|o| o.id == c.id || fold_name(&o.name) == fold_name(&c.name));
    let new = view.columns.iter().filter(|c| !has(c));
    new.map(|c| of_view_column(view, c)).collect()
}

fn of_view_column(view: &View, column: &ViewColumn) -> Claim {
    (Scope::Columns(view.id), column.name.clone(), column.id)
}

fn of_declared(declares: &[Lowered], before: &Schema) -> Vec<Claim> {
    let mut schema = before.clone();
    let mut claims = Vec::new();
    for step in declares {
        claims.extend(step.claims(&schema));
        if step.evolve(&mut schema).is_err() {
            break;
        }
    }
    claims
}

/// The step that gives an object of the schema another name; none when it isn't there or its kind keeps the name it came with.
pub(crate) fn rename(schema: &Schema, id: ObjectId, to: &str) -> Option<Lowered> {
    let to = to.to_owned();
    match find(schema, id)? {
        Found::Table(_) => Some(Lowered::RenameTable { table: id, to }),
        Found::Column(table, _) => Some(Lowered::RenameColumn { table, column: id, to }),
        Found::Constraint(table, _) => Some(Lowered::RenameConstraint { table, constraint: id, to }),
        Found::Index(table, _) => Some(Lowered::RenameIndex { table, index: id, to }),
        Found::Value(of, _) => Some(Lowered::RenameEnumValue { of, value: id, to }),
        Found::Enum(_) | Found::View(_) | Found::ViewColumn(..) | Found::Extension(_) => None,
    }
}

/// The name an object of the schema has now, with the scope it has it in; a key's constraint has it in that of relations too.
pub(crate) fn name_of(schema: &Schema, id: ObjectId) -> Option<(Scope, String)> {
    let (scope, name) = match find(schema, id)? {
        Found::Table(name) | Found::Enum(name) | Found::View(name) | Found::Index(_, name) => {
            (Scope::Relations, name)
        }
        Found::Column(of, name) | Found::ViewColumn(of, name) => (Scope::Columns(of), name),
        Found::Constraint(_, name) => (Scope::Constraints, name),
        Found::Value(of, name) => (Scope::Values(of), name),
        Found::Extension(name) => (Scope::Extensions, name),
    };
    Some((scope, name.to_owned()))
}

/// The object that has a name in a scope: letter case aside, but for the values of an enum.
pub(crate) fn holder(schema: &Schema, scope: &Scope, name: &str) -> Option<ObjectId> {
    let folded = fold_name(name);
    match scope {
        Scope::Relations => schema.named(name).map(|(_, id)| id),
        Scope::Constraints => {
            let table = schema.constraint_holder(name)?;
            table.constraints.iter().find(|c| fold_name(&c.name) == folded).map(|c| c.id)
        }
        Scope::Extensions => schema.extension_named(name).map(|e| e.id),
        Scope::Columns(of) => match schema.table(*of) {
            Some(table) => table.columns.iter().find(|c| fold_name(&c.name) == folded).map(|c| c.id),
            None => {
                let columns = &schema.view(*of)?.columns;
                columns.iter().find(|c| fold_name(&c.name) == folded).map(|c| c.id)
            }
        },
        Scope::Values(of) => schema.enum_(*of)?.value_named(name).map(|v| v.id),
        Scope::Singletons(table) => singleton(schema.table(*table)?, name),
    }
}

/// What sits in a slot that a table has only one of.
fn singleton(table: &Table, slot: &str) -> Option<ObjectId> {
    match slot {
        "identity" => table.columns.iter().find(|c| c.identity.is_some()).map(|c| c.id),
        "primary key" => {
            let key = |c: &&Constraint| matches!(c.kind, ConstraintKind::PrimaryKey(_));
            table.constraints.iter().find(key).map(|c| c.id)
        }
        _ => None,
    }
}
