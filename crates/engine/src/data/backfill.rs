//! Backfills: a table's rows in key order, batch by batch, through the guest and back.
//!
//! A batch is one transaction. Inside it rows go in slices: while the guest works on some, the connection reads those behind
//! them and writes those before. Where the database can tell that nobody else has written since, the rows of the next batch are
//! read before this one commits, so that the guest is at work on them while it does.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use dialect::{
    BatchShape,
    batch::{ReadShape, count_rows, read_batch, read_last_key},
    plan::{PlannedEntry, PlannedStep},
};
use model::{Schema, StepRef, Value, data_step::LoweredBackfill};

use super::{
    DataError, aside,
    encode::{bound_values, compare_keys},
    job::Job,
    lookups::hold_against,
    pace::{At, Pace},
    pipeline::{Pipeline, Slice},
    refuse::Asides,
    refused,
    size::Size,
    state::{Progress, Slot},
    vault::{About, Vault},
    write::{Verb, all_matched, send},
};
use crate::{
    apply::Run,
    event::{Event, Motion},
    guests::{Wanted, asset_digests, params_digest},
    journal::{Kind, Receipt, SetAside},
};

/// Slices under way at once where rows have to be read and written in one transaction.
const AHEAD: usize = 3;

/// How often a step looks for rows that came behind its end while it ran; those that come later are for whoever inserts them.
const CATCH_UP_PASSES: u32 = 8;

/// So often a batch is done again that lost against other sessions, with twice the time in between each time.
pub(super) const TRIES: u32 = 5;
pub(super) const BACK_OFF: Duration = Duration::from_millis(100);

