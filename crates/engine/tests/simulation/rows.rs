//! What the rows must be: remembered cell by cell as the application left them, also of tables and columns that steps took away or
//! filled, so that a way back is held against what there was.

use std::collections::{BTreeMap, BTreeSet};

use model::{Column, EntryId, Lowered, ObjectId, Origin, Schema, Table, Type, Value};
use stratigraph_engine::{Known, Target};

use super::world::picture::read;

/// A row's key as text, the same whatever type the key's column has by now.
pub type Key = String;
/// The rows of a table: cell by cell, by key.
pub type Live = BTreeMap<Key, BTreeMap<ObjectId, Value>>;

/// What a column's values hang on beside what the application wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    /// The names of its enum's values.
    values: Vec<String>,
    /// The entries that changed its type or filled it, in the order they were applied.
    changed_by: Vec<EntryId>,
    /// Those that filled it.
    filled_by: BTreeSet<EntryId>,
    /// The heads, where merges decided what of it counts and in which order.
    decided: Vec<EntryId>,
}

impl Form {
    /// Whether a way filled the column once more, given the entries whose backfills ran on it. A column that came with the entry that
    /// fills it went with it, too, and comes back as it was; but where a merge said that it isn't to be filled, it stood there.
    fn is_filled_again(&self, column: ObjectId, ran: &BTreeSet<EntryId>, stood_unfilled: bool) -> bool {
        let mut again = self.filled_by.iter().filter(|id| ran.contains(id));
        again.any(|id| stood_unfilled || column.origin != Origin::Entry(*id))
    }
}

/// The only column of a table's key.
pub fn key_of(table: &Table) -> Option<&Column> {
    match table.primary_key() {
        [key] => table.column(*key),
        _ => None,
    }
}

fn key_text(value: &Value) -> Key {
    let text = match value {
        Value::Int(n) => n.to_string(),
        Value::Text(text) | Value::Json(text) | Value::Decimal(text) => text.clone(),
        other => format!("{other:?}"),
    };
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// The rows of every table that has such a key, without what is computed.
pub async fn look(target: &mut Target, schema: &Schema) -> BTreeMap<ObjectId, Live> {
    let mut all = BTreeMap::new();
    for table in schema.tables() {
        let Some(key) = key_of(table) else { continue };
        let columns: Vec<&Column> = table.columns.iter().filter(|c| c.generated.is_none()).collect();
        let at = columns.iter().position(|c| c.id == key.id).expect("a key isn't computed");
        let rows = read(target, table, &columns).await;
        let cells = |row: Vec<Value>| {
            let key = key_text(&row[at]);
            (key, columns.iter().map(|c| c.id).zip(row).collect())
        };
        all.insert(table.id, rows.into_iter().map(cells).collect());
    }
    all
}

/// A table as it is remembered, whether it is there or not.
#[derive(Clone, Debug, Default)]
struct Remembered {
    name: String,
    keys: BTreeSet<Key>,
    /// Whether rows may have gone while nobody could see it.
    loose: bool,
    cells: BTreeMap<(ObjectId, Form), BTreeMap<Key, Value>>,
}

/// What is remembered of a target's rows.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    tables: BTreeMap<ObjectId, Remembered>,
    /// How many records its journal had when it was looked at last.
    pub seq: u64,
    /// Whether merges decided something then.
    decided: bool,
    /// The columns there are, with the tables' and columns' names.
    shown: BTreeMap<ObjectId, (ObjectId, String)>,
}

/// A schema with what its columns' values hang on.
pub struct Shape<'a> {
    pub schema: &'a Schema,
    forms: BTreeMap<ObjectId, Form>,
    decided: bool,
}

impl<'a> Shape<'a> {
    /// Of the schema where these entries are applied, in the order they were.
    pub fn new(schema: &'a Schema, known: &Known, heads: &[EntryId], applied: &[EntryId]) -> Shape<'a> {
        let decided = match known.history.decides(heads).unwrap() {
            true => heads.to_vec(),
            false => Vec::new(),
        };
        let mut forms = BTreeMap::new();
        for column in schema.tables().flat_map(|table| &table.columns) {
            let of = match &column.ty {
                Type::Enum(of) => schema.enum_(*of),
                _ => None,
            };
            let values = of.map(|of| of.values.iter().map(|value| value.name.clone()).collect());
            let values = values.unwrap_or_default();
            forms.insert(column.id, Form { values, decided: decided.clone(), ..Form::default() });
        }
        for id in applied {
            let steps = known.history.lowered(*id).map_or(&[][..], |steps| &steps[..]);
            for (column, filled) in steps.iter().flat_map(|step| changed(&step.change)) {
                let Some(form) = forms.get_mut(&column) else { continue };
                form.changed_by.push(*id);
                if filled {
                    form.filled_by.insert(*id);
                }
            }
        }
        Shape { schema, forms, decided: !decided.is_empty() }
    }

    fn form(&self, column: ObjectId) -> Form {
        self.forms[&column].clone()
    }

    fn columns(&self) -> BTreeMap<ObjectId, (ObjectId, String)> {
        let of = |table: &'a Table| {
            table.columns.iter().map(|c| (c.id, (table.id, format!("{}.{}", table.name, c.name))))
        };
        self.schema.tables().flat_map(of).collect()
    }
}

