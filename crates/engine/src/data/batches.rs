//! Batches of a backfill one after the other, on one connection: all that are left of a step, or those of one range.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use dialect::{BatchShape, batch::read_last_key};
use model::Value;

use super::{
    DataError,
    encode::compare_keys,
    guard::Guard,
    job::Job,
    pace::{At, Pace},
    pipeline::{Pipeline, Slice},
    reading::{Carried, Next, Reader, are_all, read},
    refuse::Asides,
    refused,
    shared::{Head, Stretch},
    size::Size,
    state::{Progress, Slot},
    vault::Vault,
    write::{Verb, all_matched, send},
};
use crate::{
    apply::Run,
    event::{Event, Motion},
};

/// How often a step looks for rows that came behind its end while it ran; those that come later are for whoever inserts them.
const CATCH_UP_PASSES: u32 = 8;

/// So often a batch is done again that lost against other sessions, with twice the time in between each time.
pub(super) const TRIES: u32 = 5;
pub(super) const BACK_OFF: Duration = Duration::from_millis(100);

/// The same for a range, whose rows somebody may still lock who stands still: until the server has ended them.
const TRIES_FOR_RANGE: u32 = 25;

/// Between two looks whether others take part, or want to.
const LOOK: Duration = Duration::from_secs(1);

/// What goes from one batch to the next.
struct Flow {
    pipeline: Pipeline,
    guard: Guard,
    reader: Reader,
    /// How often rows were found behind the end.
    passes: u32,
}

/// Why there is no further batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// No rows are left; the transaction is open for whoever closes the stretch.
    Nothing,
    /// Somebody wishes the step to be shared out; no transaction is open.
    Wish,
}

