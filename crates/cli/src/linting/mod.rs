//! What `strat lint` finds in drafts, and the forms it is told in.

mod github;
mod look;
mod sarif;

use std::collections::BTreeMap;

use dialect::hazard::{Hazard, page_of};
use engine::author::{AuthorError, Sealed};
use ledger::{Source, SourceError, printable};
use model::Segment;
use serde_json::{Value, json};

pub use github::annotations;
pub use look::look;
pub use sarif::log;

use crate::{desk::DraftFile, failure::Failure, output::roughly};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The draft can't be recorded.
    Error,
    /// A hazard.
    Warning,
    /// Worth a thought, and nothing breaks.
    Note,
}

/// Something that was found in a draft.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The draft's file, as people are shown it.
    pub file: String,
    /// Its name without `.ron`.
    pub draft: String,
    /// The place in it, from 1; line 1 where it is about the draft as a whole.
    pub at: (usize, usize),
    /// The step, from 1, where it is about one.
    pub step: Option<usize>,
    pub level: Level,
    /// The hazard's code, or `draft` for what isn't one.
    pub code: &'static str,
    pub message: String,
    /// What to do next, where that can be told.
    pub hint: Option<String>,
    /// The databases that it is about; all where there are none.
    pub on: Vec<&'static str>,
    /// About how many rows it weighs on the target that was looked at.
    pub rows: Option<u64>,
    /// Whether the draft accepts it by name.
    pub accepted: bool,
}

/// About how many rows the target's tables have.
pub type Sizes = BTreeMap<String, u64>;

impl Finding {
    /// What was found in a draft that can be recorded.
    pub fn in_sealed(draft: &DraftFile, text: &str, sealed: &Sealed, sizes: &Sizes) -> Vec<Finding> {
        let source = Source::new(&*draft.shown, text);
        let hazards = sealed.hazards.iter().map(|(step, hazard)| (step, hazard, Level::Warning));
        let notes = sealed.notes.iter().map(|(step, note)| (step, note, Level::Note));
        let mut found: Vec<Finding> = hazards
            .chain(notes)
            .map(|(step, hazard, level)| {
                let place = source.error_at(&[Segment::Field("steps"), Segment::Index(*step)], "", None);
                let accepted = sealed.entry.accept.iter().any(|code| code == hazard.code);
                Finding { level, accepted, ..Finding::of(draft, &place, *step, hazard, sizes) }
            })
            .collect();
        found.sort_by_key(|finding| finding.step);
        found
    }

    fn of(draft: &DraftFile, at: &SourceError, step: usize, hazard: &Hazard, sizes: &Sizes) -> Finding {
        Finding {
            file: draft.shown.clone(),
            draft: draft.stem.clone(),
            at: (at.line, at.column),
            step: Some(step + 1),
            level: Level::Warning,
            code: hazard.code,
            message: hazard.message.clone(),
            hint: None,
            on: hazard.on.clone(),
            rows: hazard.rows(sizes),
            accepted: false,
        }
    }

    /// Something about a draft as a whole.
    pub fn whole(draft: &DraftFile, level: Level, message: impl Into<String>) -> Finding {
        Finding {
            file: draft.shown.clone(),
            draft: draft.stem.clone(),
            at: (1, 1),
            step: None,
            level,
            code: "draft",
            message: message.into(),
            hint: None,
            on: Vec::new(),
            rows: None,
            accepted: false,
        }
    }

    /// Why a draft can't be recorded.
    pub fn failure(draft: &DraftFile, failure: &Failure) -> Finding {
        let source = match failure.as_a::<AuthorError>() {
            Some(AuthorError::Source(source)) => Some(source.as_ref()),
            _ => failure.as_a::<SourceError>(),
        };
        let (at, message) = match source {
            Some(source) => ((source.line, source.column), source.message.clone()),
            None => ((1, 1), failure.to_string()),
        };
        Finding { at, hint: failure.hint(), ..Finding::whole(draft, Level::Error, message) }
    }

    /// The line for people.
    pub fn line(&self) -> String {
        let step = self.step.map_or(String::new(), |step| format!("step {step}: "));
        let code = if self.code == "draft" { String::new() } else { format!("{} ", self.code) };
        let on = if self.on.is_empty() { String::new() } else { format!(" [{}]", self.on.join(", ")) };
        let rows = self.rows.map_or(String::new(), |rows| format!(" ({})", roughly(rows)));
        let accepted = if self.accepted { " (accepted)" } else { "" };
        let place = format!("{}:{}", self.file, self.at.0);
        format!("{place}: {step}{code}{}{rows}{on}{accepted}", printable(&self.message))
    }

    /// The title of its rule.
    pub fn title(&self) -> &'static str {
        page_of(self.code).map_or("a draft that can't be recorded", |page| page.title())
    }

    pub fn json(&self) -> Value {
        json!({
            "draft": self.draft, "file": self.file, "line": self.at.0, "step": self.step, "code": self.code,
            "message": self.message, "on": self.on, "rows": self.rows, "accepted": self.accepted, "hint": self.hint,
        })
    }
}
