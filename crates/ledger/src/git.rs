//! Calling the `git` program: no shell between, nobody is asked anything, and the folder alone says which repository is meant.

use std::{
    io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use model::Digest;
use thiserror::Error;

use crate::{
    entry::is_label,
    printable::{printable, printable_path},
};

/// The longest part of a git branch's name that goes into a label made of it.
const KEPT: usize = 120;

/// Why git didn't answer.
#[derive(Debug, Error)]
pub enum GitError {
    /// The program isn't there.
    #[error("git can't be run in {path}: {error}", path = printable_path(.path))]
    Absent {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The folder is in no repository.
    #[error("{path} is in no git repository", path = printable_path(.path))]
    Outside {
        /// The folder.
        path: PathBuf,
    },
    /// Git refused.
    #[error("git says: {said}")]
    Refused {
        /// The line of what it said that tells most.
        said: String,
    },
}

/// Which branch git has checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitHead {
    /// A branch, by its name without `refs/heads/`.
    Branch(String),
    /// None: a commit is checked out by itself.
    Detached,
}

/// Asks git which branch is checked out in a folder; one without commits counts.
pub fn git_head(folder: &Path) -> Result<GitHead, GitError> {
    let out = ask(folder, &["symbolic-ref", "--quiet", "HEAD"])?;
    if !out.status.success() {
        // With `--quiet` it says nothing when HEAD is no branch.
        return if out.stderr.is_empty() { Ok(GitHead::Detached) } else { Err(refused(&out)) };
    }
    let name = String::from_utf8_lossy(&out.stdout);
    let name = name.trim_end_matches('\n');
    Ok(name.strip_prefix("refs/heads/").map_or(GitHead::Detached, |name| GitHead::Branch(name.to_owned())))
}

/// Makes a label of a git branch's name: the name itself where it can be one, else its fitting characters and a digest of the
/// name, so that no two branches share a label.
pub fn label_of(branch: &str) -> String {
    if is_label(branch) {
        return branch.to_owned();
    }
    let fits = |c: char| if c.is_alphanumeric() || "/._-#+".contains(c) { c } else { '-' };
    let kept: String = branch.chars().map(fits).skip_while(|c| !c.is_alphanumeric()).collect();
    let kept = &kept[..kept.floor_char_boundary(KEPT)];
    let mark = &Digest::of(branch.as_bytes()).to_string()[..8];
    if kept.is_empty() { format!("branch-{mark}") } else { format!("{kept}-{mark}") }
}

/// Git in a folder, with nothing of the caller's environment that would make it look at another repository, as in a hook.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    // A file's name is a name, never a pattern; and nobody is asked anything.
    command.current_dir(folder).env("GIT_LITERAL_PATHSPECS", "1").env("GIT_TERMINAL_PROMPT", "0");
    command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// Tells whether a folder is in a repository, without asking git.
pub(crate) fn in_repository(folder: &Path) -> bool {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    folder.ancestors().any(|above| above.join(".git").exists())
}

/// Runs git in a folder that is in a repository.
pub(crate) fn ask(folder: &Path, args: &[&str]) -> Result<Output, GitError> {
    if !in_repository(folder) {
        return Err(GitError::Outside { path: folder.to_owned() });
    }
    let run = command(folder).args(args).output();
    run.map_err(|error| GitError::Absent { path: folder.to_owned(), error })
}

/// The same, where nothing but success is expected.
pub(crate) fn answer(folder: &Path, args: &[&str]) -> Result<Vec<u8>, GitError> {
    let out = ask(folder, args)?;
    if out.status.success() { Ok(out.stdout) } else { Err(refused(&out)) }
}

fn refused(out: &Output) -> GitError {
    GitError::Refused { said: said(&out.stderr) }
}

/// The line of what git said that tells most: the fatal one, else the last.
pub(crate) fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let told = text.lines().find(|line| line.starts_with("fatal: ")).or_else(|| text.lines().last());
    printable(told.unwrap_or("it said nothing")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_labels_stay() {
        for name in ["main", "feature/slug", "release-1.2", "fix#12", "ünï"] {
            assert_eq!(label_of(name), name);
        }
    }

    #[test]
    fn other_names_become_labels_that_differ() {
        let names = ["dependabot/npm/@types/node", "dependabot/npm/-types/node", "_x", "x", "head", "@", "!"];
        let long = ["é".repeat(150), "é".repeat(151)];
        let labels: Vec<String> =
            names.into_iter().chain(long.iter().map(String::as_str)).map(label_of).collect();
        for label in &labels {
            assert!(is_label(label), "{label}");
            assert_eq!(labels.iter().filter(|other| *other == label).count(), 1, "{label}");
        }
        assert!(labels[0].starts_with("dependabot/npm/-types/node-"), "{}", labels[0]);
    }

    #[test]
    fn what_tells_most_is_told() {
        let text = b"warning: x\nfatal: detected dubious ownership in repository at '/a'\nTo add an exception:\n\n\tgit config\n";
        assert_eq!(said(text), "fatal: detected dubious ownership in repository at '/a'");
        assert_eq!(said(b"error: a\nerror: b\x1b[2J\n"), "error: b\\u{1b}[2J");
        assert_eq!(said(b""), "it said nothing");
    }
}
