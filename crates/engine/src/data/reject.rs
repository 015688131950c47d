//! Rows that are refused: by the guest, by a limit, by what is declared, or by the database. Each has a class, whose name is stable.

use std::fmt;

use model::{Digest, Value};
use sandbox::{GuestError, NOT_NULL, UNDECLARED};

use crate::{
    driver::{self, ConstraintKind, DriverError},
    journal::AsideRow,
};

/// Why a row was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The guest said no.
    Rejected,
    /// The guest trapped.
    Trap,
    /// It used up its fuel.
    OutOfFuel,
    /// It wanted more memory than it may have.
    OutOfMemory,
    /// Its calls went too deep.
    Stack,
    /// The row is too large for a guest.
    TooLarge,
    /// A value that its column doesn't take.
    WrongType,
    /// NULL where the column takes none.
    NotNull,
    /// Something that the step doesn't declare.
    OutsideGrant,
    /// The database refused it.
    Constraint,
    /// It was changed while the step worked on it.
    Changed,
}

impl Class {
    /// Every class, for those who read a name.
    pub const ALL: [Class; 11] = [
        Class::Rejected,
        Class::Trap,
        Class::OutOfFuel,
        Class::OutOfMemory,
        Class::Stack,
        Class::TooLarge,
        Class::WrongType,
        Class::NotNull,
        Class::OutsideGrant,
        Class::Constraint,
        Class::Changed,
    ];

    /// Its name, which is stable for ever.
    pub fn name(self) -> &'static str {
        match self {
            Class::Rejected => "rejected",
            Class::Trap => "trap",
            Class::OutOfFuel => "out of fuel",
            Class::OutOfMemory => "out of memory",
            Class::Stack => "stack",
            Class::TooLarge => "too large",
            Class::WrongType => "wrong type",
            Class::NotNull => "not null",
            Class::OutsideGrant => "outside grant",
            Class::Constraint => "constraint",
            Class::Changed => "changed",
        }
    }

    /// Whether such a row may be set aside. What a limit of a whole batch refuses would depend on which rows went together, and a
    /// trap is a bug.
    pub fn can_be_set_aside(self) -> bool {
        match self {
            Class::Rejected | Class::WrongType | Class::NotNull | Class::Constraint => true,
            Class::Trap
            | Class::OutOfFuel
            | Class::OutOfMemory
            | Class::Stack
            | Class::TooLarge
            | Class::OutsideGrant
            | Class::Changed => false,
        }
    }

    /// The class of a guest's failure.
    pub fn of_guest(error: &GuestError) -> Class {
        match error {
            GuestError::Fuel { .. } => Class::OutOfFuel,
            GuestError::Memory { .. } => Class::OutOfMemory,
            GuestError::Stack { .. } => Class::Stack,
            GuestError::BatchTooLarge { .. } => Class::TooLarge,
            GuestError::Output { reason, .. } if reason == NOT_NULL => Class::NotNull,
            GuestError::Output { reason, .. } if reason == UNDECLARED => Class::OutsideGrant,
            // Of a buffer in which no row can be told nothing can be set aside.
            GuestError::Output { row: None, .. } => Class::Trap,
            GuestError::Output { row: Some(_), .. } => Class::WrongType,
            GuestError::Module(_)
            | GuestError::Compile(_)
            | GuestError::Failed { .. }
            | GuestError::CoreOnly { .. }
            | GuestError::Runner { .. }
            | GuestError::Trap { .. }
            | GuestError::Call { .. }
            | GuestError::Host(_) => Class::Trap,
        }
    }

    /// The class of the database's refusal.
    pub fn of_database(error: &DriverError) -> Class {
        match error.class {
            driver::Class::Constraint { kind: ConstraintKind::NotNull, .. } => Class::NotNull,
            driver::Class::Data => Class::WrongType,
            _ => Class::Constraint,
        }
    }
}

/// What the database refused, in words without the values that its own may hold.
pub fn refusal_without_values(error: &DriverError) -> String {
    let driver::Class::Constraint { kind, name } = &error.class else {
        return "the database doesn't take a value for its type".to_owned();
    };
    let kind = match kind {
        ConstraintKind::Unique => "a unique constraint",
        ConstraintKind::ForeignKey => "a foreign key",
        ConstraintKind::NotNull => "NOT NULL",
        ConstraintKind::Check => "a check",
        ConstraintKind::Other => "a constraint",
    };
    let name = name.as_ref().map(|name| format!(": {}", driver::printable(name))).unwrap_or_default();
    format!("the database refuses it by {kind}{name}")
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A row that was left as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Aside {
    /// Its key, as people read it.
    pub key: String,
    /// The values of its key.
    pub values: Vec<Value>,
    /// Why.
    pub class: Class,
    /// In words; whoever refused it said so.
    pub message: String,
    /// The hash of what went in, by which it can be told later whether the row has changed.
    pub input: Digest,
}

impl From<&Aside> for AsideRow {
    fn from(row: &Aside) -> AsideRow {
        AsideRow { key: row.key.clone(), class: row.class.name().to_owned(), input: row.input }
    }
}

/// A row at which a step stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The script.
    pub script: String,
    /// The table and the columns written, such as `docs.slug`.
    pub of: String,
    /// The row's key; nothing where no single row is to blame.
    pub key: Option<String>,
    /// Why.
    pub class: Class,
    /// In words.
    pub message: String,
    /// What it was given: names, types and sizes, never values.
    pub given: String,
    /// How many rows were done before, and are kept.
    pub done: u64,
    /// How many rows may be set aside, where that was too few.
    pub at_most: Option<u64>,
}

impl Stopped {
    /// What to do about it.
    pub fn hint(&self) -> String {
        let replay = match &self.key {
            Some(key) => {
                let rows: Vec<_> =
                    key.split(", ").map(|part| format!("--row '{}'", part.replacen(" = ", "=", 1))).collect();
                format!(
                    "`strat script replay {} {}` runs it on this row alone; ",
                    self.script,
                    rows.join(" ")
                )
            }
            None => format!("`strat script test {}` runs its cases; ", self.script),
        };
        let named = self.key.as_ref().filter(|_| self.class.can_be_set_aside());
        let aside = named.map_or_else(String::new, |key| {
            format!(
                "; `strat up --set-aside '{}' --reason TEXT` leaves this row as it is, on record",
                key.replace('\'', "'\\''")
            )
        });
        let many = match (named, self.at_most) {
            (Some(_), None) => {
                ", and `on_reject: SetAside(at_most: 10)` in the step such rows on every target"
            }
            (Some(_), Some(_)) => {
                "; look at the others with `strat backfill rejects`: so many may mean that the script is wrong"
            }
            (None, _) => "",
        };
        format!("{replay}mend the row or the script, then `strat up` goes on{aside}{many}")
    }
}

impl std::error::Error for Stopped {}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stopped { script, of, class, message, .. } = self;
        write!(f, "backfill of {of} by {script} stopped")?;
        if let Some(key) = &self.key {
            write!(f, " at row {key}")?;
        }
        write!(f, "; {} rows are done and kept\n  {class}: {message}", self.done)?;
        if !self.given.is_empty() {
            write!(f, "\n  given {}", self.given)?;
        }
        match self.at_most {
            Some(most) => write!(f, "\n  at most {most} rows may be set aside, and this one is more"),
            None => Ok(()),
        }
    }
}
