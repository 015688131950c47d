//! The locks that statements take, in words. All of them wait for transactions on the table and hold up what comes behind them
//! while they wait.

use crate::statement::{Blocks, Lock, Span};

pub const NONE: Lock = Lock::new("none that others feel", Blocks::Nobody, Span::Moment);
pub const BRIEF: Lock = Lock::new(
    "metadata lock on the table: blocks reads and writes, for a moment",
    Blocks::Everybody,
    Span::Moment,
);
pub const BESIDE: Lock = Lock::new(
    "metadata lock on the table for a moment at both ends: others go on reading and writing in between",
    Blocks::Nobody,
    Span::Builds,
);
pub const REWRITE: Lock = Lock::new(
    "metadata lock on the table: blocks writes while every row is written anew",
    Blocks::Writers,
    Span::Rewrites,
);
pub const CAUGHT_UP: Lock = Lock::new(
    "lock on the table: blocks reads and writes while rows that were written meanwhile are caught up with, and while it is altered",
    Blocks::Everybody,
    Span::Reads,
);
pub const ROWS: Lock =
    Lock::new("locks on every row it changes, until it is committed", Blocks::Writers, Span::Changes);
pub const OWN_WORDS: Lock = Lock::new("whatever the statement takes", Blocks::Nobody, Span::Moment);
