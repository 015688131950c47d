//! `strat export`: what others read.

use std::{fs, path::Path};

use model::Class;

use super::{Answer, DONE};
use crate::{
    args::ExportVerb,
    config::Settings,
    desk::{Desk, file_error},
    failure::Plain,
    output::{count, warn},
    receipts::{self, Named},
};

pub fn run(desk: &Desk<'_>, verb: &ExportVerb) -> Answer {
    let ExportVerb::Receipts { revision, target, output } = verb;
    write(desk, revision.as_deref(), target.target.as_deref(), output.as_deref())
}

/// Receipts as statements, one a line, oldest first.
fn write(desk: &Desk<'_>, revision: Option<&str>, target: Option<&str>, output: Option<&Path>) -> Answer {
    let chosen = Settings::read(&desk.place)?.choose(&desk.place, target)?;
    let mut issued = receipts::of_target(&chosen)?;
    if let Some(text) = revision {
        let named = Named::parse(desk, text)?;
        issued.retain(|one| named.is(one));
        if issued.is_empty() {
            return Err(receipts::none(desk, named, &chosen.shown).into());
        }
    }
    let mut lines = String::new();
    for one in &issued {
        let statement = engine::replay::statement(one, desk.ledger.uuid().as_str());
        let statement = statement.map_err(|why| Plain::new(Class::Bug, why))?;
        lines.push_str(&format!("{statement}\n"));
    }
    let Some(path) = output else {
        desk.out.write(&lines);
        return Ok(DONE);
    };
    let shown = path.display().to_string();
    fs::write(path, lines).map_err(|error| file_error("write", &shown, &error))?;
    warn(&format!("{}: {}", ledger::printable(&shown), count(issued.len(), "receipt", "receipts")));
    Ok(DONE)
}
