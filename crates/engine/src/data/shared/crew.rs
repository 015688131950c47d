//! Several sessions of one process on one step, and one beside them that looks after all: tells how far they are, keeps the lease, and
//! stops them together.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    pin::Pin,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, channel},
    },
    task::Poll,
    time::Duration,
};

use super::{
    super::{
        DataError,
        pace::At,
        state::{Progress, Slot},
    },
    Planned,
    range::{Head, RangeRow, list, prolong},
};
use crate::{
    apply::Run,
    control::Control,
    driver::Mode,
    event::{Beat, Event, Motion, Shared},
    lease::LeaseError,
    target::Target,
};

/// Between two looks at how far all are.
const LOOK: Duration = Duration::from_millis(250);

type Work<'a> = Pin<Box<dyn Future<Output = Result<(), DataError>> + 'a>>;

/// Drives all to their ends, on this thread: a session must not be dropped in the middle of what it says.
async fn all_of(mut all: Vec<Work<'_>>) -> Vec<Result<(), DataError>> {
    let mut ended: Vec<Option<Result<(), DataError>>> = all.iter().map(|_| None).collect();
    poll_fn(|cx| {
        for (work, ended) in all.iter_mut().zip(&mut ended).filter(|(_, ended)| ended.is_none()) {
            if let Poll::Ready(result) = work.as_mut().poll(cx) {
                *ended = Some(result);
            }
        }
        if ended.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    ended.into_iter().flatten().collect()
}

/// What of all that went wrong is told: who only stopped since another failed comes last.
fn worst(results: Vec<Result<(), DataError>>) -> Option<DataError> {
    let rank = |error: &DataError| match error {
        DataError::Interrupted { .. } => 2,
        DataError::Lease(_) => 1,
        _ => 0,
    };
    results.into_iter().filter_map(Result::err).min_by_key(rank)
}

/// The same failure, telling how many rows are done in all.
fn with_all(error: DataError, rows: u64) -> DataError {
    match error {
        DataError::Row(mut stopped) => {
            stopped.done = rows;
            DataError::Row(stopped)
        }
        DataError::Paused { at, pause, .. } => DataError::Paused { at, pause, done: rows },
        DataError::Interrupted { .. } => DataError::Interrupted { done: rows },
        other => other,
    }
}

impl Run<'_> {
    /// Works on a step that is shared out, with as many sessions as this run may have, until all of its ranges are done. `base` is what is
    /// done before the first of them. On an error every session has come to rest and given its range back.
    pub(crate) async fn work_together(
        &mut self,
        planned: Planned<'_>,
        at: At<'_>,
        slot: Slot,
        base: &Progress,
    ) -> Result<(), DataError> {
        let head = Head::read(&mut self.target.conn, &self.target.journal, slot).await?;
        let counted = head.map_or(0, |head| head.aside);
        let most = self.allowed.most_behind(planned.backfill.step.on_reject, counted);
        let mut sessions = Vec::new();
        for _ in 0..self.pacing.workers.max(1) {
            sessions.push(self.another_session().await?);
        }
        let (halt, (news, told)) = (AtomicBool::new(false), channel());
        let (plan, guests, accepted) = (self.plan, self.guests, self.accepted);
        let (pacing, allowed, history) = (self.pacing, self.allowed, self.history);
        let mut all: Vec<Work<'_>> = Vec::new();
        for (number, target) in sessions.iter_mut().enumerate() {
            let (news, halt) = (news.clone(), &halt);
            let lease = self.lease.share(target.dialect);
            all.push(Box::pin(async move {
                // Nobody listens any more when all are at rest.
                let mut tell = move |event| drop(news.send((number, event)));
                let mut run = Run {
                    target,
                    lease,
                    plan,
                    guests,
                    accepted,
                    interrupt: halt,
                    pacing,
                    allowed,
                    history,
                    open: None,
                    drift: Vec::new(),
                    left: None,
                    taken: None,
                    tell: &mut tell,
                };
                let result = run.work_on_ranges(planned, at, slot, most).await;
                if result.is_err() {
                    halt.store(true, Ordering::Relaxed);
                }
                result
            }));
        }
        all.push(Box::pin(self.watch(at, slot, base, (&halt, &told))));
        let results = all_of(all).await;
        for target in sessions {
            target.conn.close().await;
        }
        self.pass_on(&told, &mut BTreeMap::new());
        let Some(error) = worst(results) else { return Ok(()) };
        Err(self.in_all(error, at, slot, base).await?)
    }

    /// The failure as it is told of all sessions together.
    async fn in_all(
        &mut self,
        error: DataError,
        at: At<'_>,
        slot: Slot,
        base: &Progress,
    ) -> Result<DataError, DataError> {
        let rows = self.rows_of_all(slot, base).await;
        if matches!(error, DataError::Paused { .. }) {
            // The sessions may have heard of it before this one did.
            self.journal_what_was_told().await?;
        }
        if matches!(error, DataError::Lease(LeaseError::Over)) {
            // Whoever was joined may have stopped at a pause, which stops this run as well.
            let control = Control::read(&mut self.target.conn, &self.target.journal).await?;
            if let Some(pause) = control.pause(at.sealed) {
                return Ok(DataError::Paused { at: at.sealed, pause: Box::new(pause.clone()), done: rows });
            }
        }
        Ok(with_all(error, rows))
    }

    /// One more session with the target, which the server ends when it stands still in the middle of a batch.
    async fn another_session(&mut self) -> Result<Target, DataError> {
        let (url, principal) = (self.target.url.clone(), self.target.journal.principal().to_owned());
        let opened = Target::open(&url, Mode::Write, &principal).await;
        let mut target = opened.map_err(|cause| DataError::Session(Box::new(cause)))?;
        if let Some(limit) = target.dialect.end_standstill() {
            // A server that doesn't know it does without: the range's own time runs out all the same.
            let _ = target.conn.run(limit).await;
        }
        Ok(target)
    }

    /// Looks after the sessions until all ranges are done, or they are to stop.
    async fn watch(
        &mut self,
        at: At<'_>,
        slot: Slot,
        base: &Progress,
        (halt, told): (&AtomicBool, &Receiver<(usize, Event)>),
    ) -> Result<(), DataError> {
        let mut motions = BTreeMap::new();
        loop {
            self.pass_on(told, &mut motions);
            if self.interrupt.load(Ordering::Relaxed) {
                halt.store(true, Ordering::Relaxed);
            }
            if halt.load(Ordering::Relaxed) {
                return Ok(());
            }
            match self.look_at_ranges(at, slot, base, &motions).await {
                Ok(true) => return Ok(()),
                Ok(false) => tokio::time::sleep(LOOK).await,
                Err(error) => {
                    halt.store(true, Ordering::Relaxed);
                    return Err(error);
                }
            }
        }
    }

    /// Keeps the lease and the ranges, journals what people told, and tells how far all are; true when all ranges are done.
    async fn look_at_ranges(
        &mut self,
        at: At<'_>,
        slot: Slot,
        base: &Progress,
        motions: &BTreeMap<usize, Motion>,
    ) -> Result<bool, DataError> {
        let ranges = list(&mut self.target.conn, &self.target.journal, slot).await?;
        let done = ranges.iter().filter(|range| range.done).count();
        if done == ranges.len() {
            return Ok(true);
        }
        self.lease.renew(&mut self.target.conn, &self.target.journal).await?;
        prolong(&mut self.target.conn, &self.target.journal, slot, &ranges).await?;
        self.journal_what_was_told().await?;
        let now = self.target.journal.server_now_ms();
        let held = ranges.iter().filter(|range| range.standing().is_held(now)).count();
        let moves = motions.is_empty() || motions.values().any(|motion| *motion == Motion::Running);
        let still = motions.values().next().filter(|_| !moves).cloned();
        (self.tell)(Event::Rows {
            entry: at.entry.entry,
            step: at.step.step,
            title: at.step.title.clone(),
            done: base.read + ranges.iter().map(|range| range.visited).sum::<u64>(),
            total: Some(base.total),
            changed: base.changed + ranges.iter().map(|range| range.changed).sum::<u64>(),
            resumed: at.resumed,
            beat: Beat {
                motion: still.unwrap_or(Motion::Running),
                rows: 0,
                millis: 0,
                shared: Some(Shared { done, ranges: ranges.len(), held }),
            },
        });
        Ok(false)
    }

    /// Journals what people told, where this run is the one that may.
    async fn journal_what_was_told(&mut self) -> Result<(), DataError> {
        if self.lease.is_held() {
            let control = Control::read(&mut self.target.conn, &self.target.journal).await?;
            if control.waits() {
                control.journal_waiting(&mut self.target.conn, &mut self.target.journal).await?;
            }
        }
        Ok(())
    }

    /// Passes on what the sessions tell, but for how far each is.
    fn pass_on(&mut self, told: &Receiver<(usize, Event)>, motions: &mut BTreeMap<usize, Motion>) {
        while let Ok((session, event)) = told.try_recv() {
            match event {
                Event::Rows { beat, .. } => drop(motions.insert(session, beat.motion)),
                other => (self.tell)(other),
            }
        }
    }

    /// How many rows of the step are done in all; what was known before where the database doesn't tell.
    async fn rows_of_all(&mut self, slot: Slot, base: &Progress) -> u64 {
        if self.target.conn.is_broken() {
            return base.read;
        }
        let ranges = list(&mut self.target.conn, &self.target.journal, slot).await.unwrap_or_default();
        base.read + ranges.iter().map(|range: &RangeRow| range.visited).sum::<u64>()
    }
}
