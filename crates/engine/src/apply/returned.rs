//! What steps of DDL bring back from the vault, counted.

use dialect::plan::{PlannedEntry, PlannedStep};
use model::Value;

use super::Run;
use crate::{event::Event, journal::Restored};

/// Whether an entry brings something back that steps of DDL destroyed.
pub(super) fn brings_back(entry: &PlannedEntry) -> bool {
    entry.steps.iter().any(|step| step.vaulted.as_ref().is_some_and(|vaulted| vaulted.back))
}

impl Run<'_> {
    /// Takes the counts in, for the record that is journaled in the same transaction, and tells them.
    pub(super) fn put_back_by(&mut self, entry: &PlannedEntry, step: &PlannedStep, counts: &[Vec<Value>]) {
        let number = |n: usize| match counts.first().and_then(|row| row.get(n)) {
            Some(Value::Int(n)) => u64::try_from(*n).unwrap_or(0),
            _ => 0,
        };
        let (kept, back, gone) = (number(0), number(1), number(2));
        let changed = kept.saturating_sub(back + gone);
        let restored = Restored { kept, restored: back, changed, gone, fresh: number(3) };
        self.left.get_or_insert_default().add(restored);
        let title = step.title.clone();
        (self.tell)(Event::Restored { entry: entry.entry, step: step.step, title, restored });
    }
}
