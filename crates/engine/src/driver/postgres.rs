//! PostgreSQL.

mod bind;
mod direct;
mod read;

use std::collections::BTreeMap;
use std::time::Duration;

use model::Value;
use sqlx::postgres::{
    PgArguments, PgConnectOptions, PgConnection, PgDatabaseError, PgErrorPosition, PgSslMode,
};
use sqlx::{ConnectOptions as _, Connection as _};

use self::direct::Refused;
use super::{
    CellType, Class, ConnectClass, ConnectError, ConstraintKind, DriverError, Mode, decode_rows, printable,
    statement, together, transport,
};
use crate::session::{self, Setting};
use crate::url::{ServerUrl, TargetUrl, Tls};

/// The wire, and with which parameter types each kept statement was prepared.
pub(super) struct Session {
    pub(super) wire: PgConnection,
    /// sqlx finds a prepared statement by its text alone: other types under the same text would be misread by the
    /// server, byte for byte.
    prepared: BTreeMap<String, Vec<bind::Kind>>,
}

const POOLED: &str = "a pooler in between lends the server's sessions out for a transaction each, as PgBouncer does in transaction mode: \
     locks and settings would be left to others";

/// As many as sqlx keeps.
const KEPT: usize = 100;

pub(super) async fn open(
    url: &TargetUrl,
    server: &ServerUrl,
    mode: Mode,
) -> Result<(Session, Vec<Setting>), ConnectError> {
    let options = options(server);
    // PGOPTIONS can't be taken out of sqlx's options again: what it brought is looked for below.
    let foreign = options.get_options().is_some_and(|options| !options.trim().is_empty());
    let limit = Duration::from_secs(server.connect_timeout);
    let failed = |error: &DriverError| refused(url, error);
    let wire = tokio::time::timeout(limit, direct::connect(&options)).await.map_err(|_| {
        ConnectError::new(ConnectClass::Unreachable, url, format!("no answer in {} seconds", limit.as_secs()))
    })?;
    let wire = wire.map_err(|refused| match refused {
        Refused::Error(error) => failed(&classify(&error)),
        Refused::Pooled => ConnectError::new(ConnectClass::Pooled, url, POOLED),
    })?;
    let mut session = Session { wire, prepared: BTreeMap::new() };
    let settings = session::postgres(server.schema.as_deref().unwrap_or("public"), mode == Mode::Read);
    let pins: Vec<String> = settings.iter().map(|(name, value)| format!("SET {name} TO {value}")).collect();
    run(&mut session, &pins.join(";\n")).await.map_err(|error| failed(&error))?;
    if foreign {
        let sql = "SELECT name FROM pg_catalog.pg_settings WHERE source = 'client' AND name NOT IN ('application_name', 'strat.direct')";
        let left = read(&mut session, sql, &[], &[]).await.map_err(|error| failed(&error))?;
        if let Some(Value::Text(name)) = left.into_iter().flatten().next() {
            let message = format!("PGOPTIONS sets `{}`", printable(&name));
            return Err(ConnectError::new(ConnectClass::Environment, url, message));
        }
    }
    Ok((session, settings))
}

fn options(server: &ServerUrl) -> PgConnectOptions {
    let mut options = PgConnectOptions::new_without_pgpass()
        .host(&server.host)
        .port(server.port)
        .username(&server.user)
        // An empty password, where the URL has none, keeps PGPASSWORD out.
        .password(server.password.as_ref().map_or("", |password| password.expose()))
        .database(&server.database)
        .application_name("strat")
        .extra_float_digits(None)
        .statement_cache_capacity(KEPT)
        .ssl_mode(match server.tls {
            Tls::Disable => PgSslMode::Disable,
            Tls::Prefer => PgSslMode::Prefer,
            Tls::Require => PgSslMode::Require,
            Tls::VerifyCa => PgSslMode::VerifyCa,
            Tls::VerifyFull => PgSslMode::VerifyFull,
        });
    if let Some(socket) = &server.socket {
        options = options.socket(socket);
    }
    if let Some(file) = &server.root_cert {
        options = options.ssl_root_cert(file);
    }
    if let Some(file) = &server.client_cert {
        options = options.ssl_client_cert(file);
    }
    if let Some(file) = &server.client_key {
        options = options.ssl_client_key(file);
    }
    options.disable_statement_logging()
}

fn refused(url: &TargetUrl, error: &DriverError) -> ConnectError {
    let known = match error.code.as_deref() {
        Some("28P01" | "28000") => Some(ConnectClass::WrongPassword),
        Some("3D000") => Some(ConnectClass::Missing),
        Some("53300") => Some(ConnectClass::Unreachable),
        _ => None,
    };
    ConnectError::of_server(url, error, known)
}

