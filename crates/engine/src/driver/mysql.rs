//! MySQL and MariaDB.

mod read;

use std::time::Duration;

use model::Value;
use sqlx::mysql::{MySqlArguments, MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlSslMode};
use sqlx::{Arguments as _, ConnectOptions as _, Connection as _};

use super::{
    CellType, Class, ConnectClass, ConnectError, ConstraintKind, DriverError, Mode, array, cell, decode_rows,
    printable, statement, time, transport,
};
use crate::session::{self, Setting};
use crate::url::{ServerUrl, TargetUrl, Tls};

pub(super) async fn open(
    url: &TargetUrl,
    server: &ServerUrl,
    mode: Mode,
) -> Result<(MySqlConnection, Vec<Setting>), ConnectError> {
    let limit = Duration::from_secs(server.connect_timeout);
    let opened = tokio::time::timeout(limit, options(server).connect()).await.map_err(|_| {
        ConnectError::new(ConnectClass::Unreachable, url, format!("no answer in {} seconds", limit.as_secs()))
    })?;
    let mut session = opened.map_err(|error| refused(url, &classify(&error)))?;
    let settings = session::mysql();
    let pins: Vec<String> = settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let access = if mode == Mode::Read { "READ ONLY" } else { "READ WRITE" };
    for sql in [
        "SET NAMES utf8mb4".to_owned(),
        format!("SET SESSION {}", pins.join(", ")),
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ".to_owned(),
        format!("SET SESSION TRANSACTION {access}"),
    ] {
        run(&mut session, &sql).await.map_err(|error| refused(url, &error))?;
    }
    Ok((session, settings))
}

fn options(server: &ServerUrl) -> MySqlConnectOptions {
    // What sqlx would set by itself is frozen into views and triggers when they are created: none of it.
    let mut options = MySqlConnectOptions::new()
        .host(&server.host)
        .port(server.port)
        .username(&server.user)
        .database(&server.database)
        .charset("utf8mb4")
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        .set_names(false)
        .ssl_mode(match server.tls {
            Tls::Disable => MySqlSslMode::Disabled,
            Tls::Prefer => MySqlSslMode::Preferred,
            Tls::Require => MySqlSslMode::Required,
            Tls::VerifyCa => MySqlSslMode::VerifyCa,
            Tls::VerifyFull => MySqlSslMode::VerifyIdentity,
        });
    if let Some(password) = &server.password {
        options = options.password(password.expose());
    }
    if let Some(socket) = &server.socket {
        options = options.socket(socket);
    }
    if let Some(file) = &server.root_cert {
        options = options.ssl_ca(file);
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
        Some("1045" | "1698") => Some(ConnectClass::WrongPassword),
        Some("1049") => Some(ConnectClass::Missing),
        Some("1040" | "1129" | "1130" | "1203") => Some(ConnectClass::Unreachable),
        _ => None,
    };
    ConnectError::of_server(url, error, known)
}

pub(super) async fn run(session: &mut MySqlConnection, sql: &str) -> Result<u64, DriverError> {
    let done = sqlx::raw_sql(statement(sql)).execute(session).await;
    done.map(|done| done.rows_affected()).map_err(|error| classify(&error))
}

/// Sends them one by one: a statement of DDL ends the transaction anyway, so that hardly any two stand together.
pub(super) async fn run_together(
    session: &mut MySqlConnection,
    statements: &[&str],
    answered: &mut usize,
) -> Result<(), DriverError> {
    for sql in statements {
        run(session, sql).await?;
        *answered += 1;
    }
    Ok(())
}

pub(super) async fn forget(session: &mut MySqlConnection) -> Result<(), DriverError> {
    session.clear_cached_statements().await.map_err(|error| classify(&error))
}

pub(super) async fn read(
    session: &mut MySqlConnection,
    sql: &str,
    params: &[Value],
    types: &[CellType],
) -> Result<Vec<Vec<Value>>, DriverError> {
    // Queries are kept: nothing answers a close, and on TCP the next packet would wait 40 ms for its acknowledgement. The
    // server prepares a kept one anew when a table changed, and sends the columns with every answer; after DDL of ours all
    // are forgotten anyway.
    let query = sqlx::query_with(statement(sql), bind(params)?);
    let rows = query.fetch_all(session).await.map_err(|error| classify(&error))?;
    decode_rows(&rows, types, read::value)
}

