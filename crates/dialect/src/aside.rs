//! The SQL of rows set aside: which rows a data step left as they were, and why; never their values, but for those of their keys.

use crate::{Dialect, OwnTypes};

/// The statements for rows set aside, each constant for one dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsideSql {
    /// All of them: entry, step, number, key, the key's cells, class, message, input, at, by what it was closed (empty while it is open).
    pub list: String,
    /// Puts an open one in: entry, step, number, key, the key's cells, class, message, input, at.
    pub put: String,
    /// Forgets those of a step: entry, step.
    pub forget: String,
    /// Closes one: by what, entry, step, number.
    pub close: String,
    /// Opens those again that something closed: by what.
    pub reopen: String,
    /// Says of an open one why it is refused now: class, message, input, entry, step, number.
    pub renew: String,
    /// Gives one another number: the new one, entry, step, number.
    pub renumber: String,
}

/// The statements in a dialect's words.
pub fn aside_sql(dialect: &dyn Dialect) -> AsideSql {
    let p = |n: usize| dialect.placeholder(n);
    let list = (1..=9).map(p).collect::<Vec<_>>().join(", ");
    let one = |n: usize| format!("entry = {} AND step = {} AND number = {}", p(n), p(n + 1), p(n + 2));
    AsideSql {
        list: "SELECT entry, step, number, key_text, key_cells, class, message, input, set_at, closed_by FROM strat_rejected \
               ORDER BY entry, step, number"
            .to_owned(),
        put: format!(
            "INSERT INTO strat_rejected (entry, step, number, key_text, key_cells, class, message, input, set_at, closed_by) \
             VALUES ({list}, '')"
        ),
        forget: format!("DELETE FROM strat_rejected WHERE entry = {} AND step = {}", p(1), p(2)),
        close: format!("UPDATE strat_rejected SET closed_by = {} WHERE {}", p(1), one(2)),
        reopen: format!("UPDATE strat_rejected SET closed_by = '' WHERE closed_by = {}", p(1)),
        renumber: format!("UPDATE strat_rejected SET number = {} WHERE {}", p(1), one(2)),
        renew: format!(
            "UPDATE strat_rejected SET class = {}, message = {}, input = {} WHERE {}",
            p(1),
            p(2),
            p(3),
            one(4)
        ),
    }
}

/// The definition of the table.
pub(crate) fn create_rejected(dialect: &dyn Dialect) -> String {
    let OwnTypes { number, text, word, bytes, table_tail, .. } = dialect.own_types();
    format!(
        "CREATE TABLE IF NOT EXISTS strat_rejected (entry {word} NOT NULL, step {number} NOT NULL, number {number} NOT NULL, \
         key_text {text} NOT NULL, key_cells {bytes} NOT NULL, class {word} NOT NULL, message {text} NOT NULL, input {word} NOT NULL, \
         set_at {word} NOT NULL, closed_by {word} NOT NULL, PRIMARY KEY (entry, step, number)){table_tail}"
    )
}
