//! Whether an entry is shared: in git's history, and so no longer only its author's.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    process::Output,
};

use model::EntryId;
use thiserror::Error;

use crate::{
    git::{GitError, answer, ask, command, in_repository, said},
    layout,
    printable::{printable, printable_path},
};

/// Why git couldn't tell.
#[derive(Debug, Error)]
pub enum SharedError {
    /// There is a repository, but no git to ask.
    #[error("{path} is in a git repository, but git can't be run: {error}", path = printable_path(.path))]
    NoGit {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Git refused.
    #[error("git can't tell whether {path} is shared: {said}", path = printable_path(.path))]
    Git {
        /// The file.
        path: PathBuf,
        /// The line of what it said that tells most.
        said: String,
    },
}

/// Tells whether a file stands in a commit that any ref reaches. Outside a repository nothing does.
///
/// Where git can't tell, that is an error and not a no: taking back what others have is worse than not taking back.
pub fn is_in_git(file: &Path) -> Result<bool, SharedError> {
    let folder = existing_folder(file);
    if !in_repository(folder) {
        return Ok(false);
    }
    // `--all` reaches branches, tags, remotes and stashes; a commit that only the log of moved refs knows isn't shared.
    let out = git(
        folder,
        &["log", "--all", "--full-history", "-m", "--format=%H", "-1", "--diff-filter=A", "--"],
        file,
    )?;
    match out.status.success() {
        true => Ok(!out.stdout.iter().all(u8::is_ascii_whitespace)),
        false => Err(refused(file, &out)),
    }
}

/// Lists what git tracks below a folder that belongs to one person, such as `.strat/`; anything listed is an error.
pub fn tracked_below(folder: &Path) -> Result<Vec<String>, SharedError> {
    let above = existing_folder(folder);
    if !in_repository(above) {
        return Ok(Vec::new());
    }
    let out = git(above, &["ls-files", "-z", "--"], folder)?;
    match out.status.success() {
        true => {
            let names = out.stdout.split(|b| *b == 0).filter(|name| !name.is_empty());
            Ok(names.map(|name| printable(&String::from_utf8_lossy(name)).into_owned()).collect())
        }
        false => Err(refused(folder, &out)),
    }
}

/// Lists the entries that a commit behind the checkout had and the checkout hasn't, ascending: somebody deleted or reverted them.
pub fn vanished(ledger: &Path) -> Result<Vec<EntryId>, GitError> {
    let args = [
        "log",
        "-z",
        "--format=",
        "--name-only",
        "--no-renames",
        "--diff-filter=D",
        "--relative",
        "--",
        "entries",
    ];
    let out = match git_head_has_commits(ledger)? {
        true => answer(ledger, &args)?,
        false => return Ok(Vec::new()),
    };
    let names = out.split(|byte| *byte == 0).filter_map(|name| std::str::from_utf8(name).ok());
    let ids: BTreeSet<EntryId> =
        names.filter_map(|name| layout::entry_at(name.trim_start_matches('\n'))).collect();
    Ok(ids.into_iter().filter(|id| !ledger.join(layout::entry_place(id)).exists()).collect())
}

fn git_head_has_commits(folder: &Path) -> Result<bool, GitError> {
    Ok(ask(folder, &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])?.status.success())
}

/// Reads git's `user.name` and `user.email` as `Name <mail>`, where both are set.
pub fn git_author(folder: &Path) -> Option<String> {
    let read = |key: &str| {
        let out = command(folder).args(["config", "--get", key]).output().ok()?;
        let text = String::from_utf8(out.stdout).ok()?.trim().to_owned();
        (out.status.success() && !text.is_empty()).then_some(text)
    };
    Some(format!("{} <{}>", read("user.name")?, read("user.email")?))
}

fn existing_folder(file: &Path) -> &Path {
    let mut folder = file.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    while !folder.is_dir() {
        folder = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    }
    folder
}

fn git(folder: &Path, args: &[&str], file: &Path) -> Result<Output, SharedError> {
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let run = command(folder).args(args).arg(absolute).output();
    run.map_err(|error| SharedError::NoGit { path: folder.to_owned(), error })
}

fn refused(path: &Path, out: &Output) -> SharedError {
    SharedError::Git { path: path.to_owned(), said: said(&out.stderr) }
}

#[cfg(test)]
#[path = "shared_tests.rs"]
mod tests;
