use std::sync::atomic::AtomicUsize;

use super::*;

/// Fails the n-th operation, before or after it took effect; everything behind it too when the process is to be dead.
struct Nth {
    at: usize,
    after: bool,
    dead: bool,
    seen: AtomicUsize,
    reached: AtomicBool,
}

impl Nth {
    fn new(at: usize, after: bool, dead: bool) -> Arc<Nth> {
        Arc::new(Nth { at, after, dead, seen: AtomicUsize::new(0), reached: AtomicBool::new(false) })
    }

    fn fails(&self, now: usize) -> io::Result<()> {
        if now == self.at || self.dead && self.reached.load(Ordering::SeqCst) {
            self.reached.store(true, Ordering::SeqCst);
            return Err(io::Error::from_raw_os_error(5));
        }
        Ok(())
    }
}

impl Faults for Nth {
    fn before(&self, _: Operation, _: &Path) -> io::Result<()> {
        let now = self.seen.fetch_add(1, Ordering::SeqCst);
        if self.after { self.fails(usize::MAX) } else { self.fails(now) }
    }
    fn after(&self, _: Operation, _: &Path) -> io::Result<()> {
        let now = self.seen.load(Ordering::SeqCst) - 1;
        if self.after { self.fails(now) } else { Ok(()) }
    }
}

fn visible(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn whatever_fails_a_file_is_whole_or_absent_and_the_next_try_succeeds() {
    for (after, dead) in [(false, false), (false, true), (true, false), (true, true)] {
        for at in 0.. {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a/b/file");
            let faults = Nth::new(at, after, dead);
            let disk = Disk::with_faults(faults.clone());
            let done = disk.put(&path, b"the bytes");
            let case = format!("operation {at}, after: {after}, dead: {dead}");
            if path.exists() {
                assert_eq!(fs::read(&path).unwrap(), b"the bytes", "{case}");
            }
            if done.is_ok() {
                assert!(path.exists(), "{case}");
            }
            // The next process.
            Disk::default().put(&path, b"the bytes").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"the bytes", "{case}");
            if !faults.reached.load(Ordering::SeqCst) {
                assert!(at > 8, "so few operations can't be all: {at}");
                break;
            }
        }
    }
}

#[test]
fn a_failed_fsync_is_final() {
    struct Sync;
    impl Faults for Sync {
        fn before(&self, operation: Operation, path: &Path) -> io::Result<()> {
            match operation == Operation::SyncFile && path.to_string_lossy().contains(TEMPORARY) {
                true => Err(io::Error::from_raw_os_error(5)),
                false => Ok(()),
            }
        }
        fn after(&self, _: Operation, _: &Path) -> io::Result<()> {
            Ok(())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::with_faults(Arc::new(Sync));
    let first = disk.put(&folder.path().join("a"), b"a");
    assert!(matches!(first, Err(DurableError::Sync { .. })));
    let second = disk.remove(&folder.path().join("a"));
    assert!(matches!(second, Err(DurableError::Sync { .. })));
    assert!(visible(folder.path()).is_empty());
}

#[test]
fn a_full_disk_leaves_nothing_under_the_name() {
    struct Full(usize);
    impl Faults for Full {
        fn before(&self, _: Operation, _: &Path) -> io::Result<()> {
            Ok(())
        }
        fn after(&self, _: Operation, _: &Path) -> io::Result<()> {
            Ok(())
        }
        fn room(&self, _: usize) -> usize {
            self.0
        }
    }
    for room in 0..9 {
        let folder = tempfile::tempdir().unwrap();
        let done = Disk::with_faults(Arc::new(Full(room))).put(&folder.path().join("a"), b"nine byte");
        assert!(
            matches!(done, Err(DurableError::Io { error, .. }) if error.kind() == ErrorKind::StorageFull)
        );
        assert!(visible(folder.path()).is_empty(), "{room}");
    }
}

#[test]
fn the_same_bytes_are_success_and_others_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (disk, path) = (Disk::default(), folder.path().join("a"));
    assert_eq!(disk.put(&path, b"one").unwrap(), Written::New);
    assert_eq!(disk.put(&path, b"one").unwrap(), Written::Already);
    for other in [b"two".as_slice(), b"longer"] {
        assert!(matches!(disk.put(&path, other), Err(DurableError::Taken { .. })));
    }
    assert_eq!(fs::read(&path).unwrap(), b"one");
    assert_eq!(visible(folder.path()), ["a"]);
    assert!(matches!(disk.put(folder.path(), b"x"), Err(DurableError::Taken { .. })));
}

#[test]
fn a_link_is_never_written_through() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("target"), "one").unwrap();
    std::os::unix::fs::symlink("target", folder.path().join("a")).unwrap();
    assert!(matches!(Disk::default().put(&folder.path().join("a"), b"one"), Err(DurableError::Taken { .. })));
}

#[test]
fn without_links_the_name_is_created_and_never_replaced() {
    struct NoLinks;
    impl Faults for NoLinks {
        fn before(&self, operation: Operation, _: &Path) -> io::Result<()> {
            if operation == Operation::Link { Err(io::Error::from_raw_os_error(1)) } else { Ok(()) }
        }
        fn after(&self, _: Operation, _: &Path) -> io::Result<()> {
            Ok(())
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::with_faults(Arc::new(NoLinks));
    assert_eq!(disk.put(&folder.path().join("a"), b"one").unwrap(), Written::New);
    assert!(matches!(disk.put(&folder.path().join("a"), b"two"), Err(DurableError::Taken { .. })));
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"one");
    assert_eq!(visible(folder.path()), ["a"]);
}

#[test]
fn writers_at_once_agree() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let disk = Disk::default();
                for n in 0..20 {
                    disk.put(&folder.path().join(format!("{:02x}/{n}", n % 3)), format!("{n}").as_bytes())
                        .unwrap();
                }
            });
        }
    });
    assert_eq!((0..3).map(|n| visible(&folder.path().join(format!("{n:02x}"))).len()).sum::<usize>(), 20);
}
