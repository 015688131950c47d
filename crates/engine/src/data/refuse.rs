//! Rows that are refused: found where only the database knows which it is, set aside where the step allows it.

use std::sync::Arc;

use dialect::{BatchShape, Versions, plan::PlannedEntry};
use model::{StepRef, Value};

use super::{
    DataError, aside,
    job::Job,
    reading::{Next, read},
    reject::{Aside, Class, refusal_without_values},
    state::Progress,
    thread::apart,
    write::{Verb, write},
};
use crate::{
    apply::Run,
    clock,
    driver::{DriverError, printable},
    event::Event,
    journal::{AsideRow, Kind},
};

/// A step whose rows are set aside, whatever its shape.
#[derive(Clone, Copy)]
pub(super) struct Asides<'a> {
    /// The entry it is carried out with.
    pub entry: &'a PlannedEntry,
    pub at: StepRef,
    /// How many its entry allows for.
    pub at_most: u64,
    /// How many may be in all, those not counted that were named.
    pub most: u64,
    /// Whether somebody named the row with this key.
    pub names: &'a (dyn Fn(&[Value]) -> bool + Sync),
    /// Why the step stops at one more.
    pub too_many: &'a (dyn Fn(&Aside, u64) -> DataError + Sync),
}

/// The row that the database refuses, by its key, and what it said.
struct Found {
    key: Vec<Value>,
    cause: DriverError,
}

/// The first of so many rows or groups that is refused when those before it are taken, and why; nothing when all are taken by now. Found
/// by trying ever smaller parts, which `refusal` tries by how many of the first are in them.
pub(super) async fn first_refused<C>(
    count: usize,
    mut refusal: impl AsyncFnMut(usize) -> Result<Option<C>, DataError>,
) -> Result<Option<(usize, C)>, DataError> {
    let Some(mut cause) = refusal(count).await? else { return Ok(None) };
    // The first `pass` are taken, the first `fail` are not.
    let (mut pass, mut fail) = (0, count);
    while fail - pass > 1 {
        let middle = pass.midpoint(fail);
        match refusal(middle).await? {
            Some(said) => (fail, cause) = (middle, said),
            None => pass = middle,
        }
    }
    Ok(fail.checked_sub(1).map(|at| (at, cause)))
}

