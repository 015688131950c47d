//! Verifies a ledger folder: everything in it is what it claims to be, and nothing else is in it.
//!
//! Nothing here writes, follows a link, recurses over the history, or trusts a length. Memory grows with the ledger's
//! entries, never with a blob; a finding names the file and what is wrong, escaped for any terminal.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use model::{Digest, Entry, EntryId};
use thiserror::Error;

use crate::{
    layout::{self, Format},
    printable::printable_path,
    uuid::Uuid,
};

mod blobs;
mod chain;
mod files;

/// The most findings that are kept; the others are counted.
pub const MAX_FINDINGS: usize = 1000;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// Bytes that are no entry, or an entry of another ledger.
    Format,
    /// A parent or blob that isn't there.
    Missing,
    /// Bytes that aren't those the name or the entry states.
    Corrupt,
    /// A file that has no business here.
    Unexpected,
    /// Line ends were translated: git's or an editor's doing.
    LineEnds,
    /// The schema digest isn't that of the fold, or the steps can't be folded.
    Fold,
    /// A later release wrote it.
    Newer,
    /// The system refused to read it.
    Unreadable,
}

impl Code {
    /// The number that stands in text and JSON output.
    pub fn number(self) -> u32 {
        match self {
            Code::Format => 10,
            Code::Missing => 11,
            Code::Corrupt => 12,
            Code::Unexpected => 13,
            Code::LineEnds => 14,
            Code::Fold => 15,
            Code::Newer => 16,
            Code::Unreadable => 60,
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file within the ledger, escaped.
    pub file: String,
    /// What it is about.
    pub code: Code,
    /// What is wrong: a fragment that follows the file's name.
    pub message: String,
}

/// What the verdict over a ledger is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that can be checked is right.
    Sound,
    /// It doesn't verify.
    Broken,
    /// Parts were written by a later release; what could be checked is right.
    Newer,
    /// Parts couldn't be read; what could be checked is right.
    Unreadable,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The ledger's UUID, if `FORMAT` tells it.
    pub uuid: Option<Uuid>,
    /// What is wrong, `FORMAT` first and then by file; at most [`MAX_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How many more findings there are.
    pub more: usize,
    /// How many entries were looked at.
    pub entries: usize,
    /// How many blobs were looked at.
    pub blobs: usize,
    /// The entries that no entry follows, ascending.
    pub heads: Vec<EntryId>,
    /// What is worth knowing and not wrong.
    pub notices: Vec<String>,
}

impl Report {
    /// What this can't show, to be printed beside any verdict.
    pub const UNSHOWN: &str = "that nothing was cut off the end: only a remembered checkpoint shows that";

    /// Sums the findings up.
    pub fn verdict(&self) -> Verdict {
        let any = |wanted: Code| self.findings.iter().any(|finding| finding.code == wanted);
        let soft = |finding: &Finding| matches!(finding.code, Code::Newer | Code::Unreadable);
        match () {
            () if !self.findings.iter().all(soft) => Verdict::Broken,
            () if any(Code::Unreadable) => Verdict::Unreadable,
            () if any(Code::Newer) => Verdict::Newer,
            () => Verdict::Sound,
        }
    }
}

/// Why a folder couldn't be verified at all.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// There is no ledger in it.
    #[error("{path} is not a ledger: it has no FORMAT", path = printable_path(.path))]
    Absent {
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
    /// It can't be read.
    #[error("can't read {path}: {error}", path = printable_path(.path))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// What is gathered while verifying.
#[derive(Default)]
struct Gathered {
    findings: Vec<Finding>,
    notices: Vec<String>,
    /// Entries whose own bytes are right.
    entries: BTreeMap<EntryId, Arc<Entry>>,
    /// Every file that has an entry's name, right or wrong.
    named: BTreeMap<EntryId, PathBuf>,
    /// Every file that has a blob's name.
    blobs: BTreeMap<Digest, PathBuf>,
    /// What has an entry's or a blob's name and is no plain file: it has its finding, and isn't missing besides.
    odd: BTreeSet<Digest>,
}

impl Gathered {
    fn finds(&mut self, file: impl Into<String>, code: Code, message: impl Into<String>) {
        self.findings.push(Finding { file: file.into(), code, message: message.into() });
    }
}

/// Verifies a ledger folder.
pub fn verify(ledger: &Path) -> Result<Report, VerifyError> {
    let mut gathered = Gathered::default();
    let uuid = read_uuid(ledger, &mut gathered)?;
    files::walk(ledger, &mut gathered);
    files::read_entries(uuid.as_ref(), &mut gathered);
    let heads = chain::check(&mut gathered);
    blobs::check(&mut gathered);
    let Gathered { mut findings, mut notices, named, blobs, .. } = gathered;
    findings.sort_by(|a, b| (a.file != "FORMAT", a).cmp(&(b.file != "FORMAT", b)));
    let more = findings.len().saturating_sub(MAX_FINDINGS);
    findings.truncate(MAX_FINDINGS);
    notices.truncate(MAX_FINDINGS);
    Ok(Report { uuid, findings, more, entries: named.len(), blobs: blobs.len(), heads, notices })
}

fn read_uuid(ledger: &Path, gathered: &mut Gathered) -> Result<Option<Uuid>, VerifyError> {
    let path = ledger.join("FORMAT");
    let bytes = match crate::durable::read_regular(&path, 4096) {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(VerifyError::Absent { path: ledger.to_owned() });
        }
        // A link or a folder: the walk names it as a stranger.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Ok(None),
        Err(error) => return Err(VerifyError::Io { path, error }),
    };
    match layout::read_format(&bytes) {
        Format::Known(uuid) => return Ok(Some(uuid)),
        Format::Other(format) => return Err(VerifyError::NewerFormat { path: ledger.to_owned(), format }),
        Format::Broken => gathered.finds("FORMAT", Code::Format, "is not `stratigraph ledger 1 <uuid>`"),
        Format::LineEnds => gathered.finds("FORMAT", Code::LineEnds, CRLF),
    }
    Ok(None)
}

/// What is said of a file that only differs in line ends.
const CRLF: &str = "differs only in CRLF line ends: git or an editor changed them, not a person; check out the file again \
                    with ledger/.gitattributes in place";

#[cfg(test)]
mod tests;
