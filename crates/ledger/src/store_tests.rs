use std::{io::Write as _, sync::Arc};

use model::fault::{Class, Fault as _};

use super::*;
use crate::{
    durable::{Faults, Operation},
    fixture,
};

#[test]
fn what_is_appended_is_read() {
    let (_keep, ledger) = fixture::ledger();
    let first = fixture::table(&[], "a");
    let id = ledger.append(&first).unwrap();
    let second = fixture::table(&[id], "b");
    let next = ledger.append(&second).unwrap();
    assert_eq!(ledger.append(&first).unwrap(), id, "the same again is success");
    let again = Ledger::open(ledger.folder()).unwrap();
    assert_eq!(again.entries().unwrap(), [(id, first.clone()), (next, second)].into_iter().collect());
    assert_eq!(again.entry(&id).unwrap(), first);
    assert_eq!(again.uuid().as_str(), fixture::UUID);
    let file = format!("entries/{}/{id}.ron", &id.to_string()[..2]);
    assert_eq!(Digest::of(&fs::read(ledger.folder().join(file)).unwrap()), id);
}

#[test]
fn the_folder_is_laid_out_exactly() {
    let (_keep, ledger) = fixture::ledger();
    let read = |name: &str| fs::read_to_string(ledger.folder().join(name)).unwrap();
    assert_eq!(read("FORMAT"), format!("stratigraph ledger 1 {}\n", fixture::UUID));
    assert_eq!(read(".gitattributes"), "* -text -ident -filter -eol -working-tree-encoding -merge -diff\n");
    let again = Ledger::init(ledger.folder(), ledger.uuid());
    assert!(matches!(again, Err(LedgerError::Exists { .. })));
}

#[test]
fn what_is_no_ledger_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Ledger::open(folder.path()).map(|_| ());
    assert!(matches!(open(), Err(LedgerError::Absent { .. })));
    let write = |text: &str| fs::write(folder.path().join("FORMAT"), text).unwrap();
    write("stratigraph ledger 9 x\n");
    let newer = open().unwrap_err();
    assert!(matches!(newer, LedgerError::NewerFormat { format: 9, .. }) && newer.class() == Class::Input);
    write("something\n");
    assert!(open().unwrap_err().class() == Class::Integrity);
    write(&format!("stratigraph ledger 1 {}\r\n", fixture::UUID));
    assert!(open().unwrap_err().to_string().contains("CRLF"));
}

#[test]
fn an_entry_in_another_folder_is_an_error_and_not_passed_over() {
    let (_keep, ledger) = fixture::ledger();
    let id = ledger.append(&fixture::table(&[], "a")).unwrap();
    let belongs = layout::entry_place(&id);
    let fan = if id.to_string().starts_with("00") { "01" } else { "00" };
    let place = format!("entries/{fan}/{id}.ron");
    fs::create_dir_all(ledger.folder().join("entries").join(fan)).unwrap();
    fs::rename(ledger.folder().join(&belongs), ledger.folder().join(&place)).unwrap();
    let wanted = format!("{place} is in the wrong folder: it belongs at {belongs}");
    let again = Ledger::open(ledger.folder()).unwrap();
    let error = again.entries().unwrap_err();
    assert_eq!((error.to_string(), error.class()), (wanted.clone(), Class::Integrity));
    assert_eq!(again.summaries().unwrap_err().to_string(), wanted);
}

#[test]
fn unsound_entries_are_never_written() {
    let (_keep, ledger) = fixture::ledger();
    let mut grafted = fixture::table(&[], "a");
    grafted.ledger = "00000000-5f6e-4c5e-9a51-0c1d2e3f4a5b".to_owned();
    assert!(matches!(ledger.append(&grafted), Err(LedgerError::Graft { .. })));
    let orphan = fixture::table(&[Digest::of(b"nobody")], "a");
    assert!(matches!(ledger.append(&orphan), Err(LedgerError::Missing { .. })));
    let mut hidden = fixture::table(&[], "a");
    hidden.message = "a\u{202e}b".to_owned();
    assert!(matches!(ledger.append(&hidden), Err(LedgerError::Unsound(EntryError::Control { .. }))));
    assert!(ledger.entries().unwrap().is_empty());
}

#[test]
fn blobs_are_checked_by_all_their_measures() {
    let (_keep, ledger) = fixture::ledger();
    let blob = ledger.put_blob(b"\0asm....").unwrap();
    assert_eq!(ledger.put_blob(b"\0asm....").unwrap(), blob);
    assert_eq!(ledger.blob(&blob).unwrap(), b"\0asm....");
    assert_eq!(blob.sha256.len(), 64);
    let shorter = Blob { bytes: 7, ..blob.clone() };
    assert!(matches!(ledger.blob(&shorter), Err(LedgerError::Blob { .. })));
    let other = Blob { sha256: "0".repeat(64), ..blob.clone() };
    assert!(matches!(ledger.blob(&other), Err(LedgerError::Blob { .. })));
    fs::write(ledger.folder().join(blob_place(&blob.blake3)), b"\0asm...!").unwrap();
    assert!(ledger.blob(&blob).unwrap_err().class() == Class::Integrity);
    fs::remove_file(ledger.folder().join(blob_place(&blob.blake3))).unwrap();
    assert!(matches!(ledger.blob(&blob), Err(LedgerError::Missing { .. })));
    assert!(matches!(ledger.put_blob(b""), Err(LedgerError::EmptyBlob)));
}

