//! The journal of a target: a hash chain of records, whose fold is the state of the target.

mod record;

use std::collections::BTreeSet;

use dialect::{
    Dialect,
    journal::{JournalSql, append_records, journal_sql, keep_entries},
};
use model::{Digest, EntryId, Value};

pub use record::{Kind, Receipt, Record, Way, Who};

use crate::{
    clock,
    driver::{Connection, DriverError},
};

/// An entry that was cut off in the middle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    /// The entry.
    pub entry: EntryId,
    /// Which way it was going.
    pub way: Way,
    /// How many of its units are complete.
    pub unit: u64,
    /// Whether the next unit was about to be sent and its outcome is unknown.
    pub in_flight: bool,
    /// The plan it belonged to.
    pub plan: Option<Digest>,
}

/// What a target's journal says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Number of records.
    pub seq: u64,
    /// Hash of the last record.
    pub hash: Digest,
    /// Applied entries that no applied entry follows.
    pub heads: Vec<EntryId>,
    /// The entry that was cut off, if one was.
    pub partial: Option<Partial>,
}

/// A journal that can't be read or doesn't hold together.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The database refused.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// A record isn't what its hash says, or doesn't follow the one before it.
    #[error("record {seq} of the journal {why}")]
    Broken {
        /// The record.
        seq: u64,
        /// What is wrong.
        why: String,
    },
    /// A record that this release can't read.
    #[error("record {seq} of the journal was written by a newer strat ({why})")]
    Newer {
        /// The record.
        seq: u64,
        /// What can't be read.
        why: String,
    },
}

/// The constants of one run's records.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Who.
    pub who: Who,
    /// The server and its version.
    pub server: String,
    /// The server's clock minus ours, in milliseconds.
    pub server_ahead_ms: i64,
}

/// The journal of an open target.
pub struct Journal {
    dialect: &'static dyn Dialect,
    sql: JournalSql,
    context: Context,
    /// What it says now, with everything appended in the running transaction.
    pub position: Position,
    kept: Option<BTreeSet<EntryId>>,
}

/// Rows of our own tables that go in one statement.
const ROWS_AT_ONCE: usize = 200;

/// The name and version that records carry.
pub const TOOL: &str = concat!("strat ", env!("CARGO_PKG_VERSION"));

impl Journal {
    /// Reads where the target stands; a target without a journal is empty.
    pub async fn open(conn: &mut Connection, dialect: &'static dyn Dialect, context: Context) -> Result<Journal, JournalError> {
        let sql = journal_sql(dialect);
        let mut journal = Journal { dialect, sql, context, position: Position::default(), kept: None };
        if own_table_exists(conn, dialect, "strat_journal").await? {
            journal.refresh(conn).await?;
        }
        Ok(journal)
    }

    /// Reads the end of the journal again, such as after the lock was got.
    pub async fn refresh(&mut self, conn: &mut Connection) -> Result<(), JournalError> {
        self.kept = None;
        self.position = Position::default();
        let rows = conn.query(&self.sql.last, &[]).await?;
        let Some(row) = rows.first() else { return Ok(()) };
        let (Some(Value::Int(seq)), Some(Value::Text(hash)), Some(bytes)) = (row.first(), row.get(1), row.get(2)) else {
            return Err(JournalError::Broken { seq: 0, why: "has columns of other types".to_owned() });
        };
        let record = read_record(u64::try_from(*seq).unwrap_or(0), bytes, hash)?;
        if matches!(record.kind, Kind::Applied | Kind::Reverted) {
            let hash = Digest::parse(hash).unwrap_or_default();
            self.position = Position { seq: record.seq, hash, heads: record.position, partial: None };
            return Ok(());
        }
        self.position = fold(&self.records(conn).await?);
        Ok(())
    }

