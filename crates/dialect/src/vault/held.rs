//! What the vault holds of a step of DDL: a table of its own for each, and a row in `strat_vault_held` that says what is in it.
//!
//! The row is put in before the table is made, and is only marked when everything is back: where each statement commits by itself, a run
//! that goes on where another was cut off finds the same plan again. What is marked goes with the record that closes the entry.

use model::{
    Digest, ObjectId, ObjectRef, Schema, StepRef, canonical::to_canonical, fit::type_name, schema::Table,
};
use serde::{Deserialize, Serialize};

use super::keep::{VALUE, key_name};
use crate::Dialect;

/// What was kept of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// A table with all its rows.
    Table,
    /// The values of a column, by the table's key.
    Column,
    /// The values of a column as they were before its type changed, by the table's key.
    Values,
}

/// A column of a table in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldColumn {
    /// Its name when it was kept.
    pub name: String,
    /// Its type then, in words.
    #[serde(rename = "type")]
    pub ty: String,
    /// Which it is.
    pub id: ObjectRef,
}

/// What the vault holds of one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// What it is.
    pub what: What,
    /// The table's name when it was kept.
    pub table: String,
    /// The columns of the key that tells the rows apart; none for a whole table, which needs no key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<HeldColumn>,
    /// The columns that were kept.
    pub columns: Vec<HeldColumn>,
    /// Whether everything in it is back and only the entry isn't closed yet.
    #[serde(skip)]
    pub gone: bool,
}

impl Held {
    /// Columns of a table as they are before a step; nothing where one of them has no identity that lasts.
    pub(super) fn new(
        what: What,
        table: &Table,
        key: &[ObjectId],
        columns: &[ObjectId],
        schema: &Schema,
    ) -> Option<Held> {
        let held = |id: &ObjectId| {
            let column = table.column(*id)?;
            let id = ObjectRef::try_from(*id).ok()?;
            Some(HeldColumn { name: column.name.clone(), ty: type_name(&column.ty, schema), id })
        };
        let key = key.iter().map(held).collect::<Option<_>>()?;
        let columns = columns.iter().map(held).collect::<Option<_>>()?;
        Some(Held { what, table: table.name.clone(), key, columns, gone: false })
    }

    /// Its text in the target, on one line: it is shown within a plan's statements. No line ends within a string there.
    pub fn to_text(&self) -> Option<String> {
        let text = to_canonical(self).ok()?;
        Some(text.lines().map(str::trim).collect::<Vec<_>>().join(" "))
    }

    /// The tables that hold it, with the names that their columns have there.
    pub fn tables(&self, at: StepRef) -> Vec<(String, Vec<String>)> {
        let by_key = || (0..self.key.len()).map(key_name).chain([VALUE.to_owned()]).collect::<Vec<_>>();
        match self.what {
            What::Table => {
                vec![(name_of(at), self.columns.iter().map(|column| column.name.clone()).collect())]
            }
            What::Column => vec![(name_of(at), by_key())],
            What::Values => vec![(name_of(at), by_key()), (made_name_of(at), by_key())],
        }
    }

    /// In words, such as `column slug of docs`.
    pub fn words(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        match self.what {
            What::Table => format!("table {}", self.table),
            What::Column => format!("column {} of {}", names.join(", "), self.table),
            What::Values => format!("{} of {} before its type changed", names.join(", "), self.table),
        }
    }
}

/// The name of the table that holds what a step destroys.
pub fn name_of(at: StepRef) -> String {
    format!("strat_vault_t{}_{}", &at.entry.to_string()[..24], at.step)
}

/// The table beside it that holds what a change of type made of the values.
pub fn made_name_of(at: StepRef) -> String {
    format!("{}_made", name_of(at))
}

/// Every table that a step may have in the vault.
pub fn names_of(at: StepRef) -> [String; 2] {
    [name_of(at), made_name_of(at)]
}

/// What stands in the place of the entry that brought something back, where it is being purged.
const PURGED: &str = "purged";

/// The statements for what is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldSql {
    /// What is held: entry, step, about, by whom it was taken back.
    pub list: &'static str,
    /// Forgets what an entry has brought back. Parameter: entry.
    pub forget: String,
    /// Says that one is being purged, so that nothing comes back from it any more. Parameter: name.
    pub purge: String,
    /// Forgets one. Parameter: name.
    pub drop: String,
}

/// The statements in a dialect's words.
pub fn held_sql(dialect: &dyn Dialect) -> HeldSql {
    let p = dialect.placeholder(1);
    HeldSql {
        list: "SELECT entry, step, about, gone FROM strat_vault_held ORDER BY name",
        forget: format!("DELETE FROM strat_vault_held WHERE gone = {p}"),
        purge: format!("UPDATE strat_vault_held SET gone = '{PURGED}' WHERE name = {p}"),
        drop: format!("DELETE FROM strat_vault_held WHERE name = {p}"),
    }
}

/// The statements that say what a table of the vault holds, whatever was said under its name before.
pub(super) fn enter(dialect: &dyn Dialect, at: StepRef, held: &Held) -> Option<[String; 2]> {
    let (name, about) = (name_of(at), dialect.text_literal(&held.to_text()?));
    let (entry, step) = (at.entry, at.step);
    Some([
        format!("DELETE FROM strat_vault_held WHERE name = '{name}'"),
        format!(
            "INSERT INTO strat_vault_held (name, entry, step, about, gone) VALUES ('{name}', '{entry}', {step}, {about}, '')"
        ),
    ])
}

/// The statement that says that a planned entry has brought everything back.
pub(super) fn mark(at: StepRef, by: Digest) -> String {
    format!("UPDATE strat_vault_held SET gone = '{by}' WHERE name = '{}'", name_of(at))
}
