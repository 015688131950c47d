//! Joining a run that is at work: taking ranges of its backfills, from another process or another machine.
//!
//! Whoever joins writes rows and how far their ranges are, and nothing else: the run that holds the target's lease cuts ranges, gathers
//! them and writes the journal (see `data::shared`). The plan is made here once more from the same ledger and the same journal, so that both
//! hand the same rows to the same module; what is applied meanwhile is waited for. A crash here leaves a range at its last batch.

use std::{
    collections::BTreeSet,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use dialect::plan::{PlannedEntry, PlannedStep, Work};
use model::{Class, Digest, EntryId, Fault, Lowered};

use crate::{
    apply::{Run, Segment, segments},
    control::can_tell,
    data::{DataError, Helped},
    driver::DriverError,
    event::Event,
    guests::Guests,
    journal::{JournalError, Way, own_table_exists},
    known::Known,
    lease::{Lease, LeaseError},
    prepare::{Choices, PrepareError, Prepared, RunOptions, prepare_up},
    target::Target,
};

/// Between two looks at what the run at work does.
const LOOK: Duration = Duration::from_millis(200);

/// Why nothing could be joined, or the joined run can't be helped any further.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// The database refused.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The journal doesn't hold together.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Where the target stands can't be told.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The run that was joined is gone.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// A row, the guest or the database is in the way.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Only one session can write there.
    #[error("a SQLite file has one writer at a time, so that nobody can take part in its backfills")]
    OneWriter,
    /// Nobody is at work.
    #[error("no run is at work there to be joined")]
    Nobody,
    /// The run at work doesn't know of ranges.
    #[error("the run at work is an older strat's, which can't be joined")]
    Older,
    /// The run was asked to stop.
    #[error("stopped on request")]
    Interrupted,
}

impl Fault for JoinError {
    fn class(&self) -> Class {
        match self {
            JoinError::Driver(cause) => Fault::class(cause),
            JoinError::Journal(cause) => cause.class(),
            JoinError::Prepare(cause) => cause.class(),
            JoinError::Lease(cause) => cause.class(),
            JoinError::Data(cause) => cause.class(),
            JoinError::OneWriter | JoinError::Older => Class::Input,
            JoinError::Nobody | JoinError::Interrupted => Class::Pending,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            JoinError::Driver(cause) => Fault::hint(cause),
            JoinError::Journal(cause) => cause.hint(),
            JoinError::Prepare(cause) => cause.hint(),
            JoinError::Lease(cause) => cause.hint(),
            JoinError::Data(cause) => cause.hint(),
            JoinError::OneWriter => Some("`strat up` alone works on all processors there".to_owned()),
            JoinError::Nobody => {
                Some("`strat up` begins it; `--wait 5m` waits longer for somebody who does".to_owned())
            }
            JoinError::Older => Some("update strat there, or leave it alone".to_owned()),
            JoinError::Interrupted => {
                Some("what is done is kept; `strat up --join` takes part again".to_owned())
            }
        }
    }
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Backfills that were helped with.
    pub steps: u64,
}

/// What is joined, and how.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// The entries that are wanted, with all they follow.
    pub wanted: &'a BTreeSet<EntryId>,
    /// The ledger's database, and how entries are planned.
    pub choices: Choices<'a>,
    /// How long to wait for a run, how fast to go and with how many sessions.
    pub options: RunOptions<'a>,
}

/// Takes part in the backfills of the run at work until it is done with what is wanted.
///
/// # Errors
/// When nobody is at work within the time to wait, when the run that was joined goes away with something left to do, or when what stops
/// any run stops this one.
pub async fn join(
    target: &mut Target,
    known: &Known,
    ask: Ask<'_>,
    guests: &Guests<'_>,
    tell: &mut (dyn FnMut(Event) + Send),
) -> Result<Joined, JoinError> {
    if target.dialect.session_lock(0).is_none() {
        return Err(JoinError::OneWriter);
    }
    can_tell(ask.options.pacing.throttle, target.dialect).map_err(DataError::NoSignal)?;
    let mut joining = Joining {
        target,
        known,
        ask,
        guests,
        tell,
        joined: Joined { steps: 0 },
        since: Instant::now(),
        met: false,
    };
    loop {
        match joining.look().await {
            Ok(Some(joined)) => return Ok(joined),
            Ok(None) => joining.rest().await?,
            Err(JoinError::Data(DataError::Lease(LeaseError::Over)) | JoinError::Lease(LeaseError::Over)) => {
                joining.is_over().await?;
            }
            Err(JoinError::Data(DataError::Interrupted { .. })) => return Err(JoinError::Interrupted),
            Err(other) => return Err(other),
        }
    }
}

struct Joining<'a, 'b> {
    target: &'a mut Target,
    known: &'a Known,
    ask: Ask<'a>,
    guests: &'a Guests<'a>,
    tell: &'b mut (dyn FnMut(Event) + Send),
    joined: Joined,
    /// Since when nobody is at work.
    since: Instant,
    /// Whether somebody was.
    met: bool,
}

