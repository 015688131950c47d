//! The ledger on disk: append, read, take back. Stored bytes are the truth, and every read re-hashes.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use model::{Digest, Entry, EntryId, data_step::Blob, entry::MAX_ENTRY};
use sha2::{Digest as _, Sha256};

use crate::{
    cache::{Cache, Rows},
    durable::{Disk, read_regular},
    entry::{EntryError, print_entry, read_entry},
    layout::{self, Format, GIT_ATTRIBUTES, blob_place, entry_place, in_two, list_entries, list_stamped},
    store_error::LedgerError,
    summary::Summary,
    uuid::Uuid,
};

/// An entry with its stored bytes.
pub type Whole = (Arc<Entry>, Arc<[u8]>);

/// An open ledger.
pub struct Ledger {
    folder: PathBuf,
    uuid: Uuid,
    disk: Disk,
    cache: Option<Cache>,
}

impl Ledger {
    /// Opens the ledger in a folder; its cache is `.strat/cache` beside it.
    pub fn open(folder: &Path) -> Result<Ledger, LedgerError> {
        let path = folder.join("FORMAT");
        let bytes = match read_regular(&path, 4096) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(LedgerError::Absent { path: folder.to_owned() });
            }
            Err(error) => return Err(LedgerError::Io { path, error }),
        };
        let damaged = |problem| LedgerError::Format { path: path.clone(), problem };
        let uuid = match layout::read_format(&bytes) {
            Format::Known(uuid) => uuid,
            Format::Other(format) => {
                return Err(LedgerError::NewerFormat { path: folder.to_owned(), format });
            }
            Format::Broken => return Err(damaged("it is not `stratigraph ledger 1 <uuid>`")),
            Format::LineEnds => {
                return Err(damaged("its line ends are CRLF, which is git's or an editor's doing"));
            }
        };
        let cache = folder.parent().map(|above| Cache::new(above.join(".strat").join("cache")));
        Ok(Ledger { folder: folder.to_owned(), uuid, disk: Disk::default(), cache })
    }

    /// Makes a new ledger. A crash leaves a folder without `FORMAT`, which isn't a ledger and can be made one again.
    pub fn init(folder: &Path, uuid: &Uuid) -> Result<Ledger, LedgerError> {
        Ledger::init_on(folder, uuid, Disk::default())
    }

    /// Makes a new ledger on a disk of the caller's.
    pub fn init_on(folder: &Path, uuid: &Uuid, disk: Disk) -> Result<Ledger, LedgerError> {
        if fs::symlink_metadata(folder.join("FORMAT")).is_ok() {
            return Err(LedgerError::Exists { path: folder.to_owned() });
        }
        for below in ["entries", "blobs"] {
            disk.folder(&folder.join(below))?;
        }
        disk.put(&folder.join(".gitattributes"), GIT_ATTRIBUTES.as_bytes())?;
        disk.put(&folder.join("FORMAT"), layout::format_line(uuid).as_bytes())?;
        Ok(Ledger { disk, ..Ledger::open(folder)? })
    }

    /// Puts `.gitattributes` back where a ledger, sound or not, hasn't it any more; tells whether that was so.
    pub fn put_attributes(folder: &Path) -> Result<bool, LedgerError> {
        let path = folder.join(".gitattributes");
        let there = |path: &Path| fs::symlink_metadata(path).is_ok();
        if there(&path) || !there(&folder.join("FORMAT")) {
            return Ok(false);
        }
        Disk::default().put(&path, GIT_ATTRIBUTES.as_bytes())?;
        Ok(true)
    }

    /// Uses another disk, such as one that fails.
    pub fn on(self, disk: Disk) -> Ledger {
        Ledger { disk, ..self }
    }

    /// Does without the cache.
    pub fn uncached(self) -> Ledger {
        Ledger { cache: None, ..self }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its UUID.
    pub fn uuid(&self) -> &Uuid {
        &self.uuid
    }

    /// Where an entry's file is.
    pub fn entry_path(&self, id: &EntryId) -> PathBuf {
        self.folder.join(entry_place(id))
    }

    /// Tells whether an entry's file is there, without reading it.
    pub fn contains(&self, id: &EntryId) -> bool {
        fs::symlink_metadata(self.entry_path(id)).is_ok_and(|data| data.is_file())
    }

    /// Prints an entry, checks that it reads back as itself, and stores it. The same entry again is success.
    ///
    /// Its blobs have to be stored before it, and its parents be there: nothing durable points to what isn't.
    pub fn append(&self, entry: &Entry) -> Result<EntryId, LedgerError> {
        let text = print_entry(entry).map_err(LedgerError::Unsound)?;
        let read = read_entry(text.as_bytes()).map_err(LedgerError::Unsound)?;
        if read != *entry {
            let problem = "doesn't read back as itself".to_owned();
            return Err(LedgerError::Unsound(EntryError::Unprintable(problem)));
        }
        if entry.ledger != self.uuid.as_str() {
            return Err(LedgerError::Graft { place: "the entry".to_owned(), found: entry.ledger.clone() });
        }
        if let Some(absent) = entry.parents.iter().find(|parent| !self.contains(parent)) {
            return Err(LedgerError::Missing { place: entry_place(absent) });
        }
        for blob in crate::blobs::blobs_of(entry) {
            let place = blob_place(&blob.blake3);
            if !fs::symlink_metadata(self.folder.join(&place)).is_ok_and(|data| data.is_file()) {
                return Err(LedgerError::Missing { place });
            }
        }
        let id = Digest::of(text.as_bytes());
        let path = self.entry_path(&id);
        self.sweep(&path);
        self.disk.put(&path, text.as_bytes())?;
        Ok(id)
    }

    /// Stores a blob. The same bytes again are success.
    pub fn put_blob(&self, bytes: &[u8]) -> Result<Blob, LedgerError> {
        if bytes.is_empty() {
            return Err(LedgerError::EmptyBlob);
        }
        let blob = measure(bytes);
        self.disk.put(&self.folder.join(blob_place(&blob.blake3)), bytes)?;
        Ok(blob)
    }

    /// Reads a blob and checks it by all its measures.
    pub fn blob(&self, blob: &Blob) -> Result<Vec<u8>, LedgerError> {
        let place = blob_place(&blob.blake3);
        let bytes = self.read(&self.folder.join(&place), &place, blob.bytes)?;
        let changed = |problem: String| LedgerError::Blob { place: place.clone(), problem };
        let bytes = bytes.ok_or_else(|| changed(format!("it is longer than {} bytes", blob.bytes)))?;
        let found = measure(&bytes);
        match found == *blob {
            true => Ok(bytes),
            false => Err(changed(difference(&found, blob))),
        }
    }

    /// Reads one entry.
    pub fn entry(&self, id: &EntryId) -> Result<Entry, LedgerError> {
        self.load(id)
    }

    /// Reads all entries, each re-hashed and checked, on two threads.
    pub fn entries(&self) -> Result<BTreeMap<EntryId, Entry>, LedgerError> {
        let whole = self.entries_whole()?;
        Ok(whole.into_iter().map(|(id, (entry, _))| (id, Arc::unwrap_or_clone(entry))).collect())
    }

    /// The same, with each entry's stored bytes.
    pub fn entries_whole(&self) -> Result<BTreeMap<EntryId, Whole>, LedgerError> {
        let found = list_entries(&self.folder)?;
        let entries = in_two(&found, |id| self.load_listed(id).map(|whole| (*id, whole)))?;
        Ok(entries.into_iter().collect())
    }

    /// Sums up all entries, ascending by id. Those that the cache knows aren't read: nothing may be carried out by this alone.
    pub fn summaries(&self) -> Result<Vec<Summary>, LedgerError> {
        let (found, known) = std::thread::scope(|scope| {
            let read = || self.cache.as_ref().map(|cache| cache.read(self.uuid.as_str()));
            let known = scope.spawn(move || read().unwrap_or_default());
            let found = list_stamped(&self.folder);
            (found, known.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let found = found?;
        let before = known.len();
        let mut known = known.into_iter().peekable();
        let mut rows = Rows::with_capacity(found.len());
        let mut unknown = Vec::new();
        for (id, stamp) in found {
            // Both are in ascending order: rows of entries that are gone are passed over.
            while known.next_if(|(_, row)| row.id < id).is_some() {}
            match known.next_if(|(seen, row)| row.id == id && *seen == stamp) {
                Some(row) => rows.push(row),
                None => unknown.push((id, stamp)),
            }
        }
        let read =
            in_two(&unknown, |(id, stamp)| self.load(id).map(|entry| (*stamp, Summary::of(*id, &entry))))?;
        let changed = !read.is_empty() || rows.len() != before;
        rows.extend(read);
        rows.sort_by_key(|(_, row)| row.id);
        if let Some(cache) = self.cache.as_ref().filter(|_| changed) {
            cache.write(self.uuid.as_str(), &rows);
        }
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    /// Takes an entry back that nothing follows. Whether it is shared is for the caller to know.
    ///
    /// Its blobs stay: another entry may be about to use them, and `verify` says which ones nobody does.
    pub fn remove_head(&self, id: &EntryId) -> Result<(), LedgerError> {
        if !self.contains(id) {
            return Err(LedgerError::Missing { place: entry_place(id) });
        }
        let all = self.summaries()?;
        let followers: Vec<EntryId> =
            all.iter().filter(|row| row.parents.contains(id)).map(|row| row.id).collect();
        match followers.first() {
            Some(first) => {
                Err(LedgerError::Followed { id: *id, follower: *first, followers: followers.len() })
            }
            None => Ok(self.disk.remove(&self.entry_path(id))?),
        }
    }

    /// Takes away what interrupted writes left long ago.
    fn sweep(&self, entry: &Path) {
        for folder in entry.parent().into_iter().chain([self.folder.as_path()]) {
            self.disk.sweep(folder);
        }
    }

    fn load(&self, id: &EntryId) -> Result<Entry, LedgerError> {
        self.load_whole(id).map(|(entry, _)| Arc::unwrap_or_clone(entry))
    }

    /// Loads an entry whose file was just seen to be a regular one: mostly one read brings it whole, which its hash shows.
    fn load_listed(&self, id: &EntryId) -> Result<Whole, LedgerError> {
        let mut room = [0; 4096];
        let read = fs::File::open(self.entry_path(id)).and_then(|mut file| file.read(&mut room));
        match read.ok().and_then(|length| room.get(..length)).filter(|bytes| Digest::of(bytes) == *id) {
            Some(bytes) => Ok((hashed_entry(id, bytes, &self.uuid)?.into(), bytes.into())),
            None => self.load_whole(id),
        }
    }

    fn load_whole(&self, id: &EntryId) -> Result<Whole, LedgerError> {
        let place = entry_place(id);
        let path = self.folder.join(&place);
        let bytes = self.read(&path, &place, MAX_ENTRY as u64)?;
        let bytes = bytes.ok_or_else(|| LedgerError::Entry {
            place: place.clone(),
            error: EntryError::TooLarge { bytes: fs::metadata(&path).map_or(0, |data| data.len()) },
        })?;
        let entry = entry_of(id, &bytes, &self.uuid)?;
        Ok((entry.into(), bytes.into()))
    }

    fn read(&self, path: &Path, place: &str, limit: u64) -> Result<Option<Vec<u8>>, LedgerError> {
        read_regular(path, limit).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => LedgerError::Missing { place: place.to_owned() },
            _ => LedgerError::Io { path: path.to_owned(), error },
        })
    }
}

/// Reads the bytes that stand under an entry's name: they have its hash, are sound, and are of this ledger.
pub(crate) fn entry_of(id: &EntryId, bytes: &[u8], uuid: &Uuid) -> Result<Entry, LedgerError> {
    let found = Digest::of(bytes);
    if found != *id {
        let place = entry_place(id);
        return match only_line_ends(bytes, id) {
            Some(line) => Err(LedgerError::Entry { place, error: EntryError::LineEnds { line } }),
            None => Err(LedgerError::Hash { place, found }),
        };
    }
    hashed_entry(id, bytes, uuid)
}

/// The same, of bytes that are known to have that hash.
fn hashed_entry(id: &EntryId, bytes: &[u8], uuid: &Uuid) -> Result<Entry, LedgerError> {
    let entry = read_entry(bytes).map_err(|error| LedgerError::Entry { place: entry_place(id), error })?;
    match entry.ledger == uuid.as_str() {
        true => Ok(entry),
        false => Err(LedgerError::Graft { place: entry_place(id), found: entry.ledger }),
    }
}

/// Tells whether bytes are what the name says but for CRLF line ends; returns the first such line.
pub(crate) fn only_line_ends(bytes: &[u8], id: &Digest) -> Option<usize> {
    let at = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    let text = String::from_utf8(bytes.to_vec()).ok()?.replace("\r\n", "\n");
    (Digest::of(text.as_bytes()) == *id).then(|| bytes[..at].iter().filter(|b| **b == b'\n').count() + 1)
}

/// Measures bytes as a blob.
pub fn measure(bytes: &[u8]) -> Blob {
    Blob { blake3: Digest::of(bytes), sha256: hex(&Sha256::digest(bytes)), bytes: bytes.len() as u64 }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Says what differs between a blob as found and as wanted.
pub(crate) fn difference(found: &Blob, wanted: &Blob) -> String {
    if found.bytes != wanted.bytes {
        format!("it has {} bytes, {} are wanted", found.bytes, wanted.bytes)
    } else if found.blake3 != wanted.blake3 {
        format!("its bytes hash to {}", found.blake3)
    } else {
        format!("its SHA-256 is {}, {} is wanted", found.sha256, wanted.sha256)
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