#[test]
fn an_entry_waits_for_its_blobs() {
    let (_keep, ledger) = fixture::ledger();
    let blob = measure(b"module");
    let step = format!(
        "Backfill(script: \"s\", module: (blake3: \"{}\", sha256: \"{}\", bytes: {}, abi: 1), table: \"t\", write: [])",
        blob.blake3, blob.sha256, blob.bytes
    );
    let entry = fixture::entry(&[], &step);
    assert!(matches!(ledger.append(&entry), Err(LedgerError::Missing { .. })));
    ledger.put_blob(b"module").unwrap();
    ledger.append(&entry).unwrap();
}

#[test]
fn a_changed_file_is_refused_by_name() {
    let (_keep, ledger) = fixture::ledger();
    let id = ledger.append(&fixture::table(&[], "a")).unwrap();
    let path = ledger.entry_path(&id);
    let good = fs::read(&path).unwrap();
    let mut bad = good.clone();
    bad[40] ^= 1;
    fs::write(&path, &bad).unwrap();
    let error = ledger.entries().unwrap_err();
    assert!(error.class() == Class::Integrity && error.to_string().starts_with(&entry_place(&id)), "{error}");
    fs::write(&path, String::from_utf8(good).unwrap().replace('\n', "\r\n")).unwrap();
    let error = ledger.entry(&id).unwrap_err();
    assert!(
        matches!(&error, LedgerError::Entry { error: EntryError::LineEnds { .. }, .. })
            && error.class() == Class::Integrity
    );
}

#[test]
fn only_what_nothing_follows_is_taken_back() {
    let (_keep, ledger) = fixture::ledger();
    let first = ledger.append(&fixture::table(&[], "a")).unwrap();
    let second = ledger.append(&fixture::table(&[first], "b")).unwrap();
    assert!(matches!(ledger.remove_head(&first), Err(LedgerError::Followed { followers: 1, .. })));
    ledger.remove_head(&second).unwrap();
    ledger.remove_head(&first).unwrap();
    assert!(matches!(ledger.remove_head(&first), Err(LedgerError::Missing { .. })));
    assert!(ledger.summaries().unwrap().is_empty());
}

#[test]
fn summaries_are_the_same_with_and_without_cache() {
    let (keep, ledger) = fixture::ledger();
    let mut last = Vec::new();
    for n in 0..5 {
        last = vec![ledger.append(&fixture::table(&last, &format!("t{n}"))).unwrap()];
    }
    let first = ledger.summaries().unwrap();
    let cache = keep.path().join(".strat/cache/summaries");
    assert!(cache.is_file());
    assert_eq!(ledger.summaries().unwrap(), first);
    assert_eq!(Ledger::open(ledger.folder()).unwrap().uncached().summaries().unwrap(), first);
    fs::write(&cache, "broken").unwrap();
    assert_eq!(ledger.summaries().unwrap(), first);
    ledger.append(&fixture::table(&last, "another")).unwrap();
    assert_eq!(ledger.summaries().unwrap().len(), 6);
}

#[test]
fn a_changed_length_or_time_makes_the_cache_look_again() {
    let (_keep, ledger) = fixture::ledger();
    let id = ledger.append(&fixture::table(&[], "a")).unwrap();
    ledger.summaries().unwrap();
    fs::OpenOptions::new().append(true).open(ledger.entry_path(&id)).unwrap().write_all(b"x").unwrap();
    assert!(ledger.summaries().unwrap_err().class() == Class::Integrity);
}

#[test]
fn strangers_links_and_temporary_files_are_not_entries() {
    let (_keep, ledger) = fixture::ledger();
    let id = ledger.append(&fixture::table(&[], "a")).unwrap();
    let folder = ledger.entry_path(&id).parent().unwrap().to_owned();
    fs::write(folder.join(".tmp-1-0"), "x").unwrap();
    fs::write(folder.join("notes.txt"), "x").unwrap();
    let other = Digest::of(b"x").to_string();
    fs::create_dir_all(ledger.folder().join("entries").join(&other[..2])).unwrap();
    let link = ledger.folder().join(format!("entries/{}/{other}.ron", &other[..2]));
    std::os::unix::fs::symlink(ledger.entry_path(&id), link).unwrap();
    assert_eq!(ledger.entries().unwrap().len(), 1);
}

/// Fails every write of the n-th operation and all behind it, as a full disk does.
struct Full(std::sync::atomic::AtomicUsize);

impl Faults for Full {
    fn before(&self, operation: Operation, _: &Path) -> io::Result<()> {
        let full = self.0.fetch_update(
            std::sync::atomic::Ordering::SeqCst,
            std::sync::atomic::Ordering::SeqCst,
            |n| Some(n.saturating_sub(1)),
        );
        let writes = matches!(operation, Operation::MakeFolder | Operation::Create | Operation::Write);
        if full == Ok(0) && writes { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
    fn after(&self, _: Operation, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_disk_that_fills_while_recording_leaves_nothing_half_written() {
    for left in 0..60 {
        let (_keep, ledger) = fixture::ledger();
        let first = ledger.append(&fixture::table(&[], "a")).unwrap();
        let ledger = ledger.on(Disk::with_faults(Arc::new(Full(left.into()))));
        let done = ledger.put_blob(b"module").and_then(|_| ledger.append(&fixture::table(&[first], "b")));
        let reopened = Ledger::open(ledger.folder()).unwrap();
        let entries = reopened.entries().unwrap();
        let report = crate::verify(ledger.folder()).unwrap();
        let broken: Vec<_> =
            report.findings.iter().filter(|finding| finding.code != crate::Code::Fold).collect();
        assert!(broken.is_empty(), "{left}: {broken:?}");
        match done {
            Ok(_) => assert_eq!(entries.len(), 2),
            Err(error) => {
                assert!(error.class() == Class::Unreachable, "{error}");
                assert_eq!(entries.len(), 1, "{left}");
                reopened.append(&fixture::table(&[first], "b")).unwrap();
            }
        }
    }
}
