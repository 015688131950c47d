//! What somebody has to accept by name before a plan is carried out.

use dialect::plan::{Direction, Plan};
use model::{Class, EntryId, Fault};

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
}

/// Hazards that nobody accepted. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[error("{}", list(.0))]
pub struct GateError(pub Vec<Refused>);

fn list(refused: &[Refused]) -> String {
    let line = |r: &Refused| {
        format!("\n  {} step {} ({}): {} {}", r.entry.short(), r.step + 1, r.title, r.code, r.message)
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

/// Lets a plan pass when its hazards are accepted: losses on the way down always need it, and on protected targets
/// every hazard to data (H1..) or to service (H2..) that the entry's author didn't accept either.
pub fn check(plan: &Plan, known: &Known, protected: bool, accepted: &[String]) -> Result<(), GateError> {
    let needs = |direction: Direction, code: &str| match direction {
        Direction::Down => code == "H101" || protected && is_grave(code),
        Direction::Up => protected && is_grave(code),
    };
    let refused: Vec<Refused> = plan
        .hazards()
        .filter(|(entry, _, hazard)| {
            let author = known.history.entry(entry.entry).filter(|_| entry.direction == Direction::Up);
            needs(entry.direction, hazard.code)
                && !accepted.iter().any(|code| code.eq_ignore_ascii_case(hazard.code))
                && !author.is_some_and(|author| author.accept.iter().any(|code| code == hazard.code))
        })
        .map(|(entry, step, hazard)| Refused {
            entry: entry.entry,
            step: step.step,
            title: step.title.clone(),
            code: hazard.code,
            message: hazard.message.clone(),
        })
        .collect();
    if refused.is_empty() { Ok(()) } else { Err(GateError(refused)) }
}

fn is_grave(code: &str) -> bool {
    code.starts_with("H1") || code.starts_with("H2")
}