    /// All records, with the chain checked from the first to the last.
    pub async fn records(&self, conn: &mut Connection) -> Result<Vec<Record>, JournalError> {
        let rows = conn.query(&self.sql.all, &[]).await?;
        let mut prev = Digest::ZERO;
        let mut records = Vec::with_capacity(rows.len());
        for (i, row) in rows.iter().enumerate() {
            let seq = i as u64 + 1;
            let broken = |why: &str| JournalError::Broken { seq, why: why.to_owned() };
            let [Value::Int(number), Value::Text(before), Value::Text(hash), Value::Text(kind), _, _, bytes] = &row[..]
            else {
                return Err(broken("has columns of other types"));
            };
            let record = read_record(seq, bytes, hash)?;
            if record.seq != seq || *number != i64::try_from(seq).unwrap_or(-1) {
                return Err(broken("is missing, or numbered otherwise"));
            }
            if record.prev != prev || *before != prev.to_string() {
                return Err(broken("doesn't follow the record before it"));
            }
            if kind != record.kind.word() {
                return Err(broken("differs from its columns for reading"));
            }
            prev = Digest::parse(hash).unwrap_or_default();
            records.push(record);
        }
        Ok(records)
    }

    /// Creates what is missing of our own tables.
    pub async fn create_tables(&mut self, conn: &mut Connection) -> Result<(), DriverError> {
        for statement in &self.sql.create {
            conn.run(statement).await?;
        }
        Ok(())
    }

    /// The SQL of our own tables.
    pub fn sql(&self) -> &JournalSql {
        &self.sql
    }

    /// A record with this run's constants filled in, to be completed and appended.
    pub fn draft(&self, kind: Kind, entry: EntryId, way: Way) -> Record {
        let now = clock::now_ms();
        Record {
            seq: 0,
            prev: Digest::ZERO,
            kind,
            entry,
            step: None,
            position: Vec::new(),
            way,
            unit: None,
            statements: Vec::new(),
            before: None,
            after: None,
            plan: None,
            accepted: Vec::new(),
            receipt: None,
            note: None,
            millis: 0,
            at: clock::rfc3339(now),
            server_at: Some(clock::rfc3339(now + self.context.server_ahead_ms)),
            who: self.context.who.clone(),
            tool: TOOL.to_owned(),
            server: self.context.server.clone(),
        }
    }

    /// Appends records in the running transaction (or by itself where there is none). A second writer that got in between has
    /// taken the number and the `prev`, so that this fails: the chain can't fork.
    pub async fn append(&mut self, conn: &mut Connection, records: Vec<Record>) -> Result<(), JournalError> {
        for chunk in records.chunks(ROWS_AT_ONCE) {
            let mut params = Vec::with_capacity(chunk.len() * 7);
            for record in chunk {
                params.extend(self.seal(record.clone())?);
            }
            conn.execute(&append_records(self.dialect, chunk.len()), &params).await?;
        }
        Ok(())
    }

    /// Links a record to the chain and gives its row.
    fn seal(&mut self, mut record: Record) -> Result<[Value; 7], JournalError> {
        record.seq = self.position.seq + 1;
        record.prev = self.position.hash;
        if !matches!(record.kind, Kind::Applied | Kind::Reverted) {
            record.position = self.position.heads.clone();
        }
        let (bytes, hash) = record.seal().map_err(|why| JournalError::Broken { seq: record.seq, why })?;
        step_position(&mut self.position, &record);
        self.position.hash = hash;
        Ok([
            Value::Int(i64::try_from(record.seq).unwrap_or(i64::MAX)),
            Value::Text(record.prev.to_string()),
            Value::Text(hash.to_string()),
            Value::Text(record.kind.word().to_owned()),
            Value::Text(record.entry.to_string()),
            // The column is for reading; a record without a step says so by -1.
            Value::Int(record.step.map_or(-1, i64::from)),
            Value::Bytes(bytes),
        ])
    }

