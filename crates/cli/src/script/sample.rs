//! `strat script test --target`: runs a script on rows of a target, shows what would change there, and writes nothing.

use std::time::Instant;

use engine::live::{Ask, LiveRows};
use ledger::printable;
use model::{Class, Value};
use sandbox::{Guest, GuestError, Outcome, check_output, conform, probe, regroup};
use serde_json::{Value as Json, json};

use super::{
    lookups::tell_missing,
    made::Made,
    manifest::Manifest,
    rows::{key, rows, short},
    test::Bench,
    wanted,
};
use crate::{
    args::TestArgs,
    commands::{Answer, DONE},
    desk::Desk,
    failure::{Failure, Plain},
    output::{count, thousands},
};

/// So many changed rows are shown.
const CHANGED: usize = 20;
/// So many rejected rows are shown.
const REJECTED: usize = 10;

/// Runs the script of that name on rows of the target.
pub fn run(desk: &Desk<'_>, args: &TestArgs) -> Answer {
    let Some(script) = wanted(desk, args.name.as_deref())?.pop() else { return Ok(DONE) };
    let manifest = Manifest::needed(desk, &script)?;
    let bench = Bench::new(desk, &script, &manifest, args.engine)?;
    let (chosen, live) =
        rows(desk, args.target.as_deref(), (&script.name, &manifest), Ask::Some(args.sample as usize))?;
    let began = Instant::now();
    let guest = bench.guest(&live.lookups)?;
    let first = guest.run(&live.batch);
    let seconds = began.elapsed().as_secs_f64();
    let mut wrong = Vec::new();
    if let (Some(second), Ok(_)) = (bench.second(&live.lookups)?, &first) {
        wrong.extend(
            probe::disagreement(&first, &second.run(&live.batch)).map(|what| format!("in wasmi: {what}")),
        );
    }
    let outcome = match first {
        Ok(outcome) => outcome,
        Err(error) => {
            let (row, error) =
                guest.blame(&live.batch).map_or((None, error), |(row, error)| (Some(row), error));
            return Err(failed(&script.name, &chosen.shown, &live, row, &error));
        }
    };
    if manifest.is_rowwise()
        && let Err(error) = check_output(&live.batch, &outcome, &live.expected)
    {
        return Err(failed(&script.name, &chosen.shown, &live, error.row, &error.into()));
    }
    tell_missing(desk, &live.lookups.missing);
    wrong.extend(variance(&guest, &live, &manifest));
    let (shown, speed) = (chosen.shown.as_str(), f64::from(live.batch.rows) / seconds.max(1e-9));
    let document = if manifest.is_rowwise() {
        let preview = Preview::of(&live, outcome);
        preview.tell(desk, shown, &manifest.table, speed);
        preview.document(&script.name, shown, &manifest.table, &wrong)
    } else {
        let made = Made::of(&live, &manifest, &guest, outcome)
            .map_err(|error| failed(&script.name, shown, &live, None, &error))?;
        made.tell(desk, shown, &manifest, speed);
        made.document(&script.name, shown, &manifest.table, &wrong)
    };
    wrong.iter().for_each(|why| desk.out.say(format!("  FAIL  {}", printable(why))));
    desk.out.say("nothing was written");
    desk.out.document("script test", document);
    Ok(if wrong.is_empty() { DONE } else { Class::Input as u8 })
}

/// Whether the guest makes something else of a row twice, or in other company.
fn variance(guest: &Guest, live: &LiveRows, manifest: &Manifest) -> Vec<String> {
    let Ok(report) = probe::probe(guest, &live.batch, manifest.is_rowwise()) else { return Vec::new() };
    let mut wrong: Vec<String> = report.nondeterminism.into_iter().collect();
    wrong.extend(
        report
            .variance
            .iter()
            .map(|found| format!("{}: {} when {}", key(live, found.row as usize), found.reason, found.cut)),
    );
    if !manifest.is_rowwise() {
        wrong.extend(regroup::regrouped(guest, &live.batch, &report.outcome));
    }
    wrong
}

