//! Finding the workspace: the folder that holds `ledger/`, `migrations/` and `data-scripts/`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{printable::printable_path, store::Ledger, store_error::LedgerError};

/// Why no workspace was found.
#[derive(Debug, Error)]
pub enum WorkspaceError {
    /// No folder from here up to the stop has a ledger.
    #[error("no ledger/ in {from} or above it, up to {stop}", from = printable_path(.from), stop = printable_path(.stop))]
    NotFound {
        /// Where the search began.
        from: PathBuf,
        /// The last folder looked at.
        stop: PathBuf,
    },
    /// The search met a folder that someone else owns.
    #[error("{path} belongs to another user, so it isn't searched for a ledger", path = printable_path(.path))]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// A folder can't be looked at.
    #[error("can't look at {path}: {error}", path = printable_path(.path))]
    Io {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// A folder laid out as a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Takes a folder as a workspace, whatever it holds.
    pub fn at(root: impl Into<PathBuf>) -> Workspace {
        Workspace { root: root.into() }
    }

    /// Searches a folder and those above it for one that holds a ledger.
    ///
    /// The search stops at a repository's root and at a folder of another owner than the first: what lies there was put
    /// there by someone else, and could name programs to run.
    pub fn find(from: &Path) -> Result<Workspace, WorkspaceError> {
        let io = |path: &Path, error| WorkspaceError::Io { path: path.to_owned(), error };
        let start = fs::canonicalize(from).map_err(|error| io(from, error))?;
        let owner = owner(&start).map_err(|error| io(&start, error))?;
        let mut folder = start.as_path();
        loop {
            if owner != self::owner(folder).map_err(|error| io(folder, error))? {
                return Err(WorkspaceError::Foreign { path: folder.to_owned() });
            }
            if fs::symlink_metadata(folder.join("ledger").join("FORMAT")).is_ok_and(|data| data.is_file()) {
                return Ok(Workspace::at(folder));
            }
            match folder.parent() {
                Some(above) if fs::symlink_metadata(folder.join(".git")).is_err() => folder = above,
                _ => return Err(WorkspaceError::NotFound { from: start.clone(), stop: folder.to_owned() }),
            }
        }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `ledger/`.
    pub fn ledger(&self) -> PathBuf {
        self.root.join("ledger")
    }

    /// `migrations/`, where drafts lie.
    pub fn migrations(&self) -> PathBuf {
        self.root.join("migrations")
    }

    /// `data-scripts/`.
    pub fn scripts(&self) -> PathBuf {
        self.root.join("data-scripts")
    }

    /// `.strat/`: what is local to a person and can always be deleted.
    pub fn local(&self) -> PathBuf {
        self.root.join(".strat")
    }

    /// `strat.ron`, which needn't be there.
    pub fn settings(&self) -> PathBuf {
        self.root.join("strat.ron")
    }

    /// Opens its ledger.
    pub fn open(&self) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.ledger())
    }

    /// A path within it as people are shown it: relative to the root, with `/`.
    pub fn shown(&self, path: &Path) -> String {
        printable_path(path.strip_prefix(&self.root).unwrap_or(path))
    }
}

#[cfg(unix)]
fn owner(path: &Path) -> io::Result<u32> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).map(|data| data.uid())
}

#[cfg(not(unix))]
fn owner(path: &Path) -> io::Result<u32> {
    fs::metadata(path).map(|_| 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uuid::Uuid;

    fn folders() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(root.join("work/deep/deeper")).unwrap();
        (folder, root)
    }

    #[test]
    fn it_is_found_from_below() {
        let (_keep, root) = folders();
        Ledger::init(&root.join("work/ledger"), &Uuid::random().unwrap()).unwrap();
        let found = Workspace::find(&root.join("work/deep/deeper")).unwrap();
        assert_eq!(found, Workspace::at(root.join("work")));
        assert_eq!(found.shown(&found.migrations().join("1.ron")), "migrations/1.ron");
        found.open().unwrap();
    }

    #[test]
    fn the_search_stops_at_a_repository() {
        let (_keep, root) = folders();
        Ledger::init(&root.join("ledger"), &Uuid::random().unwrap()).unwrap();
        fs::create_dir(root.join("work/.git")).unwrap();
        let stop = match Workspace::find(&root.join("work/deep")) {
            Err(WorkspaceError::NotFound { stop, .. }) => stop,
            other => panic!("{other:?}"),
        };
        assert_eq!(stop, root.join("work"));
    }
}
