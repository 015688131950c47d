//! What can go wrong, each naming what a person needs to find it.

use crate::column_type::ColumnType;

/// A value that doesn't fit its column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// A value of another type.
    #[error("column {column}: {found} where {ty} is expected")]
    Type {
        /// The column.
        column: String,
        /// Its type.
        ty: ColumnType,
        /// What was given.
        found: &'static str,
    },
    /// An integer outside its type's range.
    #[error("column {column}: {value} doesn't fit {ty}")]
    Range {
        /// The column.
        column: String,
        /// The integer.
        value: i64,
        /// The column's type.
        ty: ColumnType,
    },
    /// More text, bytes or elements than 32-bit offsets reach.
    #[error("column {column}: a batch can't hold more than 4 GiB of a column")]
    TooLarge {
        /// The column.
        column: String,
    },
    /// Columns of different lengths, or a row with another number of values than there are columns.
    #[error("column {column}: {rows} rows where {expected} are expected")]
    Ragged {
        /// The column; empty for a whole row.
        column: String,
        /// What it has.
        rows: usize,
        /// What the others have.
        expected: usize,
    },
}

impl ValueError {
    pub(crate) fn in_column(mut self, name: &str) -> ValueError {
        match &mut self {
            ValueError::Type { column, .. }
            | ValueError::Range { column, .. }
            | ValueError::TooLarge { column }
            | ValueError::Ragged { column, .. } => name.clone_into(column),
        }
        self
    }
}

/// A buffer that isn't a batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BufferError {
    /// Wrong before any column: header or column table.
    #[error("the buffer's {0}")]
    Header(String),
    /// Wrong in a column.
    #[error("column {column}: {reason}")]
    Column {
        /// Its name, or its number when the name can't be read.
        column: String,
        /// What is wrong.
        reason: String,
    },
    /// Wrong in a row of a column.
    #[error("column {column}, row {row}: {reason}")]
    Row {
        /// The column.
        column: String,
        /// The row, from 0.
        row: u32,
        /// What is wrong.
        reason: String,
    },
}

/// A module that can't be a guest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModuleError {
    /// Not WebAssembly at all.
    #[error("not a WebAssembly module: {0}")]
    NotWasm(String),
    /// It is for a runner that this version doesn't have.
    #[error("is a script for the runner {}, which this version of strat doesn't know: it takes a newer one", runner.short())]
    Runner {
        /// The runner's digest.
        runner: model::Digest,
    },
    /// Larger than a ledger takes.
    #[error("{bytes} bytes: a module has at most {max}", max = crate::MAX_MODULE_BYTES)]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// Broken, or cut off.
    #[error("invalid: {0}")]
    Invalid(String),
    /// It would keep the compiler busy for long.
    #[error(
        "branches too often to be compiled in good time: {branches} times in function {function} of its own"
    )]
    Branches {
        /// The function with the most, from 0, imported ones not counted.
        function: u32,
        /// How many it has.
        branches: u64,
    },
    /// It needs something whose results differ between machines.
    #[error("needs a feature that guests don't have: {0}")]
    Feature(String),
    /// It imports something that doesn't exist for a guest.
    #[error("imports {module}.{name}, which doesn't exist for a guest{}", hint.map(|h| format!(": {h}")).unwrap_or_default())]
    Import {
        /// The module imported from.
        module: String,
        /// The name.
        name: String,
        /// The usual cause.
        hint: Option<&'static str>,
    },
    /// It imports one of ours with another type.
    #[error("imports {module}.{name} as {found}, which is {expected}")]
    ImportType {
        /// The module imported from.
        module: &'static str,
        /// The name.
        name: &'static str,
        /// The type it declares.
        found: String,
        /// The type it has.
        expected: String,
    },
    /// It lacks an export.
    #[error("doesn't export {name}: {expected}")]
    Export {
        /// The name.
        name: &'static str,
        /// The type it should have.
        expected: &'static str,
    },
    /// An export of another type.
    #[error("exports {name} as {found}, expected {expected}")]
    ExportType {
        /// The name.
        name: &'static str,
        /// The type it has.
        found: String,
        /// The type it should have.
        expected: &'static str,
    },
    /// Built for a contract this version doesn't know.
    #[error("speaks contract version {found}; this version of strat speaks {}", crate::ABI)]
    Abi {
        /// What `strat_abi` returns.
        found: i32,
    },
}

