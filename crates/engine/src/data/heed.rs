//! What people told data steps, read before each batch in the batch's own transaction: a pause takes effect after one batch at the
//! most, and loses nothing.

use model::StepRef;

use super::{
    DataError,
    pace::{At, Pace},
    state::Progress,
};
use crate::{
    apply::{ApplyError, Run},
    control::{Control, paused},
    event::Motion,
    journal::Throttle,
};

impl Run<'_> {
    /// Journals what was told while nobody who holds the lease could.
    pub(crate) async fn journal_told(&mut self) -> Result<(), ApplyError> {
        let control = Control::read(&mut self.target.conn, &self.target.journal).await?;
        if control.waits() {
            control.journal_waiting(&mut self.target.conn, &mut self.target.journal).await?;
        }
        Ok(())
    }

    /// Opens the transaction of a step's next batch and says how fast it may go; an error, and no transaction, when somebody paused
    /// the step.
    pub(super) async fn begin_batch(
        &mut self,
        at: At<'_>,
        progress: &Progress,
        pace: &Pace,
    ) -> Result<Throttle, DataError> {
        let result = self.begin_unless_paused(at.sealed, progress.read).await;
        if let Err(DataError::Paused { pause, .. }) = &result {
            self.tell_rows(at, progress, pace, Motion::Paused(paused(pause)));
        }
        result
    }

    /// The same, where no batch has been yet. Whatever the command line says, nobody passes a pause by.
    pub(super) async fn begin_unless_paused(
        &mut self,
        at: StepRef,
        done: u64,
    ) -> Result<Throttle, DataError> {
        loop {
            self.target.conn.begin().await?;
            let control = Control::read(&mut self.target.conn, &self.target.journal).await?;
            if control.waits() && self.lease.is_held() {
                // In a transaction of its own: a batch that is rolled back takes no record with it.
                self.target.conn.rollback().await?;
                control.journal_waiting(&mut self.target.conn, &mut self.target.journal).await?;
                continue;
            }
            if let Some(pause) = control.pause(at) {
                self.target.conn.rollback().await?;
                return Err(DataError::Paused { at, pause: Box::new(pause.clone()), done });
            }
            return Ok(control.throttle(at));
        }
    }
}
