//! The folder's layout: which names stand where, and what `FORMAT` and `.gitattributes` say.

use std::{
    fs::{self, DirEntry, Metadata},
    io,
    path::Path,
    time::UNIX_EPOCH,
};

use model::{Digest, EntryId};

use crate::{store_error::LedgerError, uuid::Uuid};

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

/// Tells whether a file of this name would be an entry or a blob in another fan-out folder of `entries` or `blobs`, and which.
/// Git moves files so: it takes a folder for renamed when all its files went, and takes a new file after them.
pub(crate) fn astray(which: &str, name: &str) -> Option<String> {
    let (hex, place): (_, fn(&Digest) -> String) = match which {
        "entries" => (name.strip_suffix(".ron")?, entry_place),
        _ => (name, blob_place),
    };
    Digest::parse(hex).map(|digest| place(&digest))
}

/// The error of an entry's file in another folder than its own.
pub(crate) fn astray_at(place: &str) -> Option<LedgerError> {
    let (fan, name) = place.strip_prefix("entries/")?.split_once('/')?;
    let belongs = astray("entries", name).filter(|_| is_fan(fan) && !name.starts_with(fan))?;
    Some(LedgerError::Astray { place: place.to_owned(), belongs })
}

/// Reads where an entry stands within the ledger.
pub fn entry_at(place: &str) -> Option<EntryId> {
    let (fan, name) = place.strip_prefix("entries/")?.split_once('/')?;
    is_fan(fan).then(|| entry_name(fan, name)).flatten()
}

/// Reads a blob's file name within the folder `xx`.
pub fn blob_name(folder: &str, name: &str) -> Option<Digest> {
    name.starts_with(folder).then(|| Digest::parse(name)).flatten()
}

/// Tells whether a name is that of a fan-out folder: two lower-case hex digits.
pub fn is_fan(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// What tells whether a file is the one that was looked at before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) bytes: u64,
    /// Nanoseconds since 1970.
    pub(crate) modified: u64,
}

impl Stamp {
    fn of(data: &Metadata) -> Stamp {
        let since = data.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let modified = since.and_then(|since| u64::try_from(since.as_nanos()).ok()).unwrap_or(0);
        Stamp { bytes: data.len(), modified }
    }
}

/// Lists the entries of a ledger, ascending by id. What has no entry's name, and links, are passed over: `verify` names them. An
/// entry in a folder that isn't its own is an error, since a run that passed it over would do without it and say nothing.
pub(crate) fn list_entries(ledger: &Path) -> Result<Vec<EntryId>, LedgerError> {
    Ok(list(ledger, false)?.into_iter().map(|(id, _)| id).collect())
}

/// Lists the entries of a ledger with the stamps of their files, ascending by id.
pub(crate) fn list_stamped(ledger: &Path) -> Result<Vec<(EntryId, Stamp)>, LedgerError> {
    list(ledger, true)
}

fn list(ledger: &Path, stamped: bool) -> Result<Vec<(EntryId, Stamp)>, LedgerError> {
    let path = ledger.join("entries");
    let unlisted = |error| LedgerError::Io { path: path.clone(), error };
    let folders = read_folder(&path).map_err(unlisted)?;
    let listed = in_two(&folders, |folder| list_fan(folder, stamped)).map_err(unlisted)?;
    if let Some(error) = listed.iter().find_map(|(_, astray)| astray_at(astray.as_deref()?)) {
        return Err(error);
    }
    let mut found: Vec<(EntryId, Stamp)> = listed.into_iter().flat_map(|(found, _)| found).collect();
    found.sort_unstable_by_key(|(id, _)| *id);
    Ok(found)
}

/// The entries of a fan-out folder, and the first entry in it that isn't in its own.
type Fan = (Vec<(EntryId, Stamp)>, Option<String>);

fn list_fan(folder: &DirEntry, stamped: bool) -> io::Result<Fan> {
    let mut fan = Fan::default();
    let xx = folder.file_name();
    let Some(xx) = xx.to_str().filter(|name| is_fan(name)) else { return Ok(fan) };
    if !folder.file_type()?.is_dir() {
        return Ok(fan);
    }
    for file in fs::read_dir(folder.path())? {
        let file = file?;
        let name = file.file_name();
        let Some(name) = name.to_str() else { continue };
        match entry_name(xx, name) {
            Some(id) if file.file_type()?.is_file() => {
                fan.0.push((id, if stamped { Stamp::of(&file.metadata()?) } else { Stamp::default() }));
            }
            None if astray("entries", name).is_some() => fan.1 = Some(format!("entries/{xx}/{name}")),
            _ => {}
        }
    }
    Ok(fan)
}

/// Does something for each item, on two threads when it pays; the first error in order wins.
pub(crate) fn in_two<T: Sync, R: Send, E: Send>(
    items: &[T],
    act: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    if items.len() < 64 {
        return items.iter().map(act).collect();
    }
    let (first, second) = items.split_at(items.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| second.iter().map(&act).collect::<Result<Vec<R>, E>>());
        let mut done: Vec<R> = first.iter().map(&act).collect::<Result<_, E>>()?;
        done.extend(other.join().expect("because a panic on the other thread is a panic here")?);
        Ok(done)
    })
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
        assert_eq!(astray("entries", name), Some(place.clone()));
        assert_eq!(astray("entries", "3f9c.ron"), None);
        assert_eq!(astray("blobs", &id.to_string()), Some(blob_place(&id)));
    }
}
