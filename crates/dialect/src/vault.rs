//! The SQL of the vault: where a target keeps what its backfills overwrote.
//!
//! `strat_vault` has a row for each backfill that kept something, `strat_vault_cells` the blocks of rows that it kept.

use crate::{Dialect, OwnTypes};

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
pub(crate) fn create_vault(dialect: &dyn Dialect) -> [String; 2] {
    let OwnTypes { bytes, number, word, table_tail, .. } = dialect.own_types();
    [
        format!(
            "CREATE TABLE IF NOT EXISTS strat_vault (vault {number} NOT NULL PRIMARY KEY, entry {word} NOT NULL, \
             step {number} NOT NULL, about {bytes} NOT NULL, UNIQUE (entry, step)){table_tail}"
        ),
        format!(
            "CREATE TABLE IF NOT EXISTS strat_vault_cells (vault {number} NOT NULL, block {number} NOT NULL, \
             kept {number} NOT NULL, size {number} NOT NULL, cells {bytes} NOT NULL, PRIMARY KEY (vault, block)){table_tail}"
        ),
    ]
}
