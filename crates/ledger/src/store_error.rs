//! What can go wrong with a ledger on disk.

use std::{io, path::PathBuf};

use model::{Digest, EntryId};
use thiserror::Error;

use crate::{durable::DurableError, entry::EntryError, printable::printable_path};

/// Why the ledger couldn't be opened, read or written.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// There is no ledger in the folder.
    #[error("{path} is not a ledger: it has no FORMAT", path = printable_path(.path))]
    Absent {
        /// The folder.
        path: PathBuf,
    },
    /// There is one already.
    #[error("{path} is a ledger already", path = printable_path(.path))]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// A later release made it.
    #[error("{path}/FORMAT says format {format}, which needs a newer strat", path = printable_path(.path))]
    NewerFormat {
        /// The folder.
        path: PathBuf,
        /// Its format.
        format: u64,
    },
    /// `FORMAT` is not what any release wrote.
    #[error("{path} is damaged: {problem}", path = printable_path(.path))]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A file can't be read.
    #[error("can't read {path}: {error}", path = printable_path(.path))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A file can't be written.
    #[error(transparent)]
    Durable(#[from] DurableError),
    /// An entry's bytes have another hash than its name says.
    #[error("{place} was changed: its bytes hash to {found}")]
    Hash {
        /// The file within the ledger.
        place: String,
        /// The digest of what is there.
        found: Digest,
    },
    /// A stored entry isn't a sound entry.
    #[error("{place} {error}")]
    Entry {
        /// The file within the ledger.
        place: String,
        /// What is wrong with it.
        error: EntryError,
    },
    /// An entry that is to be written isn't a sound entry.
    #[error("the entry {0}")]
    Unsound(EntryError),
    /// An entry belongs to another ledger.
    #[error("{place} belongs to the ledger {found}")]
    Graft {
        /// The file within the ledger, or `the entry` when it is being written.
        place: String,
        /// The ledger it names.
        found: String,
    },
    /// An entry is in another folder than its own.
    #[error("{place} is in the wrong folder: it belongs at {belongs}")]
    Astray {
        /// The file within the ledger.
        place: String,
        /// Where it belongs within the ledger.
        belongs: String,
    },
    /// A file that something points to isn't there.
    #[error("{place} is missing")]
    Missing {
        /// The file within the ledger.
        place: String,
    },
    /// A blob's bytes aren't those its entry names.
    #[error("{place} was changed: {problem}")]
    Blob {
        /// The file within the ledger.
        place: String,
        /// What differs.
        problem: String,
    },
    /// A blob without bytes: an empty file in a ledger is what a crash leaves, so none is kept on purpose.
    #[error("an empty file can't be kept in the ledger")]
    EmptyBlob,
    /// An entry can't be taken back, since others follow it.
    #[error("{id} can't be taken back: {followers} entries follow it, such as {follower}", id = .id.short(), follower = .follower.short())]
    Followed {
        /// The entry.
        id: EntryId,
        /// One that names it as parent.
        follower: EntryId,
        /// How many do.
        followers: usize,
    },
}
