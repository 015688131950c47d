//! What is open between heads, in words: who did what, why it can't be joined as it is, and what to type.

use engine::author::{Agenda, Matter, Point, typed, wanted};
use ledger::printable;
use model::{
    StepRef,
    merge::{Choice, Lasts, Slot, Words},
};

use super::whence::{Told, Whence};
use crate::output::count;

/// The most steps of one side that a conflict lists.
const LISTED: usize = 8;

/// A point with its choices.
pub struct Asked {
    /// The point.
    pub point: Point,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// Why it isn't joined as it is.
    pub reason: String,
}

impl Asked {
    /// All that is open, with what can be chosen.
    pub fn all(agenda: &Agenda<'_>, words: &Words<'_>) -> Vec<Asked> {
        agenda.open().map(|point| Asked::of(agenda, point, words)).collect()
    }

    /// A point with what can be chosen.
    pub fn of(agenda: &Agenda<'_>, point: &Point, words: &Words<'_>) -> Asked {
        let (choices, reason) = (agenda.choices(point), why(point, words));
        Asked { point: point.clone(), choices, reason }
    }
}

/// Why it isn't joined as it is.
pub fn why(point: &Point, words: &Words<'_>) -> String {
    match &point.matter {
        Matter::Conflict(conflict) => words.reason(conflict),
        Matter::Disagreement(disagreement) => words.disagreement(disagreement),
    }
}

/// Why one step doesn't fit behind the other, as it is decided or by itself.
pub fn misfit(matter: &Matter) -> Option<&str> {
    match matter {
        Matter::Conflict(conflict) => conflict.misfit.as_deref(),
        Matter::Disagreement(_) => None,
    }
}

/// The lines that tell of all that is open; `command` is what was typed, such as `strat merge side`.
pub fn report(asked: &[Asked], words: &Words<'_>, whence: &Whence<'_>, command: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for one in asked {
        tell(one, words, whence, command, &mut lines);
        lines.push(String::new());
    }
    lines.pop();
    lines
}

/// The lines that tell of one point.
pub fn tell(asked: &Asked, words: &Words<'_>, whence: &Whence<'_>, command: &str, lines: &mut Vec<String>) {
    let number = asked.point.number;
    lines.push(format!("{number}. {}", printable(&asked.reason)));
    let (ours, theirs) = asked.point.matter.steps();
    for (label, steps) in [("ours", &ours), ("theirs", &theirs)] {
        side(label, steps, whence, lines);
    }
    if let Some(misfit) = misfit(&asked.point.matter) {
        lines.push(format!("   together they don't fit: {}", printable(misfit)));
    }
    lines.push(String::new());
    let rows: Vec<(String, String)> = asked
        .choices
        .iter()
        .map(|choice| {
            (format!("{command} --resolve {}", answer(number, choice)), meaning(choice, &asked.point.matter))
        })
        .collect();
    let wide = rows.iter().map(|(typed, _)| typed.chars().count()).max().unwrap_or(0);
    for ((typed, meaning), choice) in rows.iter().zip(&asked.choices) {
        lines.push(format!("   {typed:wide$}  {meaning}"));
        for step in &choice.dependents {
            let told = whence.tell(*step);
            lines.push(format!("       would also void {}  {}", title(&told), told.at()));
        }
        for one in &choice.lasting {
            let told = whence.tell(one.at);
            lines.push(format!("       {}  {}", lasts(one.why, &title(&told)), told.at()));
        }
        for conflict in &choice.behind {
            lines.push(format!("       then still open: {}", printable(&words.reason(conflict))));
        }
    }
    if rows.is_empty() {
        lines.push(
            "   nothing can be chosen here: a step of the merge's own, in its draft, has to settle it"
                .to_owned(),
        );
    }
}

