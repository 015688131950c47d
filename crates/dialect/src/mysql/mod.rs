//! MySQL 8 and MariaDB from 10.5 on: one dialect, since they share a protocol and nearly all of their words.
//!
//! Every DDL statement commits by itself, so that each stands alone, carries the query that tells whether it took effect, and
//! does as much of its step as one `ALTER TABLE` can.

mod algorithm;
mod alter;
mod batch;
mod by_hand;
mod catalog;
mod definition;
mod enums;
mod lock;
mod normal;
mod probe;
mod project;
mod queries;
mod render;
mod retype;
mod sql;
mod types;
mod vault;

#[cfg(test)]
mod tests;

use model::{Literal, Lowered, ObjectId, Schema, Table, Type, Value};

use crate::{
    Around, BatchShape, Bound, CatalogError, CatalogQuery, Ddl, Dialect, Envelope, Facts, OwnTypes,
    Projected, RenderError, Rendered, SessionLock, Statement, Wire,
    hazard::Known,
    lexer::Reading,
    vault::{BringIn, CopyOut, Retyped},
};

const NAME: &str = "mysql";

/// The dialect of MySQL and MariaDB.
#[derive(Clone, Copy, Debug)]
pub struct MySql;

/// MySQL and MariaDB.
pub static MYSQL: MySql = MySql;

/// What the two products and their versions do differently.
#[derive(Clone, Copy, Debug)]
struct Server {
    /// MariaDB, and not MySQL; a server that wasn't asked is taken for MySQL 8.
    fork: bool,
    version: (u32, u32, u32),
}

impl Server {
    fn of(facts: &Facts) -> Server {
        Server { fork: facts.flavour == "mariadb", version: facts.version }
    }

    /// Whether index keys can be descending; older ones read the word and forget it.
    fn descends(self) -> bool {
        !self.fork || self.version >= (10, 8, 0)
    }

    /// Whether index keys can be expressions.
    fn indexes_expressions(self) -> bool {
        !self.fork
    }
}

/// Definitions with the names of a schema.
fn ddl(schema: &Schema) -> Ddl<'_> {
    Ddl { dialect: &MYSQL, spelling: &types::SPELLING, schema }
}

fn refused(what: impl Into<String>, why: impl Into<String>) -> RenderError {
    RenderError::Refused { dialect: NAME, what: what.into(), why: why.into() }
}

