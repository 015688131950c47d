//! Shows the data steps of a target, and finds the one that is meant.

use engine::{
    Known,
    backfills::{Standing, Standings, State},
    control::{Order, paused},
    data::{RangeRow, columns::bind_text},
    journal::{Throttle, Way},
};
use ledger::printable;
use model::{Class, EntryId, Step, StepRef};
use serde_json::{Value, json};

use crate::{
    config::Chosen,
    desk::Desk,
    failure::{Failure, Plain},
    output::{count, thousands},
};

/// A data step of the ledger.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The sealed step.
    pub at: StepRef,
    /// What it does.
    pub title: String,
}

impl Listed {
    /// The data steps of all entries that speak of the target's database, in the order of the history.
    pub fn all(known: &Known, chosen: &Chosen) -> Vec<Listed> {
        let here = known.history.entries().filter(|(_, entry)| entry.database == chosen.database);
        let steps =
            here.flat_map(|(id, entry)| entry.steps.iter().enumerate().map(move |(n, step)| (id, n, step)));
        let listed = |(entry, n, step): (EntryId, usize, &Step)| {
            Some(Listed { at: StepRef { entry, step: n as u32 }, title: title(step)? })
        };
        steps.filter_map(listed).collect()
    }
}

/// What a data step does; nothing where the step is none.
fn title(step: &Step) -> Option<String> {
    if let Step::Backfill(step) = step {
        return Some(format!("backfill {} by {}", step.table, step.script));
    }
    if let Step::Populate(step) = step {
        return Some(format!("populate {} by {}", step.table, step.script));
    }
    if let Step::Transfer(step) = step {
        let into: Vec<_> = step.into.iter().map(|into| into.table.as_str()).collect();
        return Some(format!("transfer rows of {} into {} by {}", step.table, into.join(", "), step.script));
    }
    if let Step::Aggregate(step) = step {
        return Some(format!("aggregate {} into {} by {}", step.table, step.into.table, step.script));
    }
    None
}

/// The data step that was meant: a revision, with `#` and a number where its entry has several.
pub fn find(desk: &Desk<'_>, all: &[Listed], text: &str) -> Result<StepRef, Failure> {
    let (revision, number) = match text.split_once('#') {
        Some((revision, number)) => (revision, Some(number.parse::<u32>().ok().filter(|n| *n > 0))),
        None => (text, None),
    };
    let entry = desk.resolve(&desk.graph()?, revision, None)?;
    let of_entry: Vec<StepRef> = all.iter().map(|one| one.at).filter(|at| Some(at.entry) == entry).collect();
    let wrong = |why: String| {
        let known: Vec<String> = of_entry.iter().map(short).collect();
        let hint = match known.is_empty() {
            true => "`strat backfill list` shows the data steps there are".to_owned(),
            false => format!("its data steps: {}", known.join(", ")),
        };
        Err(Plain::new(Class::Input, why).hint(hint).into())
    };
    match (number, of_entry.as_slice()) {
        (Some(None), _) => wrong(format!("{} is no step's number", printable(text))),
        (Some(Some(number)), of_entry) => match of_entry.iter().find(|at| at.step + 1 == number) {
            Some(at) => Ok(*at),
            None => wrong(format!("{} has no data step {number}", printable(revision))),
        },
        (None, [one]) => Ok(*one),
        (None, []) => wrong(format!("{} has no data step", printable(revision))),
        (None, _) => wrong(format!("{} has several data steps", printable(revision))),
    }
}

/// A step as it is typed.
fn short(at: &StepRef) -> String {
    format!("{}#{}", at.entry.short(), at.step + 1)
}

/// An order's word, and what it comes to.
pub fn told(order: &Order) -> (&'static str, String) {
    match order {
        Order::Pause => ("pause", "stand still".to_owned()),
        Order::Resume => ("resume", "may go on: `strat up`".to_owned()),
        Order::Throttle(throttle) if *throttle == Throttle::default() => {
            ("throttle", "go as fast as the command line of a run says".to_owned())
        }
        Order::Throttle(throttle) => ("throttle", format!("go with {}", limits(throttle))),
    }
}

