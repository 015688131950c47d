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
    /// Run it: it brings rows back from the vault. Then ask this query how many were kept, are back, have nowhere to go to any more,
    /// and how many rows there are that nothing was kept of.
    PutBack(String),
}

/// Whether a statement can share a transaction with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It commits with its neighbours and with their journal records.
    Inside,
    /// It commits in a transaction of its own, with its journal record: while it goes through rows, no lock of its neighbours is held.
    Apart,
    /// It commits by itself (or must not be in a transaction), so that intent is recorded first.
    Alone,
}

/// Whom a lock keeps waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blocks {
    /// Nobody who reads or writes rows.
    Nobody,
    /// Whoever writes.
    Writers,
    /// Whoever reads or writes.
    Everybody,
}

/// What a statement does while it holds its lock; how long that takes hangs on the table's size, but for the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// It changes the dictionary.
    Moment,
    /// It changes some of the rows.
    Changes,
    /// It reads every row.
    Reads,
    /// It builds an index over every row.
    Builds,
    /// It writes every row anew.
    Rewrites,
}

/// The lock of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    /// In words: what it keeps others from doing, and for how long.
    pub words: &'static str,
    /// Whom it keeps waiting.
    pub blocks: Blocks,
    /// For how long.
    pub span: Span,
}

impl Lock {
    /// A lock.
    pub const fn new(words: &'static str, blocks: Blocks, span: Span) -> Lock {
        Lock { words, blocks, span }
    }

    /// Whether others wait for it as long as the table is large.
    pub fn holds_up(&self) -> bool {
        self.blocks > Blocks::Nobody && self.span > Span::Moment
    }
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
    /// The lock it takes.
    pub lock: Lock,
    /// How the server is told to carry it out, where it lets itself be told.
    pub ways: Option<Ways>,
}

/// One way in which a server can carry a statement out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// What the server calls it.
    pub name: &'static str,
    /// What is written behind the statement to ask for it.
    pub ending: &'static str,
}

/// Ways in which a server can carry a statement out, the gentlest first. It refuses those it can't before it touches anything, so that
/// they are tried in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// The ways.
    pub all: &'static [Way],
    /// The one that the server should be able to take at the latest.
    pub expected: usize,
}

impl Ways {
    /// The one that the server should be able to take at the latest.
    pub fn expected(&self) -> Option<&'static Way> {
        self.all.get(self.expected)
    }
}

impl Statement {
    /// A statement that shares the transaction.
    pub fn inside(sql: impl Into<String>, lock: Lock) -> Statement {
        Statement {
            sql: sql.into(),
            act: Do::Run,
            place: Place::Inside,
            probe: None,
            clear: None,
            lock,
            ways: None,
        }
    }

    /// The statement as somebody would send it who has one try.
    pub fn outright(&self) -> String {
        let ending = self.ways.and_then(|ways| ways.expected()).map_or("", |way| way.ending);
        format!("{}{ending}", self.sql)
    }

    /// A statement in a transaction of its own.
    pub fn apart(sql: impl Into<String>, lock: Lock) -> Statement {
        Statement { place: Place::Apart, ..Statement::inside(sql, lock) }
    }

    /// A statement that commits by itself, with the query that tells whether it took effect.
    pub fn alone(sql: impl Into<String>, probe: impl Into<String>, lock: Lock) -> Statement {
        Statement { place: Place::Alone, probe: Some(probe.into()), ..Statement::inside(sql, lock) }
    }
}

/// A step rendered for one dialect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// What this database can't do and was left out, in words.
    pub notices: Vec<String>,
    /// The form that was chosen where there are several, and why, in words.
    pub forms: Vec<String>,
    /// Takes back what the first statements of the step committed when a later one fails for good, in one transaction: each does no
    /// harm where there is nothing to take back.
    pub retreat: Vec<String>,
    /// Whether the connection must have its foreign keys switched off outside the transaction, because a table is rebuilt.
    pub rebuilds: bool,
}

impl Rendered {
    /// With nothing but the statements that commit by themselves.
    pub(crate) fn alone(&self) -> Rendered {
        let alone = |statement: &&Statement| statement.place == Place::Alone;
        let statements = self.statements.iter().filter(alone).cloned().collect();
        Rendered { statements, ..Rendered::default() }
    }
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
