//! `strat merge`: joins heads into one, once everything between them is decided.

use engine::author::{Agenda, Merging, merge};
use ledger::printable;
use model::{Class, EntryId, history::Joining};
use serde_json::{Value, json};

use super::{Answer, DONE};
use crate::{
    args::MergeArgs,
    desk::Desk,
    editing::now,
    failure::Plain,
    merging::{Asked, Joined, Whence, described, quoted, report},
    output::count,
    sides::Sides,
};

/// Joins, or only says whether it would (`--preview`), with what another git commit has (`--with`).
pub fn run(desk: &Desk<'_>, wanted: &MergeArgs) -> Answer {
    if wanted
        .message
        .as_ref()
        .is_some_and(|text| text.trim().is_empty() || text.chars().any(ledger::is_control))
    {
        return Err(Plain::new(Class::Input, "a message is one line of visible text").into());
    }
    let mut found = match &wanted.with {
        Some(reference) => Sides::with(desk, reference, &wanted.revisions)?,
        None => Sides::here(desk, &wanted.revisions)?,
    };
    if let Some(why) = &found.nothing {
        desk.out.say(format!("{why}: nothing to merge"));
        desk.out.document("merge", json!({ "merged": false, "commute": true, "parents": ids(&found.all) }));
        return Ok(DONE);
    }
    let known = found.known(desk)?;
    let joining = known.history.joining(&found.all)?;
    let mut agenda = Agenda::new(&known.history, &joining);
    for answer in &wanted.resolve {
        agenda.answer(answer)?;
    }
    let meeting = Meeting { desk, wanted, sides: &found, joining: &joining };
    match agenda.open().next() {
        Some(_) => meeting.open(&agenda),
        None => meeting.joined(&agenda),
    }
}

/// A merge at hand.
struct Meeting<'a> {
    desk: &'a Desk<'a>,
    wanted: &'a MergeArgs,
    sides: &'a Sides,
    joining: &'a Joining<'a>,
}

impl Meeting<'_> {
    /// Tells what is open.
    fn open(&self, agenda: &Agenda<'_>) -> Answer {
        let words = self.joining.words(("ours", "theirs"));
        let whence = Whence::new(self.desk, agenda.history(), &words);
        let asked = Asked::all(agenda, &words);
        let command = self.command();
        let out = self.desk.out;
        let conflicts = count(asked.len(), "conflict", "conflicts");
        out.say(format!("{} can't be joined yet: {conflicts} to decide\n", self.what()));
        report(&asked, &words, &whence, &command).iter().for_each(|line| out.say(line));
        let described: Vec<Value> =
            asked.iter().map(|one| described(one, &words, &whence, &command)).collect();
        out.document(
            "merge",
            json!({ "merged": false, "commute": false, "parents": ids(&self.sides.all), "conflicts": described }),
        );
        Ok(Class::Decide as u8)
    }

    /// Records the merge and tells what came together.
    fn joined(&self, agenda: &Agenda<'_>) -> Answer {
        let out = self.desk.out;
        let preview = self.wanted.preview;
        let sides = &self.sides.all;
        let usual = match self.wanted.revisions.as_slice() {
            [] => format!("merge the heads of {}", self.sides.branch),
            some => format!("merge {} into {}", some.join(", "), self.sides.branch),
        };
        let sealed = merge(
            agenda,
            &Merging {
                ledger: self.desk.ledger.uuid().as_str(),
                branch: &if preview { self.sides.branch.clone() } else { self.desk.label()? },
                message: self.wanted.message.as_deref().unwrap_or(&usual),
                author: &if preview { String::new() } else { self.desk.author()? },
                authored_at: &now(),
            },
            None,
        )?;
        let words = self.joining.words(("ours", "theirs"));
        let whence = Whence::new(self.desk, agenda.history(), &words);
        let joined = Joined::new(agenda.history(), sides);
        let mut document = json!({ "merged": !preview, "commute": true, "parents": ids(sides) });
        if preview {
            out.say("these commute and would merge; nothing was written");
        } else {
            let id = self.desk.ledger.append(&sealed.entry)?;
            out.say(format!("{}  {}", id.short(), printable(&sealed.entry.message)));
            document["id"] = json!(id.to_string());
        }
        joined.lines(&whence).iter().for_each(|line| out.say(line));
        if out.is_json() {
            document["sides"] = json!(joined.described(&whence));
            document["resolutions"] = json!(sealed.entry.resolutions);
        }
        out.document("merge", document);
        Ok(DONE)
    }

    /// What was typed, without answers.
    fn command(&self) -> String {
        let mut words = vec!["strat merge".to_owned()];
        if let Some(reference) = &self.wanted.with {
            words.extend(["--preview --with".to_owned(), quoted(reference)]);
        } else if self.wanted.preview {
            words.push("--preview".to_owned());
        }
        words.extend(self.wanted.revisions.iter().map(|one| quoted(one)));
        words.join(" ")
    }

    fn what(&self) -> String {
        match (&self.wanted.with, self.wanted.revisions.as_slice()) {
            (Some(reference), _) => format!("{} and branch {}", printable(reference), self.sides.branch),
            (None, []) => format!("the heads of {}", self.sides.branch),
            (None, some) => format!("{} and branch {}", printable(&some.join(", ")), self.sides.branch),
        }
    }
}

fn ids(sides: &[EntryId]) -> Vec<String> {
    sides.iter().map(ToString::to_string).collect()
}
