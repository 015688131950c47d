use std::{os::unix::fs::PermissionsExt as _, thread};

use sandbox::{Assets, Guest, Limits, Params, wat_to_wasm};

use super::*;

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Everything in the folder but the key, by name.
fn modules(place: &Path) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(place).unwrap().map(|file| file.unwrap().path());
    let named = |path: PathBuf| (path.file_name().unwrap().to_str().unwrap().to_owned(), path);
    let mut all: Vec<_> = files.map(named).filter(|(name, _)| name != KEY).collect();
    all.sort();
    all.into_iter().map(|(name, path)| (name, fs::read(path).unwrap())).collect()
}

fn large_guest() -> Vec<u8> {
    let text = "x".repeat(20_000);
    let wat = format!(
        r#"(module (memory (export "memory") 4) (data (i32.const 65536) "{text}")
        (func (export "strat_abi") (result i32) (i32.const 1))
        (func (export "strat_alloc") (param i32) (result i32) (i32.const 1024))
        (func (export "strat_run") (param i32 i32) (result i64) (i64.const 0)))"#
    );
    wat_to_wasm(&wat).unwrap()
}

fn load(place: &Path) {
    let engine = Engine::new().unwrap().keeping(Arc::new(Folder::at(place.to_owned())));
    Guest::load(&engine, &large_guest(), Params::new(), Assets::default(), Limits::default()).unwrap();
}

#[test]
fn the_place_is_told_by_the_environment() {
    let told = |cache: Option<&str>, home: Option<&str>| {
        place(cache.map(OsString::from), home.map(OsString::from)).map(|path| path.display().to_string())
    };
    assert_eq!(told(Some("/c"), Some("/h")).as_deref(), Some("/c/stratigraph"));
    assert_eq!(told(None, Some("/h")).as_deref(), Some("/h/.cache/stratigraph"));
    assert_eq!(told(Some("c"), Some("/h")).as_deref(), Some("/h/.cache/stratigraph"));
    for nowhere in [told(None, None), told(Some(""), Some("")), told(None, Some("h"))] {
        assert_eq!(nowhere, None);
    }
}

#[test]
fn a_tampered_file_is_not_loaded() {
    let folder = temporary();
    let place = folder.path().join("cache/stratigraph");
    load(&place);
    let kept = modules(&place);
    assert_eq!(kept.len(), 1);
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!([mode(&place), mode(&place.join(KEY)), mode(&place.join(&kept[0].0))], [0o700, 0o600, 0o600]);
    let written = || fs::metadata(place.join(&kept[0].0)).unwrap().ino();
    let first = written();
    load(&place);
    assert_eq!(written(), first, "what lies there is used");
    let mut bad = kept[0].1.clone();
    *bad.last_mut().unwrap() ^= 1;
    fs::write(place.join(&kept[0].0), bad).unwrap();
    load(&place);
    assert_eq!(modules(&place), kept, "compiled and written again");
    // A file that others may read could be one that others wrote.
    set_mode(&place.join(&kept[0].0), 0o644);
    let second = written();
    load(&place);
    assert_ne!(written(), second);
}

#[test]
fn a_place_that_is_not_this_users_alone_is_not_used() {
    for mode in [0o755, 0o750, 0o707] {
        let folder = temporary();
        let place = folder.path().join("stratigraph");
        fs::create_dir(&place).unwrap();
        set_mode(&place, mode);
        load(&place);
        assert_eq!(fs::read_dir(&place).unwrap().count(), 0, "{mode:o}");
    }
    let folder = temporary();
    let place = folder.path().join("stratigraph");
    let owner = Folder::at(place.clone()).opened().unwrap().owner;
    assert!(Folder::at(place.clone()).open_for(owner).is_some());
    assert!(Folder::at(place.clone()).open_for(owner + 1).is_none(), "somebody else's folder");
    assert!(read_private(&place.join(KEY), owner + 1).is_err(), "somebody else's file");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&place, &link).unwrap();
    assert!(Folder::at(link).opened().is_none(), "a link");
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(Folder::at(file).opened().is_none(), "no folder");
    set_mode(&place.join(KEY), 0o640);
    assert!(Folder::at(place.clone()).opened().is_none(), "a key that others may read");
    set_mode(&place.join(KEY), 0o600);
    fs::write(place.join(KEY), "short").unwrap();
    load(&place);
    assert_eq!(modules(&place), [], "no key");
}

#[test]
fn nothing_is_kept_in_a_workspace() {
    let folder = temporary();
    fs::create_dir(folder.path().join("ledger")).unwrap();
    fs::write(folder.path().join("ledger/FORMAT"), "1\n").unwrap();
    load(&folder.path().join(".cache/stratigraph"));
    assert!(!folder.path().join(".cache").exists());
}

#[test]
fn runs_at_once_share_one_key_and_whole_files() {
    let folder = temporary();
    let place = folder.path().join("cache/stratigraph");
    let names = ["one", "two"];
    let bytes = |n: u8| vec![n; 100_000];
    let keys: Vec<_> = thread::scope(|scope| {
        let run = |n: u8| {
            let place = place.clone();
            scope.spawn(move || {
                // As another process has it: nothing is shared but the disk.
                let shelf = Folder::at(place);
                let key = shelf.key().unwrap();
                for name in names.into_iter().cycle().take(20) {
                    shelf.put(name, &[&bytes(n)[..50_000], &bytes(n)[50_000..]]);
                    let got = shelf.get(name).unwrap();
                    assert!((0..16).any(|other| got == bytes(other)), "torn");
                }
                key
            })
        };
        let threads: Vec<_> = (0..16).map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0] && *key != [0; 32]));
    assert_eq!(modules(&place).len(), names.len(), "nothing temporary is left");
}

#[test]
fn only_the_last_ones_are_kept() {
    let folder = temporary();
    let place = folder.path().join("stratigraph");
    let shelf = Folder::at(place.clone());
    for n in 0..KEPT + 5 {
        shelf.put(&format!("{n:03}"), &[b"x"]);
        let old = fs::File::open(place.join(format!("{n:03}"))).unwrap();
        old.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(n as u64)).unwrap();
    }
    let left: Vec<_> = modules(&place).into_iter().map(|(name, _)| name).collect();
    // Each was the newest when it came.
    assert_eq!((left.len(), left[0].as_str()), (KEPT, "005"));
    // What was used since stays before what wasn't.
    assert!(shelf.get("005").is_some());
    shelf.put("new", &[b"x"]);
    let left: Vec<_> = modules(&place).into_iter().map(|(name, _)| name).collect();
    assert!(left.contains(&"005".to_owned()) && !left.contains(&"006".to_owned()));
    assert!(shelf.key().is_some());
}
