//! `strat status`: where the workspace and a target stand.

use engine::journal::Position;
use ledger::{Graph, Summary, printable};
use model::Class;
use serde_json::{Value, json};

use super::{Answer, DONE};
use crate::{
    args::TargetArgs,
    config::{Chosen, Settings},
    desk::{Desk, DraftFile},
    drafts::Drafts,
    failure::Failure,
    output::count,
    stand,
};

/// So many pending entries are listed in words.
const LISTED: usize = 20;

pub fn run(desk: &Desk<'_>, target: &TargetArgs, check: bool) -> Answer {
    let chosen = Settings::read(&desk.place).and_then(|s| s.choose(&desk.place, target.target.as_deref()));
    let (graph, position) = desk.graph_beside(|| chosen.as_ref().ok().map(stand::position));
    let graph = graph?;
    let workspace = workspace(desk, &graph)?;
    let chosen = chosen?;
    let position = position.unwrap_or_else(|| stand::position(&chosen))?;
    let (told, pending) = target_state(desk, &graph, &chosen, &position);
    desk.out.document("status", json!({ "workspace": workspace, "target": told }));
    Ok(if check && (pending > 0 || position.partial.is_some()) { Class::Pending as u8 } else { DONE })
}

fn workspace(desk: &Desk<'_>, graph: &Graph) -> Result<Value, Failure> {
    let branch = desk.branch();
    let heads = graph.heads_of(&branch);
    let shown: Vec<String> = heads.iter().map(model::Digest::short).collect();
    let at = if shown.is_empty() { "no entries".to_owned() } else { shown.join(" ") };
    desk.out.say(format!(
        "branch {branch}: {at}, {} in the ledger",
        count(graph.entries().len(), "entry", "entries")
    ));
    if heads.len() > 1 {
        desk.out.say("  it has diverged: `strat merge` joins its heads");
    }
    let Drafts { fresh, edited } = Drafts::look(desk, graph)?;
    for draft in &fresh {
        desk.out.say(format!("  not recorded: {}", draft.shown));
    }
    for draft in &edited {
        desk.out.say(format!(
            "  edited after record: {} (`strat redo`, or put the difference into a new draft)",
            draft.shown
        ));
    }
    let stems = |drafts: &[DraftFile]| drafts.iter().map(|draft| draft.stem.clone()).collect::<Vec<_>>();
    let ids: Vec<String> = heads.iter().map(ToString::to_string).collect();
    Ok(json!({ "branch": branch, "heads": ids, "unrecorded": stems(&fresh), "edited": stems(&edited) }))
}

fn target_state(desk: &Desk<'_>, graph: &Graph, chosen: &Chosen, position: &Position) -> (Value, usize) {
    let pending = graph.between(&position.heads, &graph.heads_of(&desk.branch()));
    let strangers: Vec<String> =
        position.heads.iter().filter(|id| graph.get(id).is_none()).map(ToString::to_string).collect();
    let stands: Vec<String> = position.heads.iter().map(model::Digest::short).collect();
    let stands = if stands.is_empty() { "root".to_owned() } else { stands.join(" ") };
    let left = match pending.len() {
        0 => "nothing pending".to_owned(),
        n => format!("{} pending", count(n, "entry", "entries")),
    };
    desk.out.say(format!("target {}: at {stands}, {left}", chosen.shown));
    let row = |row: &&&Summary| vec![format!("  {}", row.id.short()), printable(&row.message).into_owned()];
    desk.out.table(&pending.iter().take(LISTED).collect::<Vec<_>>().iter().map(row).collect::<Vec<_>>());
    if pending.len() > LISTED {
        desk.out.say(format!("  and {} more", pending.len() - LISTED));
    }
    if let Some(partial) = &position.partial {
        desk.out.say(format!(
            "  {} was cut off on its way {}: `strat {1}` goes on",
            partial.entry.short(),
            partial.way.word()
        ));
    }
    if !strangers.is_empty() {
        desk.out
            .say("  it has applied entries that this ledger doesn't have: pull, or look at another ledger");
    }
    let ids = |rows: &[&Summary]| rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>();
    let partial = position
        .partial
        .as_ref()
        .map(|p| json!({ "entry": p.entry.to_string(), "way": p.way.word(), "unit": p.unit }));
    let told = json!({
        "target": chosen.shown,
        "heads": position.heads.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "pending": ids(&pending),
        "unknown": strangers,
        "partial": partial,
    });
    (told, pending.len())
}
