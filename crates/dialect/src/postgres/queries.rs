//! The queries that read PostgreSQL's catalogue, within the session's current schema. What extensions own is theirs, and
//! tables named `strat_…` are ours: both are left out.

use super::text_literal;
use crate::dialect::{CatalogQuery, Facts};

/// The condition that a relation `c` is the user's own, in the current schema.
const OURS: &str = "c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
    AND c.relname NOT LIKE 'strat\\_%' \
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";

const TABLES: &str = "SELECT c.relname::text AS name, obj_description(c.oid, 'pg_class') AS comment \
    FROM pg_class c WHERE c.relkind IN ('r', 'p') AND {ours} ORDER BY 1";

// Enums are told by their bare names, so that quoting and search paths play no part in comparing them.
const COLUMNS: &str = "SELECT c.relname::text AS table_name, a.attname::text AS name, \
    CASE WHEN e.typtype = 'e' AND e.typnamespace = c.relnamespace \
         THEN 'enum ' || e.typname || CASE WHEN t.typcategory = 'A' THEN '[]' ELSE '' END \
         ELSE format_type(a.atttypid, a.atttypmod) END AS type, \
    a.attnotnull AS not_null, pg_get_expr(d.adbin, d.adrelid) AS expression, a.attidentity::text AS identity, \
    a.attgenerated::text AS generated, col_description(c.oid, a.attnum) AS comment \
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid \
    JOIN pg_type e ON e.oid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END \
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND {ours} ORDER BY c.relname, a.attnum";

// Since version 18 NOT NULL is a constraint with a name (contype 'n'); columns tell it already.
const CONSTRAINTS: &str = "SELECT c.relname::text AS table_name, k.conname::text AS name, k.contype::text AS type, \
    k.condeferrable AS deferrable, k.condeferred AS deferred, k.convalidated AS validated, \
    k.confdeltype::text AS on_delete, k.confupdtype::text AS on_update, \
    CASE WHEN f.relnamespace = c.relnamespace THEN f.relname::text \
         ELSE f.relnamespace::regnamespace::text || '.' || f.relname END AS references, \
    CASE k.contype WHEN 'c' THEN pg_get_expr(k.conbin, k.conrelid) WHEN 'x' THEN pg_get_constraintdef(k.oid) END AS definition \
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid \
    WHERE k.contype IN ('p', 'u', 'c', 'f', 'x') AND {ours} ORDER BY c.relname, k.conname";

const CONSTRAINT_COLUMNS: &str = "SELECT c.relname::text AS table_name, k.conname::text AS name, \
    a.attname::text AS column_name, f.attname::text AS references \
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS s(own, other, n) \
    LEFT JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = s.own \
    LEFT JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = s.other \
    WHERE k.contype IN ('p', 'u', 'f') AND {ours} ORDER BY c.relname, k.conname, s.n";

const INDEXES: &str = "SELECT c.relname::text AS table_name, x.relname::text AS name, i.indisunique AS is_unique, \
    m.amname::text AS method, pg_get_expr(i.indpred, i.indrelid) AS condition, \
    i.indisvalid AS valid, {nulls_not_distinct} AS nulls_not_distinct \
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid \
    JOIN pg_am m ON m.oid = x.relam WHERE {no_constraint} AND {ours} ORDER BY c.relname, x.relname";

const INDEX_KEYS: &str = "SELECT c.relname::text AS table_name, x.relname::text AS name, s.n > i.indnkeyatts AS included, \
    a.attname::text AS column_name, pg_get_indexdef(i.indexrelid, s.n, true) AS expression, \
    COALESCE(i.indoption[s.n - 1] & 1 = 1, false) AS is_desc, COALESCE(i.indoption[s.n - 1] & 2 = 2, false) AS nulls_first, \
    CASE WHEN NOT o.opcdefault THEN o.opcname::text END AS class \
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid \
    CROSS JOIN LATERAL generate_series(1, i.indnatts::int) AS s(n) \
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[s.n - 1] AND a.attnum > 0 \
    LEFT JOIN pg_opclass o ON o.oid = i.indclass[s.n - 1] \
    WHERE {no_constraint} AND {ours} ORDER BY c.relname, x.relname, s.n";

const NO_CONSTRAINT: &str = "NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))";

const ENUMS: &str = "SELECT t.typname::text AS name, e.enumlabel::text AS value \
    FROM pg_type t LEFT JOIN pg_enum e ON e.enumtypid = t.oid \
    WHERE t.typtype = 'e' AND t.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e') \
    ORDER BY t.typname, e.enumsortorder";

const VIEWS: &str = "SELECT c.relname::text AS name, pg_get_viewdef(c.oid, true) AS query \
    FROM pg_class c WHERE c.relkind = 'v' AND {ours} ORDER BY 1";

const VIEW_COLUMNS: &str = "SELECT c.relname::text AS name, a.attname::text AS column_name \
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
    WHERE c.relkind = 'v' AND a.attnum > 0 AND NOT a.attisdropped AND {ours} ORDER BY c.relname, a.attnum";

const EXTENSIONS: &str =
    "SELECT extname::text AS name FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1";

/// The queries, in the order their answers are read in.
pub fn catalog_queries(facts: &Facts) -> Vec<CatalogQuery> {
    let nulls_not_distinct = if facts.version.0 >= 15 { "i.indnullsnotdistinct" } else { "false" };
    let all = [
        ("tables", TABLES),
        ("columns", COLUMNS),
        ("constraints", CONSTRAINTS),
        ("constraint columns", CONSTRAINT_COLUMNS),
        ("indexes", INDEXES),
        ("index keys", INDEX_KEYS),
        ("enums", ENUMS),
        ("views", VIEWS),
        ("view columns", VIEW_COLUMNS),
        ("extensions", EXTENSIONS),
    ];
    all.into_iter()
        .map(|(name, sql)| CatalogQuery {
            name,
            sql: sql
                .replace("{nulls_not_distinct}", nulls_not_distinct)
                .replace("{no_constraint}", NO_CONSTRAINT)
                .replace("{ours}", OURS),
        })
        .collect()
}

