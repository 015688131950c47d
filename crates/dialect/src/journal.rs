//! The SQL of our own tables in the target: journal, applied entries, progress, lease, control.

use model::{Literal, Type};

use crate::{
    Dialect, OwnTypes,
    aside::create_rejected,
    ranges::{RangeSql, create_ranges, range_sql},
    vault::create_vault,
};

/// The statements for our own tables, each constant for one dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalSql {
    /// Creates what is missing of our tables.
    pub create: Vec<String>,
    /// The last record: seq, hash, record.
    pub last: String,
    /// The records since the last that an entry was complete with, in order, as in `all`.
    pub tail: String,
    /// All records in order: seq, prev, hash, kind, entry, step, record.
    pub all: String,
    /// The last record that says an entry was applied or undone: seq, hash, record. Parameter: entry.
    pub latest: String,
    /// The bytes of an entry: id.
    pub entry: String,
    /// The ids of all entries kept.
    pub entries: String,
    /// The progress of a data step: state. Parameters: entry, step, direction.
    pub progress: String,
    /// The progress of all data steps under way: entry, step, direction, state.
    pub under_way: String,
    /// Starts a data step's progress: entry, step, direction, fence, state.
    pub start_progress: String,
    /// Moves it on: fence, state; where entry, step, direction, and the fence is not newer.
    pub move_progress: String,
    /// Ends it: entry, step, direction.
    pub end_progress: String,
    /// Ends the progress of all data steps of an entry: entry.
    pub forget_progress: String,
    /// The keys of rows that data steps made.
    pub made: MadeSql,
    /// The lease: holder, until (ms since 1970), fence.
    pub lease: String,
    /// Makes the one row of the lease, when it isn't there.
    pub make_lease: String,
    /// Takes or prolongs the lease: holder, until, fence; where the fence is the expected one.
    pub take_lease: String,
    /// For copies and restored backups.
    pub moved: MovedSql,
    /// The control row.
    pub control: ControlSql,
    /// The ranges of steps that are shared out.
    pub ranges: RangeSql,
}

/// The statements for the control row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlSql {
    /// Reads it: version, state.
    pub read: String,
    /// Makes it where it isn't there: state.
    pub make: String,
    /// Changes it: version, state; where the version is the expected one.
    pub change: String,
}

/// The statements in a dialect's words.
pub fn journal_sql(dialect: &dyn Dialect) -> JournalSql {
    let p = |n: usize| dialect.placeholder(n);
    let list = |n: usize| (1..=n).map(p).collect::<Vec<_>>().join(", ");
    JournalSql {
        create: create_tables(dialect),
        last: "SELECT seq, hash, record FROM strat_journal ORDER BY seq DESC LIMIT 1".to_owned(),
        tail: "SELECT seq, prev, hash, kind, entry, step, record FROM strat_journal WHERE seq >= (SELECT coalesce(max(seq), 1) \
               FROM strat_journal WHERE kind IN ('applied', 'reverted')) ORDER BY seq"
            .to_owned(),
        all: "SELECT seq, prev, hash, kind, entry, step, record FROM strat_journal ORDER BY seq".to_owned(),
        latest: latest_sql(dialect),
        entry: format!("SELECT bytes FROM strat_entry WHERE id = {}", p(1)),
        entries: "SELECT id FROM strat_entry ORDER BY id".to_owned(),
        progress: format!(
            "SELECT state FROM strat_progress WHERE entry = {} AND step = {} AND direction = {}",
            p(1),
            p(2),
            p(3)
        ),
        under_way: "SELECT entry, step, direction, state FROM strat_progress ORDER BY entry, step, direction"
            .to_owned(),
        start_progress: format!(
            "INSERT INTO strat_progress (entry, step, direction, fence, state) VALUES ({})",
            list(5)
        ),
        move_progress: format!(
            "UPDATE strat_progress SET fence = {}, state = {} WHERE entry = {} AND step = {} AND direction = {} AND fence <= {}",
            p(1),
            p(2),
            p(3),
            p(4),
            p(5),
            p(6)
        ),
        forget_progress: format!("DELETE FROM strat_progress WHERE entry = {}", p(1)),
        end_progress: format!(
            "DELETE FROM strat_progress WHERE entry = {} AND step = {} AND direction = {}",
            p(1),
            p(2),
            p(3)
        ),
        made: made_sql(dialect),
        lease: "SELECT holder, until_ms, fence FROM strat_lease WHERE one = 1".to_owned(),
        make_lease: "INSERT INTO strat_lease (one, holder, until_ms, fence) SELECT 1, '', 0, 0 FROM (SELECT 1 AS x) n \
                     WHERE NOT EXISTS (SELECT 1 FROM strat_lease WHERE one = 1)"
            .to_owned(),
        take_lease: format!(
            "UPDATE strat_lease SET holder = {}, until_ms = {}, fence = {} WHERE one = 1 AND fence = {}",
            p(1),
            p(2),
            p(3),
            p(4)
        ),
        moved: moved_sql(dialect),
        control: control_sql(dialect),
        ranges: range_sql(dialect),
    }
}

