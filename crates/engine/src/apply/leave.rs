//! Leaves an entry that was cut off on its way up: what is complete of it is undone in one transaction, so that the target is never
//! half-way in two ways at once. A crash in it leaves the target as it was.

use dialect::plan::{Direction, PlannedEntry, PlannedStep, Work};
use model::{Digest, Lowered};

use super::{
    ApplyError, Run,
    closing::Closing,
    segment::{Segment, segments},
};
use crate::{data::DataError, prepare::is_half_applied};

impl Run<'_> {
    /// Whether the plan's entry is the one that the target is in the middle of, on its way up, and this is the way out.
    pub(super) fn leaves(&self, entry: &PlannedEntry) -> bool {
        let partial = self.target.journal.position.partial.as_ref();
        entry.direction == Direction::Down
            && partial.is_some_and(|partial| partial.entry == entry.entry && is_half_applied(partial))
    }

    /// Undoes what is complete of the entry.
    pub(super) async fn leave(&mut self, closing: &Closing<'_>) -> Result<(), ApplyError> {
        let entry = closing.entry;
        let segments = segments(entry);
        let rebuilds = segments.iter().any(|s| matches!(s, Segment::Together { rebuilds: true, .. }));
        self.lease.renew(&mut self.target.conn, &self.target.journal).await?;
        self.before_rebuild(entry, entry.steps.first().map_or(0, |step| step.step), rebuilds).await?;
        let before = self.begin().await?;
        let result = self.leave_inside(closing, &segments, rebuilds).await;
        // A failure is not journaled: the record would say that it is on its way down.
        let result = self.end(result, entry, before).await;
        self.after_rebuild(rebuilds).await?;
        result
    }

    /// Undoes a data step inside the running transaction, with nothing journaled of it by itself.
    async fn undo_data(&mut self, entry: &PlannedEntry, step: &PlannedStep) -> Result<(), DataError> {
        let Work::Data(schema) = &step.work else { return Ok(()) };
        match &step.lowered {
            Lowered::UndoBackfill(backfill) => self.put_all_back(entry, step, schema, backfill).await,
            Lowered::UndoPopulate(populate) => {
                self.delete_made(step.at(entry.entry), schema, populate).await.map(drop)
            }
            Lowered::UndoDerive(derive) => {
                self.delete_kept((entry, step.at(entry.entry)), schema, derive).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    async fn leave_inside(
        &mut self,
        closing: &Closing<'_>,
        segments: &[Segment<'_>],
        rebuilds: bool,
    ) -> Result<(), ApplyError> {
        let entry = closing.entry;
        let broken = self.broken_rows(rebuilds).await?;
        let mut digests = Vec::new();
        for segment in segments {
            match segment {
                Segment::Together { statements, .. } => {
                    self.statements(entry, statements).await?;
                    digests.extend(statements.iter().map(|(_, s)| Digest::of(s.sql.as_bytes())));
                }
                Segment::Data { step, .. } => {
                    let done = self.undo_data(entry, step).await;
                    done.map_err(|cause| ApplyError::Data {
                        entry: entry.entry,
                        step: step.step,
                        cause: Box::new(cause),
                    })?;
                }
                // The plan was refused where there are any.
                Segment::Alone { .. } => {
                    return Err(ApplyError::CutOff { entry: entry.entry, way: "up" });
                }
            }
        }
        let step = entry.steps.last().map_or(0, |step| step.step);
        self.no_more_broken(entry, step, rebuilds, broken).await?;
        self.close(closing, digests, None).await
    }
}