/// Tables of the current schema with the number of rows that the planner would expect: the density that was found last, times
/// the size of now. A table that was never looked at is known by the statistics of writing.
pub fn sizes(tables: &[&str]) -> String {
    let names: Vec<_> = tables.iter().map(|table| text_literal(table)).collect();
    format!(
        "SELECT c.relname::text AS name, CASE WHEN c.relkind = 'r' AND pg_relation_size(c.oid) = 0 THEN 0 \
         WHEN c.relpages > 0 AND c.reltuples >= 0 THEN (c.reltuples / c.relpages \
         * (pg_relation_size(c.oid) / current_setting('block_size')::bigint))::bigint \
         ELSE NULLIF(pg_stat_get_live_tuples(c.oid), 0) END AS row_count FROM pg_class c \
         WHERE c.relkind IN ('r', 'p') AND c.relname IN ({}) \
         AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
        names.join(", ")
    )
}

/// What tells the advisory lock of that key; its halves stand in two columns of `pg_locks`.
fn lock_of(key: i64) -> String {
    let (high, low) = ((key as u64) >> 32, (key as u64) & 0xffff_ffff);
    format!(
        "l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND l.classid::bigint = {high} AND l.objid::bigint = {low}"
    )
}

/// Whether somebody holds the advisory lock of that key.
pub fn lock_held(key: i64) -> String {
    format!("SELECT count(*) FROM pg_locks l WHERE {}", lock_of(key))
}

/// Who holds the advisory lock of that key.
pub fn lock_holder(key: i64) -> String {
    let lock = lock_of(key);
    format!(
        "SELECT 'process ' || a.pid || ' of ' || COALESCE(a.usename::text, 'unknown') \
         || COALESCE(' at ' || host(a.client_addr), '') || COALESCE(' (' || NULLIF(a.application_name, '') || ')', '') \
         || ', since ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC' AS holder \
         FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE {lock} LIMIT 1"
    )
}

/// The replicas, and how many milliseconds each is behind in replaying, with a name of NULL where the account may not see it; and
/// sessions that have been idle for ten seconds in a transaction that keeps old rows from being cleared away.
pub const LAG: &str = "SELECT CASE WHEN state IS NOT NULL THEN 'replica ' || \
    coalesce(nullif(application_name, ''), host(client_addr), pid::text) END, \
    (extract(epoch FROM coalesce(replay_lag, interval '0')) * 1000)::bigint FROM pg_catalog.pg_stat_replication \
    UNION ALL SELECT 'session ' || pid || ', idle in a transaction,', \
    (extract(epoch FROM clock_timestamp() - xact_start) * 1000)::bigint FROM pg_catalog.pg_stat_activity \
    WHERE state LIKE 'idle in transaction%' AND coalesce(backend_xid, backend_xmin) IS NOT NULL \
    AND datname = current_database() AND pid <> pg_backend_pid() AND state_change < clock_timestamp() - interval '10 seconds'";

/// The cluster, the database and the schema, by numbers that a restored dump gets anew. A standby that takes over keeps all three.
pub const PLACE: &str = "SELECT 'cluster ' || (SELECT system_identifier FROM pg_catalog.pg_control_system()) || \
    ', database ' || (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) || \
    coalesce(', schema ' || (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = current_schema()), '')";

/// The sessions that have held locks on this schema's tables for longest, the longest first.
pub const LOCK_HOLDERS: &str = "SELECT 'session ' || a.pid || ' of ' || coalesce(a.usename::text, '?') || \
    coalesce(' (' || nullif(a.application_name, '') || ')', '') || ', ' || coalesce(a.state, 'hidden') || \
    coalesce(', in a transaction for ' || floor(extract(epoch FROM clock_timestamp() - a.xact_start))::bigint || ' s', '') || \
    ', on ' || string_agg(DISTINCT c.relname::text, ', ') FROM pg_catalog.pg_locks l \
    JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
    WHERE l.granted AND l.locktype = 'relation' AND a.datname = current_database() AND a.pid <> pg_backend_pid() \
    AND n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm') \
    GROUP BY a.pid, a.usename, a.application_name, a.state, a.xact_start ORDER BY a.xact_start NULLS LAST LIMIT 3";

/// How many clients' statements are at work; NULL where the account may not see those of others.
pub const LOAD: &str = "SELECT CASE WHEN NOT bool_or(query = '<insufficient privilege>') \
    THEN count(*) FILTER (WHERE state = 'active') END FROM pg_catalog.pg_stat_activity \
    WHERE backend_type IS NULL OR backend_type = 'client backend'";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_follow_the_servers_version() {
        let sql = |major: u32| -> String {
            let facts = Facts { version: (major, 0, 0), ..Facts::default() };
            catalog_queries(&facts).into_iter().map(|q| q.sql).collect()
        };
        assert!(sql(15).contains("indnullsnotdistinct AS"));
        assert!(!sql(14).contains("i.indnullsnotdistinct"));
        assert!(!sql(14).contains("{ours}"));
    }

    #[test]
    fn a_key_is_looked_up_by_its_halves() {
        let sql = lock_holder(-1);
        assert!(sql.contains("classid::bigint = 4294967295 AND l.objid::bigint = 4294967295"), "{sql}");
    }
}
