//! Reads the rows of batches: on the connection that writes them, or ahead of it on a session of its own.

use dialect::{
    Dialect,
    batch::{ReadShape, read_batch},
};
use model::Value;

use super::{DataError, encode::bound_values, guard::Guard, job::Job, shared::Stretch, state::Progress};
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

/// Reads the next rows of a step.
pub(super) async fn read(
    conn: &mut Connection,
    dialect: &dyn Dialect,
    job: &Job<'_>,
    next: Next<'_>,
) -> Result<Vec<Vec<Value>>, DataError> {
    let version = next.guard.is_some_and(Guard::versions);
    let shape = ReadShape {
        schema: job.schema,
        table: job.table,
        key: &job.key,
        columns: &job.seen,
        rows: &job.step.rows,
        after: next.after.is_some(),
        upto: true,
        limit: next.limit,
        lock: next.guard.is_none_or(Guard::locks),
        version,
    };
    let read = read_batch(dialect, shape)?;
    let params = bound_values(&read, next.after.map(Vec::as_slice), next.upto.map(Vec::as_slice));
    let types = if version { &job.with_version } else { &job.types };
    Ok(conn.read_rows(&read.sql, &params, types).await?)
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

    /// Reads rows that need no lock.
    pub async fn read(
        &mut self,
        dialect: &dyn Dialect,
        job: &Job<'_>,
        next: Next<'_>,
    ) -> Option<Vec<Vec<Value>>> {
        if next.limit == 0 || next.guard.is_none_or(Guard::locks) {
            return None;
        }
        let read = read(self.0.as_mut()?, dialect, job, next).await;
        if read.is_err() {
            self.close().await;
        }
        read.ok()
    }

    /// Ends the session.
    pub async fn close(&mut self) {
        if let Some(conn) = self.0.take() {
            conn.close().await;
        }
    }
}