    /// Keeps entries' bytes in the target, so that it can always say what it is and go back.
    pub async fn keep_entries(
        &mut self,
        conn: &mut Connection,
        entries: &[(EntryId, &[u8])],
    ) -> Result<(), DriverError> {
        if self.kept.is_none() {
            let rows = conn.query(&self.sql.entries, &[]).await?;
            let ids = rows.iter().filter_map(|row| match row.first() {
                Some(Value::Text(id)) => Digest::parse(id),
                _ => None,
            });
            self.kept = Some(ids.collect());
        }
        let kept = self.kept.get_or_insert_default();
        let new: Vec<_> = entries.iter().filter(|(id, _)| kept.insert(*id)).collect();
        for chunk in new.chunks(ROWS_AT_ONCE) {
            let values = |(id, bytes): &&(EntryId, &[u8])| [Value::Text(id.to_string()), Value::Bytes(bytes.to_vec())];
            let params: Vec<_> = chunk.iter().flat_map(values).collect();
            conn.execute(&keep_entries(self.dialect, chunk.len()), &params).await?;
        }
        Ok(())
    }

    /// Reads an entry's bytes back.
    pub async fn kept_entry(&self, conn: &mut Connection, id: EntryId) -> Result<Option<Vec<u8>>, DriverError> {
        let rows = conn.query(&self.sql.entry, &[Value::Text(id.to_string())]).await?;
        Ok(rows.into_iter().next().and_then(|row| bytes_of(row.first()?)))
    }

    /// Whether the record this run appended last is really there: a server may answer COMMIT and have rolled back.
    pub async fn is_durable(&self, conn: &mut Connection) -> Result<bool, DriverError> {
        let rows = conn.query(&self.sql.last, &[]).await?;
        Ok(match rows.first().map(|row| &row[..]) {
            Some([_, Value::Text(hash), _]) => *hash == self.position.hash.to_string(),
            _ => false,
        })
    }
}

/// Whether our own table is there.
pub async fn own_table_exists(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    table: &str,
) -> Result<bool, DriverError> {
    let rows = conn.query(&dialect.own_table_query(table), &[]).await?;
    Ok(matches!(rows.first().and_then(|row| row.first()), Some(Value::Int(n)) if *n > 0)
        || matches!(rows.first().and_then(|row| row.first()), Some(Value::Bool(true))))
}

fn bytes_of(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Bytes(bytes) => Some(bytes.clone()),
        Value::Text(text) => Some(text.clone().into_bytes()),
        _ => None,
    }
}

fn read_record(seq: u64, bytes: &Value, hash: &str) -> Result<Record, JournalError> {
    let broken = |why: &str| JournalError::Broken { seq, why: why.to_owned() };
    let bytes = bytes_of(bytes).ok_or_else(|| broken("isn't bytes"))?;
    if Digest::of(&bytes).to_string() != hash {
        return Err(broken("has been changed: its bytes don't give its hash"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| broken("isn't UTF-8"))?;
    ledger::source::options()
        .from_str(text)
        .map_err(|e: ron::error::SpannedError| JournalError::Newer { seq, why: e.to_string() })
}

/// Moves a position on by one record. The state of a target is the fold of this.
fn step_position(position: &mut Position, record: &Record) {
    position.seq = record.seq;
    match record.kind {
        Kind::Applied | Kind::Reverted => {
            position.heads = record.position.clone();
            position.partial = None;
        }
        Kind::Intent | Kind::Done | Kind::Failed | Kind::Recovered | Kind::Receipt => {
            let unit = record.unit.or(position.partial.as_ref().map(|p| p.unit)).unwrap_or(0);
            position.partial = Some(Partial {
                entry: record.entry,
                way: record.way,
                unit,
                in_flight: record.kind == Kind::Intent,
                plan: record.plan.or(position.partial.as_ref().and_then(|p| p.plan)),
            });
        }
    }
}

/// The position that a whole chain of records amounts to.
pub fn fold(records: &[Record]) -> Position {
    let mut position = Position::default();
    for record in records {
        step_position(&mut position, record);
        if let Ok((_, hash)) = record.seal() {
            position.hash = hash;
        }
    }
    position
}
