//! `strat new`: writes a draft to fill in.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
};

use engine::{Known, author::Repair, data::aside::list};
use ledger::printable;
use model::{Class, entry::MAIN_DATABASE, to_canonical};
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    args::RepairsArgs,
    backfills::{self, Listed},
    config::Settings,
    desk::{Desk, file_error},
    editing::parents,
    failure::{Failure, Plain},
    output::count,
    stand,
    stems::fresh,
};

const TEMPLATE: &str = include_str!("../../templates/draft.ron");

pub fn run(desk: &Desk<'_>, message: &str, database: Option<&str>, repairs: &RepairsArgs) -> Answer {
    let message = message.trim();
    if message.is_empty() || message.chars().any(ledger::is_control) {
        return Err(Plain::new(Class::Input, "a message is one line of visible text").into());
    }
    let stem = fresh(desk, message)?;
    let text = match &repairs.repairs {
        Some(step) => repair(desk, message, step, repairs)?,
        None => {
            let database = match database {
                Some(name) if name != MAIN_DATABASE => format!("\n    database: {name:?},"),
                _ => String::new(),
            };
            TEMPLATE.replace("@MESSAGE@", &format!("{message:?}")).replace("@DATABASE@", &database)
        }
    };
    let folder = desk.place.migrations();
    let path = folder.join(format!("{stem}.ron"));
    let shown = desk.place.shown(&path);
    let written = fs::create_dir_all(&folder)
        .and_then(|()| OpenOptions::new().write(true).create_new(true).open(&path))
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| file_error("write", &shown, &error))?;
    desk.out.document("new", json!({ "draft": stem, "path": shown }));
    desk.out.say(&shown);
    Ok(DONE)
}

/// The text of a draft that does a backfill's rows again.
fn repair(desk: &Desk<'_>, message: &str, step: &str, args: &RepairsArgs) -> Result<String, Failure> {
    let chosen = Settings::read(&desk.place)?.choose(&desk.place, args.target.as_deref())?;
    let known = Known::load(&desk.ledger)?;
    let at = backfills::find(desk, &Listed::all(&known, &chosen), step)?;
    let mut rows = stand::wait_for(async { Ok(list(&mut stand::look(&chosen).await?).await?) })?;
    rows.retain(|row| row.at == at && row.is_open());
    let keys: Vec<_> = rows.into_iter().map(|row| row.row.values).collect();
    let heads = parents(desk, &desk.graph()?, &desk.branch()?)?;
    let wanted = Repair { at, keys: &keys, script: args.script.as_deref(), message };
    let draft = engine::author::repair(&known, &heads, wanted)?;
    let text = to_canonical(&draft).map_err(|error| Plain::new(Class::Input, error.to_string()))?;
    let what = match keys.len() {
        0 => {
            desk.out.say(format!(
                "{}: no rows of {at} are open there; the draft visits all that it visits",
                chosen.shown
            ));
            "visits".to_owned()
        }
        rows => format!("has set aside on {} ({})", printable(&chosen.shown), count(rows, "row", "rows")),
    };
    Ok(format!("// Does the rows again that {at} {what}. Mend its script first, or name another.\n{text}"))
}