impl Dialect for MySql {
    fn name(&self) -> &'static str {
        NAME
    }

    fn quote_ident(&self, name: &str) -> String {
        types::quote_ident(name)
    }

    fn text_literal(&self, text: &str) -> String {
        types::quote(text)
    }

    fn literal(&self, value: &Literal, ty: &Type<ObjectId>) -> String {
        types::literal(value, ty)
    }

    fn type_sql(&self, ty: &Type<ObjectId>, schema: &Schema) -> Result<String, RenderError> {
        types::type_sql(ty, schema)
    }

    fn render(&self, step: &Lowered, around: Around<'_>, facts: &Facts) -> Result<Rendered, RenderError> {
        render::render(step, around, Server::of(facts))
    }

    fn project(&self, schema: &Schema, facts: &Facts) -> Projected {
        project::project(schema, Server::of(facts))
    }

    fn catalog_queries(&self, facts: &Facts) -> Vec<CatalogQuery> {
        queries::catalog_queries(Server::of(facts))
    }

    fn read_catalog(&self, answers: &[Vec<Vec<Value>>], facts: &Facts) -> Result<Projected, CatalogError> {
        catalog::read(answers, Server::of(facts))
    }

    fn byte_order(&self, ty: &Type<ObjectId>) -> &'static str {
        types::byte_order(ty)
    }

    fn key_parameter(&self, ty: &Type<ObjectId>, _: usize) -> String {
        types::cast_parameter(ty)
    }

    fn row_lock(&self) -> &'static str {
        " FOR UPDATE"
    }

    fn own_types(&self) -> OwnTypes {
        OwnTypes {
            bytes: "LONGBLOB",
            number: "BIGINT",
            text: "LONGTEXT",
            word: "VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin",
            table_tail: types::TABLE,
        }
    }

    fn whole_sum(&self, column: &str) -> String {
        format!("CAST(coalesce(sum({column}), 0) AS SIGNED)")
    }

    fn own_table_query(&self, table: &str) -> String {
        format!(
            "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = {}",
            types::quote(table)
        )
    }

    fn session_query(&self) -> &'static str {
        "SELECT CAST(ROUND(UNIX_TIMESTAMP(NOW(6)) * 1000) AS SIGNED), CURRENT_USER()"
    }

    fn place_query(&self) -> Option<&'static str> {
        // Either product has one of the two.
        Some("SHOW GLOBAL VARIABLES WHERE Variable_name IN ('server_uuid', 'server_uid')")
    }

    fn size_queries(&self, tables: &[&str]) -> Vec<String> {
        vec![queries::sizes(tables)]
    }

    fn wire(&self, _: &Type<ObjectId>) -> Wire {
        // Columns tell their own types; what is written is cast where the server would compare it as something else.
        Wire { read: "{}", write: "{}" }
    }

    fn update_batch(&self, shape: &BatchShape<'_>, rows: usize) -> Bound {
        batch::update(shape, rows)
    }

    fn insert_batch(&self, shape: &BatchShape<'_>, rows: usize) -> Bound {
        batch::insert(shape, rows)
    }

    fn batch_rows(&self, columns: usize) -> usize {
        batch::rows(columns)
    }

    fn known_words(&self) -> &'static [Known] {
        by_hand::KNOWN
    }

    fn reading(&self) -> Reading {
        Reading { backslashes: true, bracket_names: false }
    }

    fn indexes_references(&self) -> bool {
        true
    }

    fn envelope(&self) -> Envelope {
        Envelope {
            transactional_ddl: false,
            rebuild_before: &[],
            rebuild_expect: &[],
            rebuild_check: None,
            rebuild_after: &[],
        }
    }

    fn load_query(&self) -> Result<&'static str, String> {
        Ok("SHOW GLOBAL STATUS LIKE 'Threads_running'")
    }

    fn lock_holders(&self) -> Option<&'static str> {
        Some(queries::LOCK_HOLDERS)
    }

    fn end_standstill(&self) -> Option<&'static str> {
        // MariaDB's word; MySQL has none and refuses it.
        Some("SET idle_transaction_timeout = 120")
    }

    fn copy_out(&self, copy: &CopyOut<'_>) -> Vec<Statement> {
        vault::copy_out(self, copy)
    }

    fn same_value(&self, one: &str, other: &str) -> String {
        format!("{one} <=> {other}")
    }

    fn on_rows(&self, sql: String) -> Statement {
        vault::on_rows(sql)
    }

    fn let_go(&self, name: &str) -> Statement {
        vault::let_go(name)
    }

    fn size_held(&self, name: &str, _: &[String]) -> String {
        format!(
            "SELECT CAST(coalesce(sum(DATA_LENGTH + INDEX_LENGTH), 0) AS SIGNED) FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{name}'"
        )
    }

    fn keep_values(&self, retyped: Retyped<'_>, change: Vec<Statement>) -> Vec<Statement> {
        vault::keep_values(self, retyped, change)
    }

    fn name_back(&self, table: &str, from: &str, to: &str) -> Vec<String> {
        vault::name_back(table, from, to)
    }

    fn move_out(&self, table: &Table, into: &str, _: &Schema) -> Option<Vec<Statement>> {
        Some(vault::move_out(table, into))
    }

    fn bring_in(&self, table: &Table, columns: &str, select: &str) -> BringIn {
        vault::bring_in(table, columns, select)
    }

    fn session_lock(&self, key: i64) -> Option<SessionLock> {
        // The name is one for the whole server; the key tells databases apart.
        let name = types::quote(&format!("strat:{key:016x}"));
        Some(SessionLock {
            take: format!("SELECT GET_LOCK({name}, 0)"),
            release: format!("SELECT RELEASE_LOCK({name})"),
            held: format!("SELECT IS_USED_LOCK({name}) IS NOT NULL"),
            holder: format!(
                "SELECT CAST(CONCAT('connection ', p.ID, ' of ', p.USER, ' at ', p.HOST) AS CHAR) AS holder \
                 FROM information_schema.PROCESSLIST p WHERE p.ID = IS_USED_LOCK({name})"
            ),
        })
    }
}
