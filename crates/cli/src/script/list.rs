//! `strat script list`: the scripts and their modules.

use engine::author::read_module;
use serde_json::json;

use super::{all, size, stamp};
use crate::{
    commands::{Answer, DONE},
    desk::Desk,
};

/// Lists the scripts.
pub fn run(desk: &Desk<'_>) -> Answer {
    let mut rows = Vec::new();
    let mut described = Vec::new();
    for script in all(desk)? {
        let language = script.language.map_or("-", |language| language.word());
        let module = read_module(&desk.place.scripts(), &script.name);
        let stale = match &module {
            Ok((module, _)) => stamp::is_stale(desk, &script, module.blake3)?,
            Err(_) => false,
        };
        let mut row = vec![script.name.clone(), language.to_owned()];
        match &module {
            Ok((module, _)) => {
                row.extend([module.blake3.short(), size(module.bytes), format!("ABI {}", module.abi)]);
                row.extend(stale.then(|| "changed since it was built".to_owned()));
            }
            Err(error) => row.push(ledger::printable(&error.to_string()).into_owned()),
        }
        rows.push(row);
        described.push(match module {
            Ok((module, _)) => json!({
                "name": script.name, "language": language, "blake3": module.blake3.to_string(),
                "sha256": module.sha256, "bytes": module.bytes, "abi": module.abi, "stale": stale,
            }),
            Err(error) => json!({ "name": script.name, "language": language, "error": error.to_string() }),
        });
    }
    desk.out.table(&rows);
    if rows.is_empty() {
        desk.out.say("there are no scripts: `strat script new NAME --lang wat` makes one");
    }
    desk.out.document("script list", json!({ "scripts": described }));
    Ok(DONE)
}
