//! The control row: what people told a target's data steps, in the target itself, so that any machine can tell it and any run
//! reads it.
//!
//! Only whoever holds the lease appends to the journal. Somebody who pauses a run that is at work therefore leaves the record of it
//! beside the order, and the run journals it before its next batch; where nobody is at work, it is journaled at once.

use std::{
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use dialect::Dialect;
use ledger::printable;
use model::{Class, Digest, Fault, StepRef, Value, canonical::to_canonical};
use serde::{Deserialize, Serialize};

use crate::{
    driver::{self, Connection, DriverError},
    journal::{Journal, JournalError, Kind, Record, Throttle, Way, own_table_exists},
    lease::{Lease, LeaseError},
    target::Target,
};

/// How long somebody who tells something waits for a database that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two tries: short enough to find the moment that a run leaves between two batches.
const PAUSE: Duration = Duration::from_millis(1);

/// What people told the data steps of a target.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Control {
    /// What holds for all of them.
    #[serde(skip_serializing_if = "is_default")]
    pub all: Hold,
    /// What holds for single ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<(StepRef, Hold)>,
    /// Records of it that aren't in the journal yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waiting: Vec<Record>,
    /// How often the row was changed.
    #[serde(skip)]
    version: i64,
}

/// How a data step is held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hold {
    /// It is to stand still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    /// It may not go faster.
    #[serde(skip_serializing_if = "is_default")]
    pub throttle: Throttle,
}

/// Who wants it to stand still, since when, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Who.
    pub by: String,
    /// Since when, RFC 3339 in UTC.
    pub since: String,
    /// Why.
    pub reason: String,
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Stand still after the batch at hand.
    Pause,
    /// Go on.
    Resume,
    /// Go no faster than this; with nothing in it, as fast as the command line says.
    Throttle(Throttle),
}

/// Whether what was told is in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journaled {
    /// It is.
    Now,
    /// The run at work journals it before its next batch.
    Soon,
}

/// Why nothing could be told, or what was told can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The database refused.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The journal doesn't hold together.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The target can't be had.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The control row isn't what this release writes.
    #[error("the control row can't be read: {0}")]
    Unreadable(String),
    /// Others kept changing it.
    #[error("the control row was changed by others again and again")]
    Contended,
    /// The database can't tell what is to hold data steps back.
    #[error("{0}")]
    NoSignal(String),
    /// There is nothing to resume.
    #[error("{} paused", .0.map_or("the data steps of this target aren't".to_owned(), |step| format!("{step} isn't")))]
    NotPaused(Option<StepRef>),
}

