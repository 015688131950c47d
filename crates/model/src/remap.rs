//! Lowered steps seen from a join: with other identities, other names, or only what is left of them to do.
//!
//! Two sides of a history may have brought the same object into being, each under an identity of its own. Whoever joins
//! them asks here what a step creates and what it calls it, turns one side's identities into the other's, and takes only
//! what the other side hasn't done already.

mod found;
mod ids;
mod names;
mod remaining;
#[cfg(test)]
mod tests;

use crate::{
    id::ObjectId,
    lowered::Lowered,
    schema::{Enum, Schema, Table, View},
};

pub(crate) use names::{holder, name_of, rename};

impl Lowered {
    /// The identities of the objects it brings into being, members included, in the order it names them.
    ///
    /// All columns of a replaced view are among them, though one that kept its name was there before.
    pub fn creates(&self) -> Vec<ObjectId> {
        match self {
            Lowered::CreateTable(table) => of_table(table),
            Lowered::AddColumn { table: _, column } => vec![column.id],
            Lowered::AddConstraint { table: _, constraint } => vec![constraint.id],
            Lowered::CreateIndex { table: _, index, concurrently: _ } => vec![index.id],
            Lowered::CreateEnum(of) => of_enum(of),
            Lowered::AddEnumValue { of: _, value } => vec![value.id],
            Lowered::CreateExtension(extension) => vec![extension.id],
            Lowered::CreateView(view) => [view.id].into_iter().chain(columns(view)).collect(),
            Lowered::ReplaceView { view } => columns(view).collect(),
            Lowered::Sql { on: _, declares, down: _, touches: _ } => {
                declares.iter().flat_map(Lowered::creates).collect()
            }
            Lowered::DropTable { .. }
            | Lowered::RenameTable { .. }
            | Lowered::DropColumn { .. }
            | Lowered::RenameColumn { .. }
            | Lowered::ChangeType { .. }
            | Lowered::SetNullable { .. }
            | Lowered::SetDefault { .. }
            | Lowered::DropConstraint { .. }
            | Lowered::RenameConstraint { .. }
            | Lowered::DropIndex { .. }
            | Lowered::RenameIndex { .. }
            | Lowered::DropEnum { .. }
            | Lowered::DropEnumValue { .. }
            | Lowered::RenameEnumValue { .. }
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
}

impl Lowered {
    /// The object that it gives another name, and does nothing else to.
    pub(crate) fn renames(&self) -> Option<ObjectId> {
        self.new_name().map(|(id, _)| id)
    }

    /// The object that it gives another name, with that name.
    pub(crate) fn new_name(&self) -> Option<(ObjectId, &str)> {
        match self {
            Lowered::RenameTable { table: id, to }
            | Lowered::RenameColumn { column: id, to, .. }
            | Lowered::RenameConstraint { constraint: id, to, .. }
            | Lowered::RenameIndex { index: id, to, .. }
            | Lowered::RenameEnumValue { value: id, to, .. } => Some((*id, to)),
            _ => None,
        }
    }

    /// Whether it gives an object the very name that the object has: undoing a name gives one back that a later step may have given too,
    /// and nobody keeps a draft from saying it.
    pub fn keeps_the_name(&self, before: &Schema) -> bool {
        self.renames().is_some() && self.remaining(before).is_empty()
    }
}

fn of_table(table: &Table) -> Vec<ObjectId> {
    let mut ids = vec![table.id];
    ids.extend(table.columns.iter().map(|c| c.id));
    ids.extend(table.constraints.iter().map(|c| c.id));
    ids.extend(table.indexes.iter().map(|i| i.id));
    ids
}

fn of_enum(of: &Enum) -> Vec<ObjectId> {
    [of.id].into_iter().chain(of.values.iter().map(|v| v.id)).collect()
}

fn columns(view: &View) -> impl Iterator<Item = ObjectId> + '_ {
    view.columns.iter().map(|c| c.id)
}
