//! `strat heads`: the entries that nothing follows, by branch.

use ledger::printable;
use model::Class;
use serde_json::json;

use super::{Answer, DONE};
use crate::desk::Desk;

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
            diverged.push(branch.to_owned());
        }
        let ids: Vec<String> = heads.iter().map(ToString::to_string).collect();
        branches.push(json!({ "name": branch, "heads": ids, "diverged": heads.len() > 1 }));
    }
    desk.out.table(&rows);
    if rows.is_empty() {
        desk.out.say("the ledger is empty");
    }
    for branch in &diverged {
        desk.out.say(format!("branch {branch} has diverged: `strat merge` joins its heads"));
    }
    let ids: Vec<String> = all.iter().map(ToString::to_string).collect();
    desk.out.document("heads", json!({ "heads": ids, "branches": branches }));
    Ok(if check && !diverged.is_empty() { Class::Decide as u8 } else { DONE })
}
