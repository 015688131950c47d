//! Finds out what a run that was cut off left, and where to go on.

use dialect::plan::{Direction, PlannedEntry};

use super::{
    ApplyError, Run,
    segment::{Segment, segments},
};
use crate::{
    event::Event,
    journal::{Kind, Way},
    lease::is_true,
};

impl Run<'_> {
    /// The unit to go on from. Where a statement's outcome is unknown, its probe is asked; what a crash inside it may have left
    /// is cleared before it is repeated.
    pub(super) async fn recover(&mut self, entry: &PlannedEntry) -> Result<u64, ApplyError> {
        let Some(partial) = self.target.journal.position.partial.clone() else { return Ok(0) };
        if partial.entry == entry.entry && partial.way == Way::Up && entry.direction == Direction::Down {
            // The plan undoes what is complete of it, in one transaction.
            return Ok(0);
        }
        if partial.entry != entry.entry || partial.way != Way::from(entry.direction) {
            if !partial.is_begun() {
                return Ok(0);
            }
            return Err(ApplyError::CutOff { entry: partial.entry, way: partial.way.word() });
        }
        if !partial.in_flight {
            return Ok(partial.unit);
        }
        let segments = segments(entry);
        let Some(Segment::Alone { statement, .. }) =
            segments.iter().find(|s| matches!(s, Segment::Alone { unit, .. } if *unit == partial.unit))
        else {
            return Ok(partial.unit);
        };
        let Some(probe) = &statement.probe else {
            return Err(ApplyError::Unknown { entry: entry.entry, sql: statement.sql.clone() });
        };
        let done = is_true(&self.target.conn.query(probe, &[]).await?);
        if let (false, Some(clear)) = (done, &statement.clear) {
            self.target.conn.run(clear).await?;
        }
        let finding =
            if done { "the statement had taken effect" } else { "the statement had not taken effect" };
        let unit = partial.unit + u64::from(done);
        let mut record = self.record(Kind::Recovered, entry);
        record.unit = Some(unit);
        record.note = Some(finding.to_owned());
        self.target.journal.append(&mut self.target.conn, vec![record]).await?;
        (self.tell)(Event::Recovered { entry: entry.entry, finding: finding.to_owned() });
        Ok(unit)
    }
}