impl Fault for ControlError {
    fn class(&self) -> Class {
        match self {
            ControlError::Driver(cause) => Fault::class(cause),
            ControlError::Journal(cause) => cause.class(),
            ControlError::Lease(cause) => cause.class(),
            ControlError::Unreadable(_) | ControlError::NotPaused(_) | ControlError::NoSignal(_) => {
                Class::Input
            }
            ControlError::Contended => Class::Unreachable,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            ControlError::Driver(cause) => Fault::hint(cause),
            ControlError::Journal(cause) => cause.hint(),
            ControlError::Lease(cause) => cause.hint(),
            ControlError::Unreadable(_) => Some("update strat".to_owned()),
            ControlError::NoSignal(_) => {
                Some("--max-rows-per-second and --batch-time hold data steps back on any database".to_owned())
            }
            ControlError::Contended => Some("run the command again".to_owned()),
            ControlError::NotPaused(_) => Some("`strat backfill list` shows what is paused".to_owned()),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Control {
    /// Reads the row; nothing was told where there is none.
    pub async fn read(conn: &mut Connection, journal: &Journal) -> Result<Control, ControlError> {
        let rows = conn.query(&journal.sql().control.read, &[]).await?;
        let Some(row) = rows.first() else { return Ok(Control::default()) };
        let (Some(Value::Int(version)), Some(Value::Bytes(bytes))) = (row.first(), row.get(1)) else {
            return Err(ControlError::Unreadable("its columns have other types".to_owned()));
        };
        let text = std::str::from_utf8(bytes).map_err(|e| ControlError::Unreadable(e.to_string()))?;
        let control = ledger::source::options().from_str::<Control>(text);
        let control = control.map_err(|e| ControlError::Unreadable(e.to_string()))?;
        Ok(Control { version: *version, ..control })
    }

    /// The same of a target that may never have been written to by this release.
    pub async fn look(target: &mut Target) -> Result<Control, ControlError> {
        match own_table_exists(&mut target.conn, target.dialect, "strat_control").await? {
            true => Control::read(&mut target.conn, &target.journal).await,
            false => Ok(Control::default()),
        }
    }

    /// Who paused a step, by itself or with all others.
    pub fn pause(&self, step: StepRef) -> Option<&Pause> {
        self.all.pause.as_ref().or_else(|| self.of(step)?.pause.as_ref())
    }

    /// What holds a step back.
    pub fn throttle(&self, step: StepRef) -> Throttle {
        self.all.throttle.and(self.of(step).map(|hold| hold.throttle).unwrap_or_default())
    }

    /// Whether something of it isn't journaled yet.
    pub fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn of(&self, step: StepRef) -> Option<&Hold> {
        self.steps.iter().find(|(at, _)| *at == step).map(|(_, hold)| hold)
    }

    fn hold(&mut self, step: Option<StepRef>) -> &mut Hold {
        let Some(step) = step else { return &mut self.all };
        let at = self.steps.iter().position(|(at, _)| *at == step).unwrap_or_else(|| {
            self.steps.push((step, Hold::default()));
            self.steps.len() - 1
        });
        &mut self.steps[at].1
    }

    /// Changes the row unless somebody else did meanwhile; then false.
    async fn write(&self, conn: &mut Connection, journal: &Journal) -> Result<bool, ControlError> {
        let text = to_canonical(self).map_err(|e| ControlError::Unreadable(e.to_string()))?;
        let params =
            [Value::Int(self.version + 1), Value::Bytes(text.into_bytes()), Value::Int(self.version)];
        Ok(conn.execute(&journal.sql().control.change, &params).await? == 1)
    }

    /// Puts what waits into the journal, in a transaction of its own. Only for whoever holds the lease. A crash leaves all of it or
    /// nothing.
    pub async fn journal_waiting(
        self,
        conn: &mut Connection,
        journal: &mut Journal,
    ) -> Result<(), ControlError> {
        let rest = Control { waiting: Vec::new(), ..self.clone() };
        let before = journal.position.clone();
        conn.begin().await?;
        let result = async {
            // Where somebody told something in between, the next one who looks finds all of it.
            if rest.write(conn, journal).await? {
                journal.append(conn, self.waiting).await?;
            }
            Ok::<_, ControlError>(conn.commit().await?)
        };
        let result = result.await;
        if result.is_err() {
            journal.position = before;
            if conn.in_transaction() {
                // The failure is what is told; a connection that is gone rolls back by itself.
                let _ = conn.rollback().await;
            }
        }
        result
    }
}

/// Tells one data step, or all of a target, and has it journaled.
pub async fn tell(
    target: &mut Target,
    step: Option<StepRef>,
    order: &Order,
    reason: &str,
) -> Result<Journaled, ControlError> {
    if let Order::Throttle(throttle) = order {
        can_tell(*throttle, target.dialect).map_err(ControlError::NoSignal)?;
    }
    // A run on SQLite holds the file but for moments, which are missed by whoever sleeps long in between.
    target.conn.be_impatient().await?;
    let began = Instant::now();
    loop {
        match attempt(target, step, order, reason).await {
            Err(ControlError::Driver(error))
                if error.class == driver::Class::Busy && began.elapsed() < PATIENCE => {}
            Err(ControlError::Contended) if began.elapsed() < PATIENCE => {}
            Err(other) => return Err(other),
            Ok(()) => break,
        }
        tokio::time::sleep(PAUSE).await;
    }
    loop {
        match journal(target).await {
            Err(ControlError::Driver(error)) if error.class == driver::Class::Busy => {
                // It stands in the control row; whoever is at work sees it.
                if began.elapsed() >= PATIENCE {
                    return Ok(Journaled::Soon);
                }
            }
            other => return other,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn attempt(
    target: &mut Target,
    step: Option<StepRef>,
    order: &Order,
    reason: &str,
) -> Result<(), ControlError> {
    let Target { conn, journal, dialect, .. } = target;
    if !own_table_exists(conn, *dialect, "strat_control").await? {
        journal.create_tables(conn).await?;
    }
    let mut control = Control::read(conn, journal).await?;
    if control.version == 0 {
        let empty = to_canonical(&Control::default()).map_err(|e| ControlError::Unreadable(e.to_string()))?;
        conn.execute(&journal.sql().control.make, &[Value::Bytes(empty.into_bytes())]).await?;
    }
    let kind = match order {
        Order::Pause => Kind::Paused,
        Order::Resume => Kind::Resumed,
        Order::Throttle(_) => Kind::Throttled,
    };
    let entry = step.map_or(Digest::ZERO, |step| step.entry);
    let mut record = journal.draft(kind, entry, Way::Up);
    record.step = step.map(|step| step.step);
    record.note = (!reason.is_empty()).then(|| reason.to_owned());
    let hold = control.hold(step);
    match order {
        Order::Pause => {
            let by = match record.who.principal.is_empty() {
                true => record.who.database_user.clone(),
                false => record.who.principal.clone(),
            };
            hold.pause = Some(Pause { by, since: record.at.clone(), reason: reason.to_owned() });
        }
        Order::Resume if hold.pause.take().is_none() => return Err(ControlError::NotPaused(step)),
        Order::Resume => {}
        Order::Throttle(throttle) => {
            hold.throttle = *throttle;
            record.throttle = Some(*throttle);
        }
    }
    control.steps.retain(|(_, hold)| *hold != Hold::default());
    control.waiting.push(record);
    match control.write(conn, journal).await? {
        true => Ok(()),
        false => Err(ControlError::Contended),
    }
}

/// Journals what waits, where nobody is at work.
async fn journal(target: &mut Target) -> Result<Journaled, ControlError> {
    let key = target.lock_key();
    let at_once = (Duration::ZERO, &AtomicBool::new(false));
    let Target { conn, journal, dialect, .. } = target;
    let lease = match Lease::take(conn, *dialect, journal, key, at_once, &mut |_| {}).await {
        Ok(lease) => lease,
        Err(LeaseError::Held { .. }) => return Ok(Journaled::Soon),
        Err(LeaseError::Driver(cause)) => return Err(cause.into()),
        Err(other) => return Err(other.into()),
    };
    let result = async {
        journal.refresh(conn).await?;
        let control = Control::read(conn, journal).await?;
        match control.waits() {
            true => control.journal_waiting(conn, journal).await,
            false => Ok(()),
        }
    };
    let result = result.await;
    lease.release(conn, *dialect, journal).await;
    result.map(|()| Journaled::Now)
}

/// Fails where a database can't tell what is to hold data steps back.
pub fn can_tell(throttle: Throttle, dialect: &dyn Dialect) -> Result<(), String> {
    throttle.max_lag_ms.map_or(Ok(()), |_| dialect.lag_query().map(drop))?;
    throttle.max_load.map_or(Ok(()), |_| dialect.load_query().map(drop))
}

/// A pause in words.
pub fn paused(pause: &Pause) -> String {
    let why = match pause.reason.is_empty() {
        true => String::new(),
        false => format!(": {}", printable(&pause.reason)),
    };
    format!("paused by {} since {}{why}", printable(&pause.by), printable(&pause.since))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stricter_of_two_limits_holds() {
        let step = StepRef { entry: Digest([1; 32]), step: 0 };
        let mut control = Control::default();
        control.hold(None).throttle.rows_per_second = Some(100);
        control.hold(Some(step)).throttle =
            Throttle { rows_per_second: Some(200), max_load: Some(3), ..Throttle::default() };
        let throttle = control.throttle(step);
        assert_eq!((throttle.rows_per_second, throttle.max_load), (Some(100), Some(3)));
        let other = StepRef { step: 1, ..step };
        assert_eq!(control.throttle(other).max_load, None);
    }

    #[test]
    fn a_row_reads_back_and_an_empty_one_says_nothing() {
        let step = StepRef { entry: Digest([1; 32]), step: 2 };
        let mut control = Control::default();
        assert_eq!(to_canonical(&control).expect("it prints").trim(), "Control()");
        control.hold(Some(step)).pause =
            Some(Pause { by: "Ada".into(), since: "2026-01-01T00:00:00Z".into(), reason: "so".into() });
        let text = to_canonical(&control).expect("it prints");
        let read: Control = ledger::source::options().from_str(&text).expect("it reads");
        assert_eq!(read, control);
        assert_eq!(
            control.pause(step).map(paused).as_deref(),
            Some("paused by Ada since 2026-01-01T00:00:00Z: so")
        );
    }
}
