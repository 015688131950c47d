//! Reads the rows of batches: on the connection that writes them, or ahead of it on a session of its own.

use dialect::{
    Dialect,
    batch::{ReadShape, count_batch, read_batch},
};
use model::Value;

use super::{
    DataError, encode::bound_values, guard::Guard, job::Job, pipeline::Pipeline, shared::Stretch,
    state::Progress,
};
use crate::{
    driver::{Connection, Mode},
    url::TargetUrl,
};

/// With fewer rows left, a second session isn't worth its opening.
const MANY: u64 = 20_000;

/// The next rows behind a key, at most so many.
#[derive(Clone, Copy)]
pub(super) struct Next<'a> {
    pub after: Option<&'a Vec<Value>>,
    pub upto: Option<&'a Vec<Value>>,
    pub limit: usize,
    /// What guards them until they are written; locks and no versions where there is nothing.
    pub guard: Option<Guard>,
}

/// Rows that were read before the transaction which writes them.
pub(super) struct Carried {
    /// The key behind which they begin.
    pub after: Option<Vec<Value>>,
    /// The key of the last.
    pub last: Vec<Value>,
    /// How many there are.
    pub rows: usize,
}

impl Carried {
    /// What is under way when a transaction begins. Versions tell nothing of rows that came in between of these.
    pub fn of(pipeline: &Pipeline, guard: Guard, progress: &Progress) -> Option<Carried> {
        let last = pipeline.last().filter(|_| guard.versions())?.clone();
        Some(Carried { after: progress.watermark.clone(), last, rows: pipeline.rows() })
    }
}

fn shape<'a>(job: &'a Job<'_>, after: bool) -> ReadShape<'a> {
    ReadShape {
        schema: job.schema,
        table: job.table,
        key: &job.key,
        columns: &job.seen,
        rows: &job.step.rows,
        after,
        upto: true,
        limit: 0,
        lock: false,
        version: false,
    }
}

/// Reads the next rows of a step.
pub(super) async fn read(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    job: &Job<'_>,
    next: Next<'_>,
) -> Result<Vec<Vec<Value>>, DataError> {
    let (version, lock) = (next.guard.is_some_and(Guard::versions), next.guard.is_none_or(Guard::locks));
    let shape = ReadShape { limit: next.limit, lock, version, ..shape(job, next.after.is_some()) };
    let read = read_batch(dialect, shape)?;
    let params = bound_values(&read, next.after.map(Vec::as_slice), next.upto.map(Vec::as_slice));
    let types = if version { &job.with_version } else { &job.types };
    Ok(conn.read_rows(&read.sql, &params, types).await?)
}

/// Whether no others came between rows that were read earlier. That each is as it was, its version tells.
pub(super) async fn are_all(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    job: &Job<'_>,
    carried: &Carried,
) -> Result<bool, DataError> {
    let count = count_batch(dialect, shape(job, carried.after.is_some()))?;
    let params = bound_values(&count, carried.after.as_deref(), Some(&carried.last));
    let rows = conn.query(&count.sql, &params).await?;
    Ok(rows.first().and_then(|row| row.first()) == Some(&Value::Int(carried.rows as i64)))
}

/// A session that reads while another writes. Without it the other one reads, too: nothing that goes wrong here stops a step.
pub(super) struct Reader(Option<Connection>);

impl Reader {
    /// Opens one where rows are held against their versions and many are left; workers on ranges are several as it is.
    pub async fn open(url: &TargetUrl, guard: Guard, stretch: Stretch, progress: &Progress) -> Reader {
        let many = progress.total.saturating_sub(progress.read) >= MANY;
        if !many || !guard.versions() || !matches!(stretch, Stretch::Whole(_)) {
            return Reader(None);
        }
        Reader(Connection::open(url, Mode::Read).await.ok())
    }

    /// Whether there is one.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Tells whether those are all that were read earlier, then reads rows that need no lock, if it can.
    pub async fn read(
        &mut self,
        dialect: &dyn Dialect,
        job: &Job<'_>,
        carried: Option<Carried>,
        next: Next<'_>,
    ) -> (bool, Option<Vec<Vec<Value>>>) {
        let Some(conn) = &mut self.0 else { return (carried.is_none(), None) };
        if let Some(carried) = carried {
            match are_all(conn, dialect, job, &carried).await {
                Ok(true) => {}
                Ok(false) => return (false, None),
                Err(_) => {
                    self.close().await;
                    return (false, None);
                }
            }
        }
        if next.limit == 0 || next.guard.is_none_or(Guard::locks) {
            return (true, None);
        }
        let read = read(conn, dialect, job, next).await;
        if read.is_err() {
            self.close().await;
        }
        (true, read.ok())
    }

    /// Ends the session.
    pub async fn close(&mut self) {
        if let Some(conn) = self.0.take() {
            conn.close().await;
        }
    }
}
