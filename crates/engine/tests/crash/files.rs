//! The ledger's files: every operation on the disk while entries are recorded and one is taken back is failed before and after it, and
//! the process is killed before it and behind it.

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::DirEntryExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use ledger::{
    Disk, Faults, Ledger, LedgerError, NoFaults, Operation, Verdict, blobs_of, durable::TEMPORARY, verify,
};
use model::data_step::Blob;
use stratigraph_engine::author::Sealed;

use super::{
    killed::{assert_killed, die, process},
    told,
    world::{World, histories::parents},
};

/// What the process is to do: the work and the operation at which it ends, the ledger it copies, and the folder it writes.
const ORDER: &str = "STRAT_TEST_KILLED_DISK";
const SOURCE: &str = "STRAT_TEST_KILLED_SOURCE";
const FOLDER: &str = "STRAT_TEST_KILLED_FOLDER";

/// What happens at an operation.
#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    NotDone,
    AnswerLost,
    KilledBefore,
    KilledBehind,
}

const HOW: [How; 4] = [How::NotDone, How::AnswerLost, How::KilledBefore, How::KilledBehind];

/// Counts the operations, and strikes at one of them.
#[derive(Default)]
struct Strike {
    at: Option<(usize, How)>,
    seen: Mutex<Vec<Operation>>,
}

impl Strike {
    fn at(number: usize, how: How) -> Arc<Strike> {
        Arc::new(Strike { at: Some((number, how)), seen: Mutex::default() })
    }

    fn strikes(&self, number: usize, killed: How, failed: How) -> io::Result<()> {
        match self.at {
            Some((at, how)) if at == number && how == killed => die(),
            Some((at, how)) if at == number && how == failed => Err(io::Error::from_raw_os_error(5)),
            _ => Ok(()),
        }
    }
}

impl Faults for Strike {
    fn before(&self, operation: Operation, _: &Path) -> io::Result<()> {
        let number = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(operation);
            seen.len() - 1
        };
        self.strikes(number, How::KilledBefore, How::NotDone)
    }

    fn after(&self, _: Operation, _: &Path) -> io::Result<()> {
        let number = self.seen.lock().unwrap().len() - 1;
        self.strikes(number, How::KilledBehind, How::AnswerLost)
    }
}

/// What is done to the files.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Work {
    /// A ledger is made, and entries are recorded with their modules.
    Record,
    /// The last of them is taken back.
    TakeBack,
}

impl Work {
    /// Does what isn't done of it yet: the entries are those of another ledger.
    fn go_on(self, folder: &Path, source: &Ledger, faults: Arc<dyn Faults>) -> Result<(), LedgerError> {
        let disk = Disk::with_faults(faults);
        let ledger = match folder.join("FORMAT").exists() {
            true => Ledger::open(folder)?.on(disk),
            false => Ledger::init_on(folder, source.uuid(), disk)?,
        };
        let mut entries: Vec<_> = source.entries()?.into_iter().collect();
        entries.sort_by_key(|(_, entry)| entry.parents.len());
        if self == Work::TakeBack {
            let (last, _) = entries.last().unwrap();
            return if ledger.contains(last) { ledger.remove_head(last) } else { Ok(()) };
        }
        for (_, entry) in entries {
            let blob = |blob: Blob| Ok((blob.blake3, source.blob(&blob)?));
            let blobs = blobs_of(&entry).into_iter().map(blob).collect::<Result<_, LedgerError>>()?;
            let told = (Vec::new(), Vec::new(), Vec::new());
            Sealed { entry, blobs, hazards: told.0, notes: told.1, titles: told.2 }.store(&ledger)?;
        }
        Ok(())
    }

    /// The same, undisturbed.
    fn finish(self, folder: &Path, source: &Ledger) {
        self.go_on(folder, source, Arc::new(NoFaults)).unwrap_or_else(|error| panic!("{self:?}: {error}"));
    }
}

/// Every file but the temporary ones, with its bytes and its inode.
fn files(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, u64)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let (path, entry) = (entry.as_ref().unwrap().path(), entry.unwrap());
            if path.is_dir() {
                folders.push(path);
            } else if !entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                let place = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(place, (fs::read(&path).unwrap(), entry.ino()));
            }
        }
    }
    found
}

fn bytes(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    files(folder).into_iter().map(|(place, (bytes, _))| (place, bytes)).collect()
}

/// Has the work met at each of its operations in each way; how many they were.
fn met_everywhere(work: Work, world: &World) -> Vec<Operation> {
    let source = &world.ledger;
    let folder = |name: &str| {
        let folder = world.folder.path().join(format!("{work:?} {name}/ledger"));
        fs::create_dir_all(&folder).unwrap();
        if work == Work::TakeBack {
            Work::Record.finish(&folder, source);
        }
        folder
    };
    let clean = folder("clean");
    let counted = Arc::new(Strike::default());
    work.go_on(&clean, source, counted.clone()).unwrap();
    let operations = counted.seen.lock().unwrap().clone();
    for (number, how) in (0..operations.len()).flat_map(|number| HOW.map(|how| (number, how))) {
        let what = format!("{work:?}, {how:?} at operation {number}, {:?}", operations[number]);
        let folder = folder(&format!("{number} {how:?}"));
        match how {
            How::NotDone | How::AnswerLost => {
                let result = work.go_on(&folder, source, Strike::at(number, how));
                // A temporary file that can't be taken away harms nothing.
                assert!(result.is_err() || operations[number] == Operation::Unlink, "{what}: nobody noticed");
            }
            How::KilledBefore | How::KilledBehind => {
                let mut process = process("files::the_process");
                process.env(ORDER, format!("{work:?} {number} {how:?}"));
                assert_killed(process.env(SOURCE, source.folder()).env(FOLDER, &folder), &what);
            }
        }
        if folder.join("FORMAT").exists() {
            let report = verify(&folder).unwrap();
            assert_eq!(report.verdict(), Verdict::Sound, "{what}: {:?}", report.findings);
        }
        work.finish(&folder, source);
        assert_eq!(bytes(&folder), bytes(&clean), "{what}");
        let before = files(&folder);
        work.finish(&folder, source);
        assert_eq!(files(&folder), before, "{what}: a third time did something");
        fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    }
    operations
}

#[test]
fn every_operation() {
    let world = World::repeatable();
    parents(&world);
    let mut counts: BTreeMap<Operation, usize> = BTreeMap::new();
    for work in [Work::Record, Work::TakeBack] {
        let operations = met_everywhere(work, &world);
        operations.into_iter().for_each(|operation| *counts.entry(operation).or_default() += HOW.len());
    }
    let table: String =
        counts.iter().map(|(operation, count)| format!("\n{count:6} {operation:?}")).collect();
    told(&format!("the ledger's files: {} points", counts.values().sum::<usize>()), &table);
}

#[test]
#[ignore = "it is started by the matrix"]
fn the_process() {
    let order = std::env::var(ORDER).expect("the matrix says what to do");
    let [work, number, how] = order.split(' ').collect::<Vec<_>>().try_into().expect("three words");
    let work =
        [Work::Record, Work::TakeBack].into_iter().find(|one| format!("{one:?}") == work).expect("a work");
    let how = HOW.into_iter().find(|one| format!("{one:?}") == how).expect("a way");
    let folder = |name: &str| PathBuf::from(std::env::var_os(name).expect("a folder"));
    let source = Ledger::open(&folder(SOURCE)).unwrap();
    let strike = Strike::at(number.parse().expect("a number"), how);
    panic!(
        "it was never struck: {:?}",
        work.go_on(&folder(FOLDER), &source, strike).map_err(|e| e.to_string())
    );
}
