//! Which tables' rows a step goes through, so that people can be told how many there are.

use model::{Commented, Lowered, ObjectId, Schema, Type, data_step::Undo};

/// The tables whose rows the step reads one by one, writes anew, fills or destroys; `rewrites` tells what the dialect's
/// statements do.
pub fn walked(step: &Lowered, before: &Schema, rewrites: bool) -> Vec<ObjectId> {
    match step {
        Lowered::Backfill(step) => vec![step.table],
        Lowered::UndoBackfill(step) => match step.step.undo {
            Undo::Vault => vec![step.table],
            Undo::None(_) => Vec::new(),
        },
        Lowered::Derive(step) => vec![step.table],
        Lowered::DropTable { table }
        | Lowered::SetNullable { table, nullable: false, .. }
        | Lowered::AddConstraint { table, .. }
        | Lowered::CreateIndex { table, .. } => vec![*table],
        Lowered::AddColumn { table, .. }
        | Lowered::DropColumn { table, .. }
        | Lowered::RenameColumn { table, .. }
        | Lowered::ChangeType { table, .. }
        | Lowered::SetNullable { table, nullable: true, .. }
        | Lowered::SetDefault { table, .. }
        | Lowered::DropConstraint { table, .. }
        | Lowered::RenameConstraint { table, .. }
        | Lowered::RenameTable { table, .. }
        | Lowered::DropIndex { table, .. }
        | Lowered::RenameIndex { table, .. } => alone(*table, rewrites),
        Lowered::SetComment { on, .. } => match on {
            Commented::Table(table) | Commented::Column { table, .. } => alone(*table, rewrites),
            Commented::View(_) | Commented::Enum(_) => Vec::new(),
        },
        Lowered::AddEnumValue { of, .. }
        | Lowered::DropEnumValue { of, .. }
        | Lowered::RenameEnumValue { of, .. }
        | Lowered::PlaceEnumValues { of, .. } => {
            if rewrites {
                users(*of, before)
            } else {
                Vec::new()
            }
        }
        // Nobody knows what hand-written SQL goes through; the others go through no rows but their own.
        Lowered::CreateTable(_)
        | Lowered::CreateEnum(_)
        | Lowered::DropEnum { .. }
        | Lowered::CreateExtension(_)
        | Lowered::DropExtension { .. }
        | Lowered::CreateView(_)
        | Lowered::ReplaceView { .. }
        | Lowered::DropView { .. }
        | Lowered::Sql { .. }
        | Lowered::Populate(_)
        | Lowered::UndoPopulate(_)
        | Lowered::UndoDerive(_) => Vec::new(),
    }
}

fn alone(table: ObjectId, rewrites: bool) -> Vec<ObjectId> {
    if rewrites { vec![table] } else { Vec::new() }
}

/// The tables that have a column of the enum.
fn users(of: ObjectId, before: &Schema) -> Vec<ObjectId> {
    let is = |ty: &Type<ObjectId>| match ty {
        Type::Enum(named) => *named == of,
        Type::Array(item) => matches!(**item, Type::Enum(named) if named == of),
        _ => false,
    };
    let uses = before.tables().filter(|table| table.columns.iter().any(|column| is(&column.ty)));
    uses.map(|table| table.id).collect()
}