fn latest_sql(dialect: &dyn Dialect) -> String {
    let entry = dialect.placeholder(1);
    format!(
        "SELECT seq, hash, record FROM strat_journal WHERE entry = {entry} AND kind IN ('applied', 'reverted') \
         ORDER BY seq DESC LIMIT 1"
    )
}

/// The statements for databases that aren't where their journal was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedSql {
    /// The hash of a record: seq.
    pub hash_at: String,
    /// Ends whatever lease there is: whoever held it was at work on another copy.
    pub end_lease: String,
}

fn moved_sql(dialect: &dyn Dialect) -> MovedSql {
    let end = "UPDATE strat_lease SET holder = '', until_ms = 0, fence = fence + 1 WHERE one = 1";
    MovedSql {
        hash_at: format!("SELECT hash FROM strat_journal WHERE seq = {}", dialect.placeholder(1)),
        end_lease: end.to_owned(),
    }
}

fn control_sql(dialect: &dyn Dialect) -> ControlSql {
    let p = |n: usize| dialect.placeholder(n);
    ControlSql {
        read: "SELECT version, state FROM strat_control WHERE one = 1".to_owned(),
        make: format!(
            "INSERT INTO strat_control (one, version, state) SELECT 1, 0, {} FROM (SELECT 1 AS x) n \
             WHERE NOT EXISTS (SELECT 1 FROM strat_control WHERE one = 1)",
            p(1)
        ),
        change: format!(
            "UPDATE strat_control SET version = {}, state = {} WHERE one = 1 AND version = {}",
            p(1),
            p(2),
            p(3)
        ),
    }
}

/// The statements for the keys of rows that data steps made, by which they are deleted again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeSql {
    /// Keeps those of a batch: entry, step, number, what the step is, keys.
    pub keep: String,
    /// The last of what is kept for a step: number, keys. Parameters: entry, step.
    pub last: String,
    /// The last of them below a number: entry, step, number.
    pub before: String,
    /// The entry and step under which the keys of an equal step are kept: what the step is.
    pub equal: String,
    /// Forgets one of them: entry, step, number.
    pub forget: String,
}

fn made_sql(dialect: &dyn Dialect) -> MadeSql {
    let p = |n: usize| dialect.placeholder(n);
    let of_step = format!("entry = {} AND step = {}", p(1), p(2));
    let values = (1..=5).map(p).collect::<Vec<_>>().join(", ");
    MadeSql {
        keep: format!("INSERT INTO strat_made (entry, step, n, what, made) VALUES ({values})"),
        last: format!("SELECT n, made FROM strat_made WHERE {of_step} ORDER BY n DESC LIMIT 1"),
        before: format!(
            "SELECT n, made FROM strat_made WHERE {of_step} AND n < {} ORDER BY n DESC LIMIT 1",
            p(3)
        ),
        equal: format!(
            "SELECT entry, step FROM strat_made WHERE what = {} ORDER BY entry, step LIMIT 1",
            p(1)
        ),
        forget: format!("DELETE FROM strat_made WHERE {of_step} AND n = {}", p(3)),
    }
}

