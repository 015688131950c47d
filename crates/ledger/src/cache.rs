//! The local cache of summaries, so that a command over thousands of entries doesn't read them all.
//!
//! It lies in `.strat/cache/`, can be deleted at any time, and is never trusted for what is carried out: whoever applies an
//! entry reads and re-hashes its file. A file that is broken, or of another layout, counts as absent. One row is believed
//! while its entry's file has the length and the modification time that the row remembers.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use model::Digest;

use crate::{layout::Stamp, summary::Summary};

/// The first bytes of the file; another layout gets other ones.
const MAGIC: &[u8; 8] = b"STRSUM1\n";

/// The rows of a cache file, ascending by id.
pub(crate) type Rows = Vec<(Stamp, Summary)>;

/// The cache of one ledger.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    pub(crate) fn new(folder: PathBuf) -> Cache {
        Cache { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("summaries")
    }

    /// Reads the rows; none when the file is absent, broken or of another ledger.
    pub(crate) fn read(&self, ledger: &str) -> Rows {
        fs::read(self.file()).ok().and_then(|bytes| decode(&bytes, ledger)).unwrap_or_default()
    }

    /// Replaces the file. A failure or crash leaves the old one or none, either of which only costs time.
    pub(crate) fn write(&self, ledger: &str, rows: &Rows) {
        let temporary = self.folder.join(format!(".tmp-{}", std::process::id()));
        let written = make_folder(&self.folder)
            .and_then(|()| fs::File::create(&temporary)?.write_all(&encode(ledger, rows)))
            .and_then(|()| fs::rename(&temporary, self.file()));
        if written.is_err() {
            // What is local and derived may be missing: the next command reads the entries themselves.
            drop(fs::remove_file(&temporary));
        }
    }
}

/// Makes `.strat/cache`, with an ignore file that keeps git away from `.strat`.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    match folder.parent().filter(|above| above.file_name().is_some_and(|name| name == ".strat")) {
        Some(above) if !above.join(".gitignore").exists() => fs::write(above.join(".gitignore"), "*\n"),
        _ => Ok(()),
    }
}

fn encode(ledger: &str, rows: &Rows) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + rows.len() * 320);
    out.extend_from_slice(MAGIC);
    put_text(&mut out, ledger);
    put_number(&mut out, rows.len() as u64);
    for (stamp, row) in rows {
        out.extend_from_slice(&row.id.0);
        put_number(&mut out, stamp.bytes);
        put_number(&mut out, stamp.modified);
        put_number(&mut out, row.parents.len() as u64);
        row.parents.iter().for_each(|parent| out.extend_from_slice(&parent.0));
        out.extend_from_slice(&row.schema.0);
        put_number(&mut out, u64::from(row.steps));
        for text in [&row.branch, &row.database, &row.message, &row.author, &row.authored_at, &row.draft] {
            put_text(&mut out, text);
        }
    }
    let digest = Digest::of(&out);
    out.extend_from_slice(&digest.0);
    out
}

fn put_number(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn decode(bytes: &[u8], ledger: &str) -> Option<Rows> {
    let (body, digest) = bytes.split_at_checked(bytes.len().checked_sub(32)?)?;
    let mut rest = body.strip_prefix(MAGIC)?;
    if Digest::of(body).0 != digest || take_text(&mut rest)? != ledger {
        return None;
    }
    let count = take_number(&mut rest)?;
    let mut rows = Vec::new();
    for _ in 0..count {
        let id = take_digest(&mut rest)?;
        let stamp = Stamp { bytes: take_number(&mut rest)?, modified: take_number(&mut rest)? };
        let parents =
            (0..take_number(&mut rest)?).map(|_| take_digest(&mut rest)).collect::<Option<Vec<_>>>()?;
        let schema = take_digest(&mut rest)?;
        let steps = u32::try_from(take_number(&mut rest)?).ok()?;
        let mut text = || take_text(&mut rest).map(str::to_owned);
        let (branch, database, message) = (text()?, text()?, text()?);
        let (author, authored_at, draft) = (text()?, text()?, text()?);
        let row =
            Summary { id, parents, branch, database, message, author, authored_at, draft, schema, steps };
        rows.push((stamp, row));
    }
    (rest.is_empty() && rows.is_sorted_by_key(|(_, row)| row.id)).then_some(rows)
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn take_number(rest: &mut &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(take(rest, 8)?.try_into().ok()?))
}

fn take_digest(rest: &mut &[u8]) -> Option<Digest> {
    Some(Digest(take(rest, 32)?.try_into().ok()?))
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let count = usize::try_from(take_number(rest)?).ok()?;
    std::str::from_utf8(take(rest, count)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rows {
        let row = |n: u8| Summary {
            id: Digest([n; 32]),
            parents: vec![Digest([7; 32]); usize::from(n)],
            branch: "main".into(),
            database: "main".into(),
            message: "häi".into(),
            author: "A <a@b.c>".into(),
            authored_at: "2026-11-20T10:18:48Z".into(),
            draft: String::new(),
            schema: Digest([9; 32]),
            steps: 3,
        };
        (1..4).map(|n| (Stamp { bytes: 5, modified: u64::from(n) }, row(n))).collect()
    }

    #[test]
    fn rows_come_back() {
        assert_eq!(decode(&encode("me", &rows()), "me"), Some(rows()));
        assert_eq!(decode(&encode("me", &rows()), "you"), None);
    }

    #[test]
    fn any_damage_counts_as_absent() {
        let good = encode("me", &rows());
        for at in 0..good.len() {
            assert_eq!(decode(&good[..at], "me"), None);
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert_eq!(decode(&bad, "me"), None);
        }
    }

    #[test]
    fn a_folder_that_cant_be_written_is_no_matter() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let cache = Cache::new(folder.path().join("file/cache"));
        cache.write("me", &rows());
        assert!(cache.read("me").is_empty());
        let cache = Cache::new(folder.path().join(".strat/cache"));
        cache.write("me", &rows());
        assert_eq!(cache.read("me"), rows());
        assert_eq!(fs::read_to_string(folder.path().join(".strat/.gitignore")).unwrap(), "*\n");
    }
}
