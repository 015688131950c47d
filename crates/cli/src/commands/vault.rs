//! `strat vault`: what a target keeps for the way back.

use std::time::Duration;

use engine::{
    Known, Target,
    data::vault::{Fate, HeldRows, Kept, Old, fates, held, kept, older_than, purge},
    driver::Mode,
};
use ledger::printable;
use model::{Class, StepRef};
use serde_json::{Value, json};

use super::{Answer, DONE};
use crate::{
    args::{TargetArgs, VaultVerb},
    config::{Chosen, Settings},
    desk::Desk,
    failure::{Failure, Plain},
    output::{bytes, count, thousands},
    stand,
};

pub fn run(desk: &Desk<'_>, verb: &VaultVerb) -> Answer {
    match verb {
        VaultVerb::List { target } => list(desk, &chosen(desk, target)?),
        VaultVerb::Show { step, rows, target } => show(desk, &chosen(desk, target)?, step, *rows),
        VaultVerb::Purge { older_than, yes, target } => {
            remove(desk, &chosen(desk, target)?, *older_than, *yes)
        }
    }
}

fn chosen(desk: &Desk<'_>, target: &TargetArgs) -> Result<Chosen, Failure> {
    Settings::read(&desk.place)?.choose(&desk.place, target.target.as_deref())
}

fn list(desk: &Desk<'_>, chosen: &Chosen) -> Answer {
    let (all, tables) = stand::wait_for(async {
        let mut target = stand::look(chosen).await?;
        Ok((kept(&mut target).await?, held(&mut target).await?))
    })?;
    if all.is_empty() && tables.is_empty() {
        desk.out.say(format!("{}: nothing is kept", chosen.shown));
    }
    let row = |one: &Kept| {
        vec![
            reference_to(one.at),
            printable(&one.about.table).into_owned(),
            printable(&one.about.script).into_owned(),
            rows_of(one.rows),
            bytes(one.bytes),
        ]
    };
    let held_row = |one: &HeldRows| {
        vec![
            reference_to(one.at),
            printable(&one.held.table).into_owned(),
            printable(&one.held.words()).into_owned(),
            rows_of(one.rows),
            bytes(one.bytes),
        ]
    };
    desk.out.table(&all.iter().map(row).chain(tables.iter().map(held_row)).collect::<Vec<_>>());
    let vaults: Vec<Value> = all.iter().map(described).chain(tables.iter().map(described_held)).collect();
    desk.out.document("vault list", json!({ "target": chosen.shown, "vaults": vaults }));
    Ok(DONE)
}

fn reference_to(at: StepRef) -> String {
    format!("{}#{}", at.entry.short(), at.step + 1)
}

fn rows_of(rows: u64) -> String {
    count(usize::try_from(rows).unwrap_or(usize::MAX), "row", "rows")
}

/// How long a purge waits for a run that is at work.
const PATIENCE: Duration = Duration::from_secs(5);

fn remove(desk: &Desk<'_>, chosen: &Chosen, days: u32, yes: bool) -> Answer {
    let all = stand::wait_for(async {
        if !yes || stand::is_absent(chosen) {
            return Ok(older_than(&mut stand::look(chosen).await?, days).await?);
        }
        let mut target = Target::open(&chosen.url, Mode::Write, &desk.author().unwrap_or_default()).await?;
        let all = older_than(&mut target, days).await?;
        if !all.is_empty() {
            purge(&mut target, &all, PATIENCE).await?;
        }
        Ok(all)
    })?;
    let row = |one: &Old| {
        let since = one.since.clone().unwrap_or_else(|| "not in the journal".to_owned());
        vec![
            reference_to(one.at),
            printable(&one.what).into_owned(),
            rows_of(one.rows),
            bytes(one.bytes),
            since,
        ]
    };
    desk.out.table(&all.iter().map(row).collect::<Vec<_>>());
    desk.out.say(match (all.is_empty(), yes) {
        (true, _) => format!("{}: nothing has been kept for {days} days", chosen.shown),
        (false, true) => {
            format!("{}: removed, and journaled: what those steps destroyed doesn't come back", chosen.shown)
        }
        (false, false) => format!("{}: nothing was removed; with --yes these are", chosen.shown),
    });
    let told = |one: &Old| {
        json!({
            "entry": one.at.entry.to_string(), "step": one.at.step + 1, "what": one.what, "rows": one.rows,
            "bytes": one.bytes, "since": one.since,
        })
    };
    let purged: Vec<Value> = all.iter().map(told).collect();
    let document = json!({ "target": chosen.shown, "removed": yes, "vaults": purged });
    desk.out.document("vault purge", document);
    Ok(DONE)
}

