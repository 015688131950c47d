//! Rows and groups that the database refuses what was made of: found, and left aside where that may be.

use std::sync::Arc;

use dialect::{BatchShape, Versions};
use model::Value;

use super::{
    DataError,
    derive::Job,
    refuse::first_refused,
    reject::{Class, refusal_without_values},
    state::Progress,
    table,
    thread::apart,
    write::{Verb, write},
};
use crate::{apply::Run, driver::DriverError};

impl Run<'_> {
    /// After the database refused a batch: rolls it back, and makes the work leave the row or group aside that is to blame, or stops.
    pub(super) async fn derive_refused(
        &mut self,
        job: &mut Job<'_>,
        before: &Progress,
        most: usize,
        refusal: DataError,
    ) -> Result<(), DataError> {
        if self.target.conn.rollback().await.is_err() {
            return Err(refusal);
        }
        self.target.conn.begin().await?;
        let rows = match job.step.is_aggregate() {
            true => self.whole_groups(job, before, most).await?,
            false => self.read_on(job, before, most).await?,
        };
        self.target.conn.rollback().await?;
        let units = job.work.units(&rows);
        let upto = |count: usize| count.checked_sub(1).map_or(0, |last| units[last].end);
        let tried = async |count| self.refusal_of(job, &rows[..upto(count)]).await;
        let Some((at, cause)) = first_refused(units.len(), tried).await? else { return Err(refusal) };
        let row = &rows[units[at].start];
        let class = Class::of_database(&cause);
        if !class.can_be_set_aside() || !job.work.leaves(row) {
            return Err(refusal);
        }
        let mut refused = (*job.refused).clone();
        refused.insert(job.work.key_bytes(row)?, (class, refusal_without_values(&cause)));
        job.refused = Arc::new(refused);
        Ok(())
    }

    /// Why the database refuses what is made of these rows, if it does.
    async fn refusal_of(
        &mut self,
        job: &Job<'_>,
        rows: &[Vec<Value>],
    ) -> Result<Option<DriverError>, DataError> {
        let (work, known, given) = (Arc::clone(&job.work), Arc::clone(&job.refused), rows.to_vec());
        let made = apart(move || work.run(&given, &known)).await?;
        self.target.conn.begin().await?;
        let mut said = None;
        for (filling, rows) in job.work.fillings.iter().zip(made.tables) {
            let shape = BatchShape {
                table: table(job.schema, filling.table)?,
                schema: job.schema,
                key: &filling.key,
                columns: &filling.columns,
                versions: Versions::Unheeded,
            };
            let written = write(&mut self.target.conn, self.target.dialect, &shape, Verb::Insert, rows).await;
            if let Err(cause) = written {
                said = Some(cause);
                break;
            }
        }
        self.target.conn.rollback().await?;
        match said {
            Some(cause) if !cause.is_refusal() => Err(cause.into()),
            said => Ok(said),
        }
    }
}
