//! What can be wrong with a step: found when its names are lowered, or when it is to evolve a schema.

use std::fmt;

use thiserror::Error;

use crate::{
    fault::{Class, Fault},
    id::ObjectId,
};

/// A part of the way from a step to the place where something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A field of a struct.
    Field(&'static str),
    /// An element of a list, from 0.
    Index(usize),
    /// A key of a map.
    Key(String),
}

/// A step that can't be sealed or lowered: where in it, why, and what was probably meant.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{problem}{}", Hint(suggestion))]
pub struct LowerError {
    /// The place inside the step, outermost first.
    pub at: Vec<Segment>,
    /// What is wrong.
    pub problem: Problem,
    /// A name that exists and looks like the one that doesn't.
    pub suggestion: Option<String>,
}

struct Hint<'a>(&'a Option<String>);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

impl LowerError {
    /// The same error seen from one level further out.
    pub fn within(mut self, segment: Segment) -> LowerError {
        self.at.insert(0, segment);
        self
    }
}

impl From<Problem> for LowerError {
    fn from(problem: Problem) -> LowerError {
        LowerError { at: Vec::new(), problem, suggestion: None }
    }
}

/// Says where in a step an error came up.
pub(crate) trait At<T> {
    fn at(self, segment: Segment) -> Result<T, LowerError>;
    fn field(self, name: &'static str) -> Result<T, LowerError>
    where
        Self: Sized,
    {
        self.at(Segment::Field(name))
    }
}

impl<T, E: Into<LowerError>> At<T> for Result<T, E> {
    fn at(self, segment: Segment) -> Result<T, LowerError> {
        self.map_err(|e| e.into().within(segment))
    }
}

/// A lowered step that doesn't fit the schema it meets. The schema it was to evolve is spoilt and must be thrown away.
#[derive(Clone, Debug, PartialEq, Error)]
#[error(transparent)]
pub struct EvolveError {
    /// What is wrong.
    pub problem: Problem,
}

impl From<Problem> for EvolveError {
    fn from(problem: Problem) -> EvolveError {
        EvolveError { problem }
    }
}

/// A lowered step without a way back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Irreversible {
    /// Hand-written SQL without the statements of the way back.
    #[error("its SQL for {dialect} has no `down`; add one to be able to go back")]
    NoDown {
        /// The dialect.
        dialect: String,
    },
    /// The schema it is to be inverted against isn't the one before it.
    #[error("the schema before it has no {0}")]
    Missing(&'static str),
}

/// What is wrong with a piece of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SqlProblem {
    /// No text at all.
    #[error("an expression can't be empty")]
    Empty,
    /// A NUL character.
    #[error("a NUL character can't stand in SQL")]
    Nul,
    /// `;` outside quotes.
    #[error("`;` outside quotes: give one expression only")]
    Semicolon,
    /// `--`, `/*` or `#`.
    #[error("comments (`--`, `/*`, `#`) can't stand in an expression: remove it")]
    Comment,
    /// A quote that isn't closed.
    #[error("this quote isn't closed")]
    OpenQuote,
    /// A backslash that ends a string in one database and not in another, or a quote of one database only.
    #[error(
        "databases disagree where this quote ends: avoid a backslash before a quote, `]` in quotes in brackets, and `$` quotes"
    )]
    Ambiguous,
    /// A bracket without its partner.
    #[error("this bracket has no partner")]
    Unbalanced,
    /// A mark that can't be read.
    #[error("this is no mark such as {{c:table.column}}")]
    Mark,
}

/// Why a name can't be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NameProblem {
    /// It is empty.
    #[error("is empty; give at least one character")]
    Empty,
    /// It is longer than the strictest database keeps.
    #[error("has {0} bytes; shorten it to at most 63")]
    Long(usize),
    /// It holds a control or bidirectional character.
    #[error("holds the invisible character U+{0:04X}; remove it")]
    Invisible(u32),
}

