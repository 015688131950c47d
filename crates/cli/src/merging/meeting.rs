//! A merge at hand: heads held against each other, answers taken in, and what comes of it.

use std::fs;

use dialect::Facts;
use engine::{
    Known,
    author::{Agenda, Merging, Own, Sealed, Sealing, merge},
};
use ledger::printable;
use model::{Class, EntryId, history::Joining, merge::Words};
use serde_json::{Value, json};

use super::{
    ask::ask,
    document::{described, lasting as described_lasting},
    file::{MergeFile, Page},
    joined::Joined,
    report::{Asked, lasts, report},
    whence::Whence,
};
use crate::{
    commands::{Answer, DONE, decisions},
    config::Settings,
    desk::{Desk, file_error},
    editing::now,
    failure::Failure,
    output::count,
    script::stamp,
};

/// Heads on their way to being one.
pub struct Meeting<'a> {
    /// Where a person works.
    pub desk: &'a Desk<'a>,
    /// All entries.
    pub known: &'a Known,
    /// The heads, "ours" first.
    pub joining: &'a Joining<'a>,
    /// The branch that takes the merge.
    pub branch: &'a str,
    /// What is joined, in words.
    pub what: &'a str,
    /// What the merge is for.
    pub message: &'a str,
    /// What was typed, without answers.
    pub command: &'a str,
    /// Whether nothing is to be written.
    pub preview: bool,
}

