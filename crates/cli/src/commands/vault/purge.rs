//! `strat vault purge`: removes what nobody is to have back any more.

use std::time::Duration;

use engine::{
    Target,
    data::vault::{Old, older_than, purge},
    driver::Mode,
};
use ledger::printable;
use serde_json::{Value, json};

use super::{
    super::{Answer, DONE},
    reference_to, rows_of,
};
use crate::{config::Chosen, desk::Desk, output::bytes, stand};

/// How long a purge waits for a run that is at work.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn run(desk: &Desk<'_>, chosen: &Chosen, days: u32, yes: bool) -> Answer {
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
