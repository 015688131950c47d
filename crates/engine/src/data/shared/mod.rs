//! A backfill that several connections, and several machines, work on at once.
//!
//! **What stands where.** `strat_progress` keeps how far the step is, as it does for a step that one connection works on: up to its
//! watermark everything is done. What lies behind it is cut into *ranges*, which stand in `strat_range` with their bounds, how far
//! each is, the pieces of both digests, and who holds it until when. How large ranges are follows from how many rows there are, never from
//! how many take part (`model::sharing`). They are cut when a run asks for several connections, or when somebody on another machine
//! asks to join: a row 0 without ranges is that wish, and the run at work looks for one now and then.
//!
//! **Who may do what.** The run that holds the target's lease cuts, gathers and writes the journal; nobody else does. Whoever works on
//! ranges (the lease holder's own further sessions do it in the same way as another machine's) writes rows, the vault, rows set aside
//! and the range's progress, in one transaction a batch. Taking a range raises its fence, and a batch commits only while the fence is the
//! one it was taken with, so that whoever stood still past its time and comes back finds its batch refused. Time is the database's.
//! Between two batches each looks whether the run it works for still holds the lease, and stops where it doesn't.
//!
//! **What a crash leaves.** A worker that dies leaves its range at its last batch; when its time is over, or at once where it is known to
//! be gone, another goes on from there. When the lease holder dies, the others stop, and the next `up` finds the ranges and goes on with
//! them. A run that goes down instead takes all ranges away first. The gathering is one transaction: the ranges are there, or what they
//! amount to.
//!
//! **Why nobody can tell.** Guests see one batch and nothing else. Rows are hashed one by one, and runs of them end where a key says so,
//! so that pieces of a digest, put together in the order of the keys, are the digest of the whole (`model::rows`). Rows set aside are
//! numbered and chained when ranges are gathered, in the same order; until then they stand under numbers of their range. How many
//! may be is counted in row 0, where one after the other adds to it.

mod crew;
mod cut;
mod gather;
mod range;
mod worker;

use dialect::plan::{PlannedEntry, PlannedStep};
use model::{Schema, data_step::LoweredBackfill};

pub(crate) use range::Head;
pub use range::{RangeRow, all as all_ranges};
pub(super) use range::{Stretch, end_untouched};

use super::{
    DataError,
    job::Job,
    pace::At,
    state::{Progress, Slot},
};
use crate::{apply::Run, journal::Way};

/// A backfill as it is planned, for whoever works on it.
#[derive(Clone, Copy)]
pub(crate) struct Planned<'a> {
    pub entry: &'a PlannedEntry,
    pub backfill: &'a LoweredBackfill,
    pub schema: &'a Schema,
}

/// What came of wanting to take part in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Helped {
    /// Ranges were worked on, until all are done.
    Yes,
    /// It isn't shared out, or not yet.
    No,
}

impl Run<'_> {
    /// Takes part in a step that another run is at, where it is shared out; wishes it where it isn't.
    pub(crate) async fn take_part(
        &mut self,
        (entry, unit): (&PlannedEntry, u64),
        step: &PlannedStep,
        backfill: &LoweredBackfill,
        schema: &Schema,
    ) -> Result<Helped, DataError> {
        let slot = Slot { entry: entry.entry, unit, way: Way::Up };
        let (conn, journal) = (&mut self.target.conn, &self.target.journal);
        let Some(base) = slot.read::<Progress>(conn, journal).await? else { return Ok(Helped::No) };
        match Head::read(conn, journal, slot).await? {
            Some(head) if head.done && head.fence == self.lease.fence => {}
            Some(_) => return Ok(Helped::No),
            None if backfill.passes_on(schema) => return Ok(Helped::No),
            None => {
                Head::wish(conn, journal, slot).await?;
                return Ok(Helped::No);
            }
        }
        let planned = Planned { entry, backfill, schema };
        let at = At { entry, step, sealed: step.at(entry.entry), resumed: false };
        self.work_together(planned, at, slot, &base).await?;
        Ok(Helped::Yes)
    }

    /// Whether a step's rows may be shared out: others can write beside this session, and writing one row changes no other.
    pub(super) fn can_share(&self, job: &Job<'_>) -> bool {
        self.target.dialect.session_lock(0).is_some() && !job.alone
    }

    /// Whether it is to be shared out now: it is already, somebody wishes it, or this run has several connections for it.
    pub(super) async fn is_to_share(&mut self, job: &Job<'_>, slot: Slot) -> Result<bool, DataError> {
        if !self.can_share(job) {
            return Ok(false);
        }
        let head = Head::read(&mut self.target.conn, &self.target.journal, slot).await?;
        Ok(head.is_some() || self.pacing.workers > 1)
    }

    /// Shares a step out, works on it beside others until all of its ranges are done, and takes in what they amount to.
    pub(super) async fn share(
        &mut self,
        job: &Job<'_>,
        at: At<'_>,
        slot: Slot,
        progress: &mut Progress,
    ) -> Result<(), DataError> {
        match Head::read(&mut self.target.conn, &self.target.journal, slot).await? {
            Some(head) if head.done => {
                range::lead(&mut self.target.conn, &self.target.journal, slot, self.lease.fence).await?;
            }
            _ => self.cut(job, slot, progress).await?,
        }
        let planned = Planned { entry: at.entry, backfill: job.step, schema: job.schema };
        self.work_together(planned, at, slot, progress).await?;
        self.gather(job, slot, progress).await
    }
}
