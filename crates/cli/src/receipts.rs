//! Receipts of data steps: found, listed, and told of when a step was run again.

use std::{fs, path::Path};

use engine::{
    Event,
    event::{Beat, Motion},
    replay::{Issued, Place, Report, Sample, issued, read_statements},
};
use ledger::printable;
use model::{Class, EntryId};
use serde_json::{Value, json};

use crate::{
    commands::{Answer, DONE},
    config::{Chosen, Settings},
    desk::{Desk, file_error},
    failure::{Failure, Plain},
    output::{count, thousands, warn},
    progress::Progress,
    stand,
};

/// The step that a person named.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    entry: EntryId,
    /// From 0.
    step: Option<u32>,
}

impl Named {
    /// Reads `REV` or `REV#STEP`.
    pub fn parse(desk: &Desk<'_>, text: &str) -> Result<Named, Failure> {
        let (revision, step) = match text.rsplit_once('#') {
            Some((revision, number)) => {
                let number: Option<u32> = number.parse().ok().filter(|number| *number > 0);
                let wrong = || {
                    let why = format!("`{}` is no step's number", printable(text));
                    Plain::new(Class::Input, why).hint("steps count from 1, as in `head#2`")
                };
                (revision, Some(number.ok_or_else(wrong)? - 1))
            }
            None => (text, None),
        };
        let root = || Plain::new(Class::Input, "the root is the empty schema: it has no data steps");
        let entry = desk.resolve(&desk.graph()?, revision, None)?.ok_or_else(root)?;
        Ok(Named { entry, step })
    }

    /// Whether a receipt is about it.
    pub fn is(&self, issued: &Issued) -> bool {
        let about = issued.about();
        about.entry == self.entry && self.step.is_none_or(|step| about.step == step)
    }
}

/// The receipts of a target's journal, oldest first.
pub fn of_target(chosen: &Chosen) -> Result<Vec<Issued>, Failure> {
    stand::wait_for(async {
        let mut target = stand::look(chosen).await?;
        Ok(issued(&target.journal, &mut target.conn).await?)
    })
}

/// The receipts that a file holds, or another target.
pub fn given(desk: &Desk<'_>, from: &str) -> Result<Vec<Issued>, Failure> {
    if Path::new(from).is_file() {
        let text = fs::read_to_string(from).map_err(|error| file_error("read", from, &error))?;
        return Ok(read_statements(&text, desk.ledger.uuid().as_str())?);
    }
    of_target(&Settings::read(&desk.place)?.choose(&desk.place, Some(from))?)
}

/// The last receipt of the step: it may have been undone and done again.
pub fn newest<'a>(
    desk: &Desk<'_>,
    issued: &'a [Issued],
    named: Named,
    (target, other): (&str, Option<&str>),
) -> Result<&'a Issued, Failure> {
    let mut of: Vec<&Issued> = issued.iter().filter(|one| named.is(one)).collect();
    let Some(last) = of.pop() else { return Err(none(desk, named, other.unwrap_or(target)).into()) };
    let mut others: Vec<u32> = of.iter().map(|one| one.about().step).collect();
    others.push(last.about().step);
    others.sort_unstable();
    others.dedup();
    if others.len() > 1 {
        let steps: Vec<String> = others.iter().map(|step| format!("#{}", step + 1)).collect();
        let why = format!("entry {} has several data steps: {}", named.entry.short(), steps.join(", "));
        return Err(Plain::new(Class::Input, why)
            .hint(format!("such as {}{}", named.entry.short(), steps[0]))
            .into());
    }
    Ok(last)
}

/// That there is none.
pub fn none(desk: &Desk<'_>, named: Named, from: &str) -> Plain {
    let step = named.step.map_or_else(String::new, |step| format!(", step {}", step + 1));
    let why = format!("{} has no receipt of entry {}{step}", printable(from), named.entry.short());
    // Whether the entry has data steps at all, people see from its titles.
    let hint = match desk.ledger.entry(&named.entry) {
        Ok(entry) if !entry.steps.iter().any(is_data) => "the entry has no data step".to_owned(),
        _ => "`--receipt-of` takes it from another target's journal, or a file of `strat export receipts`"
            .to_owned(),
    };
    Plain::new(Class::Input, why).hint(hint)
}

fn is_data(step: &model::Step) -> bool {
    use model::Step;
    matches!(step, Step::Backfill(_) | Step::Populate(_) | Step::Transfer(_) | Step::Aggregate(_))
}

/// Lists receipts, for whoever named no step.
pub fn list(desk: &Desk<'_>, from: &str, issued: &[Issued]) -> Answer {
    let named = |one: &Issued| format!("{}#{}", one.about().entry.short(), one.about().step + 1);
    let row = |one: &Issued| {
        let receipt = one.receipt();
        let rows = match receipt.read {
            0 => format!("{} made", thousands(receipt.changed)),
            read => format!("{}, {} changed", thousands(read), thousands(receipt.changed)),
        };
        vec![named(one), printable(&receipt.script).into_owned(), rows, one.record().at.clone()]
    };
    match issued.len() {
        0 => desk.out.say(format!("{}: no receipts", printable(from))),
        n => desk.out.say(format!("{}: {}", printable(from), count(n, "receipt", "receipts"))),
    }
    desk.out.table(&issued.iter().map(row).collect::<Vec<_>>());
    if let Some(last) = issued.last() {
        desk.out.say(format!("`strat replay {}` runs a step again", named(last)));
    }
    desk.out.document("replay", json!({ "receipts": issued.iter().map(document).collect::<Vec<_>>() }));
    Ok(DONE)
}