/// A row that makes the guest fail, and how to look at it alone.
fn failed(script: &str, target: &str, live: &LiveRows, row: Option<u32>, error: &GuestError) -> Failure {
    let Some(row) = row.map(|row| row as usize).filter(|row| *row < live.keys.len()) else {
        return Plain::new(Class::Input, format!("script {script}: {error}")).into();
    };
    let named = live.key.iter().zip(&live.keys[row]);
    let named: Vec<String> = named
        .map(|(column, value)| {
            let text = engine::data::columns::bind_text(value).unwrap_or_default();
            format!("--row '{}={}'", printable(&column.name), printable(&text))
        })
        .collect();
    let (on, what) = match live.batch.column(regroup::GROUP) {
        None => ("", "row"),
        Some(_) => ("the group ", "group"),
    };
    let hint = format!(
        "`strat script replay {script} --target {target} {}` runs this {what} alone",
        named.join(" ")
    );
    Plain::new(Class::Input, format!("script {script} on {on}{}: {error}", key(live, row))).hint(hint).into()
}

/// What would become of rows.
struct Preview {
    rows: u32,
    same: usize,
    changed: Vec<Changed>,
    rejected: Vec<(String, String)>,
}

/// A row that would change.
struct Changed {
    key: String,
    /// Columns with what stands there and what would.
    columns: Vec<(String, Value, Value)>,
}

impl Preview {
    fn of(live: &LiveRows, outcome: Outcome) -> Preview {
        let rejected: Vec<u32> = outcome.rejects.iter().map(|(row, _)| *row).collect();
        let messages = outcome.rejects.iter().map(|(row, why)| (key(live, *row as usize), why.clone()));
        let mut preview =
            Preview { rows: live.batch.rows, same: 0, changed: Vec::new(), rejected: messages.collect() };
        let output = conform(outcome.batch, &live.expected);
        for (row, old) in live.old.iter().enumerate() {
            if rejected.contains(&(row as u32)) {
                continue;
            }
            let columns: Vec<_> = output
                .columns
                .iter()
                .zip(old)
                .map(|(column, old)| (column.name.clone(), old.clone(), column.value(row)))
                .filter(|(_, old, new)| old != new)
                .collect();
            match columns.is_empty() {
                true => preview.same += 1,
                false => preview.changed.push(Changed { key: key(live, row), columns }),
            }
        }
        preview
    }

    fn tell(&self, desk: &Desk<'_>, target: &str, table: &str, speed: f64) {
        desk.out.say(format!(
            "{target}: {} of {}: {} would change, {} stay, {} rejected; {} rows/s",
            count(self.rows as usize, "row", "rows"),
            printable(table),
            thousands(self.changed.len() as u64),
            thousands(self.same as u64),
            thousands(self.rejected.len() as u64),
            thousands(speed as u64),
        ));
        let mut lines = Vec::new();
        for row in self.changed.iter().take(CHANGED) {
            for (number, (name, old, new)) in row.columns.iter().enumerate() {
                let key = if number == 0 { row.key.clone() } else { String::new() };
                let change = format!("{} → {}", short(old), short(new));
                lines.push(vec![format!("  {key}"), printable(name).into_owned(), change]);
            }
        }
        desk.out.table(&lines);
        let more = self.changed.len().saturating_sub(CHANGED);
        if more > 0 {
            desk.out.say(format!("  and {} more", thousands(more as u64)));
        }
        for (key, why) in self.rejected.iter().take(REJECTED) {
            desk.out.say(format!("  rejected  {key}: {}", printable(why)));
        }
    }

    fn document(&self, script: &str, target: &str, table: &str, wrong: &[String]) -> Json {
        let changed = self.changed.iter().map(|row| {
            let columns = row
                .columns
                .iter()
                .map(|(name, old, new)| json!({ "column": name, "before": short(old), "after": short(new) }));
            json!({ "key": row.key, "columns": columns.collect::<Vec<_>>() })
        });
        let rejected = self.rejected.iter().map(|(key, why)| json!({ "key": key, "message": why }));
        json!({
            "name": script, "target": target, "table": table, "rows": self.rows, "same": self.same,
            "changed": changed.collect::<Vec<_>>(), "rejected": rejected.collect::<Vec<_>>(), "wrong": wrong,
        })
    }
}
