//! The queries that read the catalogue of the session's database. Tables named `strat_…` are ours and left out.

use crate::dialect::CatalogQuery;

use super::{Server, types::quote};

const TABLES: &str = "SELECT x.TABLE_NAME, x.TABLE_TYPE, x.TABLE_COMMENT FROM information_schema.TABLES x \
    WHERE {ours} ORDER BY x.TABLE_NAME";

const COLUMNS: &str = "SELECT x.TABLE_NAME, x.COLUMN_NAME, x.COLUMN_TYPE, x.IS_NULLABLE, x.COLUMN_DEFAULT, x.EXTRA, \
    x.GENERATION_EXPRESSION, x.COLLATION_NAME, x.COLUMN_COMMENT FROM information_schema.COLUMNS x \
    WHERE {ours} ORDER BY x.TABLE_NAME, x.ORDINAL_POSITION";

// Both sides of a join name the database by themselves: else the server opens every table of every database.
const CHECKS: &str = "SELECT x.TABLE_NAME, k.CONSTRAINT_NAME, k.CHECK_CLAUSE, {level} \
    FROM information_schema.TABLE_CONSTRAINTS x JOIN information_schema.CHECK_CONSTRAINTS k \
    ON k.CONSTRAINT_SCHEMA = DATABASE() AND k.CONSTRAINT_NAME = x.CONSTRAINT_NAME{same_table} \
    WHERE x.CONSTRAINT_TYPE = 'CHECK' AND {ours} ORDER BY x.TABLE_NAME, k.CONSTRAINT_NAME";

const REFERENCES: &str = "SELECT x.TABLE_NAME, x.CONSTRAINT_NAME, x.COLUMN_NAME, x.REFERENCED_TABLE_NAME, \
    x.REFERENCED_COLUMN_NAME, r.DELETE_RULE, r.UPDATE_RULE FROM information_schema.KEY_COLUMN_USAGE x \
    JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_SCHEMA = DATABASE() \
    AND r.CONSTRAINT_NAME = x.CONSTRAINT_NAME AND r.TABLE_NAME = x.TABLE_NAME \
    WHERE x.REFERENCED_TABLE_NAME IS NOT NULL AND {ours} \
    ORDER BY x.TABLE_NAME, x.CONSTRAINT_NAME, x.ORDINAL_POSITION";

const INDEXES: &str = "SELECT x.TABLE_NAME, x.INDEX_NAME, x.NON_UNIQUE, x.COLUMN_NAME, x.COLLATION, x.SUB_PART, \
    {expression}, x.INDEX_TYPE FROM information_schema.STATISTICS x \
    WHERE {ours} ORDER BY x.TABLE_NAME, x.INDEX_NAME, x.SEQ_IN_INDEX";

const VIEWS: &str = "SELECT x.TABLE_NAME, x.VIEW_DEFINITION FROM information_schema.VIEWS x WHERE {ours} ORDER BY x.TABLE_NAME";

/// The queries, in the order their answers are read in.
pub fn catalog_queries(server: Server) -> Vec<CatalogQuery> {
    let (same_table, level, expression) = match server.fork {
        true => (" AND k.TABLE_NAME = x.TABLE_NAME", "k.LEVEL", "NULL"),
        false => ("", "'Table'", "x.EXPRESSION"),
    };
    let all = [
        ("tables", TABLES),
        ("columns", COLUMNS),
        ("checks", CHECKS),
        ("foreign keys", REFERENCES),
        ("indexes", INDEXES),
        ("views", VIEWS),
    ];
    all.into_iter()
        .map(|(name, sql)| CatalogQuery {
            name,
            sql: sql
                .replace("{same_table}", same_table)
                .replace("{level}", level)
                .replace("{expression}", expression)
                .replace("{ours}", "x.TABLE_SCHEMA = DATABASE() AND LEFT(x.TABLE_NAME, 6) <> 'strat_'"),
        })
        .collect()
}

/// Tables with the number of rows that the storage engine believes them to have.
pub fn sizes(tables: &[&str]) -> String {
    let names: Vec<_> = tables.iter().map(|table| quote(table)).collect();
    format!(
        "SELECT x.TABLE_NAME, CAST(x.TABLE_ROWS AS SIGNED) FROM information_schema.TABLES x \
         WHERE x.TABLE_SCHEMA = DATABASE() AND x.TABLE_TYPE = 'BASE TABLE' AND x.TABLE_NAME IN ({})",
        names.join(", ")
    )
}

/// The sessions with the oldest open transactions: metadata locks are held until a transaction ends, and only the performance schema,
/// which is off on many servers, tells on what.
pub const LOCK_HOLDERS: &str = "SELECT CAST(CONCAT('connection ', p.ID, ' of ', p.USER, ' at ', p.HOST, \
    ', in a transaction for ', TIMESTAMPDIFF(SECOND, t.trx_started, NOW()), ' s, ', \
    IF(p.COMMAND = 'Sleep', 'idle', LOWER(p.COMMAND))) AS CHAR) AS holder FROM information_schema.INNODB_TRX t \
    JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id \
    WHERE p.ID <> CONNECTION_ID() ORDER BY t.trx_started LIMIT 3";
