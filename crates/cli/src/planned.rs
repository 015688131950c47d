//! Shows plans: in words, as SQL, as JSON.

use std::collections::BTreeMap;

use dialect::{
    Difference, Place, Rendered, Statement,
    plan::{Direction, Origin, PlannedEntry, PlannedStep, Work},
};
use engine::Prepared;
use ledger::printable;
use model::{
    StepRef,
    route::{Treated, Why},
};
use serde_json::{Value, json};

use crate::{
    config::Chosen,
    desk::Desk,
    output::{count, roughly, warn},
};

/// How a plan is made and shown.
#[derive(Clone, Copy)]
pub struct How {
    /// Nothing but the SQL.
    pub sql: bool,
    /// The way down.
    pub down: bool,
    /// Every entry by itself.
    pub step_by_step: bool,
}

/// About how many rows tables have.
pub type Sizes = BTreeMap<String, u64>;

/// Shows a plan.
pub fn tell(desk: &Desk<'_>, chosen: &Chosen, prepared: &Prepared, sizes: &Sizes, how: How) {
    let plan = &prepared.plan;
    if how.sql && !desk.out.is_json() {
        plan.entries.iter().for_each(|entry| desk.out.write(&sql(entry)));
        return;
    }
    for found in &prepared.drift {
        warn(&format!("warning: drift outside the plan: {}", difference(found)));
    }
    if plan.is_empty() {
        desk.out.say(format!("{}: nothing to do", chosen.shown));
    } else {
        let entries = count(plan.entries.len() + prepared.collapsed.saturating_sub(1), "entry", "entries");
        let way = if how.down { "undo" } else { "apply" };
        desk.out.say(format!("{}: {way} {entries}, plan {}", chosen.shown, plan.digest.short()));
    }
    for entry in &plan.entries {
        desk.out.say(format!("\n{}  {}", entry.entry.short(), printable(&entry.message)));
        if entry.stands_for.len() > 1 {
            let with: Vec<String> = entry.stands_for.iter().map(|passed| passed.entry.short()).collect();
            desk.out.say(format!("  in one go: {}", with.join(" ")));
        }
        treated(desk, entry);
        entry.steps.iter().for_each(|step| words(desk, entry, step, sizes));
    }
    let fields = json!({
        "target": chosen.shown,
        "way": if how.down { "down" } else { "up" },
        "digest": plan.digest.to_string(),
        "dialect": plan.dialect,
        "entries": plan.entries.iter().map(|entry| described(entry, sizes)).collect::<Vec<_>>(),
        "collapsed": prepared.collapsed,
        "drift": prepared.drift.iter().map(difference).collect::<Vec<_>>(),
    });
    desk.out.document("plan", fields);
}

fn words(desk: &Desk<'_>, entry: &PlannedEntry, step: &PlannedStep, sizes: &Sizes) {
    desk.out.say(format!("  {}: {}{}", place(step), printable(&step.title), rows(step, sizes)));
    step.keeping(entry.entry).iter().for_each(|kept| desk.out.say(format!("    {}", printable(kept))));
    for statement in step.all_statements() {
        desk.out.say(format!("    {};", text(&statement.sql).replace('\n', "\n    ")));
        desk.out.say(format!("      lock: {}", statement.lock.words));
        if let Some(tried) = tried(statement) {
            desk.out.say(format!("      tried: {tried}"));
        }
    }
    if let Work::Ddl(rendered) = &step.work {
        rendered.forms.iter().for_each(|form| desk.out.say(format!("    form: {}", printable(form))));
        rendered.notices.iter().for_each(|notice| desk.out.say(format!("    notice: {}", printable(notice))));
    }
    for hazard in &step.hazards {
        let rows = hazard.rows(sizes).map_or(String::new(), |rows| format!(" ({})", roughly(rows)));
        desk.out.say(format!("    {} {}{rows}", hazard.code, printable(&hazard.message)));
    }
}

/// In which ways the server is asked to carry a statement out, up to the one it should be able to take at the latest.
fn tried(statement: &Statement) -> Option<String> {
    let ways = statement.ways?;
    let (asked, rest) = ways.all.split_at((ways.expected + 1).min(ways.all.len()));
    let names: Vec<&str> = asked.iter().map(|way| way.name).collect();
    let also = if rest.is_empty() {
        ""
    } else {
        "; if this server refuses that too, strat says so and goes on to the next"
    };
    Some(format!("{}{also}", names.join(", then ")))
}

/// Which step it is, and why it is there where a merge decided about it.
fn place(step: &PlannedStep) -> String {
    let Some(Origin { at, why }) = step.origin else { return format!("step {}", step.step + 1) };
    match why {
        Why::Wanted => at.to_string(),
        Why::Undone => format!("undo {at}"),
        Why::Again => format!("{at}, again"),
    }
}

/// What becomes of the steps that aren't simply done.
fn treated(desk: &Desk<'_>, entry: &PlannedEntry) {
    for (at, how) in &entry.treated {
        let what = match how {
            Treated::Void => "has no effect, as a merge decided".to_owned(),
            Treated::SameAs(other) => {
                format!("is done: {other} is the same")
            }
            Treated::Nothing => "leaves nothing to do".to_owned(),
            Treated::Undone => {
                "is undone: a merge decided otherwise, or it built on what is undone".to_owned()
            }
            Treated::Again => "is undone and done again, on what a merge decided".to_owned(),
        };
        desk.out.say(format!("  {at} {what}"));
    }
}

