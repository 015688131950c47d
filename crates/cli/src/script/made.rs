//! What a script makes of rows, or of groups of them, for other tables.

use std::collections::{BTreeMap, BTreeSet};

use engine::live::LiveRows;
use ledger::printable;
use model::Value;
use sandbox::{
    Batch, Guest, GuestError, Outcome, check_output, conform,
    regroup::{FROM, GROUP, INTO},
};
use serde_json::{Value as Json, json};

use super::{
    manifest::Manifest,
    rows::{key, short},
};
use crate::{
    desk::Desk,
    output::{count, thousands},
};

/// So many new rows are shown.
const MADE: usize = 20;
/// So many rejected rows are shown.
const REJECTED: usize = 10;

/// What would be made.
pub struct Made {
    read: usize,
    groups: Option<usize>,
    rows: Vec<New>,
    rejected: Vec<(String, String)>,
}

/// A new row.
struct New {
    from: String,
    into: String,
    values: Vec<(String, Value)>,
}

impl Made {
    /// Runs the guest until it refuses nothing any more, as a data step that sets rows aside would.
    pub fn of(
        live: &LiveRows,
        manifest: &Manifest,
        guest: &Guest,
        first: Outcome,
    ) -> Result<Made, GuestError> {
        let grouped = live.batch.column(GROUP).is_some();
        let mut made = Made {
            read: live.keys.len(),
            groups: grouped.then(|| live.units()),
            rows: Vec::new(),
            rejected: Vec::new(),
        };
        let (mut live, mut outcome) = (live.clone(), first);
        while !outcome.rejects.is_empty() {
            let rows = outcome.rejects.iter().filter(|(row, _)| (*row as usize) < live.keys.len());
            let rows: Vec<_> = rows.map(|(row, why)| (*row as usize, why.clone())).collect();
            let gone: BTreeSet<usize> = rows.iter().map(|(row, _)| *row).collect();
            made.rejected.extend(rows.into_iter().map(|(row, why)| (key(&live, row), why)));
            if gone.is_empty() || live.units() == 0 {
                break;
            }
            live = live.without(&gone);
            outcome = guest.run(&live.batch)?;
        }
        check_output(&live.batch, &outcome, &live.expected)?;
        made.rows = rows(&live, manifest, conform(outcome.batch, &live.expected), grouped)
            .map_err(|reason| GuestError::Output { column: None, row: None, reason })?;
        Ok(made)
    }

    /// How many rows each table would get.
    fn tables(&self) -> BTreeMap<&str, usize> {
        let mut tables = BTreeMap::new();
        self.rows.iter().for_each(|row| *tables.entry(row.into.as_str()).or_default() += 1);
        tables
    }

    /// Says it to people.
    pub fn tell(&self, desk: &Desk<'_>, target: &str, manifest: &Manifest, speed: f64) {
        let groups = self.groups.map(|groups| format!(" in {}", count(groups, "group", "groups")));
        let mut tables: Vec<String> = self
            .tables()
            .iter()
            .map(|(table, rows)| format!("{} for {}", count(*rows, "row", "rows"), printable(table)))
            .collect();
        if tables.is_empty() {
            tables.push("nothing".to_owned());
        }
        desk.out.say(format!(
            "{target}: {} of {}{}: {} would be made, {} rejected; {} rows/s",
            count(self.read, "row", "rows"),
            printable(&manifest.table),
            groups.unwrap_or_default(),
            tables.join(" and "),
            thousands(self.rejected.len() as u64),
            thousands(speed as u64),
        ));
        self.lines(desk);
        for (key, why) in self.rejected.iter().take(REJECTED) {
            desk.out.say(format!("  rejected  {key}: {}", printable(why)));
        }
    }

    /// The new rows, the first of them.
    pub fn lines(&self, desk: &Desk<'_>) {
        let mut lines = Vec::new();
        for row in self.rows.iter().take(MADE) {
            let values =
                row.values.iter().map(|(name, value)| format!("{} = {}", printable(name), short(value)));
            let values = values.collect::<Vec<_>>().join(", ");
            lines.push(vec![format!("  {}", row.from), format!("→ {}", printable(&row.into)), values]);
        }
        desk.out.table(&lines);
        let more = self.rows.len().saturating_sub(MADE);
        if more > 0 {
            desk.out.say(format!("  and {} more", thousands(more as u64)));
        }
    }

    /// Says it to programs.
    pub fn document(&self, script: &str, target: &str, table: &str, wrong: &[String]) -> Json {
        let made = self.rows.iter().map(|row| {
            let values: BTreeMap<_, _> =
                row.values.iter().map(|(name, value)| (name.as_str(), short(value))).collect();
            json!({ "from": row.from, "into": row.into, "values": values })
        });
        let rejected = self.rejected.iter().map(|(key, why)| json!({ "key": key, "message": why }));
        json!({
            "name": script, "target": target, "table": table, "rows": self.read, "groups": self.groups,
            "tables": self.tables(), "made": made.collect::<Vec<_>>(),
            "rejected": rejected.collect::<Vec<_>>(), "wrong": wrong,
        })
    }
}

/// The new rows, each with what it is made of and the table that it is for; or what is wrong with them.
fn rows(live: &LiveRows, manifest: &Manifest, output: Batch, grouped: bool) -> Result<Vec<New>, String> {
    if grouped && output.rows as usize != live.units() {
        return Err(format!("{} rows came back for {} groups", output.rows, live.units()));
    }
    let several = manifest.into.len() > 1;
    let mut made = Vec::new();
    for row in 0..output.rows as usize {
        let named = |name: &str| output.column(name).map_or(Value::Null, |column| column.value(row));
        let from = match (grouped, named(FROM)) {
            (true, _) => live.first_of(row),
            (false, Value::Int(from)) => usize::try_from(from).ok().and_then(|from| live.first_of(from)),
            (false, _) => None,
        };
        let from = from.ok_or_else(|| format!("row {row} is made of no row of the batch ({FROM})"))?;
        let into = match (several, named(INTO)) {
            (false, _) => manifest.into.keys().next().cloned(),
            (true, Value::Text(into)) => manifest.into.contains_key(&into).then_some(into),
            (true, _) => None,
        };
        let into = into.ok_or_else(|| format!("row {row} is for no table of `into` ({INTO})"))?;
        let values = manifest.into[&into].keys().map(|column| {
            let name = if several { format!("{into}.{column}") } else { column.clone() };
            (column.clone(), named(&name))
        });
        made.push(New { from: key(live, from), values: values.collect(), into });
    }
    Ok(made)
}