/// Limits in words.
fn limits(throttle: &Throttle) -> String {
    let rows = throttle.rows_per_second.map(|rows| format!("at most {} rows/s", thousands(rows)));
    let lag = throttle.max_lag_ms.map(|ms| format!("replicas at most {ms} ms behind"));
    let load = throttle.max_load.map(|load| format!("at most {load} statements at work"));
    let time = throttle.batch_ms.map(|ms| format!("batches of {ms} ms"));
    rows.into_iter().chain(lag).chain(load).chain(time).collect::<Vec<_>>().join(", ")
}

/// How a step stands, in a word; a pause goes before all but being done.
fn word(standings: &Standings, at: StepRef) -> &'static str {
    let state = standings.of(at).map_or(&State::Pending, |standing| &standing.state);
    match state {
        State::Done(_) => state.word(),
        State::Pending | State::Running | State::Interrupted => match standings.pause(at) {
            Some(_) => "paused",
            None => state.word(),
        },
    }
}

fn rows(standing: Option<&Standing>) -> String {
    match standing.map(|standing| (&standing.state, &standing.watermark)) {
        Some((State::Done(receipt), _)) => thousands(receipt.read.max(receipt.changed)),
        Some((_, Some(at))) => format!("{}/~{}", thousands(at.read), thousands(at.total)),
        Some((_, None)) | None => "-".to_owned(),
    }
}

/// Lists the data steps.
pub fn list(desk: &Desk<'_>, chosen: &Chosen, standings: &Standings, all: &[Listed]) {
    let line = |one: &Listed| {
        let standing = standings.of(one.at);
        let why = match standing.map(|standing| &standing.state) {
            Some(State::Done(_)) => None,
            Some(State::Pending | State::Running | State::Interrupted) | None => {
                standings.pause(one.at).map(|pause| format!(" ({})", paused(pause)))
            }
        };
        let open = open(standings, one.at).map(|open| format!(" ({open})"));
        let what =
            format!("{}{}{}", printable(&one.title), why.unwrap_or_default(), open.unwrap_or_default());
        vec![word(standings, one.at).to_owned(), short(&one.at), rows(standing), what]
    };
    if all.is_empty() {
        desk.out.say(format!("{}: there are no data steps", chosen.shown));
    }
    desk.out.table(&all.iter().map(line).collect::<Vec<_>>());
    whole(desk, standings);
    let steps: Vec<Value> = all.iter().map(|one| document(standings, one)).collect();
    desk.out
        .document("backfill list", json!({ "target": chosen.shown, "steps": steps, "all": held(standings) }));
}

/// What holds for all steps.
fn whole(desk: &Desk<'_>, standings: &Standings) {
    if let Some(pause) = &standings.all().pause {
        desk.out.say(format!("all data steps of the target: {}", paused(pause)));
    }
    if standings.all().throttle != Throttle::default() {
        desk.out.say(format!("all data steps of the target: {}", limits(&standings.all().throttle)));
    }
}

