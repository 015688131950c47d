//! `strat init`: makes a folder a workspace.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use ledger::{Ledger, Uuid, Workspace, printable_path};
use model::Class;
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    args::Cli,
    desk::{file_error, start},
    failure::{Failure, Plain},
    output::Out,
};

/// What git is to keep away from: what is local to a person, and the database of the first try.
const IGNORED: [&str; 3] = [".strat/", "/strat.db", "/strat.db-*"];

pub fn run(cli: &Cli, out: &Out, dir: Option<&Path>) -> Answer {
    let root = match dir {
        Some(dir) => start(cli)?.join(dir),
        None => start(cli)?,
    };
    refuse_entries(&Workspace::at(fs::canonicalize(&root).unwrap_or_else(|_| root.clone())))?;
    let unmade = |error: io::Error| file_error("make", &printable_path(&root), &error);
    fs::create_dir_all(&root).map_err(unmade)?;
    let root = fs::canonicalize(&root).map_err(unmade)?;
    let place = Workspace::at(&root);
    if Ledger::put_attributes(&place.ledger())? {
        out.document("init", json!({ "root": printable_path(&root), "put_back": [".gitattributes"] }));
        out.say(format!("put {} back", from_here(&place.ledger().join(".gitattributes"))));
        return Ok(DONE);
    }
    let uuid = Uuid::random().map_err(|error| file_error("read", "the system's random numbers", &error))?;
    let ledger = Ledger::init(&place.ledger(), &uuid)?;
    for (folder, text) in [
        (place.ledger(), include_str!("../../templates/ledger.md")),
        (place.migrations(), include_str!("../../templates/migrations.md")),
        (place.scripts(), include_str!("../../templates/data-scripts.md")),
    ] {
        put_readme(&folder, text).map_err(|error| file_error("write", &printable_path(&folder), &error))?;
    }
    ignore(&root.join(".gitignore")).map_err(|error| file_error("write", ".gitignore", &error))?;
    out.document("init", json!({ "root": printable_path(&root), "ledger": ledger.uuid().as_str() }));
    out.say(format!("made a ledger in {}", from_here(&place.ledger())));
    out.say("\nnext:");
    out.say("  strat new -m \"create users\"   writes a draft in migrations/");
    out.say("  strat record                   seals it into the ledger");
    out.say("  strat up                       applies it, here to sqlite:strat.db");
    Ok(DONE)
}

/// A path as people are shown it: from the folder they are in, where it lies below.
fn from_here(path: &Path) -> String {
    let here = std::env::current_dir().and_then(fs::canonicalize).ok();
    let below = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    printable_path(below.unwrap_or(path))
}

fn refuse_entries(place: &Workspace) -> Result<(), Failure> {
    let entries = place.ledger().join("entries");
    let filled = fs::read_dir(entries).is_ok_and(|mut found| found.next().is_some());
    if filled && !place.ledger().join("FORMAT").exists() {
        let why = format!("{} has entries but no FORMAT", from_here(&place.ledger()));
        return Err(Plain::new(Class::Input, why).hint("git checkout restores ledger/FORMAT").into());
    }
    Ok(())
}

fn put_readme(folder: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    match OpenOptions::new().write(true).create_new(true).open(folder.join("README.md")) {
        Ok(mut file) => file.write_all(text.as_bytes()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn ignore(file: &Path) -> io::Result<()> {
    let before = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let missing = IGNORED.iter().filter(|line| !before.lines().any(|known| known.trim() == **line));
    let added: String = missing.map(|line| format!("{line}\n")).collect();
    if added.is_empty() {
        return Ok(());
    }
    let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    fs::write(file, format!("{before}{gap}{added}"))
}
