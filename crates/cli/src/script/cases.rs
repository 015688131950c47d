//! Cases: rows that go in, and what has to come out.

use std::{borrow::Cow, collections::BTreeMap, fs, path::PathBuf, sync::Arc};

use engine::data::columns::{bind_text, literal_value};
use ledger::{Source, nearest};
use model::{Class, Literal, ObjectId, Segment, Type, Value, to_canonical};
use sandbox::{Batch, regroup::GROUP};
use serde::{Deserialize, Serialize};

use super::{Script, manifest::Manifest};
use crate::{
    desk::{Desk, file_error},
    failure::{Failure, Plain},
};

/// A value as a case writes it; dates, decimals and UUIDs are text, bytes hex digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// A constant.
    One(Literal),
    /// The elements of an array or vector.
    Many(Vec<Option<Cell>>),
}

/// Columns by name; one that isn't named is NULL.
pub type Row = BTreeMap<String, Option<Cell>>;

/// A rejected row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reject {
    /// The row, from 0.
    pub row: u32,
    /// What the guest says.
    pub message: String,
}

/// A case's file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Case {
    /// Rows that go in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    /// Rows that have to come out; those of rejected rows aren't looked at.
    pub expect: Vec<Row>,
    /// Rows that have to be rejected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejects: Vec<Reject>,
    /// The rows of the small tables that the guest is handed whole; none when absent.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lookups: BTreeMap<String, Vec<Row>>,
    /// Constants that are others than in `script.ron`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, Literal>,
}

/// A case with where it stands.
pub struct CaseFile {
    /// Its name.
    pub name: String,
    /// What it says.
    pub case: Case,
    path: PathBuf,
    shown: String,
    source: Source,
}

/// The cases of a script, by name.
pub fn read(desk: &Desk<'_>, script: &Script) -> Result<Vec<CaseFile>, Failure> {
    let folder = script.folder.join("cases");
    let Ok(found) = fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let mut paths: Vec<PathBuf> = found.filter_map(|file| Some(file.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "ron"));
    paths.sort();
    let read = |path: PathBuf| {
        let shown = desk.place.shown(&path);
        let text = fs::read_to_string(&path).map_err(|error| file_error("read", &shown, &error))?;
        let source = Source::new(&*shown, &text);
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(CaseFile { name, case: source.parse()?, path, shown, source })
    };
    paths.into_iter().map(read).collect()
}

impl CaseFile {
    /// The rows as a batch.
    pub fn batch(&self, manifest: &Manifest) -> Result<Batch, Failure> {
        let rows = grouped(&self.case.rows, manifest);
        self.filled(manifest.batch(), &manifest.inputs(), &rows, &[Segment::Field("rows")])
    }

    /// The small tables that the guest is handed whole: those that the case doesn't name have no rows.
    pub fn lookups(&self, manifest: &Manifest) -> Result<BTreeMap<String, Arc<Batch>>, Failure> {
        let mut lookups = BTreeMap::new();
        let names = manifest.lookups.keys().chain(self.case.lookups.keys());
        for name in names {
            let path = [Segment::Field("lookups"), Segment::Key(name.clone())];
            let Some((batch, types)) = manifest.lookup(name) else {
                let near = nearest(name, manifest.lookups.keys().map(String::as_str));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                let why = format!("script.ron has no lookup `{name}`");
                return Err(self.source.error_at(&path, why, hint).into());
            };
            let rows = self.case.lookups.get(name).map_or(&[][..], Vec::as_slice);
            lookups.insert(name.clone(), Arc::new(self.filled(batch, &types, rows, &path)?));
        }
        Ok(lookups)
    }

    /// Rows as a batch; `place` is where they stand in the file.
    fn filled(
        &self,
        mut batch: Batch,
        types: &BTreeMap<String, Type<ObjectId>>,
        rows: &[Row],
        place: &[Segment],
    ) -> Result<Batch, Failure> {
        for (number, row) in rows.iter().enumerate() {
            let mut path = place.to_vec();
            path.push(Segment::Index(number));
            if let Some(name) = row.keys().find(|name| !types.contains_key(*name)) {
                let near = nearest(name, types.keys().map(String::as_str));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                path.push(Segment::Key(name.clone()));
                let why = format!("the script doesn't read `{name}`");
                return Err(self.source.error_at(&path, why, hint).into());
            }
            let values: Vec<Value> =
                types.iter().map(|(name, ty)| value(row.get(name).and_then(Option::as_ref), ty)).collect();
            batch.push_row(&values).map_err(|error| self.source.error_at(&path, error.to_string(), None))?;
        }
        Ok(batch)
    }

