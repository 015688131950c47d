//! What each side of a merge did: its entries and their steps, equal ones of both sides marked.

use std::collections::BTreeSet;

use ledger::printable;
use model::{EntryId, History, Step, StepRef};
use serde_json::{Value, json};

use super::whence::Whence;
use crate::output::count;

/// The most entries of one side that are told of.
const LISTED: usize = 20;

/// What the heads of a merge bring that not all of them have.
pub struct Joined<'a> {
    history: &'a History,
    heads: &'a [EntryId],
    /// The entries, each with the heads that have it, a bit for each.
    region: Vec<(EntryId, u64)>,
}

impl<'a> Joined<'a> {
    /// Looks at what isn't common to the heads.
    pub fn new(history: &'a History, heads: &'a [EntryId]) -> Joined<'a> {
        Joined { history, heads, region: history.graph().region(heads) }
    }

    /// The entries that lead to one head, and not to all.
    fn of(&self, head: usize) -> Vec<EntryId> {
        self.region.iter().filter(|(_, sides)| sides & (1 << head) != 0).map(|(id, _)| *id).collect()
    }

    fn steps(&self, id: EntryId) -> &[Step] {
        self.history.entry(id).map_or(&[], |entry| entry.steps.as_slice())
    }

    /// Whether an equal step was taken on a side that doesn't have this one.
    fn is_both(&self, at: StepRef, sides: u64) -> bool {
        let Some(step) = self.steps(at.entry).get(at.step as usize) else { return false };
        let others = self.region.iter().filter(|(_, of)| of & sides == 0);
        others.into_iter().any(|(id, _)| self.steps(*id).contains(step))
    }

    /// The lines that tell of it.
    pub fn lines(&self, whence: &Whence<'_>) -> Vec<String> {
        if let [ahead] = self.heads {
            return vec![
                format!("nothing was to be joined: the branch goes on from {}", ahead.short()),
                "(this entry says so to every checkout; without `--message`, only this one would know)"
                    .to_owned(),
            ];
        }
        let mut lines = Vec::new();
        let mut told = BTreeSet::new();
        for n in 0..self.heads.len() {
            let label = label(n, self.heads.len());
            let entries: Vec<EntryId> = self.of(n).into_iter().filter(|id| told.insert(*id)).collect();
            lines.push(format!("{label}  {}", count(entries.len(), "entry", "entries")));
            for id in entries.iter().take(LISTED) {
                let entry = self.history.entry(*id);
                let (message, author) =
                    entry.map(|e| (e.message.as_str(), e.author.as_str())).unwrap_or_default();
                lines.push(format!("  {}  {:?} by {}", id.short(), printable(message), printable(author)));
                for (number, title, both) in self.titles(*id, whence) {
                    let both = if both { "  (both)" } else { "" };
                    lines.push(format!("    {number:>2}  {}{both}", printable(&title)));
                }
            }
            if entries.len() > LISTED {
                lines.push(format!("  and {} more", entries.len() - LISTED));
            }
        }
        lines
    }

    fn titles(&self, id: EntryId, whence: &Whence<'_>) -> Vec<(usize, String, bool)> {
        let sides = self.region.iter().find(|(one, _)| *one == id).map_or(0, |(_, sides)| *sides);
        let title = |n: usize| {
            let at = StepRef { entry: id, step: u32::try_from(n).unwrap_or(u32::MAX) };
            (n + 1, whence.tell(at).title, self.is_both(at, sides))
        };
        (0..self.steps(id).len()).map(title).collect()
    }

    /// The same for programs.
    pub fn described(&self, whence: &Whence<'_>) -> Vec<Value> {
        let step = |(step, title, both): (usize, String, bool)| json!({ "step": step, "title": title, "both": both });
        let entry = |id: EntryId| {
            let steps: Vec<Value> = self.titles(id, whence).into_iter().map(step).collect();
            json!({ "id": id.to_string(), "steps": steps })
        };
        let side = |n: usize| {
            let entries: Vec<Value> = self.of(n).into_iter().map(entry).collect();
            json!({ "head": self.heads[n].to_string(), "entries": entries })
        };
        (0..self.heads.len()).map(side).collect()
    }
}

/// What a side is called.
fn label(n: usize, of: usize) -> String {
    match (n, of) {
        (0, _) => "ours".to_owned(),
        (_, 2) => "theirs".to_owned(),
        (n, _) => format!("theirs {n}"),
    }
}
