//! The class and the next thing to do of every error of this crate.

use std::io::ErrorKind;

use model::fault::{Class, Fault};

use crate::{
    durable::DurableError, elsewhere::ElsewhereError, entry::EntryError, git::GitError, graph::GraphError,
    revision::RevisionError, shared::SharedError, source::SourceError, store_error::LedgerError,
    verify::VerifyError, workspace::WorkspaceError,
};

const NEWER: &str = "install a newer strat: this ledger was written by one";

impl Fault for SourceError {
    fn class(&self) -> Class {
        Class::Input
    }
}

impl Fault for EntryError {
    fn class(&self) -> Class {
        match self {
            EntryError::Newer { .. } => Class::Input,
            _ => Class::Integrity,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            EntryError::Newer { .. } => Some(NEWER.to_owned()),
            EntryError::LineEnds { .. } => {
                Some("git or an editor did this: check the file out again".to_owned())
            }
            _ => None,
        }
    }
}

impl Fault for DurableError {
    fn class(&self) -> Class {
        match self {
            DurableError::Io { .. } | DurableError::Sync { .. } => Class::Unreachable,
            DurableError::Taken { .. } | DurableError::ReadBack { .. } => Class::Integrity,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            DurableError::Io { error, .. } => match error.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                    Some("make room and run it again: nothing half-written was left".to_owned())
                }
                ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => {
                    Some("check that you may write there, and run it again: nothing was recorded".to_owned())
                }
                _ => None,
            },
            DurableError::Sync { .. } => Some("run strat verify once the disk is well again".to_owned()),
            _ => None,
        }
    }
}

