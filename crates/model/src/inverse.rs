//! The way back of a lowered step.

use crate::{
    lowered::Lowered,
    operation::{
        add_column, add_constraint, add_enum_value, change_type, comment, create_enum, create_extension,
        create_index, create_table, create_view, drop_column, drop_constraint, drop_enum, drop_enum_value,
        drop_extension, drop_index, drop_table, drop_view, place_enum_values, rename_column,
        rename_constraint, rename_enum_value, rename_index, rename_table, replace_view, set_default,
        set_not_null, sql,
    },
    problem::Irreversible,
    schema::Schema,
};

impl Lowered {
    /// The step that takes this one back; `before` is the schema before it.
    ///
    /// # Errors
    /// When there is no way back.
    pub fn inverse(&self, before: &Schema) -> Result<Lowered, Irreversible> {
        match self {
            Lowered::CreateTable(table) => create_table::inverse(table.id),
            Lowered::DropTable { table } => drop_table::inverse(before, *table),
            Lowered::RenameTable { table, to: _ } => rename_table::inverse(before, *table),
            Lowered::AddColumn { table, column } => add_column::inverse(*table, column.id),
            Lowered::DropColumn { table, column } => drop_column::inverse(before, *table, *column),
            Lowered::RenameColumn { table, column, to: _ } => rename_column::inverse(before, *table, *column),
            Lowered::ChangeType { table, column, .. } => change_type::inverse(before, *table, *column),
            Lowered::SetNullable { table, column, nullable: _ } => {
                set_not_null::inverse(before, *table, *column)
            }
            Lowered::SetDefault { table, column, to: _ } => set_default::inverse(before, *table, *column),
            Lowered::AddConstraint { table, constraint } => add_constraint::inverse(*table, constraint.id),
            Lowered::DropConstraint { table, constraint } => {
                drop_constraint::inverse(before, *table, *constraint)
            }
            Lowered::RenameConstraint { table, constraint, to: _ } => {
                rename_constraint::inverse(before, *table, *constraint)
            }
            Lowered::CreateIndex { table, index, concurrently } => {
                create_index::inverse(*table, index.id, *concurrently)
            }
            Lowered::DropIndex { table, index, concurrently } => {
                drop_index::inverse(before, *table, *index, *concurrently)
            }
            Lowered::RenameIndex { table, index, to: _ } => rename_index::inverse(before, *table, *index),
            Lowered::CreateEnum(of) => create_enum::inverse(of.id),
            Lowered::DropEnum { of } => drop_enum::inverse(before, *of),
            Lowered::AddEnumValue { of, value } => add_enum_value::inverse(*of, value.id),
            Lowered::DropEnumValue { of, value } => drop_enum_value::inverse(before, *of, *value),
            Lowered::RenameEnumValue { of, value, to: _ } => rename_enum_value::inverse(before, *of, *value),
            Lowered::PlaceEnumValues { of, values: _ } => place_enum_values::inverse(before, *of),
            Lowered::CreateExtension(extension) => create_extension::inverse(extension.id),
            Lowered::DropExtension { extension } => drop_extension::inverse(before, *extension),
            Lowered::CreateView(view) => create_view::inverse(view.id),
            Lowered::ReplaceView { view } => replace_view::inverse(before, view.id),
            Lowered::DropView { view } => drop_view::inverse(before, *view),
            Lowered::SetComment { on, to: _ } => comment::inverse(before, *on),
            Lowered::Sql { on, declares, down, touches } => {
                sql::inverse(before, on, declares, *down, touches.as_deref())
            }
            Lowered::Backfill(step) => Ok(Lowered::UndoBackfill(step.clone())),
            Lowered::UndoBackfill(step) => Ok(Lowered::Backfill(step.clone())),
            Lowered::Populate(step) => Ok(Lowered::UndoPopulate(step.clone())),
            Lowered::UndoPopulate(step) => Ok(Lowered::Populate(step.clone())),
            Lowered::Derive(step) => Ok(Lowered::UndoDerive(step.clone())),
            Lowered::UndoDerive(step) => Ok(Lowered::Derive(step.clone())),
        }
    }
}