pub(super) async fn execute(
    session: &mut MySqlConnection,
    sql: &str,
    params: &[Value],
) -> Result<u64, DriverError> {
    let done = sqlx::query_with(statement(sql), bind(params)?).execute(session).await;
    done.map(|done| done.rows_affected()).map_err(|error| classify(&error))
}

pub(super) async fn execute_all(
    session: &mut MySqlConnection,
    sql: &str,
    params: Vec<Value>,
) -> Result<u64, DriverError> {
    execute(session, sql, &params).await
}

fn bind(params: &[Value]) -> Result<MySqlArguments, DriverError> {
    let mut arguments = MySqlArguments::default();
    for value in params {
        let added = match value {
            Value::Null => arguments.add(Option::<String>::None),
            Value::Bool(flag) => arguments.add(i8::from(*flag)),
            Value::Int(number) => arguments.add(*number),
            Value::Real(number) if number.is_finite() => arguments.add(*number),
            Value::Double(number) if number.is_finite() => arguments.add(*number),
            Value::Real(_) | Value::Double(_) => {
                return Err(DriverError::new(
                    Class::Data,
                    "MySQL has no float that is infinite or no number",
                ));
            }
            Value::Decimal(text) | Value::Text(text) | Value::Json(text) => arguments.add(text.as_str()),
            Value::Bytes(bytes) => arguments.add(bytes.as_slice()),
            Value::Uuid(uuid) => arguments.add(cell::print_uuid(uuid)),
            Value::Date(days) => arguments.add(time::print_date(*days)),
            Value::Time(micros) => arguments.add(time::print_time(*micros)),
            Value::Timestamp(micros) => arguments.add(time::print_timestamp(*micros)),
            Value::Array(items) => arguments.add(array::print(items)),
            Value::Vector(floats) => {
                arguments.add(floats.iter().flat_map(|f| f.to_le_bytes()).collect::<Vec<_>>())
            }
        };
        added.map_err(|error| DriverError::new(Class::Data, printable(&error.to_string())))?;
    }
    Ok(arguments)
}

fn classify(error: &sqlx::Error) -> DriverError {
    let told = error.as_database_error();
    let Some(told) = told.and_then(|told| told.try_downcast_ref::<MySqlDatabaseError>()) else {
        return transport(error);
    };
    let message = printable(told.message());
    let constraint = |kind, mark| Class::Constraint { kind, name: quoted(&message, mark) };
    let class = match told.number() {
        1205 | 1206 | 3572 => Class::Busy,
        1213 | 1020 => Class::Deadlock,
        1021 | 1114 => Class::DiskFull,
        1290 | 1792 | 1836 => Class::ReadOnly,
        1044 | 1045 | 1142 | 1143 | 1227 | 1370 => Class::Permission,
        1064 | 1149 => Class::Syntax,
        // A table takes 64 alterations of its dictionary, then it has to be written anew.
        1221 | 1845 | 1846 | 4092 => Class::Unsupported,
        1053 | 1077 | 1079 | 1152..=1161 | 1927 | 2006 | 2013 => Class::Unreachable,
        1022 | 1062 | 1169 | 1586 | 1859 => constraint(ConstraintKind::Unique, "for key '"),
        1216 | 1217 | 1451 | 1452 => constraint(ConstraintKind::ForeignKey, "CONSTRAINT `"),
        1048 | 1364 => constraint(ConstraintKind::NotNull, "Column '"),
        3819 => constraint(ConstraintKind::Check, "constraint '"),
        4025 if told.code() == Some("23000") => constraint(ConstraintKind::Check, "CONSTRAINT `"),
        1264 | 1265 | 1292 | 1366 | 1367 | 1406 | 1411 | 1426 | 1690 | 3140 | 3141 => Class::Data,
        _ => Class::Other,
    };
    DriverError { class, message, code: Some(told.number().to_string()) }
}

/// Takes the name behind the last `mark` of a message, up to the closing quote of the same kind.
fn quoted(message: &str, mark: &str) -> Option<String> {
    let (_, after) = message.rsplit_once(mark)?;
    after.split_once(mark.chars().last()?).map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_are_found_in_messages() {
        let message = "Duplicate entry 'for key 'x' for key 'users_email'";
        assert_eq!(quoted(message, "for key '").as_deref(), Some("users_email"));
        assert_eq!(quoted("CONSTRAINT `c` failed for `d`.`t`", "CONSTRAINT `").as_deref(), Some("c"));
        assert_eq!(quoted("nothing", "for key '"), None);
    }
}
