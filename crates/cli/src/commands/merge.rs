//! `strat merge`: joins heads that commute into one.

use std::collections::BTreeSet;

use engine::{
    Known,
    author::{Merging, merge},
};
use ledger::{Graph, Revision, Standpoint, printable, resolve_all};
use model::{Class, EntryId};
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    desk::Desk,
    editing::now,
    failure::{Failure, Plain},
};

pub fn run(desk: &Desk<'_>, revisions: &[String], message: Option<&str>, preview: bool) -> Answer {
    let (graph, branch) = (desk.graph()?, desk.branch());
    if message.is_some_and(|text| text.trim().is_empty() || text.chars().any(ledger::is_control)) {
        return Err(Plain::new(Class::Input, "a message is one line of visible text").into());
    }
    let ours = graph.heads_of(&branch);
    let sides = sides(&graph, &branch, &ours, revisions)?;
    if sides == ours && ours.len() < 2 {
        desk.out.say(format!("branch {branch} has it all: nothing to merge"));
        desk.out.document("merge", json!({ "merged": false, "parents": ids(&ours) }));
        return Ok(DONE);
    }
    let known = Known::load(&desk.ledger)?;
    let shown: Vec<String> = sides.iter().map(|id| named(&graph, *id)).collect();
    let usual = match revisions {
        [] => format!("merge the heads of {branch}"),
        some => format!("merge {} into {branch}", some.join(", ")),
    };
    let entry = merge(
        &known,
        &Merging {
            ledger: desk.ledger.uuid().as_str(),
            branch: &branch,
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

/// The newest among the branch's heads and what was named: what a merge has to follow.
fn sides(graph: &Graph, branch: &str, ours: &[EntryId], named: &[String]) -> Result<Vec<EntryId>, Failure> {
    let mut sides: BTreeSet<EntryId> = ours.iter().copied().collect();
    for text in named {
        // A branch is named with all its heads.
        let of = graph.heads_of(text);
        if of.is_empty() {
            let found = resolve_all(text, &Standpoint { graph, branch, applied: None })?;
            sides.extend(
                found
                    .into_iter()
                    .filter_map(|one| if let Revision::Entry(id) = one { Some(id) } else { None }),
            );
        } else {
            sides.extend(of);
        }
    }
    Ok(graph.newest(&sides.into_iter().collect::<Vec<_>>()))
}

fn named(graph: &Graph, id: EntryId) -> String {
    let row = graph.get(&id);
    format!("{}  {}", id.short(), row.map(|row| printable(&row.message).into_owned()).unwrap_or_default())
}

fn ids(sides: &[EntryId]) -> Vec<String> {
    sides.iter().map(ToString::to_string).collect()
}
