use std::fs;

use model::{Digest, Resolution, StepRef};

use super::*;
use crate::{
    fixture,
    layout::{blob_place, entry_place},
    store::Ledger,
};

/// A sound ledger of three entries and a blob.
struct Sound {
    _keep: tempfile::TempDir,
    ledger: Ledger,
    ids: Vec<EntryId>,
    blob: Digest,
}

impl Sound {
    fn new() -> Sound {
        let (keep, ledger) = fixture::ledger();
        let blob = ledger.put_blob(b"\0asm module").unwrap();
        let data = format!(
            "Backfill(script: \"reset\", module: (blake3: \"{}\", sha256: \"{}\", bytes: {}, abi: 1), table: \"a\", \
             write: [\"n\"])",
            blob.blake3, blob.sha256, blob.bytes
        );
        let first = fixture::append(&ledger, fixture::table(&[], "a"));
        let second = fixture::append(&ledger, fixture::entry(&[first], ADD));
        let third = fixture::append(&ledger, fixture::entry(&[second], &data));
        Sound { _keep: keep, ledger, ids: vec![first, second, third], blob: blob.blake3 }
    }

    fn path(&self, place: &str) -> PathBuf {
        self.ledger.folder().join(place)
    }

    fn report(&self) -> Report {
        verify(self.ledger.folder()).unwrap()
    }

    /// The first finding, which has to be about `place`.
    fn first(&self, place: &str) -> (Code, String) {
        let report = self.report();
        let first = report.findings.first().expect("something is wrong").clone();
        assert_eq!(first.file, place, "{:?}", report.findings);
        assert_eq!(report.verdict(), Verdict::Broken);
        (first.code, first.message)
    }

    /// Rewrites a file by a function.
    fn edit(&self, place: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
        let bytes = fs::read(self.path(place)).unwrap();
        fs::write(self.path(place), change(bytes)).unwrap();
    }

    /// Puts an entry's text under its right name, whatever it says.
    fn plant(&self, text: &str) -> String {
        let place = entry_place(&Digest::of(text.as_bytes()));
        fs::create_dir_all(self.path(&place).parent().unwrap()).unwrap();
        fs::write(self.path(&place), text).unwrap();
        place
    }
}

const ADD: &str = "AddColumn(table: \"a\", column: (name: \"n\", type: Integer))";

#[test]
fn a_sound_ledger_verifies() {
    let sound = Sound::new();
    let report = sound.report();
    assert_eq!(report.findings, []);
    assert_eq!((report.entries, report.blobs, report.verdict()), (3, 1, Verdict::Sound));
    assert_eq!(report.heads, [sound.ids[2]]);
    assert_eq!(report.notices, Vec::<String>::new());
}

#[test]
fn an_entry_edited_by_one_byte() {
    let sound = Sound::new();
    let place = entry_place(&sound.ids[1]);
    sound.edit(&place, |mut bytes| {
        bytes[200] ^= 1;
        bytes
    });
    let (code, message) = sound.first(&place);
    assert_eq!(code, Code::Corrupt);
    assert!(message.starts_with("was changed: its bytes hash to "));
}

#[test]
fn a_truncated_entry() {
    let sound = Sound::new();
    let place = entry_place(&sound.ids[0]);
    sound.edit(&place, |bytes| bytes[..bytes.len() / 2].to_vec());
    assert_eq!(sound.first(&place).0, Code::Corrupt);
}

#[test]
fn an_entry_with_crlf_is_told_from_tampering() {
    let sound = Sound::new();
    let place = entry_place(&sound.ids[0]);
    sound.edit(&place, |bytes| String::from_utf8(bytes).unwrap().replace('\n', "\r\n").into_bytes());
    let (code, message) = sound.first(&place);
    assert_eq!((code, code.number()), (Code::LineEnds, 14));
    assert!(message.contains("not a person"));
}

#[test]
fn a_renamed_entry() {
    let sound = Sound::new();
    let wrong = entry_place(&Digest::of(b"another name"));
    fs::create_dir_all(sound.path(&wrong).parent().unwrap()).unwrap();
    fs::rename(sound.path(&entry_place(&sound.ids[2])), sound.path(&wrong)).unwrap();
    assert_eq!(sound.first(&wrong).0, Code::Corrupt);
}

