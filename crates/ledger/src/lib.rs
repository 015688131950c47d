//! Where entries are kept, how the graph is walked, how all of it is verified.
//!
//! It knows nothing of SQL, runs nothing, and is synchronous. What a schema is and how entries fold is the model's.
//!
//! A value enters as a [`Draft`](model::Draft) read by [`parse_draft`], whose errors carry places, and as an
//! [`Entry`](model::Entry) that [`Ledger::append`] prints in its one canonical form and makes durable. It leaves by
//! [`Ledger::entries`], re-hashed, or as a [`Summary`] for [`Graph`], [`resolve`] and whatever only looks.
//!
//! Start reading at [`durable`], then [`store`], then [`verify()`]. The format is told byte by byte in `ledger/README.md`.

pub mod blobs;
mod cache;
pub mod durable;
pub mod elsewhere;
pub mod entry;
mod fault;
#[cfg(test)]
mod fixture;
pub mod git;
pub mod graph;
pub mod layout;
pub mod merge_draft;
pub mod moment;
pub mod nearest;
pub mod places;
pub mod printable;
pub mod revision;
pub mod shared;
pub mod source;
pub mod store;
mod store_error;
pub mod summary;
pub mod uuid;
pub mod verify;
pub mod workspace;

pub use self::uuid::Uuid;
pub use blobs::blobs_of;
pub use durable::{Disk, DurableError, Faults, NoFaults, Operation};
pub use elsewhere::{Elsewhere, ElsewhereError};
pub use entry::{EntryError, is_label, is_stem, print_entry, read_entry};
pub use git::{GitError, GitHead, git_head, label_of};
pub use graph::{Graph, GraphError};
pub use merge_draft::{MergeDraft, Written, is_merge_draft, on_one_line, parse_merge_draft, with_field};
pub use moment::moment;
pub use nearest::nearest;
pub use places::Places;
pub use printable::{is_control, printable, printable_path};
pub use revision::{Revision, RevisionError, Standpoint, resolve, resolve_all};
pub use shared::{SharedError, git_author, is_in_git, tracked_below, vanished};
pub use source::{Source, SourceError, parse_draft};
pub use store::{Ledger, Whole, measure};
pub use store_error::LedgerError;
pub use summary::Summary;
pub use verify::{Code, Finding, Report, Verdict, VerifyError, verify};
pub use workspace::{Workspace, WorkspaceError};
