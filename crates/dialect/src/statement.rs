//! Statements: what is sent, where in the transaction it stands, and how to tell after a crash whether it took effect.

/// What to do with a statement's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Do {
    /// Run it.
    Run,
    /// Run it as a query of two text columns (name, statement) and remember the rows under the key.
    Capture(String),
    /// Run the remembered statements of the key whose names the query (one text column: the names that are there) doesn't list.
    Replay(String),
    /// Run it as a query of one value, which must be true (a number other than 0); else stop with this message.
    Assert(String),
}

/// Whether a statement can share a transaction with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It commits with its neighbours and with their journal records.
    Inside,
    /// It commits by itself (or must not be in a transaction), so that intent is recorded first.
    Alone,
}

/// One statement of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The SQL text, without a final semicolon.
    pub sql: String,
    /// What to do with it.
    pub act: Do,
    /// Where it stands.
    pub place: Place,
    /// A query of one value that is true once the statement has taken effect; for statements that stand alone.
    pub probe: Option<String>,
    /// A statement that clears what a crash in the middle of it may have left, run before it is repeated.
    pub clear: Option<String>,
    /// The lock it takes, in words: what it keeps others from doing, and for how long.
    pub lock: &'static str,
}

impl Statement {
    /// A statement that shares the transaction.
    pub fn inside(sql: impl Into<String>, lock: &'static str) -> Statement {
        Statement { sql: sql.into(), act: Do::Run, place: Place::Inside, probe: None, clear: None, lock }
    }

    /// A statement that commits by itself, with the query that tells whether it took effect.
    pub fn alone(sql: impl Into<String>, probe: impl Into<String>, lock: &'static str) -> Statement {
        Statement {
            sql: sql.into(),
            act: Do::Run,
            place: Place::Alone,
            probe: Some(probe.into()),
            clear: None,
            lock,
        }
    }
}

/// A step rendered for one dialect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// What this database can't do and was left out, in words.
    pub notices: Vec<String>,
    /// Whether the connection must have its foreign keys switched off outside the transaction, because a table is rebuilt.
    pub rebuilds: bool,
}

/// Why a step can't be rendered for a database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The database has nothing that could stand for it.
    #[error("{dialect} can't {what}: {why}")]
    Refused {
        /// The dialect.
        dialect: &'static str,
        /// What was asked.
        what: String,
        /// Why not, and what to do instead.
        why: String,
    },
    /// The step refers to an object that isn't in the schema: a defect of the plan.
    #[error("{0} is not in the schema")]
    Missing(String),
}