/// The definitions of our own tables.
fn create_tables(dialect: &dyn Dialect) -> Vec<String> {
    let OwnTypes { bytes, number, text, word, table_tail } = dialect.own_types();
    let create =
        |name: &str, columns: String| format!("CREATE TABLE IF NOT EXISTS {name} ({columns}){table_tail}");
    let own = [
        create(
            "strat_journal",
            format!(
                "seq {number} NOT NULL PRIMARY KEY, prev {word} NOT NULL UNIQUE, hash {word} NOT NULL UNIQUE, \
                 kind {word} NOT NULL, entry {word} NOT NULL, step {number} NOT NULL, record {bytes} NOT NULL"
            ),
        ),
        create("strat_entry", format!("id {word} NOT NULL PRIMARY KEY, bytes {bytes} NOT NULL")),
        create(
            "strat_progress",
            format!(
                "entry {word} NOT NULL, step {number} NOT NULL, direction {word} NOT NULL, fence {number} NOT NULL, \
                 state {bytes} NOT NULL, PRIMARY KEY (entry, step, direction)"
            ),
        ),
        create(
            "strat_made",
            format!(
                "entry {word} NOT NULL, step {number} NOT NULL, n {number} NOT NULL, what {word} NOT NULL, made {bytes} NOT NULL, \
                 PRIMARY KEY (entry, step, n)"
            ),
        ),
        create(
            "strat_lease",
            format!(
                "one {number} NOT NULL PRIMARY KEY, holder {text} NOT NULL, until_ms {number} NOT NULL, \
                 fence {number} NOT NULL"
            ),
        ),
        create(
            "strat_control",
            format!("one {number} NOT NULL PRIMARY KEY, version {number} NOT NULL, state {bytes} NOT NULL"),
        ),
    ];
    own.into_iter()
        .chain(create_vault(dialect))
        .chain([create_rejected(dialect), create_ranges(dialect)])
        .collect()
}

/// The statement that appends so many records: seq, prev, hash, kind, entry, step, record of each.
pub fn append_records(dialect: &dyn Dialect, rows: usize) -> String {
    insert_rows(dialect, RECORD_ROW, 7, rows)
}

/// The statement that keeps the bytes of so many entries that aren't kept yet: id, bytes of each.
pub fn keep_entries(dialect: &dyn Dialect, rows: usize) -> String {
    insert_rows(dialect, ENTRY_ROW, 2, rows)
}

fn insert_rows(dialect: &dyn Dialect, into: &str, width: usize, rows: usize) -> String {
    let row = |n: usize| {
        let places: Vec<_> = (1..=width).map(|i| dialect.placeholder(n * width + i)).collect();
        format!("({})", places.join(", "))
    };
    format!("INSERT INTO {into} VALUES {}", (0..rows).map(row).collect::<Vec<_>>().join(", "))
}

/// A value of a row of our own tables, as text of SQL: digests, words and numbers, so that nothing needs to be escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Own<'a> {
    /// A number.
    Number(i64),
    /// Letters, digits and hyphens.
    Word(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// The statement that puts one row into one of our own tables, with its values in the text. After DDL, when nothing is prepared any
/// more, it costs one round trip.
pub fn insert_row(dialect: &dyn Dialect, table: &str, row: &[Own<'_>]) -> String {
    let mut sql = format!("INSERT INTO {table} VALUES (");
    for (n, value) in row.iter().enumerate() {
        if n > 0 {
            sql.push_str(", ");
        }
        match value {
            Own::Number(number) => sql.push_str(&number.to_string()),
            Own::Word(word) => {
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
                sql.push('\'');
                sql.extend(word.chars().filter(|c| plain(*c)));
                sql.push('\'');
            }
            Own::Bytes(bytes) => sql.push_str(&dialect.literal(&Literal::Text(hex(bytes)), &Type::Bytes)),
        }
    }
    sql.push(')');
    sql
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// The columns of a record's row, for [`insert_row`].
pub const RECORD_ROW: &str = "strat_journal (seq, prev, hash, kind, entry, step, record)";

/// The columns of an entry's row, for [`insert_row`].
pub const ENTRY_ROW: &str = "strat_entry (id, bytes)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::dialect_named;

    #[test]
    fn rows_are_written_out_in_each_dialects_words() {
        let row = [Own::Number(-1), Own::Word("in-tent'"), Own::Bytes(&[0, 0xaf])];
        let of = |name| insert_row(dialect_named(name).expect("it is there"), "t (a, b, c)", &row);
        assert_eq!(of("sqlite"), "INSERT INTO t (a, b, c) VALUES (-1, 'in-tent', X'00af')");
        assert_eq!(of("postgres"), "INSERT INTO t (a, b, c) VALUES (-1, 'in-tent', '\\x00af')");
    }
}
