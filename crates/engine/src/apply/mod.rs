//! Carries a plan out on a target: takes it, recovers what an earlier run left, applies entry by entry, journals, gives it back.

mod closing;
mod entry;
mod error;
mod failing;
mod leave;
mod recover;
mod returned;
mod segment;
mod together;
mod ways;

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
    plan::{Direction, Plan, PlannedEntry, PlannedStep},
};
use model::{Digest, EntryId, graph::Graph, history::History};

pub use error::ApplyError;
pub(crate) use segment::{Segment, segments, units};

use self::closing::{After, Closed, Closing};
use crate::{
    data::{Allowed, Pacing, open::Open},
    event::Event,
    guests::Guests,
    journal::Restored,
    lease::Lease,
    target::Target,
};

/// What a run needs beside the plan.
pub struct Orders<'a> {
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
    /// How large batches are, and how fast they follow each other; the results can't depend on it.
    pub pacing: Pacing<'a>,
    /// What data steps may set aside beside what their entries say.
    pub allowed: Allowed<'a>,
    /// How the entries follow each other, and what they do, to tell which of them build on rows that are set aside.
    pub history: &'a History,
}

/// A run in progress.
pub(crate) struct Run<'a> {
    pub target: &'a mut Target,
    pub lease: Lease,
    pub plan: Digest,
    pub guests: &'a Guests<'a>,
    pub accepted: &'a [String],
    pub interrupt: &'a AtomicBool,
    pub pacing: Pacing<'a>,
    pub allowed: Allowed<'a>,
    pub history: &'a History,
    /// Rows that are open, where somebody has looked since the last data step.
    pub open: Option<Vec<Open>>,
    /// Differences there were before hand-written SQL began.
    pub drift: Vec<Difference>,
    /// What was put back of an entry that is being left, for the record that closes it.
    pub left: Option<Restored>,
    /// How the server carried the last statement out that it had a choice about.
    pub taken: Option<ways::Taken>,
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
    let key = target.lock_key();
    let patience = (orders.patience, orders.interrupt);
    let lease = Lease::take(&mut target.conn, target.dialect, &target.journal, key, patience, tell).await?;
    target.journal.refresh(&mut target.conn).await?;
    let mut run = Run {
        target,
        lease,
        plan: plan.digest,
        guests,
        accepted: orders.accepted,
        interrupt: orders.interrupt,
        pacing: orders.pacing,
        allowed: orders.allowed,
        history: orders.history,
        open: None,
        drift: Vec::new(),
        left: None,
        taken: None,
        tell,
    };
    // The plan was made before the lock was got; somebody may have moved the target in between.
    let result = match run.target.journal.position == known {
        true => match run.journal_told().await {
            Ok(()) => run.entries(plan, &orders).await,
            Err(error) => Err(error),
        },
        false => Err(ApplyError::Moved),
    };
    let Run { target, lease, .. } = run;
    if !target.conn.is_broken() {
        lease.release(&mut target.conn, target.dialect, &target.journal).await;
    }
    result
}

impl Run<'_> {
    async fn entries(&mut self, plan: &Plan, orders: &Orders<'_>) -> Result<(), ApplyError> {
        let mut heads =
            Heads::new(&self.target.journal.position.heads, &orders.applied, orders.history.graph());
        for (number, entry) in plan.entries.iter().enumerate() {
            let from = if number == 0 { self.recover(entry).await? } else { 0 };
            self.refuse_open(entry, &behind(entry, from)).await?;
            let (id, message, direction) = (entry.entry, entry.message.clone(), entry.direction);
            (self.tell)(Event::EntryStarted {
                entry: id,
                message,
                direction,
                number: number + 1,
                of: plan.entries.len(),
            });
            let ids = covered(entry);
            let after = match entry.stands_for.iter().map(|passed| passed.after).collect() {
                Some(told) => After::Told(told),
                None => After::Along(orders.history.trail(&self.target.journal.position.heads, &ids)?),
            };
            let close = |id: EntryId| {
                let bytes = orders.bytes.get(&id).map_or(&[][..], |b| b);
                Closed { entry: id, bytes, heads: heads.after(id, direction) }
            };
            let closed = ids.into_iter().map(close).collect();
            let closing = Closing { entry, closed, after, started: Instant::now() };
            self.entry(&closing, from).await?;
        }
        Ok(())
    }
}

