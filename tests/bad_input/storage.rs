//! Disks that are full, or only to be read.
//!
//! A disk of a few kilobytes is mounted where the tests run as root; elsewhere that is skipped, loudly, and a limit on file sizes
//! stands in.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::{NOTES, USERS, fails};
use crate::support::{Output, Project, targets};

/// A small disk inside a project.
struct Disk {
    at: PathBuf,
}

impl Disk {
    fn mount(project: &Project, size: &str) -> Option<Disk> {
        let at = project.path("disk");
        std::fs::create_dir(&at).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(&at)
            .output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(Disk { at });
        }
        targets::skip("bad_input::storage", "a small disk can't be mounted (not root?)");
        None
    }

    fn remount(&self, options: &str) {
        let status = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.at).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.at).status();
    }
}

/// Takes all but so many bytes of a disk.
fn fill(project: &Project, keep: u64) {
    let file = project.path("disk/filler");
    let _ = std::fs::remove_file(&file);
    let mut filler = std::fs::File::create(&file).unwrap();
    while std::io::Write::write_all(&mut filler, &[7; 4096]).is_ok() {}
    let length = filler.metadata().unwrap().len();
    filler.set_len(length.saturating_sub(keep)).unwrap();
}

fn free(project: &Project) {
    std::fs::remove_file(project.path("disk/filler")).unwrap();
}

fn in_disk(project: &Project, args: &[&str]) -> Output {
    let mut all = vec!["-C", "disk"];
    all.extend(args);
    project.strat(all)
}

#[test]
fn a_disk_that_is_full_while_recording() {
    let project = Project::empty();
    let Some(disk) = Disk::mount(&project, "512k") else { return };
    project.strat(["init", "disk"]).ok();
    project.write("disk/migrations/0001-users.ron", USERS);
    in_disk(&project, &["record"]).ok();
    project.write("disk/data-scripts/add/add.wasm", crate::kill::increment());
    let step = r#"Backfill(script: "add", table: "users", read: ["n"], write: ["n"], undo: None("a test"))"#;
    project.write("disk/migrations/0002-x.ron", format!("Draft(message: \"x\", steps: [{step}])"));
    let mut refused = 0;
    for pages in 0..12 {
        let before = project.files("disk/ledger/entries");
        fill(&project, pages * 4096);
        let said = in_disk(&project, &["record"]);
        let after = project.files("disk/ledger/entries");
        free(&project);
        in_disk(&project, &["verify"]).ok();
        if said.code == 0 {
            assert_eq!(after.len(), before.len() + 1);
            break;
        }
        refused += 1;
        assert_eq!(after, before, "an entry was left half-recorded");
        let said = fails(said, 6, &["ledger/", "hint: "]);
        assert!(said.stderr.contains("No space left") || said.stderr.contains("full"), "{}", said.stderr);
    }
    assert!(refused > 1, "the disk was never full");
    in_disk(&project, &["record"]).ok();
    in_disk(&project, &["verify"]).ok();
    assert_eq!(project.files("disk/ledger/entries").len(), 2);
    assert!(!project.files("disk/ledger").iter().any(|path| path.to_str().unwrap().contains(".tmp-")));
    drop(disk);
}

#[test]
fn a_disk_that_is_full_while_applying() {
    let project = Project::empty();
    let Some(disk) = Disk::mount(&project, "512k") else { return };
    project.strat(["init"]).ok();
    project.write("migrations/0001-users.ron", USERS);
    project.strat(["record"]).ok();
    let url = "sqlite:disk/app.db";
    fill(&project, 0);
    fails(project.strat(["up", "--target", url]), 6, &["hint: "]);
    assert_ne!(std::fs::metadata(project.path("disk/app.db")).map(|data| data.len()).unwrap_or(1), 0);
    free(&project);
    project.strat(["up", "--target", url]).ok();
    project.write("migrations/0002-notes.ron", NOTES);
    project.strat(["record"]).ok();
    let mut pages = 0;
    loop {
        fill(&project, pages * 4096);
        let said = project.strat(["up", "--target", url]);
        free(&project);
        project.strat(["verify", "--target", url]).ok();
        if said.code == 0 {
            break;
        }
        fails(said, 6, &["hint: "]);
        pages += 1;
        assert!(pages < 60, "it never fitted");
    }
    assert!(pages > 0, "the disk was never full");
    assert!(project.strat(["up", "--target", url]).ok().contains("nothing to do"));
    drop(disk);
}

#[test]
fn a_file_size_limit_while_recording() {
    let project = super::users();
    let size = std::fs::metadata(project.path(&project.files("ledger/entries")[0])).unwrap().len();
    assert!(size > 512);
    project.write("migrations/0002-notes.ron", NOTES);
    let limited = |blocks: u32| -> Output {
        let strat = project.command(["record"]);
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" record")])
            .arg(strat.get_program());
        command.current_dir(project.root()).env_clear();
        for (name, value) in strat.get_envs() {
            value.map(|value| command.env(name, value));
        }
        command.stdin(Stdio::null()).output().expect("sh starts").into()
    };
    super::ledger_kept(&project, || fails(limited(0), 6, &["ledger/", "hint: "]));
    assert_eq!(project.files("ledger/entries").len(), 1);
    project.strat(["record"]).ok();
    assert_eq!(project.files("ledger/entries").len(), 2);
}

#[test]
fn a_file_that_can_only_be_read() {
    let project = Project::empty();
    let Some(disk) = Disk::mount(&project, "1m") else { return };
    project.strat(["init"]).ok();
    project.write("migrations/0001-users.ron", USERS);
    project.strat(["record"]).ok();
    let url = "sqlite:disk/app.db";
    project.strat(["up", "--target", url]).ok();
    project.write("migrations/0002-notes.ron", NOTES);
    project.strat(["record"]).ok();
    let bytes = project.read("disk/app.db");
    disk.remount("ro");
    fails(
        project.strat(["up", "--target", url]),
        6,
        &["app.db", "hint: check the permissions of the file and of its folder"],
    );
    fails(project.strat(["up", "--target", "sqlite:disk/other.db"]), 6, &["other.db", "hint: "]);
    // Looking is allowed.
    assert!(project.strat(["plan", "--target", url]).ok().contains("note"));
    project.strat(["status", "--target", url]).ok();
    project.strat(["verify", "--target", url]).ok();
    disk.remount("rw");
    assert!(project.read("disk/app.db") == bytes);
    project.strat(["up", "--target", url]).ok();
}

#[test]
fn a_ledger_that_can_only_be_read() {
    let project = Project::empty();
    let Some(disk) = Disk::mount(&project, "1m") else { return };
    project.strat(["init", "disk"]).ok();
    project.write("disk/migrations/0001-users.ron", USERS);
    in_disk(&project, &["record"]).ok();
    project.write("disk/migrations/0002-notes.ron", NOTES);
    disk.remount("ro");
    fails(in_disk(&project, &["record"]), 6, &["ledger/", "hint: "]);
    in_disk(&project, &["verify"]).ok();
    in_disk(&project, &["log"]).ok();
    in_disk(&project, &["status"]).ok();
    let elsewhere = format!("sqlite:{}", project.path("app.db").display());
    in_disk(&project, &["up", "--target", &elsewhere]).ok();
    disk.remount("rw");
    in_disk(&project, &["record"]).ok();
    in_disk(&project, &["verify"]).ok();
}