impl Run<'_> {
    pub(super) async fn backfill(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        backfill: &LoweredBackfill,
        slot: Slot,
    ) -> Result<(), DataError> {
        let (sealed, dialect) = (step.at(entry.entry), self.target.dialect);
        let mut job = self.job(backfill, schema, (entry, sealed)).await?;
        let found = slot.read::<Progress>(&mut self.target.conn, &self.target.journal).await?;
        let (mut progress, resumed) = match found {
            Some(progress) => {
                hold_against(&job.lookups, &progress.lookups, &backfill.step.script)?;
                // A step that an older release began has none: nothing is kept of it, and the way back says so.
                job.vault = Vault::find(&mut self.target.conn, dialect, sealed).await?;
                (progress, true)
            }
            None => (self.start_backfill(entry, step, &mut job, slot).await?, false),
        };
        job.most = self.allowed.most(backfill.step.on_reject, &progress);
        let at = At { entry, step, sealed, resumed };
        let mut pace = Pace::new(&self.pacing, progress.read);
        let (mut passes, mut tries) = (0, 0);
        let mut pipeline = Pipeline::new(Arc::clone(&job.work));
        loop {
            self.tell_rows(at, &progress, &pace, Motion::Running);
            self.rest(at, &progress, &mut pace).await?;
            let (before, most) = ((progress.clone(), passes), pace.size.rows());
            match self.turn(&job, slot, at, &mut progress, (&mut pace, &mut pipeline, &mut passes)).await {
                Ok(true) => tries = 0,
                Ok(false) => break,
                Err(error) if error.may_pass() && tries < TRIES => {
                    // Nothing of the batch is left; it is done again from where the one before it ended.
                    self.target.conn.rollback().await?;
                    (progress, passes) = before;
                    pipeline = self.anew(&mut job).await?;
                    self.tell_rows(at, &progress, &pace, Motion::Waiting(error.to_string()));
                    self.nap(BACK_OFF * 2_u32.pow(tries), &progress).await?;
                    tries += 1;
                }
                Err(error @ (DataError::Refused { .. } | DataError::Row(_))) => {
                    (progress, passes) = before;
                    self.after_refusal(&mut job, &progress, most.max(pace.size.rows()), error).await?;
                    pipeline = self.anew(&mut job).await?;
                }
                Err(error) => return Err(error),
            }
        }
        self.close_repaired(&job).await?;
        let receipt = receipt(&job, &progress);
        self.finish(entry, step, slot, receipt).await
    }

    /// The step with its guest, and with what that is handed.
    pub(super) async fn job<'a>(
        &mut self,
        backfill: &'a LoweredBackfill,
        schema: &'a Schema,
        at: (&'a PlannedEntry, StepRef),
    ) -> Result<Job<'a>, DataError> {
        let looked = self.look_up(schema, &backfill.lookups).await?;
        let wanted = Wanted {
            script: &backfill.step.script,
            module: backfill.step.module.as_ref(),
            params: &backfill.step.params,
            assets: &backfill.step.assets,
            lookups: &looked.batches,
            limits: backfill.step.limits,
        };
        let guest = self.guests.load(wanted)?;
        let leaves = self.allowed.leaves(backfill.step.on_reject);
        let mut job = Job::new(backfill, schema, (guest, leaves), looked.digests, self.target.dialect, at)?;
        if let Some(query) = self.target.dialect.reacts(&job.table.name) {
            job.alone |= !self.target.conn.query(&query, &[]).await?.is_empty();
        }
        Ok(job)
    }

    /// After a batch was rolled back: nothing is under way, and what the vault was given is gone from it.
    async fn anew(&mut self, job: &mut Job<'_>) -> Result<Pipeline, DataError> {
        if job.vault.is_some() {
            job.vault = Vault::find(&mut self.target.conn, self.target.dialect, job.at).await?;
        }
        Ok(Pipeline::new(Arc::clone(&job.work)))
    }

    /// One batch, committed; false when there is none left, and then the transaction is open for the receipt.
    async fn turn(
        &mut self,
        job: &Job<'_>,
        slot: Slot,
        at: At<'_>,
        progress: &mut Progress,
        (pace, pipeline, passes): (&mut Pace, &mut Pipeline, &mut u32),
    ) -> Result<bool, DataError> {
        let (began, read) = (Instant::now(), progress.read);
        let told = self.begin_batch(at, progress, pace).await?;
        pace.hear(&self.pacing, told, progress.read);
        pace.size.begin(pace.throttle.rows_per_second);
        let position = self.target.journal.position.clone();
        let more = match progress.upto {
            Some(_) => self.batch(job, slot, progress, (&mut pace.size, pipeline)).await,
            None => Ok(false),
        };
        // A batch that is rolled back takes its records with it.
        let more = more.inspect_err(|_| self.target.journal.position = position.clone())?;
        if !more {
            // Rows may have come behind the end while the step ran; the last look stands in the transaction of the receipt.
            *passes += 1;
            if *passes > CATCH_UP_PASSES || !self.extend(job, slot, progress).await? {
                return Ok(false);
            }
        }
        let committed = self.target.conn.commit().await;
        committed.inspect_err(|_| self.target.journal.position = position)?;
        self.tell_aside(job.at, progress);
        if more {
            pace.last = (began.elapsed(), progress.read - read);
            pace.size.learn(pace.last.1, pace.last.0, pace.throttle.batch_ms);
        }
        Ok(true)
    }

    /// The last key among the step's rows.
    async fn last_key(&mut self, job: &Job<'_>) -> Result<Option<Vec<Value>>, DataError> {
        let sql = read_last_key(self.target.dialect, job.table, &job.key, &job.step.rows)?;
        let key_types = &job.types[..job.key.len()];
        Ok(self.target.conn.read_rows(&sql, &[], key_types).await?.into_iter().next())
    }

    /// Moves the end of the step behind rows that came since; false when there are none.
    async fn extend(
        &mut self,
        job: &Job<'_>,
        slot: Slot,
        progress: &mut Progress,
    ) -> Result<bool, DataError> {
        let last = self.last_key(job).await?;
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

    /// Fixes where the step ends, before the first batch, and journals that the step has begun: from here on the target is in
    /// the middle of the entry, whatever happens to this run.
    async fn start_backfill(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        job: &mut Job<'_>,
        slot: Slot,
    ) -> Result<Progress, DataError> {
        let dialect = self.target.dialect;
        self.target.conn.begin().await?;
        aside::forget(&mut self.target.conn, dialect, job.at).await?;
        if job.step.kept(job.at.entry).next().is_some() {
            let about = About::new(job.step, job.schema, job.table, job.step.kept(job.at.entry))?;
            job.vault = Some(Vault::open(&mut self.target.conn, dialect, job.at, about).await?);
        }
        let upto = self.last_key(job).await?;
        let conn = &mut self.target.conn;
        let counted = conn.query(&count_rows(dialect, job.table, &job.step.rows)?, &[]).await?;
        let total = match counted.first().and_then(|row| row.first()) {
            Some(Value::Int(n)) => u64::try_from(*n).unwrap_or(0),
            _ => 0,
        };
        let progress = Progress { upto, total, lookups: job.lookups.clone(), ..Progress::none() };
        slot.start(conn, &self.target.journal, &self.lease, &progress).await?;
        let mut begun = self.record(Kind::Intent, entry);
        begun.step = Some(step.step);
        begun.unit = Some(slot.unit);
        self.journal_and_commit(begun).await?;
        Ok(progress)
    }

    /// One batch inside the running transaction; false when there is none left.
    async fn batch(
        &mut self,
        job: &Job<'_>,
        slot: Slot,
        progress: &mut Progress,
        (size, pipeline): (&mut Size, &mut Pipeline),
    ) -> Result<bool, DataError> {
        pipeline.begin(self.changes_of_others().await?);
        let (mut written, mut more, mut any) = (0, true, false);
        loop {
            let left = size.rows().saturating_sub(written);
            let ahead = if job.alone {
                1
            } else if pipeline.lasts() {
                size.rows()
            } else {
                left.min(AHEAD * size.slice())
            };
            while more && pipeline.rows() < ahead {
                let limit = size.slice().min(ahead - pipeline.rows());
                let rows = self
                    .read(job, pipeline.last().or(progress.watermark.as_ref()), progress.upto.as_ref(), limit)
                    .await?;
                more = rows.len() == limit;
                size.weigh(&rows);
                if let Some(last) = rows.last().map(|row| job.key_of(row)) {
                    pipeline.push(rows, last);
                }
            }
            if left == 0 {
                break;
            }
            let Some(slice) = pipeline.pop() else { break };
            written += slice.rows;
            any = true;
            progress.watermark = Some(slice.last.clone());
            self.write(job, progress, slice).await?;
        }
        if any {
            slot.advance(&mut self.target.conn, &self.target.journal, &self.lease, progress).await?;
        }
        Ok(any)
    }

    /// What the database counts as changes by others, where it counts them.
    async fn changes_of_others(&mut self) -> Result<Option<Value>, DataError> {
        let Some(query) = self.target.dialect.changes_of_others() else { return Ok(None) };
        Ok(self.target.conn.query(query, &[]).await?.into_iter().flatten().next())
    }

    /// Reads the next rows behind a key.
    pub(super) async fn read(
        &mut self,
        job: &Job<'_>,
        after: Option<&Vec<Value>>,
        upto: Option<&Vec<Value>>,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>, DataError> {
        let shape = ReadShape {
            schema: job.schema,
            table: job.table,
            key: &job.key,
            columns: &job.seen,
            rows: &job.step.rows,
            after: after.is_some(),
            upto: true,
            limit,
            lock: true,
        };
        let read = read_batch(self.target.dialect, shape)?;
        let params = bound_values(&read, after.map(Vec::as_slice), upto.map(Vec::as_slice));
        Ok(self.target.conn.read_rows(&read.sql, &params, &job.types).await?)
    }

    /// Waits for what the guest made of rows, and writes it.
    async fn write(&mut self, job: &Job<'_>, progress: &mut Progress, slice: Slice) -> Result<(), DataError> {
        let worked = slice.worked().await?;
        let shape = BatchShape { table: job.table, schema: job.schema, key: &job.key, columns: &job.write };
        let sent = send(&mut self.target.conn, self.target.dialect, &shape, Verb::Update, worked.parts);
        // While the database is at it.
        let hashed = async {
            for (input, output, ends) in worked.hashes {
                progress.input.push_hashed(input, ends);
                progress.output.push_hashed(output, ends);
            }
        };
        let (matched, ()) = tokio::join!(sent, hashed);
        let matched = matched.map_err(|cause| refused(&job.step.step.script, &job.table.name, cause))?;
        all_matched(&job.table.name, worked.changed, matched)?;
        if let Some(vault) = &job.vault {
            vault.keep(&mut self.target.conn, worked.kept).await?;
        }
        if !worked.aside.is_empty() {
            let (names, too_many) =
                (|key: &[Value]| job.work.names(key), |row: &_, most| job.work.too_many(row, most));
            let of = Asides {
                entry: job.entry,
                at: job.at,
                at_most: job.step.step.on_reject.at_most(),
                most: job.most,
                names: &names,
                too_many: &too_many,
            };
            self.set_aside(of, progress, worked.aside).await?;
        }
        progress.read += worked.read;
        progress.changed += worked.changed;
        progress.fuel += worked.fuel;
        if !worked.log.is_empty() {
            (self.tell)(Event::GuestLog { script: job.script(), text: worked.log });
        }
        Ok(())
    }
}

pub(super) fn receipt(job: &Job<'_>, progress: &Progress) -> Receipt {
    let module = job.step.step.module.as_ref();
    Receipt {
        script: job.script(),
        module: module.map(|m| m.blake3).unwrap_or_default(),
        sha256: module.map(|m| m.sha256.clone()).unwrap_or_default(),
        abi: module.map_or(0, |m| m.abi),
        params: params_digest(&job.step.step.params),
        assets: asset_digests(&job.step.step.assets),
        profile: sandbox::PROFILE,
        engine: super::ENGINE.to_owned(),
        read: progress.read,
        changed: progress.changed,
        unchanged: progress.read - progress.changed - progress.aside,
        made: BTreeMap::new(),
        lookups: progress.lookups.clone(),
        late: 0,
        input: progress.input.digest(),
        output: progress.output.digest(),
        input_sections: Receipt::sections(&progress.input),
        output_sections: Receipt::sections(&progress.output),
        order: "bytes".to_owned(),
        fuel: progress.fuel,
        set_aside: (progress.aside > 0).then_some(SetAside { rows: progress.aside, digest: progress.asides }),
    }
}
