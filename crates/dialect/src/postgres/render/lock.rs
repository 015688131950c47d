//! The locks that statements take, in words.

pub const NONE: &str = "none that others feel";
pub const COMMENT: &str = "SHARE UPDATE EXCLUSIVE: others go on reading and writing";
pub const BRIEF: &str = "ACCESS EXCLUSIVE on the table: blocks reads and writes, for a moment";
pub const SCAN: &str = "ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is read";
pub const REWRITE: &str =
    "ACCESS EXCLUSIVE on the table: blocks reads and writes while every row is written anew";
pub const REFERENCE: &str = "SHARE ROW EXCLUSIVE on both tables: blocks writes until the entry is committed";
pub const HELD: &str = "ACCESS EXCLUSIVE on the table: blocks reads and writes until the entry is committed";
pub const REFERRED: &str =
    "SHARE ROW EXCLUSIVE on the tables it refers to: blocks writes until the entry is committed";
pub const BOTH: &str = "ACCESS EXCLUSIVE on both tables: blocks reads and writes, for a moment";
pub const VALIDATE: &str = "the lock that is held already, while every row is read";
pub const BUILD: &str = "SHARE on the table: blocks writes while the index is built";
pub const BESIDE: &str =
    "SHARE UPDATE EXCLUSIVE on the table: others go on reading and writing while the index is built";
pub const INDEX: &str = "SHARE UPDATE EXCLUSIVE on the index: others go on reading and writing";
pub const VIEW: &str = "ACCESS EXCLUSIVE on the view: blocks its readers, for a moment";
pub const OWN_WORDS: &str = "whatever the statement takes";
