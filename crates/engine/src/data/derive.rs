//! Transfers and aggregates: rows of a table in order, batch by batch, through the guest and into other tables; and their way back.
//!
//! A batch is one transaction: the new rows, their keys for the way back, the watermark and the digests.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use dialect::{
    BatchShape, Versions,
    batch::{ReadShape, read_groups},
    plan::{PlannedEntry, PlannedStep},
};
use model::{Digest, ObjectId, Schema, StepRef, Value, data_step::LoweredDerive, schema::Table};

use super::{
    DataError, aside,
    batches::{BACK_OFF, TRIES},
    derived::{Made, Work, behind},
    encode::bound_values,
    kept::{Keys, what},
    lookups::{Looked, hold_against},
    now::made_by,
    pace::{At, Pace},
    refuse::Asides,
    refused,
    reject::Aside,
    state::{Progress, Slot, no_rows},
    table,
    thread::apart,
    work::Refused,
    write::{Verb, write},
};
use crate::{
    apply::Run,
    driver::CellType,
    event::{Event, Motion},
    guests::{Wanted, asset_digests, params_digest},
    journal::{Kind, Receipt, SetAside},
};

/// How often a step looks for rows that came behind its end while it ran; those that come later are for whoever inserts them.
const CATCH_UP_PASSES: u32 = 8;

/// What stays the same through the step.
pub(super) struct Job<'a> {
    pub step: &'a LoweredDerive,
    pub schema: &'a Schema,
    pub table: &'a Table,
    /// Columns by whose order rows are read: a group's or the key's.
    pub order: Vec<ObjectId>,
    /// Columns read behind them.
    pub behind: Vec<ObjectId>,
    /// Columns that order the rows of a group.
    pub then: Vec<ObjectId>,
    pub types: Vec<CellType>,
    pub work: Arc<Work>,
    /// Rows, or groups, that the database refuses.
    pub refused: Arc<Refused>,
    /// How many may be set aside, those not counted that were named.
    most: u64,
    pub at: (&'a PlannedEntry, StepRef),
    pub lookups: BTreeMap<String, Digest>,
    /// What the step is.
    pub what: Digest,
}

impl<'a> Job<'a> {
    pub fn new(
        run: &Run<'_>,
        step: &'a LoweredDerive,
        schema: &'a Schema,
        looked: Looked,
        (at, again): ((&'a PlannedEntry, StepRef), bool),
    ) -> Result<Job<'a>, DataError> {
        let table = table(schema, step.table)?;
        let wanted = Wanted {
            script: step.step.script(),
            module: step.step.module(),
            params: step.step.params(),
            assets: step.step.assets(),
            lookups: &looked.batches,
            limits: step.step.limits(),
        };
        let what = what(step)?;
        let leaves = run.allowed.leaves(step.step.on_reject());
        let work = Work::new(step, schema, table, run.guests.load(wanted)?, (what, leaves))?;
        let work = if again { work.leaving_all() } else { work };
        let order: Vec<_> = step.order().iter().map(|c| c.id).collect();
        let behind: Vec<_> = behind(step).into_iter().map(|c| c.id).collect();
        let then = step.key.iter().map(|c| c.id).filter(|id| !order.contains(id)).collect();
        let mut types = Vec::new();
        for id in order.iter().chain(&behind) {
            types.push(CellType::from(&super::column(table, *id)?.ty));
        }
        let (work, lookups) = (Arc::new(work), looked.digests);
        let (most, refused) = (step.step.on_reject().at_most(), Arc::default());
        Ok(Job { step, schema, table, order, behind, then, types, work, refused, most, at, lookups, what })
    }

    /// The values of a row's key, or of its group's.
    pub fn place_of(&self, row: &[Value]) -> Vec<Value> {
        row[..self.order.len()].to_vec()
    }

    fn script(&self) -> String {
        self.step.step.script().to_owned()
    }

    /// What went in and came out so far.
    pub fn receipt(&self, progress: &Progress) -> Receipt {
        let mut receipt = receipt(self.step, Some(progress));
        for (filling, made) in self.work.fillings.iter().zip(&progress.made) {
            receipt.made.insert(filling.name.clone(), *made);
        }
        receipt
    }
}

impl Run<'_> {
    pub(super) async fn derive(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        derive: &LoweredDerive,
        slot: Slot,
    ) -> Result<(), DataError> {
        let looked = self.look_up(schema, &derive.lookups).await?;
        let begun = slot.read::<Progress>(&mut self.target.conn, &self.target.journal).await?;
        if let Some(progress) = &begun {
            hold_against(&looked.digests, &progress.lookups, derive.step.script())?;
        }
        let mut job = Job::new(self, derive, schema, looked, ((entry, step.at(entry.entry)), false))?;
        let (mut progress, resumed) = match begun {
            Some(progress) => (progress, true),
            None => (self.start_derive(entry, step, &job, slot).await?, false),
        };
        job.most = self.allowed.most(derive.step.on_reject(), &progress);
        let at = At { entry, step, sealed: step.at(entry.entry), resumed };
        let mut pace = Pace::new(&self.pacing, progress.read);
        let (mut passes, mut tries) = (0, 0);
        loop {
            self.tell_rows(at, &progress, &pace, Motion::Running);
            self.rest(at, &progress, &mut pace).await?;
            let (before, most) = ((progress.clone(), passes), pace.size.rows());
            match self.derive_turn(&job, slot, at, &mut progress, (&mut pace, &mut passes)).await {
                Ok(true) => tries = 0,
                Ok(false) => break,
                Err(error) if error.may_pass() && tries < TRIES => {
                    // Nothing of the batch is left; it is done again from where the one before it ended.
                    self.target.conn.rollback().await?;
                    (progress, passes) = before;
                    self.tell_rows(at, &progress, &pace, Motion::Waiting(error.to_string()));
                    self.nap(BACK_OFF * 2_u32.pow(tries), &progress).await?;
                    tries += 1;
                }
                Err(error @ DataError::Refused { .. }) => {
                    (progress, passes) = before;
                    self.derive_refused(&mut job, &progress, most.max(pace.size.rows()), error).await?;
                }
                Err(error) => return Err(error),
            }
        }
        let mut receipt = job.receipt(&progress);
        if derive.is_aggregate() {
            receipt.late = self.count(&job).await?.abs_diff(progress.read);
        }
        let made_by = made_by(derive, &job.work.fillings);
        let (restored, keys) = self.bring_changed(entry, step, schema, &made_by).await?;
        if keys.iter().any(|keys| !keys.is_empty()) {
            self.keep_behind(at.sealed, &job, &keys).await?;
        }
        self.finish(entry, step, slot, (receipt, restored)).await
    }