/// A receipt, with where it stands.
fn document(issued: &Issued) -> Value {
    let about = issued.about();
    json!({
        "entry": about.entry.to_string(), "step": about.step + 1, "record": issued.record().seq,
        "at": issued.record().at, "receipt": issued.receipt(),
    })
}

/// How far a replay has come.
pub struct Rows<'a> {
    progress: Option<Progress<'a>>,
    event: Event,
}

impl<'a> Rows<'a> {
    /// Begins to listen; where JSON is wanted, there is one document at the end and nothing before.
    pub fn new(desk: &Desk<'a>, issued: &Issued) -> Rows<'a> {
        let (about, total) = (issued.about(), issued.receipt().read);
        let progress = (!desk.out.is_json()).then(|| Progress::new(desk.out, "replay"));
        let title = issued.receipt().script.clone();
        let (entry, step, total) = (about.entry, about.step, Some(total));
        let beat = Beat { motion: Motion::Running, rows: 0, millis: 0, shared: None };
        let event = Event::Rows { entry, step, title, done: 0, total, changed: 0, resumed: false, beat };
        Rows { progress, event }
    }

    /// Hears how many rows are done.
    pub fn hear(&mut self, rows: u64) {
        if let Event::Rows { done, .. } = &mut self.event {
            *done = rows;
        }
        if let Some(progress) = &mut self.progress {
            progress.hear(&self.event);
        }
    }
}

/// Tells what came of a replay.
pub fn tell(desk: &Desk<'_>, target: &str, issued: &Issued, report: &Report, sample: Option<&Sample>) {
    let (receipt, outcome) = (issued.receipt(), &report.outcome);
    let place = match report.place {
        Some(Place::Before) => ", which stands before the entry",
        Some(Place::Behind) => ", which has the entry applied",
        None => "",
    };
    let about = issued.about();
    desk.out.say(format!("{} step {}: {}", about.entry.short(), about.step + 1, printable(&report.title)));
    let engines = report.engines.join(" and ");
    desk.out.table(&[
        vec![
            "  receipt".to_owned(),
            format!(
                "record {} of {}, {}, module {}",
                issued.record().seq,
                issued.record().at,
                printable(&receipt.engine),
                receipt.module.short()
            ),
        ],
        vec!["  target".to_owned(), format!("{}{place}", printable(target))],
        vec![
            "  ran".to_owned(),
            format!(
                "{} in {engines}, fuel {}",
                count(outcome.rows as usize, "row", "rows"),
                thousands(outcome.fuel)
            ),
        ],
    ]);
    if let (Some(sample), Some((run, of))) = (sample, &outcome.sections) {
        let run: Vec<String> = run.iter().map(ToString::to_string).collect();
        desk.out.say(format!(
            "  sections {} of {of}, drawn by {}; of {} only the keys were looked at",
            run.join(", "),
            sample.seed,
            count(outcome.keys as usize, "other row", "other rows")
        ));
    }
    if outcome.standing > 0 {
        desk.out.say(format!(
            "  {} otherwise in the target by now",
            match outcome.standing {
                1 => "1 row stands".to_owned(),
                n => format!("{} rows stand", thousands(n)),
            }
        ));
    }
    report.findings.iter().for_each(|found| warn(&format!("error: {}", printable(&found.to_string()))));
    match (report.findings.is_empty(), &outcome.sections) {
        (true, None) => desk.out.say("as the receipt says: the same rows in, the same rows out"),
        (true, Some(_)) => desk.out.say("as the receipt says, in the sections that ran and the number of all rows; the others may hold anything"),
        (false, _) => warn("\nhint: the receipt and what comes out here don't fit together; nothing was written"),
    }
    desk.out.document("replay", report_document(target, issued, report, sample));
}

fn report_document(target: &str, issued: &Issued, report: &Report, sample: Option<&Sample>) -> Value {
    let outcome = &report.outcome;
    let findings =
        report.findings.iter().map(|found| json!({ "kind": found.word(), "message": found.to_string() }));
    let place = report.place.map(|place| match place {
        Place::Before => "before",
        Place::Behind => "behind",
    });
    let sections = outcome.sections.as_ref().map(|(run, of)| {
        json!({ "run": run, "of": of, "seed": sample.map(|sample| sample.seed.as_str()), "keys": outcome.keys })
    });
    json!({
        "target": target, "issued": document(issued), "title": report.title, "place": place,
        "engines": report.engines, "ok": report.findings.is_empty(), "rows": outcome.rows, "fuel": outcome.fuel,
        "input": outcome.input.map(|digest| digest.to_string()), "output": outcome.output.map(|digest| digest.to_string()),
        "standing": outcome.standing, "sections": sections, "findings": findings.collect::<Vec<_>>(),
    })
}
