//! The locks that statements take, in words. All of them wait for transactions on the table and hold up what comes behind them
//! while they wait.

pub const NONE: &str = "none that others feel";
pub const BRIEF: &str = "metadata lock on the table: blocks reads and writes, for a moment";
pub const BESIDE: &str = "metadata lock on the table for a moment at both ends: others go on reading and writing while the index is built";
pub const REWRITE: &str = "metadata lock on the table: blocks writes while every row is written anew";
pub const ROWS: &str = "locks on every row it changes, until it is committed";
pub const OWN_WORDS: &str = "whatever the statement takes";
