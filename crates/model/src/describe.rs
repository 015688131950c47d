//! Lowered steps in words, with the names of the day.

use crate::{
    column::Column,
    constraint::{Constraint, ConstraintKind},
    data_step::LoweredDerive,
    fit::type_name,
    id::ObjectId,
    index::Index,
    lowered::{Commented, Lowered},
    schema::Schema,
    types::Type,
};

impl Lowered {
    /// What the step does, in a line; `before` is the schema before it. Names stand as they are: whoever prints escapes them.
    pub fn describe(&self, before: &Schema) -> String {
        let say = Words { before };
        match self {
            Lowered::CreateTable(new) => format!("create table {}", new.name),
            Lowered::DropTable { table } => format!("drop table {}", say.table(*table)),
            Lowered::RenameTable { table, to } => format!("rename table {} to {to}", say.table(*table)),
            Lowered::AddColumn { table, column } => say.add_column(*table, column),
            Lowered::DropColumn { table, column } => format!("drop column {}", say.column(*table, *column)),
            Lowered::RenameColumn { table, column, to } => say.rename_column(*table, *column, to),
            Lowered::ChangeType { table, column, to, using: _ } => say.change_type(*table, *column, to),
            Lowered::SetNullable { table, column, nullable } => say.set_nullable(*table, *column, *nullable),
            Lowered::SetDefault { table, column, to } => say.set_default(*table, *column, to.is_some()),
            Lowered::AddConstraint { table, constraint } => say.add_constraint(*table, constraint),
            Lowered::DropConstraint { table, constraint: id } => {
                format!("drop {}", say.constraint(*table, *id))
            }
            Lowered::RenameConstraint { table, constraint, to } => {
                format!("rename {} to {to}", say.constraint(*table, *constraint))
            }
            Lowered::CreateIndex { table, index, concurrently: _ } => say.create_index(*table, index),
            Lowered::DropIndex { table, index, concurrently: _ } => {
                format!("drop index {}", say.index(*table, *index))
            }
            Lowered::RenameIndex { table, index, to } => {
                format!("rename index {} to {to}", say.index(*table, *index))
            }
            Lowered::CreateEnum(new) => format!("create enum {}", new.name),
            Lowered::DropEnum { of } => format!("drop enum {}", say.of(*of)),
            Lowered::AddEnumValue { of, value } => {
                format!("add value {} to enum {}", value.name, say.of(*of))
            }
            Lowered::DropEnumValue { of, value } => format!("drop {}", say.value(*of, *value)),
            Lowered::RenameEnumValue { of, value, to } => {
                format!("rename {} to {to}", say.value(*of, *value))
            }
            Lowered::PlaceEnumValues { of, values: _ } => format!("order the values of enum {}", say.of(*of)),
            Lowered::CreateExtension(new) => format!("create extension {}", new.name),
            Lowered::DropExtension { extension } => format!("drop extension {}", say.extension(*extension)),
            Lowered::CreateView(new) => format!("create view {}", new.name),
            Lowered::ReplaceView { view } => format!("replace view {}", say.table(view.id)),
            Lowered::DropView { view } => format!("drop view {}", say.table(*view)),
            Lowered::SetComment { on, to: _ } => say.comment(*on),
            Lowered::Sql { down: false, .. } => "run hand-written SQL".to_owned(),
            Lowered::Sql { down: true, .. } => "run hand-written SQL of the way back".to_owned(),
            Lowered::Backfill(step) => format!("backfill {} by {}", say.table(step.table), step.step.script),
            Lowered::Populate(step) => format!("populate {} by {}", say.table(step.table), step.step.script),
            Lowered::Derive(step) => say.derive(step),
            Lowered::UndoDerive(step) => {
                format!("delete the rows that {} put into {}", step.step.script(), say.filled(step))
            }
            Lowered::UndoBackfill(step) => {
                format!("undo the backfill of {} by {}", say.table(step.table), step.step.script)
            }
            Lowered::UndoPopulate(step) => {
                format!("delete the rows that {} put into {}", step.step.script, say.table(step.table))
            }
        }
    }
}