impl Fault for LedgerError {
    fn class(&self) -> Class {
        match self {
            LedgerError::Absent { .. }
            | LedgerError::Exists { .. }
            | LedgerError::NewerFormat { .. }
            | LedgerError::Unsound(_)
            | LedgerError::EmptyBlob
            | LedgerError::Followed { .. } => Class::Input,
            LedgerError::Io { .. } => Class::Unreachable,
            LedgerError::Durable(error) => error.class(),
            LedgerError::Entry { error, .. } => error.class(),
            LedgerError::Format { .. }
            | LedgerError::Hash { .. }
            | LedgerError::Graft { .. }
            | LedgerError::Astray { .. }
            | LedgerError::Missing { .. }
            | LedgerError::Blob { .. } => Class::Integrity,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            LedgerError::Absent { .. } => Some("strat init makes a ledger here".to_owned()),
            LedgerError::NewerFormat { .. } => Some(NEWER.to_owned()),
            LedgerError::Format { .. } => Some(
                "git checkout restores it, once ledger/.gitattributes is there, which strat init puts back"
                    .to_owned(),
            ),
            LedgerError::Durable(error) => error.hint(),
            LedgerError::Entry { error, .. } => {
                error.hint().or_else(|| Some("strat verify names everything that is wrong".to_owned()))
            }
            LedgerError::Hash { .. } | LedgerError::Missing { .. } | LedgerError::Blob { .. } => {
                Some("strat verify names everything that is wrong; git checkout restores a file".to_owned())
            }
            LedgerError::Astray { .. } => Some(
                "git moves a file so where it takes a folder for renamed: `git mv` puts it right, and `git config \
                 merge.directoryRenames false` keeps git from it"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

impl Fault for GraphError {
    fn class(&self) -> Class {
        Class::Integrity
    }

    fn hint(&self) -> Option<String> {
        Some(
            "strat verify names everything that is missing: git cherry-pick carries an entry without those it follows, a sparse \
             checkout leaves entries out, and a git revert takes them away"
                .to_owned(),
        )
    }
}

impl Fault for RevisionError {
    fn class(&self) -> Class {
        match self {
            RevisionError::Diverged { .. } => Class::Decide,
            _ => Class::Input,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            RevisionError::Diverged { .. } => Some("strat merge joins them".to_owned()),
            RevisionError::Unknown { .. } => Some("strat log lists the revisions".to_owned()),
            RevisionError::Absent(_) => Some(
                "`strat status` tells where it may be; `strat down --to REVISION` goes back to one that is here".to_owned(),
            ),
            RevisionError::Merge { parents, .. } => parents
                .first()
                .map(|one| format!("strat down --to {} keeps that side applied", one.id.short())),
            _ => None,
        }
    }
}

impl Fault for SharedError {
    fn class(&self) -> Class {
        Class::Unreachable
    }
}

impl Fault for GitError {
    fn class(&self) -> Class {
        match self {
            GitError::Absent { .. } | GitError::Refused { .. } => Class::Unreachable,
            GitError::Outside { .. } => Class::Input,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            GitError::Absent { .. } => Some("install git, or put it into the PATH".to_owned()),
            GitError::Refused { said } if said.contains("dubious ownership") => {
                Some("git config --global --add safe.directory FOLDER, if you trust it".to_owned())
            }
            GitError::Outside { .. } | GitError::Refused { .. } => None,
        }
    }
}

impl Fault for ElsewhereError {
    fn class(&self) -> Class {
        match self {
            ElsewhereError::Git(error) => error.class(),
            ElsewhereError::Name { .. }
            | ElsewhereError::Unknown { .. }
            | ElsewhereError::NoLedger { .. }
            | ElsewhereError::Moved { .. } => Class::Input,
            ElsewhereError::Ledger { error, .. } => error.class(),
            ElsewhereError::Graph { .. } | ElsewhereError::Pointer { .. } => Class::Integrity,
            ElsewhereError::Lost { .. } => Class::Unreachable,
        }
    }

    fn hint(&self) -> Option<String> {
        let there = |name: &str| format!("check {} out and run strat verify there", crate::printable(name));
        match self {
            ElsewhereError::Git(error) => error.hint(),
            ElsewhereError::Name { .. } => {
                Some("a branch such as main, a remote one such as origin/main, a tag or an id".to_owned())
            }
            ElsewhereError::Unknown { near, shallow, .. } => Some(match (near, shallow) {
                (_, true) => {
                    "this is a shallow clone: git fetch --unshallow, or fetch-depth: 0 where CI checks out"
                        .to_owned()
                }
                (Some(near), false) => format!("did you mean `{near}`?"),
                (None, false) => {
                    "git fetch brings it if it is elsewhere; git branch -a lists what is here".to_owned()
                }
            }),
            ElsewhereError::NoLedger { .. } => None,
            ElsewhereError::Moved { .. } => {
                Some("have the ledger in one folder on both sides first".to_owned())
            }
            ElsewhereError::Ledger { name, error } => match error.class() {
                Class::Integrity => Some(there(name)),
                _ => error.hint(),
            },
            ElsewhereError::Graph { name, .. } => Some(there(name)),
            ElsewhereError::Pointer { .. } => Some(
                "keep git-LFS away from ledger/: strat init writes the .gitattributes that does".to_owned(),
            ),
            ElsewhereError::Lost { .. } => {
                Some("git fetch brings what a partial clone lacks; git fsck looks for damage".to_owned())
            }
        }
    }
}

impl Fault for VerifyError {
    fn class(&self) -> Class {
        match self {
            VerifyError::Absent { .. } | VerifyError::NewerFormat { .. } => Class::Input,
            VerifyError::Io { .. } => Class::Unreachable,
        }
    }

    fn hint(&self) -> Option<String> {
        matches!(self, VerifyError::NewerFormat { .. }).then(|| NEWER.to_owned())
    }
}

impl Fault for WorkspaceError {
    fn class(&self) -> Class {
        match self {
            WorkspaceError::NotFound { .. } | WorkspaceError::Foreign { .. } => Class::Input,
            WorkspaceError::Io { .. } => Class::Unreachable,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            WorkspaceError::NotFound { .. } => {
                Some("strat init makes a workspace; -C DIR works elsewhere".to_owned())
            }
            WorkspaceError::Foreign { .. } => Some("name it with -C DIR if you trust it".to_owned()),
            WorkspaceError::Io { .. } => None,
        }
    }
}
