//! Rows that were set aside, tried again by the same module after somebody has mended them.
//!
//! So many rows are one transaction: what they become, what the vault keeps of them, that they are closed, and the record of it with a
//! receipt of its own. Whoever runs it twice at once, or is cut off, finds each row open or done: records follow each other in a chain that
//! can't fork, so that of two runs one fails.

mod derived;

use std::{sync::Arc, sync::atomic::Ordering};

use dialect::{
    BatchShape, Versions,
    batch::read_by_keys,
    plan::{Direction, PlannedEntry},
};
use model::{
    Class, Digest, EvolveError, Fault, Lowered, Schema, StepRef, Value, data_step::LoweredBackfill,
    history::FoldError,
};

use super::{
    DataError,
    aside::{self, Listed, RETRIED},
    backfill::receipt,
    encode::compare_keys,
    job::Job,
    refused,
    reject::Aside,
    state::Progress,
    thread::apart,
    vault::Vault,
    work::Worked,
    write::{Verb, all_matched, send},
};
use crate::{
    apply::{ApplyError, Run},
    backfills::{Standings, State},
    control::ControlError,
    event::Event,
    guests::Guests,
    journal::{Kind, Receipt},
    known::Known,
    lease::Lease,
    prepare::{Choices, PrepareError, RunOptions, standing},
    preview::key_holds,
    target::Target,
};

/// Rows that are tried in one transaction.
const BATCH: usize = 200;

/// What came of a step's rows that were open.
#[derive(Clone, Debug, PartialEq)]
pub struct Retried {
    /// The step.
    pub at: StepRef,
    /// What it does.
    pub title: String,
    /// Rows that are done now.
    pub done: u64,
    /// Rows that aren't among those of the step any more: deleted, or otherwise since.
    pub gone: u64,
    /// Rows that are still refused.
    pub left: u64,
    /// What went in and came out, of each transaction.
    pub receipts: Vec<Receipt>,
}

/// Why nothing could be tried again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// Where the target stands can't be told.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The target can't be had.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// A row or the database is in the way.
    #[error(transparent)]
    Data(#[from] DataError),
    /// How the step stands can't be told.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The step isn't complete.
    #[error("{0} isn't done yet")]
    NotDone(StepRef),
    /// The step sets no rows aside.
    #[error("{0} is no step that sets rows aside")]
    NoRows(StepRef),
}

impl Fault for RetryError {
    fn class(&self) -> Class {
        match self {
            RetryError::Prepare(cause) => cause.class(),
            RetryError::Apply(cause) => cause.class(),
            RetryError::Data(cause) => cause.class(),
            RetryError::Control(cause) => cause.class(),
            RetryError::NotDone(_) => Class::Pending,
            RetryError::NoRows(_) => Class::Input,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            RetryError::Prepare(cause) => cause.hint(),
            RetryError::Apply(cause) => cause.hint(),
            RetryError::Data(cause) => cause.hint(),
            RetryError::Control(cause) => cause.hint(),
            RetryError::NotDone(_) => Some("`strat up` finishes it first".to_owned()),
            RetryError::NoRows(_) => Some("`strat down` behind it and `strat up` do it anew".to_owned()),
        }
    }
}

impl From<FoldError> for RetryError {
    fn from(cause: FoldError) -> RetryError {
        RetryError::Prepare(cause.into())
    }
}

impl From<EvolveError> for RetryError {
    fn from(cause: EvolveError) -> RetryError {
        RetryError::Prepare(cause.into())
    }
}

/// What is tried again, and why.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The database of the ledger that the target holds.
    pub database: &'a str,
    /// The step; all that have open rows when absent.
    pub step: Option<StepRef>,
    /// Why; it stands in the journal.
    pub reason: &'a str,
}

/// Tries the open rows of data steps again. Rows that are done by the time something fails stay done.
///
/// # Errors
/// When a step isn't complete, or its script stops at a row otherwise than by refusing it.
pub async fn retry(
    target: &mut Target,
    known: &Known,
    ask: Ask<'_>,
    options: RunOptions<'_>,
    guests: &Guests<'_>,
    tell: &mut (dyn FnMut(Event) + Send),
) -> Result<Vec<Retried>, RetryError> {
    let key = target.lock_key();
    let patience = (options.patience, options.interrupt);
    let lease = Lease::take(&mut target.conn, target.dialect, &target.journal, key, patience, tell)
        .await
        .map_err(ApplyError::from)?;
    target.journal.refresh(&mut target.conn).await.map_err(ApplyError::from)?;
    let mut run = Run {
        target,
        lease,
        plan: Digest::ZERO,
        guests,
        accepted: &[],
        interrupt: options.interrupt,
        pacing: options.pacing,
        allowed: options.allowed,
        history: &known.history,
        open: None,
        drift: Vec::new(),
        left: None,
        taken: None,
        tell,
    };
    let result = run.retry_all(known, ask).await;
    let Run { target, lease, .. } = run;
    if target.conn.in_transaction() {
        // The failure is what is told; a connection that is gone rolls back by itself.
        let _ = target.conn.rollback().await;
    }
    if !target.conn.is_broken() {
        lease.release(&mut target.conn, target.dialect, &target.journal).await;
    }
    result
}

