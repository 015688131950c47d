//! Receipts where they stand: in records of a journal.

use std::collections::{BTreeMap, BTreeSet};

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
    /// What went in of the rows that were set aside, where the journal told.
    aside: BTreeSet<Digest>,
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
        Some(Issued { record, receipt, about, hash, aside: BTreeSet::new() })
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

    /// The hashes of what went in of the rows that were set aside; none where only the receipt is known.
    pub fn aside(&self) -> &BTreeSet<Digest> {
        &self.aside
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
    Ok(of_records(journal.records(conn).await?))
}

/// The receipts among records, each with the rows that its step set aside.
fn of_records(records: Vec<Record>) -> Vec<Issued> {
    let mut aside: BTreeMap<StepRef, BTreeSet<Digest>> = BTreeMap::new();
    let mut all = Vec::new();
    for record in records {
        let about = record.of.or(record.step.map(|step| StepRef { entry: record.entry, step }));
        match (record.kind, about) {
            (Kind::SetAside, Some(about)) => {
                aside.entry(about).or_default().extend(record.aside.iter().map(|row| row.input));
            }
            (Kind::Reverted, _) => aside.retain(|at, _| at.entry != record.entry),
            _ => {
                if let Some(issued) = Issued::of(record) {
                    let aside = aside.remove(&issued.about).unwrap_or_default();
                    all.push(Issued { aside, ..issued });
                }
            }
        }
    }
    all
}
