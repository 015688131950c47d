//! Shows what a plan's data steps would make of rows that are there now.

use engine::{
    Known, Prepared, Target,
    guests::Guests,
    preview::{Filled, Preview, Sampled, Seen, preview},
};
use ledger::printable;
use model::{Digest, Value as Cell};
use serde_json::{Value, json};

use crate::{
    config::Chosen,
    desk::Desk,
    failure::Failure,
    output::{count, roughly, thousands},
    planned::Sizes,
    running::blob,
    script::rows::short,
};

/// So many rows are looked at for each step.
const SAMPLE: usize = 200;
/// So many refused rows are shown.
const REJECTED: usize = 10;

/// Looks at the plan's data steps, on rows of the target. Writes nothing.
pub async fn look(
    desk: &Desk<'_>,
    target: &mut Target,
    prepared: &Prepared,
    (known, chosen): (&Known, &Chosen),
    shown: usize,
) -> Result<Vec<Preview>, Failure> {
    let blobs = |digest: &Digest| blob(&desk.ledger, known, digest);
    let guests = Guests::new(&blobs);
    Ok(preview(target, prepared, known, &chosen.database, (&guests, SAMPLE.max(shown))).await?)
}

/// Shows so many rows of each step.
pub fn tell(desk: &Desk<'_>, chosen: &Chosen, previews: &[Preview], (sizes, shown): (&Sizes, usize)) {
    for step in previews {
        let size = sizes.get(&step.table).map(|rows| format!(", {}", roughly(*rows))).unwrap_or_default();
        desk.out.say(format!("\npreview of {}: {}{size}", step.at, printable(&step.title)));
        match &step.seen {
            Seen::Rows(sampled) => rows(desk, sampled, shown),
            Seen::Made { rows, columns, first } => {
                desk.out.say(format!("  would insert {}", count(*rows, "row", "rows")));
                let mut table = vec![columns.iter().map(|name| format!("  {}", printable(name))).collect()];
                table.extend(
                    first
                        .iter()
                        .take(shown)
                        .map(|row| row.iter().map(|v| format!("  {}", short(v))).collect()),
                );
                desk.out.table(&table);
            }
            Seen::Derived { rows, tables, rejected } => made(desk, *rows, tables, (rejected, shown)),
            Seen::Unknown(why) => desk.out.say(format!("  can't be previewed: {}", printable(why))),
        }
    }
    if previews.is_empty() {
        desk.out.say("\npreview: the plan has no data steps");
    }
    let steps: Vec<Value> = previews.iter().map(|step| document(step, shown)).collect();
    desk.out.document("preview", json!({ "target": chosen.shown, "steps": steps }));
}

fn rows(desk: &Desk<'_>, sampled: &Sampled, shown: usize) {
    desk.out.say(format!(
        "  of {} sampled: {} would change, {} stay, {} rejected",
        thousands(sampled.rows as u64),
        thousands(sampled.changed.len() as u64),
        thousands(sampled.same as u64),
        thousands(sampled.rejected.len() as u64),
    ));
    let mut lines = Vec::new();
    for row in sampled.changed.iter().take(shown) {
        for (number, (name, old, new)) in row.columns.iter().enumerate() {
            let key = if number == 0 { row.key.clone() } else { String::new() };
            lines.push(vec![format!("    {key}"), printable(name).into_owned(), change(old, new)]);
        }
    }
    desk.out.table(&lines);
    for (key, why) in sampled.rejected.iter().take(REJECTED) {
        desk.out.say(format!("    rejected  {key}: {}", printable(why)));
    }
}

/// Rows that would be made of others.
fn made(desk: &Desk<'_>, rows: usize, tables: &[Filled], (rejected, shown): (&[(String, String)], usize)) {
    let refused = thousands(rejected.len() as u64);
    desk.out.say(format!("  of {} sampled: {refused} rejected", thousands(rows as u64)));
    for filled in tables {
        let rows = count(filled.rows, "row", "rows");
        desk.out.say(format!("  would insert {rows} into {}", printable(&filled.table)));
        let head = filled.columns.iter().map(|name| format!("    {}", printable(name))).collect();
        let line = |row: &Vec<Cell>| row.iter().map(|value| format!("    {}", short(value))).collect();
        let lines: Vec<Vec<String>> =
            std::iter::once(head).chain(filled.first.iter().take(shown).map(line)).collect();
        desk.out.table(&lines);
    }
    for (key, why) in rejected.iter().take(REJECTED) {
        desk.out.say(format!("    rejected  {key}: {}", printable(why)));
    }
}

fn change(old: &Cell, new: &Cell) -> String {
    format!("{} → {}", short(old), short(new))
}

fn document(step: &Preview, shown: usize) -> Value {
    let mut fields = json!({
        "entry": step.at.entry.to_string(), "step": step.at.step + 1, "title": step.title, "table": step.table,
    });
    let seen = match &step.seen {
        Seen::Rows(sampled) => {
            let changed = sampled.changed.iter().take(shown).map(|row| {
                let columns = row.columns.iter();
                let columns = columns.map(
                    |(name, old, new)| json!({ "column": name, "before": short(old), "after": short(new) }),
                );
                json!({ "key": row.key, "columns": columns.collect::<Vec<_>>() })
            });
            let rejected = sampled.rejected.iter().map(|(key, why)| json!({ "key": key, "message": why }));
            json!({
                "sampled": sampled.rows, "change": sampled.changed.len(), "same": sampled.same,
                "changed": changed.collect::<Vec<_>>(), "rejected": rejected.collect::<Vec<_>>(),
            })
        }
        Seen::Made { rows, columns, first } => {
            let first = first.iter().take(shown).map(|row| row.iter().map(short).collect::<Vec<_>>());
            json!({ "inserted": rows, "columns": columns, "rows": first.collect::<Vec<_>>() })
        }
        Seen::Derived { rows, tables, rejected } => {
            let table = |one: &Filled| {
                let first = one.first.iter().take(shown).map(|row| row.iter().map(short).collect::<Vec<_>>());
                let first: Vec<_> = first.collect();
                json!({ "table": one.table, "inserted": one.rows, "columns": one.columns, "rows": first })
            };
            let rejected = rejected.iter().map(|(key, why)| json!({ "key": key, "message": why }));
            json!({
                "sampled": rows, "tables": tables.iter().map(table).collect::<Vec<_>>(),
                "rejected": rejected.collect::<Vec<_>>(),
            })
        }
        Seen::Unknown(why) => json!({ "unknown": why }),
    };
    if let (Value::Object(fields), Value::Object(seen)) = (&mut fields, seen) {
        fields.extend(seen);
    }
    fields
}
