//! Rows that are still open, and the steps that have to wait for them: what a later step would build on isn't all there.

use std::collections::{BTreeMap, btree_map::Entry as Place};

use dialect::plan::{Direction, PlannedEntry, PlannedStep};
use model::{EntryId, Lowered, StepRef, route::Why};

use super::{
    DataError,
    aside::{self, Listed},
};
use crate::{
    apply::{ApplyError, Run},
    journal::Kind,
    preview::key_holds,
};

/// The code by which somebody accepts that a step builds on rows that are open.
pub const ACCEPTED_BY: &str = "H103";

/// Rows of a step that are open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The step.
    pub at: StepRef,
    /// How many.
    pub rows: u64,
    /// The key of the first.
    pub first: String,
}

impl Open {
    /// The open ones of these, by step.
    pub fn of(rows: &[Listed]) -> Vec<Open> {
        let mut open: BTreeMap<StepRef, Open> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.is_open()) {
            let first = || Open { at: row.at, rows: 0, first: row.row.key.clone() };
            open.entry(row.at).or_insert_with(first).rows += 1;
        }
        open.into_values().collect()
    }
}

impl Run<'_> {
    /// Fails where one of an entry's steps from that unit on builds on rows that are open before it.
    pub(crate) async fn refuse_open(
        &mut self,
        entry: &PlannedEntry,
        steps: &[&PlannedStep],
    ) -> Result<(), ApplyError> {
        let accepted = self.accepted.iter().any(|code| code.eq_ignore_ascii_case(ACCEPTED_BY));
        if entry.direction == Direction::Down || accepted || steps.is_empty() {
            return Ok(());
        }
        let open = match self.open.take() {
            Some(open) => open,
            None => Open::of(&aside::list(self.target).await.map_err(|cause| self.looking(entry, cause))?),
        };
        let refused = self.built_on_open(entry, steps, &open);
        self.open = Some(open);
        refused
    }

    fn built_on_open(
        &self,
        entry: &PlannedEntry,
        steps: &[&PlannedStep],
        open: &[Open],
    ) -> Result<(), ApplyError> {
        for one in open {
            let mut built: BTreeMap<EntryId, Vec<u32>> = BTreeMap::new();
            for step in steps.iter().filter(|step| is_done_here(step)) {
                let at = step.at(entry.entry);
                let steps = match built.entry(at.entry) {
                    Place::Occupied(known) => known.into_mut(),
                    Place::Vacant(free) => free.insert(self.history.built_on(at.entry, one.at)?),
                };
                if steps.contains(&at.step) {
                    let title = step.title.clone();
                    return Err(ApplyError::Open { at, title, open: Box::new(one.clone()) });
                }
            }
        }
        Ok(())
    }

    fn looking(&self, entry: &PlannedEntry, cause: DataError) -> ApplyError {
        ApplyError::Data { entry: entry.entry, step: 0, cause: Box::new(cause) }
    }

    /// In the transaction of its receipt: closes the open rows of another step that this one visited and didn't set aside itself.
    pub(super) async fn close_repaired(&mut self, job: &super::job::Job<'_>) -> Result<(), DataError> {
        let Some(repaired) = job.step.step.repairs else { return Ok(()) };
        let listed = aside::list(self.target).await?;
        let own: Vec<_> = listed.iter().filter(|row| row.at == job.at).map(|row| &row.row.values).collect();
        let visited = |row: &&Listed| {
            let key = job.key.iter().copied().zip(row.row.values.iter().cloned()).collect();
            row.at == repaired
                && row.is_open()
                && !own.contains(&&row.row.values)
                && key_holds(&job.step.rows, job.table, &key)
        };
        let closed: Vec<Listed> = listed.iter().filter(visited).cloned().collect();
        if closed.is_empty() {
            return Ok(());
        }
        for row in &closed {
            aside::close(&mut self.target.conn, self.target.dialect, row, &aside::step_name(job.at)).await?;
        }
        let mut record = self.record(Kind::Resolved, job.entry);
        record.step = Some(repaired.step);
        record.of = Some(repaired);
        record.aside = closed.iter().map(|row| (&row.row).into()).collect();
        record.note = Some(format!("repaired by {}", job.at));
        self.target.journal.append(&mut self.target.conn, vec![record]).await?;
        Ok(())
    }
}

/// Whether a step is done for good here: one that is only taken back builds on nothing.
fn is_done_here(step: &PlannedStep) -> bool {
    let undoes =
        matches!(step.lowered, Lowered::UndoBackfill(_) | Lowered::UndoPopulate(_) | Lowered::UndoDerive(_));
    !undoes && step.origin.is_none_or(|origin| origin.why != Why::Undone)
}
