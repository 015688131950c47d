//! A ledger as a commit of git's has it, read without a checkout.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::Stdio,
    thread,
};

use model::{Entry, EntryId, entry::MAX_ENTRY};
use thiserror::Error;

use crate::{
    entry::EntryError,
    git::{GitError, answer, ask, command, said},
    graph::{Graph, GraphError},
    layout::{self, Format, in_two},
    nearest::nearest,
    printable::{is_control, printable},
    store::entry_of,
    store_error::LedgerError,
    summary::Summary,
    uuid::Uuid,
};

/// Why a commit's ledger can't be read.
#[derive(Debug, Error)]
pub enum ElsewhereError {
    /// Git didn't answer.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The text can't name a commit.
    #[error("`{name}` can't name a commit of git's", name = printable(.name))]
    Name {
        /// What was given.
        name: String,
    },
    /// Git has no commit of that name.
    #[error("git knows no commit called `{name}` here", name = printable(.name))]
    Unknown {
        /// What was given.
        name: String,
        /// A ref of nearly that name.
        near: Option<String>,
        /// Whether the repository is a shallow clone.
        shallow: bool,
    },
    /// The commit has no ledger.
    #[error("{name} has no ledger in {folder}", name = printable(.name), folder = printable(.folder))]
    NoLedger {
        /// The commit, as it was named.
        name: String,
        /// The folder within the repository.
        folder: String,
    },
    /// The commit has its ledger in another folder.
    #[error("{name} has its ledger in {there}, not in {folder}", name = printable(.name), there = printable(.there), folder = printable(.folder))]
    Moved {
        /// The commit, as it was named.
        name: String,
        /// The folder within the repository.
        folder: String,
        /// The folder in that commit.
        there: String,
    },
    /// Something in the commit isn't what it should be.
    #[error("in {name}: {error}", name = printable(.name))]
    Ledger {
        /// The commit, as it was named.
        name: String,
        /// What is wrong.
        error: Box<LedgerError>,
    },
    /// The entries of the commit don't hang together.
    #[error("in {name}: {error}", name = printable(.name))]
    Graph {
        /// The commit, as it was named.
        name: String,
        /// What is wrong.
        error: Box<GraphError>,
    },
    /// The commit has a pointer of git-LFS where an entry should be.
    #[error("in {name}: {place} is a git-LFS pointer, not the entry", name = printable(.name))]
    Pointer {
        /// The commit, as it was named.
        name: String,
        /// The file within the ledger.
        place: String,
    },
    /// The repository lacks the bytes of a file of the commit.
    #[error("git has not the bytes of {place} of {name}: {said}", name = printable(.name))]
    Lost {
        /// The commit, as it was named.
        name: String,
        /// The file within the ledger.
        place: String,
        /// What git said.
        said: String,
    },
}

/// The entries of another commit, each hashed and checked; closed under parents.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The commit, as it was named.
    pub name: String,
    /// Its ledger's UUID.
    pub uuid: Uuid,
    /// Its entries, with their bytes.
    pub entries: BTreeMap<EntryId, (Entry, Vec<u8>)>,
}

/// A file of a commit.
struct File {
    /// Its path within the ledger, or within the repository when that is gone through.
    path: String,
    /// The id of its bytes.
    object: String,
}

