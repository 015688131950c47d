//! The folder's layout: which names stand where, and what `FORMAT` and `.gitattributes` say.

use std::{
    fs::{self, DirEntry},
    io,
    path::{Path, PathBuf},
};

use model::{Digest, EntryId};

use crate::uuid::Uuid;

/// The format of the folder that this release writes and reads.
pub const LEDGER_FORMAT: u32 = 1;

/// The exact bytes of `.gitattributes`: git must neither change nor merge a byte.
pub const GIT_ATTRIBUTES: &str = "* -text -ident -filter -eol -working-tree-encoding -merge -diff\n";

/// What `FORMAT` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// A ledger of this format, by its UUID.
    Known(Uuid),
    /// A ledger of another format.
    Other(u64),
    /// Nothing that any release wrote.
    Broken,
    /// What this release wrote, with CRLF line ends.
    LineEnds,
}

/// Returns the exact bytes of `FORMAT`.
pub fn format_line(uuid: &Uuid) -> String {
    format!("stratigraph ledger {LEDGER_FORMAT} {uuid}\n")
}

/// Reads `FORMAT`.
pub fn read_format(bytes: &[u8]) -> Format {
    let Ok(text) = std::str::from_utf8(bytes) else { return Format::Broken };
    if text.ends_with("\r\n") && matches!(known(&text.replace("\r\n", "\n")), Format::Known(_)) {
        return Format::LineEnds;
    }
    known(text)
}

fn known(text: &str) -> Format {
    let Some(rest) = text.strip_prefix("stratigraph ledger ").and_then(|rest| rest.strip_suffix('\n')) else {
        return Format::Broken;
    };
    let (number, uuid) = rest.split_once(' ').unwrap_or((rest, ""));
    let plain = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
    match number.parse::<u64>() {
        Ok(number) if plain && number != u64::from(LEDGER_FORMAT) => Format::Other(number),
        Ok(_) if plain => Uuid::parse(uuid).map_or(Format::Broken, Format::Known),
        _ => Format::Broken,
    }
}

/// Where an entry stands within the ledger: `entries/3f/3f9c….ron`.
pub fn entry_place(id: &EntryId) -> String {
    let name = id.to_string();
    format!("entries/{}/{name}.ron", &name[..2])
}

/// Where a blob stands within the ledger: `blobs/8a/8a41…`.
pub fn blob_place(digest: &Digest) -> String {
    let name = digest.to_string();
    format!("blobs/{}/{name}", &name[..2])
}

/// Reads an entry's file name within the folder `xx`.
pub fn entry_name(folder: &str, name: &str) -> Option<EntryId> {
    blob_name(folder, name.strip_suffix(".ron")?)
}

/// Reads a blob's file name within the folder `xx`.
pub fn blob_name(folder: &str, name: &str) -> Option<Digest> {
    name.starts_with(folder).then(|| Digest::parse(name)).flatten()
}

/// Tells whether a name is that of a fan-out folder: two lower-case hex digits.
pub fn is_fan(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// A file found under its right name.
#[derive(Clone, Debug)]
pub struct Found {
    /// The digest that its name claims.
    pub id: Digest,
    /// The file.
    pub path: PathBuf,
}

/// Lists the entries of a ledger, sorted by id. What has no right name, and links, are passed over: `verify` names them.
pub fn list_entries(ledger: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for folder in read_folder(&ledger.join("entries"))? {
        let fan = folder.file_name();
        let Some(fan) = fan.to_str().filter(|name| is_fan(name)) else { continue };
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for file in read_folder(&folder.path())? {
            let name = file.file_name();
            if let Some(id) = name.to_str().and_then(|name| entry_name(fan, name))
                && file.file_type()?.is_file()
            {
                found.push(Found { id, path: file.path() });
            }
        }
    }
    found.sort_by_key(|file| file.id);
    Ok(found)
}

/// Lists a folder; one that isn't there is empty, since git keeps no empty folders.
pub(crate) fn read_folder(path: &Path) -> io::Result<Vec<DirEntry>> {
    match fs::read_dir(path) {
        Ok(entries) => entries.collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "6f0c2a31-5f6e-4c5e-9a51-0c1d2e3f4a5b";

    #[test]
    fn format_is_one_exact_line() {
        let uuid = Uuid::parse(UUID).unwrap();
        assert_eq!(format_line(&uuid), format!("stratigraph ledger 1 {UUID}\n"));
        assert_eq!(read_format(format_line(&uuid).as_bytes()), Format::Known(uuid));
    }

    #[test]
    fn other_formats_are_told_from_damage() {
        let read = |text: &str| read_format(text.as_bytes());
        assert_eq!(read("stratigraph ledger 2 whatever it says\n"), Format::Other(2));
        assert_eq!(read(&format!("stratigraph ledger 1 {UUID}\r\n")), Format::LineEnds);
        for bad in
            ["", "stratigraph ledger 1\n", "stratigraph ledger 01 x\n", "stratigraph ledger -1 x\n", "x"]
        {
            assert_eq!(read(bad), Format::Broken, "{bad:?}");
        }
        assert_eq!(read(&format!("stratigraph ledger 1 {UUID}")), Format::Broken);
    }

    #[test]
    fn places_begin_with_the_first_two_digits() {
        let id = Digest::of(b"abc");
        let place = entry_place(&id);
        let (folder, name) = place.strip_prefix("entries/").unwrap().split_once('/').unwrap();
        assert_eq!(entry_name(folder, name), Some(id));
        assert_eq!(entry_name("00", name), None);
        assert_eq!(blob_name(folder, name), None);
    }
}