#[test]
fn an_entry_grafted_from_another_ledger() {
    let sound = Sound::new();
    let mut entry = fixture::table(&[], "b");
    entry.ledger = "00000000-5f6e-4c5e-9a51-0c1d2e3f4a5b".to_owned();
    let place = sound.plant(&crate::print_entry(&entry).unwrap());
    let (code, message) = sound.first(&place);
    assert_eq!(code, Code::Format);
    assert_eq!(message, "belongs to another ledger: 00000000-5f6e-4c5e-9a51-0c1d2e3f4a5b");
}

#[test]
fn a_missing_parent() {
    let sound = Sound::new();
    fs::remove_file(sound.path(&entry_place(&sound.ids[0]))).unwrap();
    let (code, message) = sound.first(&entry_place(&sound.ids[1]));
    assert_eq!(
        (code, message),
        (
            Code::Missing,
            format!(
                "parent {} is missing (a sparse checkout, git cherry-pick or git revert leaves entries out)",
                sound.ids[0]
            )
        )
    );
}

#[test]
fn a_missing_blob() {
    let sound = Sound::new();
    fs::remove_file(sound.path(&blob_place(&sound.blob))).unwrap();
    let (code, message) = sound.first(&blob_place(&sound.blob));
    assert_eq!(
        (code, message),
        (Code::Missing, format!("is missing; {} names it", entry_place(&sound.ids[2])))
    );
}

#[test]
fn a_garbled_blob_and_a_pointer_to_one() {
    let sound = Sound::new();
    let place = blob_place(&sound.blob);
    sound.edit(&place, |_| b"\0asm m0dule".to_vec());
    assert_eq!(sound.first(&place).0, Code::Corrupt);
    sound.edit(&place, |_| b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 11\n".to_vec());
    assert!(sound.first(&place).1.starts_with("is a git-LFS pointer"));
    sound.edit(&place, |bytes| vec![0; bytes.len()]);
    assert!(sound.first(&place).1.starts_with("is nothing but zero bytes"));
}

#[test]
fn a_blob_that_is_not_what_its_entry_measured() {
    let sound = Sound::new();
    let blob = sound.ledger.put_blob(b"asset").unwrap();
    let step = |sha256: &str, bytes: u64| {
        format!(
            "Backfill(script: \"x\", module: (blake3: \"{}\", sha256: \"{sha256}\", bytes: {bytes}, abi: 1), table: \"a\", \
             write: [\"n\"])",
            blob.blake3
        )
    };
    fixture::append(&sound.ledger, fixture::entry(&[sound.ids[2]], &step(&blob.sha256, 6)));
    assert!(sound.first(&blob_place(&blob.blake3)).1.ends_with("it has 5 bytes, 6 are wanted"));
    let sound = Sound::new();
    sound.ledger.put_blob(b"asset").unwrap();
    fixture::append(&sound.ledger, fixture::entry(&[sound.ids[2]], &step(&"0".repeat(64), 5)));
    assert!(sound.first(&blob_place(&blob.blake3)).1.contains("its SHA-256 is "));
}

#[test]
fn an_unnamed_blob_is_worth_a_notice() {
    let sound = Sound::new();
    let blob = sound.ledger.put_blob(b"nobody's").unwrap();
    let report = sound.report();
    assert_eq!(report.verdict(), Verdict::Sound);
    assert_eq!(report.notices, [format!("{}: no entry names it", blob_place(&blob.blake3))]);
}

#[test]
fn stray_files_and_folders() {
    for place in [
        "notes.txt",
        "entries/notes.txt",
        "entries/zz/x",
        "blobs/x",
        "signatures/x",
        "entries/3f/3f9c.ron.orig",
    ] {
        let sound = Sound::new();
        fs::create_dir_all(sound.path(place).parent().unwrap()).unwrap();
        fs::write(sound.path(place), "x").unwrap();
        let report = sound.report();
        assert_eq!(report.findings.len(), 1, "{place}");
        assert!(
            place.starts_with(&report.findings[0].file) && report.findings[0].code == Code::Unexpected,
            "{place}"
        );
    }
}

#[test]
fn names_are_escaped() {
    let sound = Sound::new();
    fs::write(sound.path("evil\u{1b}[2J\n"), "x").unwrap();
    assert_eq!(sound.first("evil\\u{1b}[2J\\n").0, Code::Unexpected);
}

#[cfg(unix)]
#[test]
fn links_pipes_and_run_bits() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let sound = Sound::new();
    let place = entry_place(&sound.ids[0]);
    fs::rename(sound.path(&place), sound.path("../kept.ron")).unwrap();
    symlink(sound.path("../kept.ron"), sound.path(&place)).unwrap();
    assert_eq!(sound.first(&place), (Code::Unexpected, "is a link, and nothing here is followed".to_owned()));

    let sound = Sound::new();
    fs::rename(sound.path("entries"), sound.path("../kept")).unwrap();
    symlink("../kept", sound.path("entries")).unwrap();
    assert_eq!(sound.report().findings[0].file, "entries");

    let sound = Sound::new();
    let place = blob_place(&sound.blob);
    fs::set_permissions(sound.path(&place), fs::Permissions::from_mode(0o755)).unwrap();
    let (code, message) = sound.first(&place);
    assert!(code == Code::Unexpected && message.starts_with("has run bits"));

    let sound = Sound::new();
    let pipe = sound.path(&entry_place(&Digest::of(b"pipe")));
    fs::create_dir_all(pipe.parent().unwrap()).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(sound.first(&entry_place(&Digest::of(b"pipe"))).1, "is not a regular file");
}

