//! The SQL of the vault: where a target keeps what its backfills overwrote and what its DDL destroyed.
//!
//! `strat_vault` has a row for each backfill that kept something, `strat_vault_cells` the blocks of rows that it kept. `strat_vault_held`
//! has a row for each step of DDL that kept something, which stands in a table of its own: see [`held`].

pub mod held;
mod back;
mod cells;
mod demand;
mod hands;
mod keep;
pub(crate) mod weave;

#[cfg(test)]
mod tests;

pub use cells::{CellDemand, CellRule, CellRuleKind, cell_demands};
pub use demand::Demand;
pub(crate) use demand::demands;
pub use held::{Held, HeldColumn, HeldSql, What, held_sql};
pub use weave::{Check, Vaulted};

use model::Lowered;

use crate::{Around, Dialect, OwnTypes, Statement};

/// Columns of a table on their way into a new table of the vault.
#[derive(Clone, Copy, Debug)]
pub struct CopyOut<'a> {
    /// The new table's name.
    pub into: &'a str,
    /// The table's name.
    pub from: &'a str,
    /// Under which names, and what is selected for each.
    pub columns: &'a [(String, String)],
    /// The names of the columns that are its key; none where rows needn't be found again.
    pub key: &'a [String],
    /// A table of the vault that has columns of the same names: its rows are taken, as the server converts them to the types of these
    /// columns, rather than the rows of `from`.
    pub rows_of: Option<&'a str>,
}

impl CopyOut<'_> {
    /// What is selected, names in quotes.
    pub fn select(&self, dialect: &dyn Dialect) -> String {
        let one = |(name, value): &(String, String)| format!("{value} AS {}", dialect.quote_ident(name));
        let columns: Vec<_> = self.columns.iter().map(one).collect();
        format!("SELECT {} FROM {}", columns.join(", "), dialect.quote_ident(self.from))
    }

    /// The key's columns, in quotes.
    pub fn keys(&self, dialect: &dyn Dialect) -> String {
        self.key.iter().map(|name| dialect.quote_ident(name)).collect::<Vec<_>>().join(", ")
    }
}

/// What a change of type makes of values that the vault keeps.
#[derive(Clone, Copy, Debug)]
pub struct Retyped<'a> {
    /// The step.
    pub step: &'a Lowered,
    /// The schemas around it.
    pub around: Around<'a>,
    /// The values before it.
    pub kept: CopyOut<'a>,
    /// The values behind it.
    pub made: CopyOut<'a>,
}

/// What brings rows back into a table that was just made.
#[derive(Clone, Debug)]
pub struct BringIn {
    /// What comes before.
    pub before: Vec<Statement>,
    /// The statement that inserts them.
    pub sql: String,
    /// What comes behind.
    pub behind: Vec<Statement>,
}

/// The statements for the vault, each constant for one dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultSql {
    /// What is kept: vault, entry, step, about, by the number of the vault.
    pub list: String,
    /// How many blocks, rows and bytes each vault has: vault, blocks, rows, bytes.
    pub sizes: String,
    /// A backfill's vault: vault, about. Parameters: entry, step.
    pub find: String,
    /// The last number that a vault has.
    pub last: String,
    /// Begins a vault: vault, entry, step, about.
    pub begin: String,
    /// The number of a vault's last block. Parameter: vault.
    pub last_block: String,
    /// The number of its last block before one: vault, block.
    pub last_before: String,
    /// Puts a block in: vault, block, rows, size, cells.
    pub put: String,
    /// A vault's last block: block, cells. Parameter: vault.
    pub take: String,
    /// A block of a vault by the number before it: block, cells. Parameters: vault, block.
    pub next: String,
    /// How many rows a vault has. Parameter: vault.
    pub rows: String,
    /// Removes a block: vault, block.
    pub drop_block: String,
    /// Removes a vault's blocks. Parameter: vault.
    pub drop_blocks: String,
    /// Removes a vault. Parameter: vault.
    pub end: String,
}

/// The statements in a dialect's words.
pub fn vault_sql(dialect: &dyn Dialect) -> VaultSql {
    let p = |n: usize| dialect.placeholder(n);
    let cells = |what: &str| format!("SELECT {what} FROM strat_vault_cells WHERE vault = {}", p(1));
    VaultSql {
        list: "SELECT vault, entry, step, about FROM strat_vault ORDER BY vault".to_owned(),
        sizes: format!(
            "SELECT vault, count(*), {}, {} FROM strat_vault_cells GROUP BY vault ORDER BY vault",
            dialect.whole_sum("kept"),
            dialect.whole_sum("size")
        ),
        find: format!("SELECT vault, about FROM strat_vault WHERE entry = {} AND step = {}", p(1), p(2)),
        last: "SELECT coalesce(max(vault), 0) FROM strat_vault".to_owned(),
        begin: format!(
            "INSERT INTO strat_vault (vault, entry, step, about) VALUES ({}, {}, {}, {})",
            p(1),
            p(2),
            p(3),
            p(4)
        ),
        last_block: cells("coalesce(max(block), 0)"),
        last_before: format!("{} AND block < {}", cells("coalesce(max(block), 0)"), p(2)),
        put: format!(
            "INSERT INTO strat_vault_cells (vault, block, kept, size, cells) VALUES ({}, {}, {}, {}, {})",
            p(1),
            p(2),
            p(3),
            p(4),
            p(5)
        ),
        take: format!("{} ORDER BY block DESC LIMIT 1", cells("block, cells")),
        next: format!("{} AND block > {} ORDER BY block LIMIT 1", cells("block, cells"), p(2)),
        rows: cells(&dialect.whole_sum("kept")),
        drop_block: format!("DELETE FROM strat_vault_cells WHERE vault = {} AND block = {}", p(1), p(2)),
        drop_blocks: format!("DELETE FROM strat_vault_cells WHERE vault = {}", p(1)),
        end: format!("DELETE FROM strat_vault WHERE vault = {}", p(1)),
    }
}

/// The definitions of the vault's tables.
pub(crate) fn create_vault(dialect: &dyn Dialect) -> [String; 3] {
    let OwnTypes { bytes, number, word, text, table_tail } = dialect.own_types();
    [
        format!(
            "CREATE TABLE IF NOT EXISTS strat_vault (vault {number} NOT NULL PRIMARY KEY, entry {word} NOT NULL, \
             step {number} NOT NULL, about {bytes} NOT NULL, UNIQUE (entry, step)){table_tail}"
        ),
        format!(
            "CREATE TABLE IF NOT EXISTS strat_vault_cells (vault {number} NOT NULL, block {number} NOT NULL, \
             kept {number} NOT NULL, size {number} NOT NULL, cells {bytes} NOT NULL, PRIMARY KEY (vault, block)){table_tail}"
        ),
        format!(
            "CREATE TABLE IF NOT EXISTS strat_vault_held (name {word} NOT NULL PRIMARY KEY, entry {word} NOT NULL, \
             step {number} NOT NULL, about {text} NOT NULL, gone {word} NOT NULL){table_tail}"
        ),
    ]
}
