//! The hooks that each database fills in; everything else is written once, on top of them.

use std::collections::{BTreeMap, BTreeSet};

use model::{Literal, Lowered, ObjectId, Schema, StepRef, Type, Value, schema::Table};

use crate::{
    hazard::Known,
    lexer::Reading,
    projected::Projected,
    statement::{RenderError, Rendered, Statement},
    vault::{BringIn, CopyOut, Held, Retyped},
    versions::Versions,
};

/// What was read from the server before planning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Major, minor, patch.
    pub version: (u32, u32, u32),
    /// The product as the server names itself, lower case, where one protocol has several; empty when unread.
    pub flavour: String,
    /// What the target's vault holds of steps of DDL; nothing where there is no target, so that nobody keeps anything.
    pub vault: Option<BTreeMap<StepRef, Held>>,
}

/// A catalogue query and the answer's name; answers go back in the same order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogQuery {
    /// What it asks for, such as `columns`.
    pub name: &'static str,
    /// The SQL, without parameters, every column named.
    pub sql: String,
}

/// A catalogue that can't be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue's answer on {query} can't be read: {why}")]
pub struct CatalogError {
    /// Which query.
    pub query: &'static str,
    /// What is wrong with the answer.
    pub why: String,
}

/// The schemas around a step.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The schema that the step finds.
    pub before: &'a Schema,
    /// The schema that it leaves.
    pub after: &'a Schema,
    /// The tables that nobody else works with.
    pub quiet: Quiet<'a>,
}

/// The tables that nobody else works with while a step changes them: what is done to them needn't let others go on. It follows from
/// the plan alone, so that a run that goes on where another was cut off finds the same statements.
#[derive(Clone, Copy, Debug)]
pub enum Quiet<'a> {
    /// Those that the same entry makes, or earlier ones of the same plan.
    Made(&'a BTreeSet<ObjectId>),
    /// All, since everything has to fit into one transaction.
    All,
}

static NO_TABLES: BTreeSet<ObjectId> = BTreeSet::new();

impl Quiet<'_> {
    /// No table.
    pub const NONE: Quiet<'static> = Quiet::Made(&NO_TABLES);

    /// Whether the table is one of them.
    pub fn has(&self, table: ObjectId) -> bool {
        match self {
            Quiet::Made(tables) => tables.contains(&table),
            Quiet::All => true,
        }
    }
}

/// How one portable type travels between rows and this database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wire {
    /// How a column is read: `{}` stands for the quoted column.
    pub read: &'static str,
    /// How a bound parameter is written: `{}` stands for the placeholder, `{type}` for the column's SQL type.
    pub write: &'static str,
}

/// One database.
pub trait Dialect: Sync {
    /// Its name, as in `Sql(on: {…})` and JSON output.
    fn name(&self) -> &'static str;

    /// An identifier in this database's quotes.
    fn quote_ident(&self, name: &str) -> String;

    /// Text as a literal, whatever it holds.
    fn text_literal(&self, text: &str) -> String;

    /// A constant as a literal of the column's type.
    fn literal(&self, value: &Literal, ty: &Type<ObjectId>) -> String;

    /// The type as DDL spells it; the enum's values are looked up in the schema.
    fn type_sql(&self, ty: &Type<ObjectId>, schema: &Schema) -> Result<String, RenderError>;

    /// The statements that carry a DDL step or `Sql` out. Data steps are not rendered here.
    fn render(&self, step: &Lowered, around: Around<'_>, facts: &Facts) -> Result<Rendered, RenderError>;

    /// The part of a schema that this database can tell, in its own spelling.
    fn project(&self, schema: &Schema, facts: &Facts) -> Projected;

    /// The queries that read the catalogue. Tables named `strat_…` are ours and left out.
    fn catalog_queries(&self, facts: &Facts) -> Vec<CatalogQuery>;

    /// Reads the answers of [`Dialect::catalog_queries`].
    fn read_catalog(&self, answers: &[Vec<Vec<Value>>], facts: &Facts) -> Result<Projected, CatalogError>;

    /// The `n`-th placeholder of a statement, from 1. A statement's placeholders stand in the order of its parameters, so that they
    /// need no number; SQLite takes a time for numbered ones that grows with the square of how many there are.
    fn placeholder(&self, _n: usize) -> String {
        "?".to_owned()
    }

    /// What follows a key column so that it is compared and ordered by bytes, such as ` COLLATE "C"`.
    fn byte_order(&self, _ty: &Type<ObjectId>) -> &'static str {
        ""
    }

