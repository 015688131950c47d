//! The guest of a step of any shape that goes through rows, once more: what came of rows, without anything to send.

use std::collections::BTreeSet;

use dialect::Binding;
use model::{Digest, Lowered, Schema, Value};

use super::Issued;
use crate::{
    data::{
        DataError,
        allowed::Leaves,
        derived,
        kept::what,
        lookups::Looked,
        vault::Blocks,
        work::{Bind, Refused, Work},
    },
    guests::{Guests, Wanted},
};

/// Work of either shape.
pub(super) enum Again {
    Backfill(Box<Work>),
    Derive(Box<derived::Work>),
}

/// What came of some rows.
pub(super) struct Ran {
    /// Rows that would be changed, or made.
    pub changed: u64,
    pub fuel: u64,
    /// Of each row or group: the hash of what went in, of what came out, and whether a run of the digests ends with it.
    pub hashes: Vec<(Digest, Digest, bool)>,
    /// The key of the first row that stands otherwise.
    pub standing: Option<Vec<Value>>,
}

impl Again {
    /// The step's work; nothing where it goes through no rows.
    pub fn new(
        change: &Lowered,
        schema: &Schema,
        guests: &Guests<'_>,
        (issued, looked): (&Issued, &Looked),
    ) -> Result<Option<Again>, DataError> {
        Ok(Some(match change {
            Lowered::Backfill(step) => {
                let wanted = Wanted {
                    script: &step.step.script,
                    module: step.step.module.as_ref(),
                    params: &step.step.params,
                    assets: &step.step.assets,
                    lookups: &looked.batches,
                    limits: step.step.limits,
                };
                // What is made isn't sent: changed rows are looked at by their first values, the key.
                let bind = Bind { binding: Binding::Rows, most: usize::MAX };
                // Whoever ran it may have let it set aside what its entry doesn't.
                let leaves = Leaves { all: issued.receipt().set_aside.is_some(), ..Leaves::default() };
                let with = (Blocks::new(Vec::new()), leaves);
                let table = crate::data::table(schema, step.table)?;
                let work = Work::new(step, schema, table, guests.load(wanted)?, bind, with)?;
                let aside: &BTreeSet<Digest> = issued.aside();
                Again::Backfill(Box::new(work.leaving(aside)))
            }
            Lowered::Derive(step) => {
                let wanted = Wanted {
                    script: step.step.script(),
                    module: step.step.module(),
                    params: step.step.params(),
                    assets: step.step.assets(),
                    lookups: &looked.batches,
                    limits: step.step.limits(),
                };
                let table = crate::data::table(schema, step.table)?;
                let leaves = Leaves { all: issued.receipt().set_aside.is_some(), ..Leaves::default() };
                let with = (what(step)?, leaves);
                let work = derived::Work::new(step, schema, table, guests.load(wanted)?, with)?;
                Again::Derive(Box::new(work.leaving(issued.aside())))
            }
            _ => return Ok(None),
        }))
    }

    /// Runs the guest over rows as read; an aggregate's are whole groups.
    pub fn run(&self, rows: Vec<Vec<Value>>, keys: usize) -> Result<Ran, DataError> {
        Ok(match self {
            Again::Backfill(work) => {
                let worked = work.run(rows, false)?;
                let standing = worked.parts.first().and_then(|part| part.params.get(..keys));
                let standing = standing.map(<[Value]>::to_vec);
                Ran { changed: worked.changed, fuel: worked.fuel, hashes: worked.hashes, standing }
            }
            Again::Derive(work) => {
                let made = work.run(&rows, &Refused::new())?;
                let changed = made.tables.iter().map(|rows| rows.len() as u64).sum();
                Ran { changed, fuel: made.fuel, hashes: made.hashes, standing: None }
            }
        })
    }
}