/// How many rows a step goes through; nothing where that isn't known.
fn rows(step: &PlannedStep, sizes: &Sizes) -> String {
    let known = step.walks.iter().filter_map(|table| Some((table, roughly(*sizes.get(table)?))));
    let said: Vec<String> = match step.walks.len() {
        1 => known.map(|(_, rows)| rows).collect(),
        _ => known.map(|(table, rows)| format!("{}: {rows}", printable(table))).collect(),
    };
    if said.is_empty() { String::new() } else { format!(" ({})", said.join("; ")) }
}

/// SQL as it is, line by line, with controls escaped.
fn text(sql: &str) -> String {
    sql.split('\n').map(|line| printable(line).into_owned()).collect::<Vec<_>>().join("\n")
}

fn sql(entry: &PlannedEntry) -> String {
    let way = if entry.direction == Direction::Up { "apply" } else { "undo" };
    let mut out = format!("-- {way} {}  {}\n", entry.entry.short(), printable(&entry.message));
    for step in &entry.steps {
        match &step.work {
            Work::Ddl(rendered) => sql_of(rendered, &mut out),
            Work::Data(_) => {
                out.push_str(&format!("-- data step, carried out by strat: {}\n", printable(&step.title)))
            }
        }
    }
    out
}

/// The statements as a script has to send them, where nobody tries one way after the other.
fn sql_of(rendered: &Rendered, out: &mut String) {
    let last = rendered.statements.len().saturating_sub(1);
    for (n, statement) in rendered.statements.iter().enumerate() {
        let apart = statement.place == Place::Apart;
        let commit =
            |yes: bool| if yes { "-- commit here: what follows is a transaction of its own\n" } else { "" };
        out.push_str(commit(apart));
        out.push_str(&format!("{};\n", text(&statement.outright())));
        out.push_str(commit(apart && n < last));
    }
}

fn described(entry: &PlannedEntry, sizes: &Sizes) -> Value {
    let step = |step: &PlannedStep| {
        let (statements, notices) = match &step.work {
            Work::Ddl(rendered) => {
                (rendered.statements.iter().map(statement).collect(), rendered.notices.clone())
            }
            Work::Data(_) => (step.behind.iter().map(statement).collect(), Vec::new()),
        };
        let forms = match &step.work {
            Work::Ddl(rendered) => rendered.forms.clone(),
            Work::Data(_) => Vec::new(),
        };
        let hazards: Vec<Value> = step
            .hazards
            .iter()
            .map(|h| json!({ "code": h.code, "message": h.message, "rows": h.rows(sizes) }))
            .collect();
        let walks: Vec<Value> =
            step.walks.iter().map(|table| json!({ "table": table, "rows": sizes.get(table) })).collect();
        json!({
            "step": step.step + 1, "title": step.title, "data": matches!(step.work, Work::Data(_)),
            "keeping": step.keeping(entry.entry),
            "of": step.origin.map(|origin| reference(origin.at)),
            "why": step.origin.map(|origin| match origin.why {
                Why::Wanted => "wanted",
                Why::Undone => "undone",
                Why::Again => "again",
            }),
            "statements": Value::Array(statements), "forms": forms, "notices": notices, "hazards": hazards, "walks": walks,
        })
    };
    let treated = |(at, how): &(StepRef, Treated)| {
        let how = match how {
            Treated::Void => json!("void"),
            Treated::SameAs(other) => json!({ "same-as": reference(*other) }),
            Treated::Nothing => json!("nothing"),
            Treated::Undone => json!("undone"),
            Treated::Again => json!("again"),
        };
        json!({ "of": reference(*at), "how": how })
    };
    json!({
        "treated": entry.treated.iter().map(treated).collect::<Vec<_>>(),
        "entry": entry.entry.to_string(),
        "message": entry.message,
        "steps": entry.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn statement(statement: &Statement) -> Value {
    let place = match statement.place {
        Place::Inside => "inside",
        Place::Apart => "apart",
        Place::Alone => "alone",
    };
    let mut fields = json!({ "sql": statement.sql, "lock": statement.lock.words, "transaction": place });
    if let Some(ways) = statement.ways {
        fields["ways"] = ways.all.iter().map(|way| way.name).collect();
        fields["expected"] = json!(ways.expected().map(|way| way.name));
    }
    fields
}

/// A step by entry and number, counted from 1 as people do; a merge's resolutions are counted apart.
fn reference(at: StepRef) -> Value {
    match at.as_resolution() {
        Some(n) => json!({ "entry": at.entry.to_string(), "resolution": n + 1 }),
        None => json!({ "entry": at.entry.to_string(), "step": at.step + 1 }),
    }
}

/// A difference in words.
pub fn difference(found: &Difference) -> String {
    let say = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
    let text = format!("{}: expected {}, found {}", found.object, say(&found.expected), say(&found.found));
    printable(&text).into_owned()
}