impl Elsewhere {
    /// Reads the ledger that a commit has in the folder where the ledger is here.
    ///
    /// # Errors
    /// When git knows no such commit, it has no ledger there, or one that isn't sound.
    pub fn read(ledger: &Path, name: &str) -> Result<Elsewhere, ElsewhereError> {
        let commit = commit(ledger, name)?;
        let files = files(ledger, &["ls-tree", "-r", "-z", &commit, "--", "FORMAT", "entries"])?;
        let Some(format) = files.iter().find(|file| file.path == "FORMAT") else {
            return Err(absent(ledger, name, &commit));
        };
        let uuid = uuid(name, &contents(ledger, name, &[format])?.concat())?;
        if let Some(error) = files.iter().find_map(|file| layout::astray_at(&file.path)) {
            return Err(unsound(name, error));
        }
        let found: Vec<(EntryId, &File)> =
            files.iter().filter_map(|file| Some((layout::entry_at(&file.path)?, file))).collect();
        let wanted: Vec<&File> = found.iter().map(|(_, file)| *file).collect();
        let read = contents(ledger, name, &wanted)?;
        let pairs: Vec<((EntryId, &File), Vec<u8>)> = found.into_iter().zip(read).collect();
        let entries = in_two(&pairs, |((id, file), bytes)| {
            if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
                return Err(ElsewhereError::Pointer { name: name.to_owned(), place: file.path.clone() });
            }
            let entry = entry_of(id, bytes, &uuid);
            entry.map_err(|error| unsound(name, error))
        })?;
        let entries = pairs.into_iter().zip(entries).map(|(((id, _), bytes), entry)| (id, (entry, bytes)));
        let there = Elsewhere { name: name.to_owned(), uuid, entries: entries.collect() };
        there.graph()?;
        Ok(there)
    }

    /// Its graph.
    ///
    /// # Errors
    /// When a parent is missing there.
    pub fn graph(&self) -> Result<Graph, ElsewhereError> {
        let rows = self.entries.iter().map(|(id, (entry, _))| Summary::of(*id, entry));
        let told = |error| ElsewhereError::Graph { name: self.name.clone(), error: Box::new(error) };
        Graph::new(rows.collect()).map_err(told)
    }
}

fn unsound(name: &str, error: LedgerError) -> ElsewhereError {
    ElsewhereError::Ledger { name: name.to_owned(), error: Box::new(error) }
}