impl Meeting<'_> {
    /// Takes answers in; then records the merge, or tells what is open.
    pub fn hold(&self, file: Option<&MergeFile>, answers: &[String]) -> Answer {
        let out = self.desk.out;
        let mut agenda = Agenda::new(&self.known.history, self.joining);
        if let Some(file) = file {
            let stale = file.is_stale(self.joining.heads());
            let left = file.take(&mut agenda, stale)?;
            if stale {
                let lost = match left {
                    0 => "every answer in it still applies".to_owned(),
                    some => format!("{} no longer apply and were left out", count(some, "answer", "answers")),
                };
                out.say(format!("{} was written for other heads: {lost}\n", file.draft.shown));
            }
        }
        for answer in answers {
            agenda.answer(answer)?;
        }
        let words = self.joining.words(("ours", "theirs"));
        let whence = Whence::new(self.desk, &self.known.history, &words);
        if answers.is_empty() && !self.preview && !out.is_json() {
            ask(&mut agenda, out, &words, &whence, self.command);
        }
        if agenda.open().next().is_some() {
            return self.open(&agenda, file, &words, &whence);
        }
        match self.join(&agenda, file, &whence) {
            // What was answered is kept, so that a step of the merge's own can make up for it.
            Err(failure) if failure.code() == Class::Decide as u8 && !self.preview => {
                let shown = self.page(&agenda, &[], &words).write(self.desk, file)?;
                out.say(format!("what was decided is kept in {shown}"));
                Err(failure)
            }
            answer => answer,
        }
    }

    /// Records a merge from its draft alone.
    pub fn record(&self, file: &MergeFile) -> Answer {
        let mut agenda = Agenda::new(&self.known.history, self.joining);
        file.take(&mut agenda, false)?;
        let words = self.joining.words(("ours", "theirs"));
        file.refuse_open(&agenda, &words)?;
        self.join(&agenda, Some(file), &Whence::new(self.desk, &self.known.history, &words))
    }

    fn page<'p>(&'p self, agenda: &'p Agenda<'p>, asked: &'p [Asked], words: &'p Words<'p>) -> Page<'p> {
        let (message, heads, command) = (self.message, self.joining.heads(), self.command);
        Page { message, heads, agenda, asked, words, command }
    }

    /// Tells what is open, and keeps what isn't.
    fn open(
        &self,
        agenda: &Agenda<'_>,
        file: Option<&MergeFile>,
        words: &Words<'_>,
        whence: &Whence<'_>,
    ) -> Answer {
        let out = self.desk.out;
        let asked = Asked::all(agenda, words);
        let conflicts = count(asked.len(), "conflict", "conflicts");
        out.say(format!("{} can't be joined yet: {conflicts} to decide\n", self.what));
        report(&asked, words, whence, self.command).iter().for_each(|line| out.say(line));
        let first = asked.first().map_or(1, |one| one.point.number);
        out.say("\nSeveral answers go into one command; `--resolve all=ours` answers what is open at once.");
        let mut draft = None;
        if !self.preview {
            let shown = self.page(agenda, &asked, words).write(self.desk, file)?;
            out.say(format!("Answers are kept in {shown}, where they can be written by hand too: look for Open(\"{first}\")."));
            draft = Some(shown);
        }
        let described: Vec<Value> =
            asked.iter().map(|one| described(one, words, whence, self.command)).collect();
        out.document(
            "merge",
            json!({
                "merged": false,
                "commute": false,
                "parents": ids(self.joining.heads()),
                "conflicts": described,
                "resolutions": agenda.decided(),
                "draft": draft,
            }),
        );
        Ok(Class::Decide as u8)
    }

    /// Records the merge and tells what came together.
    pub fn join(&self, agenda: &Agenda<'_>, file: Option<&MergeFile>, whence: &Whence<'_>) -> Answer {
        let out = self.desk.out;
        let merging = Merging {
            ledger: self.desk.ledger.uuid().as_str(),
            branch: &if self.preview { self.branch.to_owned() } else { self.desk.label()? },
            message: self.message,
            author: &if self.preview { String::new() } else { self.desk.author()? },
            authored_at: &now(),
        };
        let scripts = self.desk.place.scripts();
        let (dialects, facts) = (Settings::read(&self.desk.place)?.dialects(), Facts::default());
        let own = file.map(|file| (file, file.own())).filter(|(_, steps)| !steps.is_empty());
        let own = own.map(|(file, steps)| Own {
            source: &file.source,
            steps,
            accept: file.written.accept.clone(),
            sealing: Sealing {
                scripts: &scripts,
                place: &file.draft.shown,
                stem: &file.draft.stem,
                dialects: &dialects,
                facts: &facts,
            },
        });
        let sealed = merge(self.known, &dialects, agenda, &merging, own)?;
        stamp::check(self.desk, &sealed.entry)?;
        let heads = self.joining.heads();
        let mut document = json!({ "merged": !self.preview, "commute": true, "parents": ids(heads) });
        if self.preview {
            let how = if sealed.entry.resolutions.is_empty() {
                "commute and would merge"
            } else {
                "would merge so"
            };
            out.say(format!("these {how}; nothing was written"));
        } else {
            let id = sealed.store(&self.desk.ledger)?;
            out.say(format!("{}  {}", id.short(), printable(&sealed.entry.message)));
            document["id"] = json!(id.to_string());
            self.put_away(file)?;
        }
        let joined = Joined::new(agenda.history(), heads);
        joined.lines(whence).iter().for_each(|line| out.say(line));
        self.decided(&sealed)?;
        let lasting = self.joining.lasting(&sealed.entry.resolutions);
        for one in &lasting {
            let told = whence.tell(one.at);
            out.say(lasts(one.why, &format!("“{}”", printable(&told.title))));
        }
        if out.is_json() {
            document["sides"] = json!(joined.described(whence));
            document["resolutions"] = json!(sealed.entry.resolutions);
            document["lasting"] = json!(described_lasting(&lasting, whence));
        }
        out.document("merge", document);
        Ok(DONE)
    }

    /// Tells what the merge decides, and its own steps.
    fn decided(&self, sealed: &Sealed) -> Result<(), Failure> {
        let out = self.desk.out;
        let decisions = decisions(self.known, &sealed.entry)?;
        if !decisions.is_empty() {
            out.say("decided");
        }
        decisions.iter().for_each(|one| out.say(format!("  {}", printable(one))));
        if !sealed.titles.is_empty() {
            out.say("and does");
        }
        sealed.titles.iter().for_each(|title| out.say(format!("  {}", printable(title))));
        Ok(())
    }

    /// Removes the draft: what it says is in the ledger now. A crash before this leaves a draft that says so when it is recorded.
    fn put_away(&self, file: Option<&MergeFile>) -> Result<(), Failure> {
        let Some(file) = file else { return Ok(()) };
        fs::remove_file(&file.draft.path)
            .map_err(|error| file_error("remove", &file.draft.shown, &error).into())
    }
}

fn ids(heads: &[EntryId]) -> Vec<String> {
    heads.iter().map(ToString::to_string).collect()
}
