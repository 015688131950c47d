//! Moves bytes: opens one dedicated session, binds our values, runs statements, decodes rows.
//!
//! A future of this module must not be dropped half-way: the session's state would be unknown. Where it happens
//! anyway, [`Connection::is_broken`] says so, and every further call is refused.

pub mod array;
pub mod cell;
pub mod decimal;
pub mod error;
mod mysql;
mod postgres;
mod sqlite;
pub mod time;
mod together;
mod transaction;

use std::sync::Arc;

use model::Value;
use sqlx::Connection as _;

pub use cell::CellType;
pub use error::{Class, ConnectClass, ConnectError, ConstraintKind, DriverError, printable};
pub use together::Stopped;

use crate::session::Setting;
use crate::url::{Place, TargetUrl};

/// What a session may do to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It reads; a SQLite file that doesn't exist is not created.
    Read,
    /// It writes; a SQLite file that doesn't exist is created, one of zero bytes is refused.
    Write,
    /// It writes; a SQLite file of zero bytes becomes a database.
    Create,
}

/// Who answers at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// `sqlite`, `postgres`, `mysql` or `mariadb`.
    pub dialect: &'static str,
    /// Major, minor and patch; PostgreSQL's minor is the second.
    pub version: (u32, u32, u32),
    /// The version in the server's own words, made printable.
    pub text: String,
}

/// One dedicated session with a target.
pub struct Connection {
    /// Dropped before the session, whose goodbye then takes SQLite's log away.
    checkpointer: Option<sqlite::Checkpointer>,
    session: Session,
    settings: Vec<Setting>,
    mode: Mode,
    state: State,
    in_transaction: bool,
    /// Whether the transaction is still to be opened, in one message with its first statement.
    unopened: bool,
    /// Whether statements may be kept prepared since they were last forgotten.
    prepared: bool,
    /// Statements that go to the server together with the commit.
    deferred: Vec<String>,
    faults: Option<Arc<dyn Faults>>,
}

/// Lets tests of what a crash leaves see every call of a connection, and lose the connection at it. The product's connections have none.
pub trait Faults: Send + Sync {
    /// Tells whether the connection is lost before a call with these statements reaches the database.
    fn before(&self, statements: &[&str]) -> bool;
    /// Tells whether the call was carried out and only its answer is lost.
    fn after(&self, statements: &[&str]) -> bool;
}

enum Session {
    Sqlite(Box<sqlite::Session>),
    Postgres(Box<postgres::Session>),
    MySql(Box<sqlx::MySqlConnection>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing is under way.
    Ready,
    /// A call is under way; seen by the next call, it means that its future was dropped.
    Busy,
    /// A statement failed inside a transaction, which can only be rolled back.
    Failed,
    /// The connection is lost.
    Dead,
}

/// Runs one call with these statements on whichever session there is, and keeps the connection's state.
macro_rules! on_session {
    ($self:ident, $statements:expr, $function:ident ( $($argument:expr),* )) => {{
        $self.enter($statements)?;
        let result = match &mut $self.session {
            Session::Sqlite(session) => sqlite::$function(session, $($argument),*).await,
            Session::Postgres(session) => postgres::$function(session, $($argument),*).await,
            Session::MySql(session) => mysql::$function(session, $($argument),*).await,
        };
        $self.leave($statements, result)
    }};
}
use on_session;

impl Connection {
    /// Opens a session, pins its settings and checks them.
    pub async fn open(url: &TargetUrl, mode: Mode) -> Result<Self, ConnectError> {
        let (session, settings) = match url.place() {
            Place::Memory | Place::File(_) => {
                let (session, settings) = sqlite::open(url, mode).await?;
                (Session::Sqlite(Box::new(session)), settings)
            }
            Place::Server(server) if server.dialect == "postgres" => {
                let (session, settings) = postgres::open(url, server, mode).await?;
                (Session::Postgres(Box::new(session)), settings)
            }
            Place::Server(server) => {
                let (session, settings) = mysql::open(url, server, mode).await?;
                (Session::MySql(Box::new(session)), settings)
            }
        };
        Ok(Self {
            checkpointer: None,
            session,
            settings,
            mode,
            state: State::Ready,
            in_transaction: false,
            unopened: false,
            prepared: false,
            deferred: Vec::new(),
            faults: None,
        })
    }

