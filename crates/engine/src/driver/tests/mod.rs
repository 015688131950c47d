mod refusing;
#[path = "../../../../../tests/support/server.rs"]
mod server;
mod transaction;

use super::*;
use crate::url::TargetUrl;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn file(folder: &tempfile::TempDir, name: &str) -> TargetUrl {
    TargetUrl::sqlite_file(folder.path().join(name))
}

async fn memory() -> Connection {
    Connection::open(&TargetUrl::parse("sqlite::memory:").unwrap(), Mode::Write).await.unwrap()
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

async fn refusal(url: &TargetUrl, mode: Mode) -> ConnectError {
    match Connection::open(url, mode).await {
        Ok(_) => panic!("{url} opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn files_that_are_missing_empty_or_strangers() {
    let folder = folder();
    let url = file(&folder, "a.db");
    assert_eq!(refusal(&url, Mode::Read).await.class(), ConnectClass::Missing);
    assert!(!url.path().unwrap().exists());
    let written = Connection::open(&url, Mode::Write).await.unwrap();
    assert!(
        std::fs::metadata(url.path().unwrap()).unwrap().len() > 0,
        "a crash now leaves no zero-byte file"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    written.close().await;
    let empty = file(&folder, "empty.db");
    std::fs::write(empty.path().unwrap(), "").unwrap();
    assert_eq!(refusal(&empty, Mode::Read).await.class(), ConnectClass::Empty);
    assert_eq!(refusal(&empty, Mode::Write).await.exit_code(), 1);
    let mut made = Connection::open(&empty, Mode::Create).await.unwrap();
    made.run("CREATE TABLE t (a INTEGER)").await.unwrap();
    let stranger = file(&folder, "stranger.db");
    std::fs::write(
        stranger.path().unwrap(),
        "this is no database at all, whatever its name says\n".repeat(50),
    )
    .unwrap();
    assert_eq!(refusal(&stranger, Mode::Read).await.class(), ConnectClass::NotADatabase);
    assert_eq!(refusal(&file(&folder, "no/such/a.db"), Mode::Write).await.class(), ConnectClass::Missing);
}

#[tokio::test]
async fn reading_never_writes_and_locks_are_told() {
    let folder = folder();
    let url = file(&folder, "file:a?b%.db");
    let mut writer = Connection::open(&url, Mode::Write).await.unwrap();
    assert!(url.path().unwrap().exists());
    writer.run("CREATE TABLE t (a INTEGER)").await.unwrap();
    let mut reader = Connection::open(&url, Mode::Read).await.unwrap();
    assert_eq!(reader.run("INSERT INTO t VALUES (1)").await.unwrap_err().class, Class::ReadOnly);
    let mut other = Connection::open(&url, Mode::Write).await.unwrap();
    writer.begin().await.unwrap();
    // A third one opens while the lock is held.
    Connection::open(&url, Mode::Write).await.unwrap();
    other.run("PRAGMA busy_timeout = 10").await.unwrap();
    let error = other.begin().await.unwrap_err();
    assert_eq!((error.class.clone(), error.is_transient()), (Class::Busy, true));
    writer.run("INSERT INTO t VALUES (7)").await.unwrap();
    writer.commit().await.unwrap();
    other.begin().await.unwrap();
    assert_eq!(other.query("SELECT a FROM t", &[]).await.unwrap(), [[Value::Int(7)]]);
    other.rollback().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_takes_no_writes() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let url = file(&folder, "a.db");
    Connection::open(&url, Mode::Write).await.unwrap().close().await;
    let mode =
        |bits| std::fs::set_permissions(url.path().unwrap(), std::fs::Permissions::from_mode(bits)).unwrap();
    mode(0o444);
    // To the superuser permissions mean nothing.
    if std::fs::OpenOptions::new().write(true).open(url.path().unwrap()).is_err() {
        assert_eq!(refusal(&url, Mode::Write).await.class(), ConnectClass::ReadOnly);
        mode(0o000);
        assert_eq!(refusal(&url, Mode::Read).await.class(), ConnectClass::Unreachable);
        mode(0o444);
    }
    assert!(!Connection::open(&url, Mode::Read).await.unwrap().is_broken());
}

#[tokio::test]
async fn changed_columns_do_not_break_kept_statements() {
    let mut connection = memory().await;
    connection.run("CREATE TABLE t (a INTEGER)").await.unwrap();
    connection.execute("INSERT INTO t SELECT 1 RETURNING *", &[]).await.unwrap();
    assert_eq!(connection.query("SELECT * FROM t", &[]).await.unwrap(), [[Value::Int(1)]]);
    connection.run("ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'x'").await.unwrap();
    connection.execute("INSERT INTO t SELECT 1, 'y' RETURNING *", &[]).await.unwrap();
    let rows = connection.query("SELECT * FROM t", &[]).await.unwrap();
    assert_eq!(rows, [[Value::Int(1), text("x")], [Value::Int(1), text("y")]]);
}

/// More calls than sqlx's worker has places for messages, while it hasn't much of a processor.
#[tokio::test]
async fn many_small_calls_do_not_get_stuck() {
    let busy: Vec<_> =
        (0..4).map(|_| std::thread::spawn(|| (0..40_000_000u64).fold(0, u64::wrapping_add))).collect();
    let mut connection = memory().await;
    connection.run("CREATE TABLE t (a INTEGER)").await.unwrap();
    for n in 0..20_000 {
        connection.execute("INSERT INTO t VALUES (?)", &[Value::Int(n)]).await.unwrap();
    }
    assert_eq!(connection.query("SELECT count(*) FROM t", &[]).await.unwrap(), [[Value::Int(20_000)]]);
    busy.into_iter().for_each(|one| assert!(one.join().is_ok()));
}

#[tokio::test]
async fn foreign_keys_hold_and_errors_have_classes() {
    let mut connection = memory().await;
    connection.run("CREATE TABLE p (a INTEGER PRIMARY KEY)").await.unwrap();
    connection.run("CREATE TABLE c (a INTEGER NOT NULL REFERENCES p (a), u TEXT UNIQUE)").await.unwrap();
    let kind = |error: DriverError| match error.class {
        Class::Constraint { kind, .. } => kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        kind(connection.run("INSERT INTO c VALUES (1, 'x')").await.unwrap_err()),
        ConstraintKind::ForeignKey
    );
    assert_eq!(
        kind(connection.run("INSERT INTO c VALUES (NULL, 'x')").await.unwrap_err()),
        ConstraintKind::NotNull
    );
    connection.run("INSERT INTO p VALUES (1)").await.unwrap();
    connection.run("INSERT INTO c VALUES (1, 'x')").await.unwrap();
    assert_eq!(
        kind(connection.run("INSERT INTO c VALUES (1, 'x')").await.unwrap_err()),
        ConstraintKind::Unique
    );
    assert_eq!(connection.run("SELEC 1").await.unwrap_err().class, Class::Syntax);
    let error = connection.read_rows("SELECT 'x' AS day", &[], &[CellType::Date]).await.unwrap_err();
    assert_eq!(error.message, "column `day`: expected a date, found text that isn't one");
    assert!(connection.execute("SELECT ?", &[Value::Double(f64::NAN)]).await.is_err());
    assert!(connection.query("SELECT CAST(x'ff' AS TEXT)", &[]).await.is_err());
}

#[tokio::test]
async fn an_abandoned_call_breaks_the_connection() {
    let mut connection = memory().await;
    {
        let long = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 300000) SELECT count(*) FROM c";
        let call = connection.run(long);
        let mut call = std::pin::pin!(call);
        let waker = std::task::Waker::noop();
        assert!(call.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending());
    }
    assert!(connection.is_broken());
    assert_eq!(connection.run("SELECT 1").await.unwrap_err().class, Class::Unreachable);
}

/// One row of every type, as a table's columns, its cells and how they are read.
fn every_type(vector: CellType) -> Vec<(&'static str, Value, CellType)> {
    let micros = 1_700_000_000_123_456;
    vec![
        ("k", Value::Int(i64::MIN), CellType::Int),
        ("boolean", Value::Bool(true), CellType::Bool),
        ("real", Value::Real(1.1), CellType::Real),
        ("double", Value::Double(0.1 + 0.2), CellType::Double),
        ("decimal", Value::Decimal("-12345678901234.5678".into()), CellType::Decimal),
        ("text", text("é'\\\u{1F600}\t"), CellType::Text),
        ("bytes", Value::Bytes(vec![0, 255, 39]), CellType::Bytes),
        ("uuid", Value::Uuid(*b"0123456789abcdef"), CellType::Uuid),
        ("date", Value::Date(-1), CellType::Date),
        ("time", Value::Time(86_399_999_999), CellType::Time),
        ("moment", Value::Timestamp(micros), CellType::Timestamp),
        ("zoned", Value::Timestamp(1_000_000), CellType::TimestampTz),
        ("json", Value::Json("{\"a\": [1, 2.50]}".into()), CellType::Json),
        ("items", Value::Array(vec![text("a\"b"), Value::Null]), CellType::Array(Box::new(CellType::Text))),
        ("vector", Value::Vector(vec![1.5, -2.0]), vector),
    ]
}

/// Writes the row, and one of NULLs under the same text, and reads both.
async fn round_trip(connection: &mut Connection, create: &str, mark: impl Fn(usize) -> String) {
    let all = every_type(CellType::Vector(2));
    connection.run("DROP TABLE IF EXISTS strat_every").await.unwrap();
    connection.run(create).await.unwrap();
    let marks: Vec<String> = (1..=all.len()).map(mark).collect();
    let insert = format!("INSERT INTO strat_every VALUES ({})", marks.join(", "));
    let mut nulls = vec![Value::Null; all.len()];
    nulls[0] = Value::Int(1);
    let row: Vec<Value> = all.iter().map(|(_, value, _)| value.clone()).collect();
    // NULLs first: the statement is prepared before its types are known, and must be again.
    for values in [&nulls, &row] {
        assert_eq!(connection.execute(&insert, values).await.unwrap(), 1);
    }
    nulls[0] = Value::Int(2);
    connection.execute(&insert, &nulls).await.unwrap();
    let names: Vec<&str> = all.iter().map(|(name, _, _)| *name).collect();
    let types: Vec<CellType> = all.iter().map(|(_, _, kind)| kind.clone()).collect();
    let quote = if matches!(connection.session, Session::MySql(_)) { "`" } else { "\"" };
    let columns: Vec<String> = names.iter().map(|name| format!("{quote}{name}{quote}")).collect();
    let select = format!("SELECT {} FROM strat_every ORDER BY 1", columns.join(", "));
    let rows = connection.read_rows(&select, &[], &types).await.unwrap();
    assert_eq!(rows[0], row);
    assert!(rows[1][1..].iter().chain(&rows[2][1..]).all(Value::is_null));
    connection.run("DROP TABLE strat_every").await.unwrap();
}

#[tokio::test]
async fn every_value_comes_back_from_sqlite() {
    let mut connection = memory().await;
    let create = "CREATE TABLE strat_every (k INTEGER PRIMARY KEY, boolean INTEGER, real REAL, double REAL, \
        decimal TEXT, text TEXT, bytes BLOB, uuid TEXT, date TEXT, time TEXT, moment TEXT, zoned TEXT, json TEXT, \
        items TEXT, vector BLOB) STRICT";
    round_trip(&mut connection, create, |_| "?".into()).await;
    let server = connection.server().await.unwrap();
    assert_eq!(server.dialect, "sqlite");
    assert!(server.version >= (3, 35, 0));
    let stored =
        connection.read_rows("SELECT CURRENT_TIMESTAMP", &[], &[CellType::TimestampTz]).await.unwrap();
    assert!(matches!(stored[0][0], Value::Timestamp(now) if now % 1_000_000 == 0));
}

async fn live(variable: &str) -> Option<(TargetUrl, Connection)> {
    let url = TargetUrl::parse(&server::url(variable, "drivers")?).unwrap();
    let connection = Connection::open(&url, Mode::Write).await.unwrap();
    Some((url, connection))
}

/// A URL of the same server with another piece in place of one.
fn other(variable: &str, from: &str, to: &str) -> TargetUrl {
    TargetUrl::parse(&std::env::var(variable).unwrap().replacen(from, to, 1)).unwrap()
}

#[tokio::test]
async fn every_value_comes_back_from_postgres() {
    let Some((_, mut connection)) = live("STRAT_TEST_POSTGRES").await else { return };
    let create = "CREATE TABLE strat_every (k bigint PRIMARY KEY, \"boolean\" boolean, \"real\" real, double float8, \
        \"decimal\" numeric(18,4), text text, bytes bytea, uuid uuid, date date, \"time\" time, moment timestamp, \
        zoned timestamptz, json json, items text[], vector text)";
    round_trip(&mut connection, create, |at| format!("${at}")).await;
    let server = connection.server().await.unwrap();
    assert_eq!((server.dialect, server.version.0 > 9), ("postgres", true));
    let sql = "SELECT $1::text::jsonb, 'a'::\"char\", 'pg_class'::name, 5::oid, 'pad '::char(6), ARRAY[1::int2, 2], \
        '1 2'::int2vector, '3 4'::oidvector, pg_sleep(0), 'NaN'::float8 > 1, '{}'::text[], 1::numeric / 3";
    let row = connection.query(sql, &[text("{\"b\":1}")]).await.unwrap().remove(0);
    let ints = |a, b| Value::Array(vec![Value::Int(a), Value::Int(b)]);
    let wanted = [
        Value::Json("{\"b\": 1}".into()),
        text("a"),
        text("pg_class"),
        Value::Int(5),
        text("pad"),
        ints(1, 2),
        ints(1, 2),
        ints(3, 4),
        Value::Null,
        Value::Bool(true),
        Value::Array(Vec::new()),
        Value::Decimal("0.33333333333333333333".into()),
    ];
    assert_eq!(row, wanted);
    for (sql, words) in [
        ("SELECT 'infinity'::date AS d", "column `d`: an infinite date has no portable value"),
        ("SELECT 'NaN'::numeric AS n", "column `n`: NaN and infinity have no portable value"),
        ("SELECT '1 day'::interval AS i", "column `i`: type INTERVAL can't be read: cast it to text"),
    ] {
        assert_eq!(connection.query(sql, &[]).await.unwrap_err().message, words);
    }
}

#[tokio::test]
async fn batches_sessions_and_errors_on_postgres() {
    let Some((url, mut connection)) = live("STRAT_TEST_POSTGRES").await else { return };
    connection
        .run("CREATE TEMP TABLE b (k bigint PRIMARY KEY, v numeric, CONSTRAINT small CHECK (v < 100))")
        .await
        .unwrap();
    connection.run("CREATE TYPE pg_temp.mood AS ENUM ('sad', 'ok')").await.unwrap();
    assert_eq!(connection.query("SELECT 'ok'::pg_temp.mood", &[]).await.unwrap(), [[text("ok")]]);
    let sql = "INSERT INTO b SELECT u.k, u.v::numeric FROM unnest($1::bigint[], $2::text[]) AS u (k, v)";
    let array = |items: Vec<Value>| Value::Array(items);
    let keys = array(vec![Value::Int(1), Value::Int(2)]);
    let done = connection.execute(sql, &[keys, array(vec![text("1.5"), Value::Null])]).await.unwrap();
    assert_eq!(done, 2);
    // Other types under the same text.
    let keys = array(vec![text("3")]);
    connection.execute(sql, &[keys, array(vec![Value::Null])]).await.unwrap();
    let rows = connection.query("SELECT k, v FROM b ORDER BY k", &[]).await.unwrap();
    assert_eq!(rows[0], [Value::Int(1), Value::Decimal("1.5".into())]);
    connection.begin().await.unwrap();
    let error = connection.run("INSERT INTO b VALUES (9, 100)").await.unwrap_err();
    let check = Class::Constraint { kind: ConstraintKind::Check, name: Some("small".into()) };
    assert_eq!((error.class, error.code.as_deref()), (check, Some("23514")));
    assert!(connection.commit().await.is_err(), "COMMIT would answer ROLLBACK");
    connection.rollback().await.unwrap();
    assert_eq!(connection.run("SELEC 1").await.unwrap_err().class, Class::Syntax);
    let shown =
        connection.query("SELECT current_setting('search_path'), current_setting('lock_timeout')", &[]).await;
    assert_eq!(shown.unwrap(), [[text("public"), text("5s")]]);
    let mut reader = Connection::open(&url, Mode::Read).await.unwrap();
    assert_eq!(reader.run("CREATE TABLE never (a int)").await.unwrap_err().class, Class::ReadOnly);
    let pid = reader.query("SELECT pg_backend_pid()", &[]).await.unwrap().remove(0);
    connection.query("SELECT pg_terminate_backend($1::int)", &pid).await.unwrap();
    let error = reader.query("SELECT 1", &[]).await.unwrap_err();
    assert_eq!((error.class, reader.is_broken()), (Class::Unreachable, true));
}

#[tokio::test]
async fn every_value_comes_back_from_mysql() {
    let Some((_, mut connection)) = live("STRAT_TEST_MYSQL").await else { return };
    connection.run("CREATE DATABASE IF NOT EXISTS strat_driver_test").await.unwrap();
    connection.run("USE strat_driver_test").await.unwrap();
    let create = "CREATE TABLE strat_every (k bigint PRIMARY KEY, `boolean` tinyint(1), `real` float, `double` double, \
        `decimal` decimal(18,4), `text` text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, bytes longblob, uuid char(36), \
        `date` date, `time` time(6), moment datetime(6), zoned timestamp(6) NULL, `json` json, items longtext, \
        `vector` blob)";
    round_trip(&mut connection, create, |_| "?".into()).await;
    let server = connection.server().await.unwrap();
    assert!(matches!(server.dialect, "mysql" | "mariadb") && server.version.0 >= 5, "{server:?}");
    let sql = "SELECT CAST(? AS UNSIGNED), CAST(-3 AS SIGNED), @@sql_mode, table_schema, x'00ff', _utf8mb4'é', \
        CAST('2020-02-29 01:02:03' AS DATETIME), 1.50 FROM information_schema.tables LIMIT 1";
    let row = connection.query(sql, &[Value::Int(3)]).await.unwrap().remove(0);
    assert_eq!((&row[0], &row[1], &row[7]), (&Value::Int(3), &Value::Int(-3), &Value::Decimal("1.5".into())));
    assert!(matches!(&row[2], Value::Text(mode) if !mode.contains("PIPES_AS_CONCAT")), "{row:?}");
    assert!(matches!(&row[3], Value::Text(_)), "{row:?}");
    assert_eq!((&row[4], &row[5]), (&Value::Bytes(vec![0, 255]), &text("é")));
    let leap = Value::Timestamp(time::parse_timestamp("2020-02-29 01:02:03", false).unwrap());
    assert_eq!(row[6], leap);
    connection.run("DROP DATABASE strat_driver_test").await.unwrap();
}

#[tokio::test]
async fn errors_on_mysql() {
    let Some((url, mut connection)) = live("STRAT_TEST_MYSQL").await else { return };
    connection.run("CREATE DATABASE IF NOT EXISTS strat_driver_errors").await.unwrap();
    connection.run("USE strat_driver_errors").await.unwrap();
    connection
        .run("CREATE TEMPORARY TABLE t (k int PRIMARY KEY, d date, CONSTRAINT small CHECK (k < 10))")
        .await
        .unwrap();
    connection.run("INSERT INTO t VALUES (1, NULL)").await.unwrap();
    let unique = Class::Constraint { kind: ConstraintKind::Unique, name: Some("PRIMARY".into()) };
    assert_eq!(connection.run("INSERT INTO t VALUES (1, NULL)").await.unwrap_err().class, unique);
    let check = Class::Constraint { kind: ConstraintKind::Check, name: Some("small".into()) };
    assert_eq!(connection.run("INSERT INTO t VALUES (10, NULL)").await.unwrap_err().class, check);
    assert_eq!(
        connection.run("INSERT INTO t VALUES (2, '2020-02-30')").await.unwrap_err().class,
        Class::Data
    );
    connection.run("SET SESSION sql_mode = ''").await.unwrap();
    connection.run("INSERT INTO t VALUES (3, '0000-00-00')").await.unwrap();
    let error = connection.query("SELECT d FROM t WHERE k = 3", &[]).await.unwrap_err();
    assert_eq!(error.message, "column `d`: a zero date has no portable value");
    assert_eq!(connection.run("SELEC 1").await.unwrap_err().class, Class::Syntax);
    // Rows matched, not rows changed.
    assert_eq!(connection.execute("UPDATE t SET k = k WHERE k = ?", &[Value::Int(1)]).await.unwrap(), 1);
    connection.run("DROP DATABASE strat_driver_errors").await.unwrap();
    let mut reader = Connection::open(&url, Mode::Read).await.unwrap();
    assert_eq!(reader.run("DELETE FROM mysql.user WHERE 1 = 0").await.unwrap_err().class, Class::ReadOnly);
}

#[test]
fn versions_and_statements_are_told_apart() {
    assert_eq!(version_of("10.11.6-MariaDB-0+deb12u1"), (10, 11, 6));
    assert_eq!(version_of("5.5.5-10.4.1-MariaDB"), (10, 4, 1));
    assert_eq!(version_of("15.20 (Debian 15.20-0)"), (15, 20, 0));
    assert!(changes_schema("\n alter table t add b int") && changes_schema("/* x */ select 1"));
    assert!(!changes_schema(" insert into t values (1)") && !changes_schema("COMMIT"));
}