#[test]
fn empty_files() {
    for place in [".gitattributes".to_owned(), entry_place(&Digest::of(b"")), blob_place(&Digest::of(b""))] {
        let sound = Sound::new();
        fs::create_dir_all(sound.path(&place).parent().unwrap()).unwrap();
        fs::write(sound.path(&place), "").unwrap();
        assert_eq!(sound.first(&place), (Code::Corrupt, "is empty".to_owned()));
    }
}

#[test]
fn git_attributes_by_the_byte() {
    let sound = Sound::new();
    sound.edit(".gitattributes", |mut bytes| {
        bytes.extend(b"*.ron text\n");
        bytes
    });
    assert_eq!(sound.first(".gitattributes").0, Code::Unexpected);
    fs::remove_file(sound.path(".gitattributes")).unwrap();
    let report = sound.report();
    assert!(report.verdict() == Verdict::Sound && report.notices[0].starts_with(".gitattributes is missing"));
}

#[test]
fn format_comes_first() {
    let sound = Sound::new();
    fs::write(sound.path("AAA"), "x").unwrap();
    sound.edit("FORMAT", |_| b"something\n".to_vec());
    assert_eq!(sound.first("FORMAT").0, Code::Format);
    sound.edit("FORMAT", |_| b"stratigraph ledger 2 x\n".to_vec());
    let newer = verify(sound.ledger.folder()).unwrap_err();
    assert!(
        matches!(newer, VerifyError::NewerFormat { format: 2, .. })
            && newer.to_string().contains("ledger/FORMAT")
    );
    fs::remove_file(sound.path("FORMAT")).unwrap();
    assert!(matches!(verify(sound.ledger.folder()), Err(VerifyError::Absent { .. })));
}

#[test]
fn what_an_interrupted_write_left_is_a_notice() {
    let sound = Sound::new();
    fs::write(sound.path("entries/.tmp-77-0"), "").unwrap();
    let folder = entry_place(&sound.ids[0])[..10].to_owned();
    fs::write(sound.path(&format!("{folder}/.tmp-77-1")), "half").unwrap();
    let report = sound.report();
    assert_eq!((report.verdict(), report.notices.len(), report.entries), (Verdict::Sound, 2, 3));
}

