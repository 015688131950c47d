//! Carries a plan out on a target: takes it, recovers what an earlier run left, applies entry by entry, journals, gives it back.

mod entry;
mod error;
mod recover;
mod segment;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use dialect::{
    Difference,
    plan::{Direction, Plan, PlannedEntry},
};
use model::{Digest, EntryId};

pub use error::ApplyError;

use crate::{event::Event, guests::Guests, lease::Lease, target::Target};

/// What a run needs beside the plan.
pub struct Orders<'a> {
    /// Parents of every entry known, to derive the heads after each.
    pub parents: &'a BTreeMap<EntryId, Vec<EntryId>>,
    /// Bytes of the plan's entries.
    pub bytes: &'a BTreeMap<EntryId, Arc<[u8]>>,
    /// Entries applied before.
    pub applied: BTreeSet<EntryId>,
    /// Hazards accepted on the command line.
    pub accepted: &'a [String],
    /// How long to wait for another run.
    pub patience: Duration,
    /// Set when the run is to stop after the batch at hand.
    pub interrupt: &'a AtomicBool,
    /// Rows of a batch at the most; the results can't depend on it.
    pub batch_rows: usize,
}

/// A run in progress.
pub(crate) struct Run<'a> {
    pub target: &'a mut Target,
    pub lease: Lease,
    pub plan: Digest,
    pub guests: &'a Guests<'a>,
    pub accepted: &'a [String],
    pub interrupt: &'a AtomicBool,
    pub batch_rows: usize,
    /// Differences there were before hand-written SQL began.
    pub drift: Vec<Difference>,
    pub tell: &'a mut (dyn FnMut(Event) + Send),
}

impl Run<'_> {
    fn check_interrupt(&self) -> Result<(), ApplyError> {
        if self.interrupt.load(Ordering::Relaxed) { Err(ApplyError::Interrupted) } else { Ok(()) }
    }
}

/// Carries the plan out. On error everything journaled so far stands, and the same call goes on from there.
pub async fn apply(
    target: &mut Target,
    plan: &Plan,
    orders: Orders<'_>,
    guests: &Guests<'_>,
    tell: &mut (dyn FnMut(Event) + Send),
) -> Result<(), ApplyError> {
    let known = target.journal.position.clone();
    target.journal.create_tables(&mut target.conn).await?;
    let key = target.lock_key();
    let lease =
        Lease::take(&mut target.conn, target.dialect, &target.journal, key, orders.patience, tell).await?;
    target.journal.refresh(&mut target.conn).await?;
    let mut run = Run {
        target,
        lease,
        plan: plan.digest,
        guests,
        accepted: orders.accepted,
        interrupt: orders.interrupt,
        batch_rows: orders.batch_rows,
        drift: Vec::new(),
        tell,
    };
    // The plan was made before the lock was got; somebody may have moved the target in between.
    let result = if run.target.journal.position == known {
        run.entries(plan, &orders).await
    } else {
        Err(ApplyError::Moved)
    };
    let Run { target, lease, .. } = run;
    if !target.conn.is_broken() {
        lease.release(&mut target.conn, target.dialect, &target.journal).await;
    }
    result
}

impl Run<'_> {
    async fn entries(&mut self, plan: &Plan, orders: &Orders<'_>) -> Result<(), ApplyError> {
        let mut applied = orders.applied.clone();
        for (number, entry) in plan.entries.iter().enumerate() {
            let from = if number == 0 { self.recover(entry).await? } else { 0 };
            let (id, message, direction) = (entry.entry, entry.message.clone(), entry.direction);
            (self.tell)(Event::EntryStarted {
                entry: id,
                message,
                direction,
                number: number + 1,
                of: plan.entries.len(),
            });
            let mut heads = self.target.journal.position.heads.clone();
            let mut before = entry.before;
            let mut closed = Vec::with_capacity(entry.stands_for.len().max(1));
            for (id, after) in covered(entry) {
                match entry.direction {
                    Direction::Up => applied.insert(id),
                    Direction::Down => applied.remove(&id),
                };
                heads = self::heads(&heads, id, entry.direction, orders.parents, &applied);
                let bytes = orders.bytes.get(&id).map_or(&[][..], |b| b);
                closed.push(entry::Closed { entry: id, bytes, heads: heads.clone(), before, after });
                before = after;
            }
            let closing = entry::Closing { entry, closed, started: Instant::now() };
            self.entry(&closing, from).await?;
        }
        Ok(())
    }
}

/// The entries that a planned one covers, with the digest after each.
fn covered(entry: &PlannedEntry) -> Vec<(EntryId, Digest)> {
    if entry.stands_for.is_empty() {
        return vec![(entry.entry, entry.after)];
    }
    entry.stands_for.iter().map(|passed| (passed.entry, passed.after)).collect()
}

/// The heads after one entry more, or one less: those before, with the entry in the place of its parents or the other way round.
fn heads(
    before: &[EntryId],
    entry: EntryId,
    direction: Direction,
    parents: &BTreeMap<EntryId, Vec<EntryId>>,
    applied: &BTreeSet<EntryId>,
) -> Vec<EntryId> {
    let mut heads: BTreeSet<EntryId> = before.iter().copied().collect();
    let own = parents.get(&entry).map_or(&[][..], |p| p);
    match direction {
        Direction::Up => {
            for parent in own {
                heads.remove(parent);
            }
            heads.insert(entry);
        }
        Direction::Down => {
            heads.remove(&entry);
            for parent in own {
                let followed = applied.iter().any(|id| parents.get(id).is_some_and(|p| p.contains(parent)));
                if !followed {
                    heads.insert(*parent);
                }
            }
        }
    }
    heads.into_iter().collect()
}
