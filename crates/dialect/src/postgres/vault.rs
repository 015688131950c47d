//! What DDL destroys, on its way into the vault and back. A dropped table is renamed into it; what carries a name of its own is dropped
//! from it, and types of the schema become text, so that they can be dropped or changed.

use model::{Constraint, ConstraintKind, Deferrable, ObjectId, Schema, Table, Type};

use super::{quote_ident, render::lock, types};
use crate::{
    Dialect, RenderError, Statement,
    vault::{BringIn, CopyOut},
};

/// The copy. Nobody writes to the table between it and what follows.
pub fn copy_out(dialect: &dyn Dialect, copy: &CopyOut<'_>) -> Vec<Statement> {
    let (into, from) = (quote_ident(copy.into), quote_ident(copy.from));
    let mut all = vec![
        Statement::inside(format!("LOCK TABLE {from} IN ACCESS EXCLUSIVE MODE"), lock::BRIEF),
        Statement::inside(format!("CREATE TABLE {into} AS {}", copy.select(dialect)), lock::SCAN),
    ];
    if !copy.key.is_empty() {
        let sql = format!("ALTER TABLE {into} ADD PRIMARY KEY ({})", copy.keys(dialect));
        all.push(Statement::inside(sql, lock::SCAN));
    }
    all
}

/// The rename, and what is taken from the table behind it. Nothing of it hangs on how large the table is, but where a column has a type
/// of the schema.
pub fn move_out(table: &Table, into: &str, _: &Schema) -> Vec<Statement> {
    let vault = quote_ident(into);
    let name = quote_ident(&table.name);
    let mut all = vec![Statement::inside(format!("ALTER TABLE {name} RENAME TO {vault}"), lock::BRIEF)];
    let mut drops: Vec<String> = Vec::new();
    let refers = |constraint: &&Constraint| matches!(constraint.kind, ConstraintKind::ForeignKey(_));
    let (first, then): (Vec<_>, Vec<_>) = table.constraints.iter().partition(refers);
    for constraint in first.into_iter().chain(then) {
        drops.push(format!("DROP CONSTRAINT {}", quote_ident(&constraint.name)));
    }
    let (mut texts, mut computed) = (false, Vec::new());
    for column in &table.columns {
        let column_name = quote_ident(&column.name);
        if column.generated.is_some() {
            computed.push(format!("DROP COLUMN {column_name}"));
            continue;
        }
        if column.identity.is_some() {
            drops.push(format!("ALTER COLUMN {column_name} DROP IDENTITY"));
        } else if column.default.is_some() {
            drops.push(format!("ALTER COLUMN {column_name} DROP DEFAULT"));
        }
    }
    let indexes: Vec<_> = table.indexes.iter().map(|index| quote_ident(&index.name)).collect();
    if !indexes.is_empty() {
        all.push(Statement::inside(format!("DROP INDEX {}", indexes.join(", ")), lock::BRIEF));
    }
    let mut alter = |clauses: Vec<String>, lock| {
        if !clauses.is_empty() {
            all.push(Statement::inside(format!("ALTER TABLE {vault} {}", clauses.join(", ")), lock));
        }
    };
    alter(computed, lock::BRIEF);
    alter(drops, lock::BRIEF);
    let mut retyped = Vec::new();
    for column in table.columns.iter().filter(|column| column.generated.is_none() && is_tied(&column.ty)) {
        let name = quote_ident(&column.name);
        let value = kept_as(name.clone(), &column.ty);
        retyped.push(format!("ALTER COLUMN {name} TYPE {} USING {value}", text_of(&column.ty)));
        texts = true;
    }
    alter(retyped, if texts { lock::REWRITE } else { lock::BRIEF });
    all
}

/// Whether a type is an object of the schema, or comes with an extension.
fn is_tied(ty: &Type<ObjectId>) -> bool {
    match ty {
        Type::Enum(_) | Type::Vector(_) | Type::Native(_) => true,
        Type::Array(item) => is_tied(item),
        _ => false,
    }
}

fn text_of(ty: &Type<ObjectId>) -> &'static str {
    if matches!(ty, Type::Array(_)) { "text[]" } else { "text" }
}

/// A value as the vault holds it.
pub fn kept_as(value: String, ty: &Type<ObjectId>) -> String {
    if is_tied(ty) { format!("{value}::{}", text_of(ty)) } else { value }
}

/// A value of the vault as one of the column's type.
pub fn given_back(value: String, ty: &Type<ObjectId>, schema: &Schema) -> Result<String, RenderError> {
    Ok(if is_tied(ty) { format!("{value}::{}", types::type_sql(ty, schema)?) } else { value })
}

/// Rows come back with the numbers they had, and the server goes on behind them. What is checked late is checked at once, since a table
/// can't be changed while checks are due.
pub fn bring_in(table: &Table, columns: &str, select: &str) -> BringIn {
    let name = quote_ident(&table.name);
    let identity = table.columns.iter().find(|column| column.identity.is_some());
    let words = if identity.is_some() { "OVERRIDING SYSTEM VALUE " } else { "" };
    let mut behind = Vec::new();
    if let Some(column) = identity {
        let id = quote_ident(&column.name);
        let (of, text) = (super::text_literal(&name), super::text_literal(&column.name));
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence({of}, {text}), greatest(max({id}), 1)) FROM {name} HAVING max({id}) IS NOT NULL"
        );
        behind.push(Statement::inside(sql, lock::NONE));
    }
    let deferred = table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(reference) => reference.deferrable == Deferrable::Deferred,
        _ => false,
    });
    if deferred {
        behind.push(Statement::inside("SET CONSTRAINTS ALL IMMEDIATE", lock::NONE));
    }
    BringIn { before: Vec::new(), sql: format!("INSERT INTO {name} ({columns}) {words}{select}"), behind }
}

/// A statement on rows.
pub fn on_rows(sql: String) -> Statement {
    Statement::inside(sql, lock::REWRITE)
}

/// Drops a table of the vault.
pub fn let_go(name: &str) -> Statement {
    Statement::inside(format!("DROP TABLE {name}"), lock::NONE)
}
