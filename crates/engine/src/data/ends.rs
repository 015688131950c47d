//! Where a transfer or an aggregate ends: fixed at its start, and moved behind rows that came while it ran.

use dialect::batch::{count_rows, read_last_key};
use model::Value;

use super::{
    DataError,
    derive::Job,
    encode::compare_keys,
    state::{Progress, Slot},
};
use crate::apply::Run;

impl Run<'_> {
    /// The last place that there is to come to.
    pub(super) async fn last_place(&mut self, job: &Job<'_>) -> Result<Option<Vec<Value>>, DataError> {
        let sql = read_last_key(self.target.dialect, job.table, &job.order, &job.step.rows)?;
        let types = &job.types[..job.order.len()];
        Ok(self.target.conn.read_rows(&sql, &[], types).await?.into_iter().next())
    }

    /// How many rows there are to be read.
    pub(super) async fn count(&mut self, job: &Job<'_>) -> Result<u64, DataError> {
        let sql = count_rows(self.target.dialect, job.table, &job.step.rows)?;
        let counted = self.target.conn.query(&sql, &[]).await?;
        Ok(match counted.first().and_then(|row| row.first()) {
            Some(Value::Int(n)) => u64::try_from(*n).unwrap_or(0),
            _ => 0,
        })
    }

    /// Moves the end of the step behind rows or groups that came since; false when there are none.
    pub(super) async fn move_end(
        &mut self,
        job: &Job<'_>,
        slot: Slot,
        progress: &mut Progress,
    ) -> Result<bool, DataError> {
        let last = self.last_place(job).await?;
        let behind = match (&last, &progress.upto) {
            (Some(last), Some(upto)) => compare_keys(last, upto).is_gt(),
            (Some(_), None) => true,
            (None, _) => false,
        };
        if behind {
            progress.upto = last;
            slot.advance(&mut self.target.conn, &self.target.journal, &self.lease, progress).await?;
        }
        Ok(behind)
    }
}
