//! What DDL destroys, on its way into the vault: always copied, since a renamed table would keep its foreign keys.

use super::{BUILD, LOCK, REWRITE};
use crate::{Dialect, Statement, vault::CopyOut};

/// The copy, and an index by which its rows are found.
pub fn copy_out(dialect: &dyn Dialect, copy: &CopyOut<'_>) -> Vec<Statement> {
    let into = dialect.quote_ident(copy.into);
    let mut all =
        vec![Statement::inside(format!("CREATE TABLE {into} AS {}", copy.select(dialect)), REWRITE)];
    if !copy.key.is_empty() {
        let index = dialect.quote_ident(&format!("{}_key", copy.into));
        let sql = format!("CREATE UNIQUE INDEX {index} ON {into} ({})", copy.keys(dialect));
        all.push(Statement::inside(sql, BUILD));
    }
    all
}

/// A statement on rows.
pub fn on_rows(sql: String) -> Statement {
    Statement::inside(sql, REWRITE)
}

/// Drops a table of the vault.
pub fn let_go(name: &str) -> Statement {
    Statement::inside(format!("DROP TABLE {name}"), LOCK)
}

/// The file doesn't tell what a table takes: its values are counted.
pub fn size_held(dialect: &dyn Dialect, name: &str, columns: &[String]) -> String {
    let one = |column: &String| format!("coalesce(length(CAST({} AS BLOB)), 0)", dialect.quote_ident(column));
    let all: Vec<_> = columns.iter().map(one).collect();
    format!("SELECT coalesce(sum({}), 0) FROM {name}", all.join(" + "))
}
