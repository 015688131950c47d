//! PostgreSQL 12 to 18.

mod batch;
mod by_hand;
mod catalog;
mod normal;
mod operators;
mod project;
mod queries;
mod render;
mod text_value;
mod types;
mod vault;

#[cfg(test)]
pub(crate) mod testing;

use model::{Literal, Lowered, ObjectId, Schema, Table, Type, Value};

use crate::{
    Around, BatchShape, Bound, CatalogError, CatalogQuery, Ddl, Dialect, Envelope, Facts, OwnTypes,
    Projected, RenderError, Rendered, SessionLock, Statement, Wire,
    hazard::Known,
    vault::{BringIn, CopyOut},
};

const NAME: &str = "postgres";

/// PostgreSQL.
#[derive(Clone, Copy, Debug)]
pub struct Postgres;

/// A name in quotes.
fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Text as a literal. With a backslash in it the escaping form is taken, which doesn't depend on a setting of the session.
fn text_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// Definitions with the names of a schema.
fn ddl(schema: &Schema) -> Ddl<'_> {
    Ddl { dialect: &Postgres, spelling: &types::SPELLING, schema }
}

impl Dialect for Postgres {
    fn name(&self) -> &'static str {
        NAME
    }

    fn quote_ident(&self, name: &str) -> String {
        quote_ident(name)
    }

    fn text_literal(&self, text: &str) -> String {
        text_literal(text)
    }

    fn literal(&self, value: &Literal, ty: &Type<ObjectId>) -> String {
        types::literal(value, ty)
    }

    fn type_sql(&self, ty: &Type<ObjectId>, schema: &Schema) -> Result<String, RenderError> {
        types::type_sql(ty, schema)
    }

    fn render(&self, step: &Lowered, around: Around<'_>, facts: &Facts) -> Result<Rendered, RenderError> {
        render::render(step, around, facts)
    }

    fn project(&self, schema: &Schema, _facts: &Facts) -> Projected {
        project::project(schema)
    }

    fn catalog_queries(&self, facts: &Facts) -> Vec<CatalogQuery> {
        queries::catalog_queries(facts)
    }

    fn read_catalog(&self, answers: &[Vec<Vec<Value>>], _facts: &Facts) -> Result<Projected, CatalogError> {
        catalog::read(answers)
    }

    fn placeholder(&self, n: usize) -> String {
        format!("${n}")
    }

    fn byte_order(&self, ty: &Type<ObjectId>) -> &'static str {
        types::byte_order(ty)
    }

    fn key_parameter(&self, ty: &Type<ObjectId>, n: usize) -> String {
        types::key_parameter(ty, n)
    }

    fn own_types(&self) -> OwnTypes {
        OwnTypes {
            bytes: "bytea",
            number: "bigint",
            text: "text",
            word: "varchar(128) COLLATE \"C\"",
            table_tail: "",
        }
    }

    fn whole_sum(&self, column: &str) -> String {
        format!("coalesce(sum({column}), 0)::bigint")
    }

    fn own_table_query(&self, table: &str) -> String {
        format!(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname = {}",
            text_literal(table)
        )
    }

    fn session_query(&self) -> &'static str {
        "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint, current_user::text"
    }

    fn place_query(&self) -> Option<&'static str> {
        Some(queries::PLACE)
    }

    fn size_queries(&self, tables: &[&str]) -> Vec<String> {
        vec![queries::sizes(tables)]
    }

    fn row_lock(&self) -> &'static str {
        " FOR NO KEY UPDATE"
    }

    fn row_version(&self) -> Option<&'static str> {
        Some("xmin")
    }

    fn same_batch(&self, shape: &BatchShape<'_>) -> Option<Bound> {
        Some(batch::same(shape))
    }

    fn wire(&self, ty: &Type<ObjectId>) -> Wire {
        types::wire(ty)
    }

    fn reacts(&self, table: &str) -> Option<String> {
        // A function that only another one's text would tell about counts as one that may.
        let (relation, name) = (self.text_literal(&self.quote_ident(table)), self.text_literal(table));
        Some(format!(
            "SELECT 1 FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang \
             WHERE t.tgrelid = {relation}::regclass AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 16 <> 0 \
             AND (l.lanname NOT IN ('plpgsql', 'sql') OR position(lower({name}) IN lower(p.prosrc)) > 0 \
             OR p.prosrc ~* '\\m(execute|perform|call)\\M') LIMIT 1"
        ))
    }

    fn update_batch(&self, shape: &BatchShape<'_>, _rows: usize) -> Bound {
        batch::update(shape)
    }

    fn insert_batch(&self, shape: &BatchShape<'_>, _rows: usize) -> Bound {
        batch::insert(shape)
    }

    fn batch_rows(&self, _columns: usize) -> usize {
        10_000
    }

    /// Of a key between two bounds PostgreSQL believes, unless statistics say otherwise, that few rows match, and then sorts all that
    /// are left for every batch. In this form the condition is no bound to it.
    fn last_key(&self, condition: String) -> String {
        format!("({condition}) IS TRUE")
    }

    fn known_words(&self) -> &'static [Known] {
        by_hand::KNOWN
    }

    fn envelope(&self) -> Envelope {
        Envelope {
            transactional_ddl: true,
            rebuild_before: &[],
            rebuild_expect: &[],
            rebuild_check: None,
            rebuild_after: &[],
        }
    }

    fn lag_query(&self) -> Result<&'static str, String> {
        Ok(queries::LAG)
    }

    fn load_query(&self) -> Result<&'static str, String> {
        Ok(queries::LOAD)
    }

    fn lock_holders(&self) -> Option<&'static str> {
        Some(queries::LOCK_HOLDERS)
    }

    fn outwait(&self) -> Option<(&'static str, &'static str)> {
        Some(("SET lock_timeout = '60s'", "SET lock_timeout = '5s'"))
    }

    fn end_standstill(&self) -> Option<&'static str> {
        Some("SET idle_in_transaction_session_timeout = '120s'")
    }

    fn copy_out(&self, copy: &CopyOut<'_>) -> Vec<Statement> {
        vault::copy_out(self, copy)
    }

    fn same_value(&self, one: &str, other: &str) -> String {
        format!("{one} IS NOT DISTINCT FROM {other}")
    }

    fn on_rows(&self, sql: String) -> Statement {
        vault::on_rows(sql)
    }

    fn let_go(&self, name: &str) -> Statement {
        vault::let_go(name)
    }

    fn size_held(&self, name: &str, _: &[String]) -> String {
        format!("SELECT pg_total_relation_size('{name}')")
    }

    fn move_out(&self, table: &Table, into: &str, schema: &Schema) -> Option<Vec<Statement>> {
        Some(vault::move_out(table, into, schema))
    }

    fn kept_as(&self, value: String, ty: &Type<ObjectId>) -> String {
        vault::kept_as(value, ty)
    }

    fn given_back(&self, value: String, ty: &Type<ObjectId>, schema: &Schema) -> Result<String, RenderError> {
        vault::given_back(value, ty, schema)
    }

    fn bring_in(&self, table: &Table, columns: &str, select: &str) -> BringIn {
        vault::bring_in(table, columns, select)
    }

    fn session_lock(&self, key: i64) -> Option<SessionLock> {
        Some(SessionLock {
            take: format!("SELECT pg_try_advisory_lock({key})"),
            release: format!("SELECT pg_advisory_unlock({key})"),
            holder: queries::lock_holder(key),
            held: queries::lock_held(key),
        })
    }
}