/// Shows one of them.
pub fn show(desk: &Desk<'_>, chosen: &Chosen, standings: &Standings, one: Option<&Listed>) {
    let Some(one) = one else {
        desk.out.say(format!("{}: no data step is under way", chosen.shown));
        whole(desk, standings);
        desk.out.document(
            "backfill show",
            json!({ "target": chosen.shown, "step": null, "all": held(standings) }),
        );
        return;
    };
    let standing = standings.of(one.at);
    desk.out.say(format!("{}  {}", short(&one.at), printable(&one.title)));
    let mut lines = vec![vec!["  state".to_owned(), word(standings, one.at).to_owned()]];
    let mut line = |name: &str, value: String| lines.push(vec![format!("  {name}"), value]);
    if let Some(pause) = standings.pause(one.at) {
        line("paused", paused(pause));
    }
    line("rows", rows(standing));
    if let Some(open) = open(standings, one.at) {
        line("open", open);
    }
    if let Some(at) = standing.and_then(|standing| standing.watermark.as_ref()?.at.as_ref()) {
        line("at", key(at));
    }
    if let (Some(State::Running), Some(holder)) = (standing.map(|one| &one.state), &standings.holder) {
        line("run", printable(holder).into_owned());
    }
    if let Some(standing) = standing.filter(|standing| !standing.ranges.is_empty()) {
        let done = standing.ranges.iter().filter(|range| range.done).count();
        line("ranges", format!("{done} of {} done", standing.ranges.len()));
    }
    if let Some(standing) = standing {
        let by = standing.by.as_deref().unwrap_or_default();
        line("since", format!("{} by {}", standing.since.as_deref().unwrap_or_default(), printable(by)));
    }
    let throttle = standings.control.throttle(one.at);
    if throttle != Throttle::default() {
        line("throttle", limits(&throttle));
    }
    desk.out.table(&lines);
    desk.out
        .table(&standing.map_or(&[][..], |standing| &standing.ranges).iter().map(range).collect::<Vec<_>>());
    desk.out.document(
        "backfill show",
        json!({ "target": chosen.shown, "step": document(standings, one), "all": held(standings) }),
    );
}

/// The word for how a range stands.
fn range_word(range: &RangeRow) -> &'static str {
    match (range.done, range.holder.is_empty()) {
        (true, _) => "done",
        (false, false) => "held",
        (false, true) => "free",
    }
}

/// A key as people read it.
fn key(values: &[model::Value]) -> String {
    printable(&values.iter().filter_map(bind_text).collect::<Vec<_>>().join(", ")).into_owned()
}

/// A range in a line: up to which key it goes, and who is at it, or was.
fn range(range: &RangeRow) -> Vec<String> {
    vec![
        format!("  range {}", range.number),
        range_word(range).to_owned(),
        thousands(range.visited),
        format!("up to {}", key(&range.upto)),
        printable(&range.holder).into_owned(),
    ]
}

/// How many rows of a step wait for somebody.
fn open(standings: &Standings, at: StepRef) -> Option<String> {
    let rows = Some(standings.rows_open(at)).filter(|rows| *rows > 0)?;
    Some(format!("{} set aside", count(usize::try_from(rows).unwrap_or(usize::MAX), "row", "rows")))
}

fn held(standings: &Standings) -> Value {
    let all = standings.all();
    let pause = all.pause.as_ref();
    json!({ "paused": pause.map(|p| json!({ "by": p.by, "since": p.since, "reason": p.reason })), "throttle": all.throttle })
}

fn document(standings: &Standings, one: &Listed) -> Value {
    let standing = standings.of(one.at);
    let watermark = standing.and_then(|standing| standing.watermark.as_ref());
    let receipt = match standing.map(|standing| &standing.state) {
        Some(State::Done(receipt)) => Some(receipt),
        Some(State::Pending | State::Running | State::Interrupted) | None => None,
    };
    let pause = standings.pause(one.at).filter(|_| receipt.is_none());
    json!({
        "entry": one.at.entry.to_string(), "step": one.at.step + 1, "title": one.title,
        "state": word(standings, one.at),
        "way": standing.map(|standing| if standing.way == Way::Up { "up" } else { "down" }),
        "rows": receipt.map(|r| r.read.max(r.changed)).or(watermark.map(|w| w.read)),
        "total": watermark.map(|w| w.total),
        "changed": receipt.map(|r| r.changed).or(watermark.map(|w| w.changed)),
        "open": standings.rows_open(one.at),
        "since": standing.and_then(|standing| standing.since.clone()),
        "holder": standings.holder,
        "ranges": standing.map_or(&[][..], |standing| &standing.ranges).iter().map(|range| json!({
            "number": range.number, "state": range_word(range), "rows": range.visited, "changed": range.changed,
            "upto": range.upto.iter().filter_map(bind_text).collect::<Vec<_>>(), "holder": range.holder,
            "taken": range.fence,
        })).collect::<Vec<_>>(),
        "paused": pause.map(|p| json!({ "by": p.by, "since": p.since, "reason": p.reason })),
        "throttle": standings.control.throttle(one.at),
    })
}