impl Run<'_> {
    async fn retry_all(&mut self, known: &Known, ask: Ask<'_>) -> Result<Vec<Retried>, RetryError> {
        self.journal_told().await?;
        let choices = Choices { database: ask.database, step_by_step: true };
        self.target.look_into_vault().await.map_err(PrepareError::from)?;
        let state = standing(self.target, known, choices)?;
        let mut listed = aside::list(self.target).await?;
        listed.retain(|row| row.is_open() && ask.step.is_none_or(|step| row.at == step));
        let mut steps: Vec<StepRef> = listed.iter().map(|row| row.at).collect();
        steps.dedup();
        let standings = Standings::look(self.target).await?;
        let mut retried = Vec::new();
        for at in steps {
            let is_done = standings.of(at).is_some_and(|one| matches!(one.state, State::Done(_)));
            if !is_done {
                return Err(RetryError::NotDone(at));
            }
            let rows: Vec<Listed> = listed.iter().filter(|row| row.at == at).cloned().collect();
            known.history.state_at(&[at.entry])?;
            let steps = known.history.lowered(at.entry).cloned();
            let change = steps.iter().flat_map(|steps| steps.iter()).find(|one| one.step == at.step);
            let change = change.map(|one| &one.change).ok_or(RetryError::NoRows(at))?;
            let schema = state.schema(ask.database);
            let title = change.describe(schema);
            let fresh = Retried { at, title, done: 0, gone: 0, left: 0, receipts: Vec::new() };
            retried.push(match change {
                Lowered::Backfill(step) => self.retry_step((step, schema), rows, ask.reason, fresh).await?,
                Lowered::Derive(step) => self.retry_derived((step, schema), rows, ask.reason, fresh).await?,
                _ => return Err(RetryError::NoRows(at)),
            });
        }
        Ok(retried)
    }

    async fn retry_step(
        &mut self,
        (backfill, schema): (&LoweredBackfill, &Schema),
        rows: Vec<Listed>,
        reason: &str,
        mut retried: Retried,
    ) -> Result<Retried, DataError> {
        let entry = nothing_planned(retried.at);
        let mut job = self.job(backfill, schema, (&entry, retried.at)).await?;
        job.work = Arc::new(job.work.leaving_all());
        let most = if job.alone { 1 } else { BATCH.min(self.target.dialect.batch_rows(job.key.len())) };
        for rows in rows.chunks(most) {
            if self.interrupt.load(Ordering::Relaxed) {
                return Err(DataError::Interrupted { done: retried.done });
            }
            self.lease.renew(&mut self.target.conn, &self.target.journal).await?;
            while !self.retry_rows(&mut job, rows, reason, &mut retried).await? {}
        }
        Ok(retried)
    }

    /// Tries rows in one transaction; false when the database refused one of them, which is known from then on.
    async fn retry_rows(
        &mut self,
        job: &mut Job<'_>,
        rows: &[Listed],
        reason: &str,
        retried: &mut Retried,
    ) -> Result<bool, DataError> {
        self.begin_unless_paused(job.at, retried.done).await?;
        if job.step.kept(job.at.entry).next().is_some() {
            job.vault = Vault::find(&mut self.target.conn, self.target.dialect, job.at).await?;
        }
        let read = self.read_again(job, rows).await?;
        let (work, given) = (Arc::clone(&job.work), read.clone());
        let mut worked = apart(move || work.run(given, false)).await?;
        let shape = BatchShape {
            table: job.table,
            schema: job.schema,
            key: &job.key,
            columns: &job.write,
            versions: Versions::Unheeded,
        };
        let parts = std::mem::take(&mut worked.parts);
        let sent = send(&mut self.target.conn, self.target.dialect, &shape, Verb::Update, parts)
            .await
            .map_err(|cause| refused(&job.step.step.script, &job.table.name, cause));
        match sent {
            Ok(matched) => all_matched(&job.table.name, worked.changed, matched)?,
            Err(refusal @ DataError::Refused { .. }) => {
                self.refused_of(job, read, refusal).await?;
                return Ok(false);
            }
            Err(other) => return Err(other),
        }
        if let Some(vault) = &job.vault {
            vault.keep(&mut self.target.conn, std::mem::take(&mut worked.kept)).await?;
        }
        let there = |row: &Listed| read.iter().any(|read| read[..job.key.len()] == row.row.values);
        let aside = worked.aside.clone();
        let tried = Tried { rows, there: &there, aside: &aside, receipt: receipt_of(job, worked), reason };
        self.close_retried((job.entry, job.at.step), tried, retried).await?;
        Ok(true)
    }

    /// The rows as they are now, in the order of their key; without those that aren't among the step's any more.
    async fn read_again(&mut self, job: &Job<'_>, rows: &[Listed]) -> Result<Vec<Vec<Value>>, DataError> {
        let chosen = job.step.selecting();
        let columns: Vec<_> =
            job.seen.iter().chain(chosen.iter().filter(|id| !job.seen.contains(id))).copied().collect();
        let mut types = job.types.clone();
        for id in &columns[job.seen.len()..] {
            types.push((&super::column(job.table, *id)?.ty).into());
        }
        let sql = read_by_keys(self.target.dialect, job.table, &job.key, &columns, rows.len(), true)?;
        let keys: Vec<Value> = rows.iter().flat_map(|row| row.row.values.iter().cloned()).collect();
        let mut read = self.target.conn.read_rows(&sql, &keys, &types).await?;
        read.retain(|row| {
            let cells = job.key.iter().chain(&columns).copied().zip(row.iter().cloned()).collect();
            key_holds(&job.step.rows, job.table, &cells)
        });
        let width = job.key.len();
        read.iter_mut().for_each(|row| row.truncate(width + job.seen.len()));
        read.sort_by(|a, b| compare_keys(&a[..width], &b[..width]));
        Ok(read)
    }

    /// Closes what is done, says of the rest why it isn't, journals it and commits.
    async fn close_retried(
        &mut self,
        (entry, step): (&PlannedEntry, u32),
        tried: Tried<'_>,
        retried: &mut Retried,
    ) -> Result<(), DataError> {
        let Tried { rows, there, aside, receipt, reason } = tried;
        let (conn, dialect) = (&mut self.target.conn, self.target.dialect);
        let mut closed = Vec::new();
        let mut left = 0;
        for row in rows {
            match aside.iter().find(|now| now.values == row.row.values) {
                Some(now) => {
                    aside::renew(conn, dialect, row, now).await?;
                    left += 1;
                }
                None => {
                    aside::close(conn, dialect, row, RETRIED).await?;
                    closed.push(row);
                }
            }
        }
        let gone = closed.iter().filter(|row| !there(row)).count() as u64;
        let done = closed.len() as u64 - gone;
        if closed.is_empty() {
            self.target.conn.commit().await?;
            retried.left += left;
            return Ok(());
        }
        let mut record = self.record(Kind::Resolved, entry);
        record.plan = None;
        record.step = Some(step);
        record.aside = closed.iter().map(|row| (&row.row).into()).collect();
        record.receipt = Some(receipt.clone());
        record.note = (!reason.is_empty()).then(|| reason.to_owned());
        self.journal_and_commit(record).await?;
        retried.done += done;
        retried.gone += gone;
        retried.left += left;
        retried.receipts.push(receipt);
        Ok(())
    }
}

