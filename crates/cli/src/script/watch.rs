//! `strat script test --watch`: again whenever one of the scripts' files changes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use engine::author::read_module;

use super::{Script, build, stamp, test, wanted};
use crate::{args::TestArgs, commands::Answer, desk::Desk, failure::Failure, output::report};

/// How often the files are looked at.
const PAUSE: Duration = Duration::from_millis(300);

/// What a file looks like from outside.
type Seen = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Tests now and after every change, until the process is ended. A source that changed is built first.
pub fn run(desk: &Desk<'_>, args: &TestArgs) -> Answer {
    let mut before = None;
    loop {
        let scripts = wanted(desk, args.name.as_deref())?;
        let mut now = seen(&scripts);
        if before.as_ref() != Some(&now) {
            if let Some(before) = &before {
                let changed = now.iter().find(|(path, seen)| before.get(*path) != Some(seen));
                let what = changed.map_or("a file is gone".to_owned(), |(path, _)| desk.place.shown(path));
                desk.out.say(format!("\n{what}"));
            }
            if let Err(failure) = scripts.iter().try_for_each(|script| rebuild(desk, script)) {
                report(&failure);
            } else {
                // The modules just built are no change; what was edited meanwhile is.
                now.extend(seen(&scripts).into_iter().filter(|(path, _)| is_module(path)));
                let _ = test::once(desk, args).inspect_err(report);
            }
            if args.bless {
                now = seen(&scripts);
            }
            before = Some(now);
        }
        std::thread::sleep(PAUSE);
    }
}

/// Builds a script whose source isn't what its module was built from.
fn rebuild(desk: &Desk<'_>, script: &Script) -> Result<(), Failure> {
    let Some(_) = script.language else { return Ok(()) };
    let stale = match read_module(&desk.place.scripts(), &script.name) {
        Ok((module, _)) => stamp::is_stale(desk, script, module.blake3)?,
        Err(_) => true,
    };
    if stale { build::build(desk, script).map(drop) } else { Ok(()) }
}

fn is_module(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "wasm")
}

fn seen(scripts: &[Script]) -> Seen {
    let mut seen = Seen::new();
    scripts.iter().for_each(|script| collect(&script.folder, &mut seen));
    seen
}

/// All files below a folder but hidden ones; what can't be looked at counts as gone.
fn collect(folder: &Path, seen: &mut Seen) {
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (name, path) = (file.file_name(), file.path());
        match file.metadata() {
            _ if name.to_string_lossy().starts_with('.') => {}
            Ok(data) if data.is_dir() => collect(&path, seen),
            Ok(data) => drop(seen.insert(path, (data.modified().ok(), data.len()))),
            Err(_) => {}
        }
    }
}
