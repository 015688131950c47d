//! How far a data step has come: kept in the target and moved on in the transaction of each batch.

use std::collections::BTreeMap;

use model::{Digest, EntryId, Value, canonical::to_canonical, rows::RowDigest};
use serde::{Deserialize, Serialize};

use super::{DataError, reject::Aside};
use crate::{
    driver::Connection,
    journal::{Journal, Restored, Way},
    lease::{Lease, LeaseError},
};

/// The progress of one data step. A crash leaves the state of the last batch that committed, with its rows.
///
/// Stored as the length of the canonical text (u32 LE), the text, the length of the input digest's state (u32 LE), that state,
/// and the output digest's state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Progress", deny_unknown_fields)]
pub struct Progress {
    /// The last key there was when the step began; rows behind it came later.
    pub upto: Option<Vec<Value>>,
    /// The key of the last row done.
    pub watermark: Option<Vec<Value>>,
    /// How many rows there were to visit.
    pub total: u64,
    /// Rows handed to the guest.
    pub read: u64,
    /// Rows written.
    pub changed: u64,
    /// Fuel spent.
    pub fuel: u64,
    /// Rows inserted into each table, for a step that makes rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<u64>,
    /// Digests of the small tables that the guest is handed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lookups: BTreeMap<String, Digest>,
    /// Rows set aside.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub aside: u64,
    /// How many of those were named by whoever ran the step.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub named: u64,
    /// The running digest of all that were set aside.
    #[serde(default, skip_serializing_if = "is_none")]
    pub asides: Digest,
    /// Of a range: which of those were set aside by whoever ran the step, by their numbers in it, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_hand: Vec<(u64, String)>,
    /// Those of the batch at hand, to be told of.
    #[serde(skip)]
    pub fresh: Vec<Aside>,
    /// The running digest of what went in.
    #[serde(skip)]
    pub input: RowDigest,
    /// The running digest of what came out.
    #[serde(skip)]
    pub output: RowDigest,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn is_none(digest: &Digest) -> bool {
    *digest == Digest::ZERO
}

impl Progress {
    /// Whether rows may be left between where it is and its end.
    pub fn has_rows_left(&self) -> bool {
        self.upto.is_some() && self.watermark != self.upto
    }

    /// Nothing is done, and there is nothing to do.
    pub fn none() -> Progress {
        Progress {
            upto: None,
            watermark: None,
            total: 0,
            read: 0,
            changed: 0,
            fuel: 0,
            made: Vec::new(),
            lookups: BTreeMap::new(),
            aside: 0,
            named: 0,
            asides: Digest::ZERO,
            by_hand: Vec::new(),
            fresh: Vec::new(),
            input: RowDigest::new(),
            output: RowDigest::new(),
        }
    }
}

/// What is kept of a data step between its batches.
pub trait Stored: Sized {
    /// As bytes in the target.
    fn to_bytes(&self) -> Result<Vec<u8>, String>;

    /// From these bytes.
    fn from_bytes(bytes: &[u8]) -> Result<Self, String>;

    /// Whether no batch was kept yet.
    fn is_untouched(&self) -> bool;
}

/// How far a data step has come, for those who look at it from outside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watermark {
    /// The key of the last row done.
    pub at: Option<Vec<Value>>,
    /// How many rows there were to visit.
    pub total: u64,
    /// Rows done.
    pub read: u64,
    /// Rows written.
    pub changed: u64,
}

impl Watermark {
    /// Reads it from what is kept in the target.
    pub fn read(bytes: &[u8]) -> Result<Watermark, String> {
        match Progress::from_bytes(bytes) {
            Ok(Progress { watermark, total, read, changed, .. }) => {
                Ok(Watermark { at: watermark, total, read, changed })
            }
            // The way back counts what it looked at.
            Err(why) => match Restored::from_bytes(bytes) {
                Ok(back) => {
                    Ok(Watermark { at: None, total: back.kept, read: back.done(), changed: back.restored })
                }
                Err(_) => Err(why),
            },
        }
    }
}

