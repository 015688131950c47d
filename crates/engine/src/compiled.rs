//! The folder in which compiled modules are kept: below the user's cache folder, nobody else's to look into, and in no workspace.
//!
//! `key` is a secret made by the first run, and beside it lies a file for each module. Everything in it can be deleted at any time.
//! Where the folder, the key or a file isn't what it should be, it counts as not there; nobody is told, since all that is lost is time.

use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File, Metadata, OpenOptions},
    io::{self, ErrorKind, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use ledger::workspace::Workspace;
use sandbox::{Engine, GuestError, Shelf};

/// So many modules are kept, those that were used last.
const KEPT: usize = 32;

/// Nothing longer is read.
const LONGEST: u64 = 1 << 30;

const KEY: &str = "key";

/// Who hears of modules that take long to compile, by their bytes.
static WAITING: OnceLock<fn(usize)> = OnceLock::new();

/// Has somebody told, once a module, when one takes more than a second to compile; what comes of it is kept.
pub fn tell_of_waiting(tell: fn(usize)) {
    // Whoever was first goes on hearing it.
    let _ = WAITING.set(tell);
}

/// Tells the temporary files of this process apart.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// The engine for guests, which keeps what it compiles where this user has a place for it.
pub fn engine() -> Result<Engine, GuestError> {
    let engine = Engine::new()?;
    Ok(match place(std::env::var_os("XDG_CACHE_HOME"), std::env::var_os("HOME")) {
        Some(place) => engine.keeping(Arc::new(Folder::at(place))),
        None => engine,
    })
}

/// Where it is, by the two variables that tell; a relative path counts as none.
fn place(cache: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    let absolute = |path: Option<OsString>| path.map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute(cache).or_else(|| Some(absolute(home)?.join(".cache")))?;
    Some(folder.join("stratigraph"))
}

/// The folder, looked at when it is needed first.
struct Folder {
    place: PathBuf,
    opened: OnceLock<Option<Opened>>,
}

/// The folder, found to be this user's alone.
struct Opened {
    owner: u32,
    key: [u8; 32],
}

impl Folder {
    fn at(place: PathBuf) -> Folder {
        Folder { place, opened: OnceLock::new() }
    }

    fn opened(&self) -> Option<&Opened> {
        self.opened.get_or_init(|| self.open()).as_ref()
    }

    fn open(&self) -> Option<Opened> {
        let there = self.place.ancestors().find(|folder| folder.exists())?;
        if Workspace::find(there).is_ok() {
            return None;
        }
        DirBuilder::new().recursive(true).mode(0o700).create(&self.place).ok()?;
        // The owner of a file made now is who this process is.
        let (path, _) = self.temporary().ok()?;
        let owner = fs::symlink_metadata(&path).map(|data| data.uid());
        let _ = fs::remove_file(path);
        let owner = owner.ok()?;
        self.open_for(owner)
    }

    fn open_for(&self, owner: u32) -> Option<Opened> {
        let data = fs::symlink_metadata(&self.place).ok()?;
        if !(data.is_dir() && is_private(&data, owner)) {
            return None;
        }
        let key = match self.read_key(owner) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.make_key().ok()?;
                self.read_key(owner)
            }
            key => key,
        };
        Some(Opened { owner, key: key.ok()? })
    }

    fn read_key(&self, owner: u32) -> io::Result<[u8; 32]> {
        let bytes = read_private(&self.place.join(KEY), owner)?;
        <[u8; 32]>::try_from(bytes).map_err(|_| ErrorKind::InvalidData.into())
    }

    /// Gives the folder a key, unless another process was faster: then it is that one's.
    fn make_key(&self) -> io::Result<()> {
        let mut key = [0; 32];
        File::open("/dev/urandom")?.read_exact(&mut key)?;
        let (path, mut file) = self.temporary()?;
        let written = file.write_all(&key).and_then(|()| file.sync_all());
        let linked = written.and_then(|()| fs::hard_link(&path, self.place.join(KEY)));
        let _ = fs::remove_file(path);
        match linked {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
    }

    fn temporary(&self) -> io::Result<(PathBuf, File)> {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = self.place.join(format!(".tmp-{}-{count}", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok((path, file))
    }

    /// A crash here leaves a temporary file, which goes when enough modules came after it.
    fn write(&self, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        let (path, mut file) = self.temporary()?;
        let written = parts.iter().try_for_each(|part| file.write_all(part));
        let named = written.and_then(|()| fs::rename(&path, self.place.join(name)));
        if named.is_err() {
            let _ = fs::remove_file(path);
        }
        named
    }

    /// Deletes what was written or used before the last few.
    fn sweep(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for file in fs::read_dir(&self.place)? {
            let file = file?;
            if file.file_name() != KEY {
                files.push((file.metadata()?.modified()?, file.path()));
            }
        }
        files.sort_unstable();
        let surplus = files.len().saturating_sub(KEPT);
        files[..surplus].iter().try_for_each(|(_, path)| fs::remove_file(path))
    }
}

impl Shelf for Folder {
    fn key(&self) -> Option<[u8; 32]> {
        self.opened().map(|opened| opened.key)
    }

    fn get(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.place.join(name);
        let bytes = read_private(&path, self.opened()?.owner).ok()?;
        // What is in use stays: a runner takes seconds to compile, and most modules take none.
        let _ = File::open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        Some(bytes)
    }

    fn waits(&self, bytes: usize) {
        if let (Some(tell), Some(_)) = (WAITING.get(), self.opened()) {
            tell(bytes);
        }
    }

    fn put(&self, name: &str, parts: &[&[u8]]) {
        if self.opened().is_some() {
            // A full disk, for one: the module was compiled, which is what counts.
            let _ = self.write(name, parts).and_then(|()| self.sweep());
        }
    }
}

fn is_private(data: &Metadata, owner: u32) -> bool {
    data.uid() == owner && data.mode() & 0o077 == 0
}

/// The bytes of a file that is this user's alone.
fn read_private(path: &Path, owner: u32) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let data = file.metadata()?;
    if !(data.is_file() && is_private(&data, owner) && data.len() <= LONGEST) {
        return Err(ErrorKind::PermissionDenied.into());
    }
    let mut bytes = Vec::with_capacity(data.len() as usize);
    file.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
