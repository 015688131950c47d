//! `strat log`: the history, newest first.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Graph, Summary, printable};
use model::{EntryId, Resolution};
use serde_json::json;

use super::{Answer, DONE};
use crate::{desk::Desk, lanes::Lanes, stand};

pub fn run(
    desk: &Desk<'_>,
    draw: bool,
    count: Option<usize>,
    (revision, target): (Option<&str>, Option<&str>),
) -> Answer {
    let graph = desk.graph()?;
    let shown = match revision {
        None => None,
        Some(text) => {
            Some(graph.ancestors(&desk.resolve(&graph, text, None)?.into_iter().collect::<Vec<_>>()))
        }
    };
    let applied = stand::applied(desk, &graph, target)?;
    let marks = marks(&desk.branch()?, &graph);
    let newest_first =
        graph.entries().iter().rev().filter(|row| shown.as_ref().is_none_or(|s| s.contains(&row.id)));
    let rows: Vec<&Summary> = newest_first.take(count.unwrap_or(usize::MAX)).collect();
    let known: BTreeSet<EntryId> = rows.iter().map(|row| row.id).collect();
    let mut lanes = Lanes::default();
    let mut table = Vec::new();
    for row in &rows {
        let line = line(row, &marks, applied.as_ref());
        if draw {
            let parents: Vec<EntryId> = row.parents.iter().filter(|id| known.contains(id)).copied().collect();
            let drawn = lanes.entry(row.id, &parents);
            drawn.above.iter().for_each(|text| desk.out.say(text));
            let decided = decided(desk, row).map(|what| format!("  [{what}]")).unwrap_or_default();
            desk.out.say(format!("{}  {}{decided}", drawn.line, line.join("  ")).trim_end());
            drawn.below.iter().for_each(|text| desk.out.say(text));
        } else {
            table.push(line);
        }
    }
    desk.out.table(&table);
    if rows.is_empty() {
        desk.out.say("the ledger is empty");
    }
    let described = |row: &&Summary| {
        json!({
            "id": row.id.to_string(),
            "parents": row.parents.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "branch": row.branch,
            "database": row.database,
            "message": row.message,
            "author": row.author,
            "authored_at": row.authored_at,
            "draft": row.draft,
            "steps": row.steps,
            "applied": applied.as_ref().map(|ids| ids.contains(&row.id)),
        })
    };
    desk.out.document("log", json!({ "entries": rows.iter().map(described).collect::<Vec<_>>() }));
    Ok(DONE)
}

fn line(
    row: &Summary,
    marks: &BTreeMap<EntryId, Vec<String>>,
    applied: Option<&BTreeSet<EntryId>>,
) -> Vec<String> {
    let mark = marks.get(&row.id).map(|names| format!(" ({})", names.join(", "))).unwrap_or_default();
    let pending = match applied {
        Some(ids) if !ids.contains(&row.id) => "pending",
        Some(_) => "applied",
        None => "",
    };
    let day = row.authored_at.get(..10).unwrap_or_default().to_owned();
    let mut cells = vec![row.id.short(), day];
    if applied.is_some() {
        cells.push(pending.to_owned());
    }
    cells.push(format!("{}{mark}", printable(&row.message)));
    cells
}

/// The branches that end at each entry; the current one first.
fn marks(current: &str, graph: &Graph) -> BTreeMap<EntryId, Vec<String>> {
    let mut marks: BTreeMap<EntryId, Vec<String>> = BTreeMap::new();
    for (branch, heads) in graph.branches() {
        for id in heads {
            let names = marks.entry(id).or_default();
            match branch == current {
                true => names.insert(0, format!("head of {branch}")),
                false => names.push(branch.to_owned()),
            }
        }
    }
    marks
}

/// What a merge decided, counted.
fn decided(desk: &Desk<'_>, row: &Summary) -> Option<String> {
    let merge = Some(row).filter(|row| row.parents.len() > 1)?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    // An entry that can't be read is for `verify` to tell.
    for resolution in desk.ledger.entry(&merge.id).ok()?.resolutions {
        let word = match resolution {
            Resolution::Keep { .. } => "kept",
            Resolution::Same { .. } => "unified",
            Resolution::Rename { .. } => "renamed",
            Resolution::Set { .. } => "set",
            Resolution::Order { .. } => "ordered",
        };
        *counts.entry(word).or_default() += 1;
    }
    let each: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
    (!each.is_empty()).then(|| format!("decided: {}", each.join(", ")))
}