fn show(desk: &Desk<'_>, chosen: &Chosen, step: &str, rows: bool) -> Answer {
    let known = Known::load(&desk.ledger)?;
    let graph = desk.graph()?;
    let found = stand::wait_for(async {
        let mut target = stand::look(chosen).await?;
        let at =
            reference(step, |revision| desk.resolve(&graph, revision, Some(&target.journal.position.heads)))?;
        let Some(one) = kept(&mut target).await?.into_iter().find(|one| one.at == at) else {
            if let Some(one) = held(&mut target).await?.into_iter().find(|one| one.at == at) {
                return Ok(Err(one));
            }
            let why = format!("{}: nothing is kept of {at}", chosen.shown);
            return Err(Plain::new(Class::Input, why).hint("`strat vault list` lists what is kept").into());
        };
        let mut all = Vec::new();
        if rows {
            let mut tell = |key, fate| all.push((key, fate));
            fates(&mut target, &known, &chosen.database, at, &mut tell).await?;
        }
        Ok(Ok((one, all)))
    })?;
    let (one, fates) = match found {
        Ok(found) => found,
        Err(one) => return Ok(show_held(desk, chosen, &one)),
    };
    desk.out.say(format!("{} by {}", one.at, printable(&one.about.script)));
    for column in &one.about.columns {
        desk.out.say(format!("  {}.{}: {}", printable(&one.about.table), printable(&column.name), column.ty));
    }
    desk.out.say(format!("  {} rows in {} blocks, {}", thousands(one.rows), one.blocks, bytes(one.bytes)));
    let word = |fate: &Fate| match fate {
        Fate::Back => "comes back",
        Fate::Changed => "was changed since, and stays",
        Fate::Gone => "isn't there any more",
    };
    let lines = fates.iter().map(|(key, fate)| vec![format!("  {key}"), word(fate).to_owned()]);
    desk.out.table(&lines.collect::<Vec<_>>());
    let code = |fate: &Fate| match fate {
        Fate::Back => "back",
        Fate::Changed => "changed",
        Fate::Gone => "gone",
    };
    let told: Vec<Value> =
        fates.iter().map(|(key, fate)| json!({ "key": key, "fate": code(fate) })).collect();
    let mut document = described(&one);
    document["target"] = json!(chosen.shown);
    document["fates"] = json!(told);
    desk.out.document("vault show", document);
    Ok(DONE)
}

fn show_held(desk: &Desk<'_>, chosen: &Chosen, one: &HeldRows) -> u8 {
    desk.out.say(format!("{} destroys {}", one.at, printable(&one.held.words())));
    for column in &one.held.columns {
        desk.out.say(format!("  {}: {}", printable(&column.name), printable(&column.ty)));
    }
    desk.out.say(format!("  {} rows, {}", thousands(one.rows), bytes(one.bytes)));
    let mut document = described_held(one);
    document["target"] = json!(chosen.shown);
    desk.out.document("vault show", document);
    DONE
}

fn described_held(one: &HeldRows) -> Value {
    let columns: Vec<Value> =
        one.held.columns.iter().map(|c| json!({ "name": c.name, "type": c.ty })).collect();
    json!({
        "entry": one.at.entry.to_string(), "step": one.at.step + 1, "table": one.held.table,
        "what": one.held.words(), "columns": columns, "rows": one.rows, "bytes": one.bytes,
    })
}

fn described(one: &Kept) -> Value {
    let columns: Vec<Value> =
        one.about.columns.iter().map(|c| json!({ "name": c.name, "type": c.ty.to_string() })).collect();
    json!({
        "entry": one.at.entry.to_string(), "step": one.at.step + 1, "table": one.about.table,
        "script": one.about.script, "columns": columns, "rows": one.rows, "blocks": one.blocks, "bytes": one.bytes,
    })
}

/// `REVISION#STEP`, the step counted from 1.
fn reference(
    text: &str,
    resolve: impl Fn(&str) -> Result<Option<model::EntryId>, Failure>,
) -> Result<StepRef, Failure> {
    let wrong = || {
        let why = format!("`{}` names no step", printable(text));
        Plain::new(Class::Input, why).hint("a revision and the step's number, such as 3f9c12ab04de#2")
    };
    let (revision, step) = text.split_once('#').ok_or_else(wrong)?;
    let number = step.parse::<u32>().ok().and_then(|n| n.checked_sub(1)).ok_or_else(wrong)?;
    Ok(StepRef { entry: resolve(revision)?.ok_or_else(wrong)?, step: number })
}
