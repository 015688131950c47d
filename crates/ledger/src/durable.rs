//! The one module that makes files durable.
//!
//! A file appears under its name whole, or not at all. The order of writes, and what a crash leaves:
//!
//! | step | a crash behind it leaves |
//! |---|---|
//! | 1 make the folder, fsync the folder above | an empty folder, which nothing minds |
//! | 2 create `.tmp-…` in the same folder | an empty temporary file: a notice in `verify`, swept by the next record |
//! | 3 write | a temporary file with any part of the bytes |
//! | 4 fsync the file | the temporary file, whole |
//! | 5 read back and hash | the same; a disk that lies is caught before anything has the name |
//! | 6 link it to its name, which fails if the name is taken | both names, or after a power cut perhaps only the first |
//! | 7 unlink the temporary name | the file, or after a power cut perhaps the state before |
//! | 8 fsync the folder | the file, for good: only now is it reported as written |
//!
//! A failed fsync is final for the process: the kernel may have dropped the pages and would report success the next
//! time, so everything behind it is refused and a new process looks at the files afresh.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use model::Digest;
use thiserror::Error;

use crate::printable::printable_path;

/// How temporary files begin; the name behind it is the process and a count.
pub const TEMPORARY: &str = ".tmp-";

/// Tells the temporary files of this process apart.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// A thing done to the disk that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// Making a folder.
    MakeFolder,
    /// Creating a temporary file.
    Create,
    /// Writing a file's bytes.
    Write,
    /// Making a file's bytes durable.
    SyncFile,
    /// Reading a file back.
    ReadBack,
    /// Giving a file its name.
    Link,
    /// Taking a name away.
    Unlink,
    /// Making a folder's names durable.
    SyncFolder,
}

/// Lets tests fail any operation before or after it took effect. The product uses [`NoFaults`].
pub trait Faults: Send + Sync {
    /// Fails an operation that then never happens.
    fn before(&self, operation: Operation, path: &Path) -> io::Result<()>;
    /// Fails an operation that has happened.
    fn after(&self, operation: Operation, path: &Path) -> io::Result<()>;
    /// How many of `wanted` bytes still fit on the disk.
    fn room(&self, wanted: usize) -> usize {
        wanted
    }
}

/// Lets everything pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFaults;

