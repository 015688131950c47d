//! Hazards: coded warnings on steps, found from the step and the schema before it.

use model::{
    ConstraintKind, EntryId, Key, Lowered, ObjectId, Origin, Schema,
    data_step::{LoweredBackfill, LoweredDerive, Undo},
    losses::narrows,
};

/// A coded warning on a step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hazard {
    /// Its code, stable for ever.
    pub code: &'static str,
    /// What it means for this step.
    pub message: String,
}

/// What a code stands for, for `lint --explain`.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        "H101",
        "loses data",
        "The step destroys rows or values that nothing else keeps: a dropped table or column, a narrower type, values of which the vault has nothing. Accept it by name in the draft (`accept: [\"H101\"]`), or on the command line for `down` (`--accept H101`).",
    ),
    (
        "H102",
        "may fail on existing rows",
        "The step demands something of the rows that are already there: NOT NULL, UNIQUE, CHECK or a foreign key over existing data. Look at the data first, or fill it by a data step before.",
    ),
    (
        "H103",
        "builds on rows that were set aside",
        "A data step before it has left rows as they were, on record, and nobody has dealt with them: what the step needs of them isn't there. `strat backfill rejects` lists them; mend the rows and `strat backfill retry`, or record a repair (`strat new --repairs`). It is found while a plan is carried out, which stops there; `--accept H103` goes on without them.",
    ),
    (
        "H201",
        "blocks writers",
        "An index is built while writers wait. Say `concurrently: true` where the database can build it beside them.",
    ),
    (
        "H202",
        "rewrites the table",
        "Every row is written anew while nobody else can use the table. On a large table add a new column, fill it by a backfill, and switch over.",
    ),
    (
        "H203",
        "sorts the table for every batch",
        "An aggregate reads its table group by group, and no index begins with the columns of the group: every batch sorts all rows that are left. On a large table create an index on those columns first.",
    ),
    (
        "H301",
        "breaks the running application",
        "A name the running application uses changes or goes. Deploy an application that can do without it first.",
    ),
    (
        "H302",
        "breaks older writers",
        "Inserts that don't know the column will be refused: it is NOT NULL and has no default.",
    ),
    ("H401", "has no way back", "Hand-written SQL without `down` can't be undone."),
    (
        "H402",
        "differs from database to database",
        "The server fills existing rows with the current time or a random UUID, which no two databases agree on.",
    ),
    (
        "H403",
        "leaves what it wrote",
        "The backfill says that it needs no way back, and it writes columns that were there before it. Where a merge gives it up, or `down` goes behind it, its values stay; a database that never ran it has others. Leave `undo` out where the old values count.",
    ),
];

/// The hazards of one step; `blocking` tells what the dialect's statements lock or rewrite.
pub fn hazards(step: &Lowered, before: &Schema, rewrites: bool) -> Vec<Hazard> {
    let mut found = Vec::new();
    let mut add = |code: &'static str, message: String| found.push(Hazard { code, message });
    for loss in step.losses(before) {
        add("H101", format!("loses {loss}"));
    }
    if rewrites {
        add("H202", "the table is written anew".to_owned());
    }
    let here = |table: &model::ObjectId| before.table(*table).is_some();
    match step {
        Lowered::SetNullable { table, nullable: false, .. } if here(table) => {
            add("H102", "fails when a row holds NULL there".to_owned());
        }
        Lowered::AddConstraint { table, .. } if here(table) => {
            add("H102", "fails when existing rows don't meet it".to_owned());
        }
        Lowered::CreateIndex { table, index, concurrently } if here(table) => {
            if index.unique {
                add("H102", "fails when existing rows agree in it".to_owned());
            }
            if !concurrently {
                add("H201", "writers wait while the index is built".to_owned());
            }
        }
        Lowered::RenameTable { .. } | Lowered::RenameColumn { .. } => {
            add("H301", "the old name stops working at once".to_owned());
        }
        Lowered::DropTable { .. } | Lowered::DropColumn { .. } | Lowered::DropView { .. } => {
            add("H301", "the application must not use it any more".to_owned());
        }
        Lowered::AddColumn { column, .. } => {
            if !column.nullable
                && column.default.is_none()
                && column.identity.is_none()
                && column.generated.is_none()
            {
                add("H302", format!("inserts without {} are refused", column.name));
            }
            if column.initial.is_none()
                && matches!(column.default, Some(model::Default::Now | model::Default::Uuid))
            {
                add("H402", format!("existing rows get a {} of their own on every database", column.name));
            }
        }
        Lowered::Derive(step) if step.is_aggregate() && sorts(step, before) => {
            let group: Vec<_> = step.group.iter().map(|column| column.name.as_str()).collect();
            add("H203", format!("no index begins with {}: every batch sorts the rows", group.join(", ")));
        }
        Lowered::Sql { on, down: false, .. } if on.values().any(|text| text.down.is_none()) => {
            add("H401", "it has no `down`".to_owned());
        }
        _ => {}
    }
    found
}

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
    Some(Hazard { code: "H101", message })
}

/// Whether nothing keeps the rows in the order of their groups. An index over some of the rows counts as none.
fn sorts(step: &LoweredDerive, before: &Schema) -> bool {
    let Some(table) = before.table(step.table) else { return false };
    let group: Vec<_> = step.group.iter().map(|column| column.id).collect();
    let constraint = table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => columns.starts_with(&group),
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => false,
    });
    let index =
        table.indexes.iter().filter(|index| index.only.is_none() && index.method.is_none()).any(|index| {
            let columns = index.keys.iter().map_while(|key| match key {
                Key::Column(id) => Some(*id),
                Key::Desc(_) | Key::Expression(..) => None,
            });
            columns.collect::<Vec<_>>().starts_with(&group)
        });
    !constraint && !index
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
    stays.then(|| Hazard {
        code: "H403",
        message: format!("what it writes to {} stays where a merge gives it up", names.join(", ")),
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
        return stays.then_some(Hazard { code: "H403", message });
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
    Some(Hazard { code: "H101", message: format!("doesn't bring back {what}: nothing kept them") })
}
