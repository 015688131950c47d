//! Tells of the rows that data steps have left as they were.

use engine::data::aside::{Listed, list};
use ledger::printable;
use serde_json::{Value, json};

use crate::{config::Chosen, desk::Desk, failure::Failure, stand};

/// Lists them, step by step.
pub fn tell(desk: &Desk<'_>, chosen: &Chosen) -> Result<(), Failure> {
    let rows = stand::wait_for(async { Ok(list(&mut stand::look(chosen).await?).await?) })?;
    if rows.is_empty() {
        desk.out.say(format!("{}: no rows are set aside", chosen.shown));
    }
    let line = |one: &Listed| {
        vec![
            format!("{}#{}", one.at.entry.short(), one.at.step + 1),
            printable(&one.row.key).into_owned(),
            one.row.class.name().to_owned(),
            printable(&one.row.message).into_owned(),
        ]
    };
    desk.out.table(&rows.iter().map(line).collect::<Vec<_>>());
    let row = |one: &Listed| {
        json!({
            "entry": one.at.entry.to_string(), "step": one.at.step + 1, "number": one.number, "key": one.row.key,
            "class": one.row.class.name(), "message": one.row.message, "input": one.row.input.to_string(), "at": one.when,
        })
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    desk.out.document("backfill rejects", json!({ "target": chosen.shown, "rows": rows }));
    Ok(())
}