/// Rows that were tried in the running transaction.
struct Tried<'a> {
    rows: &'a [Listed],
    /// Whether a row, or a group, is still among those of the step.
    there: &'a (dyn Fn(&Listed) -> bool + Sync),
    /// Those that are refused again.
    aside: &'a [Aside],
    receipt: Receipt,
    reason: &'a str,
}

/// An entry of no plan, for what is told and journaled of a step of it.
fn nothing_planned(at: StepRef) -> PlannedEntry {
    PlannedEntry {
        entry: at.entry,
        message: String::new(),
        direction: Direction::Up,
        steps: Vec::new(),
        before: Digest::ZERO,
        after: Digest::ZERO,
        stands_for: Vec::new(),
        treated: Vec::new(),
    }
}

/// What went in and came out.
fn receipt_of(job: &Job<'_>, worked: Worked) -> Receipt {
    let mut progress = Progress { lookups: job.lookups.clone(), ..Progress::none() };
    (progress.read, progress.changed, progress.fuel) = (worked.read, worked.changed, worked.fuel);
    for row in &worked.aside {
        progress.aside += 1;
        progress.asides = aside::with(progress.asides, row);
    }
    for (input, output, ends) in worked.hashes {
        progress.input.push_hashed(input, ends);
        progress.output.push_hashed(output, ends);
    }
    receipt(job, &progress)
}