impl Joining<'_, '_> {
    async fn rest(&self) -> Result<(), JoinError> {
        if self.ask.options.interrupt.load(Ordering::Relaxed) {
            return Err(JoinError::Interrupted);
        }
        tokio::time::sleep(LOOK).await;
        Ok(())
    }

    /// After the run that was joined went away in the middle of a step: an error, unless it had finished it.
    async fn is_over(&mut self) -> Result<(), JoinError> {
        if self.target.conn.in_transaction() {
            self.target.conn.rollback().await?;
        }
        match self.is_there().await? {
            true => Ok(()),
            false => Err(LeaseError::Over.into()),
        }
    }

    /// Whether the target is where it is wanted.
    async fn is_there(&mut self) -> Result<bool, JoinError> {
        if !own_table_exists(&mut self.target.conn, self.target.dialect, "strat_journal").await? {
            return Ok(self.ask.wanted.is_empty());
        }
        self.target.journal.refresh(&mut self.target.conn).await?;
        let position = &self.target.journal.position;
        let applied = self.known.ancestors(&position.heads);
        Ok(position.partial.is_none() && self.ask.wanted.iter().all(|id| applied.contains(id)))
    }

    /// Looks what the run at work does, and helps where that can be; done when there is nothing left.
    async fn look(&mut self) -> Result<Option<Joined>, JoinError> {
        let key = self.target.lock_key();
        let lease = match own_table_exists(&mut self.target.conn, self.target.dialect, "strat_lease").await? {
            true => {
                let (conn, dialect) = (&mut self.target.conn, self.target.dialect);
                Lease::join(conn, dialect, &self.target.journal, key).await?
            }
            false => None,
        };
        let Some(lease) = lease else { return self.nobody().await };
        (self.met, self.since) = (true, Instant::now());
        if !own_table_exists(&mut self.target.conn, self.target.dialect, "strat_range").await? {
            return Err(JoinError::Older);
        }
        self.target.journal.refresh(&mut self.target.conn).await?;
        let partial = self.target.journal.position.partial.as_ref();
        if !partial.is_some_and(|partial| partial.way == Way::Up && partial.in_flight) {
            return Ok(None);
        }
        // What is planned while the run at work goes on may not fit any more; then the next look finds it elsewhere.
        let at = self.target.journal.position.clone();
        let prepared = prepare_up(self.target, self.known, self.ask.wanted, self.ask.choices).await;
        self.target.journal.refresh(&mut self.target.conn).await?;
        if self.target.journal.position != at {
            return Ok(None);
        }
        self.help(lease, &prepared?).await?;
        Ok(None)
    }

    /// Where nobody is at work: done, over, or waited for.
    async fn nobody(&mut self) -> Result<Option<Joined>, JoinError> {
        if self.is_there().await? {
            return Ok(Some(self.joined));
        }
        match self.since.elapsed() >= self.ask.options.patience {
            // A run that was at work and is gone is over at once: nobody is to wait for it in vain.
            _ if self.met => Err(LeaseError::Over.into()),
            true => Err(JoinError::Nobody),
            false => Ok(None),
        }
    }

    /// Works on the step that the run is at, where it is a backfill that is shared out; asks for it where it isn't yet.
    async fn help(&mut self, lease: Lease, prepared: &Prepared) -> Result<(), JoinError> {
        let Some((entry, step, unit)) = self.under_way(prepared) else { return Ok(()) };
        let (Lowered::Backfill(backfill), Work::Data(schema)) = (&step.lowered, &step.work) else {
            return Ok(());
        };
        let mut run = Run {
            target: self.target,
            lease,
            plan: Digest::ZERO,
            guests: self.guests,
            accepted: &[],
            interrupt: self.ask.options.interrupt,
            pacing: self.ask.options.pacing,
            allowed: self.ask.options.allowed,
            history: &self.known.history,
            open: None,
            drift: Vec::new(),
            left: None,
            taken: None,
            tell: self.tell,
        };
        let helped = run.take_part((entry, unit), step, backfill, schema).await;
        // The run at work may have finished the step, and itself, while a session here looked for one more range.
        if matches!(helped, Ok(Helped::Yes) | Err(DataError::Lease(LeaseError::Over))) {
            self.joined.steps += 1;
        }
        helped?;
        Ok(())
    }

    /// The data step that the run at work is in the middle of, with its unit.
    fn under_way<'p>(&self, prepared: &'p Prepared) -> Option<(&'p PlannedEntry, &'p PlannedStep, u64)> {
        let partial = self.target.journal.position.partial.as_ref()?;
        let entry = prepared.plan.entries.first().filter(|entry| entry.entry == partial.entry)?;
        segments(entry).into_iter().find_map(|segment| match segment {
            Segment::Data { unit, step } if unit == partial.unit => Some((entry, step, unit)),
            _ => None,
        })
    }
}
