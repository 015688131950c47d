//! Servers that refuse, and what is refused of those that stand in between.

use super::*;
use crate::url::ServerUrl;

#[tokio::test]
async fn servers_that_refuse() {
    for variable in ["STRAT_TEST_POSTGRES", "STRAT_TEST_MYSQL"] {
        let Some((url, _)) = live(variable).await else { continue };
        let Place::Server(server) = url.place() else { panic!("no server") };
        let password = server.password.as_ref().unwrap().expose();
        let wrong = refusal(&other(variable, &format!(":{password}@"), ":s3cr3t@"), Mode::Read).await;
        assert_eq!((wrong.class(), wrong.exit_code()), (ConnectClass::WrongPassword, 6), "{wrong}");
        assert!(!format!("{wrong} {wrong:?} {}", wrong.hint()).contains("s3cr3t"));
        let missing =
            refusal(&other(variable, &format!("/{}", server.database), "/no_such_db"), Mode::Read).await;
        assert_eq!(missing.class(), ConnectClass::Missing, "{missing}");
        let nobody = refusal(&other(variable, &format!(":{}/", server.port), ":1/"), Mode::Read).await;
        assert_eq!((nobody.class(), nobody.exit_code()), (ConnectClass::Unreachable, 6), "{nobody}");
    }
}

/// What a session through the pooler has set, asked without setting anything.
async fn left_behind(server: &ServerUrl) -> Value {
    let options = sqlx::postgres::PgConnectOptions::new_without_pgpass()
        .host(&server.host)
        .port(server.port)
        .username(&server.user)
        .password(server.password.as_ref().unwrap().expose())
        .database(&server.database)
        .extra_float_digits(None);
    let mut wire = <sqlx::PgConnection as sqlx::Connection>::connect_with(&options).await.unwrap();
    let row = sqlx::raw_sql("SHOW default_transaction_read_only").fetch_one(&mut wire).await.unwrap();
    text(&sqlx::Row::get::<String, _>(&row, 0))
}

#[tokio::test]
async fn sessions_that_are_lent_by_the_transaction() {
    const VARIABLE: &str = "STRAT_TEST_PGBOUNCER";
    let Some(by_transaction) = server::url(VARIABLE, "pooled sessions") else { return };
    let by_transaction = TargetUrl::parse(&by_transaction).unwrap();
    let Place::Server(server) = by_transaction.place() else { panic!("no server") };
    for mode in [Mode::Read, Mode::Write] {
        let pooled = refusal(&by_transaction, mode).await;
        assert_eq!((pooled.class(), pooled.exit_code()), (ConnectClass::Pooled, 1), "{pooled}");
        assert_eq!(left_behind(server).await, text("off"), "others get what was set");
    }
    let by_session = other(VARIABLE, "/by_transaction", "/by_session");
    let mut own = Connection::open(&by_session, Mode::Read).await.unwrap();
    assert_eq!(own.run("CREATE TABLE never (a int)").await.unwrap_err().class, Class::ReadOnly);
    // Two at once are two sessions.
    let mut another = Connection::open(&by_session, Mode::Write).await.unwrap();
    let pid = "SELECT pg_backend_pid()";
    assert_ne!(own.query(pid, &[]).await.unwrap(), another.query(pid, &[]).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn several_that_make_one_file_share_it() {
    let folder = folder();
    for round in 0..20 {
        let url = file(&folder, &format!("{round}.db"));
        let one = || {
            let url = url.clone();
            tokio::spawn(async move {
                let mut connection = Connection::open(&url, Mode::Write).await.unwrap();
                connection.run("CREATE TABLE IF NOT EXISTS t (a int)").await.unwrap();
                connection.run("INSERT INTO t VALUES (1)").await.unwrap();
                connection.close().await;
            })
        };
        for all in [one(), one(), one(), one()] {
            all.await.unwrap();
        }
        let mut connection = Connection::open(&url, Mode::Read).await.unwrap();
        assert_eq!(connection.query("SELECT count(*) FROM t", &[]).await.unwrap(), [[Value::Int(4)]]);
    }
}