impl Faults for NoFaults {
    fn before(&self, _: Operation, _: &Path) -> io::Result<()> {
        Ok(())
    }
    fn after(&self, _: Operation, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// Why a file wasn't made durable.
#[derive(Debug, Error)]
pub enum DurableError {
    /// The system refused; nothing is visible under the name.
    #[error("can't write {path}: {error}", path = printable_path(.path))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// An fsync failed, now or earlier in this process; nothing more is written.
    #[error("{path} may not be on disk: {error}; nothing more is written by this process", path = printable_path(.path))]
    Sync {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The name is taken by other bytes, which were left alone.
    #[error("{path} exists with other bytes, which were left alone", path = printable_path(.path))]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// What was read back isn't what was written.
    #[error("{path} read back differently from what was written", path = printable_path(.path))]
    ReadBack {
        /// The temporary file.
        path: PathBuf,
    },
}

/// Whether a file was written or stood there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is new.
    New,
    /// It was there with the same bytes; its durability was seen to all the same.
    Already,
}

/// The disk as the ledger writes to it.
pub struct Disk {
    faults: Arc<dyn Faults>,
    failed: AtomicBool,
    /// Folders whose own names this process has made durable.
    folders: Mutex<BTreeSet<PathBuf>>,
}

impl Default for Disk {
    fn default() -> Disk {
        Disk::with_faults(Arc::new(NoFaults))
    }
}

impl Disk {
    /// Makes one whose operations can be failed by a test.
    pub fn with_faults(faults: Arc<dyn Faults>) -> Disk {
        Disk { faults, failed: AtomicBool::new(false), folders: Mutex::default() }
    }

    /// Puts bytes under a name that is free or already has the same bytes, and returns once they would survive a power cut.
    pub fn put(&self, path: &Path, bytes: &[u8]) -> Result<Written, DurableError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        self.usable(path)?;
        self.folder(folder)?;
        if self.same(path, bytes)? {
            // A crash between link and fsync in an earlier process can have left a name that isn't durable yet.
            self.sync(path, Operation::SyncFile)?;
            self.sync(folder, Operation::SyncFolder)?;
            return Ok(Written::Already);
        }
        let (temporary, file) = self.create_temporary(folder)?;
        let written = self.fill(file, &temporary, bytes).and_then(|()| self.link(&temporary, path, bytes));
        // A crash before this line leaves the temporary file; a failure here does too, and harms nothing.
        let swept = self.run(Operation::Unlink, &temporary, || fs::remove_file(&temporary));
        let written = written?;
        drop(swept);
        self.sync(folder, Operation::SyncFolder)?;
        Ok(written)
    }

    /// Takes a file away and returns once it would stay away after a power cut.
    pub fn remove(&self, path: &Path) -> Result<(), DurableError> {
        self.usable(path)?;
        // A crash here leaves the file or not; the caller's own check tells which.
        self.run(Operation::Unlink, path, || fs::remove_file(path)).map_err(|error| io_error(path, error))?;
        self.sync(path.parent().unwrap_or(Path::new(".")), Operation::SyncFolder)
    }

    /// Makes a folder and those above it, each durable in the one above. A crash leaves some of them, empty.
    pub fn folder(&self, folder: &Path) -> Result<(), DurableError> {
        if self.folders.lock().unwrap_or_else(PoisonError::into_inner).contains(folder) {
            return Ok(());
        }
        let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !is_folder(folder) {
            if !is_folder(above) {
                self.folder(above)?;
            }
            let made = self.run(Operation::MakeFolder, folder, || fs::create_dir(folder));
            if let Err(error) = made
                && !(error.kind() == ErrorKind::AlreadyExists && is_folder(folder))
            {
                return Err(io_error(folder, error));
            }
        }
        // Also when it was there: whoever made it may have crashed before this line.
        self.sync(above, Operation::SyncFolder)?;
        self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
        Ok(())
    }

    /// Takes away temporary files that interrupted writes left in a folder; returns how many.
    ///
    /// Only ones older than an hour, since another process may be writing right now.
    pub fn sweep(&self, folder: &Path) -> usize {
        let old = |entry: &fs::DirEntry| {
            let age =
                entry.metadata().ok().and_then(|data| data.modified().ok()).and_then(|at| at.elapsed().ok());
            age.is_some_and(|age| age.as_secs() > 3600)
        };
        let ours = |entry: &fs::DirEntry| {
            entry.file_name().to_str().is_some_and(|name| name.starts_with(TEMPORARY))
                && entry.file_type().is_ok_and(|kind| kind.is_file())
        };
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .filter(|entry| ours(entry) && old(entry))
            .filter(|entry| fs::remove_file(entry.path()).is_ok())
            .count()
    }

    /// Tells whether the name is taken by these bytes; taken by others is an error.
    fn same(&self, path: &Path, bytes: &[u8]) -> Result<bool, DurableError> {
        let found = match fs::symlink_metadata(path) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(io_error(path, error)),
        };
        let taken = || DurableError::Taken { path: path.to_owned() };
        if !found.is_file() || found.len() != bytes.len() as u64 {
            return Err(taken());
        }
        let read =
            self.run(Operation::ReadBack, path, || fs::read(path)).map_err(|error| io_error(path, error))?;
        if read == bytes { Ok(true) } else { Err(taken()) }
    }

    /// Step 2: a temporary file whose name nobody uses, such as an earlier process of the same number that crashed.
    fn create_temporary(&self, folder: &Path) -> Result<(PathBuf, File), DurableError> {
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{TEMPORARY}{}-{count}", std::process::id()));
            let open = || OpenOptions::new().write(true).create_new(true).open(&path);
            match self.run(Operation::Create, &path, open) {
                Ok(file) => return Ok((path, file)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(io_error(&path, error)),
            }
        }
    }

