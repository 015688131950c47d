//! `strat vault show`: what is kept of one step.

use engine::{
    Known,
    data::vault::{Fate, fates, held as all_held, kept},
};
use ledger::printable;
use model::{Class, StepRef};
use serde_json::{Value, json};

use super::{
    super::{Answer, DONE},
    described, held,
};
use crate::{
    config::Chosen,
    desk::Desk,
    failure::{Failure, Plain},
    output::{bytes, thousands},
    stand,
};

pub(super) fn run(desk: &Desk<'_>, chosen: &Chosen, step: &str, rows: bool) -> Answer {
    let known = Known::load(&desk.ledger)?;
    let graph = desk.graph()?;
    let found = stand::wait_for(async {
        let mut target = stand::look(chosen).await?;
        let at =
            reference(step, |revision| desk.resolve(&graph, revision, Some(&target.journal.position.heads)))?;
        let Some(one) = kept(&mut target).await?.into_iter().find(|one| one.at == at) else {
            if let Some(one) = all_held(&mut target).await?.into_iter().find(|one| one.at == at) {
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
        Err(one) => return Ok(held::show(desk, chosen, &one)),
    };
    desk.out.say(format!("{} by {}", one.at, printable(&one.about.script)));
    for about in one.about.tables() {
        for column in &about.columns {
            desk.out.say(format!("  {}.{}: {}", printable(&about.table), printable(&column.name), column.ty));
        }
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
