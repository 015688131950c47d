//! The draft of a merge on disk: what was decided so far, what is open, and steps of the merge's own.

use std::fs;

use engine::author::{Agenda, filled_in};
use ledger::{Graph, MergeDraft, Source, on_one_line, parse_merge_draft, printable, with_field};
use model::{EntryId, Segment, Step, entry::MAIN_DATABASE, merge::Words};

use super::report::{Asked, misfit, why};
use crate::{
    desk::{Desk, DraftFile, file_error},
    failure::{Failure, Plain},
    stems::fresh,
};

/// A draft that joins heads.
pub struct MergeFile {
    /// The file.
    pub draft: DraftFile,
    /// Its text, with places.
    pub source: Source,
    /// What it says.
    pub written: MergeDraft,
    /// The heads it joins, in its order.
    pub parents: Vec<EntryId>,
}

impl MergeFile {
    /// Reads a draft of a merge.
    pub fn read(draft: DraftFile, graph: &Graph) -> Result<MergeFile, Failure> {
        let source = Source::new(draft.shown.clone(), &draft.read()?);
        let written = parse_merge_draft(&source)?;
        let mut parents = Vec::new();
        for (n, text) in written.parents.iter().enumerate() {
            let known =
                graph.entries().iter().filter(|row| text.len() >= 4 && row.id.to_string().starts_with(text));
            match known.collect::<Vec<_>>().as_slice() {
                [one] => parents.push(one.id),
                _ => {
                    let path = [Segment::Field("parents"), Segment::Index(n)];
                    let hint = Some("`strat heads` lists what can be joined".to_owned());
                    return Err(source.error_at(&path, "no entry is called that", hint).into());
                }
            }
        }
        Ok(MergeFile { draft, source, written, parents })
    }

    /// Whether it was written for these heads, or for entries that they have moved on from.
    pub fn is_about(&self, heads: &[EntryId], graph: &Graph) -> bool {
        let follows = |head: &EntryId, parent: &EntryId| graph.shape().follows(*head, *parent);
        self.parents.iter().all(|parent| heads.iter().any(|head| follows(head, parent)))
            && heads.iter().all(|head| self.parents.iter().any(|parent| follows(head, parent)))
    }

    /// Whether the heads have moved on since it was written.
    pub fn is_stale(&self, heads: &[EntryId]) -> bool {
        let sorted = |ids: &[EntryId]| {
            let mut ids = ids.to_vec();
            ids.sort_unstable();
            ids
        };
        sorted(&self.parents) != sorted(heads)
    }

    /// Puts what it decides into the agenda; of a stale one only what still applies. Says how much was left out.
    pub fn take(&self, agenda: &mut Agenda<'_>, stale: bool) -> Result<usize, Failure> {
        let mut left = 0;
        for (n, written) in self.written.resolutions.iter().enumerate() {
            let Some(resolution) = written.clone().resolution() else { continue };
            if let Some(problem) = agenda.unfit(&resolution) {
                if stale {
                    left += 1;
                    continue;
                }
                let path = [Segment::Field("resolutions"), Segment::Index(n)];
                return Err(self.source.error_at(&path, problem, None).into());
            }
            agenda.decide(vec![resolution]);
            if stale && agenda.answered().last().is_some_and(|last| last.number.is_none()) {
                agenda.forget_last();
                left += 1;
            }
        }
        Ok(left)
    }

    /// The steps of its own: `main`'s, then those of other databases.
    pub fn own(&self) -> Vec<(String, Vec<Step>)> {
        let main = (MAIN_DATABASE.to_owned(), self.written.steps.clone());
        let elsewhere = self.written.elsewhere.iter().map(|(name, steps)| (name.clone(), steps.clone()));
        std::iter::once(main).chain(elsewhere).filter(|(_, steps)| !steps.is_empty()).collect()
    }

