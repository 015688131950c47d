//! Backfills: a table's rows in key order, batch by batch, through the guest and back.
//!
//! A batch is one transaction. Inside it rows go in slices: while the guest works on some, the connection reads those behind
//! them and writes those before. Where the database can tell that nobody else has written since, or that a row is as it was read, the
//! rows of the next batch are read before this one commits, so that the guest is at work on them while it does.

use std::collections::BTreeMap;

use dialect::{
    batch::count_rows,
    plan::{PlannedEntry, PlannedStep},
};
use model::{Schema, StepRef, Value, data_step::LoweredBackfill};

use super::{
    DataError, aside,
    batches::End,
    job::Job,
    lookups::hold_against,
    pace::{At, Pace},
    shared::Stretch,
    state::{Progress, Slot},
    vault::{About, Vault},
};
use crate::{
    apply::Run,
    guests::{Wanted, asset_digests, params_digest},
    journal::{Kind, Receipt, SetAside},
};

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
        let heeds = self.can_share(&job);
        let mut shares = self.is_to_share(&job, slot).await?;
        loop {
            if std::mem::take(&mut shares) && progress.has_rows_left() {
                self.share(&job, at, slot, &mut progress).await?;
                pace.recount(progress.read);
                self.renew_vault(&mut job).await?;
            }
            let stretch = Stretch::Whole(slot);
            match self.batches(&mut job, stretch, at, (&mut progress, &mut pace), heeds).await? {
                End::Nothing => break,
                End::Wish => shares = true,
            }
        }
        self.close_repaired(&job).await?;
        let receipt = receipt(&job, &progress);
        self.finish(entry, step, slot, (receipt, None)).await
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