    /// The `n`-th placeholder, cast to a key column's type where the database must be told.
    fn key_parameter(&self, _ty: &Type<ObjectId>, n: usize) -> String {
        self.placeholder(n)
    }

    /// What follows a batch's select so that nobody changes its rows before they are written.
    fn row_lock(&self) -> &'static str {
        ""
    }

    /// What is selected of a row, as a number, that is another as soon as anybody has changed it, where there is something of the kind.
    fn row_version(&self) -> Option<&'static str> {
        None
    }

    /// The query that has a row for each of a batch of keys alone which is as it was read, where rows have versions.
    fn same_batch(&self, _shape: &BatchShape<'_>) -> Option<Bound> {
        None
    }

    /// A query of one number that differs once another session has changed anything, where there is one that costs nothing.
    fn changes_of_others(&self) -> Option<&'static str> {
        None
    }

    /// The query that gives a row where a trigger may change other rows of the table when one of them is updated, as far as what
    /// triggers say tells; nothing where triggers can't.
    fn reacts(&self, _table: &str) -> Option<String> {
        None
    }

    /// The column types of our own tables: binary, 64-bit number, text, short text that can be a key.
    fn own_types(&self) -> OwnTypes;

    /// The sum of a column of whole numbers as one, 0 where there is none.
    fn whole_sum(&self, column: &str) -> String {
        format!("coalesce(sum({column}), 0)")
    }

    /// A query of one number: whether our own table of that name is there.
    fn own_table_query(&self, table: &str) -> String;

    /// A query of one number, milliseconds since 1970 by the server's clock, and one text, the account in the database.
    fn session_query(&self) -> &'static str;

    /// A query whose row ends with a text that tells this database on this server apart from a copy of it on another, or beside it;
    /// nothing where the database is a file, which tells that itself.
    fn place_query(&self) -> Option<&'static str> {
        None
    }

    /// Queries of two columns, table and estimated number of rows, for these tables: whatever the tables hold, they are
    /// answered at once. They are for people; no form of a statement may hang on them.
    fn size_queries(&self, tables: &[&str]) -> Vec<String>;

    /// How the type is read and written in batches.
    fn wire(&self, ty: &Type<ObjectId>) -> Wire;

    /// A statement that updates `write` of the rows named by `key` for `rows` rows at once.
    fn update_batch(&self, shape: &BatchShape<'_>, rows: usize) -> Bound;

    /// A statement that inserts `rows` rows at once.
    fn insert_batch(&self, shape: &BatchShape<'_>, rows: usize) -> Bound;

    /// How many rows of so many columns one call with [`Dialect::update_batch`] or [`Dialect::insert_batch`] takes at the most.
    fn batch_rows(&self, columns: usize) -> usize;

    /// The condition that a key isn't behind the last one, written so that rows are still walked along the key's index.
    fn last_key(&self, condition: String) -> String {
        condition
    }

    /// Statements that begin and end a transaction, and those that make a rebuild safe around it.
    fn envelope(&self) -> Envelope;

    /// A query of who lags behind, and by how many milliseconds; NULL where the account isn't shown it.
    ///
    /// # Errors
    /// Where the database can't tell.
    fn lag_query(&self) -> Result<&'static str, String> {
        Err(format!("{} doesn't tell how far its replicas are behind", self.name()))
    }

    /// A query whose first row ends with how many statements are at work, itself among them; NULL where the account isn't shown it.
    ///
    /// # Errors
    /// Where the database can't tell.
    fn load_query(&self) -> Result<&'static str, String> {
        Err(format!("{} doesn't tell how many statements are at work", self.name()))
    }

    /// What hand-written statements of this database are known to do, beside those that every database has.
    fn known_words(&self) -> &'static [Known];

    /// How its statements are read.
    fn reading(&self) -> Reading {
        Reading::default()
    }

    /// Whether keys of the shorter whole numbers end where those do.
    fn keys_run_out(&self) -> bool {
        true
    }

    /// Whether it makes an index for every foreign key by itself.
    fn indexes_references(&self) -> bool {
        false
    }

    /// A query of one text a row: which other sessions hold locks that a statement may have waited for, and since when.
    fn lock_holders(&self) -> Option<&'static str> {
        None
    }

    /// Statements that let the session wait longer for locks, and as long as usual again: for what stands apart or alone, where
    /// waiting holds nobody up.
    fn outwait(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// A statement that has the server end this session when it stands still in a transaction for two minutes, where it can: whoever
    /// stands still then holds nobody up.
    fn end_standstill(&self) -> Option<&'static str> {
        None
    }

    /// The statements that copy columns of a table into a new one of the vault, with a key on it where there is one.
    fn copy_out(&self, copy: &CopyOut<'_>) -> Vec<Statement>;

    /// The statements that rename a table into the vault and take from it what would be in others' way there, where that is safe.
    fn move_out(&self, _table: &Table, _into: &str, _schema: &Schema) -> Option<Vec<Statement>> {
        None
    }

    /// The statements of a change of type, with those that put into the vault what it was made of and what was made.
    fn keep_values(&self, retyped: Retyped<'_>, change: Vec<Statement>) -> Vec<Statement> {
        [self.copy_out(&retyped.kept), change, self.copy_out(&retyped.made)].concat()
    }

    /// Statements that give a column its name back, where it has the other one; they do no harm where it hasn't. For databases where
    /// each statement of DDL commits by itself.
    fn name_back(&self, _table: &str, _from: &str, _to: &str) -> Vec<String> {
        Vec::new()
    }

    /// A value as the vault holds it, where a type of the schema must not be tied down by it.
    fn kept_as(&self, value: String, _ty: &Type<ObjectId>) -> String {
        value
    }

    /// A value of the vault as one of the column's type.
    fn given_back(
        &self,
        value: String,
        _ty: &Type<ObjectId>,
        _schema: &Schema,
    ) -> Result<String, RenderError> {
        Ok(value)
    }

    /// Whether two values are the same, NULL being the same as NULL.
    fn same_value(&self, one: &str, other: &str) -> String;

    /// The statements that bring rows back into a table that was just made: `columns` are quoted, `select` gives their values.
    fn bring_in(&self, table: &Table, columns: &str, select: &str) -> BringIn {
        let sql = format!("INSERT INTO {} ({columns}) {select}", self.quote_ident(&table.name));
        BringIn { before: Vec::new(), sql, behind: Vec::new() }
    }

    /// A statement on rows that goes with others.
    fn on_rows(&self, sql: String) -> Statement;

    /// The statement that drops a table of the vault.
    fn let_go(&self, name: &str) -> Statement;

    /// A query of one number: about how many bytes a table of the vault takes that has these columns.
    fn size_held(&self, name: &str, columns: &[String]) -> String;

    /// Queries for taking and giving back the lock that keeps a second run away, when the database has one for sessions.
    fn session_lock(&self, key: i64) -> Option<SessionLock>;
}

