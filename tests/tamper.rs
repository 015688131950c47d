//! The repository's own ledger, and a target's journal, tampered with: `strat verify` passes before, and fails by name after each.
//!
//! Where the second verifier covers it too, `verify.rs` holds both to the same answer.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use super::support::{Kind, Output, Project, Target, root, targets};

/// `strat verify` on a broken copy of the ledger at the root: the code, the file, and what is wrong with it.
#[track_caller]
fn named(code: i32, file: &str, words: &str, tamper: impl FnOnce(&Project)) {
    let project = Project::example();
    // A warm cache must hide nothing.
    project.strat(["verify"]).ok();
    project.strat(["log"]).ok();
    tamper(&project);
    for format in ["text", "json"] {
        let said = project.strat(["--format", format, "verify"]).expect_code(code);
        let text = format!("{}{}", said.stdout, said.stderr);
        assert!(text.contains(file) && text.contains(words), "{file:?} or {words:?} is not in\n{text}");
    }
}

fn entries() -> Vec<PathBuf> {
    let project = Project::example();
    project.files("ledger/entries")
}

fn stem(path: &std::path::Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// The hash of bytes, by the second verifier's hand.
fn blake3(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bytes"), bytes).unwrap();
    let script = "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); import strat_verify; \
                  print(strat_verify.blake3(open(sys.argv[2], 'rb').read()), end='')";
    let mut command = Command::new("python3");
    command.args(["-c", script]).arg(root().join("tests/verify")).arg(folder.path().join("bytes"));
    Output::from(command.output().expect("python3 starts")).ok()
}

/// Puts a changed head in the place of the real one, under its right name: what a forger does who knows how it works.
fn forged_head(project: &Project, change: impl FnOnce(&str) -> String) -> String {
    let texts: Vec<_> =
        project.files("ledger/entries").into_iter().map(|path| (path.clone(), project.text(path))).collect();
    let head = texts.iter().find(|(path, _)| !texts.iter().any(|(_, text)| text.contains(&stem(path))));
    let (path, text) = head.expect("a head");
    let changed = change(text);
    assert_ne!(&changed, text, "the forgery changed nothing");
    fs::remove_file(project.path(path)).unwrap();
    let name = blake3(changed.as_bytes());
    project.write(format!("ledger/entries/{}/{name}.ron", &name[..2]), changed);
    name
}

#[test]
fn the_root_ledger_is_sound() {
    let project = Project::example();
    assert!(project.strat(["verify"]).ok().contains("the ledger is sound"));
    Output::from(
        Command::new(env!("CARGO_BIN_EXE_strat")).arg("-C").arg(root()).arg("verify").output().unwrap(),
    )
    .ok();
}

#[test]
fn every_byte_counts() {
    for path in entries() {
        let project = Project::example();
        let whole = project.read(&path);
        for at in (0..whole.len()).step_by(whole.len() / 7 + 1) {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            project.write(&path, bytes);
            let said = project.strat(["verify"]).expect_code(7).stderr;
            assert!(said.contains(&stem(&path)), "byte {at} of {}:\n{said}", stem(&path));
        }
    }
}

#[test]
fn a_forged_schema_digest_is_found_by_folding() {
    let project = Project::example();
    let name = forged_head(&project, |text| {
        let at = text.rfind("schema: \"").expect("a digest") + 9;
        let digit = if &text[at..=at] == "0" { "1" } else { "0" };
        format!("{}{digit}{}", &text[..at], &text[at + 1..])
    });
    let said = project.strat(["verify"]).expect_code(7).stderr;
    assert!(said.contains(&name) && said.contains("schema"), "{said}");
}

#[test]
fn a_forged_step_is_found_by_folding() {
    let project = Project::example();
    let name = forged_head(&project, |text| {
        let at = text.find("steps: [").expect("steps") + 8;
        format!(
            "{}\n        DropTable(\n            table: \"experts\",\n        ),{}",
            &text[..at],
            &text[at..]
        )
    });
    let said = project.strat(["verify"]).expect_code(7).stderr;
    assert!(said.contains(&name[..12]), "{said}");
}

#[test]
fn a_forged_parent_is_found() {
    let project = Project::example();
    let nobody = "00".repeat(32);
    let name = forged_head(&project, |text| {
        let at = text.find("parents: [").expect("parents");
        let id = at + text[at..].find('"').expect("an id") + 1;
        format!("{}{nobody}{}", &text[..id], &text[id + 64..])
    });
    let said = project.strat(["verify"]).expect_code(7).stderr;
    assert!(said.contains(&name) && said.contains(&nobody[..12]), "{said}");
}

#[test]
fn a_forged_measure_of_a_blob_is_found() {
    for (measure, change) in [("sha256: \"", 1), ("bytes: ", 0)] {
        let project = Project::example();
        let path = project
            .files("ledger/entries")
            .into_iter()
            .find(|path| project.text(path).contains("sha256: \""));
        let path = path.expect("an entry with a module");
        let text = project.text(&path);
        let at = text.find(measure).unwrap() + measure.len();
        let old = &text[at..=at];
        let new = if old == "1" { "2" } else { "1" };
        let bytes = format!("{}{new}{}", &text[..at], &text[at + 1..]);
        let name = blake3(bytes.as_bytes());
        project.write(format!("ledger/entries/{}/{name}.ron", &name[..2]), bytes);
        let said = project.strat(["verify"]).expect_code(7).stderr;
        assert!(said.contains(&name[..12]) || said.contains("blobs/"), "{measure} {change}: {said}");
    }
}

#[test]
fn blobs_are_named() {
    let blob = Project::example().files("ledger/blobs").remove(0);
    let name = blob.file_name().unwrap().to_str().unwrap().to_owned();
    named(7, &name, "", |project| fs::remove_file(project.path(&blob)).unwrap());
    named(7, &name, "", |project| {
        project.write(&blob, "");
    });
    named(7, &name, "", |project| {
        project.write(&blob, [&project.read(&blob)[..], &[0]].concat());
    });
    named(7, &name, "LFS", |project| {
        project.write(&blob, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    });
    named(7, &name, "", |project| {
        fs::rename(project.path(&blob), project.path("elsewhere")).unwrap();
        symlink(project.path("elsewhere"), project.path(&blob)).unwrap();
    });
}

#[test]
fn strangers_are_named() {
    named(7, "notes.txt", "", |project| {
        project.write("ledger/notes.txt", "x");
    });
    named(7, "entries/zz", "", |project| {
        project.write("ledger/entries/zz/x.ron", "x");
    });
    named(7, "entries/ab", "", |project| {
        fs::create_dir_all(project.path("ledger/entries/ab/deeper")).unwrap()
    });
    named(7, "blobs", "", |project| {
        project.write(format!("ledger/blobs/00/{}", "0".repeat(64)), "x");
    });
    named(7, "evil", "", |project| {
        project.write("ledger/entries/\u{1b}[2Jevil", "x");
    });
    let project = Project::example();
    project.write("ledger/entries/\u{1b}[2Jevil", "x");
    assert!(!project.strat(["verify"]).stderr.contains('\u{1b}'), "a name steers the terminal");
}

#[test]
fn what_a_chain_cannot_show_is_said() {
    // Nothing but a remembered checkpoint shows that the newest entry was cut off; the report says so.
    let project = Project::example();
    assert!(project.strat(["verify"]).ok().contains("nothing was cut off the end"));
}

#[test]
fn a_tampered_ledger_is_not_applied() {
    let project = Project::example();
    let path = project.files("ledger/entries").remove(0);
    let text = project.text(&path);
    project.write(&path, text.replacen("message: \"", "message: \"x", 1));
    let target = targets::sqlite();
    let said = project.strat(["up", "--target", &target.url]).expect_code(7).stderr;
    assert!(said.contains(&stem(&path)[..12]), "{said}");
    assert!(!target.path().exists(), "a database was made");
}

/// A target with a few records in its journal.
fn applied(target: &Target) -> Project {
    let project = crate::kill::counting();
    crate::kill::filled(&project, target);
    project.strat(["up", "--target", &target.url]).ok();
    project.strat(["verify", "--target", &target.url]).ok();
    project
}

#[test]
fn a_tampered_journal_is_named() {
    let tamperings = [
        ("record 1", "UPDATE strat_journal SET kind = 'failed' WHERE seq = 1"),
        ("record 1", "UPDATE strat_journal SET hash = prev WHERE seq = 1"),
        ("record 2", "DELETE FROM strat_journal WHERE seq = 2"),
        ("record 1", "DELETE FROM strat_journal WHERE seq = 1"),
        ("record ", "UPDATE strat_journal SET seq = 100 WHERE seq = 2"),
        ("record 2", "UPDATE strat_journal SET prev = entry WHERE seq = 2"),
        (
            "record 1",
            "UPDATE strat_journal SET record = (SELECT bytes FROM strat_entry ORDER BY id LIMIT 1) WHERE seq = 1",
        ),
        ("strat_entry", "DELETE FROM strat_entry"),
        ("strat_entry", "UPDATE strat_entry SET bytes = (SELECT record FROM strat_journal WHERE seq = 1)"),
    ];
    for (name, tamper) in tamperings {
        for target in targets::all() {
            let project = applied(&target);
            target.sql(tamper);
            let said = project.strat(["verify", "--target", &target.url]);
            assert_eq!(said.code, 7, "{}: {tamper}: {said:?}", target.name);
            assert!(said.stderr.contains(name), "{}: {tamper}: {}", target.name, said.stderr);
        }
    }
}

#[test]
fn a_changed_last_record_stops_every_run() {
    for target in targets::all() {
        let project = applied(&target);
        project.write(
            "migrations/0003-x.ron",
            r#"Draft(message: "x", steps: [AddColumn(table: "counters", column: (name: "x", type: Text))])"#,
        );
        project.strat(["record"]).ok();
        target.sql("UPDATE strat_journal SET record = (SELECT bytes FROM strat_entry ORDER BY id LIMIT 1) ORDER BY seq DESC LIMIT 1".replace(
            " ORDER BY seq DESC LIMIT 1",
            match target.kind {
                Kind::Mysql => " ORDER BY seq DESC LIMIT 1",
                _ => " WHERE seq = (SELECT max(seq) FROM strat_journal)",
            },
        ).as_str());
        for verb in ["up", "plan", "status"] {
            let said = project.strat([verb, "--target", &target.url]).expect_code(7).stderr;
            assert!(said.contains("of the journal") && said.contains("hint: "), "{}: {said}", target.name);
        }
        assert!(target.try_sql("SELECT x FROM counters").is_err());
    }
}

#[test]
fn a_schema_changed_by_hand_is_named() {
    for target in targets::all() {
        let project = applied(&target);
        target.sql("ALTER TABLE counters ADD COLUMN by_hand INTEGER");
        let said = project.strat(["verify", "--target", &target.url]).expect_code(4).stderr;
        assert!(said.contains("by_hand"), "{}: {said}", target.name);
        target.sql("ALTER TABLE counters DROP COLUMN by_hand");
        project.strat(["verify", "--target", &target.url]).ok();
    }
}
