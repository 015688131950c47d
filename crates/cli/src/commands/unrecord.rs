//! `strat unrecord`: takes back an entry while nobody else has it.

use engine::journal::Position;
use ledger::{Graph, is_in_git};
use model::{Class, EntryId};
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    config::{Chosen, DEV, Settings},
    desk::Desk,
    failure::{Failure, Plain},
    stand,
};

pub fn run(desk: &Desk<'_>, revision: Option<&str>) -> Answer {
    let graph = desk.graph()?;
    let id = unshared(desk, &graph, revision)?;
    let settings = Settings::read(&desk.place)?;
    let own = settings.choose(&desk.place, settings.targets.contains_key(DEV).then_some(DEV))?;
    if has(&stand::position(&own)?, &graph, id) {
        let why = format!("{} is applied on {}", id.short(), own.shown);
        return Err(Plain::new(Class::Input, why)
            .hint("`strat down -1` undoes it first; `strat redo` does all of it")
            .into());
    }
    let message = graph.get(&id).map(|row| row.message.clone()).unwrap_or_default();
    desk.ledger.remove_head(&id)?;
    desk.out.say(format!("took back {}  {}", id.short(), ledger::printable(&message)));
    desk.out.document("unrecord", json!({ "id": id.to_string() }));
    Ok(DONE)
}

/// The entry that a revision names, once it is found that nobody else can have it.
pub fn unshared(desk: &Desk<'_>, graph: &Graph, revision: Option<&str>) -> Result<EntryId, Failure> {
    let Some(id) = desk.resolve(graph, revision.unwrap_or("head"), None)? else {
        return Err(Plain::new(Class::Input, "there is no entry to take back").into());
    };
    let refuse = |why: String| {
        Plain::new(Class::Input, why).hint("what others have stays: write a new draft that changes it")
    };
    if let Some(follower) = graph.children(&id).first() {
        return Err(refuse(format!("{} stays: {} follows it", id.short(), follower.short())).into());
    }
    if is_in_git(&desk.ledger.entry_path(&id))? {
        return Err(refuse(format!("{} is shared: it is in a git commit", id.short())).into());
    }
    for other in others(desk)? {
        if has(&stand::position(&other)?, graph, id) {
            return Err(refuse(format!("{} is shared: {} has applied it", id.short(), other.shown)).into());
        }
    }
    Ok(id)
}

/// The targets of `strat.ron` that aren't the author's own. One whose variable isn't set can't have been reached from here.
fn others(desk: &Desk<'_>) -> Result<Vec<Chosen>, Failure> {
    let settings = Settings::read(&desk.place)?;
    let names = settings.targets.keys().filter(|name| *name != DEV && settings.is_known(name));
    names.map(|name| settings.named(&desk.place, name)).collect()
}

fn has(position: &Position, graph: &Graph, id: EntryId) -> bool {
    graph.ancestors(&position.heads).contains(&id) || position.partial.as_ref().is_some_and(|p| p.entry == id)
}
