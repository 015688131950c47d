//! The SQL of our own tables in the target: journal, applied entries, progress, lease.

use crate::Dialect;

/// The statements for our own tables, each constant for one dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalSql {
    /// Creates what is missing of our tables.
    pub create: Vec<String>,
    /// Appends a record: seq, prev, hash, kind, entry, step, record.
    pub append: String,
    /// The last record: seq, hash, record.
    pub last: String,
    /// All records in order: seq, prev, hash, kind, entry, step, record.
    pub all: String,
    /// Keeps an entry's bytes: id, bytes; only for ids that `entries` doesn't list.
    pub keep_entry: String,
    /// The bytes of an entry: id.
    pub entry: String,
    /// The ids of all entries kept.
    pub entries: String,
    /// The progress of a data step: state. Parameters: entry, step, direction.
    pub progress: String,
    /// Starts a data step's progress: entry, step, direction, fence, state.
    pub start_progress: String,
    /// Moves it on: fence, state; where entry, step, direction, and the fence is not newer.
    pub move_progress: String,
    /// Ends it: entry, step, direction.
    pub end_progress: String,
    /// The lease: holder, until (ms since 1970), fence.
    pub lease: String,
    /// Makes the one row of the lease, when it isn't there.
    pub make_lease: String,
    /// Takes or prolongs the lease: holder, until, fence; where the fence is the expected one.
    pub take_lease: String,
}

/// The names of our own tables.
pub const TABLES: [&str; 4] = ["strat_journal", "strat_entry", "strat_progress", "strat_lease"];

/// The statements in a dialect's words.
pub fn journal_sql(dialect: &dyn Dialect) -> JournalSql {
    let types = dialect.own_types();
    let (bytes, number, text, word, tail) = (types.bytes, types.number, types.text, types.word, types.table_tail);
    let p = |n: usize| dialect.placeholder(n);
    let list = |n: usize| (1..=n).map(p).collect::<Vec<_>>().join(", ");
    JournalSql {
        create: vec![
            format!(
                "CREATE TABLE IF NOT EXISTS strat_journal (seq {number} NOT NULL PRIMARY KEY, prev {word} NOT NULL UNIQUE, \
                 hash {word} NOT NULL UNIQUE, kind {word} NOT NULL, entry {word}, step {number}, record {bytes} NOT NULL){tail}"
            ),
            format!("CREATE TABLE IF NOT EXISTS strat_entry (id {word} NOT NULL PRIMARY KEY, bytes {bytes} NOT NULL){tail}"),
            format!(
                "CREATE TABLE IF NOT EXISTS strat_progress (entry {word} NOT NULL, step {number} NOT NULL, \
                 direction {word} NOT NULL, fence {number} NOT NULL, state {bytes} NOT NULL, \
                 PRIMARY KEY (entry, step, direction)){tail}"
            ),
            format!(
                "CREATE TABLE IF NOT EXISTS strat_lease (one {number} NOT NULL PRIMARY KEY, holder {text} NOT NULL, \
                 until_ms {number} NOT NULL, fence {number} NOT NULL){tail}"
            ),
        ],
        append: format!(
            "INSERT INTO strat_journal (seq, prev, hash, kind, entry, step, record) VALUES ({})",
            list(7)
        ),
        last: "SELECT seq, hash, record FROM strat_journal ORDER BY seq DESC LIMIT 1".to_owned(),
        all: "SELECT seq, prev, hash, kind, entry, step, record FROM strat_journal ORDER BY seq".to_owned(),
        keep_entry: format!("INSERT INTO strat_entry (id, bytes) VALUES ({})", list(2)),
        entry: format!("SELECT bytes FROM strat_entry WHERE id = {}", p(1)),
        entries: "SELECT id FROM strat_entry ORDER BY id".to_owned(),
        progress: format!(
            "SELECT state FROM strat_progress WHERE entry = {} AND step = {} AND direction = {}",
            p(1),
            p(2),
            p(3)
        ),
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
        end_progress: format!(
            "DELETE FROM strat_progress WHERE entry = {} AND step = {} AND direction = {}",
            p(1),
            p(2),
            p(3)
        ),
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
    }
}
