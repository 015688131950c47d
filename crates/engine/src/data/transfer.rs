//! The batches of a transfer: rows in key order, each on its own.

use super::{DataError, derive::Job, kept::Keys, state::Progress};
use crate::apply::Run;

/// Rows that are handed to a guest at once.
const SLICE: usize = 1_000;

impl Run<'_> {
    /// One batch inside the running transaction; false when there is none left.
    pub(super) async fn transfer_batch(
        &mut self,
        job: &Job<'_>,
        progress: &mut Progress,
        keys: &mut Keys,
        most: usize,
    ) -> Result<bool, DataError> {
        let mut left = most;
        let mut any = false;
        while left > 0 {
            let limit = left.min(SLICE);
            let rows = self.read_on(job, progress, limit).await?;
            left = if rows.len() < limit { 0 } else { left - limit };
            any |= !rows.is_empty();
            self.fill(job, progress, rows, keys).await?;
        }
        Ok(any)
    }
}