/// What is wrong with a step.
#[derive(Clone, Debug, PartialEq, Error)]
#[allow(missing_docs, reason = "each message says what it is")]
pub enum Problem {
    #[error("there is no table `{0}`")]
    UnknownTable(String),
    #[error("there is no table or view `{0}`")]
    UnknownRelation(String),
    #[error("table `{table}` has no column `{column}`")]
    UnknownColumn { table: String, column: String },
    #[error("table `{table}` has no constraint `{name}`")]
    UnknownConstraint { table: String, name: String },
    #[error("there is no index `{0}`")]
    UnknownIndex(String),
    #[error("there is no enum `{0}`")]
    UnknownEnum(String),
    #[error("enum `{of}` has no value `{value}`")]
    UnknownValue { of: String, value: String },
    #[error("there is no view `{0}`")]
    UnknownView(String),
    #[error("there is no extension `{0}`")]
    UnknownExtension(String),
    #[error("the {0} it speaks of isn't there")]
    Missing(&'static str),
    #[error("{a} and {b} are things of two sorts: only two of one sort can be one")]
    TwoSorts { a: String, b: String },
    #[error("the {0} it creates is there already")]
    Twice(&'static str),
    #[error("the name `{name}` is taken by {by}; letter case doesn't count, choose another name")]
    NameTaken { name: String, by: String },
    #[error("the name {name:?} {why}")]
    BadName { name: String, why: NameProblem },
    #[error("a table needs at least one column")]
    NoColumns,
    #[error("`{column}` is the only column of `{table}`; drop the table instead")]
    LastColumn { table: String, column: String },
    #[error("an enum needs at least one value")]
    NoValues,
    #[error("{value} doesn't fit {ty}: {why}")]
    Misfit { value: String, ty: String, why: &'static str },
    #[error("{0}")]
    BadType(&'static str),
    #[error("`Now` is for Date, Time, Timestamp and TimestampTz; `{column}` is {ty}")]
    NowOn { column: String, ty: String },
    #[error("the default `Uuid` is for Uuid and Text; `{column}` is {ty}")]
    UuidOn { column: String, ty: String },
    #[error("identity is for SmallInt, Integer and BigInt; `{column}` is {ty}")]
    IdentityOn { column: String, ty: String },
    #[error("`{column}` can't have both identity and {other}; remove one")]
    IdentityAnd { column: String, other: &'static str },
    #[error("`{column}` is generated and can't have {other}; remove one")]
    GeneratedAnd { column: String, other: &'static str },
    #[error("`{0}` is generated; a generated column can't be given a value or another type")]
    Generated(String),
    #[error("a table has at most one identity column, and `{0}` is one already")]
    SecondIdentity(String),
    #[error("table `{table}` has the primary key `{existing}` already; drop it first")]
    SecondPrimaryKey { table: String, existing: String },
    #[error("at least one column must be named")]
    NoneNamed,
    #[error("`{0}` is named twice")]
    Repeated(String),
    #[error("`{0}` is in the primary key, so it can't be NULL")]
    KeyNullable(String),
    #[error("the foreign key has {columns} columns and refers to {to}; give as many on both sides")]
    ForeignKeyCount { columns: usize, to: usize },
    #[error(
        "no primary key, unique constraint or whole unique index of `{table}` is over exactly ({columns}); add one first"
    )]
    NotUnique { table: String, columns: String },
    #[error("a foreign key needs equal types: {from} against {to}")]
    ForeignKeyTypes { from: String, to: String },
    #[error("the action SetDefault needs a default on `{0}`; add one or choose another action")]
    NoDefaultToSet(String),
    #[error("the action SetNull needs `{0}` to allow NULL; allow it or choose another action")]
    NullNotAllowed(String),
    #[error("{what} is used by {}; drop or change that first", .users.join(", "))]
    InUse { what: String, users: Vec<String> },
    #[error(
        "rows that are there would have no value in `{0}`; give `initial` or a default, or let it be NULL"
    )]
    NoValueForRows(String),
    #[error("at byte {offset}: {what}")]
    Sql { offset: usize, what: SqlProblem },
    #[error("a default can't refer to columns")]
    DefaultReads,
    #[error("`{0}` is in more than one of the tables; write table.column")]
    AmbiguousColumn(String),
    #[error("`*` hides which columns are meant; name each column")]
    Star,
    #[error("the view names {named} columns, but its query gives {given}")]
    ViewColumns { named: usize, given: usize },
    #[error("view `{0}` would read itself")]
    ViewReadsItself(String),
    #[error("a remark can't hold NUL characters")]
    NulInRemark,
    #[error("`{0}` isn't an index method: letters, digits and `_`")]
    BadMethod(String),
    #[error("a view's query must begin with SELECT or WITH")]
    NoQuery,
    #[error("table `{0}` has no primary key; a data step needs one to find its way: add one first")]
    NoPrimaryKey(String),
    #[error("`{0}` is in the primary key; a backfill can't change keys")]
    WritesKey(String),
    #[error(
        "column `{column}` is of type {ty} there, and the guest was built for {built_for}: let the guest's step come first"
    )]
    OtherType {
        /// Its name there.
        column: String,
        /// Its type there.
        ty: String,
        /// Its type when the step was recorded.
        built_for: String,
    },
    #[error("table `{table}` has another primary key there, and the step goes through it by {}: let the step come first", .built_for.join(", "))]
    OtherKey {
        /// The table.
        table: String,
        /// The key's columns when the step was recorded, each in ticks.
        built_for: Vec<String>,
    },
    #[error("the rows of a repair are named by their key, and column `{0}` is none of it")]
    RepairsByMore(String),
    #[error("the guest must give {}: part of the key, or without a constant default", .0.join(", "))]
    NotGiven(Vec<String>),
    #[error("rows of `{0}` can't become rows of the same table; name another one")]
    IntoItself(String),
    #[error(
        "rows can't be grouped by `{column}`, which is {ty}: databases don't agree on the order of such values"
    )]
    Ungroupable { column: String, ty: String },
    #[error(
        "`{0}` may be NULL, and a group has a value: leave those rows out by `rows: Where(NotNull(\"{0}\"))`"
    )]
    GroupNull(String),
    #[error(
        "a guest is told of its rows under the name `{0}`, so that no column it sees or writes can be called that"
    )]
    Reserved(String),
    #[error("`declares` takes operations only, no {0}")]
    Declares(&'static str),
    #[error("its name isn't decided yet: seal the step first")]
    Unsealed,
    #[error(
        "`{name}` isn't a script name: lower-case letters, digits and `-`, beginning with a letter or digit"
    )]
    ScriptName { name: String },
}

impl Problem {
    pub(crate) fn sql(offset: usize, what: SqlProblem) -> Problem {
        Problem::Sql { offset, what }
    }
}

/// A template that refers to an object the schema doesn't have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an expression refers to an object that is gone")]
pub struct Gone(pub ObjectId);

impl From<&'static str> for Segment {
    fn from(field: &'static str) -> Segment {
        Segment::Field(field)
    }
}

impl Fault for LowerError {
    fn class(&self) -> Class {
        Class::Input
    }
}

impl Fault for EvolveError {
    fn class(&self) -> Class {
        Class::Input
    }
}

impl Fault for Irreversible {
    fn class(&self) -> Class {
        match self {
            Irreversible::NoDown { .. } => Class::Decide,
            Irreversible::Missing(_) => Class::Bug,
        }
    }
}

impl Fault for Gone {
    fn class(&self) -> Class {
        Class::Bug
    }
}
