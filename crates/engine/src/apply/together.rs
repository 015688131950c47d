//! Statements of one transaction: those that nobody looks at in between go to the database in one message.

use std::collections::BTreeMap;

use dialect::{
    Do, Statement,
    lexer::{Reading, is_one_piece},
    plan::{PlannedEntry, PlannedStep},
};
use model::{Digest, Value};

use super::{ApplyError, Run, closing::Closing, failing::Tries};
use crate::{driver::Stopped, event::Event, journal::Kind};

/// Statements of one transaction.
pub(super) struct Group<'a> {
    pub statements: &'a [(&'a PlannedStep, &'a Statement)],
    /// Whether a table is rebuilt in it.
    pub rebuilds: bool,
    /// Whether it is one that waits without holding anybody up.
    pub apart: bool,
    /// The number of the first unit behind it.
    pub end: u64,
}

/// So many statements are told of at once, when they are done.
const AT_ONCE: usize = 500;

impl Run<'_> {
    /// Runs statements of one transaction, with the record of them in it. Where another session held a lock for too long it is
    /// rolled back and tried again; where it fails for good, what its step had committed before is taken back.
    pub(super) async fn together(
        &mut self,
        entry: &PlannedEntry,
        group: &Group<'_>,
        close: Option<&Closing<'_>>,
    ) -> Result<(), ApplyError> {
        let step = group.statements.first().map_or(0, |(step, _)| step.step);
        let mut tries = Tries::new();
        loop {
            self.outwait(group.apart).await?;
            let result = self.once(entry, step, group, close).await;
            self.outwait_no_more(group.apart).await;
            let Err(error) = result else { return Ok(()) };
            let error = match self.again(&mut tries, entry, step, error).await {
                Ok(()) => continue,
                Err(error) => error,
            };
            let first = group.end - group.statements.len() as u64;
            self.leave_failed(entry, step, first, &error).await;
            return Err(error);
        }
    }

    async fn once(
        &mut self,
        entry: &PlannedEntry,
        step: u32,
        group: &Group<'_>,
        close: Option<&Closing<'_>>,
    ) -> Result<(), ApplyError> {
        self.before_rebuild(entry, step, group.rebuilds).await?;
        self.left = None;
        let before = self.begin().await?;
        let result = self.inside(entry, group, close).await;
        let result = self.end(result, entry, before).await;
        self.after_rebuild(group.rebuilds).await?;
        result
    }

    /// Makes a rebuild safe, outside the transaction.
    pub(super) async fn before_rebuild(
        &mut self,
        entry: &PlannedEntry,
        step: u32,
        rebuilds: bool,
    ) -> Result<(), ApplyError> {
        let envelope = self.target.dialect.envelope();
        if !rebuilds {
            return Ok(());
        }
        for sql in envelope.rebuild_before {
            self.target.conn.run(sql).await?;
        }
        for (query, wanted) in envelope.rebuild_expect {
            let rows = self.target.conn.query(query, &[]).await?;
            if rows.first().and_then(|row| row.first()) != Some(&Value::Int(*wanted)) {
                let why = format!("{query} did not answer {wanted}");
                return Err(ApplyError::Check { entry: entry.entry, step, why });
            }
        }
        Ok(())
    }

    pub(super) async fn after_rebuild(&mut self, rebuilds: bool) -> Result<(), ApplyError> {
        for sql in self.target.dialect.envelope().rebuild_after.iter().filter(|_| rebuilds) {
            self.target.conn.run(sql).await?;
        }
        Ok(())
    }

    /// How many rows refer to nothing, before a rebuild.
    pub(super) async fn broken_rows(&mut self, rebuilds: bool) -> Result<usize, ApplyError> {
        match self.target.dialect.envelope().rebuild_check.filter(|_| rebuilds) {
            Some(query) => Ok(self.target.conn.query(query, &[]).await?.len()),
            None => Ok(0),
        }
    }

    /// Fails where a rebuild made them more.
    pub(super) async fn no_more_broken(
        &mut self,
        entry: &PlannedEntry,
        step: u32,
        rebuilds: bool,
        before: usize,
    ) -> Result<(), ApplyError> {
        let broken = self.broken_rows(rebuilds).await?;
        if broken > before {
            let why = format!("{} rows would refer to nothing", broken - before);
            return Err(ApplyError::Check { entry: entry.entry, step, why });
        }
        Ok(())
    }

    async fn inside(
        &mut self,
        entry: &PlannedEntry,
        group: &Group<'_>,
        close: Option<&Closing<'_>>,
    ) -> Result<(), ApplyError> {
        let Group { statements, rebuilds, end, .. } = *group;
        let broken = self.broken_rows(rebuilds).await?;
        let ahead = close.and_then(|closing| self.seal_ahead(closing));
        self.statements(entry, statements).await?;
        let digests = statements.iter().map(|(_, statement)| Digest::of(statement.sql.as_bytes())).collect();
        self.no_more_broken(entry, statements.first().map_or(0, |(step, _)| step.step), rebuilds, broken)
            .await?;
        match close {
            Some(closing) => self.close(closing, digests, ahead).await,
            None => {
                let mut record = self.record(Kind::Done, entry);
                record.unit = Some(end);
                record.statements = digests;
                record.restored = self.left.take();
                self.target.journal.append(&mut self.target.conn, vec![record]).await?;
                Ok(())
            }
        }
    }

    /// Sends the statements in order, and tells of each step when it is done.
    pub(super) async fn statements(
        &mut self,
        entry: &PlannedEntry,
        statements: &[(&PlannedStep, &Statement)],
    ) -> Result<(), ApplyError> {
        let mut captured = BTreeMap::new();
        let mut at = 0;
        while let Some((step, statement)) = statements.get(at) {
            let joined = statements[at..].iter().take(AT_ONCE).take_while(|one| can_be_joined(one)).count();
            if joined > 1 {
                self.joined(entry, &statements[at..at + joined]).await?;
            } else {
                self.statement(entry, step, statement, &mut captured).await?;
            }
            let done = at..at + joined.max(1);
            at = done.end;
            statements[done].iter().for_each(|(step, statement)| self.tell_end(entry, step, statement));
        }
        Ok(())
    }

    /// Tells that a step is done where this is the last of its statements: they may be in several transactions.
    pub(super) fn tell_end(&mut self, entry: &PlannedEntry, step: &PlannedStep, statement: &Statement) {
        if step.all_statements().last().is_some_and(|last| std::ptr::eq(last, statement)) {
            let title = step.title.clone();
            (self.tell)(Event::StepDone { entry: entry.entry, step: step.step, title });
        }
    }

    async fn joined(
        &mut self,
        entry: &PlannedEntry,
        statements: &[(&PlannedStep, &Statement)],
    ) -> Result<(), ApplyError> {
        let texts: Vec<&str> = statements.iter().map(|(_, statement)| statement.sql.as_str()).collect();
        self.target.conn.run_all(&texts).await.map_err(|Stopped { at, cause }| ApplyError::Statement {
            entry: entry.entry,
            step: statements[at].0.step,
            sql: texts[at].to_owned(),
            cause: Box::new(cause),
        })
    }
}

/// Whether a statement may share a message with others: nothing is read from it, nobody looks at the schema around it, and its
/// text is one statement in whatever way names are quoted.
fn can_be_joined((step, statement): &(&PlannedStep, &Statement)) -> bool {
    let one = |bracket_names| is_one_piece(&statement.sql, Reading { bracket_names, backslashes: false });
    statement.act == Do::Run && step.around.is_none() && one(false) && one(true)
}
