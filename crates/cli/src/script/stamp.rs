//! Which source a module was built from, remembered in `.strat/`, so that no draft is sealed with a module that its source
//! has left behind. A clone has no such memory, and takes the modules that came with it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use engine::author::module_path;
use ledger::printable;
use model::{Class, Digest, Entry, Step};

use super::{Script, language};
use crate::{
    desk::{Desk, file_error},
    failure::{Failure, Plain},
};

/// What compilers read.
const SOURCES: [&str; 10] = ["rs", "c", "h", "zig", "ts", "go", "mod", "js", "py", "wat"];

/// Stands in a stamp for a source that didn't build: no source is that one.
const REFUSED: &str = "refused";

/// The digest of a script's sources.
pub fn source(desk: &Desk<'_>, script: &Script) -> Result<Digest, Failure> {
    let fail = |error: io::Error| file_error("read", &desk.place.shown(&script.folder), &error);
    let mut files = Vec::new();
    collect(&script.folder, &mut files).map_err(fail)?;
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let name = file.strip_prefix(&script.folder).unwrap_or(&file).to_string_lossy().into_owned();
        for part in [name.into_bytes(), fs::read(&file).map_err(fail)?] {
            all.extend_from_slice(&(part.len() as u64).to_le_bytes());
            all.extend(part);
        }
    }
    Ok(Digest::derive("stratigraph 1 script source", &all))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        if kind.is_dir() {
            // Installed compilers and caches are no sources of the script's.
            let name = entry.file_name();
            if name != "node_modules" && !name.to_string_lossy().starts_with('.') {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|e| SOURCES.iter().any(|known| e == *known)) {
            files.push(path);
        }
    }
    Ok(())
}

/// Remembers what a module was built from.
pub fn built(desk: &Desk<'_>, name: &str, source: Digest, module: Digest) -> Result<(), Failure> {
    desk.write_local(&file(name), &format!("{source} {module}\n"))
}

/// Remembers that the present source isn't what the module was built from, unless it is known what was. Gives the module's
/// path where there is one.
pub fn refused(desk: &Desk<'_>, script: &Script) -> Result<Option<String>, Failure> {
    let path = module_path(&script.folder, &script.name);
    let Ok(bytes) = fs::read(&path) else { return Ok(None) };
    let module = Digest::of(&bytes).to_string();
    if known(desk, &script.name).is_none_or(|(_, of)| of != module) {
        desk.write_local(&file(&script.name), &format!("{REFUSED} {module}\n"))?;
    }
    Ok(Some(desk.place.shown(&path)))
}

/// Whether a script's source has become another one since that module was built from it.
pub fn is_stale(desk: &Desk<'_>, script: &Script, module: Digest) -> Result<bool, Failure> {
    match known(desk, &script.name) {
        Some((from, of)) if of == module.to_string() && script.language.is_some() => {
            Ok(from != source(desk, script)?.to_string())
        }
        _ => Ok(false),
    }
}

/// Refuses an entry that was sealed with a module which its source has left behind.
pub fn check(desk: &Desk<'_>, entry: &Entry) -> Result<(), Failure> {
    for step in &entry.steps {
        let (name, module) = match step {
            Step::Backfill(step) => (&step.script, &step.module),
            Step::Populate(step) => (&step.script, &step.module),
            Step::Transfer(step) => (&step.script, &step.module),
            Step::Aggregate(step) => (&step.script, &step.module),
            _ => continue,
        };
        let Some(module) = module else { continue };
        let folder = desk.place.scripts().join(name);
        let script = Script { name: name.clone(), language: language(&folder), folder };
        if is_stale(desk, &script, module.blake3)? {
            let path = module_path(&script.folder, name);
            let why = format!(
                "script {} was changed after {} was built from it",
                printable(name),
                desk.place.shown(&path)
            );
            let hint = format!("`strat script build {name}` builds it");
            return Err(Plain::new(Class::Input, why).hint(hint).into());
        }
    }
    Ok(())
}

/// The source and the module of the last build, as text.
fn known(desk: &Desk<'_>, name: &str) -> Option<(String, String)> {
    let text = fs::read_to_string(desk.place.local().join(file(name))).ok()?;
    let (source, module) = text.trim().split_once(' ')?;
    Some((source.to_owned(), module.to_owned()))
}

fn file(name: &str) -> String {
    format!("built-{name}")
}
