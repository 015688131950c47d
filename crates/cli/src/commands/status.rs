//! `strat status`: where the workspace and a target stand.

use std::mem::ManuallyDrop;

use engine::journal::Position;
use ledger::{Graph, Summary, printable};
use model::{Class, EntryId};
use serde_json::{Value, json};

use super::{Answer, DONE};
use crate::{
    args::TargetArgs,
    checkout,
    config::{Chosen, Settings},
    desk::{Desk, DraftFile},
    drafts::Drafts,
    failure::Failure,
    output::count,
    seen,
    stand::{self, Standing},
};

/// So many pending entries are listed in words.
const LISTED: usize = 20;

pub fn run(desk: &Desk<'_>, target: &TargetArgs, check: bool) -> Answer {
    let chosen = Settings::read(&desk.place).and_then(|s| s.choose(&desk.place, target.target.as_deref()));
    let seen = chosen.as_ref().ok().and_then(|chosen| seen::of(desk, chosen));
    let look = |chosen: &Chosen| stand::standing(chosen, seen.as_ref());
    let (graph, standing) = desk.graph_beside(|| chosen.as_ref().ok().map(look));
    // Never taken apart: the process ends anyway.
    let graph = ManuallyDrop::new(graph?);
    let workspace = workspace(desk, &graph)?;
    let chosen = chosen?;
    let Standing { position, kept, held, open, away } = standing.unwrap_or_else(|| look(&chosen))?;
    let wanted = graph.heads_of(&desk.branch()?);
    let (mut told, pending) = target_state(desk, &graph, &chosen, (&position, &wanted));
    (told["vault"], told["away"]) = stand::tell(desk, &kept, &held, away.as_ref());
    told["set_aside"] = stand::tell_open(desk, &open);
    desk.out.document("status", json!({ "workspace": workspace, "target": told }));
    Ok(if check && (pending > 0 || position.partial.is_some()) { Class::Pending as u8 } else { DONE })
}

fn workspace(desk: &Desk<'_>, graph: &Graph) -> Result<Value, Failure> {
    let branch = desk.branch()?;
    let heads = graph.heads_of(&branch);
    let shown: Vec<String> = heads.iter().map(model::Digest::short).collect();
    let at = if shown.is_empty() { "no entries".to_owned() } else { shown.join(" ") };
    let told = desk.git_branch()?.map(|git| format!(" ({})", git.told())).unwrap_or_default();
    desk.out.say(format!(
        "branch {branch}{told}: {at}, {} in the ledger",
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

fn target_state(
    desk: &Desk<'_>,
    graph: &Graph,
    chosen: &Chosen,
    (position, wanted): (&Position, &[EntryId]),
) -> (Value, usize) {
    let pending = graph.between(&position.heads, wanted);
    let strangers: Vec<EntryId> =
        position.heads.iter().filter(|id| graph.get(id).is_none()).copied().collect();
    let stands: Vec<String> = position.heads.iter().map(model::Digest::short).collect();
    let stands = if stands.is_empty() { "root".to_owned() } else { stands.join(" ") };
    let left = match pending.len() {
        // What those follow isn't known here.
        _ if !strangers.is_empty() => "what is pending can't be told".to_owned(),
        0 => "nothing pending".to_owned(),
        n => format!("{} pending", count(n, "entry", "entries")),
    };
    desk.out.say(format!("target {}: at {stands}, {left}", chosen.shown));
    let shown = if strangers.is_empty() { pending.as_slice() } else { &[] };
    let row = |row: &&Summary| vec![format!("  {}", row.id.short()), printable(&row.message).into_owned()];
    desk.out.table(&shown.iter().take(LISTED).map(row).collect::<Vec<_>>());
    if shown.len() > LISTED {
        desk.out.say(format!("  and {} more", shown.len() - LISTED));
    }
    if let Some(partial) = &position.partial {
        desk.out.say(format!(
            "  {} was cut off on its way {}: `strat {1}` goes on",
            partial.entry.short(),
            partial.way.word()
        ));
    }
    strangers.iter().for_each(|id| desk.out.say(checkout::stranger(desk, id)));
    let ids = |rows: &[&Summary]| rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>();
    let partial = position
        .partial
        .as_ref()
        .map(|p| json!({ "entry": p.entry.to_string(), "way": p.way.word(), "unit": p.unit }));
    let told = json!({
        "target": chosen.shown,
        "heads": position.heads.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "pending": ids(&pending),
        "unknown": strangers.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "partial": partial,
    });
    (told, pending.len().max(strangers.len()))
}
