//! What hand-written SQL is known to do, by its words. What isn't listed here is left to whoever wrote it.

use super::Hazard;
use crate::{
    Dialect,
    lexer::{Token, tokens},
};

/// A statement that begins with these words is meant; a star stands for up to eight words in between.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The hazard's code.
    pub code: &'static str,
    /// The words.
    pub begins: &'static [&'static str],
    /// Words one of which makes it harmless.
    pub unless: &'static [&'static str],
    /// Words all of which have to be there.
    pub with: &'static [&'static str],
    /// What it means.
    pub message: &'static str,
}

/// A statement that begins with these words.
pub const fn known(code: &'static str, begins: &'static [&'static str], message: &'static str) -> Known {
    Known { code, begins, unless: &[], with: &[], message }
}

const KNOWN: &[Known] = &[
    known("H104", &["truncate"], "TRUNCATE empties the table, and nothing keeps its rows"),
    known("H104", &["drop", "database"], "DROP DATABASE"),
    known("H104", &["drop", "schema"], "DROP SCHEMA"),
    known("H104", &["drop", "table"], "DROP TABLE: nothing keeps its rows"),
    known("H104", &["alter", "table", "*", "drop", "column"], "DROP COLUMN: nothing keeps its values"),
    Known { unless: &["where"], ..known("H104", &["delete"], "DELETE without WHERE: every row goes") },
    known("H207", &["update"], "UPDATE changes its rows in one transaction"),
    known("H207", &["delete"], "DELETE takes its rows in one transaction"),
    known("H404", &["begin"], "BEGIN: the transaction is strat's"),
    known("H404", &["start", "transaction"], "START TRANSACTION: the transaction is strat's"),
    known("H404", &["commit"], "COMMIT: the transaction is strat's"),
    known("H404", &["rollback"], "ROLLBACK: the transaction is strat's"),
    known("H404", &["abort"], "ABORT: the transaction is strat's"),
    known("H404", &["savepoint"], "SAVEPOINT: the transaction is strat's"),
    known("H404", &["release"], "RELEASE: the transaction is strat's"),
    known("H404", &["prepare", "transaction"], "PREPARE TRANSACTION: the transaction is strat's"),
    known("H404", &["set"], "SET changes the session of later steps"),
];

/// The hazards of one hand-written statement.
pub(super) fn by_hand(sql: &str, dialect: &dyn Dialect) -> Vec<Hazard> {
    let tokens = tokens(sql, dialect.reading());
    let has = |word: &&str| tokens.iter().any(|token| token.is_word(word));
    let meant = |known: &&Known| {
        begins(&tokens, known.begins) && !known.unless.iter().any(has) && known.with.iter().all(has)
    };
    KNOWN
        .iter()
        .chain(dialect.known_words())
        .filter(meant)
        .map(|known| Hazard::new(known.code, known.message))
        .collect()
}

/// Whether a statement begins with these words.
fn begins(tokens: &[Token<'_>], words: &[&str]) -> bool {
    let mut at = 0;
    let mut reach = 1;
    for word in words {
        if *word == "*" {
            reach = 8;
            continue;
        }
        let ahead = tokens.get(at..).unwrap_or_default().iter().take(reach);
        let Some(found) = ahead.into_iter().position(|token| token.is_word(word)) else { return false };
        (at, reach) = (at + found + 1, 1);
    }
    true
}
