//! Many rows in one statement.

use model::{ObjectId, schema::Table};

use crate::dialect::{BatchShape, Binding, Bound, Dialect};

/// SQLite's limit of parameters in a statement since 3.32.
const PARAMETERS: usize = 32_766;

/// More rows in a statement bring nothing.
const ROWS: usize = 512;

pub(super) fn rows(columns: usize) -> usize {
    (PARAMETERS / columns.max(1)).clamp(1, ROWS)
}

pub(super) fn update(dialect: &dyn Dialect, shape: &BatchShape<'_>, rows: usize) -> Bound {
    let table = dialect.quote_ident(&shape.table.name);
    let keys = shape.key.len();
    let sets = names(dialect, shape.table, shape.columns);
    let sets: Vec<_> =
        sets.iter().enumerate().map(|(n, c)| format!("{c} = v.column{}", keys + n + 1)).collect();
    let on = names(dialect, shape.table, shape.key);
    let on: Vec<_> = on.iter().enumerate().map(|(n, c)| format!("{table}.{c} = v.column{}", n + 1)).collect();
    let sql = format!(
        "UPDATE {table} SET {} FROM (VALUES {}) AS v WHERE {}",
        sets.join(", "),
        values(keys + shape.columns.len(), rows),
        on.join(" AND ")
    );
    Bound { sql, binding: Binding::Rows }
}

pub(super) fn insert(dialect: &dyn Dialect, shape: &BatchShape<'_>, rows: usize) -> Bound {
    let mut columns = names(dialect, shape.table, shape.key);
    columns.extend(names(dialect, shape.table, shape.columns));
    let sql = format!(
        "INSERT INTO {} ({}) VALUES {}",
        dialect.quote_ident(&shape.table.name),
        columns.join(", "),
        values(columns.len(), rows)
    );
    Bound { sql, binding: Binding::Rows }
}

fn names(dialect: &dyn Dialect, table: &Table, ids: &[ObjectId]) -> Vec<String> {
    ids.iter().filter_map(|id| table.column(*id)).map(|c| dialect.quote_ident(&c.name)).collect()
}

fn values(columns: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    vec![row; rows].join(", ")
}
