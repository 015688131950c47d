//! The files of a ledger: that each belongs there, and that each entry's bytes are what its name says.

use std::{
    fs::{self, DirEntry, FileType},
    path::Path,
};

use model::{Digest, Entry, EntryId, entry::MAX_ENTRY};

use super::{CRLF, Code, Finding, Gathered};
use crate::{
    durable::{TEMPORARY, read_regular},
    entry::{EntryError, read_entry},
    layout::{self, GIT_ATTRIBUTES, entry_place, in_two},
    printable::{printable, printable_path},
    store::only_line_ends,
    uuid::Uuid,
};

/// Goes through the whole folder, gathers what has a right name, and reports what hasn't.
pub(super) fn walk(ledger: &Path, gathered: &mut Gathered) {
    let mut attributes = false;
    for (name, file, kind) in list(ledger, "", gathered) {
        match name.as_str() {
            "entries" | "blobs" if kind.is_dir() => fan(ledger, &name, gathered),
            "FORMAT" | "README.md" => drop(regular(&file, &name, kind, gathered)),
            ".gitattributes" => {
                attributes = true;
                if regular(&file, &name, kind, gathered) {
                    check_attributes(&file.path(), gathered);
                }
            }
            _ => stranger(&file, &name, kind, gathered),
        }
    }
    if !attributes {
        gathered
            .notices
            .push(".gitattributes is missing: git could translate line ends; strat init puts it back".into());
    }
}

fn check_attributes(path: &Path, gathered: &mut Gathered) {
    let found = read_regular(path, 4096).ok().flatten().unwrap_or_default();
    if found == GIT_ATTRIBUTES.as_bytes() {
        return;
    }
    let translated = String::from_utf8_lossy(&found).replace("\r\n", "\n") == GIT_ATTRIBUTES;
    let (code, message) = match translated {
        true => (Code::LineEnds, CRLF),
        false => (Code::Unexpected, "is not what strat init writes: git could change entries"),
    };
    gathered.finds(".gitattributes", code, message);
}

/// Goes through `entries/` or `blobs/`.
fn fan(ledger: &Path, which: &str, gathered: &mut Gathered) {
    for (xx, file, kind) in list(&ledger.join(which), &format!("{which}/"), gathered) {
        let place = format!("{which}/{xx}");
        if !layout::is_fan(&xx) || !kind.is_dir() {
            stranger(&file, &place, kind, gathered);
            continue;
        }
        for (name, file, kind) in list(&file.path(), &format!("{place}/"), gathered) {
            let place = format!("{place}/{name}");
            let id = if which == "entries" {
                layout::entry_name(&xx, &name)
            } else {
                layout::blob_name(&xx, &name)
            };
            match id {
                None => unnamed(which, &name, &file, &place, kind, gathered),
                Some(id) if regular(&file, &place, kind, gathered) => {
                    let map = if which == "entries" { &mut gathered.named } else { &mut gathered.blobs };
                    map.insert(id, file.path());
                }
                Some(id) => drop(gathered.odd.insert(id)),
            }
        }
    }
}

