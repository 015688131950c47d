//! Many rows by one statement of one row: prepared once, run for each.
//!
//! SQLite is a library: a statement that is already prepared costs less than its share of a long `VALUES` does, which is
//! gone through by a subprogram and looked up row by row all the same.

use model::{ObjectId, schema::Table};

use crate::dialect::{BatchShape, Binding, Bound, Dialect};

/// How many rows are handed over together; it bounds memory, and costs nothing.
const ROWS: usize = 4_096;

pub(super) fn rows(_columns: usize) -> usize {
    ROWS
}

/// The key's values come first.
pub(super) fn update(dialect: &dyn Dialect, shape: &BatchShape<'_>) -> Bound {
    let table = dialect.quote_ident(&shape.table.name);
    let keys = shape.key.len();
    let equal = |(n, column): (usize, &String), first: usize| format!("{column} = ?{}", first + n);
    let on = names(dialect, shape.table, shape.key);
    let on: Vec<_> = on.iter().enumerate().map(|each| equal(each, 1)).collect();
    let sets = names(dialect, shape.table, shape.columns);
    let sets: Vec<_> = sets.iter().enumerate().map(|each| equal(each, keys + 1)).collect();
    let sql = format!("UPDATE {table} SET {} WHERE {}", sets.join(", "), on.join(" AND "));
    Bound { sql, binding: Binding::Each }
}

pub(super) fn insert(dialect: &dyn Dialect, shape: &BatchShape<'_>) -> Bound {
    let mut columns = names(dialect, shape.table, shape.key);
    columns.extend(names(dialect, shape.table, shape.columns));
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        dialect.quote_ident(&shape.table.name),
        columns.join(", "),
        vec!["?"; columns.len()].join(", ")
    );
    Bound { sql, binding: Binding::Each }
}

fn names(dialect: &dyn Dialect, table: &Table, ids: &[ObjectId]) -> Vec<String> {
    ids.iter().filter_map(|id| table.column(*id)).map(|c| dialect.quote_ident(&c.name)).collect()
}