/// Names of things, and the sentences that take more than one line; what isn't there is called `?`.
struct Words<'a> {
    before: &'a Schema,
}

impl<'a> Words<'a> {
    /// A table's or a view's name.
    fn table(&self, id: ObjectId) -> &'a str {
        self.before.relation_name(id).unwrap_or("?")
    }

    fn derive(&self, step: &LoweredDerive) -> String {
        let verb = if step.is_aggregate() { "aggregate" } else { "transfer rows of" };
        format!("{verb} {} into {} by {}", self.table(step.table), self.filled(step), step.step.script())
    }

    /// The tables that get rows.
    fn filled(&self, step: &LoweredDerive) -> String {
        step.into.iter().map(|into| self.table(into.table)).collect::<Vec<_>>().join(", ")
    }

    fn column(&self, table: ObjectId, id: ObjectId) -> String {
        format!("{}.{}", self.table(table), self.before.column_name(table, id).unwrap_or("?"))
    }

    fn of(&self, id: ObjectId) -> &'a str {
        self.before.enum_(id).map_or("?", |of| &of.name)
    }

    fn value(&self, of: ObjectId, id: ObjectId) -> String {
        let name = self.before.enum_(of).and_then(|of| of.value(id)).map_or("?", |value| &value.name);
        format!("value {name} of enum {}", self.of(of))
    }

    fn constraint(&self, table: ObjectId, id: ObjectId) -> String {
        let found = self.before.table(table).and_then(|table| table.constraint(id));
        format!("constraint {} of {}", found.map_or("?", |constraint| &constraint.name), self.table(table))
    }

    fn index(&self, table: ObjectId, id: ObjectId) -> &'a str {
        self.before.table(table).and_then(|table| table.index(id)).map_or("?", |index| &index.name)
    }

    fn extension(&self, id: ObjectId) -> &'a str {
        self.before.extensions().find(|extension| extension.id == id).map_or("?", |extension| &extension.name)
    }

    fn add_column(&self, table: ObjectId, new: &Column) -> String {
        format!("add column {}.{} {}", self.table(table), new.name, type_name(&new.ty, self.before))
    }

    fn rename_column(&self, table: ObjectId, id: ObjectId, to: &str) -> String {
        format!("rename column {} to {to}", self.column(table, id))
    }

    fn change_type(&self, table: ObjectId, id: ObjectId, to: &Type<ObjectId>) -> String {
        format!("change the type of {} to {}", self.column(table, id), type_name(to, self.before))
    }

    fn set_nullable(&self, table: ObjectId, id: ObjectId, nullable: bool) -> String {
        format!("{} NULL in {}", if nullable { "allow" } else { "forbid" }, self.column(table, id))
    }

    fn set_default(&self, table: ObjectId, id: ObjectId, there: bool) -> String {
        format!("{} the default of {}", if there { "set" } else { "drop" }, self.column(table, id))
    }

    fn add_constraint(&self, table: ObjectId, new: &Constraint) -> String {
        let kind = match new.kind {
            ConstraintKind::PrimaryKey(_) => "primary key",
            ConstraintKind::Unique(_) => "unique constraint",
            ConstraintKind::Check(_) => "check",
            ConstraintKind::ForeignKey(_) => "foreign key",
        };
        format!("add {kind} {} to {}", new.name, self.table(table))
    }

    fn create_index(&self, table: ObjectId, new: &Index) -> String {
        let unique = if new.unique { "unique " } else { "" };
        format!("create {unique}index {} on {}", new.name, self.table(table))
    }

    fn comment(&self, on: Commented) -> String {
        match on {
            Commented::Table(id) | Commented::View(id) => format!("comment on {}", self.table(id)),
            Commented::Column { table, column } => format!("comment on {}", self.column(table, column)),
            Commented::Enum(id) => format!("comment on enum {}", self.of(id)),
        }
    }
}