/// Column types for our own tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnTypes {
    /// Bytes of any length.
    pub bytes: &'static str,
    /// A 64-bit number.
    pub number: &'static str,
    /// Text of any length.
    pub text: &'static str,
    /// ASCII text of at most 128 bytes that can be part of a key.
    pub word: &'static str,
    /// What follows the closing bracket of `CREATE TABLE`, such as an engine and a character set.
    pub table_tail: &'static str,
}

/// The columns of a batch statement.
#[derive(Clone, Debug)]
pub struct BatchShape<'a> {
    /// The table.
    pub table: &'a Table,
    /// The schema around it, for enum types.
    pub schema: &'a Schema,
    /// Key columns, in key order.
    pub key: &'a [ObjectId],
    /// Other columns.
    pub columns: &'a [ObjectId],
    /// By what rows are passed over that aren't as they were read.
    pub versions: Versions,
}

/// How the values of a batch are bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Row by row: key columns, then the others.
    Rows,
    /// One text array a column: key columns, then the others.
    Columns,
    /// The statement is of one row and is run for each: key columns, then the others.
    Each,
}

/// A batch statement and how its values are bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The SQL text; constant for one shape and number of rows.
    pub sql: String,
    /// How values are bound.
    pub binding: Binding,
}

/// What stands around an entry's statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Whether DDL can be rolled back.
    pub transactional_ddl: bool,
    /// Before a transaction with rebuilds: statements, outside it.
    pub rebuild_before: &'static [&'static str],
    /// Queries of one value outside the transaction, with the number each must give before going on.
    pub rebuild_expect: &'static [(&'static str, i64)],
    /// A query whose rows must be no more at the end of the transaction than at its start.
    pub rebuild_check: Option<&'static str>,
    /// After the transaction, whether it was committed or not.
    pub rebuild_after: &'static [&'static str],
}

/// A lock held by the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLock {
    /// A query of one value: true when the lock was got.
    pub take: String,
    /// A query of one value: true when it was given back.
    pub release: String,
    /// A query of one text: who holds it, in words; no row when unknown.
    pub holder: String,
    /// A query of one value that any account may ask: true while somebody holds it.
    pub held: String,
}