impl Run<'_> {
    /// After a batch failed: rolls it back and tells which row is to blame and how many rows are done, or makes it possible to do the
    /// batch again without the row.
    pub(super) async fn after_refusal(
        &mut self,
        job: &mut Job<'_>,
        before: &Progress,
        most: usize,
        error: DataError,
    ) -> Result<(), DataError> {
        if self.target.conn.rollback().await.is_err() {
            return Err(error);
        }
        let refused = match error {
            error @ DataError::Refused { .. } => self.refused(job, (before, most), error).await,
            other => Err(other),
        };
        refused.map_err(|error| match error {
            DataError::Row(mut stopped) => {
                stopped.done = before.read;
                DataError::Row(stopped)
            }
            other => other,
        })
    }

    /// After the database refused a batch and it was rolled back: makes the work leave the row alone that is to blame, so that the
    /// batch can be done again, or stops at it.
    async fn refused(
        &mut self,
        job: &mut Job<'_>,
        before: (&Progress, usize),
        refusal: DataError,
    ) -> Result<(), DataError> {
        let found = self.refused_row(job, before).await?;
        self.leave_alone(job, found, refusal)
    }

    /// The same for rows as read that were to be written.
    pub(super) async fn refused_of(
        &mut self,
        job: &mut Job<'_>,
        rows: Vec<Vec<Value>>,
        refusal: DataError,
    ) -> Result<(), DataError> {
        self.target.conn.rollback().await?;
        let work = Arc::clone(&job.work);
        let rows = apart(move || work.rows(rows)).await?;
        let found = self.refused_among(job, &rows).await?;
        self.leave_alone(job, found, refusal)
    }

    /// Makes the work leave the row alone that was found, or stops at it.
    fn leave_alone(
        &self,
        job: &mut Job<'_>,
        found: Option<Found>,
        refusal: DataError,
    ) -> Result<(), DataError> {
        let Some(Found { key, cause }) = found else { return Err(refusal) };
        let class = Class::of_database(&cause);
        if !job.work.leaves(&key) || !class.can_be_set_aside() {
            let why = printable(&cause.to_string());
            return Err(job.work.at(Some(job.print_key(&key)), None, class, why));
        }
        job.work = Arc::new(job.work.refusing(&key, (class, refusal_without_values(&cause)))?);
        Ok(())
    }

    /// The first row of the batch behind that progress which the database refuses when those before it are written; nothing when
    /// it takes them all by now.
    async fn refused_row(
        &mut self,
        job: &Job<'_>,
        (before, most): (&Progress, usize),
    ) -> Result<Option<Found>, DataError> {
        let (after, upto) = (before.watermark.as_ref(), before.upto.as_ref());
        let next = Next { after, upto, limit: most, guard: None };
        self.target.conn.begin().await?;
        let rows = read(&mut self.target.conn, self.target.dialect, job, next).await?;
        self.target.conn.rollback().await?;
        let work = Arc::clone(&job.work);
        let rows = apart(move || work.rows(rows)).await?;
        self.refused_among(job, &rows).await
    }

    /// The first of these rows, as they would be written, that the database refuses when those before it are written.
    async fn refused_among(
        &mut self,
        job: &Job<'_>,
        rows: &[Vec<Value>],
    ) -> Result<Option<Found>, DataError> {
        let found = first_refused(rows.len(), async |count| self.refusal(job, &rows[..count]).await).await?;
        Ok(found.map(|(at, cause)| Found { key: job.key_of(&rows[at]), cause }))
    }

    /// Why the database refuses these rows, if it does.
    async fn refusal(
        &mut self,
        job: &Job<'_>,
        rows: &[Vec<Value>],
    ) -> Result<Option<DriverError>, DataError> {
        let shape = BatchShape {
            table: job.table,
            schema: job.schema,
            key: &job.key,
            columns: &job.write,
            versions: Versions::Unheeded,
        };
        self.target.conn.begin().await?;
        let (conn, dialect) = (&mut self.target.conn, self.target.dialect);
        let written = write(conn, dialect, &shape, Verb::Update, rows.to_vec()).await;
        self.target.conn.rollback().await?;
        match written {
            Ok(_) => Ok(None),
            Err(cause) if cause.is_refusal() => Ok(Some(cause)),
            Err(cause) => Err(cause.into()),
        }
    }

    /// Puts rows on record that are left as they are, in the running transaction; stops at the first one more than may be.
    pub(super) async fn set_aside(
        &mut self,
        of: Asides<'_>,
        progress: &mut Progress,
        rows: Vec<Aside>,
    ) -> Result<(), DataError> {
        // What the entry allows for stands in one record, what somebody allowed for by the command line in another, with the reason.
        let (mut by_entry, mut by_hand) = (Vec::new(), Vec::new());
        let (first, before) = (progress.aside + 1, (progress.aside, progress.named));
        for row in &rows {
            let named = (of.names)(&row.values);
            let counted = progress.aside - progress.named;
            if !named && counted >= of.most {
                (progress.aside, progress.named) = before;
                return Err((of.too_many)(row, of.most));
            }
            progress.aside += 1;
            progress.named += u64::from(named);
            progress.asides = aside::with(progress.asides, row);
            let record = if named || counted >= of.at_most { &mut by_hand } else { &mut by_entry };
            record.push(AsideRow::from(row));
        }
        let when = clock::rfc3339(clock::now_ms());
        let (conn, dialect) = (&mut self.target.conn, self.target.dialect);
        aside::put(conn, dialect, of.at, first, (rows.as_slice(), when.as_str())).await?;
        for (rows, note) in [(by_entry, None), (by_hand, Some(self.allowed.reason.to_owned()))] {
            if rows.is_empty() {
                continue;
            }
            let mut record = self.record(Kind::SetAside, of.entry);
            record.step = Some(of.at.step);
            record.of = (of.at.entry != of.entry.entry).then_some(of.at);
            record.aside = rows;
            record.note = note;
            self.target.journal.append(&mut self.target.conn, vec![record]).await?;
        }
        progress.fresh.extend(rows);
        Ok(())
    }

    /// Tells of the rows that were set aside, once that is committed.
    pub(super) fn tell_aside(&mut self, at: StepRef, progress: &mut Progress) {
        for Aside { key, class, message, .. } in progress.fresh.drain(..) {
            let (entry, step) = (at.entry, at.step);
            (self.tell)(Event::SetAside { entry, step, key, class: class.name(), message });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_that_is_refused_is_found_among_any_number() {
        for count in 0..9 {
            for bad in 0..count {
                let mut tries = 0;
                let tried = async |some: usize| {
                    tries += 1;
                    Ok((some > bad).then_some(some))
                };
                let found = first_refused(count, tried).await.unwrap();
                assert_eq!(found, Some((bad, bad + 1)), "{bad} of {count}");
                assert!(tries <= 5, "{tries} tries of {count}");
            }
            let all_taken = async |_: usize| Ok(None::<usize>);
            assert_eq!(first_refused(count, all_taken).await.unwrap(), None);
        }
    }
}
