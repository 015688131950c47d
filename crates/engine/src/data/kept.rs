//! The keys of rows that a step made: kept in the target with each batch, so that the way back deletes these rows and no others.

use dialect::plan::{PlannedEntry, PlannedStep};
use model::{
    CanonicalError, Digest, Schema, StepRef, Value, canonical::to_canonical, data_step::LoweredDerive,
};

use super::{
    DataError,
    derive::{Job, receipt},
    derived::fillings,
    now::{Unmade, made_by},
    refused,
    state::{Progress, Slot},
    table,
    vault::{About, Keeping},
    write::delete,
};
use crate::{apply::Run, journal::Receipt};

/// What a step is, whichever entry it stands in: equal steps of several branches are one.
pub(crate) fn what(step: &LoweredDerive) -> Result<Digest, DataError> {
    let text = to_canonical(&step.step).map_err(|e: CanonicalError| DataError::Progress(e.to_string()))?;
    Ok(Digest::derive("stratigraph 1 step", text.as_bytes()))
}

/// The keys of new rows, by table.
pub(super) type Keys = Vec<Vec<Vec<Value>>>;

impl Run<'_> {
    /// Keeps the keys of a batch's new rows, so that the way back finds these and no others.
    pub(super) async fn keep(
        &mut self,
        at: StepRef,
        job: &Job<'_>,
        progress: &Progress,
        keys: &Keys,
    ) -> Result<(), DataError> {
        self.keep_as(at, job, i64::try_from(progress.read).unwrap_or(i64::MAX), keys).await
    }

    /// Keeps the keys of rows that were made later, behind all that are kept.
    pub(super) async fn keep_behind(
        &mut self,
        at: StepRef,
        job: &Job<'_>,
        keys: &Keys,
    ) -> Result<(), DataError> {
        let last = match self.last_kept(&words(at)).await? {
            Some((Value::Int(last), _)) => last,
            _ => 0,
        };
        self.keep_as(at, job, last.saturating_add(1), keys).await
    }

    async fn keep_as(
        &mut self,
        at: StepRef,
        job: &Job<'_>,
        number: i64,
        keys: &Keys,
    ) -> Result<(), DataError> {
        let text = to_canonical(keys).map_err(|e| DataError::Progress(e.to_string()))?;
        let [entry, step] = words(at);
        let number = Value::Int(number);
        let params =
            [entry, step, number, Value::Text(job.what.to_string()), Value::Bytes(text.into_bytes())];
        self.target.conn.execute(&self.target.journal.sql().made.keep, &params).await?;
        Ok(())
    }

    /// Notes that a step has begun, so that it is told from an equal one that another entry has. One that failed before its first batch
    /// has left such a note.
    pub(super) async fn keep_none(
        &mut self,
        at: StepRef,
        job: &Job<'_>,
        progress: &Progress,
    ) -> Result<(), DataError> {
        let [entry, step] = words(at);
        let params = [entry, step, Value::Int(0)];
        self.target.conn.execute(&self.target.journal.sql().made.forget, &params).await?;
        self.keep(at, job, progress, &Keys::new()).await
    }

    /// Deletes the rows again, by the keys that were kept: the last ones first, and those of a table before those of the tables that
    /// its foreign keys lead to.
    pub(super) async fn underive(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        schema: &Schema,
        derive: &LoweredDerive,
        slot: Slot,
    ) -> Result<(), DataError> {
        self.target.conn.begin().await?;
        let receipt = self.delete_kept((entry, step.at(entry.entry)), schema, derive).await?;
        self.finish(entry, step, slot, (receipt, None)).await
    }

    /// The same inside the running transaction, where what was changed in them goes into the vault; what was deleted is for the receipt.
    pub(crate) async fn delete_kept(
        &mut self,
        (entry, own): (&PlannedEntry, StepRef),
        schema: &Schema,
        derive: &LoweredDerive,
    ) -> Result<Receipt, DataError> {
        let mut deletes = Vec::with_capacity(derive.into.len());
        for into in &derive.into {
            let table = table(schema, into.table)?;
            let key: Vec<_> = into.key.iter().map(|c| c.id).collect();
            deletes.push((table, key));
        }
        let what = what(derive)?;
        let mut receipt = receipt(derive, None);
        let at = self.kept_by(own, what).await?;
        let fillings = fillings(derive, schema)?;
        let made_by = made_by(derive, &fillings);
        let about = About::of_made(&made_by, schema)?;
        let mut keeping = Keeping::new(own, &about, &made_by, schema)?;
        let mut unmade = self.all_kept(&keeping, &at).await?;
        self.hold_against_now((entry, own), schema, derive, (&mut keeping, &mut unmade)).await?;
        while let Some((number, keys)) = self.last_kept(&at).await? {
            for (n, keys) in keys.iter().enumerate() {
                let keys: Vec<_> = keys.iter().filter(|key| unmade.has(&keeping, n, key)).cloned().collect();
                self.keep_whole(&mut keeping, n, &keys).await?;
            }
            for ((table, key), keys) in deletes.iter().zip(&keys).rev() {
                let (dialect, keys) = (self.target.dialect, keys.iter().rev().map(Vec::as_slice));
                let failed = |cause| refused(derive.step.script(), &table.name, cause);
                let deleted = delete(&mut self.target.conn, dialect, (table, key), keys, failed).await?;
                receipt.changed += deleted;
                *receipt.made.entry(table.name.clone()).or_default() += deleted;
            }
            let [entry, step] = at.clone();
            let params = [entry, step, number];
            self.target.conn.execute(&self.target.journal.sql().made.forget, &params).await?;
        }
        self.keep_rest(keeping).await?;
        Ok(receipt)
    }

    /// The keys of all rows that the step made.
    async fn all_kept(&mut self, keeping: &Keeping<'_>, at: &[Value; 2]) -> Result<Unmade, DataError> {
        let mut unmade = Unmade::default();
        let mut next = self.last_kept(at).await?;
        while let Some((number, keys)) = next {
            for (n, keys) in keys.iter().enumerate() {
                keys.iter().for_each(|key| unmade.add(keeping, n, key));
            }
            let [entry, step] = at.clone();
            let sql = &self.target.journal.sql().made.before;
            next = kept(self.target.conn.query(sql, &[entry, step, number]).await?)?;
        }
        Ok(unmade)
    }

    /// The entry and step under which the keys are kept: its own, or those of an equal step that was done in its place.
    async fn kept_by(&mut self, at: StepRef, what: Digest) -> Result<[Value; 2], DataError> {
        let (conn, sql) = (&mut self.target.conn, &self.target.journal.sql().made);
        let own = words(at);
        if !conn.query(&sql.last, &own).await?.is_empty() {
            return Ok(own);
        }
        let equal = conn.query(&sql.equal, &[Value::Text(what.to_string())]).await?;
        Ok(equal.into_iter().next().and_then(|row| <[Value; 2]>::try_from(row).ok()).unwrap_or(own))
    }

    /// The number and the keys of the last batch that are kept.
    async fn last_kept(&mut self, at: &[Value; 2]) -> Result<Option<(Value, Keys)>, DataError> {
        kept(self.target.conn.query(&self.target.journal.sql().made.last, at).await?)
    }
}

/// The number and the keys of a batch, as they are read.
fn kept(rows: Vec<Vec<Value>>) -> Result<Option<(Value, Keys)>, DataError> {
    let Some(Ok([number, Value::Bytes(bytes)])) = rows.into_iter().next().map(<[Value; 2]>::try_from) else {
        return Ok(None);
    };
    let broken = |why: String| DataError::Progress(why);
    let text = std::str::from_utf8(&bytes).map_err(|e| broken(e.to_string()))?;
    let keys = ledger::source::options().from_str(text).map_err(|e| broken(e.to_string()))?;
    Ok(Some((number, keys)))
}

/// A step as our own tables name it.
fn words(at: StepRef) -> [Value; 2] {
    [Value::Text(at.entry.to_string()), Value::Int(i64::from(at.step))]
}
