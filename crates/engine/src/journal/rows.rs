//! The rows of the journal's table: records on their way in and out, with every check that a row allows.

use dialect::{
    Dialect,
    journal::{Own, RECORD_ROW, insert_row},
};
use model::{Digest, Value};

use super::{JournalError, Kind, Position, Record, position::step_position};

/// Records linked to the end of the chain and to each other.
pub struct Sealed {
    pub(super) rows: Vec<Row>,
    /// What the journal says once they are in it.
    pub(super) position: Position,
}

impl Sealed {
    /// Links one more.
    pub fn push(&mut self, mut record: Record) -> Result<(), JournalError> {
        record.seq = self.position.seq + 1;
        record.prev = self.position.hash;
        if !matches!(record.kind, Kind::Applied | Kind::Reverted) {
            record.position = self.position.heads.clone();
        }
        let (bytes, hash) = record.seal().map_err(|why| JournalError::Broken { seq: record.seq, why })?;
        step_position(&mut self.position, &record);
        self.position.hash = hash;
        self.rows.push(Row {
            seq: i64::try_from(record.seq).unwrap_or(i64::MAX),
            prev: record.prev.to_string(),
            hash: hash.to_string(),
            kind: record.kind.word(),
            entry: record.entry.to_string(),
            // The column is for reading; a record without a step says so by -1.
            step: record.step.map_or(-1, i64::from),
            bytes,
        });
        Ok(())
    }
}

/// A record's row.
pub(super) struct Row {
    pub(super) seq: i64,
    pub(super) prev: String,
    pub(super) hash: String,
    pub(super) kind: &'static str,
    pub(super) entry: String,
    pub(super) step: i64,
    pub(super) bytes: Vec<u8>,
}

impl Row {
    pub(super) fn values(self) -> [Value; 7] {
        [
            Value::Int(self.seq),
            Value::Text(self.prev),
            Value::Text(self.hash),
            Value::Text(self.kind.to_owned()),
            Value::Text(self.entry),
            Value::Int(self.step),
            Value::Bytes(self.bytes),
        ]
    }

    pub(super) fn written_out(&self, dialect: &dyn Dialect) -> String {
        let row = [
            Own::Number(self.seq),
            Own::Word(&self.prev),
            Own::Word(&self.hash),
            Own::Word(self.kind),
            Own::Word(&self.entry),
            Own::Number(self.step),
            Own::Bytes(&self.bytes),
        ];
        insert_row(dialect, RECORD_ROW, &row)
    }
}

/// The records of rows as they follow each other: behind `prev`, or behind whatever the first says.
pub(super) fn chain(rows: &[Vec<Value>], prev: Option<Digest>) -> Result<Vec<Record>, JournalError> {
    let mut before = prev.map(|prev| (0, prev));
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        let seq = before.map_or(0, |(seq, _)| seq + 1);
        let broken = |why: &str| JournalError::Broken { seq, why: why.to_owned() };
        let [Value::Int(number), Value::Text(prev), Value::Text(hash), Value::Text(kind), _, _, bytes] =
            &row[..]
        else {
            return Err(broken("has columns of other types"));
        };
        let found = u64::try_from(*number).unwrap_or(0);
        let seq = before.map_or(found, |_| seq);
        let broken = |why: &str| JournalError::Broken { seq, why: why.to_owned() };
        let record = read_record(seq, bytes, hash)?;
        if record.seq != seq || found != seq {
            return Err(broken("is missing, or numbered otherwise"));
        }
        if before.is_some_and(|(_, hash)| record.prev != hash) || *prev != record.prev.to_string() {
            return Err(broken("doesn't follow the record before it"));
        }
        if kind != record.kind.word() {
            return Err(broken("differs from its columns for reading"));
        }
        before = Some((seq, Digest::parse(hash).unwrap_or_default()));
        records.push(record);
    }
    Ok(records)
}

pub(super) fn bytes_of(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Bytes(bytes) => Some(bytes.clone()),
        Value::Text(text) => Some(text.clone().into_bytes()),
        _ => None,
    }
}

pub(super) fn read_record(seq: u64, bytes: &Value, hash: &str) -> Result<Record, JournalError> {
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
