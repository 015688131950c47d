//! Ledgers whose files were changed, cut, renamed or taken away: no command acts on them, and putting the file back mends all.

use std::path::{Path, PathBuf};

use super::{NOTES, bytes, fails, goes_on, up, users};
use crate::support::{Project, Target, targets};

/// A workspace with two entries, the first of which a target has.
struct Scene {
    project: Project,
    target: Target,
    /// The entry that the target has, and the one that is pending.
    first: PathBuf,
    second: PathBuf,
}

impl Scene {
    fn new() -> Scene {
        let project = users();
        let first = project.files("ledger/entries").remove(0);
        let target = targets::sqlite();
        up(&project, &target).ok();
        project.write("migrations/0002-b.ron", NOTES.replace("note", "b"));
        project.strat(["record"]).ok();
        let second = project.files("ledger/entries").into_iter().find(|path| *path != first).unwrap();
        // What is cached of the ledger mustn't hide what becomes of it.
        project.strat(["status"]).ok();
        project.strat(["verify"]).ok();
        Scene { project, target, first, second }
    }

    /// With this file changed, `verify` and `up` fail by name, nothing is applied or recorded; with it back, all goes on.
    #[track_caller]
    fn broken(&self, file: &Path, words: &[&str], break_it: impl FnOnce(&Path)) {
        let before = bytes(&self.project, "ledger");
        let database = std::fs::read(self.target.path()).unwrap();
        break_it(&self.project.path(file));
        let broken = bytes(&self.project, "ledger");
        let id = file.file_stem().unwrap().to_str().unwrap();
        fails(self.project.strat(["verify"]), 7, words);
        let said = self.project.strat(["verify"]);
        assert!(said.stderr.contains(&id[..12]), "{id} is not named:\n{}", said.stderr);
        assert!(said.stderr.contains("hint: "), "{}", said.stderr);
        self.project.write("migrations/0003-c.ron", NOTES.replace("note", "c"));
        for verb in [&["up"][..], &["up", "--dry-run"], &["plan"]] {
            let mut args = verb.to_vec();
            args.extend(["--target", &self.target.url]);
            let said = self.project.strat(&args);
            assert_eq!(said.code, 7, "{args:?}: {said:?}");
            assert!(said.stderr.contains(&id[..12]), "{args:?}: {}", said.stderr);
        }
        assert_eq!(self.project.strat(["record"]).code, 7);
        assert!(bytes(&self.project, "ledger") == broken, "a command changed the broken ledger");
        assert!(std::fs::read(self.target.path()).unwrap() == database, "the target was changed");
        std::fs::remove_file(self.project.path("migrations/0003-c.ron")).unwrap();
        for path in broken.keys().filter(|path| !before.contains_key(*path)) {
            std::fs::remove_file(self.project.path(path)).unwrap();
        }
        for (path, bytes) in &before {
            self.project.write(path, bytes);
        }
        self.project.strat(["verify"]).ok();
    }
}

fn change(path: &Path, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    std::fs::write(path, change(std::fs::read(path).unwrap())).unwrap();
}

#[test]
fn an_entry_edited_by_one_byte() {
    let scene = Scene::new();
    for file in [&scene.first, &scene.second] {
        for at in [0, 40, 200] {
            scene.broken(file, &["does not verify"], |path| {
                change(path, |mut bytes| {
                    bytes[at] ^= 1;
                    bytes
                });
            });
        }
        // A meaning that differs, and still parses: only the hash tells.
        scene.broken(file, &["does not verify"], |path| {
            change(path, |bytes| {
                String::from_utf8(bytes)
                    .unwrap()
                    .replace("BigInt", "BigIns")
                    .replace("Text", "Json")
                    .into_bytes()
            });
        });
    }
    goes_on(&scene.project, &scene.target);
}

#[test]
fn a_truncated_entry() {
    let scene = Scene::new();
    let whole = scene.project.read(&scene.second).len();
    for length in [0, 1, whole / 2, whole - 2, whole - 1] {
        scene.broken(&scene.second, &[], |path| change(path, |bytes| bytes[..length].to_vec()));
    }
    goes_on(&scene.project, &scene.target);
}

#[test]
fn an_entry_with_crlf_is_told_from_tampering() {
    let scene = Scene::new();
    scene.broken(&scene.second, &["CRLF"], |path| {
        change(path, |bytes| String::from_utf8(bytes).unwrap().replace('\n', "\r\n").into_bytes());
    });
    goes_on(&scene.project, &scene.target);
}

