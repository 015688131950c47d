//! Hazards: coded warnings on steps, found from the step, the schema before it, and what one database makes of it.

mod back;
mod by_hand;
mod draft;
mod page;
mod toll;

use std::collections::BTreeMap;

use model::{
    Column, ConstraintKind, Index, Key, Lowered, ObjectId, Schema,
    data_step::{LoweredDerive, LoweredInto},
};

pub use back::{gone_before, left_behind, stays, unkept};
pub use by_hand::{Known, known};
pub use draft::{both_ways, notes};
pub use page::{PAGES, Page, page_of};
pub use toll::toll;

/// A coded warning on a step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hazard {
    /// Its code, stable for ever.
    pub code: &'static str,
    /// What it means for this step.
    pub message: String,
    /// The databases it is one on; all where there are none.
    pub on: Vec<&'static str>,
    /// The tables that it weighs as much as they are large, by their names before the step; none where their size doesn't matter.
    pub tables: Vec<String>,
}

impl Hazard {
    /// One on every database, whatever the size of its tables.
    pub fn new(code: &'static str, message: impl Into<String>) -> Hazard {
        Hazard { code, message: message.into(), on: Vec::new(), tables: Vec::new() }
    }

    /// About how many rows it weighs; nothing where that isn't known or doesn't matter.
    pub fn rows(&self, sizes: &BTreeMap<String, u64>) -> Option<u64> {
        let known: Option<Vec<u64>> = self.tables.iter().map(|table| sizes.get(table).copied()).collect();
        known.filter(|rows| !rows.is_empty()).map(|rows| rows.iter().sum())
    }

    /// Whether the tables are known to be so small that nobody waits long enough to mind.
    pub fn is_light(&self, sizes: &BTreeMap<String, u64>) -> bool {
        self.rows(sizes).is_some_and(|rows| rows < SMALL)
    }
}

/// Whether a code is that of a hazard to data or to service, which somebody has to accept on a protected target.
pub fn is_grave(code: &str) -> bool {
    code.starts_with("H1") || code.starts_with("H2") || code == "H404"
}

/// Below so many rows nobody waits long enough for a hazard that grows with its table.
pub const SMALL: u64 = 10_000;

/// The hazards that a step has on every database. What one makes of it, [`toll`] tells.
pub fn hazards(step: &Lowered, before: &Schema) -> Vec<Hazard> {
    let mut found = Vec::new();
    match step {
        // What was changed in them goes into the vault.
        Lowered::UndoPopulate(populate) => {
            found.extend(back::of_made(populate.table, (&populate.key, &populate.write), before));
        }
        Lowered::UndoDerive(derive) => {
            let of = |into: &LoweredInto| back::of_made(into.table, (&into.key, &into.write), before);
            found.extend(derive.into.iter().flat_map(of));
        }
        _ => found
            .extend(step.losses(before).into_iter().map(|loss| Hazard::new("H101", format!("loses {loss}")))),
    }
    let mut add = |code: &'static str, message: String| found.push(Hazard::new(code, message));
    let here = |table: &ObjectId| before.table(*table).is_some();
    let name = |table: &ObjectId, column: &ObjectId| {
        let found = before.table(*table).and_then(|table| table.column(*column));
        found.map(|column| column.name.clone()).unwrap_or_default()
    };
    match step {
        Lowered::SetNullable { table, column, nullable: false } if here(table) => {
            add("H102", "fails when a row holds NULL there".to_owned());
            add("H302", format!("inserts without {} are refused", name(table, column)));
        }
        Lowered::SetNullable { table, column, nullable: true } if here(table) => {
            add("H303", format!("{} may be NULL from here on", name(table, column)));
        }
        Lowered::ChangeType { table, column, .. } if here(table) => {
            add("H303", format!("values of {} come as another type", name(table, column)));
        }
        Lowered::AddEnumValue { value, .. } => {
            add("H303", format!("{:?} may come up from here on", value.name));
        }
        Lowered::AddConstraint { table, .. } if here(table) => {
            add("H102", "fails when existing rows don't meet it".to_owned());
        }
        Lowered::CreateIndex { table, index, .. } if here(table) && index.unique => {
            add("H102", "fails when existing rows agree in it".to_owned());
        }
        Lowered::RenameTable { .. } | Lowered::RenameColumn { .. } => {
            add("H301", "the old name stops working at once".to_owned());
        }
        Lowered::RenameEnumValue { .. } => {
            add("H301", "the old value stops working at once".to_owned());
        }
        Lowered::DropTable { .. } | Lowered::DropColumn { .. } | Lowered::DropView { .. } => {
            add("H301", "the application must not use it any more".to_owned());
        }
        Lowered::AddColumn { column, .. } => found.extend(of_new(column)),
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

fn of_new(column: &Column) -> Vec<Hazard> {
    let mut found = Vec::new();
    let mut add = |code: &'static str, message: String| found.push(Hazard::new(code, message));
    let given = column.default.is_some() || column.identity.is_some() || column.generated.is_some();
    if !column.nullable && !given {
        add("H302", format!("inserts without {} are refused", column.name));
        if column.initial.is_none() {
            add("H102", "fails when the table has rows: they have no value for it".to_owned());
        }
    }
    if column.initial.is_none() && matches!(column.default, Some(model::Default::Now | model::Default::Uuid))
    {
        add("H402", format!("existing rows get a {} of their own on every database", column.name));
    }
    found
}

/// Whether nothing keeps the rows in the order of their groups. An index over some of the rows counts as none.
fn sorts(step: &LoweredDerive, before: &Schema) -> bool {
    let Some(table) = before.table(step.table) else { return false };
    let group: Vec<_> = step.group.iter().map(|column| column.id).collect();
    let constraint = table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => columns.starts_with(&group),
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => false,
    });
    let index = table.indexes.iter().any(|index| leading(index).starts_with(&group));
    !constraint && !index
}

/// The columns that an index over all rows begins with, in its order.
fn leading(index: &Index) -> Vec<ObjectId> {
    let keys = if index.only.is_none() && index.method.is_none() { index.keys.as_slice() } else { &[] };
    let columns = keys.iter().map_while(|key| match key {
        Key::Column(id) => Some(*id),
        Key::Desc(_) | Key::Expression(..) => None,
    });
    columns.collect()
}

/// The codes of one hand-written statement.
#[cfg(test)]
pub(crate) fn words(dialect: &dyn crate::Dialect, sql: &str) -> Vec<&'static str> {
    by_hand::by_hand(sql, dialect).into_iter().map(|hazard| hazard.code).collect()
}
