//! How fast batches follow each other: what holds a step back between two of them, and for how long.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use dialect::plan::{PlannedEntry, PlannedStep};
use model::{StepRef, Value, sharing::part_of};

use super::{DataError, size::Size, state::Progress};
use crate::{
    apply::Run,
    control::{Control, paused},
    event::{Beat, Event, Motion},
    journal::Throttle,
};

/// What a run's caller says of its pace.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pacing<'a> {
    /// Rows of every batch; where nothing is said, batches follow how long they take.
    pub batch_rows: Option<usize>,
    /// What holds data steps back, beside what the control row says.
    pub throttle: Throttle,
    /// A query whose answer, where there is one, is a reason to rest.
    pub query: Option<&'a str>,
    /// Whether to leave others a share of the time on a database that only one can write to at once.
    pub gentle: bool,
    /// Connections that work on a backfill at once, where the database lets several write; none said is one.
    pub workers: usize,
    /// Stops before a data step that has more rows than that, or is said to be one for the background.
    pub before_data: Option<u64>,
}

impl Pacing<'_> {
    /// Batches of so many rows, as fast as they go.
    pub fn fixed(rows: usize) -> Pacing<'static> {
        Pacing { batch_rows: Some(rows), ..Pacing::default() }
    }
}

/// Between two looks at what holds a step back.
const LOOK: Duration = Duration::from_secs(1);
/// So soon a rest ends when the run is to stop.
const NAP: Duration = Duration::from_millis(50);
/// A gentle run goes at full speed for so long: a short step is over before anybody has waited.
const HEAD_START: Duration = Duration::from_secs(1);
/// Where only one can write, even a run at full speed lets others in so often, for so long.
const BREATH: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(2)];

/// The pace of one data step.
pub struct Pace {
    /// How large batches are.
    pub size: Size,
    /// What held it back when it was last asked.
    pub throttle: Throttle,
    /// How many share the rows of a second.
    pub parts: u64,
    began: Instant,
    breathed: Instant,
    looked: Option<Instant>,
    /// Since when rows are counted for the rows of a second, and how many were done then.
    counted: (Instant, u64),
    /// How long the last batch took, and its rows.
    pub last: (Duration, u64),
}

impl Pace {
    /// The pace of a step of which so many rows are done.
    pub fn new(pacing: &Pacing<'_>, done: u64) -> Pace {
        let now = Instant::now();
        Pace {
            size: Size::new(pacing.batch_rows),
            throttle: pacing.throttle,
            parts: 1,
            began: now,
            breathed: now,
            looked: None,
            counted: (now, done),
            last: (Duration::ZERO, 0),
        }
    }

    /// Takes in what the control row says, beside the command line.
    pub fn hear(&mut self, pacing: &Pacing<'_>, told: Throttle, done: u64) {
        let throttle = pacing.throttle.and(told);
        if throttle.rows_per_second != self.throttle.rows_per_second {
            self.counted = (Instant::now(), done);
        }
        if throttle != self.throttle {
            self.looked = None;
        }
        self.throttle = throttle;
    }

    /// How many rows a second this one may do, of those that all together may.
    pub fn rows_per_second(&self) -> Option<u64> {
        self.throttle.rows_per_second.map(|rows| part_of(rows, self.parts))
    }

    /// Counts the rows of a second anew: so many of what is worked on now are done.
    pub fn recount(&mut self, done: u64) {
        self.counted = (Instant::now(), done);
    }

    /// Takes in with how many it is shared; what was done before counts no more.
    pub fn share(&mut self, parts: u64, done: u64) {
        if self.parts != parts.max(1) {
            self.counted = (Instant::now(), done);
        }
        self.parts = parts.max(1);
    }

    /// How long to rest before the next batch, so that no more rows are done in a second than may be, and others get in.
    fn rest(&mut self, gentle: bool, alone: bool, done: u64) -> Duration {
        let (since, before) = self.counted;
        let due = match self.rows_per_second() {
            Some(rows) => Duration::from_secs_f64(done.saturating_sub(before) as f64 / rows.max(1) as f64),
            None => Duration::ZERO,
        };
        let mut rest = due.saturating_sub(since.elapsed());
        if alone && gentle && self.began.elapsed() > HEAD_START {
            rest = rest.max(self.last.0 / 3);
        }
        let [every, breath] = BREATH;
        if alone && self.breathed.elapsed() > every {
            rest = rest.max(breath);
        }
        if !rest.is_zero() {
            self.breathed = Instant::now();
        }
        rest
    }
}

/// The data step that a run is at.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// The planned entry.
    pub entry: &'a PlannedEntry,
    /// The planned step.
    pub step: &'a PlannedStep,
    /// The sealed step.
    pub sealed: StepRef,
    /// Whether an earlier run had begun it.
    pub resumed: bool,
}