    /// Steps 3 to 5: the bytes, durable and read back.
    fn fill(&self, mut file: File, temporary: &Path, bytes: &[u8]) -> Result<(), DurableError> {
        let io = |error| io_error(temporary, error);
        self.write(&mut file, temporary, bytes).map_err(io)?;
        self.run(Operation::SyncFile, temporary, || file.sync_all())
            .map_err(|error| self.final_error(temporary, error))?;
        drop(file);
        let read = self.run(Operation::ReadBack, temporary, || fs::read(temporary)).map_err(io)?;
        if Digest::of(&read) != Digest::of(bytes) {
            return Err(DurableError::ReadBack { path: temporary.to_owned() });
        }
        Ok(())
    }

    fn write(&self, file: &mut File, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let room = self.faults.room(bytes.len()).min(bytes.len());
        self.run(Operation::Write, path, || {
            file.write_all(&bytes[..room])?;
            if room < bytes.len() { Err(ErrorKind::StorageFull.into()) } else { Ok(()) }
        })
    }

    /// Step 6: gives the bytes their name, never taking it from others.
    fn link(&self, temporary: &Path, path: &Path, bytes: &[u8]) -> Result<Written, DurableError> {
        match self.run(Operation::Link, path, || fs::hard_link(temporary, path)) {
            Ok(()) => Ok(Written::New),
            // Another process was faster; whether with the same bytes is looked at.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                self.same(path, bytes)?;
                self.sync(path, Operation::SyncFile)?;
                Ok(Written::Already)
            }
            Err(error) if no_links(&error) => self.create(path, bytes),
            Err(error) => Err(io_error(path, error)),
        }
    }

    /// Stands in for step 6 on file systems without links (FAT, some network and FUSE mounts): creates the name itself.
    ///
    /// Here a crash can leave a part of the bytes under the name. Every reader re-hashes, so that it is refused by name
    /// and never believed; deleting it by hand mends it. A clobbering rename would be worse: it could replace a good file.
    fn create(&self, path: &Path, bytes: &[u8]) -> Result<Written, DurableError> {
        let open = || OpenOptions::new().write(true).create_new(true).open(path);
        let mut file = self.run(Operation::Create, path, open).map_err(|error| io_error(path, error))?;
        let whole =
            self.write(&mut file, path, bytes).map_err(|error| io_error(path, error)).and_then(|()| {
                self.run(Operation::SyncFile, path, || file.sync_all())
                    .map_err(|error| self.final_error(path, error))
            });
        if whole.is_err() {
            drop(self.run(Operation::Unlink, path, || fs::remove_file(path)));
        }
        whole.map(|()| Written::New)
    }

    fn sync(&self, path: &Path, operation: Operation) -> Result<(), DurableError> {
        let sync = || File::open(path)?.sync_all();
        self.run(operation, path, sync).map_err(|error| self.final_error(path, error))
    }

    fn run<T>(
        &self,
        operation: Operation,
        path: &Path,
        act: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        self.faults.before(operation, path)?;
        let done = act()?;
        self.faults.after(operation, path)?;
        Ok(done)
    }

    fn usable(&self, path: &Path) -> Result<(), DurableError> {
        match self.failed.load(Ordering::SeqCst) {
            true => Err(DurableError::Sync {
                path: path.to_owned(),
                error: io::Error::other("an earlier fsync failed"),
            }),
            false => Ok(()),
        }
    }

    fn final_error(&self, path: &Path, error: io::Error) -> DurableError {
        self.failed.store(true, Ordering::SeqCst);
        DurableError::Sync { path: path.to_owned(), error }
    }
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|data| data.is_dir())
}

/// Tells whether the file system has no links: EPERM, ENOTSUP, ENOSYS. Being forbidden (EACCES) is another matter.
fn no_links(error: &io::Error) -> bool {
    error.kind() == ErrorKind::Unsupported || matches!(error.raw_os_error(), Some(1 | 38 | 95))
}

fn io_error(path: &Path, error: io::Error) -> DurableError {
    DurableError::Io { path: path.to_owned(), error }
}

/// Reads a regular file of at most `limit` bytes, following no link; `None` when it is longer.
pub(crate) fn read_regular(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let found = fs::symlink_metadata(path)?;
    if !found.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "not a regular file"));
    }
    if found.len() > limit {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or(0) + 1);
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

#[cfg(test)]
#[path = "durable_tests.rs"]
mod tests;