    /// The settings this session was given, by name, in the dialect's spelling.
    pub fn session_settings(&self) -> &[Setting] {
        &self.settings
    }

    /// What this session may do.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether the session can't be used any more, or only after a rollback.
    pub fn is_broken(&self) -> bool {
        self.state != State::Ready
    }

    /// Whether a transaction of ours is open.
    pub fn in_transaction(&self) -> bool {
        self.in_transaction
    }

    /// Runs one statement as it stands and returns the rows it touched.
    pub async fn run(&mut self, sql: &str) -> Result<u64, DriverError> {
        let rows = match self.opening() {
            Some(begin) => {
                let both = together::message(&[begin, sql]);
                on_session!(self, &[&both], run(&both))?
            }
            None => on_session!(self, &[sql], run(sql))?,
        };
        self.forget_after(&[sql]).await?;
        Ok(rows)
    }

    /// Forgets the statements kept prepared when those just run may have changed their columns.
    async fn forget_after(&mut self, statements: &[&str]) -> Result<(), DriverError> {
        if self.prepared && statements.iter().any(|sql| changes_schema(sql)) {
            self.prepared = false;
            on_session!(self, &[], forget())?;
        }
        Ok(())
    }

    /// Reads rows as the server types them, for catalogues.
    pub async fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Vec<Value>>, DriverError> {
        self.read_rows(sql, params, &[]).await
    }

    /// Reads rows as portable types, one a column; columns behind the last type come as the server types them.
    pub async fn read_rows(
        &mut self,
        sql: &str,
        params: &[Value],
        types: &[CellType],
    ) -> Result<Vec<Vec<Value>>, DriverError> {
        self.open_transaction().await?;
        self.prepared = true;
        on_session!(self, &[sql], read(sql, params, types))
    }

    /// Runs a statement that is kept prepared, for batches, and returns the rows it touched (on MySQL: matched).
    pub async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, DriverError> {
        self.open_transaction().await?;
        self.prepared = true;
        on_session!(self, &[sql], execute(sql, params))
    }

    /// Like [`Connection::execute`], with values that nobody needs any more.
    pub async fn execute_all(&mut self, sql: &str, params: Vec<Value>) -> Result<u64, DriverError> {
        self.open_transaction().await?;
        self.prepared = true;
        on_session!(self, &[sql], execute_all(sql, params))
    }

    /// Runs a statement for each of so many rows, whose parameters stand one behind the other, and returns the rows it touched.
    pub async fn execute_each(
        &mut self,
        sql: &str,
        rows: usize,
        params: Vec<Value>,
    ) -> Result<u64, DriverError> {
        if let Session::Sqlite(_) = &self.session {
            self.enter(&[sql])?;
        }
        let result = match &mut self.session {
            Session::Sqlite(session) => sqlite::execute_each(session, sql, rows, &params).await,
            Session::Postgres(_) | Session::MySql(_) => {
                let mut touched = 0;
                for row in params.chunks((params.len() / rows.max(1)).max(1)) {
                    touched += self.execute(sql, row).await?;
                }
                return Ok(touched);
            }
        };
        self.leave(&[sql], result)
    }

    /// Asks the server who it is.
    pub async fn server(&mut self) -> Result<Server, DriverError> {
        let sql = match self.session {
            Session::Sqlite(_) => "SELECT sqlite_version()",
            Session::Postgres(_) => "SELECT pg_catalog.current_setting('server_version')",
            Session::MySql(_) => "SELECT CAST(VERSION() AS CHAR)",
        };
        let rows = self.query(sql, &[]).await?;
        let text = match rows.into_iter().flatten().next() {
            Some(Value::Text(text)) => text,
            _ => return Err(DriverError::new(Class::Other, "the server doesn't tell its version")),
        };
        let dialect = match self.session {
            Session::Sqlite(_) => "sqlite",
            Session::Postgres(_) => "postgres",
            Session::MySql(_) if text.to_ascii_lowercase().contains("mariadb") => "mariadb",
            Session::MySql(_) => "mysql",
        };
        Ok(Server { dialect, version: version_of(&text), text: printable(&text) })
    }

