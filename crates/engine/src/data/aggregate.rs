//! The batches of an aggregate: whole groups, in the order of what their rows agree in.

use model::Value;

use super::{DataError, derive::Job, derived::groups, kept::Keys, state::Progress};
use crate::apply::Run;

/// Rows that are handed to a guest at once, if a group isn't larger.
const SLICE: usize = 1_000;

/// Rows of a group at the most: they are in memory at once, here and in the guest.
pub const MOST_ROWS: usize = 100_000;

impl Run<'_> {
    /// One batch inside the running transaction; false when there is none left.
    pub(super) async fn aggregate_batch(
        &mut self,
        job: &Job<'_>,
        progress: &mut Progress,
        keys: &mut Keys,
        most: usize,
    ) -> Result<bool, DataError> {
        let rows = self.whole_groups(job, progress, most).await?;
        let any = !rows.is_empty();
        for slice in slices(rows, job.order.len()) {
            self.fill(job, progress, slice, keys).await?;
        }
        Ok(any)
    }

    /// The next rows, up to the end of a group: as many groups as fit into a batch, or one that doesn't.
    pub(super) async fn whole_groups(
        &mut self,
        job: &Job<'_>,
        progress: &Progress,
        most: usize,
    ) -> Result<Vec<Vec<Value>>, DataError> {
        let mut limit = most.min(MOST_ROWS);
        loop {
            let mut rows = self.read_on(job, progress, limit).await?;
            if rows.len() < limit {
                return Ok(rows);
            }
            // The last group may go on behind the last row.
            let begins = groups(&rows, job.order.len()).last().map_or(0, |group| group.start);
            if begins > 0 {
                rows.truncate(begins);
                return Ok(rows);
            }
            if limit > MOST_ROWS {
                return Err(DataError::GroupTooLarge {
                    table: job.table.name.clone(),
                    group: rows.first().map(|row| job.work.print_key(row)).unwrap_or_default(),
                    most: MOST_ROWS,
                });
            }
            limit = limit.saturating_mul(4).min(MOST_ROWS + 1);
        }
    }
}

/// The rows cut at ends of groups.
fn slices(rows: Vec<Vec<Value>>, width: usize) -> Vec<Vec<Vec<Value>>> {
    let mut slices: Vec<Vec<Vec<Value>>> = Vec::new();
    let ends: Vec<usize> = groups(&rows, width).into_iter().map(|group| group.end).collect();
    let mut rows = rows.into_iter();
    let (mut taken, mut slice) = (0, Vec::new());
    for end in ends {
        slice.extend(rows.by_ref().take(end - taken));
        taken = end;
        if slice.len() >= SLICE {
            slices.push(std::mem::take(&mut slice));
        }
    }
    if !slice.is_empty() {
        slices.push(slice);
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_ends_where_a_group_does() {
        let sizes = [900usize, 300, 1, 2500, 999];
        let rows = sizes.iter().enumerate().flat_map(|(group, size)| {
            (0..*size).map(move |n| vec![Value::Int(group as i64), Value::Int(n as i64)])
        });
        let cut = slices(rows.collect(), 1);
        assert_eq!(cut.iter().map(Vec::len).collect::<Vec<_>>(), [1200, 2501, 999]);
        assert_eq!(cut[1][1], [Value::Int(3), Value::Int(0)]);
        assert!(slices(Vec::new(), 1).is_empty());
    }
}
