//! SQLite, through sqlx's bundled library.

mod checkpoint;
mod direct;

use std::path::Path;
use std::time::Duration;

use ledger::Uuid;
use model::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::{
    Class, ConnectClass, ConnectError, ConstraintKind, DriverError, Mode, printable, statement, together,
    transport,
};
use crate::session::{self, Setting};
use crate::url::TargetUrl;

pub(super) use checkpoint::Checkpointer;
pub(super) use direct::{execute_each, read};

/// A batch that was read is still there when it is written.
const CACHE_KIB: u32 = 32 << 10;

/// The connection, and how often its handle was lent since its worker was last heard.
pub(super) struct Session {
    pub(super) wire: SqliteConnection,
    lent: u32,
}

pub(super) async fn open(url: &TargetUrl, mode: Mode) -> Result<(Session, Vec<Setting>), ConnectError> {
    let mut options =
        SqliteConnectOptions::new().busy_timeout(Duration::from_secs(5)).create_if_missing(false);
    match url.path() {
        None => options = options.filename(":memory:").in_memory(true),
        Some(path) => {
            look(url, path, mode).await?;
            options = options.filename(plain(path)).read_only(mode == Mode::Read);
        }
    }
    let options = options.disable_statement_logging();
    let settings = session::sqlite();
    let mut session = start(url, &options, &settings).await?;
    if mode == Mode::Read && needs_recovery(&mut session).await {
        // A run that was killed left its transaction behind, and whoever comes next has to roll it back before the file can be
        // read: SQLite does so itself, given the right to write. Nothing else is written.
        close(session).await;
        let mut recovering = start(url, &options.clone().read_only(false), &settings).await?;
        let rolled_back = read(&mut recovering, "SELECT count(*) FROM sqlite_schema", &[], &[]).await;
        rolled_back.map_err(|error| refused(url, &error))?;
        close(recovering).await;
        session = start(url, &options, &settings).await?;
    }
    check(url, &mut session, mode).await?;
    // Not one of the settings that have a meaning, and it reads the file, which may have to be recovered first.
    let sized = run(&mut session, &format!("PRAGMA cache_size = -{CACHE_KIB}")).await;
    sized.map_err(|error| refused(url, &error))?;
    Ok((session, settings))
}

async fn start(
    url: &TargetUrl,
    options: &SqliteConnectOptions,
    settings: &[Setting],
) -> Result<Session, ConnectError> {
    let failed = |error: sqlx::Error| refused(url, &classify(&error));
    let mut session = Session { wire: options.connect().await.map_err(failed)?, lent: 0 };
    for (name, value) in settings {
        let sql = format!("PRAGMA {name} = {value}");
        sqlx::raw_sql(statement(&sql)).execute(&mut session.wire).await.map_err(failed)?;
    }
    Ok(session)
}

/// Whether the file can't be read before somebody recovers it: SQLITE_READONLY_ROLLBACK, _RECOVERY and _CANTLOCK.
async fn needs_recovery(session: &mut Session) -> bool {
    let read = read(session, "SELECT count(*) FROM sqlite_schema", &[], &[]).await;
    read.is_err_and(|error| matches!(error.code.as_deref(), Some("776" | "264" | "520")))
}

async fn close(session: Session) {
    // A connection that doesn't close well is gone all the same.
    let _ = session.wire.close().await;
}

/// Looks at the file without opening it: closing any other handle of a file would drop this process's locks on it.
async fn look(url: &TargetUrl, path: &Path, mode: Mode) -> Result<(), ConnectError> {
    let bad = |class, message: &str| Err(ConnectError::new(class, url, message));
    match std::fs::metadata(path) {
        Ok(file) if file.is_dir() => bad(ConnectClass::NotADatabase, "this is a folder"),
        Ok(file) if file.len() == 0 && mode != Mode::Create => {
            bad(ConnectClass::Empty, "the file has zero bytes")
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            bad(ConnectClass::Unreachable, &printable(&error.to_string()))
        }
        Err(_) if mode == Mode::Read => bad(ConnectClass::Missing, "the file does not exist"),
        Err(_) => create(url, path).await,
    }
}

/// Makes a database file that is never seen with zero bytes: written beside its place, then linked into it.
/// A crash before the link leaves a file `.<name>.strat-new-<uuid>`, which nothing reads. Each attempt has a name of its own: processes
/// in several containers may have the same number, and tasks of one process have it.
async fn create(url: &TargetUrl, path: &Path) -> Result<(), ConnectError> {
    let failed = |error: sqlx::Error| refused(url, &classify(&error));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let own = Uuid::random()
        .map_err(|error| ConnectError::new(ConnectClass::Other, url, printable(&error.to_string())))?;
    let fresh = path.with_file_name(format!(".{name}.strat-new-{}", own.as_str()));
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    if parent.is_some_and(|parent| !parent.exists()) {
        return Err(ConnectError::new(ConnectClass::Missing, url, "the file's folder does not exist"));
    }
    let options = SqliteConnectOptions::new().filename(plain(&fresh)).create_if_missing(true);
    let mut session = options.disable_statement_logging().connect().await.map_err(failed)?;
    for sql in ["PRAGMA user_version = 1", "PRAGMA user_version = 0"] {
        sqlx::raw_sql(sql).execute(&mut session).await.map_err(failed)?;
    }
    session.close().await.map_err(failed)?;
    let linked = std::fs::hard_link(&fresh, path).or_else(|error| match error.kind() {
        // Somebody else created it meanwhile: theirs it is.
        std::io::ErrorKind::AlreadyExists => Ok(()),
        // A file system without hard links.
        _ => std::fs::rename(&fresh, path),
    });
    // A left-over is harmless, and after a rename there is none.
    let _ = std::fs::remove_file(&fresh);
    linked.map_err(|error| ConnectError::new(ConnectClass::ReadOnly, url, printable(&error.to_string())))
}

