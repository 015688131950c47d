//! SQLite: one file, dynamic types, and an `ALTER TABLE` that leaves most changes to a rebuild.

mod alter;
mod batch;
mod by_hand;
mod cast;
mod catalog;
mod definition;
mod rebuild;
mod types;
mod vault;

use model::{Literal, Lowered, ObjectId, Schema, Type, Value};

use crate::{
    Around, BatchShape, Blocks, Bound, CatalogError, CatalogQuery, Ddl, Dialect, Envelope, Facts, Lock,
    OwnTypes, Projected, RenderError, Rendered, SessionLock, Span, Statement, Wire, hazard::Known,
    vault::CopyOut,
};

const NAME: &str = "sqlite";

/// What every write takes in SQLite.
const LOCK: Lock = Lock::new(
    "the whole file, against other writers, until the entry is committed",
    Blocks::Writers,
    Span::Moment,
);

/// The same, while an index is built.
const BUILD: Lock = Lock::new(LOCK.words, Blocks::Writers, Span::Builds);

/// The same, while every row is written anew.
const REWRITE: Lock = Lock::new(LOCK.words, Blocks::Writers, Span::Rewrites);

/// So many rows of a table are looked at to tell how many there are.
const COUNTED: u32 = 1000;

/// The dialect of SQLite 3.37 and later.
#[derive(Clone, Copy, Debug)]
pub struct Sqlite;

/// SQLite.
pub static SQLITE: Sqlite = Sqlite;

impl Sqlite {
    fn ddl<'a>(&'a self, schema: &'a Schema) -> Ddl<'a> {
        Ddl { dialect: self, spelling: &types::SPELLING, schema }
    }
}

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        NAME
    }

    fn quote_ident(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }

    fn text_literal(&self, text: &str) -> String {
        types::quote(text)
    }

    fn literal(&self, value: &Literal, ty: &Type<ObjectId>) -> String {
        types::literal(value, ty)
    }

    fn type_sql(&self, ty: &Type<ObjectId>, _: &Schema) -> Result<String, RenderError> {
        types::type_sql(ty)
    }

    fn render(&self, step: &Lowered, around: Around<'_>, _: &Facts) -> Result<Rendered, RenderError> {
        alter::render(step, self.ddl(around.before), self.ddl(around.after))
    }

    fn project(&self, schema: &Schema, _: &Facts) -> Projected {
        catalog::project(self.ddl(schema))
    }

    fn catalog_queries(&self, _: &Facts) -> Vec<CatalogQuery> {
        catalog::queries()
    }

    fn read_catalog(&self, answers: &[Vec<Vec<Value>>], _: &Facts) -> Result<Projected, CatalogError> {
        catalog::read(answers)
    }

    fn own_types(&self) -> OwnTypes {
        OwnTypes { bytes: "BLOB", number: "INTEGER", text: "TEXT", word: "TEXT", table_tail: "" }
    }

    fn own_table_query(&self, table: &str) -> String {
        format!("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = {}", types::quote(table))
    }

    fn session_query(&self) -> &'static str {
        // A file has no accounts.
        "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), ''"
    }

    /// A few rows are counted; of more, the first ones tell how closely the ids lie up to the last one.
    fn size_queries(&self, tables: &[&str]) -> Vec<String> {
        let query = |table: &&str| {
            let (name, named) = (types::quote(table), self.quote_ident(table));
            format!(
                "SELECT {name}, CASE WHEN some < {COUNTED} THEN some \
                 ELSE CAST(some * (1.0 * last - first + 1) / (1.0 * until - first + 1) AS INTEGER) END \
                 FROM (SELECT count(*) AS some, min(id) AS first, max(id) AS until \
                 FROM (SELECT rowid AS id FROM {named} ORDER BY rowid LIMIT {COUNTED})), \
                 (SELECT max(rowid) AS last FROM {named})"
            )
        };
        tables.iter().map(query).collect()
    }

    fn wire(&self, _: &Type<ObjectId>) -> Wire {
        types::wire()
    }

    fn changes_of_others(&self) -> Option<&'static str> {
        Some("PRAGMA data_version")
    }

    fn reacts(&self, table: &str) -> Option<String> {
        // A trigger of another table may be set off by one of this one. What stands before BEGIN names the trigger's own table.
        let name = self.text_literal(table);
        Some(format!(
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = {name} COLLATE NOCASE) \
             AND EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger' \
             AND instr(upper(substr(sql, instr(upper(sql), 'BEGIN'))), upper({name})) > 0)"
        ))
    }

    fn update_batch(&self, shape: &BatchShape<'_>, _rows: usize) -> Bound {
        batch::update(self, shape)
    }

    fn insert_batch(&self, shape: &BatchShape<'_>, _rows: usize) -> Bound {
        batch::insert(self, shape)
    }

    fn batch_rows(&self, columns: usize) -> usize {
        batch::rows(columns)
    }

    fn known_words(&self) -> &'static [Known] {
        by_hand::KNOWN
    }

    fn keys_run_out(&self) -> bool {
        false
    }

    fn envelope(&self) -> Envelope {
        Envelope {
            transactional_ddl: true,
            // Inside a transaction this pragma does nothing at all, and the rebuild of a parent would delete its children.
            rebuild_before: &["PRAGMA foreign_keys = OFF"],
            rebuild_expect: &[("PRAGMA foreign_keys", 0)],
            rebuild_check: Some("PRAGMA foreign_key_check"),
            // An error in the middle of a rename leaves the old way of renaming switched on.
            rebuild_after: &["PRAGMA legacy_alter_table = OFF", "PRAGMA foreign_keys = ON"],
        }
    }

    fn copy_out(&self, copy: &CopyOut<'_>) -> Vec<Statement> {
        vault::copy_out(self, copy)
    }

    fn same_value(&self, one: &str, other: &str) -> String {
        format!("{one} IS {other}")
    }

    fn on_rows(&self, sql: String) -> Statement {
        vault::on_rows(sql)
    }

    fn let_go(&self, name: &str) -> Statement {
        vault::let_go(name)
    }

    fn size_held(&self, name: &str, columns: &[String]) -> String {
        vault::size_held(self, name, columns)
    }

    fn session_lock(&self, _: i64) -> Option<SessionLock> {
        None
    }
}

#[cfg(test)]
mod tests;