/// The steps of one side, each with whose it is and where it stands.
fn side(label: &str, steps: &[StepRef], whence: &Whence<'_>, lines: &mut Vec<String>) {
    for (n, step) in steps.iter().take(LISTED).enumerate() {
        let told = whence.tell(*step);
        let label = if n == 0 { label } else { "" };
        lines.push(format!("   {label:6}  {}", printable(&told.title)));
        let place = told.place.as_deref().map(|place| format!("  {}", printable(place))).unwrap_or_default();
        lines.push(format!(
            "           {} {:?} by {}{place}",
            told.named(),
            printable(&told.message),
            printable(&told.author)
        ));
    }
    if steps.len() > LISTED {
        lines.push(format!("           and {} more", count(steps.len() - LISTED, "step", "steps")));
    }
}

fn title(told: &Told) -> String {
    format!("“{}”", printable(&told.title))
}

/// What is left of a step that a merge wants undone, where it was done; the step is given by its title.
pub fn lasts(why: Lasts, title: &str) -> String {
    match why {
        Lasts::Written => format!("in databases where {title} ran, what it wrote stays (H403)"),
        Lasts::Lost => {
            format!(
                "in databases where {title} ran, undoing it brings no old values back (`up` wants `--accept H101`)"
            )
        }
        Lasts::Stuck => {
            format!(
                "in databases where {title} ran, it can't be undone: such a database can't come to this merge"
            )
        }
    }
}

/// What a choice comes to, in a few words.
pub fn meaning(choice: &Choice, matter: &Matter) -> String {
    let (ours, theirs) = matter.steps();
    let have = |steps: &[StepRef]| if steps.len() == 1 { "has" } else { "have" };
    let suggested = match &choice.slot {
        Some(Slot::Name(_, name)) => format!("`{}`", printable(name)),
        Some(Slot::Value(_, aspect)) => {
            let (what, example) = wanted(*aspect);
            format!("{what} of your own, such as {example}")
        }
        None => String::new(),
    };
    let said = match (matter, choice.word) {
        (Matter::Conflict(of), "ours") if of.is_circle() => "ours stands, theirs is turned around",
        (Matter::Conflict(of), "theirs") if of.is_circle() => "theirs stands, ours is turned around",
        (Matter::Disagreement(_), "ours") => "what ours decided stands",
        (Matter::Disagreement(_), "theirs") => "what theirs decided stands",
        (Matter::Disagreement(_), "ours-first") => "both count, what ours prefers comes first",
        (Matter::Disagreement(_), "theirs-first") => "both count, what theirs prefers comes first",
        (Matter::Disagreement(_), "ours-only") => "what ours prefers counts, the other step has no effect",
        (Matter::Disagreement(_), "theirs-only") => {
            "what theirs prefers counts, the other step has no effect"
        }
        _ => "",
    };
    if !said.is_empty() {
        return said.to_owned();
    }
    match choice.word {
        "ours" => format!("ours counts, theirs {} no effect", have(&theirs)),
        "theirs" => format!("theirs counts, ours {} no effect", have(&ours)),
        "ours-first" => "both count, ours comes first".to_owned(),
        "theirs-first" => "both count, theirs comes first".to_owned(),
        "same=ours" => "the two are one, as ours says".to_owned(),
        "same=theirs" => "the two are one, as theirs says".to_owned(),
        "rename-ours" => format!("both stay, ours is called {suggested} (or =NAME)"),
        "rename-theirs" => format!("both stay, theirs is called {suggested} (or =NAME)"),
        "rename" => format!("a name of your own in place of both, such as {suggested}"),
        _ => suggested,
    }
}

/// What answers a point with a choice, as a shell takes it.
pub fn answer(number: usize, choice: &Choice) -> String {
    let answer = format!("{number}={}", typed(choice));
    match choice.slot {
        // Most values have blanks or brackets, which go between these quotes.
        Some(Slot::Value(..)) => format!("'{answer}'"),
        Some(Slot::Name(..)) | None => quoted(&answer),
    }
}

/// A word as a shell takes it.
pub fn quoted(answer: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '=' | '-' | '_' | '.' | '/' | ':' | '@' | '+');
    if !answer.is_empty() && answer.chars().all(plain) {
        return answer.to_owned();
    }
    format!("'{}'", printable(answer).replace('\'', "'\\''"))
}