    /// One batch, committed; false when there is none left, and then the transaction is open for the receipt.
    async fn derive_turn(
        &mut self,
        job: &Job<'_>,
        slot: Slot,
        at: At<'_>,
        progress: &mut Progress,
        (pace, passes): (&mut Pace, &mut u32),
    ) -> Result<bool, DataError> {
        let (began, read) = (Instant::now(), progress.read);
        let told = self.begin_batch(at, progress, pace).await?;
        pace.hear(&self.pacing, told, progress.read);
        pace.size.begin(pace.throttle.rows_per_second);
        let position = self.target.journal.position.clone();
        let more = match progress.upto {
            Some(_) => self.derive_batch(at.sealed, job, slot, progress, pace.size.rows()).await,
            None => Ok(false),
        };
        // A batch that is rolled back takes its records with it.
        let more = more.inspect_err(|_| self.target.journal.position = position.clone())?;
        if !more {
            // Rows may have come behind the end while the step ran; the last look stands in the transaction of the receipt.
            *passes += 1;
            if *passes > CATCH_UP_PASSES || !self.move_end(job, slot, progress).await? {
                return Ok(false);
            }
        }
        let committed = self.target.conn.commit().await;
        committed.inspect_err(|_| self.target.journal.position = position)?;
        self.tell_aside(at.sealed, progress);
        if more {
            pace.last = (began.elapsed(), progress.read - read);
            pace.size.learn(pace.last.1, pace.last.0, pace.throttle.batch_ms);
        }
        Ok(true)
    }

    /// Fixes where the step ends, before the first batch, and journals that the step has begun: from here on the target is in
    /// the middle of the entry, whatever happens to this run.
    async fn start_derive(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        job: &Job<'_>,
        slot: Slot,
    ) -> Result<Progress, DataError> {
        self.target.conn.begin().await?;
        aside::forget(&mut self.target.conn, self.target.dialect, step.at(entry.entry)).await?;
        let progress = Progress {
            upto: self.last_place(job).await?,
            total: self.count(job).await?,
            made: vec![0; job.work.fillings.len()],
            lookups: job.lookups.clone(),
            ..Progress::none()
        };
        slot.start(&mut self.target.conn, &self.target.journal, &self.lease, &progress).await?;
        self.keep_none(step.at(entry.entry), job, &progress).await?;
        let mut begun = self.record(Kind::Intent, entry);
        begun.step = Some(step.step);
        begun.unit = Some(slot.unit);
        self.journal_and_commit(begun).await?;
        Ok(progress)
    }

    /// One batch inside the running transaction; false when there is none left.
    async fn derive_batch(
        &mut self,
        at: StepRef,
        job: &Job<'_>,
        slot: Slot,
        progress: &mut Progress,
        most: usize,
    ) -> Result<bool, DataError> {
        let mut keys: Keys = vec![Vec::new(); job.work.fillings.len()];
        let any = match job.step.is_aggregate() {
            true => self.aggregate_batch(job, progress, &mut keys, most).await?,
            false => self.transfer_batch(job, progress, &mut keys, most).await?,
        };
        if any {
            self.keep(at, job, progress, &keys).await?;
            slot.advance(&mut self.target.conn, &self.target.journal, &self.lease, progress).await?;
        }
        Ok(any)
    }

