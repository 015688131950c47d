//! Rows that must still be there: a picture of all tables, and what two pictures must have in common.

use std::collections::BTreeMap;

use model::{Column, Lowered, ObjectId, Schema, Type, Value, losses::narrows};
use stratigraph_engine::{Target, driver::CellType};

/// The cells of one column, row by row.
type Cells = Vec<String>;

/// The rows of every table: how many, and the columns' cells, rows in the order of the database's answer.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    tables: BTreeMap<ObjectId, (usize, BTreeMap<ObjectId, Cells>)>,
}

/// Reads all rows of all tables, through the types that data steps read them by.
pub async fn picture(target: &mut Target, schema: &Schema) -> Result<Picture, String> {
    let mut tables = BTreeMap::new();
    for table in schema.tables() {
        let columns: Vec<&Column> =
            table.columns.iter().filter(|c| !matches!(c.ty, Type::Native(_))).collect();
        let dialect = target.dialect;
        let list: Vec<String> = columns
            .iter()
            .map(|c| dialect.wire(&c.ty).read.replace("{}", &dialect.quote_ident(&c.name)))
            .collect();
        let types: Vec<CellType> = columns.iter().map(|c| CellType::from(&c.ty)).collect();
        let list = if list.is_empty() { "1".to_owned() } else { list.join(", ") };
        let sql = format!("SELECT {list} FROM {}", dialect.quote_ident(&table.name));
        let rows = target.conn.read_rows(&sql, &[], &types).await.map_err(|e| format!("{sql}: {e}"))?;
        let mut cells: BTreeMap<ObjectId, Cells> = BTreeMap::new();
        for row in &rows {
            for (column, value) in columns.iter().zip(row) {
                cells.entry(column.id).or_default().push(shown(value));
            }
        }
        tables.insert(table.id, (rows.len(), cells));
    }
    Ok(Picture { tables })
}

fn shown(value: &Value) -> String {
    format!("{value:?}")
}

impl Picture {
    /// Stops unless the rows of the tables that both schemas have are the same in the columns that are to be the same.
    pub fn must_be_in(
        &self,
        later: &Picture,
        schema: &Schema,
        same: impl Fn(ObjectId, &Column) -> bool,
    ) -> Result<(), String> {
        for table in schema.tables() {
            let (Some(old), Some(new)) = (self.tables.get(&table.id), later.tables.get(&table.id)) else {
                continue;
            };
            if !table.columns.iter().any(|c| same(table.id, c)) {
                continue;
            }
            if old.0 != new.0 {
                return Err(format!("table {} had {} rows and has {}", table.name, old.0, new.0));
            }
            let kept: Vec<&Column> = table.columns.iter().filter(|c| same(table.id, c)).collect();
            let (a, b) = (lines(old, &kept), lines(new, &kept));
            if let Some((a, b)) = a.iter().zip(&b).find(|(a, b)| a != b) {
                let names: Vec<_> = kept.iter().map(|c| c.name.as_str()).collect();
                return Err(format!("rows of {} ({}) changed:\n  {a}\n  {b}", table.name, names.join(", ")));
            }
        }
        Ok(())
    }
}

fn lines((rows, cells): &(usize, BTreeMap<ObjectId, Cells>), columns: &[&Column]) -> Vec<String> {
    let mut lines: Vec<String> = (0..*rows)
        .map(|row| {
            let parts: Vec<_> =
                columns.iter().map(|c| cells.get(&c.id).map_or("", |cells| &cells[row])).collect();
            parts.join(" | ")
        })
        .collect();
    lines.sort();
    lines
}

/// Whether a column's cells must look the same under another schema.
pub fn same_look(from: &Schema, to: &Schema) -> impl Fn(ObjectId, &Column) -> bool {
    move |table, column| {
        let other = to.table(table).and_then(|t| t.column(column.id));
        let values = |schema: &Schema, ty: &Type<ObjectId>| {
            let of = ty.enum_ref().and_then(|id| schema.enum_(*id));
            of.map(|e| e.values.iter().map(|v| (v.id, v.name.clone())).collect::<BTreeMap<_, _>>())
        };
        let renamed = |a: BTreeMap<ObjectId, String>, b: BTreeMap<ObjectId, String>| {
            a.iter().any(|(id, name)| b.get(id).is_some_and(|other| other != name))
        };
        other.is_some_and(|other| {
            other.ty == column.ty
                && match (values(from, &column.ty), values(to, &other.ty)) {
                    (Some(a), Some(b)) => !renamed(a, b),
                    _ => true,
                }
        })
    }
}

/// Whether a column's cells must have come back after a change and its way back.
pub fn same_again(steps: &[(Lowered, Schema)], after: &Schema) -> impl Fn(ObjectId, &Column) -> bool {
    move |table, column| {
        let there = after.table(table).is_some_and(|t| t.column(column.id).is_some());
        let lossy = |step: &Lowered, before: &Schema| match step {
            Lowered::ChangeType { table: of, column: changed, to, using } => {
                let old = before.table(*of).and_then(|t| t.column(*changed)).map(|c| &c.ty);
                (*of, *changed) == (table, column.id)
                    && (using.is_some() || old.is_none_or(|old| narrows(old, to)))
            }
            Lowered::Sql { .. } => {
                step.losses(before).iter().any(|loss| loss.to_string().contains(&column.name))
            }
            _ => false,
        };
        there && !steps.iter().any(|(step, before)| lossy(step, before))
    }
}
