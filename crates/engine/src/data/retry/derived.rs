//! Rows of a transfer and groups of an aggregate that were set aside, tried again: what is made of them comes to what was made before, and
//! goes with it on the way back.

use std::sync::{Arc, atomic::Ordering};

use dialect::batch::{ReadShape, read_group};
use model::{Schema, Value, data_step::LoweredDerive};

use super::{BATCH, Listed, Retried, Tried, nothing_planned};
use crate::{
    apply::Run,
    data::{
        DataError, MOST_ROWS, aside,
        derive::Job,
        encode::compare_keys,
        kept::Keys,
        reject::{Aside, Class, refusal_without_values},
        state::Progress,
        thread::apart,
    },
};

impl Run<'_> {
    pub(super) async fn retry_derived(
        &mut self,
        (step, schema): (&LoweredDerive, &Schema),
        mut rows: Vec<Listed>,
        reason: &str,
        mut retried: Retried,
    ) -> Result<Retried, DataError> {
        let entry = nothing_planned(retried.at);
        let looked = self.look_up(schema, &step.lookups).await?;
        let job = Job::new(self, step, schema, looked, ((&entry, retried.at), true))?;
        rows.sort_by(|a, b| compare_keys(&a.row.values, &b.row.values));
        for some in rows.chunks(BATCH) {
            match self.retry_units(&job, some, reason, &mut retried).await {
                // One of them is to blame, and the others needn't wait for it.
                Err(DataError::Refused { .. }) => {
                    self.target.conn.rollback().await?;
                    for one in some.chunks(1) {
                        self.retry_unit(&job, one, reason, &mut retried).await?;
                    }
                }
                other => other?,
            }
        }
        Ok(retried)
    }

    /// Tries a row or a group by itself; where the database refuses what is made of it, it says so of it.
    async fn retry_unit(
        &mut self,
        job: &Job<'_>,
        one: &[Listed],
        reason: &str,
        retried: &mut Retried,
    ) -> Result<(), DataError> {
        let cause = match self.retry_units(job, one, reason, retried).await {
            Err(DataError::Refused { cause, .. }) => cause,
            other => return other,
        };
        self.target.conn.rollback().await?;
        self.target.conn.begin().await?;
        for listed in one {
            let (class, message) = (Class::of_database(&cause), refusal_without_values(&cause));
            let now = Aside { class, message, ..listed.row.clone() };
            aside::renew(&mut self.target.conn, self.target.dialect, listed, &now).await?;
        }
        self.target.conn.commit().await?;
        retried.left += one.len() as u64;
        Ok(())
    }

    /// Tries rows or groups in one transaction.
    async fn retry_units(
        &mut self,
        job: &Job<'_>,
        listed: &[Listed],
        reason: &str,
        retried: &mut Retried,
    ) -> Result<(), DataError> {
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(DataError::Interrupted { done: retried.done });
        }
        self.lease.renew(&mut self.target.conn, &self.target.journal).await?;
        self.begin_unless_paused(job.at.1, retried.done).await?;
        let (mut rows, mut there) = (Vec::new(), Vec::new());
        for one in listed {
            let found = self.read_unit(job, &one.row.values).await?;
            if !found.is_empty() {
                there.push(one.number);
            }
            rows.extend(found);
        }
        let mut keys: Keys = vec![Vec::new(); job.work.fillings.len()];
        let mut progress = Progress {
            made: vec![0; job.work.fillings.len()],
            lookups: job.lookups.clone(),
            ..Progress::none()
        };
        let mut left = Vec::new();
        if !rows.is_empty() {
            let (work, known) = (Arc::clone(&job.work), Arc::clone(&job.refused));
            let made = apart(move || work.run(&rows, &known)).await?;
            left = self.insert_made(job, &mut progress, made, &mut keys).await?;
            self.keep_behind(job.at.1, job, &keys).await?;
        }
        for row in &left {
            progress.aside += 1;
            progress.asides = aside::with(progress.asides, row);
        }
        let tried = Tried {
            rows: listed,
            there: &|one| there.contains(&one.number),
            aside: &left,
            receipt: job.receipt(&progress),
            reason,
        };
        self.close_retried((job.at.0, job.at.1.step), tried, retried).await
    }

    /// The row with this key, or the rows of this group, as they are now; none where they aren't among the step's any more.
    async fn read_unit(&mut self, job: &Job<'_>, key: &[Value]) -> Result<Vec<Vec<Value>>, DataError> {
        let shape = ReadShape {
            schema: job.schema,
            table: job.table,
            key: &job.order,
            columns: &job.behind,
            rows: &job.step.rows,
            after: false,
            upto: false,
            limit: MOST_ROWS + 1,
            lock: false,
            version: false,
        };
        let sql = read_group(self.target.dialect, shape, &job.then)?;
        let rows = self.target.conn.read_rows(&sql, key, &job.types).await?;
        match rows.first() {
            Some(first) if rows.len() > MOST_ROWS => Err(DataError::GroupTooLarge {
                table: job.table.name.clone(),
                group: job.work.print_key(first),
                most: MOST_ROWS,
            }),
            _ => Ok(rows),
        }
    }
}
