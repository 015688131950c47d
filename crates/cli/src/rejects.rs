//! Tells of the rows that data steps have left as they were.

use engine::data::{
    aside::{Listed, RETRIED, list},
    retry::Retried,
};
use ledger::printable;
use serde_json::{Value, json};

use crate::{config::Chosen, desk::Desk, failure::Failure, output::thousands, stand};

/// Lists them, step by step.
pub fn tell(desk: &Desk<'_>, chosen: &Chosen, all: bool) -> Result<(), Failure> {
    let mut rows = stand::wait_for(async { Ok(list(&mut stand::look(chosen).await?).await?) })?;
    rows.retain(|row| all || row.is_open());
    if rows.is_empty() {
        desk.out.say(format!("{}: no rows are set aside", chosen.shown));
    }
    let line = |one: &Listed| {
        vec![
            format!("{}#{}", one.at.entry.short(), one.at.step + 1),
            printable(&one.row.key).into_owned(),
            one.row.class.name().to_owned(),
            printable(&one.row.message).into_owned(),
            closed(one),
        ]
    };
    desk.out.table(&rows.iter().map(line).collect::<Vec<_>>());
    let row = |one: &Listed| {
        json!({
            "entry": one.at.entry.to_string(), "step": one.at.step + 1, "number": one.number, "key": one.row.key,
            "class": one.row.class.name(), "message": one.row.message, "input": one.row.input.to_string(), "at": one.when,
            "open": one.is_open(), "closed_by": (!one.is_open()).then_some(&one.closed_by),
        })
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    desk.out.document("backfill rejects", json!({ "target": chosen.shown, "rows": rows }));
    Ok(())
}

/// By what a row was closed, in words.
fn closed(one: &Listed) -> String {
    match one.closed_by.as_str() {
        "" => String::new(),
        RETRIED => "(done since)".to_owned(),
        step => {
            let (entry, number) = step.split_once('#').unwrap_or((step, ""));
            format!("(repaired by {}#{number})", entry.get(..12).unwrap_or(entry))
        }
    }
}

/// Says what came of rows that were tried again.
pub fn retried(desk: &Desk<'_>, chosen: &Chosen, all: &[Retried]) {
    if all.is_empty() {
        desk.out.say(format!("{}: no rows are set aside", chosen.shown));
    }
    for one in all {
        let step = format!("{}#{}", one.at.entry.short(), one.at.step + 1);
        let gone = match one.gone {
            0 => String::new(),
            gone => format!(", {} no longer among its rows", thousands(gone)),
        };
        desk.out.say(format!(
            "{step}  {}: {} done, {} still refused{gone}",
            printable(&one.title),
            thousands(one.done),
            thousands(one.left)
        ));
    }
    if all.iter().any(|one| one.left > 0) {
        desk.out.say("`strat backfill rejects` tells why");
    }
    let step = |one: &Retried| {
        json!({
            "entry": one.at.entry.to_string(), "step": one.at.step + 1, "title": one.title, "done": one.done, "gone": one.gone,
            "left": one.left, "receipts": one.receipts,
        })
    };
    let steps: Vec<Value> = all.iter().map(step).collect();
    desk.out.document("backfill retry", json!({ "target": chosen.shown, "steps": steps }));
}
