//! Carries one planned entry out, segment by segment, with its journal records.

use std::{collections::BTreeMap, time::Instant};

use dialect::{
    Do, Statement,
    plan::{Direction, PlannedEntry, PlannedStep},
};
use model::{Digest, EntryId, Value};

use super::{
    ApplyError, Run,
    segment::{Segment, segments},
};
use crate::{
    driver::DriverError,
    event::Event,
    journal::{Kind, Position, Record},
    lease::is_true,
    prepare::is_half_applied,
};

/// What is journaled when an entry is complete.
pub(super) struct Closing<'a> {
    pub entry: &'a PlannedEntry,
    /// The entry alone, or all those it stands for, in order.
    pub closed: Vec<Closed<'a>>,
    pub started: Instant,
}

/// One entry that is complete.
pub(super) struct Closed<'a> {
    pub entry: EntryId,
    /// Its own bytes, to be kept in the target.
    pub bytes: &'a [u8],
    /// The heads applied after it.
    pub heads: Vec<EntryId>,
    pub before: Digest,
    pub after: Digest,
}

impl Run<'_> {
    /// Carries the entry out from the unit it was left at. A crash between segments leaves the units journaled so far; a crash
    /// inside a segment leaves nothing of it, or an intent without an outcome, which the next run looks into.
    pub(super) async fn entry(&mut self, closing: &Closing<'_>, from: u64) -> Result<(), ApplyError> {
        let entry = closing.entry;
        let segments = segments(entry);
        let last = segments.last().map_or(0, Segment::end);
        let mut closed = false;
        for segment in &segments {
            if segment.end() <= from {
                continue;
            }
            self.check_interrupt()?;
            self.lease.renew(&mut self.target.conn, &self.target.journal).await?;
            match segment {
                Segment::Together { statements, rebuilds, .. } => {
                    closed = segment.end() == last;
                    let close = closed.then_some(closing);
                    self.together(entry, statements, *rebuilds, segment.end(), close).await?;
                }
                Segment::Alone { unit, step, statement } => self.alone(entry, *unit, step, statement).await?,
                Segment::Data { unit, step } => self.data(entry, *unit, step).await?,
            }
        }
        if !closed {
            self.begin().await?;
            let result = self.close(closing, Vec::new()).await;
            self.end(result, entry, None).await?;
        }
        let millis = closing.started.elapsed().as_millis() as u64;
        let (id, message, direction) = (entry.entry, entry.message.clone(), entry.direction);
        (self.tell)(Event::EntryDone { entry: id, message, direction, millis });
        Ok(())
    }

    pub(super) async fn begin(&mut self) -> Result<Position, ApplyError> {
        self.target.conn.begin().await?;
        Ok(self.target.journal.position.clone())
    }

    /// Commits when all went well, and looks whether the commit is really there; rolls back otherwise.
    pub(super) async fn end<E: Into<ApplyError>>(
        &mut self,
        result: Result<(), E>,
        entry: &PlannedEntry,
        before: Option<Position>,
    ) -> Result<(), ApplyError> {
        if let Err(error) = result {
            // The connection may be gone; then the server rolls back by itself.
            let _ = self.target.conn.rollback().await;
            if let Some(before) = before {
                self.target.journal.position = before;
            }
            return Err(error.into());
        }
        let committed = self.target.journal.commit(&mut self.target.conn).await;
        if committed.is_err() {
            let _ = self.target.conn.rollback().await;
        }
        if !committed? {
            return Err(ApplyError::NotCommitted { entry: entry.entry });
        }
        Ok(())
    }

    async fn together(
        &mut self,
        entry: &PlannedEntry,
        statements: &[(&PlannedStep, &Statement)],
        rebuilds: bool,
        end: u64,
        close: Option<&Closing<'_>>,
    ) -> Result<(), ApplyError> {
        let envelope = self.target.dialect.envelope();
        if rebuilds {
            for sql in envelope.rebuild_before {
                self.target.conn.run(sql).await?;
            }
            for (query, wanted) in envelope.rebuild_expect {
                let rows = self.target.conn.query(query, &[]).await?;
                if rows.first().and_then(|row| row.first()) != Some(&Value::Int(*wanted)) {
                    let step = statements.first().map_or(0, |(step, _)| step.step);
                    let why = format!("{query} did not answer {wanted}");
                    return Err(ApplyError::Check { entry: entry.entry, step, why });
                }
            }
        }
        let before = self.begin().await?;
        let result = self.inside(entry, statements, rebuilds, end, close).await;
        let failed = result.as_ref().err().map(ToString::to_string);
        let result = self.end(result, entry, Some(before)).await;
        if rebuilds {
            for sql in envelope.rebuild_after {
                self.target.conn.run(sql).await?;
            }
        }
        if let Some(why) = failed {
            self.note_failure(entry, statements.first().map_or(0, |(step, _)| step.step), why).await;
        }
        result
    }

    async fn inside(
        &mut self,
        entry: &PlannedEntry,
        statements: &[(&PlannedStep, &Statement)],
        rebuilds: bool,
        end: u64,
        close: Option<&Closing<'_>>,
    ) -> Result<(), ApplyError> {
        let check = self.target.dialect.envelope().rebuild_check.filter(|_| rebuilds);
        let broken_before = match check {
            Some(query) => self.target.conn.query(query, &[]).await?.len(),
            None => 0,
        };
        let mut captured = BTreeMap::new();
        let mut digests = Vec::with_capacity(statements.len());
        for (i, (step, statement)) in statements.iter().enumerate() {
            self.statement(entry, step, statement, &mut captured).await?;
            digests.push(Digest::of(statement.sql.as_bytes()));
            if statements.get(i + 1).is_none_or(|(next, _)| next.step != step.step) {
                let title = step.title.clone();
                (self.tell)(Event::StepDone { entry: entry.entry, step: step.step, title });
            }
        }
        if let Some(query) = check {
            let broken = self.target.conn.query(query, &[]).await?.len();
            if broken > broken_before {
                let step = statements.first().map_or(0, |(step, _)| step.step);
                let why = format!("{} rows would refer to nothing", broken - broken_before);
                return Err(ApplyError::Check { entry: entry.entry, step, why });
            }
        }
        match close {
            Some(closing) => self.close(closing, digests).await,
            None => {
                let mut record = self.record(Kind::Done, entry);
                record.unit = Some(end);
                record.statements = digests;
                self.target.journal.append(&mut self.target.conn, vec![record]).await?;
                Ok(())
            }
        }
    }

    /// Sends a statement; around hand-written SQL the live schema is looked at, which must change by what the step declares.
    async fn statement(
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
                conn.run(sql).await.map_err(|cause| failed(sql, cause))?;
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
        if let Err(error) = self.statement(entry, step, statement, &mut BTreeMap::new()).await {
            if let (Some(clear), true) = (&statement.clear, !self.target.conn.is_broken()) {
                let _ = self.target.conn.run(clear).await;
            }
            self.note_failure(entry, step.step, error.to_string()).await;
            return Err(error);
        }
        let mut done = self.record(Kind::Done, entry);
        done.unit = Some(unit + 1);
        self.target.journal.append(&mut self.target.conn, vec![done]).await?;
        let title = step.title.clone();
        (self.tell)(Event::StepDone { entry: entry.entry, step: step.step, title });
        Ok(())
    }

    /// Leaves a record of a failure where the database still answers; the failure itself is what is reported.
    async fn note_failure(&mut self, entry: &PlannedEntry, step: u32, why: String) {
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
    ) -> Result<(), ApplyError> {
        let entry = closing.entry;
        let kind = match entry.direction {
            Direction::Up => Kind::Applied,
            Direction::Down => Kind::Reverted,
        };
        let mut records = Vec::with_capacity(closing.closed.len());
        for closed in &closing.closed {
            let mut record = self.record(kind, entry);
            record.entry = closed.entry;
            record.position = closed.heads.clone();
            record.before = Some(closed.before);
            record.after = Some(closed.after);
            record.accepted = self.accepted.to_vec();
            records.push(record);
        }
        if let Some(last) = records.last_mut() {
            last.statements = digests;
            last.millis = closing.started.elapsed().as_millis() as u64;
        }
        if self.target.journal.position.partial.as_ref().is_some_and(is_half_applied)
            && kind == Kind::Reverted
        {
            // A data step of it may have begun; what it had done is undone with the entry, so that it begins anew.
            let sql = &self.target.journal.sql().forget_progress;
            self.target.conn.execute(sql, &[Value::Text(entry.entry.to_string())]).await?;
        }
        let kept: Vec<_> = closing.closed.iter().map(|closed| (closed.entry, closed.bytes)).collect();
        self.target.journal.keep_and_append(&mut self.target.conn, &kept, records).await?;
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
