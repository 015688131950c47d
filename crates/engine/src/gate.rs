//! What somebody has to accept by name before a plan is carried out.

use std::collections::BTreeMap;

use dialect::{
    hazard::is_grave,
    plan::{Direction, Plan, PlannedEntry, PlannedStep},
};
use model::{Class, EntryId, Fault, route::Why};

use crate::known::Known;

/// A hazard that nobody accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The entry.
    pub entry: EntryId,
    /// The step, from 0.
    pub step: u32,
    /// What the step does.
    pub title: String,
    /// The hazard's code.
    pub code: &'static str,
    /// What it means for this step.
    pub message: String,
    /// About how many rows it weighs, where that is known and matters.
    pub rows: Option<u64>,
}

/// What is known of a target before a plan is let pass.
#[derive(Clone, Copy, Debug)]
pub struct Guarded<'a> {
    /// Whether its owner wants hazards accepted by name.
    pub protected: bool,
    /// About how many rows its tables have.
    pub sizes: &'a BTreeMap<String, u64>,
}

static UNKNOWN: BTreeMap<String, u64> = BTreeMap::new();

impl Guarded<'_> {
    /// A target whose owner wants nothing accepted but losses.
    pub const OPEN: Guarded<'static> = Guarded { protected: false, sizes: &UNKNOWN };
}

/// Hazards that nobody accepted. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[error("{}", list(.0))]
pub struct GateError(pub Vec<Refused>);

fn list(refused: &[Refused]) -> String {
    let line = |r: &Refused| {
        let rows = r.rows.map_or(String::new(), |rows| format!(", about {rows} rows"));
        format!("\n  {} step {} ({}): {} {}{rows}", r.entry.short(), r.step + 1, r.title, r.code, r.message)
    };
    let lines: String = refused.iter().map(line).collect();
    format!("the plan has hazards that need to be accepted by name:{lines}")
}

impl Fault for GateError {
    fn class(&self) -> Class {
        Class::Drift
    }
    fn hint(&self) -> Option<String> {
        let mut codes: Vec<&str> = self.0.iter().map(|r| r.code).collect();
        codes.sort_unstable();
        codes.dedup();
        let options: Vec<String> = codes.iter().map(|code| format!("--accept {code}")).collect();
        Some(format!(
            "if that is meant: {}; `strat lint --explain {}` says what it is",
            options.join(" "),
            codes.first()?
        ))
    }
}

/// Lets a plan pass when its hazards are accepted: losses by what is undone always need it, on the way down as on the way to a merge that
/// decided otherwise, and on protected targets every hazard to data (H1..) or to service (H2..) that the step's author didn't accept
/// either, but for those that grow with tables which are known to be small.
pub fn check(
    plan: &Plan,
    known: &Known,
    Guarded { protected, sizes }: Guarded<'_>,
    accepted: &[String],
) -> Result<(), GateError> {
    let undoes = |entry: &PlannedEntry, step: &PlannedStep| match step.origin {
        Some(origin) => origin.why == Why::Undone,
        None => entry.direction == Direction::Down,
    };
    let refused: Vec<Refused> = plan
        .hazards()
        .filter(|(entry, step, hazard)| {
            let undone = undoes(entry, step);
            let of = step.origin.map_or(entry.entry, |origin| origin.at.entry);
            let author = known.history.entry(of).filter(|_| !undone);
            (undone && hazard.code == "H101" || protected && is_grave(hazard.code) && !hazard.is_light(sizes))
                && !accepted.iter().any(|code| code.eq_ignore_ascii_case(hazard.code))
                && !author.is_some_and(|author| author.accept.iter().any(|code| code == hazard.code))
        })
        .map(|(entry, step, hazard)| Refused {
            entry: step.origin.map_or(entry.entry, |origin| origin.at.entry),
            step: step.origin.map_or(step.step, |origin| origin.at.step),
            title: step.title.clone(),
            code: hazard.code,
            message: hazard.message.clone(),
            rows: hazard.rows(sizes),
        })
        .collect();
    if refused.is_empty() { Ok(()) } else { Err(GateError(refused)) }
}
