//! `strat script replay`: runs the script as it is now on one row, or group, of a target, with all that it logs. Writes nothing there.

use std::fs;

use engine::live::{Ask, LiveRows};
use ledger::printable;
use model::{Class, to_canonical};
use sandbox::{Guest, GuestError, Outcome, check_output, conform, probe, regroup::GROUP};
use serde_json::json;

use super::{
    Script,
    cases::{Case, Row, cell},
    lookups::tell_missing,
    made::Made,
    manifest::Manifest,
    rows::{key, rows, short},
    test::Bench,
    wanted,
};
use crate::{
    args::{ReplayArgs, Shape},
    commands::{Answer, DONE},
    desk::{Desk, file_error},
    failure::{Failure, Plain},
    output::{count, thousands},
};

/// So many rows of a group are shown.
const SHOWN: usize = 20;

/// Replays the row that was named.
pub fn run(desk: &Desk<'_>, args: &ReplayArgs) -> Answer {
    let Some(script) = wanted(desk, Some(&args.name))?.pop() else { return Ok(DONE) };
    let manifest = Manifest::needed(desk, &script)?;
    let bench = Bench::new(desk, &script, &manifest, args.engine)?;
    let given = args.row.iter().map(|text| named(text)).collect::<Result<Vec<_>, _>>()?;
    let (chosen, live) =
        rows(desk, args.target.target.as_deref(), (&script.name, &manifest), Ask::Row(&given))?;
    if live.batch.rows == 0 {
        let key: Vec<String> = given.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let (what, key) = (unit(&manifest), printable(&key.join(", ")).into_owned());
        let why = format!("{}: {} has no {what} {key}", chosen.shown, printable(&manifest.table));
        return Err(Plain::new(Class::Input, why).into());
    }
    say_input(desk, &chosen.shown, &manifest, &live);
    let guest = bench.guest(&live.lookups)?;
    let first = guest.run(&live.batch);
    if let Some(second) = bench.second(&live.lookups)?
        && let Some(what) = probe::disagreement(&first, &second.run(&live.batch))
    {
        return Err(Plain::new(Class::Input, format!("wasmi doesn't agree with wasmtime: {what}")).into());
    }
    let ran = first.and_then(|outcome| match check_output(&live.batch, &outcome, &live.expected) {
        Ok(()) => Ok(outcome),
        Err(error) => Err(error.into()),
    });
    let (log, fuel) = match &ran {
        Ok(outcome) => (outcome.log.clone(), Some(outcome.fuel)),
        Err(GuestError::Trap { log, .. } | GuestError::Failed { log, .. }) => (log.clone(), None),
        Err(_) => (String::new(), None),
    };
    log.lines().for_each(|line| desk.out.say(format!("  log  {}", printable(line))));
    let verdict = tell(desk, &live, (&manifest, &guest), &ran);
    if let Some(fuel) = fuel {
        let most = guest.fuel(&live.batch);
        desk.out.say(format!("  fuel {} of {}", thousands(fuel), thousands(most)));
    }
    if let (Some(name), Ok(outcome)) = (&args.save, &ran) {
        save(desk, &script, &manifest, (name, &live, outcome))?;
    }
    desk.out.document(
        "script replay",
        json!({
            "name": script.name, "target": chosen.shown, "table": manifest.table, "key": key(&live, 0),
            "ok": verdict.is_none(), "error": verdict, "log": log, "fuel": fuel,
        }),
    );
    Ok(if verdict.is_none() { DONE } else { Class::Input as u8 })
}

/// What the guest is handed by the script.
fn unit(manifest: &Manifest) -> &'static str {
    if manifest.shape() == Shape::Aggregate { "group" } else { "row" }
}

/// The row, or the first rows of a group.
fn say_input(desk: &Desk<'_>, shown: &str, manifest: &Manifest, live: &LiveRows) {
    let (table, what) = (printable(&manifest.table), unit(manifest));
    let rows = live.keys.len();
    if manifest.shape() != Shape::Aggregate {
        desk.out.say(format!("{shown}: {table} {what} {}", key(live, 0)));
        for column in &live.batch.columns {
            desk.out.say(format!("  in   {} = {}", printable(&column.name), short(&column.value(0))));
        }
    } else {
        desk.out.say(format!("{shown}: {table} {what} {}, {}", key(live, 0), count(rows, "row", "rows")));
        let columns = live.batch.columns.iter().filter(|column| column.name != GROUP).skip(live.key.len());
        let columns: Vec<_> = columns.collect();
        for row in 0..rows.min(SHOWN) {
            let values =
                columns.iter().map(|one| format!("{} = {}", printable(&one.name), short(&one.value(row))));
            desk.out.say(format!("  in   {}", values.collect::<Vec<_>>().join(", ")));
        }
        if rows > SHOWN {
            desk.out.say(format!("  and {} more", thousands((rows - SHOWN) as u64)));
        }
    }
    tell_missing(desk, &live.lookups.missing);
}

