//! Cutting what is left of a step into ranges, by the order of the keys.

use dialect::batch::{ReadShape, read_batch};
use model::{Value, rows::RowDigest, sharing::rows_of_range};

use super::super::{
    DataError,
    encode::bound_values,
    job::Job,
    state::{Progress, Slot, Stored as _},
    vault::key_bytes,
};
use crate::apply::Run;

impl Run<'_> {
    /// Cuts what lies between a step's watermark and its end, in one transaction that also sees that nobody has taken the target over.
    pub(super) async fn cut(
        &mut self,
        job: &Job<'_>,
        slot: Slot,
        progress: &Progress,
    ) -> Result<(), DataError> {
        self.target.conn.begin().await?;
        let each = rows_of_range(progress.total.saturating_sub(progress.read));
        let bounds = self.bounds(job, progress, each).await?;
        let (conn, journal) = (&mut self.target.conn, &self.target.journal);
        let sql = &journal.sql().ranges;
        conn.execute(&sql.end, &slot.of_ranges()).await?;
        let aside = i64::try_from(progress.aside - progress.named).unwrap_or(i64::MAX);
        let [entry, step] = slot.of_ranges();
        let row = |number: i64, fence: i64, done: i64, aside: i64, key: &[Value], state: Vec<u8>| {
            let [number, fence, done, aside] = [number, fence, done, aside].map(Value::Int);
            let [key, state] = [key_bytes(key), state].map(Value::Bytes);
            let holder = Value::Text(String::new());
            [entry.clone(), step.clone(), number, fence, holder, done, aside, key, state]
        };
        conn.execute(&sql.put, &row(0, self.lease.fence, 1, aside, &[], Vec::new())).await?;
        let mut from = progress.watermark.clone();
        for (number, upto) in (1..).zip(bounds) {
            let state = piece(progress, from, &upto, each).to_bytes().map_err(DataError::Progress)?;
            conn.execute(&sql.put, &row(number, 0, 0, 0, &upto, state)).await?;
            from = Some(upto);
        }
        slot.advance(conn, journal, &self.lease, progress).await?;
        conn.commit().await?;
        Ok(())
    }

    /// The last key of each range: every so-many-th behind the watermark, and the end.
    async fn bounds(
        &mut self,
        job: &Job<'_>,
        progress: &Progress,
        each: u64,
    ) -> Result<Vec<Vec<Value>>, DataError> {
        let Some(end) = &progress.upto else { return Ok(Vec::new()) };
        let mut bounds: Vec<Vec<Value>> = Vec::new();
        let types = &job.types[..job.key.len()];
        loop {
            let after = bounds.last().or(progress.watermark.as_ref());
            let shape = ReadShape {
                schema: job.schema,
                table: job.table,
                key: &job.key,
                columns: &[],
                rows: &job.step.rows,
                after: after.is_some(),
                upto: true,
                limit: 1,
                lock: false,
                version: false,
            };
            let read = read_batch(self.target.dialect, shape)?;
            let params = bound_values(&read, after.map(Vec::as_slice), Some(end));
            let sql = format!("{} OFFSET {}", read.sql, each.saturating_sub(1));
            match self.target.conn.read_rows(&sql, &params, types).await?.into_iter().next() {
                Some(key) if key != *end => bounds.push(key),
                _ => break,
            }
        }
        bounds.push(end.clone());
        Ok(bounds)
    }
}

/// A range of which nothing is done.
fn piece(of: &Progress, from: Option<Vec<Value>>, upto: &[Value], rows: u64) -> Progress {
    Progress {
        upto: Some(upto.to_vec()),
        watermark: from,
        total: rows,
        lookups: of.lookups.clone(),
        input: RowDigest::piece(),
        output: RowDigest::piece(),
        ..Progress::none()
    }
}
