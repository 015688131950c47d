//! How far a data step has come: kept in the target and moved on in the transaction of each batch.

use model::{Digest, EntryId, Value, canonical::to_canonical, rows::RowDigest};
use serde::{Deserialize, Serialize};

use super::DataError;
use crate::{
    driver::Connection,
    journal::{Journal, Way},
    lease::{Lease, LeaseError},
};

/// The progress of one data step. A crash leaves the state of the last batch that committed, with its rows.
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
    /// The running digest of what went in.
    pub input: RowDigest,
    /// The running digest of what came out.
    pub output: RowDigest,
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
    fn key(&self) -> [Value; 3] {
        [
            Value::Text(self.entry.to_string()),
            Value::Int(i64::try_from(self.unit).unwrap_or(i64::MAX)),
            Value::Text(self.way.word().to_owned()),
        ]
    }

    /// Reads the progress an earlier run left.
    pub async fn read(&self, conn: &mut Connection, journal: &Journal) -> Result<Option<Progress>, DataError> {
        let rows = conn.query(&journal.sql().progress, &self.key()).await?;
        let Some(Value::Bytes(bytes)) = rows.first().and_then(|row| row.first()) else { return Ok(None) };
        let text = std::str::from_utf8(bytes).map_err(|e| DataError::Progress(e.to_string()))?;
        let progress = ledger::ron_options().from_str(text).map_err(|e| DataError::Progress(e.to_string()))?;
        Ok(Some(progress))
    }

    /// Makes the row, in the running transaction.
    pub async fn start(
        &self,
        conn: &mut Connection,
        journal: &Journal,
        lease: &Lease,
        progress: &Progress,
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
        progress: &Progress,
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
        Ok(())
    }
}

fn bytes(progress: &Progress) -> Result<Value, DataError> {
    let text = to_canonical(progress).map_err(|e| DataError::Progress(e.to_string()))?;
    Ok(Value::Bytes(text.into_bytes()))
}

/// The digest of no rows.
pub fn no_rows() -> Digest {
    RowDigest::new().finish()
}
