//! Carrying a lowered step out on a schema.

use crate::{
    lowered::Lowered,
    operation::{
        add_column, add_constraint, add_enum_value, backfill, change_type, comment, create_enum,
        create_extension, create_index, create_table, create_view, derive, drop_column, drop_constraint,
        drop_enum, drop_enum_value, drop_extension, drop_index, drop_table, drop_view, place_enum_values,
        populate, rename_column, rename_constraint, rename_enum_value, rename_index, rename_table,
        replace_view, set_default, set_not_null, sql,
    },
    problem::EvolveError,
    schema::Schema,
};

impl Lowered {
    /// Changes a schema.
    ///
    /// # Errors
    /// When the step doesn't fit the schema. The schema is spoilt then and must be thrown away; clones are cheap.
    pub fn evolve(&self, schema: &mut Schema) -> Result<(), EvolveError> {
        let done = match self {
            Lowered::CreateTable(table) => create_table::evolve(schema, table),
            Lowered::DropTable { table } => drop_table::evolve(schema, *table),
            Lowered::RenameTable { table, to } => rename_table::evolve(schema, *table, to),
            Lowered::AddColumn { table, column } => add_column::evolve(schema, *table, column),
            Lowered::DropColumn { table, column } => drop_column::evolve(schema, *table, *column),
            Lowered::RenameColumn { table, column, to } => rename_column::evolve(schema, *table, *column, to),
            Lowered::ChangeType { table, column, to, using } => {
                change_type::evolve(schema, *table, *column, to, using.as_ref())
            }
            Lowered::SetNullable { table, column, nullable } => {
                set_not_null::evolve(schema, *table, *column, *nullable)
            }
            Lowered::SetDefault { table, column, to } => set_default::evolve(schema, *table, *column, to),
            Lowered::AddConstraint { table, constraint } => {
                add_constraint::evolve(schema, *table, constraint)
            }
            Lowered::DropConstraint { table, constraint } => {
                drop_constraint::evolve(schema, *table, *constraint)
            }
            Lowered::RenameConstraint { table, constraint, to } => {
                rename_constraint::evolve(schema, *table, *constraint, to)
            }
            Lowered::CreateIndex { table, index, concurrently: _ } => {
                create_index::evolve(schema, *table, index)
            }
            Lowered::DropIndex { table, index, concurrently: _ } => {
                drop_index::evolve(schema, *table, *index)
            }
            Lowered::RenameIndex { table, index, to } => rename_index::evolve(schema, *table, *index, to),
            Lowered::CreateEnum(of) => create_enum::evolve(schema, of),
            Lowered::DropEnum { of } => drop_enum::evolve(schema, *of),
            Lowered::AddEnumValue { of, value } => add_enum_value::evolve(schema, *of, value),
            Lowered::DropEnumValue { of, value } => drop_enum_value::evolve(schema, *of, *value),
            Lowered::PlaceEnumValues { of, values } => place_enum_values::evolve(schema, *of, values),
            Lowered::RenameEnumValue { of, value, to } => rename_enum_value::evolve(schema, *of, *value, to),
            Lowered::CreateExtension(extension) => create_extension::evolve(schema, extension),
            Lowered::DropExtension { extension } => drop_extension::evolve(schema, *extension),
            Lowered::CreateView(view) => create_view::evolve(schema, view),
            Lowered::ReplaceView { view } => replace_view::evolve(schema, view),
            Lowered::DropView { view } => drop_view::evolve(schema, *view),
            Lowered::SetComment { on, to } => comment::evolve(schema, *on, to),
            Lowered::Sql { on: _, declares, down: _, touches: _ } => sql::evolve(schema, declares),
            Lowered::Backfill(step) | Lowered::UndoBackfill(step) => backfill::evolve(schema, step),
            Lowered::Populate(step) | Lowered::UndoPopulate(step) => populate::evolve(schema, step),
            Lowered::Derive(step) | Lowered::UndoDerive(step) => derive::evolve(schema, step),
        };
        done.map_err(EvolveError::from)
    }
}
