//! `strat merge`: joins heads that commute into one.

use engine::author::{Merging, merge};
use ledger::{Graph, printable};
use model::{Class, EntryId};
use serde_json::json;

use super::{Answer, DONE};
use crate::{desk::Desk, editing::now, failure::Plain, sides::Sides};

/// Joins, or only says whether it would (`preview`), with what another git commit has (`with`).
pub fn run(
    desk: &Desk<'_>,
    revisions: &[String],
    message: Option<&str>,
    (preview, with): (bool, Option<&str>),
) -> Answer {
    if message.is_some_and(|text| text.trim().is_empty() || text.chars().any(ledger::is_control)) {
        return Err(Plain::new(Class::Input, "a message is one line of visible text").into());
    }
    let mut found = match with {
        Some(reference) => Sides::with(desk, reference, revisions)?,
        None => Sides::here(desk, revisions)?,
    };
    if let Some(why) = &found.nothing {
        desk.out.say(format!("{why}: nothing to merge"));
        desk.out.document("merge", json!({ "merged": false, "commute": true, "parents": ids(&found.all) }));
        return Ok(DONE);
    }
    let known = found.known(desk)?;
    let Sides { graph, branch, all: sides, .. } = found;
    let shown: Vec<String> = sides.iter().map(|id| named(&graph, *id)).collect();
    let usual = match revisions {
        [] => format!("merge the heads of {branch}"),
        some => format!("merge {} into {branch}", some.join(", ")),
    };
    let entry = merge(
        &known,
        &Merging {
            ledger: desk.ledger.uuid().as_str(),
            branch: &if preview { branch.clone() } else { desk.label()? },
            message: message.unwrap_or(&usual),
            author: &if preview { String::new() } else { desk.author()? },
            authored_at: &now(),
            sides: &sides,
        },
    )?;
    if preview {
        desk.out
            .say(format!("these commute and would merge:\n  {}\nnothing was written", shown.join("\n  ")));
        desk.out.document("merge", json!({ "merged": false, "commute": true, "parents": ids(&sides) }));
        return Ok(DONE);
    }
    let id = desk.ledger.append(&entry)?;
    desk.out.say(format!("{}  {}", id.short(), printable(&entry.message)));
    shown.iter().for_each(|side| desk.out.say(format!("  joins {side}")));
    desk.out.document("merge", json!({ "merged": true, "id": id.to_string(), "parents": ids(&sides) }));
    Ok(DONE)
}

fn named(graph: &Graph, id: EntryId) -> String {
    let row = graph.get(&id);
    format!("{}  {}", id.short(), row.map(|row| printable(&row.message).into_owned()).unwrap_or_default())
}

fn ids(sides: &[EntryId]) -> Vec<String> {
    sides.iter().map(ToString::to_string).collect()
}
