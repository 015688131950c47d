//! Transactions: what is sent together, which statement failed, and what is left of them.

use super::*;

#[tokio::test]
async fn a_failed_transaction_refuses_until_rolled_back() {
    let mut connection = memory().await;
    connection
        .run("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT CONSTRAINT short CHECK (length(b) < 3))")
        .await
        .unwrap();
    connection.begin().await.unwrap();
    connection.execute("INSERT INTO t VALUES (?, ?)", &[Value::Int(1), text("a")]).await.unwrap();
    let error =
        connection.execute("INSERT INTO t VALUES (?, ?)", &[Value::Int(2), text("abc")]).await.unwrap_err();
    let check = Class::Constraint { kind: ConstraintKind::Check, name: Some("short".into()) };
    assert_eq!((error.class.clone(), error.code.as_deref()), (check, Some("275")));
    assert!(connection.is_broken() && error.is_refusal());
    assert!(connection.commit().await.is_err());
    connection.rollback().await.unwrap();
    assert!(!connection.is_broken());
    assert_eq!(connection.query("SELECT count(*) FROM t", &[]).await.unwrap(), [[Value::Int(0)]]);
}

async fn count(connection: &mut Connection) -> i64 {
    match connection.query("SELECT count(*) FROM opened", &[]).await.unwrap()[0][0] {
        Value::Int(count) => count,
        ref other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_transaction_is_opened_by_its_first_statement_on_postgres() {
    let Some((url, mut connection)) = live("STRAT_TEST_POSTGRES").await else { return };
    let mut other = Connection::open(&url, Mode::Read).await.unwrap();
    connection.run("DROP TABLE IF EXISTS opened").await.unwrap();
    connection.run("CREATE TABLE opened (a integer)").await.unwrap();
    for statement in ["INSERT INTO opened VALUES (1)", "SELEC 1", "INSERT INTO nowhere VALUES (1)"] {
        connection.begin().await.unwrap();
        assert!(connection.begin().await.is_err(), "one is open");
        assert_eq!(connection.run(statement).await.ok(), statement.starts_with("INSERT INTO o").then_some(1));
        connection.rollback().await.unwrap();
        assert!(!connection.in_transaction());
        assert_eq!(count(&mut connection).await, 0, "{statement}");
    }
    for read in [true, false] {
        connection.begin().await.unwrap();
        if read {
            assert_eq!(count(&mut connection).await, 0);
        }
        connection.execute("INSERT INTO opened VALUES ($1::int)", &[Value::Int(1)]).await.unwrap();
        assert_eq!((count(&mut connection).await, count(&mut other).await), (1, 0));
        connection.rollback().await.unwrap();
    }
    // Nothing in it: neither end needs one that was opened.
    connection.begin().await.unwrap();
    connection.rollback().await.unwrap();
    connection.begin().await.unwrap();
    connection.commit().await.unwrap();
    // Nothing but what goes with the commit.
    connection.begin().await.unwrap();
    connection.defer("INSERT INTO opened VALUES (2)".to_owned());
    assert_eq!(connection.commit_and_run("SELECT a FROM opened").await.unwrap(), 1);
    assert_eq!(count(&mut other).await, 1);
    connection.begin().await.unwrap();
    connection.run("INSERT INTO opened VALUES (3)").await.unwrap();
    connection.commit().await.unwrap();
    assert_eq!(count(&mut other).await, 2);
    connection.run("DROP TABLE opened").await.unwrap();
}

/// Runs statements together, where one can't be run, and tells which; nothing of them is left.
async fn stopped_at(connection: &mut Connection, statements: &[&str]) -> usize {
    connection.begin().await.unwrap();
    let Stopped { at, cause } = connection.run_all(statements).await.unwrap_err();
    assert_ne!(cause.class, Class::Unreachable, "{cause}");
    assert!(connection.is_broken() && connection.commit().await.is_err());
    connection.rollback().await.unwrap();
    at
}

async fn statements_run_together(connection: &mut Connection) {
    let [one, two, three] =
        ["CREATE TABLE together (a integer)", "CREATE TABLE together_2 (a integer)", "DROP TABLE together"];
    assert_eq!(stopped_at(connection, &[one, two, one, three]).await, 2, "a table that is there");
    assert_eq!(stopped_at(connection, &[one, "DROP TABLE nowhere", two]).await, 1, "a table that isn't");
    assert_eq!(stopped_at(connection, &[one, two, "CREATE TABEL ä"]).await, 2, "no SQL");
    assert_eq!(stopped_at(connection, &[one, "ALTER TABLE together ADD b wrong (1", two]).await, 1, "no SQL");
    assert_eq!(stopped_at(connection, &["DROP TABLE nowhere", one]).await, 0);
    assert_eq!(stopped_at(connection, &[one, "DROP TABLE together; DROP TABLE together_2"]).await, 1);
    connection.begin().await.unwrap();
    let many: Vec<String> = (0..3000).map(|n| format!("INSERT INTO together VALUES ({n}), ({n})")).collect();
    let all: Vec<&str> = [one, two].into_iter().chain(many.iter().map(String::as_str)).collect();
    connection.run_all(&all).await.unwrap();
    connection.commit().await.unwrap();
    let count = connection.query("SELECT count(*) FROM together", &[]).await.unwrap();
    assert_eq!(count, [[Value::Int(6000)]]);
    for sql in [three, "DROP TABLE together_2"] {
        connection.run(sql).await.unwrap();
    }
}

#[tokio::test]
async fn a_statement_that_fails_among_others_is_named_on_sqlite() {
    statements_run_together(&mut memory().await).await;
}

#[tokio::test]
async fn a_statement_that_fails_among_others_is_named_on_postgres() {
    let Some((_, mut connection)) = live("STRAT_TEST_POSTGRES").await else { return };
    connection.run("DROP TABLE IF EXISTS together, together_2").await.unwrap();
    statements_run_together(&mut connection).await;
}

#[tokio::test]
async fn a_statement_that_is_really_two_is_not_run() {
    let mut connection = memory().await;
    let sql =
        ["CREATE TABLE t (a)", "CREATE TABLE u (a); CREATE TABLE v (a)", "CREATE VIEW w AS SELECT 1 -- w"];
    assert_eq!(stopped_at(&mut connection, &sql).await, 2);
    let sql = ["CREATE VIEW w AS SELECT 1 /* w", "CREATE TABLE u (a)"];
    assert_eq!(stopped_at(&mut connection, &sql).await, 1);
    assert_eq!(connection.query("SELECT count(*) FROM sqlite_schema", &[]).await.unwrap(), [[Value::Int(0)]]);
}

/// The log is copied into the file by a connection beside the session's, which takes nothing away from it and is no change by others.
#[tokio::test]
async fn sqlite_s_log_is_copied_while_batches_are_committed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("b.db");
    let url = TargetUrl::parse(&format!("sqlite:{}", file.display())).unwrap();
    let mut connection = Connection::open(&url, Mode::Create).await.unwrap();
    connection.run("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)").await.unwrap();
    connection.begin_batches().await.unwrap();
    assert!(connection.checkpointer.is_none(), "a rollback journal has nothing to be copied");
    connection.end_batches().await.unwrap();

    connection.query("PRAGMA journal_mode = WAL", &[]).await.unwrap();
    connection.begin_batches().await.unwrap();
    assert!(connection.checkpointer.is_some());
    let version = connection.query("PRAGMA data_version", &[]).await.unwrap();
    for batch in 0..40 {
        connection.begin().await.unwrap();
        let rows = (batch * 100..(batch + 1) * 100).flat_map(|n| [Value::Int(n), text(&"x".repeat(1_000))]);
        let sql = "INSERT INTO t VALUES (?, ?)";
        connection.execute_each(sql, 100, rows.collect()).await.unwrap();
        connection.commit().await.unwrap();
    }
    // Reads what is in the file alone, and waits until the other thread has come to it.
    let pages = || std::fs::metadata(&file).map_or(0, |file| file.len() / 4096);
    for _ in 0..6_000 {
        if pages() > 900 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(pages() > 900, "{} pages were copied of about 1,000", pages());
    assert_eq!(connection.query("PRAGMA data_version", &[]).await.unwrap(), version);
    connection.end_batches().await.unwrap();
    let usual = connection.query("PRAGMA wal_autocheckpoint", &[]).await.unwrap();
    assert_eq!(usual, [[Value::Int(1_000)]]);
    connection.close().await;
    assert!(!folder.path().join("b.db-wal").exists(), "the session was the last to close");
}
