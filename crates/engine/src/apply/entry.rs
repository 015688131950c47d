//! Carries one planned entry out, segment by segment, with its journal records.

use std::collections::BTreeMap;

use dialect::{
    Do, Statement,
    plan::{Direction, PlannedEntry, PlannedStep},
};
use model::{Digest, Lowered, Value};

use super::{
    ApplyError, Run,
    closing::{Ahead, Closing},
    failing::Tries,
    returned::brings_back,
    segment::{Segment, segments},
    together::Group,
    ways::one_of,
};
use crate::{
    data::{aside, vault::forget_held},
    driver::DriverError,
    event::Event,
    journal::{Kind, Position, Record},
    lease::is_true,
    prepare::is_half_applied,
};

impl Run<'_> {
    /// Carries the entry out from the unit it was left at. A crash between segments leaves the units journaled so far; a crash
    /// inside a segment leaves nothing of it, or an intent without an outcome, which the next run looks into.
    pub(super) async fn entry(&mut self, closing: &Closing<'_>, from: u64) -> Result<(), ApplyError> {
        let entry = closing.entry;
        if entry.direction == Direction::Down {
            // Whoever still works on a data step of it for a run that is gone can't commit any more; how far they came stays.
            let sql = &self.target.journal.sql().ranges.seize;
            self.target.conn.execute(sql, &[Value::Text(entry.entry.to_string())]).await?;
        }
        let segments = segments(entry);
        let last = segments.last().map_or(0, Segment::end);
        let leaves = self.leaves(entry);
        if leaves {
            self.leave(closing).await?;
        }
        let (mut closed, mut after_data) = (leaves, false);
        for segment in segments.iter().filter(|_| !leaves) {
            if segment.end() <= from {
                continue;
            }
            self.check_interrupt()?;
            if after_data {
                self.refuse_open(entry, &segment.steps()).await?;
            }
            if matches!(segment, Segment::Data { .. }) {
                (after_data, self.open) = (true, None);
            }
            self.lease.renew(&mut self.target.conn, &self.target.journal).await?;
            match segment {
                Segment::Together { unit, statements, rebuilds, apart } => {
                    closed = segment.end() == last;
                    let close = closed.then_some(closing);
                    // A failure may have been taken back to a step that begins in its middle.
                    let done = usize::try_from(from.saturating_sub(*unit)).unwrap_or(0);
                    let (rebuilds, apart, end) = (*rebuilds, *apart, segment.end());
                    let group = Group { statements: &statements[done..], rebuilds, apart, end };
                    self.together(entry, &group, close).await?;
                }
                Segment::Alone { unit, step, statement } => self.alone(entry, *unit, step, statement).await?,
                Segment::Data { unit, step } => self.data(entry, *unit, step).await?,
            }
        }
        if !closed {
            let before = self.begin().await?;
            let result = self.close(closing, Vec::new(), None).await;
            self.end(result, entry, before).await?;
        }
        let millis = closing.started.elapsed().as_millis() as u64;
        let (id, message, direction) = (entry.entry, entry.message.clone(), entry.direction);
        (self.tell)(Event::EntryDone { entry: id, message, direction, millis });
        Ok(())
    }

    pub(super) async fn begin(&mut self) -> Result<Position, ApplyError> {
        self.target.conn.begin().await?;
        // A run that stood still for longer than its lease must not go on beside the one that took over.
        if let Err(lost) = self.lease.confirm(&mut self.target.conn, &self.target.journal).await {
            let _ = self.target.conn.rollback().await;
            return Err(lost.into());
        }
        Ok(self.target.journal.position.clone())
    }

    /// Commits when all went well, and looks whether the commit is really there; rolls back otherwise.
    pub(super) async fn end<E: Into<ApplyError>>(
        &mut self,
        result: Result<(), E>,
        entry: &PlannedEntry,
        before: Position,
    ) -> Result<(), ApplyError> {
        let ended = match result {
            Ok(()) => match self.target.journal.commit(&mut self.target.conn).await {
                Ok(true) => return Ok(()),
                Ok(false) => Err(ApplyError::NotCommitted { entry: entry.entry }),
                Err(error) => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        };
        // The connection may be gone; then the server rolls back by itself.
        let _ = self.target.conn.rollback().await;
        // A record of the failure goes where those would have stood that are gone with the transaction.
        self.target.journal.position = before;
        ended
    }

    /// Sends a statement; around hand-written SQL the live schema is looked at, which must change by what the step declares.
    pub(super) async fn statement(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        statement: &Statement,
        captured: &mut BTreeMap<String, Vec<(String, String)>>,
    ) -> Result<(), ApplyError> {
        let Some(around) = &step.around else { return self.send(entry, step, statement, captured).await };
        let is = |end: Option<&Statement>| end.is_some_and(|end| std::ptr::eq(end, statement));
        if is(step.statements().first()) {
            self.drift = around.0.differences(&self.target.introspect().await?);
        }
        self.send(entry, step, statement, captured).await?;
        if is(step.statements().last()) {
            let mut drift = around.1.differences(&self.target.introspect().await?);
            drift.retain(|difference| !self.drift.contains(difference));
            if !drift.is_empty() {
                return Err(ApplyError::Undeclared { entry: entry.entry, step: step.step, drift });
            }
        }
        Ok(())
    }

    async fn send(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        statement: &Statement,
        captured: &mut BTreeMap<String, Vec<(String, String)>>,
    ) -> Result<(), ApplyError> {
        let failed = |sql: &str, cause: DriverError| ApplyError::Statement {
            entry: entry.entry,
            step: step.step,
            sql: sql.to_owned(),
            cause: Box::new(cause),
        };
        let conn = &mut self.target.conn;
        let sql = &statement.sql;
        match &statement.act {
            Do::Run => {
                let Some(ways) = statement.ways else {
                    return conn.run(sql).await.map(drop).map_err(|cause| failed(sql, cause));
                };
                self.taken = one_of(conn, sql, ways).await.map_err(|cause| failed(sql, cause))?;
            }
            Do::Capture(key) => {
                let rows = conn.query(sql, &[]).await.map_err(|cause| failed(sql, cause))?;
                captured.insert(key.clone(), rows.into_iter().filter_map(name_and_sql).collect());
            }
            Do::Replay(key) => {
                let rows = conn.query(sql, &[]).await.map_err(|cause| failed(sql, cause))?;
                let there: Vec<_> = rows.iter().filter_map(|row| row.first()).collect();
                for (name, text) in captured.remove(key).unwrap_or_default() {
                    if !there.contains(&&Value::Text(name)) {
                        conn.run(&text).await.map_err(|cause| failed(&text, cause))?;
                    }
                }
            }
            Do::PutBack(counts) => {
                conn.run(sql).await.map_err(|cause| failed(sql, cause))?;
                let rows = conn.query(counts, &[]).await.map_err(|cause| failed(counts, cause))?;
                self.put_back_by(entry, step, &rows);
            }
            Do::Assert(message) => {
                let rows = conn.query(sql, &[]).await.map_err(|cause| failed(sql, cause))?;
                if !is_true(&rows) {
                    return Err(ApplyError::Check {
                        entry: entry.entry,
                        step: step.step,
                        why: message.clone(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Intent, the statement, done. A crash in between leaves the intent, and the probe tells the next run what came of it.
    async fn alone(
        &mut self,
        entry: &PlannedEntry,
        unit: u64,
        step: &PlannedStep,
        statement: &Statement,
    ) -> Result<(), ApplyError> {
        let mut intent = self.record(Kind::Intent, entry);
        intent.step = Some(step.step);
        intent.unit = Some(unit);
        intent.statements = vec![Digest::of(statement.sql.as_bytes())];
        self.target.journal.append(&mut self.target.conn, vec![intent]).await?;
        self.outwait(true).await?;
        let result = self.insist(entry, step, statement).await;
        self.outwait_no_more(true).await;
        if let Err(error) = result {
            self.leave_failed(entry, step.step, unit, &error).await;
            return Err(error);
        }
        let mut done = self.record(Kind::Done, entry);
        done.unit = Some(unit + 1);
        done.note = self.taken.take().map(|taken| self.tell_way(entry, step, statement, taken));
        self.target.journal.append(&mut self.target.conn, vec![done]).await?;
        self.tell_end(entry, step, statement);
        Ok(())
    }

    /// Sends a statement that stands alone, once more where a lock was in the way. What a failure leaves of it is cleared.
    async fn insist(
        &mut self,
        entry: &PlannedEntry,
        step: &PlannedStep,
        statement: &Statement,
    ) -> Result<(), ApplyError> {
        let mut tries = Tries::new();
        loop {
            let result = self.statement(entry, step, statement, &mut BTreeMap::new()).await;
            let Err(error) = result else { return Ok(()) };
            if let (Some(clear), false) = (&statement.clear, self.target.conn.is_broken())
                && self.target.conn.run(clear).await.is_err()
            {
                return Err(error);
            }
            self.again(&mut tries, entry, step.step, error).await?;
        }
    }

    /// Leaves a record of a failure where the database still answers; the failure itself is what is reported.
    pub(super) async fn note_failure(&mut self, entry: &PlannedEntry, step: u32, why: String) {
        if self.target.conn.is_broken() {
            return;
        }
        let mut record = self.record(Kind::Failed, entry);
        record.step = Some(step);
        record.note = Some(why);
        let before = self.target.journal.position.clone();
        if self.target.journal.append(&mut self.target.conn, vec![record]).await.is_err() {
            self.target.journal.position = before;
        }
    }

    /// Journals that the entry is complete and keeps its bytes, in the running transaction.
    pub(super) async fn close(
        &mut self,
        closing: &Closing<'_>,
        digests: Vec<Digest>,
        ahead: Option<Ahead>,
    ) -> Result<(), ApplyError> {
        let entry = closing.entry;
        let half_applied = self.target.journal.position.partial.as_ref().is_some_and(is_half_applied);
        if half_applied && entry.direction == Direction::Down {
            // A data step of it may have begun; what it had done is undone with the entry, so that it begins anew.
            let sql = self.target.journal.sql();
            for sql in [&sql.forget_progress, &sql.ranges.forget] {
                self.target.conn.execute(sql, &[Value::Text(entry.entry.to_string())]).await?;
            }
        }
        self.forget_aside(entry).await?;
        if brings_back(entry) {
            forget_held(&mut self.target.conn, self.target.dialect, entry.entry).await?;
        }
        let (mut sealed, before) = match ahead {
            Some(ahead) => ahead.await.expect("because sealing doesn't panic")?,
            None => self.sealing(closing)()?,
        };
        if let Some(mut last) = closing.closed.last().map(|closed| self.closing_record(closing, closed)) {
            (last.before, last.after) = (Some(before), Some(entry.after));
            last.statements = digests;
            last.treated = entry.treated.clone();
            last.restored = self.left.take();
            last.millis = closing.started.elapsed().as_millis() as u64;
            sealed.push(last)?;
        }
        let kept: Vec<_> = closing.closed.iter().map(|closed| (closed.entry, closed.bytes)).collect();
        self.target.journal.keep_and_append(&mut self.target.conn, &kept, sealed).await?;
        Ok(())
    }

    /// Forgets the rows that steps had set aside which are undone and not done again, and opens those again that they had repaired.
    async fn forget_aside(&mut self, entry: &PlannedEntry) -> Result<(), DriverError> {
        let ran = |at| {
            let is_data =
                |step: &&PlannedStep| matches!(step.lowered, Lowered::Backfill(_) | Lowered::Derive(_));
            let mut runs = entry.steps.iter().filter(is_data);
            runs.any(|step| step.at(entry.entry) == at)
        };
        let is_undone =
            |step: &&PlannedStep| matches!(step.lowered, Lowered::UndoBackfill(_) | Lowered::UndoDerive(_));
        for step in entry.steps.iter().filter(is_undone) {
            let at = step.at(entry.entry);
            if !ran(at) {
                aside::forget(&mut self.target.conn, self.target.dialect, at).await?;
            }
            aside::reopen(&mut self.target.conn, self.target.dialect, at).await?;
        }
        Ok(())
    }

    pub(crate) fn record(&self, kind: Kind, entry: &PlannedEntry) -> Record {
        let mut record = self.target.journal.draft(kind, entry.entry, entry.direction.into());
        record.plan = Some(self.plan);
        record
    }
}

fn name_and_sql(row: Vec<Value>) -> Option<(String, String)> {
    match <[Value; 2]>::try_from(row) {
        Ok([Value::Text(name), Value::Text(sql)]) => Some((name, sql)),
        _ => None,
    }
}