/// Lists a folder by escaped name; names that aren't UTF-8 are escaped too, and so never right.
fn list(folder: &Path, place: &str, gathered: &mut Gathered) -> Vec<(String, DirEntry, FileType)> {
    let mut found = Vec::new();
    let mut unreadable = |what: &str, error: std::io::Error| {
        gathered.finds(format!("{place}{what}"), Code::Unreadable, format!("can't be read: {error}"));
    };
    match layout::read_folder(folder) {
        Err(error) => unreadable("", error),
        Ok(files) => {
            for file in files {
                let name = match file.file_name().into_string() {
                    Ok(name) => printable(&name).into_owned(),
                    Err(name) => format!("{}?", printable_path(Path::new(&name))),
                };
                match file.file_type() {
                    Ok(kind) => found.push((name, file, kind)),
                    Err(error) => unreadable(&name, error),
                }
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// Checks that a file with a right name is one: regular, without run bits, not empty.
fn regular(file: &DirEntry, place: &str, kind: FileType, gathered: &mut Gathered) -> bool {
    if !kind.is_file() {
        gathered.finds(place, Code::Unexpected, kind_of(kind));
        return false;
    }
    match file.metadata() {
        Err(error) => gathered.finds(place, Code::Unreadable, format!("can't be read: {error}")),
        Ok(data) if data.len() == 0 => gathered.finds(place, Code::Corrupt, "is empty"),
        Ok(data) if runs(&data) => {
            gathered.finds(place, Code::Unexpected, "has run bits, which nothing in a ledger has: chmod a-x");
        }
        Ok(_) => return true,
    }
    false
}

#[cfg(unix)]
fn runs(data: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    data.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn runs(_: &fs::Metadata) -> bool {
    false
}

fn kind_of(kind: FileType) -> &'static str {
    match () {
        () if kind.is_symlink() => "is a link, and nothing here is followed",
        () if kind.is_dir() => "is a folder, not a file",
        () => "is not a regular file",
    }
}

/// What has no right name here: an entry or a blob of another folder, or a stranger.
fn unnamed(which: &str, name: &str, file: &DirEntry, place: &str, kind: FileType, gathered: &mut Gathered) {
    match layout::astray(which, name).filter(|_| kind.is_file()) {
        Some(belongs) => {
            gathered.finds(
                place,
                Code::Unexpected,
                format!("is in the wrong folder: it belongs at {belongs}"),
            );
        }
        None => stranger(file, place, kind, gathered),
    }
}

fn stranger(file: &DirEntry, place: &str, kind: FileType, gathered: &mut Gathered) {
    let temporary = file.file_name().to_string_lossy().starts_with(TEMPORARY);
    if temporary && kind.is_file() {
        gathered.notices.push(format!("{place}: left by an interrupted write; a later record sweeps it"));
        return;
    }
    let message = match () {
        () if kind.is_symlink() => kind_of(kind),
        () if kind.is_dir() => "is a stranger: an unknown folder",
        () if !kind.is_file() => kind_of(kind),
        () => "is a stranger: nothing of that name belongs here",
    };
    gathered.finds(place, Code::Unexpected, message);
}

/// Reads every file that has an entry's name, on two threads.
pub(super) fn read_entries(uuid: Option<&Uuid>, gathered: &mut Gathered) {
    let files: Vec<_> = gathered.named.iter().collect();
    let read = in_two(&files, |(id, path)| Ok::<_, std::convert::Infallible>((**id, read(id, path, uuid))));
    let Ok(read) = read;
    for (id, entry) in read {
        match entry {
            Ok(entry) => drop(gathered.entries.insert(id, std::sync::Arc::new(entry))),
            Err((code, message)) => gathered.findings.push(Finding { file: entry_place(&id), code, message }),
        }
    }
}

fn read(id: &EntryId, path: &Path, uuid: Option<&Uuid>) -> Result<Entry, (Code, String)> {
    let bytes = match read_regular(path, MAX_ENTRY as u64) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err((Code::Format, format!("is larger than {MAX_ENTRY} bytes"))),
        Err(error) => return Err((Code::Unreadable, format!("can't be read: {error}"))),
    };
    let found = Digest::of(&bytes);
    if found != *id {
        return Err(match only_line_ends(&bytes, id) {
            Some(_) => (Code::LineEnds, CRLF.to_owned()),
            None => (Code::Corrupt, changed(&bytes, &found)),
        });
    }
    let entry = read_entry(&bytes).map_err(|error| match error {
        EntryError::Newer { .. } => (Code::Newer, error.to_string()),
        _ => (Code::Format, error.to_string()),
    })?;
    match uuid {
        Some(uuid) if entry.ledger != uuid.as_str() => {
            Err((Code::Format, format!("belongs to another ledger: {}", entry.ledger)))
        }
        _ => Ok(entry),
    }
}

/// Says how bytes differ from what the name states, with the usual causes by name.
pub(super) fn changed(bytes: &[u8], found: &Digest) -> String {
    if bytes.starts_with(b"version https://git-lfs.github.com/spec/") {
        return "is a git-LFS pointer, not the file: git lfs pull, and keep LFS away from ledger/".to_owned();
    }
    if !bytes.is_empty() && bytes.iter().all(|byte| *byte == 0) {
        return "is nothing but zero bytes, as a power cut can leave: restore the file".to_owned();
    }
    format!("was changed: its bytes hash to {found}")
}