    /// Refuses to go on while something in it is open.
    pub fn refuse_open(&self, agenda: &Agenda<'_>, words: &Words<'_>) -> Result<(), Failure> {
        let at = |n: usize| [Segment::Field("resolutions"), Segment::Index(n)];
        let refuse = |path: &[Segment], message: String| {
            let told = self.source.error_at(path, message, None).to_string();
            Failure::from(Plain::new(model::Class::Decide, told).hint(
                "put one of the lines below it in its place, or let `strat merge` ask: it names each conflict with its choices",
            ))
        };
        let open = self.written.resolutions.iter().position(|one| matches!(one, ledger::Written::Open(_)));
        match (agenda.open().next(), open) {
            (Some(point), found) => {
                let mut message = format!("conflict {} is open: {}", point.number, why(point, words));
                if let Some(misfit) = misfit(&point.matter) {
                    message.push_str(&format!("; as it is written, they don't fit together: {misfit}"));
                }
                let path = found.map_or(vec![Segment::Field("resolutions")], |n| at(n).to_vec());
                Err(refuse(&path, message))
            }
            (None, Some(n)) => Err(refuse(&at(n), "nothing is open here any more: take it out".to_owned())),
            (None, None) => Ok(()),
        }
    }
}

/// What a draft is written from.
pub struct Page<'a> {
    /// What it is for.
    pub message: &'a str,
    /// The heads, in order.
    pub heads: &'a [EntryId],
    /// What is decided.
    pub agenda: &'a Agenda<'a>,
    /// What is open.
    pub asked: &'a [Asked],
    /// The words.
    pub words: &'a Words<'a>,
    /// What to type to go on.
    pub command: &'a str,
}

impl Page<'_> {
    /// Writes the draft, into the file there is or a new one; gives its name. A crash leaves the old one.
    pub fn write(&self, desk: &Desk<'_>, file: Option<&MergeFile>) -> Result<String, Failure> {
        let text = match file {
            Some(file) => self.into(file.source.text()),
            None => self.text()?,
        };
        let (path, shown) = match file {
            Some(file) => (file.draft.path.clone(), file.draft.shown.clone()),
            None => {
                let path = desk.place.migrations().join(format!("{}.ron", fresh(desk, self.message)?));
                let shown = desk.place.shown(&path);
                (path, shown)
            }
        };
        let temporary = path.with_extension(format!("ron.tmp-{}", std::process::id()));
        let written = fs::create_dir_all(desk.place.migrations())
            .and_then(|()| fs::write(&temporary, text))
            .and_then(|()| fs::rename(&temporary, &path));
        written.map_err(|error| file_error("write", &shown, &error))?;
        Ok(shown)
    }

    /// A draft's text with what is decided now; everything else stays as it was written.
    fn into(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (field, value) in [
            ("parents", self.parents()),
            ("resolutions", self.resolutions().unwrap_or_default()),
            ("message", format!("{:?}", self.message)),
        ] {
            text = with_field(&text, field, &value).unwrap_or(text);
        }
        text
    }

    fn text(&self) -> Result<String, Failure> {
        Ok(format!(
            "// Joins heads that don't commute. Answer what is open by typing what `{command}` offers, or put one of the lines\n\
             // below each `Open` in its place; then `{command}` or `strat record` on this file records the merge.\n\
             Merge(\n    message: {:?},\n    parents: {},\n    resolutions: {},\n    \
             // Steps of the merge's own: they see what the resolutions made. Those of other databases than main go into\n    \
             // elsewhere: {{\"NAME\": [ … ]}}.\n    steps: [],\n)\n",
            self.message,
            self.parents(),
            self.resolutions()?,
            command = printable(self.command),
        ))
    }

    fn parents(&self) -> String {
        let parents: Vec<String> = self.heads.iter().map(|id| format!("\"{}\"", id.short())).collect();
        format!("[{}]", parents.join(", "))
    }

    fn resolutions(&self) -> Result<String, Failure> {
        let mut lines = Vec::new();
        for answered in self.agenda.answered() {
            if let Some(point) = answered.number.and_then(|number| self.agenda.point(number)) {
                lines.push(format!("// {}. {}", point.number, printable(&why(point, self.words))));
            }
            for resolution in &answered.resolutions {
                lines.push(format!("{},", on_one_line(resolution)?));
            }
        }
        for asked in self.asked {
            let number = asked.point.number;
            lines.push(format!("// {number}. {}", printable(&asked.reason)));
            lines.push(format!("Open(\"{number}\"),"));
            for choice in &asked.choices {
                let each: Result<Vec<String>, _> = filled_in(choice).iter().map(on_one_line).collect();
                lines.push(format!("//   {}: {},", choice.word, each?.join(", ")));
            }
        }
        if lines.is_empty() {
            return Ok("[]".to_owned());
        }
        let lines: String = lines.iter().map(|line| format!("        {line}\n")).collect();
        Ok(format!("[\n{lines}    ]"))
    }
}
