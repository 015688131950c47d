//! Drift: differences between the live schema and what was applied, told apart by whether a plan touches them.

use std::collections::BTreeSet;

use dialect::{Difference, plan::Treatment};
use model::{Commented, Lowered, ObjectId, Schema};

use super::PrepareError;

/// Splits drift into what touches the plan, which refuses it, and the rest.
pub(super) fn refuse_drift(
    drift: Vec<Difference>,
    treatments: &[Treatment],
    before: &Schema,
) -> Result<Vec<Difference>, PrepareError> {
    if drift.is_empty() {
        return Ok(drift);
    }
    let mut names = BTreeSet::new();
    let mut schema = before.clone();
    for (_, step) in treatments.iter().flat_map(|t| &t.steps) {
        names.extend(touched(step, &schema));
        step.evolve(&mut schema)?;
        names.extend(touched(step, &schema));
    }
    let (touching, rest): (Vec<_>, Vec<_>) = drift.into_iter().partition(|d| names.contains(d.relation()));
    if touching.is_empty() { Ok(rest) } else { Err(PrepareError::Drift(touching)) }
}

/// The names of the tables, enums, views and extensions that a step works on, as far as the schema has them.
fn touched(step: &Lowered, schema: &Schema) -> Vec<String> {
    let table = |id: &ObjectId| schema.table(*id).map(|t| t.name.clone());
    let of_enum = |id: &ObjectId| schema.enum_(*id).map(|e| e.name.clone());
    let view = |id: &ObjectId| schema.view(*id).map(|v| v.name.clone());
    let name = match step {
        Lowered::CreateTable(made) => Some(made.name.clone()),
        Lowered::CreateEnum(made) => Some(made.name.clone()),
        Lowered::CreateView(made) => Some(made.name.clone()),
        Lowered::ReplaceView { view } => Some(view.name.clone()),
        Lowered::CreateExtension(made) => Some(made.name.clone()),
        Lowered::DropTable { table: id }
        | Lowered::RenameTable { table: id, .. }
        | Lowered::AddColumn { table: id, .. }
        | Lowered::DropColumn { table: id, .. }
        | Lowered::RenameColumn { table: id, .. }
        | Lowered::ChangeType { table: id, .. }
        | Lowered::SetNullable { table: id, .. }
        | Lowered::SetDefault { table: id, .. }
        | Lowered::AddConstraint { table: id, .. }
        | Lowered::DropConstraint { table: id, .. }
        | Lowered::RenameConstraint { table: id, .. }
        | Lowered::CreateIndex { table: id, .. }
        | Lowered::DropIndex { table: id, .. }
        | Lowered::RenameIndex { table: id, .. } => table(id),
        Lowered::DropEnum { of }
        | Lowered::AddEnumValue { of, .. }
        | Lowered::DropEnumValue { of, .. }
        | Lowered::RenameEnumValue { of, .. }
        | Lowered::PlaceEnumValues { of, .. } => of_enum(of),
        Lowered::DropExtension { extension } => {
            schema.extensions().find(|e| e.id == *extension).map(|e| e.name.clone())
        }
        Lowered::DropView { view: id } => view(id),
        Lowered::SetComment { on, .. } => match on {
            Commented::Table(id) | Commented::Column { table: id, .. } => table(id),
            Commented::View(id) => view(id),
            Commented::Enum(id) => of_enum(id),
        },
        Lowered::Backfill(step) | Lowered::UndoBackfill(step) => table(&step.table),
        Lowered::Populate(step) | Lowered::UndoPopulate(step) => table(&step.table),
        Lowered::Derive(step) | Lowered::UndoDerive(step) => {
            let looked_up = step.lookups.iter().map(|lookup| &lookup.table);
            let tables = [&step.table].into_iter().chain(step.into.iter().map(|into| &into.table));
            return tables.chain(looked_up).filter_map(table).collect();
        }
        Lowered::Sql { declares, touches, .. } => {
            let declared = declares.iter().flat_map(|one| touched(one, schema));
            return declared.chain(touches.iter().flatten().filter_map(table)).collect();
        }
    };
    name.into_iter().collect()
}
