//! `strat record`: seals drafts into the ledger.

use std::path::PathBuf;

use engine::author::Sealed;
use ledger::printable;
use model::{Class, EntryId};
use serde_json::{Value, json};

use super::{Answer, DONE, merge};
use crate::{
    desk::{Desk, DraftFile},
    editing::Editing,
    failure::{Failure, Plain},
    output::count,
};

pub fn run(desk: &Desk<'_>, named: &[PathBuf]) -> Answer {
    desk.check_local()?;
    let drafts = desk.wanted(named)?;
    if let Some(merge) = drafts.iter().find(|draft| draft.is_merge()) {
        if drafts.len() > 1 {
            return Err(Plain::new(
                Class::Input,
                format!("{} is a merge, and is recorded by itself", merge.shown),
            )
            .into());
        }
        return merge::record(desk, merge);
    }
    let mut editing = Editing::begin(desk, desk.author()?)?;
    let mut recorded = Vec::new();
    for draft in &drafts {
        if let Some(id) = editing.recorded(draft) {
            already(desk, &editing, draft, id, !named.is_empty())?;
            continue;
        }
        let sealed = editing.seal(draft)?;
        let id = store(desk, &mut editing, &sealed)?;
        tell(desk, draft, id, &sealed);
        recorded.push(described(id, &sealed));
    }
    if recorded.is_empty() && named.is_empty() {
        desk.out.say("nothing to record");
        for merge in desk.merge_drafts()? {
            desk.out.say(format!("{} joins branches: `strat merge` goes on with it", merge.shown));
        }
    }
    desk.out.document("record", json!({ "entries": recorded }));
    Ok(DONE)
}

/// Stores what was sealed.
pub fn store(desk: &Desk<'_>, editing: &mut Editing<'_>, sealed: &Sealed) -> Result<EntryId, Failure> {
    let id = sealed.store(&desk.ledger)?;
    editing.advance(&sealed.entry)?;
    Ok(id)
}

fn already(
    desk: &Desk<'_>,
    editing: &Editing<'_>,
    draft: &DraftFile,
    id: EntryId,
    asked: bool,
) -> Result<(), Failure> {
    if !asked {
        return Ok(());
    }
    if editing.is_edited(draft, id)? {
        let why = format!("{} was edited after it was recorded as {}", draft.shown, id.short());
        let hint = "`strat redo` records it anew while nobody else has the entry; else put the difference into a new draft";
        return Err(Plain::new(Class::Input, why).hint(hint).into());
    }
    desk.out.say(format!("{} is already recorded as {}", draft.shown, id.short()));
    Ok(())
}

/// Says what was recorded.
pub fn tell(desk: &Desk<'_>, draft: &DraftFile, id: EntryId, sealed: &Sealed) {
    let steps = count(sealed.entry.steps.len(), "step", "steps");
    desk.out.say(format!("{}  {}  {steps}  {}", id.short(), draft.shown, printable(&sealed.entry.message)));
    for title in &sealed.titles {
        desk.out.say(format!("  {}", printable(title)));
    }
    for (step, hazard) in &sealed.hazards {
        let on = if hazard.on.is_empty() { String::new() } else { format!(" [{}]", hazard.on.join(", ")) };
        desk.out.say(format!("  {} step {}: {}{on}", hazard.code, step + 1, printable(&hazard.message)));
    }
}

fn described(id: EntryId, sealed: &Sealed) -> Value {
    let hazard = |(step, hazard): &(usize, dialect::hazard::Hazard)| json!({ "step": step + 1, "code": hazard.code, "message": hazard.message, "on": hazard.on });
    json!({
        "id": id.to_string(),
        "draft": sealed.entry.draft,
        "branch": sealed.entry.branch,
        "message": sealed.entry.message,
        "steps": sealed.titles,
        "hazards": sealed.hazards.iter().map(hazard).collect::<Vec<_>>(),
    })
}
