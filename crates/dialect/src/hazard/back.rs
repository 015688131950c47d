//! What can't be brought back, or is left behind, on a way back and where merges give a step up.

use model::{
    Action, Column, ConstraintKind, EntryId, Lowered, ObjectId, Origin, Schema,
    data_step::{BatchColumn, LoweredBackfill, Undo},
    losses::narrows,
    schema::Table,
};

use super::Hazard;

/// What the way back of a backfill of that entry leaves as it is although it was wanted back: nothing was kept of columns that the
/// entry adds, since they go with it; here they don't, since none of the steps behind this one drops them.
pub fn left_behind(
    step: &Lowered,
    entry: EntryId,
    behind: &[(u32, Lowered)],
    before: &Schema,
) -> Vec<Hazard> {
    let Lowered::UndoBackfill(step) = step else { return Vec::new() };
    let stays = step.new_in(entry).filter(|column| !goes(step, column.id, behind));
    stays.filter_map(|column| unkept(step, column.id, before)).collect()
}

/// That the way back of a backfill finds nothing to put back into a column.
pub fn unkept(step: &LoweredBackfill, column: ObjectId, before: &Schema) -> Option<Hazard> {
    let table = before.table(step.table)?;
    let (column, table) = (&table.column(column)?.name, &table.name);
    let message =
        format!("leaves values in column `{column}` of `{table}` as they are: nothing kept those before");
    Some(Hazard::new("H101", message))
}

/// What is lost when rows that a step made are deleted although what was changed in them is kept: `key` and `write` are the columns
/// that it gave.
pub fn of_made(
    table: ObjectId,
    (key, write): (&[BatchColumn], &[BatchColumn]),
    before: &Schema,
) -> Vec<Hazard> {
    goes_along(table, before).into_iter().chain(numbers(table, (key, write), before)).collect()
}

/// That rows which refer to those that a step made go or change with them: nothing keeps those.
fn goes_along(of: ObjectId, before: &Schema) -> Option<Hazard> {
    let follows = |table: &&Table| {
        table.constraints.iter().any(|constraint| match &constraint.kind {
            ConstraintKind::ForeignKey(to) => {
                to.references == of && !matches!(to.on_delete, Action::NoAction | Action::Restrict)
            }
            _ => false,
        })
    };
    let names: Vec<String> =
        before.tables().filter(follows).map(|table| format!("`{}`", table.name)).collect();
    if names.is_empty() {
        return None;
    }
    let table = &before.table(of)?.name;
    let message = format!(
        "loses what in {} refers to its rows of `{table}`, as their foreign keys say",
        names.join(", ")
    );
    Some(Hazard::new("H101", message))
}

/// That rows which a step made get other numbers when they are made again: those that the server gives aren't kept.
fn numbers(of: ObjectId, (key, write): (&[BatchColumn], &[BatchColumn]), before: &Schema) -> Option<Hazard> {
    let table = before.table(of)?;
    let given = |column: &&Column| {
        column.identity.is_some() && key.iter().chain(write).all(|own| own.id != column.id)
    };
    let names: Vec<String> =
        table.columns.iter().filter(given).map(|column| format!("`{}`", column.name)).collect();
    let message =
        format!("loses the numbers that the server gave in {} of `{}`", names.join(", "), table.name);
    (!names.is_empty()).then(|| Hazard::new("H101", message))
}

/// Whether a step behind it drops a column that a backfill wrote.
fn goes(step: &LoweredBackfill, of: ObjectId, behind: &[(u32, Lowered)]) -> bool {
    behind.iter().any(|(_, later)| match later {
        Lowered::DropColumn { column, .. } => *column == of,
        Lowered::DropTable { table } => *table == step.table,
        _ => false,
    })
}

/// That a backfill of a draft has no way back and writes columns which don't come and go with it.
pub fn stays(step: &Lowered) -> Option<Hazard> {
    let Lowered::Backfill(step) = step else { return None };
    let old = step.write.iter().filter(|column| column.id.origin != Origin::New);
    let names: Vec<String> = old.map(|column| format!("`{}`", column.name)).collect();
    let stays = matches!(step.step.undo, Undo::None(_)) && !names.is_empty();
    stays.then(|| {
        Hazard::new("H403", format!("what it writes to {} stays where a merge gives it up", names.join(", ")))
    })
}

/// What a step that takes another one back can't bring back with it: the rows and values that went when that one was done, or that
/// those it wrote stay. `then` is what is done behind it.
pub fn gone_before(step: &Lowered, before: &Schema, then: &[(u32, Lowered)]) -> Option<Hazard> {
    if let Lowered::UndoBackfill(step) = step {
        let table = &before.table(step.table)?.name;
        let left = step.write.iter().filter(|column| !goes(step, column.id, then));
        let names: Vec<String> = left.map(|column| format!("`{}`", column.name)).collect();
        let stays = matches!(step.step.undo, Undo::None(_)) && !names.is_empty();
        let message = format!("what it wrote to {} of `{table}` stays", names.join(", "));
        return stays.then_some(Hazard::new("H403", message));
    }
    let what = match step {
        Lowered::CreateTable(table) => format!("the rows of `{}`", table.name),
        Lowered::AddColumn { table, column } if column.generated.is_none() => {
            format!("the values of `{}` in `{}`", column.name, before.table(*table)?.name)
        }
        Lowered::ChangeType { table, column, to, .. } => {
            let table = before.table(*table)?;
            let column = table.column(*column)?;
            if !narrows(to, &column.ty) {
                return None;
            }
            format!("what the values of `{}` in `{}` were before they were narrowed", column.name, table.name)
        }
        _ => return None,
    };
    Some(Hazard::new("H101", format!("doesn't bring back {what}: nothing kept them")))
}
