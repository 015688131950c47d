//! Whose step it is: entry, author, message, and its place in the draft.

use std::{cell::RefCell, collections::BTreeMap, fs};

use ledger::{Source, parse_draft, printable};
use model::{Entry, EntryId, History, Segment, StepRef, merge::Words};

use crate::desk::Desk;

/// Where steps come from.
pub struct Whence<'a> {
    desk: &'a Desk<'a>,
    history: &'a History,
    words: &'a Words<'a>,
    drafts: RefCell<BTreeMap<EntryId, Option<(String, Source)>>>,
}

/// A step as people are told of it; nothing in it is escaped.
#[derive(Clone, Debug)]
pub struct Told {
    /// What it does.
    pub title: String,
    /// Its entry.
    pub entry: EntryId,
    /// Its number in the entry, from 1, or its number among what the merge decided.
    pub number: usize,
    /// Whether it is something that a merge decided.
    pub decision: bool,
    /// Who wrote the entry.
    pub author: String,
    /// What the entry is for.
    pub message: String,
    /// The draft's file and line, where the draft is here and still says what was recorded.
    pub place: Option<String>,
}

impl Told {
    /// The step by its number and entry.
    pub fn named(&self) -> String {
        let what = if self.decision { "decision" } else { "step" };
        format!("{what} {} of {}", self.number, self.entry.short())
    }

    /// Where it is to be looked up: in the draft, else by its number and entry.
    pub fn at(&self) -> String {
        self.place.as_deref().map_or_else(|| self.named(), |place| printable(place).into_owned())
    }
}

impl<'a> Whence<'a> {
    /// Tells of the steps of a history.
    pub fn new(desk: &'a Desk<'a>, history: &'a History, words: &'a Words<'a>) -> Whence<'a> {
        Whence { desk, history, words, drafts: RefCell::default() }
    }

    /// Tells of a step.
    pub fn tell(&self, at: StepRef) -> Told {
        let entry = self.history.entry(at.entry);
        let number = at.as_resolution().unwrap_or(at.step as usize) + 1;
        Told {
            title: self.words.step_title(at),
            entry: at.entry,
            number,
            decision: at.as_resolution().is_some(),
            author: entry.map(|e| e.author.clone()).unwrap_or_default(),
            message: entry.map(|e| e.message.clone()).unwrap_or_default(),
            place: entry.filter(|_| at.as_resolution().is_none()).and_then(|entry| self.place(at, entry)),
        }
    }

    /// The draft's file and the line its step begins at.
    fn place(&self, at: StepRef, entry: &Entry) -> Option<String> {
        let mut drafts = self.drafts.borrow_mut();
        let found = drafts.entry(at.entry).or_insert_with(|| self.draft(entry));
        let (shown, source) = found.as_ref()?;
        let path = [Segment::Field("steps"), Segment::Index(at.step as usize)];
        Some(format!("{shown}:{}", source.error_at(&path, "", None).line))
    }

    fn draft(&self, entry: &Entry) -> Option<(String, Source)> {
        if entry.draft.is_empty() {
            return None;
        }
        let path = self.desk.place.migrations().join(format!("{}.ron", entry.draft));
        let text = fs::read_to_string(&path).ok()?;
        let shown = self.desk.place.shown(&path);
        let draft = parse_draft(&shown, &text).ok()?;
        // One that was edited since may have its steps elsewhere.
        let same = draft.message == entry.message && draft.steps.len() == entry.steps.len();
        same.then(|| (shown.clone(), Source::new(shown, &text)))
    }
}
