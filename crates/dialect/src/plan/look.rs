//! What a plan and its steps tell of themselves.

use std::collections::BTreeSet;

use model::{EntryId, StepRef};

use super::{Plan, PlannedEntry, PlannedStep, Work};
use crate::{hazard::Hazard, statement::Statement};

impl Plan {
    /// The tables whose size says how much it weighs, by the names they have before it.
    pub fn walks(&self) -> BTreeSet<&str> {
        let steps = self.entries.iter().flat_map(|entry| &entry.steps);
        let named =
            steps.flat_map(|step| step.walks.iter().chain(step.hazards.iter().flat_map(|h| &h.tables)));
        named.map(String::as_str).collect()
    }

    /// All hazards, with the entry and step they belong to.
    pub fn hazards(&self) -> impl Iterator<Item = (&PlannedEntry, &PlannedStep, &Hazard)> {
        self.entries.iter().flat_map(|entry| {
            entry.steps.iter().flat_map(move |step| step.hazards.iter().map(move |h| (entry, step, h)))
        })
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl PlannedStep {
    /// The sealed step that it is, or takes back, when it is planned with that entry.
    pub fn at(&self, entry: EntryId) -> StepRef {
        self.origin.map_or(StepRef { entry, step: self.step }, |origin| origin.at)
    }

    /// What takes it back where it fails in its middle; see [`Rendered::retreat`].
    pub fn retreat(&self) -> &[String] {
        match &self.work {
            Work::Ddl(rendered) => &rendered.retreat,
            Work::Data(_) => &[],
        }
    }

    /// Every statement that is sent for it, those behind its rows among them.
    pub fn all_statements(&self) -> impl Iterator<Item = &Statement> {
        self.statements().iter().chain(&self.behind)
    }

    /// Its statements; none for data steps.
    pub fn statements(&self) -> &[Statement] {
        match &self.work {
            Work::Ddl(rendered) => &rendered.statements,
            Work::Data(_) => &[],
        }
    }
}
