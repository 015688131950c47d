//! The effects of a lowered step.

use crate::{
    accesses::Accesses,
    column::Column,
    constraint::Constraint,
    effects::Access,
    id::ObjectId,
    lowered::Lowered,
    operation::{
        add_column, add_constraint, add_enum_value, backfill, change_type, comment, create_enum,
        create_extension, create_index, create_table, create_view, derive, drop_column, drop_constraint,
        drop_enum, drop_enum_value, drop_extension, drop_index, drop_table, drop_view, place_enum_values,
        populate, rename_column, rename_constraint, rename_enum_value, rename_index, rename_table,
        replace_view, set_default, set_not_null, sql,
    },
    schema::Schema,
};

impl Lowered {
    /// What the step accesses, and how; `before` is the schema before it. Sorted, without repetition.
    pub fn effects(&self, before: &Schema) -> Vec<Access> {
        let mut out = Accesses::default();
        self.collect(&mut out, before);
        out.finish()
    }

    pub(crate) fn collect(&self, out: &mut Accesses, before: &Schema) {
        match self {
            Lowered::CreateTable(table) => create_table::effects(out, table, before),
            Lowered::DropTable { table } => drop_table::effects(out, *table, before),
            Lowered::RenameTable { table, to } => rename_table::effects(out, *table, to, before),
            Lowered::AddColumn { table, column } => added(out, *table, column, before),
            Lowered::DropColumn { table, column } => drop_column::effects(out, *table, *column, before),
            Lowered::RenameColumn { table, column, to } => {
                rename_column::effects(out, *table, *column, to, before)
            }
            Lowered::ChangeType { table, column, to, using } => {
                change_type::effects(out, (*table, *column), to, using.as_ref(), before);
            }
            Lowered::SetNullable { table, column, nullable } => {
                set_not_null::effects(out, *table, *column, *nullable);
            }
            Lowered::SetDefault { table, column, to } => {
                set_default::effects(out, (*table, *column), to, before)
            }
            Lowered::AddConstraint { table, constraint } => add_constrained(out, *table, constraint, before),
            Lowered::DropConstraint { table, constraint } => {
                drop_constraint::effects(out, *table, *constraint, before);
            }
            Lowered::RenameConstraint { table, constraint, to } => {
                rename_constraint::effects(out, *table, *constraint, to, before);
            }
            Lowered::CreateIndex { table, index, concurrently: _ } => {
                create_index::effects(out, *table, index);
                create_index::effects_on_rows(out, *table, index);
            }
            Lowered::DropIndex { table, index, concurrently: _ } => {
                drop_index::effects(out, *table, *index, before);
            }
            Lowered::RenameIndex { table, index, to } => {
                rename_index::effects(out, *table, *index, to, before)
            }
            Lowered::CreateEnum(of) => create_enum::effects(out, of),
            Lowered::DropEnum { of } => drop_enum::effects(out, *of, before),
            Lowered::AddEnumValue { of, value } => add_enum_value::effects(out, *of, value),
            Lowered::DropEnumValue { of, value } => drop_enum_value::effects(out, *of, *value, before),
            Lowered::RenameEnumValue { of, value, to } => {
                rename_enum_value::effects(out, *of, *value, to, before)
            }
            Lowered::PlaceEnumValues { of, values } => place_enum_values::effects(out, *of, values),
            Lowered::CreateExtension(extension) => create_extension::effects(out, extension),
            Lowered::DropExtension { extension } => drop_extension::effects(out, *extension, before),
            Lowered::CreateView(view) => create_view::effects(out, view, before),
            Lowered::ReplaceView { view } => replace_view::effects(out, view, before),
            Lowered::DropView { view } => drop_view::effects(out, *view, before),
            Lowered::SetComment { on, to } => comment::effects(out, *on, to),
            Lowered::Sql { on, declares, down: _, touches } => {
                sql::effects(out, on, declares, touches.as_deref(), before);
            }
            Lowered::Backfill(step) | Lowered::UndoBackfill(step) => backfill::effects(out, step, before),
            Lowered::Populate(step) => populate::effects(out, step, before),
            Lowered::UndoPopulate(step) => populate::undo_effects(out, step, before),
            Lowered::Derive(step) => derive::effects(out, step, before),
            Lowered::UndoDerive(step) => derive::undo_effects(out, step, before),
        }
    }
}

/// A column of a table that is there, and may hold rows.
fn added(out: &mut Accesses, table: ObjectId, column: &Column, before: &Schema) {
    add_column::effects(out, table, column, before);
    add_column::effects_on_rows(out, table, column);
}

/// A constraint on a table that is there, and may hold rows.
fn add_constrained(out: &mut Accesses, table: ObjectId, new: &Constraint, before: &Schema) {
    if let Some(own) = before.table(table) {
        add_constraint::effects(out, own, new, before);
    }
    add_constraint::effects_on_rows(out, table, new);
}
