//! `strat new`: writes a draft to fill in.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
};

use model::{Class, entry::MAIN_DATABASE};
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    desk::{Desk, file_error},
    failure::Plain,
    stems::fresh,
};

const TEMPLATE: &str = include_str!("../../templates/draft.ron");

pub fn run(desk: &Desk<'_>, message: &str, database: Option<&str>) -> Answer {
    let message = message.trim();
    if message.is_empty() || message.chars().any(ledger::is_control) {
        return Err(Plain::new(Class::Input, "a message is one line of visible text").into());
    }
    let stem = fresh(desk, message)?;
    let database = match database {
        Some(name) if name != MAIN_DATABASE => format!("\n    database: {name:?},"),
        _ => String::new(),
    };
    let text = TEMPLATE.replace("@MESSAGE@", &format!("{message:?}")).replace("@DATABASE@", &database);
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
