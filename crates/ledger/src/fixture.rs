//! What the tests of this crate write into their ledgers.

use std::{path::Path, process::Command, sync::Arc};

use model::{Digest, Entry, EntryId, history::History};

use crate::{source::parse_draft, store::Ledger, uuid::Uuid};

pub(crate) const UUID: &str = "6f0c2a31-5f6e-4c5e-9a51-0c1d2e3f4a5b";

/// An entry that creates a table of its own.
pub(crate) fn table(parents: &[EntryId], name: &str) -> Entry {
    let id = "(name: \"id\", type: Integer, nullable: false)";
    let key = format!("(name: \"{name}_pkey\", is: PrimaryKey([\"id\"]))");
    entry(parents, &format!("CreateTable(name: \"{name}\", columns: [{id}], constraints: [{key}])"))
}

/// An entry with the given step.
pub(crate) fn entry(parents: &[EntryId], step: &str) -> Entry {
    let draft = parse_draft("fixture", &format!("Draft(message: \"do it\", steps: [{step}])")).unwrap();
    let mut parents = parents.to_vec();
    parents.sort_unstable();
    Entry {
        format: 1,
        ledger: UUID.to_owned(),
        parents,
        branch: "main".to_owned(),
        database: draft.database,
        message: draft.message,
        author: "Ada Example <ada@example.com>".to_owned(),
        authored_at: "2026-11-20T10:18:48Z".to_owned(),
        draft: "0001-do-it".to_owned(),
        accept: Vec::new(),
        resolutions: Vec::new(),
        steps: draft.steps,
        databases: Vec::new(),
        schema: Digest::ZERO,
    }
}

/// Appends an entry with the schema digest that its fold has.
pub(crate) fn append(ledger: &Ledger, mut entry: Entry) -> EntryId {
    let new = Digest::of(b"an entry without an id");
    let mut entries = ledger.entries().unwrap();
    entries.insert(new, entry.clone());
    let history = History::new(entries.into_iter().map(|(id, entry)| (id, Arc::new(entry)))).unwrap();
    entry.schema = history.fold().unwrap().after[&new];
    ledger.append(&entry).unwrap()
}

/// A new ledger in a folder of its own.
pub(crate) fn ledger() -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::init(&folder.path().join("ledger"), &Uuid::parse(UUID).unwrap()).unwrap();
    (folder, ledger)
}

/// Runs git in a folder, untouched by any setting of this machine; gives what it printed.
pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    let settings = ["user.name=A", "user.email=a@b.c", "commit.gpgsign=false", "init.defaultBranch=main"];
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let settings = settings.iter().flat_map(|setting| ["-c", setting]);
    let out = command.args(settings).args(args).output().unwrap();
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}
