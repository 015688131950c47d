//! The transaction of a session: opened, committed, rolled back.

use super::{Class, Connection, DriverError, Mode, Session, State, mysql, on_session, postgres, sqlite};

impl Connection {
    /// Opens a transaction; on SQLite it takes the write lock at once, on PostgreSQL it costs no message of its own.
    pub async fn begin(&mut self) -> Result<(), DriverError> {
        if self.in_transaction {
            return Err(DriverError::new(Class::Other, "a transaction is already open"));
        }
        let sql = match (&self.session, self.mode) {
            (Session::Postgres(_), _) => {
                (self.in_transaction, self.unopened) = (true, true);
                return Ok(());
            }
            (Session::Sqlite(_), Mode::Write | Mode::Create) => "BEGIN IMMEDIATE",
            (Session::Sqlite(_), Mode::Read) => "BEGIN",
            (Session::MySql(_), _) => "START TRANSACTION",
        };
        on_session!(self, &[sql], run(sql))?;
        self.in_transaction = true;
        Ok(())
    }

    /// Opens a transaction in which everything is read as of one moment and nothing is written.
    pub async fn begin_snapshot(&mut self) -> Result<(), DriverError> {
        if self.in_transaction {
            return Err(DriverError::new(Class::Other, "a transaction is already open"));
        }
        let statements: &[&str] = match &self.session {
            Session::Sqlite(_) => &["BEGIN"],
            Session::Postgres(_) => &["BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"],
            Session::MySql(_) => &[
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            ],
        };
        for sql in statements {
            on_session!(self, &[sql], run(sql))?;
        }
        self.in_transaction = true;
        Ok(())
    }

    /// Lets a lock that somebody else holds on the whole database fail at once, for those who would rather try again themselves.
    pub async fn be_impatient(&mut self) -> Result<(), DriverError> {
        match &self.session {
            Session::Sqlite(_) => self.run("PRAGMA busy_timeout = 0").await.map(drop),
            Session::Postgres(_) | Session::MySql(_) => Ok(()),
        }
    }

    /// What has to stand before the next statement in its message. Where the server can't read that message, the transaction was
    /// never opened: rolling back is a notice then.
    pub(super) fn opening(&mut self) -> Option<&'static str> {
        std::mem::take(&mut self.unopened).then_some("BEGIN")
    }

    /// Opens the transaction that the next call is to be in, where that call can't bring it along.
    pub(super) async fn open_transaction(&mut self) -> Result<(), DriverError> {
        match self.opening() {
            Some(begin) => on_session!(self, &[begin], run(begin)).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Keeps a statement of the running transaction back, to be sent with the commit in one message. Only where the server takes
    /// several statements at once, and only for what nothing in the transaction looks at.
    pub fn defer(&mut self, sql: String) {
        self.deferred.push(sql);
    }

    /// Commits; after a failed statement it refuses instead of pretending.
    pub async fn commit(&mut self) -> Result<(), DriverError> {
        self.commit_and_run("").await.map(|_| ())
    }

    /// Commits and runs a statement right behind it, in the same message; returns the rows of both.
    pub async fn commit_and_run(&mut self, sql: &str) -> Result<u64, DriverError> {
        if !self.in_transaction {
            return Err(DriverError::new(Class::Other, "no transaction is open"));
        }
        let mut all: Vec<String> = self.opening().map(str::to_owned).into_iter().collect();
        let deferred = self.deferred.len() as u64;
        all.append(&mut self.deferred);
        all.push("COMMIT".to_owned());
        all.extend((!sql.is_empty()).then(|| sql.to_owned()));
        let all = all.join(";\n");
        // A crash or a lost connection here leaves the outcome unknown: the journal in the target tells it.
        let rows = on_session!(self, &[&all], run(&all))?;
        self.in_transaction = false;
        if let Some(checkpointer) = &self.checkpointer {
            checkpointer.committed();
        }
        Ok(rows.saturating_sub(deferred))
    }

    /// Gets ready for many large transactions, one behind the other, until [`Connection::end_batches`].
    pub async fn begin_batches(&mut self) -> Result<(), DriverError> {
        if let (Session::Sqlite(session), None) = (&mut self.session, &self.checkpointer) {
            self.checkpointer = sqlite::Checkpointer::begin(session).await?;
        }
        Ok(())
    }

    /// Goes back to transactions now and then.
    pub async fn end_batches(&mut self) -> Result<(), DriverError> {
        match (&mut self.session, self.checkpointer.take()) {
            (Session::Sqlite(session), Some(checkpointer)) => checkpointer.end(session).await,
            _ => Ok(()),
        }
    }

    /// Rolls back, also after a failed statement; the session is usable again when it succeeds.
    pub async fn rollback(&mut self) -> Result<(), DriverError> {
        self.deferred.clear();
        if self.state == State::Failed {
            self.state = State::Ready;
        }
        if self.opening().is_some() {
            self.in_transaction = false;
            return Ok(());
        }
        let result = on_session!(self, &["ROLLBACK"], run("ROLLBACK"));
        match result {
            // SQLite may have rolled back by itself, on a full disk for one.
            Err(error) if error.message.contains("no transaction is active") => self.state = State::Ready,
            other => {
                other?;
            }
        }
        self.in_transaction = false;
        Ok(())
    }
}