/// `COLUMN=VALUE`.
fn named(text: &str) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((column, value)) => Ok((column.to_owned(), value.to_owned())),
        None => Err(Plain::new(Class::Input, format!("`{}` isn't COLUMN=VALUE", printable(text)))
            .hint("such as --row id=7")
            .into()),
    }
}

/// Says what would become of the row; returns why nothing would.
fn tell(
    desk: &Desk<'_>,
    live: &LiveRows,
    (manifest, guest): (&Manifest, &Guest),
    ran: &Result<Outcome, GuestError>,
) -> Option<String> {
    let outcome = match ran {
        Ok(outcome) => outcome,
        Err(error) => {
            desk.out.say(format!("  FAIL {}", printable(&error.to_string())));
            return Some(error.to_string());
        }
    };
    if let Some((_, why)) = outcome.rejects.first() {
        desk.out.say(format!("  rejected: {}", printable(why)));
        return Some(format!("rejected: {why}"));
    }
    if !manifest.is_rowwise() {
        match Made::of(live, manifest, guest, outcome.clone()) {
            Ok(made) => made.lines(desk),
            Err(error) => {
                desk.out.say(format!("  FAIL {}", printable(&error.to_string())));
                return Some(error.to_string());
            }
        }
        desk.out.say("  passes; nothing was written");
        return None;
    }
    let output = conform(outcome.batch.clone(), &live.expected);
    for (column, old) in output.columns.iter().zip(&live.old[0]) {
        let (name, new) = (printable(&column.name), column.value(0));
        match new == *old {
            true => desk.out.say(format!("  same {name} = {}", short(old))),
            false => desk.out.say(format!("  out  {name}: {} → {}", short(old), short(&new))),
        }
    }
    desk.out.say("  passes; nothing was written");
    None
}

/// Makes a case of the row. Its values are real ones: the file says so to whoever commits it.
fn save(
    desk: &Desk<'_>,
    script: &Script,
    manifest: &Manifest,
    (name, live, outcome): (&str, &LiveRows, &Outcome),
) -> Result<(), Failure> {
    if !ledger::is_stem(name) {
        let why = format!("{} is no name for a case", printable(name));
        return Err(Plain::new(Class::Input, why)
            .hint("lower-case letters, digits, `.`, `_` and `-`")
            .into());
    }
    let path = script.folder.join("cases").join(format!("{name}.ron"));
    let shown = desk.place.shown(&path);
    if path.exists() {
        return Err(Plain::new(Class::Input, format!("{shown} is there already")).into());
    }
    let given = |number: usize| -> Row {
        let columns = live.batch.columns.iter().filter(|column| manifest.reads.contains_key(&column.name));
        columns.map(|column| (column.name.clone(), cell(&column.value(number)))).collect()
    };
    let lookups = live.lookups.found.iter().map(|(name, batch)| {
        let declared = |column: &&sandbox::Column| {
            manifest.lookups.get(name).is_some_and(|columns| columns.contains_key(&column.name))
        };
        let row = |number: usize| -> Row {
            let columns = batch.columns.iter().filter(declared);
            columns.map(|column| (column.name.clone(), cell(&column.value(number)))).collect()
        };
        (name.clone(), (0..batch.rows as usize).map(row).collect())
    });
    let rejects = outcome
        .rejects
        .iter()
        .map(|(row, message)| super::cases::Reject { row: *row, message: message.clone() });
    let rejects: Vec<_> = rejects.collect();
    let output = conform(outcome.batch.clone(), &live.expected);
    let made = |number: usize| -> Row {
        output.columns.iter().map(|column| (column.name.clone(), cell(&column.value(number)))).collect()
    };
    let expect = match (manifest.is_rowwise(), rejects.is_empty()) {
        (true, false) => vec![Row::new()],
        _ => (0..output.rows as usize).map(made).collect(),
    };
    let case = Case {
        rows: (0..live.keys.len()).map(given).collect(),
        lookups: lookups.collect(),
        expect,
        rejects,
        ..Case::default()
    };
    let text = to_canonical(&case).map_err(|error| Plain::new(Class::Input, error.to_string()))?;
    let fail = |error: std::io::Error| file_error("write", &shown, &error);
    fs::create_dir_all(script.folder.join("cases")).map_err(fail)?;
    fs::write(&path, text).map_err(fail)?;
    desk.out.say(format!("  {shown} holds the row's real values: look them over before they are committed"));
    Ok(())
}