impl Run<'_> {
    /// Tells how far a step has come.
    pub(super) fn tell_rows(&mut self, at: At<'_>, progress: &Progress, pace: &Pace, motion: Motion) {
        (self.tell)(Event::Rows {
            entry: at.entry.entry,
            step: at.step.step,
            title: at.step.title.clone(),
            done: progress.read,
            total: Some(progress.total),
            changed: progress.changed,
            resumed: at.resumed,
            beat: Beat { motion, rows: pace.last.1, millis: pace.last.0.as_millis() as u64, shared: None },
        });
    }

    /// Rests between two batches for as long as something holds the step back; an error when the run is to stop, or somebody paused
    /// the step meanwhile. No transaction is open here, so that a crash leaves what the last batch left.
    pub(super) async fn rest(
        &mut self,
        at: At<'_>,
        progress: &Progress,
        pace: &mut Pace,
    ) -> Result<(), DataError> {
        let alone = self.target.dialect.session_lock(0).is_none();
        let rest = pace.rest(self.pacing.gentle, alone, progress.read);
        self.nap(rest, progress).await?;
        loop {
            if self.interrupt.load(Ordering::Relaxed) {
                return Err(DataError::Interrupted { done: progress.read });
            }
            self.lease.renew(&mut self.target.conn, &self.target.journal).await?;
            if pace.looked.is_some_and(|looked| looked.elapsed() < LOOK) {
                return Ok(());
            }
            pace.looked = Some(Instant::now());
            let Some(reason) = self.reason(pace.throttle).await? else { return Ok(()) };
            self.tell_rows(at, progress, pace, Motion::Throttled(reason));
            self.nap(LOOK, progress).await?;
            let control = Control::read(&mut self.target.conn, &self.target.journal).await?;
            if let Some(pause) = control.pause(at.sealed) {
                self.tell_rows(at, progress, pace, Motion::Paused(paused(pause)));
                let pause = Box::new(pause.clone());
                return Err(DataError::Paused { at: at.sealed, pause, done: progress.read });
            }
            pace.hear(&self.pacing, control.throttle(at.sealed), progress.read);
        }
    }

    /// Sleeps, unless the run is to stop.
    pub(super) async fn nap(&self, rest: Duration, progress: &Progress) -> Result<(), DataError> {
        let began = Instant::now();
        loop {
            if self.interrupt.load(Ordering::Relaxed) {
                return Err(DataError::Interrupted { done: progress.read });
            }
            let left = rest.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Ok(());
            }
            tokio::time::sleep(left.min(NAP)).await;
        }
    }

    /// Why the step shouldn't go on now, if it shouldn't.
    async fn reason(&mut self, throttle: Throttle) -> Result<Option<String>, DataError> {
        let (conn, dialect) = (&mut self.target.conn, self.target.dialect);
        if let Some(most) = throttle.max_lag_ms {
            let query = dialect.lag_query().map_err(DataError::NoSignal)?;
            for row in conn.query(query, &[]).await? {
                let [Value::Text(who), Value::Int(lag)] = &row[..] else {
                    return Err(hidden("--max-lag"));
                };
                if u64::try_from(*lag).unwrap_or(0) > most {
                    return Ok(Some(format!("{who} lags {} > {}", seconds(*lag as u64), seconds(most))));
                }
            }
        }
        if let Some(most) = throttle.max_load {
            let query = dialect.load_query().map_err(DataError::NoSignal)?;
            let rows = conn.query(query, &[]).await?;
            let load = match rows.first().and_then(|row| row.last()) {
                Some(Value::Int(load)) => u64::try_from(*load).ok(),
                Some(Value::Text(load)) => load.parse::<u64>().ok(),
                _ => None,
            };
            // One of them is this run's own.
            let load = load.ok_or_else(|| hidden("--max-load"))?.saturating_sub(1);
            if load > most {
                return Ok(Some(format!("{load} statements are at work > {most}")));
            }
        }
        let Some(query) = self.pacing.query else { return Ok(None) };
        let rows = conn.query(query, &[]).await?;
        Ok(match rows.first().and_then(|row| row.first()) {
            None | Some(Value::Null) => None,
            Some(Value::Text(reason)) => Some(reason.clone()),
            Some(other) => Some(super::columns::bind_text(other).unwrap_or_default()),
        })
    }
}

fn hidden(option: &str) -> DataError {
    DataError::NoSignal(format!("this account isn't shown what {option} needs"))
}

fn seconds(ms: u64) -> String {
    format!("{:.1}s", ms as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(rows: Option<u64>) -> Pace {
        Pace {
            throttle: Throttle { rows_per_second: rows, ..Throttle::default() },
            ..Pace::new(&Pacing::default(), 0)
        }
    }

    #[test]
    fn rows_of_a_second_are_kept_by_resting() {
        let mut slow = pace(Some(100));
        let rest = slow.rest(false, false, 50);
        assert!((Duration::from_millis(400)..=Duration::from_millis(500)).contains(&rest), "{rest:?}");
        assert_eq!(pace(None).rest(true, false, 1_000_000), Duration::ZERO);
    }

    #[test]
    fn a_new_limit_counts_from_when_it_was_told() {
        let mut pace = pace(None);
        pace.hear(&Pacing::default(), Throttle { rows_per_second: Some(10), ..Throttle::default() }, 1_000);
        assert!(pace.rest(false, false, 1_010) <= Duration::from_secs(1));
        assert!(pace.rest(false, false, 1_010) > Duration::from_millis(900));
    }

    #[test]
    fn others_get_a_share_where_only_one_can_write() {
        let mut pace = pace(None);
        pace.last.0 = Duration::from_millis(300);
        assert_eq!(pace.rest(true, true, 1), Duration::ZERO, "it hasn't run for long");
        pace.began -= HEAD_START * 2;
        assert_eq!(pace.rest(true, true, 1), Duration::from_millis(100));
        pace.breathed -= Duration::from_secs(1);
        assert_eq!(pace.rest(false, true, 1), BREATH[1]);
        assert_eq!(pace.rest(false, true, 1), Duration::ZERO);
    }
}
