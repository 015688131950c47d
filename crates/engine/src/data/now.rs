//! What a transfer or an aggregate would make now, held against the rows that it once made, before these are deleted.
//!
//! What differs is kept. A row that would not be made any more is kept whole, as doing the step again won't bring it back; so are all
//! that are left where the script can't be run on what it reads now.

use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
};

use dialect::plan::PlannedEntry;
use model::{Digest, Schema, StepRef, Value, data_step::LoweredDerive};

use super::{
    DataError,
    derive::Job,
    filling::Filling,
    state::Progress,
    thread::apart,
    vault::{Filled, Keeping, MadeBy},
};
use crate::apply::Run;

/// Rows that are handed to the guest at once, if a group isn't larger.
const SLICE: usize = 1_000;

/// The tables that the step makes rows of.
pub(super) fn made_by<'a>(step: &'a LoweredDerive, fillings: &'a [Filling]) -> MadeBy<'a> {
    let tables = step.into.iter().zip(fillings);
    let tables =
        tables.map(|(into, filling)| Filled { table: into.table, key: &into.key, columns: &filling.columns });
    MadeBy { script: step.step.script(), tables: tables.collect() }
}

/// Rows that the step once made and hasn't made again, by digests of their keys.
#[derive(Default)]
pub(super) struct Unmade(HashSet<(usize, [u8; 16])>);

impl Unmade {
    pub fn add(&mut self, keeping: &Keeping<'_>, number: usize, row: &[Value]) {
        self.0.insert(place(keeping, number, row));
    }

    pub fn has(&self, keeping: &Keeping<'_>, number: usize, row: &[Value]) -> bool {
        self.0.contains(&place(keeping, number, row))
    }

    /// Whether it was there: now it is made again.
    fn remove(&mut self, keeping: &Keeping<'_>, number: usize, row: &[Value]) -> bool {
        self.0.remove(&place(keeping, number, row))
    }
}

/// Half a digest is enough to tell keys apart, and half as large.
fn place(keeping: &Keeping<'_>, number: usize, row: &[Value]) -> (usize, [u8; 16]) {
    let mut half = [0; 16];
    half.copy_from_slice(&Digest::of(&keeping.key_bytes(number, row)).0[..16]);
    (number, half)
}

impl Run<'_> {
    /// Runs the script over what it reads now, keeps what differs from what it makes, and leaves in `unmade` what it doesn't make.
    pub(super) async fn hold_against_now(
        &mut self,
        at: (&PlannedEntry, StepRef),
        schema: &Schema,
        derive: &LoweredDerive,
        held: (&mut Keeping<'_>, &mut Unmade),
    ) -> Result<(), DataError> {
        match self.hold_all(at, schema, derive, held).await {
            Err(error) if error.is_of_script() => Ok(()),
            other => other,
        }
    }

    async fn hold_all(
        &mut self,
        at: (&PlannedEntry, StepRef),
        schema: &Schema,
        derive: &LoweredDerive,
        (keeping, unmade): (&mut Keeping<'_>, &mut Unmade),
    ) -> Result<(), DataError> {
        let looked = self.look_up(schema, &derive.lookups).await?;
        let job = Job::new(self, derive, schema, looked, (at, true))?;
        let mut progress = Progress { upto: self.last_place(&job).await?, ..Progress::none() };
        while progress.upto.is_some() {
            if self.interrupt.load(Ordering::Relaxed) {
                return Err(DataError::Interrupted { done: 0 });
            }
            let rows = match derive.is_aggregate() {
                true => self.whole_groups(&job, &progress, SLICE).await?,
                false => self.read_on(&job, &progress, SLICE).await?,
            };
            let Some(last) = rows.last() else { break };
            progress.watermark = Some(job.place_of(last));
            let (work, refused) = (Arc::clone(&job.work), Arc::clone(&job.refused));
            let made = apart(move || work.run(&rows, &refused)).await?;
            for (number, rows) in made.tables.into_iter().enumerate() {
                let once = |row: &Vec<Value>| unmade.remove(keeping, number, row);
                let rows: Vec<_> = rows.into_iter().filter(once).collect();
                self.keep_changed(keeping, number, &rows).await?;
            }
        }
        Ok(())
    }
}
