//! Many rows in one statement.

use model::Column;

use crate::dialect::{BatchShape, Binding, Bound};

use super::types::{cast_parameter, quote_ident};

/// The protocol's limit of parameters in a statement.
const PARAMETERS: usize = 65_535;

/// More rows in a statement bring nothing.
const ROWS: usize = 1_000;

/// How many rows go into one statement.
pub fn rows(columns: usize) -> usize {
    (PARAMETERS / columns.max(1)).clamp(1, ROWS)
}

fn columns<'a>(shape: &BatchShape<'a>, keys: bool) -> Vec<&'a Column> {
    let ids = if keys { shape.key } else { shape.columns };
    ids.iter().filter_map(|id| shape.table.column(*id)).collect()
}

/// An update joined with its rows. Every row is cast: a column of the union would otherwise be text, and an exact number
/// compared with text is a float.
pub fn update(shape: &BatchShape<'_>, rows: usize) -> Bound {
    let (keys, others) = (columns(shape, true), columns(shape, false));
    let named = |n: usize, letter: char| format!("{letter}{}", n + 1);
    let mut first = Vec::new();
    let mut next = Vec::new();
    for (list, letter) in [(&keys, 'k'), (&others, 'v')] {
        for (n, column) in list.iter().enumerate() {
            let value = cast_parameter(&column.ty);
            first.push(format!("{value} AS {}", named(n, letter)));
            next.push(value);
        }
    }
    let mut union = format!("SELECT {}", first.join(", "));
    let next = format!(" UNION ALL SELECT {}", next.join(", "));
    for _ in 1..rows {
        union.push_str(&next);
    }
    let pairs = |list: &[&Column], letter: char, between: &str| -> String {
        let pair = |(n, c): (usize, &&Column)| format!("t.{} = u.{}", quote_ident(&c.name), named(n, letter));
        list.iter().enumerate().map(pair).collect::<Vec<_>>().join(between)
    };
    let sql = format!(
        "UPDATE {} AS t JOIN ({union}) AS u ON {} SET {}",
        quote_ident(&shape.table.name),
        pairs(&keys, 'k', " AND "),
        pairs(&others, 'v', ", ")
    );
    Bound { sql, binding: Binding::Rows }
}

/// An insert of several rows.
pub fn insert(shape: &BatchShape<'_>, rows: usize) -> Bound {
    let mut all = columns(shape, true);
    all.extend(columns(shape, false));
    let names: Vec<_> = all.iter().map(|column| quote_ident(&column.name)).collect();
    let row = format!("({})", vec!["?"; all.len()].join(", "));
    let into = quote_ident(&shape.table.name);
    let sql = format!("INSERT INTO {into} ({}) VALUES {}", names.join(", "), vec![row; rows].join(", "));
    Bound { sql, binding: Binding::Rows }
}
