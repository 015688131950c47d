//! The journal of a target: a hash chain of records, whose fold is the state of the target.

mod context;
mod position;
mod record;
mod rows;

use std::collections::BTreeSet;

use dialect::{
    Dialect,
    journal::{ENTRY_ROW, JournalSql, Own, append_records, insert_row, journal_sql, keep_entries},
};
use model::{Digest, EntryId, Value};

pub use context::Context;
pub use position::{Partial, Position, fold};
pub use record::{AsideRow, Kind, Receipt, Record, Restored, SetAside, Throttle, Way, Who};

pub use rows::Sealed;
use rows::{Row, bytes_of, chain, read_record};

use crate::{
    clock,
    driver::{Connection, DriverError},
};

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

/// So many rows are sent as text; more are bound to a prepared statement.
const WRITTEN_OUT: usize = 4;

/// The name and version that records carry.
pub const TOOL: &str = concat!("strat ", env!("CARGO_PKG_VERSION"));

impl Journal {
    /// Reads where the target stands; a target without a journal is empty.
    pub async fn open(
        conn: &mut Connection,
        dialect: &'static dyn Dialect,
        context: Context,
    ) -> Result<Journal, JournalError> {
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
        let (Some(Value::Int(seq)), Some(Value::Text(hash)), Some(bytes)) =
            (row.first(), row.get(1), row.get(2))
        else {
            return Err(JournalError::Broken { seq: 0, why: "has columns of other types".to_owned() });
        };
        let record = read_record(u64::try_from(*seq).unwrap_or(0), bytes, hash)?;
        if matches!(record.kind, Kind::Applied | Kind::Reverted) {
            let hash = Digest::parse(hash).unwrap_or_default();
            let (seq, heads, place) = (record.seq, record.position, record.place);
            self.position = Position { seq, hash, heads, partial: None, place };
            return Ok(());
        }
        let rows = conn.query(&self.sql.tail, &[]).await?;
        self.position = fold(&chain(&rows, None)?);
        Ok(())
    }

    /// All records, with the chain checked from the first to the last.
    pub async fn records(&self, conn: &mut Connection) -> Result<Vec<Record>, JournalError> {
        let rows = conn.query(&self.sql.all, &[]).await?;
        chain(&rows, Some(Digest::ZERO))
    }