/// SQLite takes a name that starts with `file:` as a URI.
fn plain(path: &Path) -> std::path::PathBuf {
    if path.as_os_str().as_encoded_bytes().starts_with(b"file:") {
        Path::new(".").join(path)
    } else {
        path.into()
    }
}

async fn check(url: &TargetUrl, session: &mut Session, mode: Mode) -> Result<(), ConnectError> {
    let failed = |error: DriverError| refused(url, &error);
    // The first page is read here: a stranger's file shows itself.
    read(session, "SELECT count(*) FROM sqlite_schema", &[], &[]).await.map_err(failed)?;
    refuse_cut_off(url, session).await?;
    let keys = read(session, "PRAGMA foreign_keys", &[], &[]).await.map_err(failed)?;
    if keys != [[Value::Int(1)]] {
        return Err(ConnectError::new(ConnectClass::Other, url, "foreign keys can't be switched on"));
    }
    if mode == Mode::Read {
        return Ok(());
    }
    // BEGIN IMMEDIATE alone succeeds on a read-only file; a write that is rolled back does not.
    let version = read(session, "PRAGMA user_version", &[], &[]).await.map_err(failed)?;
    let version = match version.first().and_then(|row| row.first()) {
        Some(Value::Int(number)) => *number,
        _ => 0,
    };
    run(session, "PRAGMA busy_timeout = 0").await.map_err(failed)?;
    let probe = match run(session, "BEGIN IMMEDIATE").await {
        Ok(_) => {
            let written = run(session, &format!("PRAGMA user_version = {version}")).await;
            // SQLite may have rolled back by itself.
            let _ = run(session, "ROLLBACK").await;
            written
        }
        other => other,
    };
    run(session, "PRAGMA busy_timeout = 5000").await.map_err(failed)?;
    match probe {
        // Whoever writes now proves that the file takes writes.
        Err(error) if error.class != Class::Busy => Err(failed(error)),
        _ => Ok(()),
    }
}

/// SQLite finds whole pages missing at the end, and takes a part of one that is missing for zeros.
async fn refuse_cut_off(url: &TargetUrl, session: &mut Session) -> Result<(), ConnectError> {
    let Some(path) = url.path() else { return Ok(()) };
    let rows = read(session, "PRAGMA page_size", &[], &[]).await;
    let length = std::fs::metadata(path).map_or(0, |file| file.len());
    match rows.as_ref().map(|rows| rows.first().and_then(|row| row.first())) {
        Ok(Some(Value::Int(size))) if *size > 0 && length % size.unsigned_abs() != 0 => {
            Err(ConnectError::new(ConnectClass::Damaged, url, "the file is cut off in the middle of a page"))
        }
        _ => Ok(()),
    }
}

fn refused(url: &TargetUrl, error: &DriverError) -> ConnectError {
    let class = match (&error.class, error.code.as_deref()) {
        (_, Some("26")) => ConnectClass::NotADatabase,
        (_, Some("11")) => ConnectClass::Damaged,
        (Class::ReadOnly, _) => ConnectClass::ReadOnly,
        (Class::Busy, _) => ConnectClass::Locked,
        (Class::Unreachable | Class::DiskFull, _) => ConnectClass::Unreachable,
        (Class::Permission, _) => ConnectClass::Permission,
        _ => ConnectClass::Other,
    };
    ConnectError::new(class, url, error.to_string())
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
    answers.map_err(|error| classify(&error))?;
    together::all_answered(statements, *answered)
}

/// Statements with values are prepared when they are needed: none is kept.
pub(super) async fn forget(_session: &mut Session) -> Result<(), DriverError> {
    Ok(())
}

pub(super) async fn execute(session: &mut Session, sql: &str, params: &[Value]) -> Result<u64, DriverError> {
    execute_each(session, sql, 1, params).await
}

pub(super) async fn execute_all(
    session: &mut Session,
    sql: &str,
    params: Vec<Value>,
) -> Result<u64, DriverError> {
    execute_each(session, sql, 1, &params).await
}

fn classify(error: &sqlx::Error) -> DriverError {
    let Some(told) = error.as_database_error() else { return transport(error) };
    let code = told.code();
    classed(code.as_deref().and_then(|code| code.parse().ok()).unwrap_or(0), told.message())
}

/// The error with this extended result code.
fn classed(extended: i32, message: &str) -> DriverError {
    let message = printable(message);
    let class = match extended & 0xff {
        5 | 6 => Class::Busy,
        8 => Class::ReadOnly,
        13 => Class::DiskFull,
        10 | 14 => Class::Unreachable,
        3 | 23 => Class::Permission,
        18 | 20 | 25 => Class::Data,
        19 => constraint(extended, &message),
        1 if message.contains("syntax error") || message.contains("incomplete input") => Class::Syntax,
        _ => Class::Other,
    };
    DriverError { class, message, code: Some(extended.to_string()) }
}

fn constraint(extended: i32, message: &str) -> Class {
    let kind = match extended >> 8 {
        1 => ConstraintKind::Check,
        3 => ConstraintKind::ForeignKey,
        5 => ConstraintKind::NotNull,
        6 | 8 | 10 => ConstraintKind::Unique,
        // 12: a value of the wrong type in a STRICT table.
        12 => return Class::Data,
        _ => ConstraintKind::Other,
    };
    Class::Constraint { kind, name: message.split_once(" failed: ").map(|(_, name)| name.to_owned()) }
}
