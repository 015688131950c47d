//! Which tables of a target a script's lookups are: only steps name them.

use std::collections::BTreeMap;

use ledger::{parse_draft, printable};
use model::{
    Step,
    data_step::{Lookup, Rows},
};

use super::manifest::Manifest;
use crate::{desk::Desk, failure::Failure};

/// As the last draft says it that has a step of this script with such a lookup; where none has, the table of the lookup's own name.
pub fn tables(
    desk: &Desk<'_>,
    script: &str,
    manifest: &Manifest,
) -> Result<BTreeMap<String, Lookup>, Failure> {
    let named = |(name, columns): (&String, &BTreeMap<String, _>)| {
        let read = columns.keys().cloned().collect();
        (name.clone(), Lookup { table: name.clone(), rows: Rows::All, read })
    };
    let mut tables: BTreeMap<String, Lookup> = manifest.lookups.iter().map(named).collect();
    if tables.is_empty() {
        return Ok(tables);
    }
    for draft in desk.drafts()? {
        // One that can't be read is told by whoever records it.
        let Ok(draft) = parse_draft(&draft.shown, &draft.read()?) else { continue };
        for (name, lookup) in draft.steps.iter().filter_map(|step| of(step, script)).flatten() {
            if let Some(table) = tables.get_mut(name) {
                table.clone_from(lookup);
            }
        }
    }
    Ok(tables)
}

/// The lookups of a step, where it is one of this script.
fn of<'a>(step: &'a Step, script: &str) -> Option<&'a BTreeMap<String, Lookup>> {
    let (name, lookups) = match step {
        Step::Backfill(step) => (&step.script, &step.lookups),
        Step::Transfer(step) => (&step.script, &step.lookups),
        Step::Aggregate(step) => (&step.script, &step.lookups),
        _ => return None,
    };
    (name == script).then_some(lookups)
}

/// Says which lookups are handed over without rows, and why.
pub fn tell_missing(desk: &Desk<'_>, missing: &BTreeMap<String, String>) {
    for (name, why) in missing {
        desk.out.say(format!("  lookup {} is empty here: {}", printable(name), printable(why)));
    }
}
