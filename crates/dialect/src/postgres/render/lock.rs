//! The locks that statements take, in words.

use crate::statement::{Blocks, Lock, Span};

pub const NONE: Lock = Lock::new("none that others feel", Blocks::Nobody, Span::Moment);
pub const COMMENT: Lock =
    Lock::new("SHARE UPDATE EXCLUSIVE: others go on reading and writing", Blocks::Nobody, Span::Moment);
pub const BRIEF: Lock = Lock::new(
    "ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment",
    Blocks::Everybody,
    Span::Moment,
);
pub const SCAN: Lock = Lock::new(
    "ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read",
    Blocks::Everybody,
    Span::Reads,
);
pub const REWRITE: Lock = Lock::new(
    "ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew",
    Blocks::Everybody,
    Span::Rewrites,
);
pub const REFERENCE: Lock = Lock::new(
    "SHARE ROW EXCLUSIVE on both tables: blocks writes, for a moment",
    Blocks::Writers,
    Span::Moment,
);
pub const REFERENCE_SCAN: Lock = Lock::new(
    "SHARE ROW EXCLUSIVE on both tables: blocks writes while every row is read",
    Blocks::Writers,
    Span::Reads,
);
pub const REFERRED: Lock = Lock::new(
    "SHARE ROW EXCLUSIVE on the tables it refers to: blocks writes until the entry is committed",
    Blocks::Writers,
    Span::Moment,
);
pub const BOTH: Lock = Lock::new(
    "ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment",
    Blocks::Everybody,
    Span::Moment,
);
pub const VALIDATE: Lock = Lock::new(
    "SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while every row is read",
    Blocks::Nobody,
    Span::Reads,
);
pub const BUILD: Lock =
    Lock::new("SHARE on the table: blocks writes while the index is built", Blocks::Writers, Span::Builds);
pub const BESIDE: Lock = Lock::new(
    "SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built",
    Blocks::Nobody,
    Span::Builds,
);
pub const INDEX: Lock = Lock::new(
    "SHARE UPDATE EXCLUSIVE on the index: others go on reading and writing",
    Blocks::Nobody,
    Span::Moment,
);
pub const VIEW: Lock = Lock::new(
    "ACCESS EXCLUSIVE on the view: blocks its readers, for a moment",
    Blocks::Everybody,
    Span::Moment,
);
pub const OWN_WORDS: Lock = Lock::new("whatever the statement takes", Blocks::Nobody, Span::Moment);
