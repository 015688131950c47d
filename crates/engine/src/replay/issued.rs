//! Receipts where they stand: in records of a journal.

use model::{Digest, StepRef};

use crate::{
    driver::Connection,
    journal::{Journal, JournalError, Kind, Receipt, Record, Way},
};

/// A record that holds the receipt of a data step that was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Issued {
    record: Record,
    receipt: Receipt,
    about: StepRef,
    hash: Digest,
}

impl Issued {
    /// The record, where it is one: steps that were undone have receipts too, and those are none of this.
    pub fn of(record: Record) -> Option<Issued> {
        if record.kind != Kind::Receipt || record.way != Way::Up {
            return None;
        }
        let receipt = record.receipt.clone()?;
        let about = record.of.or(record.step.map(|step| StepRef { entry: record.entry, step }))?;
        let (_, hash) = record.seal().ok()?;
        Some(Issued { record, receipt, about, hash })
    }

    /// The record.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Its hash.
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// The receipt.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// The step it is about.
    pub fn about(&self) -> StepRef {
        self.about
    }
}

/// The receipts of a target's journal, oldest first. The journal's chain is checked from its first record on.
///
/// # Errors
/// When the chain doesn't hold together.
pub async fn issued(journal: &Journal, conn: &mut Connection) -> Result<Vec<Issued>, JournalError> {
    if journal.position.seq == 0 {
        return Ok(Vec::new());
    }
    Ok(journal.records(conn).await?.into_iter().filter_map(Issued::of).collect())
}