pub(super) async fn run(session: &mut Session, sql: &str) -> Result<u64, DriverError> {
    let done = sqlx::raw_sql(statement(sql)).execute(&mut session.wire).await;
    done.map(|done| done.rows_affected()).map_err(|error| classify(&error))
}

pub(super) async fn run_together(
    session: &mut Session,
    statements: &[&str],
    answered: &mut usize,
) -> Result<(), DriverError> {
    let text = statement(&together::message(statements));
    let answers = together::answers(sqlx::raw_sql(text).execute_many(&mut session.wire), answered).await;
    if let Err(error) = answers {
        let told = error.as_database_error().and_then(|told| told.try_downcast_ref::<PgDatabaseError>());
        if let Some(PgErrorPosition::Original(character)) = told.and_then(PgDatabaseError::position) {
            // The server reads all of a message before it runs the first statement.
            *answered = together::statement_at(statements, character).max(*answered);
        }
        return Err(classify(&error));
    }
    together::all_answered(statements, *answered)
}

pub(super) async fn forget(session: &mut Session) -> Result<(), DriverError> {
    session.prepared.clear();
    session.wire.clear_cached_statements().await.map_err(|error| classify(&error))
}

pub(super) async fn read(
    session: &mut Session,
    sql: &str,
    params: &[Value],
    types: &[CellType],
) -> Result<Vec<Vec<Value>>, DriverError> {
    let arguments = arguments(session, sql, params).await?;
    // Kept, although it may be read once only: where sqlx has to look a type up, its query destroys an unnamed
    // statement before it is bound.
    let rows = sqlx::query_with(statement(sql), arguments).fetch_all(&mut session.wire).await;
    let rows = match rows.map_err(|error| classify(&error)) {
        Err(error) if error.code.as_deref() == Some("0A000") => {
            // Another session changed the columns under a kept statement: the next attempt prepares it anew.
            forget(session).await?;
            return Err(error);
        }
        other => other?,
    };
    decode_rows(&rows, types, read::value)
}

pub(super) async fn execute(session: &mut Session, sql: &str, params: &[Value]) -> Result<u64, DriverError> {
    let arguments = arguments(session, sql, params).await?;
    let done = sqlx::query_with(statement(sql), arguments).execute(&mut session.wire).await;
    done.map(|done| done.rows_affected()).map_err(|error| classify(&error))
}

pub(super) async fn execute_all(
    session: &mut Session,
    sql: &str,
    params: Vec<Value>,
) -> Result<u64, DriverError> {
    execute(session, sql, &params).await
}

/// Binds, so that the types agree with those the text was prepared with; where they can't, all is prepared anew.
async fn arguments(session: &mut Session, sql: &str, params: &[Value]) -> Result<PgArguments, DriverError> {
    let known = session.prepared.get(sql).map_or(&[][..], Vec::as_slice);
    let (arguments, kinds) = bind::bind(params, known)?;
    let differs = session.prepared.get(sql).is_some_and(|known| *known != kinds);
    if differs || (session.prepared.len() >= KEPT && !session.prepared.contains_key(sql)) {
        forget(session).await?;
    }
    session.prepared.insert(sql.to_owned(), kinds);
    Ok(arguments)
}

/// Whether somebody dropped, while the catalogue was read, what it was about.
fn gone_meanwhile(message: &str) -> bool {
    ["could not open relation with OID", "cache lookup failed for"].iter().any(|one| message.starts_with(one))
}

fn classify(error: &sqlx::Error) -> DriverError {
    let Some(told) = error.as_database_error() else { return transport(error) };
    let code = told.code().map(|code| code.into_owned()).unwrap_or_default();
    let class = match code.as_str() {
        "55P03" | "55006" => Class::Busy,
        "40P01" | "40001" => Class::Deadlock,
        // Functions that spell the catalogue out see it as it is by now, not as it was when the query began.
        "XX000" if gone_meanwhile(told.message()) => Class::Deadlock,
        "53100" => Class::DiskFull,
        "25006" => Class::ReadOnly,
        "42501" => Class::Permission,
        "42601" => Class::Syntax,
        "57P01" | "57P02" | "57P03" => Class::Unreachable,
        code if code.starts_with("08") => Class::Unreachable,
        code if code.starts_with("22") => Class::Data,
        code if code.starts_with("23") => Class::Constraint {
            kind: match code {
                "23505" => ConstraintKind::Unique,
                "23503" => ConstraintKind::ForeignKey,
                "23502" => ConstraintKind::NotNull,
                "23514" => ConstraintKind::Check,
                _ => ConstraintKind::Other,
            },
            name: told.constraint().map(printable),
        },
        _ => Class::Other,
    };
    DriverError { class, message: printable(told.message()), code: Some(code) }
}