impl Run<'_> {
    /// Batch after batch until no rows of the stretch are left, or somebody wants to take part, where that is heeded.
    pub(super) async fn batches(
        &mut self,
        job: &mut Job<'_>,
        stretch: Stretch,
        at: At<'_>,
        (progress, pace): (&mut Progress, &mut Pace),
        heeds: bool,
    ) -> Result<End, DataError> {
        let guard = job.guard();
        let pipeline = Pipeline::new(Arc::clone(&job.work), guard.versions());
        let reader = Reader::open(&self.target.url, guard, stretch, progress).await;
        let mut flow = Flow { pipeline, guard, reader, passes: 0 };
        let ended = self.flow(job, stretch, at, (progress, pace, &mut flow), heeds).await;
        flow.reader.close().await;
        ended
    }

    async fn flow(
        &mut self,
        job: &mut Job<'_>,
        stretch: Stretch,
        at: At<'_>,
        (progress, pace, flow): (&mut Progress, &mut Pace, &mut Flow),
        heeds: bool,
    ) -> Result<End, DataError> {
        let (mut tries, mut looked) = (0, Instant::now());
        let of = if let Stretch::Range(_) = stretch { TRIES_FOR_RANGE } else { TRIES };
        loop {
            self.tell_rows(at, progress, pace, Motion::Running);
            self.rest(at, progress, pace).await?;
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                if self.look_around(stretch, progress, pace, heeds).await? {
                    return Ok(End::Wish);
                }
            }
            let (before, most) = ((progress.clone(), flow.passes), pace.size.rows());
            match self.turn(job, stretch, at, progress, (pace, flow)).await {
                Ok(true) => tries = 0,
                Ok(false) => return Ok(End::Nothing),
                Err(error) if error.may_pass() && tries < of => {
                    // Nothing of the batch is left; it is done again from where the one before it ended.
                    self.target.conn.rollback().await?;
                    (*progress, flow.passes) = before;
                    self.anew(job, flow).await?;
                    self.tell_rows(at, progress, pace, Motion::Waiting(error.to_string()));
                    self.nap(BACK_OFF * 2_u32.pow(tries.min(TRIES)), progress).await?;
                    tries += 1;
                }
                // A row that the guest refuses may be another by now, too: it is asked again about what is locked.
                Err(DataError::Overtaken { .. } | DataError::Row(_)) if !flow.guard.locks() => {
                    self.target.conn.rollback().await?;
                    (*progress, flow.passes) = before;
                    flow.guard.overtaken();
                    self.anew(job, flow).await?;
                }
                Err(error @ (DataError::Refused { .. } | DataError::Row(_))) => {
                    (*progress, flow.passes) = before;
                    self.after_refusal(job, progress, most.max(pace.size.rows()), error).await?;
                    self.anew(job, flow).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Looks whether somebody wishes the step to be shared out, where that is heeded; of a range, with how many a limit is shared.
    async fn look_around(
        &mut self,
        stretch: Stretch,
        progress: &Progress,
        pace: &mut Pace,
        heeds: bool,
    ) -> Result<bool, DataError> {
        match stretch {
            Stretch::Range(claim) if pace.throttle.rows_per_second.is_some() => {
                let held = self.ranges_held(claim.slot).await?;
                pace.share(held, progress.read);
                Ok(false)
            }
            Stretch::Whole(slot) if heeds => {
                let head = Head::read(&mut self.target.conn, &self.target.journal, slot).await?;
                Ok(head.is_some())
            }
            Stretch::Range(_) | Stretch::Whole(_) => Ok(false),
        }
    }

    /// After a batch was rolled back: nothing is under way, and what the vault was given is gone from it.
    async fn anew(&mut self, job: &mut Job<'_>, flow: &mut Flow) -> Result<(), DataError> {
        self.renew_vault(job).await?;
        flow.pipeline = Pipeline::new(Arc::clone(&job.work), flow.guard.versions());
        Ok(())
    }

    /// Looks anew where the next block of the vault goes.
    pub(super) async fn renew_vault(&mut self, job: &mut Job<'_>) -> Result<(), DataError> {
        if job.vault.is_some() {
            let (conn, dialect) = (&mut self.target.conn, self.target.dialect);
            job.vault = Vault::find_for(conn, dialect, job.at, job.range).await?;
        }
        Ok(())
    }

    /// One batch, committed; false when there is none left, and then the transaction is open for the receipt.
    async fn turn(
        &mut self,
        job: &Job<'_>,
        stretch: Stretch,
        at: At<'_>,
        progress: &mut Progress,
        (pace, flow): (&mut Pace, &mut Flow),
    ) -> Result<bool, DataError> {
        let (began, read) = (Instant::now(), progress.read);
        let told = self.begin_batch(at, progress, pace).await?;
        pace.hear(&self.pacing, told, progress.read);
        pace.size.begin(pace.rows_per_second());
        let position = self.target.journal.position.clone();
        let more = match progress.upto {
            Some(_) => self.batch(job, stretch, progress, (&mut pace.size, flow)).await,
            None => Ok(false),
        };
        // A batch that is rolled back takes its records with it.
        let more = more.inspect_err(|_| self.target.journal.position = position.clone())?;
        if !more {
            // A range ends where it was cut; only the step itself has rows behind its end.
            let Stretch::Whole(slot) = stretch else { return Ok(false) };
            // Rows may have come behind the end while the step ran; the last look stands in the transaction of the receipt.
            flow.passes += 1;
            if flow.passes > CATCH_UP_PASSES || !self.extend(job, slot, progress).await? {
                return Ok(false);
            }
        }
        let committed = self.target.conn.commit().await;
        committed.inspect_err(|_| self.target.journal.position = position)?;
        self.tell_aside(job.at, progress);
        flow.guard.committed();
        if more {
            pace.last = (began.elapsed(), progress.read - read);
            pace.size.learn(pace.last.1, pace.last.0, pace.throttle.batch_ms);
        }
        Ok(true)
    }

    /// The last key among the step's rows.
    pub(super) async fn last_key(&mut self, job: &Job<'_>) -> Result<Option<Vec<Value>>, DataError> {
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

    /// One batch inside the running transaction; false when there is none left.
    async fn batch(
        &mut self,
        job: &Job<'_>,
        stretch: Stretch,
        progress: &mut Progress,
        (size, Flow { pipeline, guard, reader, .. }): (&mut Size, &mut Flow),
    ) -> Result<bool, DataError> {
        pipeline.begin(self.still_true(*guard).await?);
        let (mut written, mut more, mut any) = (0, true, false);
        let mut carried = Carried::of(pipeline, *guard, progress);
        if let Some(carried) = carried.take_if(|_| !reader.is_open())
            && !are_all(&mut self.target.conn, self.target.dialect, job, &carried).await?
        {
            return Err(job.overtaken());
        }
        loop {
            let left = size.rows().saturating_sub(written);
            let ahead = if job.alone {
                1
            } else if pipeline.lasts() {
                size.rows()
            } else {
                left.min(pipeline.depth() * size.slice())
            };
            while more && pipeline.rows() < ahead {
                let limit = size.slice().min(ahead - pipeline.rows());
                let after = pipeline.last().or(progress.watermark.as_ref());
                let next = Next { after, upto: progress.upto.as_ref(), limit, guard: Some(*guard) };
                let rows = read(&mut self.target.conn, self.target.dialect, job, next).await?;
                more = take_in(job, (size, pipeline), rows, limit);
            }
            if left == 0 {
                break;
            }
            let Some(slice) = pipeline.pop() else { break };
            written += slice.rows;
            any = true;
            let (after, upto) = (pipeline.last().unwrap_or(&slice.last).clone(), progress.upto.clone());
            progress.watermark = Some(slice.last.clone());
            let limit = if more { size.slice().min(ahead.saturating_sub(pipeline.rows())) } else { 0 };
            let next = Next { after: Some(&after), upto: upto.as_ref(), limit, guard: Some(*guard) };
            let dialect = self.target.dialect;
            // One session reads while the other writes, where there are two.
            let written = self.write(job, stretch, progress, (slice, *guard));
            let (written, (all, rows)) =
                tokio::join!(written, reader.read(dialect, job, carried.take(), next));
            written?;
            if !all {
                return Err(job.overtaken());
            }
            if let Some(rows) = rows {
                more = take_in(job, (size, pipeline), rows, limit);
            }
        }
        if any {
            let (conn, journal) = (&mut self.target.conn, &self.target.journal);
            stretch.advance(conn, journal, &self.lease, progress).await?;
        }
        Ok(any)
    }

    /// Something that stays the same as long as rows that were read before this transaction can be written in it: what the database
    /// counts as changes by others, where it counts them; always the same where each row is held against its version.
    async fn still_true(&mut self, guard: Guard) -> Result<Option<Value>, DataError> {
        if guard.versions() {
            return Ok((!guard.locks()).then_some(Value::Null));
        }
        let Some(query) = self.target.dialect.changes_of_others() else { return Ok(None) };
        Ok(self.target.conn.query(query, &[]).await?.into_iter().flatten().next())
    }

    /// Waits for what the guest made of rows, and writes it.
    async fn write(
        &mut self,
        job: &Job<'_>,
        stretch: Stretch,
        progress: &mut Progress,
        (slice, guard): (Slice, Guard),
    ) -> Result<(), DataError> {
        let worked = slice.worked().await?;
        let (table, schema, versions) = (job.table, job.schema, worked.versions);
        let shape = BatchShape { table, schema, key: &job.key, columns: &job.write, versions };
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
        if !guard.locks() {
            let (conn, keys) = (&mut self.target.conn, BatchShape { columns: &[], ..shape });
            let same = send(conn, self.target.dialect, &keys, Verb::Same, worked.same).await?;
            if matched + same < worked.read {
                return Err(job.overtaken());
            }
        }
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
            match stretch {
                Stretch::Whole(_) => self.set_aside(of, progress, worked.aside).await?,
                Stretch::Range(claim) => self.set_aside_in_range(of, claim, progress, worked.aside).await?,
            }
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

/// Gives rows that were read to the guest; false when there were fewer than asked for, so that none are left.
fn take_in(
    job: &Job<'_>,
    (size, pipeline): (&mut Size, &mut Pipeline),
    rows: Vec<Vec<Value>>,
    limit: usize,
) -> bool {
    let more = rows.len() == limit;
    size.weigh(&rows);
    if let Some(last) = rows.last().map(|row| job.key_of(row)) {
        pipeline.push(rows, last);
    }
    more
}
