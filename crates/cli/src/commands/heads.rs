//! `strat heads`: the entries that nothing follows, by branch.

use engine::{Known, author::Agenda};
use ledger::printable;
use model::{Class, EntryId};
use serde_json::json;

use super::{Answer, DONE};
use crate::{desk::Desk, failure::Failure, output::count as counted};

pub fn run(desk: &Desk<'_>, check: bool) -> Answer {
    let graph = desk.graph()?;
    let all = graph.heads();
    let mut rows = Vec::new();
    let mut branches = Vec::new();
    let mut diverged = Vec::new();
    for (branch, heads) in graph.branches() {
        for id in &heads {
            let message = graph.get(id).map(|row| row.message.as_str()).unwrap_or_default();
            // A branch's head that another branch has taken in isn't a head of the ledger.
            let place = if all.contains(id) { "" } else { "  (merged)" };
            let text = format!("{}{place}", printable(message));
            rows.push(vec![branch.to_owned(), id.short(), text]);
        }
        if heads.len() > 1 {
            diverged.push((branch.to_owned(), heads.clone()));
        }
        let ids: Vec<String> = heads.iter().map(ToString::to_string).collect();
        branches.push(json!({ "name": branch, "heads": ids, "diverged": heads.len() > 1 }));
    }
    desk.out.table(&rows);
    if rows.is_empty() {
        desk.out.say("the ledger is empty");
    }
    // The whole ledger is read only where somebody asks for a verdict.
    let known = if check && !diverged.is_empty() { Some(Known::load(&desk.ledger)?) } else { None };
    for (branch, heads) in &diverged {
        let what = match &known {
            Some(known) => {
                let conflicts = between(known, heads)?;
                if let Some(row) = branches.iter_mut().find(|row| row["name"] == *branch) {
                    row["conflicts"] = json!(conflicts);
                }
                match conflicts {
                    0 => "its heads commute, and `strat merge` joins them".to_owned(),
                    some => format!(
                        "{} between its heads, which `strat merge` names",
                        counted(some, "conflict", "conflicts")
                    ),
                }
            }
            None => "`strat merge` joins its heads".to_owned(),
        };
        desk.out.say(format!("branch {branch} has diverged: {what}"));
    }
    let ids: Vec<String> = all.iter().map(ToString::to_string).collect();
    desk.out.document("heads", json!({ "heads": ids, "branches": branches }));
    Ok(if check && !diverged.is_empty() { Class::Decide as u8 } else { DONE })
}

/// How many conflicts there are between heads.
fn between(known: &Known, heads: &[EntryId]) -> Result<usize, Failure> {
    let joining = known.history.joining(heads)?;
    Ok(Agenda::new(&known.history, &joining).open().count())
}