#[test]
fn a_later_release_is_not_tampering() {
    let sound = Sound::new();
    let text = crate::print_entry(&fixture::table(&sound.ids[2..], "b")).unwrap();
    sound.plant(&text.replace("    steps", "    mood: \"good\",\n    steps"));
    let report = sound.report();
    assert_eq!((report.verdict(), report.findings[0].code), (Verdict::Newer, Code::Newer));
}

#[test]
fn another_spelling_under_its_right_name() {
    let sound = Sound::new();
    let text = crate::print_entry(&fixture::table(&sound.ids[2..], "b")).unwrap();
    let place = sound.plant(&text.replace("branch: \"main\"", "branch:  \"main\""));
    let (code, message) = sound.first(&place);
    assert!(code == Code::Format && message.starts_with("is not in canonical form at line"), "{message}");
}

#[test]
fn findings_are_bounded() {
    let sound = Sound::new();
    for n in 0..MAX_FINDINGS + 5 {
        fs::write(sound.path(&format!("stray-{n:05}")), "x").unwrap();
    }
    let report = sound.report();
    assert_eq!((report.findings.len(), report.more), (MAX_FINDINGS, 5));
    assert_eq!(report, sound.report());
}

#[test]
fn a_schema_digest_that_is_not_the_folds() {
    let sound = Sound::new();
    let wrong = sound.ledger.append(&fixture::table(&sound.ids[2..], "b")).unwrap();
    fixture::append(&sound.ledger, fixture::table(&[wrong], "c"));
    let report = sound.report();
    assert_eq!(report.findings.len(), 1);
    let (code, message) = sound.first(&entry_place(&wrong));
    assert_eq!((code, code.number()), (Code::Fold, 15));
    assert!(message.starts_with(&format!("states the schema digest {}, but its fold has ", Digest::ZERO)));
}

#[test]
fn steps_that_cannot_be_folded() {
    let sound = Sound::new();
    let twice = sound.ledger.append(&fixture::table(&sound.ids[2..], "a")).unwrap();
    sound.ledger.append(&fixture::table(&[twice], "c")).unwrap();
    let other =
        sound.ledger.append(&fixture::entry(&sound.ids[1..2], "DropTable(table: \"nobody\")")).unwrap();
    let report = sound.report();
    let mut wanted = vec![entry_place(&twice), entry_place(&other)];
    wanted.sort();
    let found: Vec<String> = report.findings.iter().map(|finding| finding.file.clone()).collect();
    assert_eq!(found, wanted, "{:?}", report.findings);
    assert!(report.findings.iter().all(|finding| finding.message.starts_with("can't be folded: ")));
}

#[test]
fn decisions_about_what_is_not_followed() {
    let sound = Sound::new();
    let other = fixture::append(&sound.ledger, fixture::table(&sound.ids[..1], "b"));
    let aside = fixture::append(&sound.ledger, fixture::table(&sound.ids[..1], "c"));
    let merge = |over: StepRef| {
        let mut entry = fixture::table(&[sound.ids[2], other], "d");
        entry.resolutions = vec![Resolution::keep(StepRef { entry: sound.ids[1], step: 0 }, [over])];
        sound.ledger.append(&entry).unwrap()
    };
    let stranger = merge(StepRef { entry: aside, step: 0 });
    let absent = merge(StepRef { entry: other, step: 1 });
    let follower = sound.ledger.append(&fixture::table(&[absent], "e")).unwrap();
    let said = |id: EntryId| {
        let of = |finding: &&Finding| finding.file == entry_place(&id) && finding.code == Code::Fold;
        sound.report().findings.iter().find(of).map(|finding| finding.message.clone()).unwrap_or_default()
    };
    assert_eq!(
        said(stranger),
        format!(
            "resolution 1: {aside} is none of the entries that this one follows: a merge decides about those alone"
        )
    );
    assert_eq!(
        said(absent),
        format!(
            "resolution 1: step 1 of {other} isn't there: its steps are 1, from 0, and its resolutions 0, from 1048576"
        )
    );
    assert_eq!(said(follower), "");
    assert_eq!(sound.report().findings.len(), 2);
}