    /// Takes what came out as right. Comments of the file are lost.
    pub fn bless(&mut self, expect: Vec<Row>, rejects: Vec<Reject>) -> Result<(), Failure> {
        (self.case.expect, self.case.rejects) = (expect, rejects);
        let text = to_canonical(&self.case).map_err(|error| Plain::new(Class::Input, error.to_string()))?;
        Ok(fs::write(&self.path, text).map_err(|error| file_error("write", &self.shown, &error))?)
    }
}

/// The rows, each with the number of its group where the script goes group by group.
fn grouped<'r>(rows: &'r [Row], manifest: &Manifest) -> Cow<'r, [Row]> {
    if manifest.group.is_empty() {
        return Cow::Borrowed(rows);
    }
    let mut numbered = rows.to_vec();
    let mut number = 0;
    for (n, row) in numbered.iter_mut().enumerate() {
        let agrees =
            |before: &Row| manifest.group.iter().all(|column| before.get(column) == rows[n].get(column));
        if n > 0 && !agrees(&rows[n - 1]) {
            number += 1;
        }
        row.entry(GROUP.to_owned()).or_insert(Some(Cell::One(Literal::Int(number))));
    }
    Cow::Owned(numbered)
}

/// A written value as one of the column's type.
pub fn value(cell: Option<&Cell>, ty: &Type<ObjectId>) -> Value {
    match (cell, ty) {
        (None, _) => Value::Null,
        (Some(Cell::One(Literal::Text(text))), Type::Bytes) => bytes(text).map_or(Value::Null, Value::Bytes),
        (Some(Cell::One(literal)), ty) => literal_value(literal, ty),
        (Some(Cell::Many(items)), Type::Vector(_)) => {
            let float = |item: &Option<Cell>| match item {
                Some(Cell::One(Literal::Float(x))) => *x as f32,
                Some(Cell::One(Literal::Int(n))) => *n as f32,
                _ => f32::NAN,
            };
            Value::Vector(items.iter().map(float).collect())
        }
        (Some(Cell::Many(items)), Type::Array(of)) => {
            Value::Array(items.iter().map(|item| value(item.as_ref(), of)).collect())
        }
        (Some(Cell::Many(_)), _) => Value::Null,
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    hex.len().is_multiple_of(2).then(|| hex.as_bytes().chunks(2).map(pair).collect()).flatten()
}

/// A value as a case writes it.
pub fn cell(value: &Value) -> Option<Cell> {
    let text = |text: String| Some(Cell::One(Literal::Text(text)));
    match value {
        Value::Null => None,
        Value::Bool(yes) => Some(Cell::One(Literal::Bool(*yes))),
        Value::Int(n) => Some(Cell::One(Literal::Int(*n))),
        Value::Real(x) if x.is_finite() => Some(Cell::One(Literal::Float(f64::from(*x)))),
        Value::Double(x) if x.is_finite() => Some(Cell::One(Literal::Float(*x))),
        Value::Bytes(_) => text(bind_text(value).unwrap_or_default().trim_start_matches("\\x").to_owned()),
        Value::Array(items) => Some(Cell::Many(items.iter().map(cell).collect())),
        Value::Vector(items) => {
            Some(Cell::Many(items.iter().map(|x| Some(Cell::One(Literal::Float(f64::from(*x))))).collect()))
        }
        other => text(bind_text(other).unwrap_or_default()),
    }
}

/// A value in a message.
pub fn shown(cell: &Option<Cell>) -> String {
    match cell {
        None => "NULL".to_owned(),
        Some(Cell::One(Literal::Text(text))) => format!("{text:?}"),
        Some(Cell::One(Literal::Bool(yes))) => yes.to_string(),
        Some(Cell::One(Literal::Int(n))) => n.to_string(),
        Some(Cell::One(Literal::Float(x))) => format!("{x:?}"),
        Some(Cell::Many(items)) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
    }
}
