//! Copies what commits left in the write-ahead log into the database file, beside the connection that goes on writing.
//!
//! SQLite has whoever commits do that, each time the log has grown by a thousand pages, and wait for the disk: a third of the
//! time of a backfill's commits. A second connection can do it at any moment, and a crash of either leaves nothing that the log
//! doesn't still hold.

use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::JoinHandle,
};

use model::Value;
use rusqlite::OpenFlags;

use super::{Session, read, run};
use crate::driver::DriverError;

/// Pages of the log from which on the writer copies too: 64 MiB of pages of 4 KiB. A log is begun anew only when all of it was
/// copied and nobody reads it, which the second connection alone may never live to see.
const MOST: u32 = 16_384;
/// SQLite's own number of those pages.
const USUAL: u32 = 1_000;

/// A thread with a connection of its own, for as long as this lives.
pub struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Begins, where the session's database is a file with a write-ahead log.
    pub async fn begin(session: &mut Session) -> Result<Option<Checkpointer>, DriverError> {
        let mode = read(session, "PRAGMA journal_mode", &[], &[]).await?;
        let file =
            read(session, "SELECT file FROM pragma_database_list WHERE name = 'main'", &[], &[]).await?;
        let (Some(Value::Text(mode)), Some(Value::Text(file))) =
            (mode.into_iter().flatten().next(), file.into_iter().flatten().next())
        else {
            return Ok(None);
        };
        if mode != "wal" || file.is_empty() {
            return Ok(None);
        }
        let (wake, woken) = sync_channel(1);
        let work = move || copy(file.into(), &woken);
        // Without the thread the writer copies as SQLite has it do.
        let Ok(thread) = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(work) else {
            return Ok(None);
        };
        let checkpointer = Checkpointer { wake: Some(wake), thread: Some(thread) };
        run(session, &format!("PRAGMA wal_autocheckpoint = {MOST}")).await?;
        Ok(Some(checkpointer))
    }

    /// Has what was just committed copied, soon.
    pub fn committed(&self) {
        // When it is still to be woken it will find this commit too.
        let _ = self.wake.as_ref().map(|wake| wake.try_send(()));
    }

    /// Ends, and leaves the copying to the session again.
    pub async fn end(self, session: &mut Session) -> Result<(), DriverError> {
        drop(self);
        run(session, &format!("PRAGMA wal_autocheckpoint = {USUAL}")).await.map(|_| ())
    }
}

impl Drop for Checkpointer {
    /// The last connection to close takes the log away: that has to be the session's.
    fn drop(&mut self) {
        self.wake = None;
        // A copier that panicked has copied nothing, and the log is whole.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn copy(file: PathBuf, woken: &Receiver<()>) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(beside) = rusqlite::Connection::open_with_flags(file, flags) else { return };
    while woken.recv().is_ok() {
        // Whatever keeps it from copying now, a reader for one, the writer or the next commit makes good for.
        let _ = beside.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    }
}