#[test]
fn a_renamed_entry() {
    let scene = Scene::new();
    let id = scene.second.file_stem().unwrap().to_str().unwrap().to_owned();
    let other = format!("{}{}", &id[..60], if id.ends_with("0000") { "1111" } else { "0000" });
    scene.broken(&scene.second, &[], |path| {
        std::fs::rename(path, path.with_file_name(format!("{other}.ron"))).unwrap();
    });
    goes_on(&scene.project, &scene.target);
}

#[test]
fn an_entry_grafted_from_another_ledger() {
    let scene = Scene::new();
    let stranger = users();
    let path = stranger.files("ledger/entries").remove(0);
    let bytes = stranger.read(&path);
    scene.broken(&path, &["ledger"], |to| {
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, bytes).unwrap();
    });
    goes_on(&scene.project, &scene.target);
}

#[test]
fn a_missing_parent() {
    let scene = Scene::new();
    // The one that names it can't be reached any more, and says what it misses.
    scene.broken(&scene.first, &[], |path| std::fs::remove_file(path).unwrap());
    goes_on(&scene.project, &scene.target);
}

#[test]
fn a_missing_or_changed_blob() {
    for target in targets::all() {
        let project = crate::kill::counting();
        crate::kill::filled(&project, &target);
        let blob = project.files("ledger/blobs").remove(0);
        let id = blob.file_stem().unwrap().to_str().unwrap().to_owned();
        let whole = project.read(&blob);
        let before = target.sql("SELECT id, n FROM counters ORDER BY id");
        for broken in [
            None,
            Some(vec![]),
            Some(b"version https://git-lfs.github.com/spec/v1\n".to_vec()),
            Some([&whole[..], &[0]].concat()),
        ] {
            match &broken {
                None => std::fs::remove_file(project.path(&blob)).unwrap(),
                Some(bytes) => drop(project.write(&blob, bytes)),
            }
            let said = fails(project.strat(["verify"]), 7, &["hint: "]);
            assert!(said.stderr.contains(&id), "{}", said.stderr);
            let said = fails(up(&project, &target), 7, &["hint: `strat verify` names every broken file"]);
            assert!(said.stderr.contains(&id[..12]), "{}", said.stderr);
            assert!(
                target.sql("SELECT id, n FROM counters ORDER BY id") == before,
                "{}: rows were changed",
                target.name
            );
        }
        project.write(&blob, &whole);
        up(&project, &target).ok();
        project.strat(["verify", "--target", &target.url]).ok();
    }
}

#[test]
fn a_ledger_of_a_later_format_is_not_called_broken() {
    let scene = Scene::new();
    let format = scene.project.text("ledger/FORMAT");
    scene.project.write("ledger/FORMAT", format.replace("ledger 1", "ledger 2"));
    for verb in ["verify", "up", "record", "log"] {
        fails(scene.project.strat([verb]), 1, &["FORMAT"]);
    }
    scene.project.write("ledger/FORMAT", "rubbish\n");
    assert!([1, 7].contains(&scene.project.strat(["up"]).code));
    std::fs::remove_file(scene.project.path("ledger/FORMAT")).unwrap();
    fails(scene.project.strat(["up"]), 1, &[]);
    scene.project.write("ledger/FORMAT", format);
    goes_on(&scene.project, &scene.target);
}

#[test]
fn links_in_the_ledger_are_not_followed() {
    let scene = Scene::new();
    let (project, path) = (&scene.project, scene.project.path(&scene.second));
    let elsewhere = project.path("elsewhere.ron");
    std::fs::rename(&path, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    let said = fails(project.strat(["verify"]), 7, &["is a link, and nothing here is followed"]);
    assert!(said.stderr.contains(scene.second.file_stem().unwrap().to_str().unwrap()), "{}", said.stderr);
    // It is no entry, so that nothing is pending.
    up(project, &scene.target).ok();
    assert_eq!(scene.target.value("SELECT count(*) FROM pragma_table_info('users')"), "2");
    std::fs::rename(&elsewhere, &path).unwrap();
    up(project, &scene.target).ok();
    goes_on(project, &scene.target);
}

#[test]
fn no_workspace_here() {
    let project = Project::empty();
    for verb in ["up", "record", "status", "verify", "log", "plan"] {
        fails(project.strat([verb]), 1, &["hint: "]);
    }
    assert!(project.files("").is_empty());
}