/// The commit that a name stands for, as git's id.
fn commit(folder: &Path, name: &str) -> Result<String, ElsewhereError> {
    if name.is_empty() || name.starts_with('-') || name.chars().any(is_control) {
        return Err(ElsewhereError::Name { name: name.to_owned() });
    }
    let found = ask(folder, &["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])?;
    let id = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    // Of `^main` it makes `^<id>`, which is no commit.
    if found.status.success() && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(id);
    }
    // Git says nothing of a name that it doesn't know; what it says is about the repository.
    let shallow = answer(folder, &["rev-parse", "--is-shallow-repository"])?;
    let refs = answer(folder, &["for-each-ref", "--format=%(refname:short)"])?;
    let refs = String::from_utf8_lossy(&refs);
    let near = nearest(name, refs.lines()).map(|near| printable(&near).into_owned());
    Err(ElsewhereError::Unknown { name: name.to_owned(), near, shallow: shallow.starts_with(b"true") })
}

/// Lists the regular files that `git ls-tree -z` names. Links and submodules are passed over, as they are on disk.
fn files(folder: &Path, args: &[&str]) -> Result<Vec<File>, ElsewhereError> {
    let listed = answer(folder, args)?;
    let file = |row: &[u8]| {
        let (about, path) = std::str::from_utf8(row).ok()?.split_once('\t')?;
        let (mode, object) = about.split_once(" blob ")?;
        let regular = mode.starts_with("100");
        regular.then(|| File { path: path.to_owned(), object: object.to_owned() })
    };
    Ok(listed.split(|byte| *byte == 0).filter_map(file).collect())
}

fn uuid(name: &str, bytes: &[u8]) -> Result<Uuid, ElsewhereError> {
    let path = PathBuf::from(format!("{name}:FORMAT"));
    let error = match layout::read_format(bytes) {
        Format::Known(uuid) => return Ok(uuid),
        Format::Other(format) => LedgerError::NewerFormat { path: PathBuf::from(name), format },
        Format::Broken => LedgerError::Format { path, problem: "it is not `stratigraph ledger 1 <uuid>`" },
        Format::LineEnds => LedgerError::Format { path, problem: "its line ends are CRLF" },
    };
    Err(unsound(name, error))
}

/// Why a commit has no ledger in this folder: it has it in another, or none at all.
fn absent(ledger: &Path, name: &str, commit: &str) -> ElsewhereError {
    let told = || -> Result<ElsewhereError, ElsewhereError> {
        let prefix = answer(ledger, &["rev-parse", "--show-prefix"])?;
        let folder = String::from_utf8_lossy(&prefix).trim_end_matches('\n').to_owned();
        let all = files(ledger, &["ls-tree", "-r", "-z", "--full-tree", commit])?;
        for file in all.iter().filter(|file| file.path.rsplit('/').next() == Some("FORMAT")) {
            let bytes = contents(ledger, name, &[file]).unwrap_or_default().concat();
            if matches!(layout::read_format(&bytes), Format::Known(_) | Format::Other(_)) {
                let there = file.path.trim_end_matches("FORMAT").to_owned();
                let there = if there.is_empty() { "its root".to_owned() } else { there };
                return Ok(ElsewhereError::Moved { name: name.to_owned(), folder, there });
            }
        }
        Ok(ElsewhereError::NoLedger { name: name.to_owned(), folder })
    };
    told().unwrap_or_else(|error| error)
}

/// Reads the bytes of files, in their order, through one `git cat-file --batch`.
fn contents(folder: &Path, name: &str, files: &[&File]) -> Result<Vec<Vec<u8>>, ElsewhereError> {
    let run = command(folder)
        .args(["cat-file", "--batch", "--buffer"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = run.map_err(|error| GitError::Absent { path: folder.to_owned(), error })?;
    let mut asked = child.stdin.take().expect("because it was given a pipe");
    let told = child.stdout.take().expect("because it was given a pipe");
    let mut complaint = child.stderr.take().expect("because it was given a pipe");
    let (read, complaint) = thread::scope(|scope| {
        // Where git goes away early, its last words tell why; writing on to it is no error of its own.
        scope.spawn(move || {
            let _ = files.iter().try_for_each(|file| writeln!(asked, "{}", file.object));
        });
        let complaint = scope.spawn(move || {
            let mut text = Vec::new();
            let _ = complaint.read_to_end(&mut text);
            text
        });
        let read = answers(told, name, files);
        (read, complaint.join().unwrap_or_default())
    });
    let _ = child.wait();
    read.map_err(|error| match error {
        ElsewhereError::Lost { name, place, said: git } => {
            let git = if complaint.is_empty() { git } else { said(&complaint) };
            ElsewhereError::Lost { name, place, said: git }
        }
        other => other,
    })
}

/// Reads what `git cat-file --batch` tells: for each object a line `<id> <kind> <bytes>`, its bytes, and a line end.
fn answers(told: impl Read, name: &str, files: &[&File]) -> Result<Vec<Vec<u8>>, ElsewhereError> {
    let mut told = BufReader::new(told);
    let mut read = Vec::with_capacity(files.len());
    for file in files {
        let lost = |said: &str| ElsewhereError::Lost {
            name: name.to_owned(),
            place: printable(&file.path).into_owned(),
            said: printable(said.trim_end()).into_owned(),
        };
        let mut line = String::new();
        told.by_ref().take(4096).read_line(&mut line).map_err(|error| lost(&error.to_string()))?;
        let size = line.trim_end().split_once(" blob ").and_then(|(_, size)| size.parse::<u64>().ok());
        let size = size.ok_or_else(|| lost(&line))?;
        if size > MAX_ENTRY as u64 {
            let error = EntryError::TooLarge { bytes: size };
            let error = LedgerError::Entry { place: printable(&file.path).into_owned(), error };
            return Err(unsound(name, error));
        }
        let mut bytes = Vec::new();
        told.by_ref().take(size + 1).read_to_end(&mut bytes).map_err(|error| lost(&error.to_string()))?;
        if bytes.pop() != Some(b'\n') || bytes.len() as u64 != size {
            return Err(lost("it ended in the middle"));
        }
        read.push(bytes);
    }
    Ok(read)
}

#[cfg(test)]
#[path = "elsewhere_tests.rs"]
mod tests;