/// Where a step's progress is kept.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// The entry.
    pub entry: EntryId,
    /// The unit within the entry.
    pub unit: u64,
    /// Which way.
    pub way: Way,
}

impl Slot {
    /// What its ranges are found by.
    pub(super) fn of_ranges(&self) -> [Value; 2] {
        let [entry, unit, _] = self.key();
        [entry, unit]
    }

    fn key(&self) -> [Value; 3] {
        [
            Value::Text(self.entry.to_string()),
            Value::Int(i64::try_from(self.unit).unwrap_or(i64::MAX)),
            Value::Text(self.way.word().to_owned()),
        ]
    }

    /// Reads the progress an earlier run left.
    pub async fn read<S: Stored>(
        &self,
        conn: &mut Connection,
        journal: &Journal,
    ) -> Result<Option<S>, DataError> {
        let rows = conn.query(&journal.sql().progress, &self.key()).await?;
        let Some(Value::Bytes(bytes)) = rows.first().and_then(|row| row.first()) else { return Ok(None) };
        S::from_bytes(bytes).map(Some).map_err(DataError::Progress)
    }

    /// Makes the row, in the running transaction.
    pub async fn start(
        &self,
        conn: &mut Connection,
        journal: &Journal,
        lease: &Lease,
        progress: &impl Stored,
    ) -> Result<(), DataError> {
        let [entry, unit, way] = self.key();
        let params = [entry, unit, way, Value::Int(lease.fence), bytes(progress)?];
        conn.execute(&journal.sql().start_progress, &params).await?;
        Ok(())
    }

    /// Moves it on, in the running transaction; a run whose lease was taken over finds a newer fence there and stops.
    pub async fn advance(
        &self,
        conn: &mut Connection,
        journal: &Journal,
        lease: &Lease,
        progress: &impl Stored,
    ) -> Result<(), DataError> {
        let [entry, unit, way] = self.key();
        let params = [Value::Int(lease.fence), bytes(progress)?, entry, unit, way, Value::Int(lease.fence)];
        if conn.execute(&journal.sql().move_progress, &params).await? != 1 {
            return Err(LeaseError::Lost.into());
        }
        Ok(())
    }

    /// Removes the row, in the transaction that journals the receipt.
    pub async fn end(&self, conn: &mut Connection, journal: &Journal) -> Result<(), DataError> {
        conn.execute(&journal.sql().end_progress, &self.key()).await?;
        conn.execute(&journal.sql().ranges.end, &self.of_ranges()).await?;
        Ok(())
    }
}

fn bytes(progress: &impl Stored) -> Result<Value, DataError> {
    progress.to_bytes().map(Value::Bytes).map_err(DataError::Progress)
}

impl Stored for Progress {
    fn to_bytes(&self) -> Result<Vec<u8>, String> {
        let text = to_canonical(self).map_err(|e| e.to_string())?;
        let input = self.input.to_bytes();
        let mut bytes = Vec::with_capacity(text.len() + input.len() + 64);
        for part in [text.as_bytes(), &input] {
            bytes.extend_from_slice(&(part.len() as u32).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        bytes.extend_from_slice(&self.output.to_bytes());
        Ok(bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Progress, String> {
        let (text, rest) = part(bytes).ok_or("it is cut off")?;
        let (input, output) = part(rest).ok_or("it is cut off")?;
        let text = std::str::from_utf8(text).map_err(|e| e.to_string())?;
        let mut progress: Progress = ledger::source::options().from_str(text).map_err(|e| e.to_string())?;
        progress.input = RowDigest::from_bytes(input).map_err(|e| e.to_string())?;
        progress.output = RowDigest::from_bytes(output).map_err(|e| e.to_string())?;
        Ok(progress)
    }

    fn is_untouched(&self) -> bool {
        self.watermark.is_none()
    }
}

fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// The digest of no rows.
pub fn no_rows() -> Digest {
    RowDigest::new().digest()
}