    /// Creates what is missing of our own tables.
    pub async fn create_tables(&self, conn: &mut Connection) -> Result<(), DriverError> {
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
        let now = self.now_ms();
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
            of: None,
            treated: Vec::new(),
            receipt: None,
            aside: Vec::new(),
            restored: None,
            throttle: None,
            note: None,
            millis: 0,
            at: clock::rfc3339(now),
            server_at: Some(clock::rfc3339(now + self.context.server_ahead_ms)),
            who: self.context.who.clone(),
            tool: TOOL.to_owned(),
            server: self.context.server.clone(),
            place: Some(self.context.place.clone()).filter(|place| !place.is_empty()),
        }
    }

    /// Appends records in the running transaction (or by itself where there is none). A second writer that got in between has
    /// taken the number and the `prev`, so that this fails: the chain can't fork.
    pub async fn append(&mut self, conn: &mut Connection, records: Vec<Record>) -> Result<(), JournalError> {
        let sealed = self.seal(records)?;
        self.keep_and_append(conn, &[], sealed).await
    }

    /// Links records to the end of the chain. They are in the journal once they were appended.
    pub fn seal(&self, records: Vec<Record>) -> Result<Sealed, JournalError> {
        seal_behind(self.position.clone(), records)
    }

    /// Keeps entries' bytes in the target, so that it can always say what it is and go back, and appends records.
    pub async fn keep_and_append(
        &mut self,
        conn: &mut Connection,
        entries: &[(EntryId, &[u8])],
        sealed: Sealed,
    ) -> Result<(), JournalError> {
        if !entries.is_empty() && self.kept.is_none() {
            let rows = conn.query(&self.sql.entries, &[]).await?;
            let ids = rows.iter().filter_map(|row| match row.first() {
                Some(Value::Text(id)) => Digest::parse(id),
                _ => None,
            });
            self.kept = Some(ids.collect());
        }
        let kept = self.kept.as_mut();
        let new: Vec<_> = match kept {
            Some(kept) => entries.iter().filter(|(id, _)| kept.insert(*id)).collect(),
            None => Vec::new(),
        };
        self.position = sealed.position;
        let rows = sealed.rows;
        if new.len() + rows.len() <= WRITTEN_OUT {
            return Ok(self.write_out(conn, &new, &rows).await?);
        }
        for chunk in new.chunks(ROWS_AT_ONCE) {
            let values =
                |(id, bytes): &&(EntryId, &[u8])| [Value::Text(id.to_string()), Value::Bytes(bytes.to_vec())];
            let params = chunk.iter().flat_map(values).collect();
            conn.execute_all(&keep_entries(self.dialect, chunk.len()), params).await?;
        }
        let mut rows = rows.into_iter().map(Row::values).peekable();
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take(ROWS_AT_ONCE).collect();
            let sql = append_records(self.dialect, chunk.len());
            conn.execute_all(&sql, chunk.into_iter().flatten().collect()).await?;
        }
        Ok(())
    }

    /// Sends few rows as text, in one round trip where the server takes several statements at once.
    async fn write_out(
        &self,
        conn: &mut Connection,
        entries: &[&(EntryId, &[u8])],
        rows: &[Row],
    ) -> Result<(), DriverError> {
        let mut statements = Vec::with_capacity(entries.len() + rows.len());
        for (id, bytes) in entries {
            let row = [Own::Word(&id.to_string()), Own::Bytes(bytes)];
            statements.push(insert_row(self.dialect, ENTRY_ROW, &row));
        }
        statements.extend(rows.iter().map(|row| row.written_out(self.dialect)));
        if self.dialect.name() == "postgres" && conn.in_transaction() {
            statements.into_iter().for_each(|statement| conn.defer(statement));
            return Ok(());
        }
        if self.dialect.envelope().transactional_ddl {
            statements = vec![statements.join(";\n")];
        }
        for statement in statements.iter().filter(|statement| !statement.is_empty()) {
            conn.run(statement).await?;
        }
        Ok(())
    }

    /// Reads an entry's bytes back.
    pub async fn kept_entry(
        &self,
        conn: &mut Connection,
        id: EntryId,
    ) -> Result<Option<Vec<u8>>, DriverError> {
        let rows = conn.query(&self.sql.entry, &[Value::Text(id.to_string())]).await?;
        Ok(rows.into_iter().next().and_then(|row| bytes_of(row.first()?)))
    }

    /// Whether an entry is applied, by the last record that says so or says that it was undone. Needs no more than to read the
    /// journal, and no ledger.
    pub async fn is_applied(&self, conn: &mut Connection, id: EntryId) -> Result<bool, JournalError> {
        if self.position.seq == 0 {
            return Ok(false);
        }
        let rows = conn.query(&self.sql.latest, &[Value::Text(id.to_string())]).await?;
        let Some([Value::Int(seq), Value::Text(hash), bytes]) = rows.first().map(|row| &row[..]) else {
            return Ok(false);
        };
        let record = read_record(u64::try_from(*seq).unwrap_or(0), bytes, hash)?;
        Ok(record.kind == Kind::Applied && record.entry == id)
    }

    /// Commits, and tells whether the record appended last is really there.
    pub async fn commit(&self, conn: &mut Connection) -> Result<bool, DriverError> {
        if self.dialect.name() == "postgres" {
            let (seq, hash) = (self.position.seq, self.position.hash);
            let look = format!("SELECT 1 FROM strat_journal WHERE seq = {seq} AND hash = '{hash}'");
            return Ok(conn.commit_and_run(&look).await? == 1);
        }
        conn.commit().await?;
        // SQLite is no server: what it says of a commit is so.
        Ok(self.dialect.session_lock(0).is_none() || self.is_durable(conn).await?)
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

/// Links records to the end of a chain that stands at this position.
pub fn seal_behind(position: Position, records: Vec<Record>) -> Result<Sealed, JournalError> {
    let mut sealed = Sealed { rows: Vec::with_capacity(records.len()), position };
    records.into_iter().try_for_each(|record| sealed.push(record))?;
    Ok(sealed)
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