impl Memory {
    /// Holds what is there after a way, on which these entries' backfills ran, against what is remembered, and remembers it. A column that
    /// was filled once more has other values where the application wrote to it, or to what it was filled from, since the first time.
    pub fn arrive(&mut self, shape: &Shape<'_>, live: &BTreeMap<ObjectId, Live>, ran: &BTreeSet<EntryId>) {
        let decided = std::mem::replace(&mut self.decided, shape.decided);
        self.forget_joined(shape);
        for (id, rows) in live {
            let table = shape.schema.table(*id).unwrap();
            let keys: BTreeSet<Key> = rows.keys().cloned().collect();
            if let Some(before) = self.tables.get(id) {
                match before.loose {
                    true => assert!(
                        keys.is_subset(&before.keys),
                        "{}: {keys:?}, of {:?}",
                        table.name,
                        before.keys
                    ),
                    false => assert_eq!(
                        keys, before.keys,
                        "the rows of {} (left: there; right: remembered)",
                        table.name
                    ),
                }
            }
            let remembered = self.tables.entry(*id).or_default();
            (remembered.name, remembered.keys, remembered.loose) = (table.name.clone(), keys, false);
            for column in table.columns.iter().filter(|c| c.generated.is_none()) {
                let form = shape.form(column.id);
                let stood = decided && self.shown.contains_key(&column.id);
                let again = form.is_filled_again(column.id, ran, stood);
                let cells = remembered.cells.entry((column.id, form)).or_default();
                for (key, row) in rows {
                    let there = &row[&column.id];
                    if let Some(before) = cells.get(key).filter(|_| !again) {
                        assert_eq!(there, before, "{}.{} of row {key}", table.name, column.name);
                    }
                    cells.insert(key.clone(), there.clone());
                }
            }
        }
        let shown: BTreeSet<ObjectId> = live.keys().copied().collect();
        let hidden = self.tables.iter_mut().filter(|(id, _)| !shown.contains(id));
        // Without a key of its own, what happens to a table can't be told.
        hidden.filter(|(id, _)| shape.schema.table(**id).is_some()).for_each(|(_, table)| table.loose = true);
        self.shown = shape.columns();
    }

    /// Two sides' equal objects are one after their merge, under one of their identities: what was remembered of another is no
    /// longer told from what is written there.
    fn forget_joined(&mut self, shape: &Shape<'_>) {
        let now = shape.columns();
        let new: BTreeSet<&String> =
            now.iter().filter(|(id, _)| !self.shown.contains_key(id)).map(|(_, (_, name))| name).collect();
        let tables: BTreeSet<&str> =
            new.iter().filter_map(|name| name.rsplit_once('.')).map(|(table, _)| table).collect();
        let gone: Vec<_> = self.shown.iter().filter(|(id, _)| !now.contains_key(id)).collect();
        let gone: Vec<_> = gone.into_iter().map(|(id, (table, name))| (*id, *table, name.clone())).collect();
        for (column, table, name) in gone {
            let table_name = name.rsplit_once('.').map(|(table, _)| table).unwrap_or_default();
            if shape.schema.table(table).is_none() && tables.contains(table_name) {
                self.tables.remove(&table);
            } else if new.contains(&name)
                && let Some(remembered) = self.tables.get_mut(&table)
            {
                remembered.cells.retain(|(id, _), _| *id != column);
            }
        }
    }

    /// Takes in what the application made of it.
    pub fn wrote(&mut self, shape: &Shape<'_>, live: &BTreeMap<ObjectId, Live>, deleted: bool) {
        for (id, table) in &mut self.tables {
            let Some(rows) = live.get(id) else {
                table.loose |= deleted;
                continue;
            };
            for key in table.keys.iter().filter(|key| !rows.contains_key(*key)) {
                table.cells.values_mut().for_each(|cells| drop(cells.remove(key)));
            }
            table.keys = rows.keys().cloned().collect();
            for (key, row) in rows {
                table.write(key, row, shape);
            }
        }
    }
}

impl Remembered {
    fn write(&mut self, key: &Key, row: &BTreeMap<ObjectId, Value>, shape: &Shape<'_>) {
        let mut changed: Vec<ObjectId> = Vec::new();
        for (column, value) in row {
            let cells = self.cells.entry((*column, shape.form(*column))).or_default();
            if cells.insert(key.clone(), value.clone()).as_ref() != Some(value) {
                changed.push(*column);
            }
        }
        if changed.is_empty() {
            return;
        }
        for ((column, form), cells) in &mut self.cells {
            let here = shape.forms.get(column) == Some(form);
            // What data steps make of it hangs on the whole row.
            if !here && (changed.contains(column) || !form.changed_by.is_empty()) {
                cells.remove(key);
            }
        }
    }
}

/// The columns whose values a step changes, and whether it fills them.
fn changed(step: &Lowered) -> Vec<(ObjectId, bool)> {
    match step {
        Lowered::Backfill(backfill) => backfill.write.iter().map(|column| (column.id, true)).collect(),
        Lowered::ChangeType { column, .. } => vec![(*column, false)],
        _ => Vec::new(),
    }
}
