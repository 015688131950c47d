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
};

const TEMPLATE: &str = include_str!("../../templates/draft.ron");

pub fn run(desk: &Desk<'_>, message: &str, database: Option<&str>) -> Answer {
    let message = message.trim();
    if message.is_empty() || message.chars().any(ledger::is_control) {
        return Err(Plain::new(Class::Input, "a message is one line of visible text").into());
    }
    let mut stems: Vec<String> = desk.drafts()?.into_iter().map(|draft| draft.stem).collect();
    stems.extend(desk.graph()?.entries().iter().map(|row| row.draft.clone()));
    let stem = format!("{:04}-{}", next_number(&stems), slug(message));
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

/// One more than the greatest number that a name begins with.
fn next_number(stems: &[String]) -> u64 {
    let number = |stem: &String| {
        let digits: String = stem.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok().filter(|_| digits.len() < 10)
    };
    stems.iter().filter_map(number).max().unwrap_or(0) + 1
}

/// A message as a part of a file's name.
fn slug(message: &str) -> String {
    let mut slug = String::new();
    for c in message.to_lowercase().chars() {
        match c {
            c if c.is_ascii_alphanumeric() => slug.push(c),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
        if slug.len() >= 50 {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "draft".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_messages() {
        assert_eq!(slug("Add  e-mail, völlig neu!"), "add-e-mail-v-llig-neu");
        assert_eq!(slug("日本"), "draft");
        assert!(ledger::is_stem(&format!("0001-{}", slug(&"x y".repeat(80)))));
    }

    #[test]
    fn numbers_go_on() {
        assert_eq!(next_number(&[]), 1);
        assert_eq!(next_number(&["0009-x".into(), "0012".into(), "99999999999".into(), "x".into()]), 13);
    }
}