/// The steps of an entry that aren't complete after so many units.
fn behind(entry: &PlannedEntry, from: u64) -> Vec<&PlannedStep> {
    let left = segments(entry).into_iter().filter(|segment| segment.end() > from);
    let mut steps: Vec<&PlannedStep> = Vec::new();
    for step in left.flat_map(|segment| segment.steps()) {
        if steps.last().is_none_or(|last| !std::ptr::eq(*last, step)) {
            steps.push(step);
        }
    }
    steps
}

/// The entries that a planned one covers.
fn covered(entry: &PlannedEntry) -> Vec<EntryId> {
    if entry.stands_for.is_empty() {
        return vec![entry.entry];
    }
    entry.stands_for.iter().map(|passed| passed.entry).collect()
}

/// The heads as entries come and go.
struct Heads<'a> {
    graph: &'a Graph,
    heads: BTreeSet<EntryId>,
    /// What is applied before the run; an entry that an earlier run left in the middle isn't.
    applied: &'a BTreeSet<EntryId>,
    /// By how many applied entries each is followed.
    followed: BTreeMap<EntryId, usize>,
}

impl<'a> Heads<'a> {
    fn new(heads: &[EntryId], applied: &'a BTreeSet<EntryId>, graph: &'a Graph) -> Heads<'a> {
        let mut followed = BTreeMap::new();
        for parent in applied.iter().flat_map(|id| graph.parents(*id)) {
            *followed.entry(parent).or_default() += 1;
        }
        Heads { graph, heads: heads.iter().copied().collect(), applied, followed }
    }

    /// The heads after one entry more, or one less: those before, with the entry in the place of its parents or the other way round.
    fn after(&mut self, entry: EntryId, direction: Direction) -> Vec<EntryId> {
        let own = self.graph.parents(entry);
        match direction {
            Direction::Up => {
                for parent in own {
                    *self.followed.entry(parent).or_default() += 1;
                    self.heads.remove(&parent);
                }
                self.heads.insert(entry);
            }
            // What was left in its middle never took its parents' place.
            Direction::Down if !self.applied.contains(&entry) => {}
            Direction::Down => {
                self.heads.remove(&entry);
                for parent in own {
                    let followers = self.followed.entry(parent).or_default();
                    *followers = followers.saturating_sub(1);
                    if *followers == 0 {
                        self.heads.insert(parent);
                    }
                }
            }
        }
        self.heads.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_go_down_the_way_they_came_up() {
        let [a, b, c, merge] = [1u8, 2, 3, 4].map(|n| Digest([n; 32]));
        let parents = [(a, vec![]), (b, vec![a]), (c, vec![a]), (merge, vec![b, c])];
        let graph = Graph::new(parents).expect("it is one");
        let (none, all) = (BTreeSet::new(), graph.ids().collect());
        let mut heads = Heads::new(&[], &none, &graph);
        let up: Vec<_> = [a, b, c, merge].map(|id| heads.after(id, Direction::Up)).into();
        assert_eq!(up, [vec![a], vec![b], vec![b, c], vec![merge]]);
        let mut heads = Heads::new(&[merge], &all, &graph);
        let down: Vec<_> = [merge, c, b, a].map(|id| heads.after(id, Direction::Down)).into();
        assert_eq!(down, [vec![b, c], vec![b], vec![a], vec![]]);
    }

    #[test]
    fn what_is_left_in_its_middle_changes_no_heads() {
        let [a, b, half] = [1u8, 2, 3].map(|n| Digest([n; 32]));
        let graph = Graph::new([(a, vec![]), (b, vec![a]), (half, vec![a])]).expect("it is one");
        for (applied, behind) in [(vec![a, b], [vec![b], vec![a]]), (vec![a], [vec![a], vec![]])] {
            let head = applied[applied.len() - 1];
            let all: BTreeSet<_> = applied.into_iter().collect();
            let mut heads = Heads::new(&[head], &all, &graph);
            assert_eq!([half, head].map(|id| heads.after(id, Direction::Down)), behind);
        }
    }
}
