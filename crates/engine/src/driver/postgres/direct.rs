//! Whether a connection leads to a session of its own, or to a pooler that lends sessions out for a transaction each.
//!
//! What a session holds, its settings and its locks, is left there to whoever is lent the session next, so that this is looked at before
//! anything is set. A server that is met directly gives back a setting that came with the connection, and nothing more is asked; poolers
//! refuse it or drop it. Whether one of those lends by the transaction is told by a second connection: it is lent the session that the
//! first has just given back.

use std::time::Duration;

use sqlx::{
    Connection as _, Row as _,
    postgres::{PgConnectOptions, PgConnection},
};

/// A setting that nobody knows, and that the server therefore keeps as it is told.
const MARK: (&str, &str) = ("strat.direct", "yes");

/// So often the two are compared: others may be lent a session in between.
const ROUNDS: usize = 3;

/// How long the second connection may take. A pooler that lends by the session may have none left.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why there is no session.
pub(super) enum Refused {
    /// The server, or the way there.
    Error(sqlx::Error),
    /// A pooler lends sessions out by the transaction.
    Pooled,
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Refused::Error(error)
    }
}

/// Connects to a session that is this connection's own until it ends.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, Refused> {
    match PgConnection::connect_with(&options.clone().options([MARK])).await {
        Ok(mut wire) => match is_direct(&mut wire).await? {
            true => Ok(wire),
            false => own(wire, options).await,
        },
        Err(error) if is_about_options(&error) => {
            own(PgConnection::connect_with(options).await?, options).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Poolers name what they don't take: `unsupported startup parameter: options`, or `command-line options`.
fn is_about_options(error: &sqlx::Error) -> bool {
    let told = error.as_database_error().map(|told| told.message().to_ascii_lowercase());
    told.is_some_and(|told| told.contains("startup parameter") || told.contains("options"))
}

async fn is_direct(wire: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let row =
        sqlx::raw_sql("SELECT pg_catalog.current_setting('strat.direct', true)").fetch_one(wire).await?;
    Ok(row.try_get::<Option<String>, _>(0)?.as_deref() == Some(MARK.1))
}

/// The connection, unless its session is lent to others in between. Where no second connection is to be had, nobody can tell.
async fn own(mut wire: PgConnection, options: &PgConnectOptions) -> Result<PgConnection, Refused> {
    let second = tokio::time::timeout(PATIENCE, PgConnection::connect_with(options)).await;
    let Ok(Ok(mut second)) = second else { return Ok(wire) };
    let mut first = None;
    for _ in 0..ROUNDS {
        let one = session(&mut wire).await?;
        let Ok(Ok(other)) = tokio::time::timeout(PATIENCE, session(&mut second)).await else { break };
        if one == other || *first.get_or_insert(one) != one {
            return Err(Refused::Pooled);
        }
    }
    // It may be waiting for a session still, and is not waited for.
    drop(second);
    Ok(wire)
}

/// The number of the server's process behind a connection. Nothing is prepared: it would be left to others as well.
async fn session(wire: &mut PgConnection) -> Result<i32, sqlx::Error> {
    sqlx::raw_sql("SELECT pg_catalog.pg_backend_pid()").fetch_one(wire).await?.try_get(0)
}