    /// Says goodbye; a dropped connection does the same less politely.
    pub async fn close(mut self) {
        self.checkpointer = None;
        // The work is done or rolled back by now: a failing goodbye changes nothing.
        let _ = match self.session {
            Session::Sqlite(session) => session.wire.close().await,
            Session::Postgres(session) => session.wire.close().await,
            Session::MySql(session) => session.close().await,
        };
    }

    /// Lets the connection be lost at a later call.
    pub fn lose_by(&mut self, faults: Arc<dyn Faults>) {
        self.faults = Some(faults);
    }

    fn enter(&mut self, statements: &[&str]) -> Result<(), DriverError> {
        if self.faults.as_ref().is_some_and(|faults| faults.before(statements)) {
            self.state = State::Dead;
        }
        match self.state {
            State::Ready => {
                self.state = State::Busy;
                Ok(())
            }
            State::Failed => Err(DriverError::new(
                Class::Other,
                "the transaction failed before and can only be rolled back",
            )),
            State::Busy => Err(DriverError::new(
                Class::Unreachable,
                "a call on this connection was abandoned: its state is unknown",
            )),
            State::Dead => Err(DriverError::new(Class::Unreachable, "the connection is lost")),
        }
    }

    fn leave<T>(&mut self, statements: &[&str], result: Result<T, DriverError>) -> Result<T, DriverError> {
        let lost = self.faults.as_ref().is_some_and(|faults| faults.after(statements));
        let result =
            if lost { Err(DriverError::new(Class::Unreachable, "the answer is lost")) } else { result };
        self.state = match &result {
            Err(error) if error.class == Class::Unreachable => State::Dead,
            Err(_) if self.in_transaction => State::Failed,
            _ => State::Ready,
        };
        result
    }
}

/// Whether a statement may change the columns of prepared ones; when in doubt, it may.
fn changes_schema(sql: &str) -> bool {
    const HARMLESS: [&str; 13] = [
        "BEGIN",
        "COMMIT",
        "DELETE",
        "INSERT",
        "LOCK",
        "PRAGMA",
        "RELEASE",
        "ROLLBACK",
        "SAVEPOINT",
        "SELECT",
        "SET",
        "START",
        "UPDATE",
    ];
    let word = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    !HARMLESS.iter().any(|harmless| word.eq_ignore_ascii_case(harmless))
}

fn version_of(text: &str) -> (u32, u32, u32) {
    let text = text.strip_prefix("5.5.5-").unwrap_or(text);
    let end = text.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(text.len());
    let mut numbers = text.get(..end).unwrap_or_default().split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next())
}

/// The one place where a text becomes a statement: it comes from a dialect or from a sealed entry.
fn statement(sql: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(sql.to_owned())
}

/// Decodes all rows: `value` reads one column of one row, and the types make it portable.
fn decode_rows<R: sqlx::Row>(
    rows: &[R],
    types: &[CellType],
    value: impl Fn(&R, usize) -> Result<Value, String>,
) -> Result<Vec<Vec<Value>>, DriverError> {
    use sqlx::Column as _;
    let one = |row: &R, at: usize| match types.get(at) {
        Some(kind) => cell::convert(value(row, at)?, kind),
        None => value(row, at),
    };
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let mut values = Vec::with_capacity(row.len());
        for (at, column) in row.columns().iter().enumerate() {
            values.push(one(row, at).map_err(|problem| DriverError::decode(column.name(), &problem))?);
        }
        out.push(values);
    }
    Ok(out)
}

/// Classes the errors that have no words of a server in them.
fn transport(error: &sqlx::Error) -> DriverError {
    let class = match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            Class::Unreachable
        }
        sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => Class::Data,
        _ => Class::Other,
    };
    DriverError::new(class, printable(&error.to_string()))
}

#[cfg(test)]
mod tests;
