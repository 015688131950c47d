//! What follows a failure: another try where a lock was in the way, the way back to the last step boundary where there is none, a record.

use std::time::Duration;

use dialect::plan::PlannedEntry;
use model::Value;

use super::{ApplyError, Run, segment::middle_of};
use crate::{
    driver::{Class, DriverError},
    event::Event,
    journal::Kind,
};

/// How often a statement is tried that a lock was in the way of.
const TRIES: u32 = 3;

/// The tries of one statement or transaction.
pub(super) struct Tries {
    done: u32,
}

impl Tries {
    pub fn new() -> Tries {
        Tries { done: 0 }
    }

    /// How long to stand back: twice as long each time, and never as long as another run that lost at the same moment.
    fn pause(&self) -> Duration {
        let span = 400_u64 << self.done.min(4);
        let salt = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |now| u64::from(now.subsec_nanos()) ^ u64::from(std::process::id()));
        Duration::from_millis(span / 2 + salt % span)
    }
}

/// What the database said, where a lock was in the way.
fn in_the_way(error: &mut ApplyError) -> Option<&mut DriverError> {
    match error {
        ApplyError::Statement { cause, .. } if matches!(cause.class, Class::Busy | Class::Deadlock) => {
            Some(cause)
        }
        _ => None,
    }
}

/// Whether the same statement would fail again, whoever else is at work.
fn is_final(error: &ApplyError) -> bool {
    match error {
        ApplyError::Statement { cause, .. } => !cause.is_transient(),
        ApplyError::Check { .. } | ApplyError::Undeclared { .. } => true,
        _ => false,
    }
}

impl Run<'_> {
    /// Stands back before another try, and tells who is in the way; gives the error back where there shall be none.
    pub(super) async fn again(
        &mut self,
        tries: &mut Tries,
        entry: &PlannedEntry,
        step: u32,
        mut error: ApplyError,
    ) -> Result<(), ApplyError> {
        let Some(query) = self.target.dialect.lock_holders().filter(|_| !self.target.conn.is_broken()) else {
            return Err(error);
        };
        let Some(cause) = in_the_way(&mut error) else { return Err(error) };
        let rows = self.target.conn.query(query, &[]).await.unwrap_or_default();
        let holders: Vec<String> = rows
            .into_iter()
            .filter_map(|row| match row.into_iter().next() {
                Some(Value::Text(holder)) => Some(holder),
                _ => None,
            })
            .collect();
        tries.done += 1;
        if tries.done >= TRIES || self.check_interrupt().is_err() {
            let held =
                if holders.is_empty() { "nobody that can be seen".to_owned() } else { holders.join("; ") };
            cause.message.push_str(&format!(" ({} tries; locks are held by {held})", tries.done));
            return Err(error);
        }
        let (entry, tries_done) = (entry.entry, tries.done);
        (self.tell)(Event::Locked { entry, step, holders, tries: tries_done, of: TRIES });
        tokio::time::sleep(tries.pause()).await;
        Ok(())
    }

    /// Lets a statement wait longer for its locks that holds nobody up while it waits.
    pub(super) async fn outwait(&mut self, apart: bool) -> Result<(), DriverError> {
        match self.target.dialect.outwait().filter(|_| apart) {
            Some((longer, _)) => self.target.conn.run(longer).await.map(drop),
            None => Ok(()),
        }
    }

    /// Takes that back. Where it fails the connection is gone, and the setting with it.
    pub(super) async fn outwait_no_more(&mut self, apart: bool) {
        if let Some((_, back)) = self.target.dialect.outwait().filter(|_| apart)
            && !self.target.conn.is_broken()
        {
            let _ = self.target.conn.run(back).await;
        }
    }

    /// Takes back what the step at that unit has committed, where the failure is for good and it is in its middle, and leaves a
    /// record of the failure. A crash in here leaves the step in its middle, where the next run goes on with it.
    pub(super) async fn leave_failed(
        &mut self,
        entry: &PlannedEntry,
        step: u32,
        unit: u64,
        error: &ApplyError,
    ) {
        if self.target.conn.is_broken() {
            return;
        }
        let middle = middle_of(entry, unit).filter(|(step, _)| is_final(error) && !step.retreat().is_empty());
        if let Some((planned, first)) = middle
            && self.retreat(entry, planned.retreat(), (planned.step, first), error).await.is_ok()
        {
            return;
        }
        self.note_failure(entry, step, error.to_string()).await;
    }

    async fn retreat(
        &mut self,
        entry: &PlannedEntry,
        statements: &[String],
        (step, first): (u32, u64),
        error: &ApplyError,
    ) -> Result<(), ApplyError> {
        let mut record = self.record(Kind::Failed, entry);
        record.step = Some(step);
        record.unit = Some(first);
        record.note = Some(format!("{error}; what the step had done before was taken back"));
        let before = self.begin().await?;
        let result = async {
            for sql in statements {
                self.target.conn.run(sql).await?;
            }
            self.target.journal.append(&mut self.target.conn, vec![record]).await?;
            Ok::<(), ApplyError>(())
        }
        .await;
        self.end(result, entry, before).await
    }
}
