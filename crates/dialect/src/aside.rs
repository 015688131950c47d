//! The SQL of rows set aside: which rows a data step left as they were, and why; never their values.

use crate::{Dialect, OwnTypes};

/// The statements for rows set aside, each constant for one dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsideSql {
    /// All of them: entry, step, number, key, class, message, input, at.
    pub list: String,
    /// Puts one in: entry, step, number, key, class, message, input, at.
    pub put: String,
    /// Forgets those of a step: entry, step.
    pub forget: String,
}

/// The statements in a dialect's words.
pub fn aside_sql(dialect: &dyn Dialect) -> AsideSql {
    let p = |n: usize| dialect.placeholder(n);
    let list = (1..=8).map(p).collect::<Vec<_>>().join(", ");
    AsideSql {
        list: "SELECT entry, step, number, key_text, class, message, input, set_at FROM strat_rejected ORDER BY entry, step, number"
            .to_owned(),
        put: format!(
            "INSERT INTO strat_rejected (entry, step, number, key_text, class, message, input, set_at) VALUES ({list})"
        ),
        forget: format!("DELETE FROM strat_rejected WHERE entry = {} AND step = {}", p(1), p(2)),
    }
}

/// The definition of the table.
pub(crate) fn create_rejected(dialect: &dyn Dialect) -> String {
    let OwnTypes { number, text, word, table_tail, .. } = dialect.own_types();
    format!(
        "CREATE TABLE IF NOT EXISTS strat_rejected (entry {word} NOT NULL, step {number} NOT NULL, number {number} NOT NULL, \
         key_text {text} NOT NULL, class {word} NOT NULL, message {text} NOT NULL, input {word} NOT NULL, set_at {word} NOT NULL, \
         PRIMARY KEY (entry, step, number)){table_tail}"
    )
}
