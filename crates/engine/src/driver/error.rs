//! What can go wrong with a connection, in classes that the caller acts on.

use std::fmt;

/// A statement that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct DriverError {
    /// What kind of failure it is.
    pub class: Class,
    /// The server's words, made printable.
    pub message: String,
    /// SQLSTATE of PostgreSQL, number of MySQL, extended result code of SQLite.
    pub code: Option<String>,
}

impl fmt::Display for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.code {
            Some(code) => write!(f, " ({code})"),
            None => Ok(()),
        }
    }
}

/// The kinds of failures of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    /// Another session holds a lock longer than we wait.
    Busy,
    /// The server broke a deadlock or a serialisation conflict at our expense; the transaction is gone.
    Deadlock,
    /// A constraint refused the row.
    Constraint {
        /// Which kind of constraint.
        kind: ConstraintKind,
        /// Its name, or SQLite's `table.column` list, where the server tells.
        name: Option<String>,
    },
    /// A value doesn't fit its type.
    Data,
    /// The connection or the storage is gone.
    Unreachable,
    /// No room is left.
    DiskFull,
    /// The database or the session doesn't take writes.
    ReadOnly,
    /// The user may not.
    Permission,
    /// The server doesn't understand the statement.
    Syntax,
    /// The server can't carry the statement out in the way it was asked to.
    Unsupported,
    /// Anything else.
    Other,
}

/// The kinds of constraints, as far as servers tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstraintKind {
    /// A primary key or a unique constraint.
    Unique,
    /// A foreign key.
    ForeignKey,
    /// NOT NULL.
    NotNull,
    /// A check.
    Check,
    /// Any other.
    Other,
}

impl DriverError {
    /// Makes an error of our own, without a server's code.
    pub fn new(class: Class, message: impl Into<String>) -> Self {
        Self { class, message: message.into(), code: None }
    }

    /// Whether trying again may help: locks, deadlocks and lost connections, never a refused row.
    pub fn is_transient(&self) -> bool {
        matches!(self.class, Class::Busy | Class::Deadlock | Class::Unreachable)
    }

    /// Whether a single row was refused, by a constraint or by its type.
    pub fn is_refusal(&self) -> bool {
        matches!(self.class, Class::Constraint { .. } | Class::Data)
    }

    /// What to do about it, where that can be told.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self.class {
            Class::Busy => "another session holds a lock: wait for it or end it, then run the command again",
            Class::Deadlock => "run the command again",
            Class::Unreachable => {
                "see that the database is there and well, then run the command again: it goes on"
            }
            Class::DiskFull => "make room where the database lies, then run the command again: it goes on",
            Class::ReadOnly => {
                "the database takes no writes: check its permissions, or whether it is a replica"
            }
            Class::Permission => {
                "grant the user what the statement needs: `strat plan --sql` shows all of them"
            }
            Class::Constraint { .. } | Class::Data => {
                "mend the rows that are in the way, then run the command again"
            }
            Class::Syntax | Class::Unsupported | Class::Other => return None,
        })
    }

    pub(crate) fn decode(column: &str, problem: &str) -> Self {
        Self::new(Class::Data, format!("column `{}`: {problem}", printable(column)))
    }
}

/// A connection that could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{target}: {message}")]
pub struct ConnectError {
    class: ConnectClass,
    target: String,
    message: String,
}

/// The kinds of failures to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectClass {
    /// Nobody answers, or the answer breaks off.
    Unreachable,
    /// The server refuses the user or the password.
    WrongPassword,
    /// The database or the SQLite file does not exist.
    Missing,
    /// The file doesn't take writes.
    ReadOnly,
    /// The file is something else than a SQLite database.
    NotADatabase,
    /// The file was a database, and parts of it are missing or overwritten.
    Damaged,
    /// The file has no bytes, which is more often an accident than a database.
    Empty,
    /// Another process holds it.
    Locked,
    /// The user may not use the database.
    Permission,
    /// The environment brings settings that the URL doesn't name.
    Environment,
    /// A pooler in between lends sessions out by the transaction.
    Pooled,
    /// Anything else the server said.
    Other,
}

impl ConnectError {
    pub(crate) fn new(class: ConnectClass, target: &impl fmt::Display, message: impl Into<String>) -> Self {
        Self { class, target: target.to_string(), message: message.into() }
    }

    /// What a server answered; the class of its failure counts where its code isn't known.
    pub(crate) fn of_server(
        target: &impl fmt::Display,
        error: &DriverError,
        known: Option<ConnectClass>,
    ) -> Self {
        let class = known.unwrap_or(match error.class {
            Class::Unreachable => ConnectClass::Unreachable,
            Class::Permission => ConnectClass::Permission,
            Class::Busy
            | Class::Deadlock
            | Class::Constraint { .. }
            | Class::Data
            | Class::DiskFull
            | Class::ReadOnly
            | Class::Syntax
            | Class::Unsupported
            | Class::Other => ConnectClass::Other,
        });
        Self::new(class, target, error.to_string())
    }

    /// What kind of failure it is.
    pub fn class(&self) -> ConnectClass {
        self.class
    }

    /// The exit code: 6 where the target isn't to be had, 1 where the request is at fault.
    pub fn exit_code(&self) -> u8 {
        match self.class {
            ConnectClass::NotADatabase
            | ConnectClass::Damaged
            | ConnectClass::Empty
            | ConnectClass::Environment
            | ConnectClass::Pooled
            | ConnectClass::Other => 1,
            ConnectClass::Unreachable
            | ConnectClass::WrongPassword
            | ConnectClass::Missing
            | ConnectClass::ReadOnly
            | ConnectClass::Locked
            | ConnectClass::Permission => 6,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self.class {
            ConnectClass::Unreachable => {
                "check host and port, that the server runs and takes connections, and `sslmode`"
            }
            ConnectClass::WrongPassword => {
                "check user and password in the URL; special characters are percent-encoded there (`@` is %40)"
            }
            ConnectClass::Missing => "create the database first, or check its name in the URL",
            ConnectClass::ReadOnly => "check the permissions of the file and of its folder",
            ConnectClass::NotADatabase => "check the path: this file is no SQLite database",
            ConnectClass::Damaged => "restore the file from a backup: nothing was written to it",
            ConnectClass::Empty => "remove the empty file: `strat up` makes a database in its place",
            ConnectClass::Locked => "another process holds the database: wait for it, or end it",
            ConnectClass::Permission => "grant the user access to the database",
            ConnectClass::Environment => "unset PGOPTIONS: a target's settings come from its URL only",
            ConnectClass::Pooled => {
                "give a URL that leads to the server itself, or to a pool that lends by the session (`pool_mode = session`)"
            }
            ConnectClass::Other => "the server's message says why",
        }
    }
}

/// Makes foreign text printable: controls and the characters that turn the direction of text are escaped.
pub fn printable(text: &str) -> String {
    ledger::printable(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_steer_a_terminal() {
        assert_eq!(
            printable("a\u{1b}[2J\nb\u{202e}c\u{9b}d\u{7f}é"),
            "a\\u{1b}[2J\\nb\\u{202e}c\\u{9b}d\\u{7f}é"
        );
    }

    #[test]
    fn codes_follow_the_decision() {
        let of = |class| ConnectError::new(class, &"x", "y").exit_code();
        assert_eq!((of(ConnectClass::Empty), of(ConnectClass::NotADatabase)), (1, 1));
        assert_eq!(
            (of(ConnectClass::ReadOnly), of(ConnectClass::WrongPassword), of(ConnectClass::Locked)),
            (6, 6, 6)
        );
    }
}
