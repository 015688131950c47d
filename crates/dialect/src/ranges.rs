//! The SQL of ranges: the pieces of a table that several connections, and several machines, share a running backfill by.
//!
//! Row 0 of a step is its head: there is one as soon as somebody asks for the step to be shared out, and `done` is 1 in it once it is.
//! The rows behind it are the ranges, in key order.

use crate::{Dialect, OwnTypes};

/// The statements for ranges, each constant for one dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeSql {
    /// The head of a step: fence of the run that shared it out, done, rows set aside. Parameters: entry, step.
    pub head: String,
    /// The ranges of a step in order: number, fence, holder, until (ms since 1970), done, rows visited, rows changed, last key.
    /// Parameters: entry, step.
    pub list: String,
    /// Those of all steps in order: entry, step, then the same.
    pub all: String,
    /// A range's state. Parameters: entry, step, number.
    pub state: String,
    /// Puts one in: entry, step, number, fence, holder, done, rows set aside, last key, state.
    pub put: String,
    /// Says which run the head belongs to: fence, entry, step.
    pub lead: String,
    /// Takes a range that isn't done: holder, until; where entry, step, number and the fence are the expected ones.
    pub take: String,
    /// Moves one on: until, rows visited, rows changed, state; where entry, step, number and the fence are the expected ones.
    pub advance: String,
    /// Leaves one to its holder for longer: until; where entry, step, number and the fence are the expected ones.
    pub prolong: String,
    /// Says that one is done: entry, step, number, fence.
    pub finish: String,
    /// Gives one back that isn't done: entry, step, number, fence.
    pub release: String,
    /// Takes all ranges of an entry away from whoever holds them: entry.
    pub seize: String,
    /// Counts rows as set aside: how many, entry, step, how many again, at most.
    pub set_aside: String,
    /// Removes the ranges of which no row was visited: entry, step.
    pub end_untouched: String,
    /// How many are left: entry, step.
    pub left: String,
    /// Removes those of a step, with its head: entry, step.
    pub end: String,
    /// Removes those of an entry: entry.
    pub forget: String,
}

/// The statements in a dialect's words.
pub fn range_sql(dialect: &dyn Dialect) -> RangeSql {
    let p = |n: usize| dialect.placeholder(n);
    let of_step = |n: usize| format!("entry = {} AND step = {}", p(n), p(n + 1));
    let held =
        |n: usize| format!("{} AND n = {} AND fence = {} AND done = 0", of_step(n), p(n + 2), p(n + 3));
    let list = |from: usize, to: usize| (from..=to).map(p).collect::<Vec<_>>().join(", ");
    let told = "n, fence, holder, until_ms, done, visited, changed, last_key";
    RangeSql {
        head: format!("SELECT fence, done, aside FROM strat_range WHERE {} AND n = 0", of_step(1)),
        list: format!("SELECT {told} FROM strat_range WHERE {} AND n > 0 ORDER BY n", of_step(1)),
        all: format!("SELECT entry, step, {told} FROM strat_range WHERE n > 0 ORDER BY entry, step, n"),
        state: format!("SELECT state FROM strat_range WHERE {} AND n = {}", of_step(1), p(3)),
        put: format!(
            "INSERT INTO strat_range (entry, step, n, fence, holder, until_ms, done, visited, changed, aside, last_key, state) \
             VALUES ({}, 0, {}, 0, 0, {})",
            list(1, 5),
            p(6),
            list(7, 9)
        ),
        lead: format!("UPDATE strat_range SET fence = {} WHERE {} AND n = 0", p(1), of_step(2)),
        take: format!(
            "UPDATE strat_range SET holder = {}, until_ms = {}, fence = fence + 1 WHERE {}",
            p(1),
            p(2),
            held(3)
        ),
        advance: format!(
            "UPDATE strat_range SET until_ms = {}, visited = {}, changed = {}, state = {} WHERE {}",
            p(1),
            p(2),
            p(3),
            p(4),
            held(5)
        ),
        prolong: format!("UPDATE strat_range SET until_ms = {} WHERE {}", p(1), held(2)),
        finish: format!("UPDATE strat_range SET done = 1, until_ms = 0 WHERE {}", held(1)),
        release: format!("UPDATE strat_range SET holder = '', until_ms = 0 WHERE {}", held(1)),
        seize: format!(
            "UPDATE strat_range SET holder = '', until_ms = 0, fence = fence + 1 WHERE entry = {} AND n > 0 AND done = 0",
            p(1)
        ),
        set_aside: format!(
            "UPDATE strat_range SET aside = aside + {} WHERE {} AND n = 0 AND aside + {} <= {}",
            p(1),
            of_step(2),
            p(4),
            p(5)
        ),
        end_untouched: format!(
            "DELETE FROM strat_range WHERE {} AND (n = 0 OR visited = 0 AND done = 0)",
            of_step(1)
        ),
        left: format!("SELECT count(*) FROM strat_range WHERE {}", of_step(1)),
        end: format!("DELETE FROM strat_range WHERE {}", of_step(1)),
        forget: format!("DELETE FROM strat_range WHERE entry = {}", p(1)),
    }
}

/// The definition of the table.
pub(crate) fn create_ranges(dialect: &dyn Dialect) -> String {
    let OwnTypes { number, text, word, bytes, table_tail, .. } = dialect.own_types();
    format!(
        "CREATE TABLE IF NOT EXISTS strat_range (entry {word} NOT NULL, step {number} NOT NULL, n {number} NOT NULL, \
         fence {number} NOT NULL, holder {text} NOT NULL, until_ms {number} NOT NULL, done {number} NOT NULL, \
         visited {number} NOT NULL, changed {number} NOT NULL, aside {number} NOT NULL, last_key {bytes} NOT NULL, \
         state {bytes} NOT NULL, PRIMARY KEY (entry, step, n)){table_tail}"
    )
}