/// A script that no runner can carry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CarryError {
    /// There is nothing in it.
    #[error("the script is empty")]
    Empty,
    /// More than a runner has room for.
    #[error("the script has {bytes} bytes, and at most {} fit", crate::MAX_SCRIPT_BYTES)]
    TooLong {
        /// Its size.
        bytes: usize,
    },
    /// A zero byte, where an interpreter would think that it ends.
    #[error("the script has a zero byte in it")]
    Nul,
    /// The runner isn't one.
    #[error("the module has no place for a script: it is no runner")]
    Runner,
}

/// A run that didn't give a result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuestError {
    /// The module can't be a guest.
    #[error("the module {0}")]
    Module(#[from] ModuleError),
    /// The engine couldn't compile it.
    #[error("can't be compiled: {0}")]
    Compile(String),
    /// All fuel used.
    #[error("used all {fuel} fuel of its limit for {rows} rows (fuel_start, fuel_per_row, fuel_per_byte)")]
    Fuel {
        /// What it was given.
        fuel: u64,
        /// The batch's rows.
        rows: u32,
    },
    /// More memory wanted than allowed.
    #[error("wanted {wanted} bytes of memory, its limit is {limit} (memory_mib)")]
    Memory {
        /// What it asked for, in all.
        wanted: u64,
        /// What it may have.
        limit: u64,
    },
    /// It called too deep. Where that happens depends on the machine, so this is never a result.
    #[error("its call stack overflowed{}", at(function))]
    Stack {
        /// The innermost function with a name.
        function: Option<String>,
    },
    /// It trapped.
    #[error("trapped{}: {message}{}", at(function), last_words(log))]
    Trap {
        /// Why.
        message: String,
        /// The innermost function with a name.
        function: Option<String>,
        /// What it had logged; SDKs put the message of a panic there.
        log: String,
    },
    /// It gave up and said why.
    #[error("failed: {message}")]
    Failed {
        /// What it said.
        message: String,
        /// What it had logged.
        log: String,
    },
    /// The engine doesn't run what carries it.
    #[error("is a component, and {engine} runs core modules only")]
    CoreOnly {
        /// The engine.
        engine: &'static str,
    },
    /// It is a script, and its runner isn't there.
    #[error("its runner {} isn't there", digest.short())]
    Runner {
        /// The runner's digest.
        digest: model::Digest,
    },
    /// It called one of our functions wrongly.
    #[error("called {function} wrongly: {reason}")]
    Call {
        /// The function.
        function: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// What it gave back isn't a batch.
    #[error("wrong output: {}", place(column, row, reason))]
    Output {
        /// The column.
        column: Option<String>,
        /// The row, from 0.
        row: Option<u32>,
        /// What is wrong.
        reason: String,
    },
    /// The batch doesn't fit a guest's memory.
    #[error("a batch of {bytes} bytes is too large for a guest")]
    BatchTooLarge {
        /// Its size when encoded.
        bytes: u64,
    },
    /// This machine failed, not the guest.
    #[error("the sandbox failed: {0}")]
    Host(String),
}

impl From<BufferError> for GuestError {
    fn from(error: BufferError) -> GuestError {
        match error {
            BufferError::Header(reason) => {
                GuestError::Output { column: None, row: None, reason: format!("the buffer's {reason}") }
            }
            BufferError::Column { column, reason } => {
                GuestError::Output { column: Some(column), row: None, reason }
            }
            BufferError::Row { column, row, reason } => {
                GuestError::Output { column: Some(column), row: Some(row), reason }
            }
        }
    }
}

/// A batch that came back but isn't what the step declares.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", place(column, row, reason))]
pub struct OutputError {
    /// The column.
    pub column: Option<String>,
    /// The row, from 0.
    pub row: Option<u32>,
    /// What is wrong.
    pub reason: String,
}

impl From<OutputError> for GuestError {
    fn from(error: OutputError) -> GuestError {
        GuestError::Output { column: error.column, row: error.row, reason: error.reason }
    }
}

fn at(function: &Option<String>) -> String {
    function.as_ref().map(|name| format!(" in {name}")).unwrap_or_default()
}

fn last_words(log: &str) -> String {
    log.lines().last().map(|line| format!(" (last logged: {line})")).unwrap_or_default()
}

fn place(column: &Option<String>, row: &Option<u32>, reason: &str) -> String {
    match (column, row) {
        (Some(column), Some(row)) => format!("column {column}, row {row}: {reason}"),
        (Some(column), None) => format!("column {column}: {reason}"),
        (None, Some(row)) => format!("row {row}: {reason}"),
        (None, None) => reason.to_owned(),
    }
}