    /// Reads the next rows behind the watermark, in order.
    pub(super) async fn read_on(
        &mut self,
        job: &Job<'_>,
        progress: &Progress,
        limit: usize,
    ) -> Result<Vec<Vec<Value>>, DataError> {
        let shape = ReadShape {
            schema: job.schema,
            table: job.table,
            key: &job.order,
            columns: &job.behind,
            rows: &job.step.rows,
            after: progress.watermark.is_some(),
            upto: true,
            limit,
            lock: true,
            version: false,
        };
        let read = read_groups(self.target.dialect, shape, &job.then)?;
        let params = bound_values(&read, progress.watermark.as_deref(), progress.upto.as_deref());
        Ok(self.target.conn.read_rows(&read.sql, &params, &job.types).await?)
    }

    /// Hands rows to the guest and inserts what it makes of them.
    pub(super) async fn fill(
        &mut self,
        job: &Job<'_>,
        progress: &mut Progress,
        rows: Vec<Vec<Value>>,
        keys: &mut Keys,
    ) -> Result<(), DataError> {
        let Some(last) = rows.last() else { return Ok(()) };
        progress.watermark = Some(job.place_of(last));
        let (work, known) = (Arc::clone(&job.work), Arc::clone(&job.refused));
        let made = apart(move || work.run(&rows, &known)).await?;
        let aside = self.insert_made(job, progress, made, keys).await?;
        if !aside.is_empty() {
            let (names, too_many) =
                (|key: &[Value]| job.work.names(key), |row: &_, most| job.work.too_many(row, most));
            let (entry, at) = job.at;
            let at_most = job.step.step.on_reject().at_most();
            let of = Asides { entry, at, at_most, most: job.most, names: &names, too_many: &too_many };
            self.set_aside(of, progress, aside).await?;
        }
        Ok(())
    }

    /// Inserts what a guest has made and counts it; what it refused comes back.
    pub(super) async fn insert_made(
        &mut self,
        job: &Job<'_>,
        progress: &mut Progress,
        made: Made,
        keys: &mut Keys,
    ) -> Result<Vec<Aside>, DataError> {
        progress.read += made.read;
        progress.fuel += made.fuel;
        for (input, output, ends) in made.hashes {
            progress.input.push_hashed(input, ends);
            progress.output.push_hashed(output, ends);
        }
        for (n, (filling, rows)) in job.work.fillings.iter().zip(made.tables).enumerate() {
            let shape = BatchShape {
                table: table(job.schema, filling.table)?,
                schema: job.schema,
                key: &filling.key,
                columns: &filling.columns,
                versions: Versions::Unheeded,
            };
            progress.made[n] += rows.len() as u64;
            progress.changed += rows.len() as u64;
            keys[n].extend(rows.iter().map(|row| row[..filling.key.len()].to_vec()));
            write(&mut self.target.conn, self.target.dialect, &shape, Verb::Insert, rows)
                .await
                .map_err(|cause| refused(job.step.step.script(), &filling.name, cause))?;
        }
        if !made.log.is_empty() {
            (self.tell)(Event::GuestLog { script: job.script(), text: made.log });
        }
        Ok(made.aside)
    }
}

pub(super) fn receipt(derive: &LoweredDerive, progress: Option<&Progress>) -> Receipt {
    let step = &derive.step;
    let module = step.module();
    Receipt {
        script: step.script().to_owned(),
        module: module.map(|m| m.blake3).unwrap_or_default(),
        sha256: module.map(|m| m.sha256.clone()).unwrap_or_default(),
        abi: module.map_or(0, |m| m.abi),
        params: params_digest(step.params()),
        assets: asset_digests(step.assets()),
        profile: sandbox::PROFILE,
        engine: super::ENGINE.to_owned(),
        read: progress.map_or(0, |p| p.read),
        changed: progress.map_or(0, |p| p.changed),
        unchanged: 0,
        made: BTreeMap::new(),
        lookups: progress.map(|p| p.lookups.clone()).unwrap_or_default(),
        late: 0,
        input: progress.map_or_else(no_rows, |p| p.input.digest()),
        output: progress.map_or_else(no_rows, |p| p.output.digest()),
        input_sections: progress.map(|p| Receipt::sections(&p.input)).unwrap_or_default(),
        output_sections: progress.map(|p| Receipt::sections(&p.output)).unwrap_or_default(),
        order: "bytes".to_owned(),
        fuel: progress.map_or(0, |p| p.fuel),
        set_aside: progress.filter(|p| p.aside > 0).map(|p| SetAside { rows: p.aside, digest: p.asides }),
    }
}
