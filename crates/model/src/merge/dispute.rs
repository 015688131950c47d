//! What can be decided where merges on different sides decided one question differently: what one of them said, or something else.

use crate::{
    effects::{Mode, Resource},
    history::{Findings, Joining},
    id::EntryId,
    merge::{
        Choice, Conflict, Disagreement, Meeting, Slot,
        choices::Asked,
        rules::{Answer, Aspect, Question, maker},
    },
    resolution::{ObjectRef, Resolution, StepRef},
};

impl Joining<'_> {
    /// The first head that has an entry.
    pub fn side(&self, id: EntryId) -> Option<usize> {
        self.heads().iter().position(|head| *head == id || self.graph().follows(*head, id))
    }

    /// Calls the decision of the side that was named first "ours".
    pub fn put_ours_first(&self, of: &mut Disagreement) {
        if self.side(of.theirs.by.entry) < self.side(of.ours.by.entry) {
            std::mem::swap(&mut of.ours, &mut of.theirs);
        }
    }

    /// The choices there are for what merges decided differently, beside what was decided already; every one was tried. What the merges
    /// said comes first.
    pub fn rulings(&self, decided: &[Resolution], of: &Disagreement) -> Vec<Choice> {
        let mut candidates: Vec<Choice> = Vec::new();
        let mut offer = |word, slot: Option<Slot>, resolution: Option<Resolution>| {
            if slot.is_some() || resolution.is_some() {
                candidates.push(Choice::new(word, slot, resolution.into_iter().collect()));
            }
        };
        offer("ours", None, self.resolution(of.ours.by));
        offer("theirs", None, self.resolution(of.theirs.by));
        match of.question {
            Question::Steps(a, b) => {
                let (ours, theirs) = favoured((a, b), &of.ours.answer, &of.theirs.answer);
                let said = |answer: Answer| of.ours.answer == answer || of.theirs.answer == answer;
                let steps = [a, b].iter().all(|at| at.as_resolution().is_none());
                let on_rows = steps && [a, b].iter().any(|at| self.works_on_rows(*at));
                for (word, first, then) in [("ours-first", ours, theirs), ("theirs-first", theirs, ours)] {
                    if on_rows && !said(Answer::First(first)) {
                        offer(word, None, Some(Resolution::Order { first, then }));
                    }
                }
                for (word, kept, other) in [("ours-only", ours, theirs), ("theirs-only", theirs, ours)] {
                    if steps && !said(Answer::Void(other)) {
                        offer(word, None, Some(Resolution::keep(kept, [other])));
                    }
                }
            }
            Question::Aspect(id, Aspect::Name) => {
                if let (Ok(object), Some(Resolution::Rename { to, .. })) =
                    (ObjectRef::try_from(id), self.resolution(of.ours.by))
                {
                    offer(
                        "rename",
                        Some(Slot::Name(object, to.clone())),
                        Some(Resolution::Rename { object, to }),
                    );
                }
            }
            Question::Aspect(id, aspect) => {
                if let Ok(object) = ObjectRef::try_from(id) {
                    offer("set", Some(Slot::Value(object, aspect)), None);
                }
            }
            Question::Objects(..) => {}
        }
        candidates.extend(self.instead(of));
        let before = self.findings(decided);
        let about = |conflict: &Conflict| match of.question {
            Question::Steps(a, b) => conflict.pairs().iter().any(|pair| [(a, b), (b, a)].contains(pair)),
            Question::Objects(..) | Question::Aspect(..) => false,
        };
        let open = |findings: &Findings| {
            findings.disagreements.iter().any(|d| d.question == of.question)
                || findings.conflicts.iter().any(about)
        };
        let asked = Asked { is_open: &open, parties: &[], at_last: false };
        let tried = |choice| self.tried(decided, &before, asked, choice);
        candidates.into_iter().filter_map(tried).collect()
    }

    /// What takes the place of both answers: two objects of one name are one, or one of them gets another.
    fn instead(&self, of: &Disagreement) -> Vec<Choice> {
        let pair = match of.question {
            Question::Steps(a, b) => Some(favoured((a, b), &of.ours.answer, &of.theirs.answer)),
            Question::Objects(a, b) => maker(a).zip(maker(b)),
            Question::Aspect(..) => None,
        };
        let Some((ours, theirs)) = pair.filter(|(a, b)| [a, b].iter().all(|at| at.as_resolution().is_none()))
        else {
            return Vec::new();
        };
        let database = self.database_of(ours);
        let meetings = self.one_name(ours, theirs);
        let conflict = Conflict { database, ours: vec![ours], theirs: vec![theirs], meetings, misfit: None };
        let neither = Resolution::keep(ours, [of.ours.by, of.theirs.by]);
        let mut choices = self.both_stay(&conflict, &[neither]);
        // Whose definition counts, the merges have said.
        let is_same = |choice: &Choice| choice.word.starts_with("same");
        choices.retain(|choice| !matches!(of.question, Question::Objects(..)) || !is_same(choice));
        choices
    }

    /// The names that two steps take, as something they meet at.
    fn one_name(&self, ours: StepRef, theirs: StepRef) -> Vec<Meeting> {
        let taken = |at| {
            let all = self
                .effects_of(at)
                .filter(|a| matches!((&a.resource, a.mode), (Resource::Name(..), Mode::Write(_))));
            all.map(|a| (a.resource.clone(), a.mode)).collect::<Vec<_>>()
        };
        let theirs = taken(theirs);
        let with = |(resource, ours): (Resource, Mode)| {
            let (_, theirs) = theirs.iter().find(|(other, _)| *other == resource)?;
            Some(Meeting { resource, ours, theirs: *theirs })
        };
        taken(ours).into_iter().filter_map(with).collect()
    }
}

/// Of two steps the one that each of two answers prefers; where both prefer one, the other one is what is left to theirs.
fn favoured(of: (StepRef, StepRef), ours: &Answer, theirs: &Answer) -> (StepRef, StepRef) {
    let other = |at: StepRef| if at == of.0 { of.1 } else { of.0 };
    let prefers = |answer: &Answer| match answer {
        Answer::Void(at) => Some(other(*at)),
        Answer::First(at) => Some(*at),
        Answer::One(_) | Answer::Name(_) | Answer::Setting(_) => None,
    };
    let ours = prefers(ours).or(prefers(theirs).map(other)).unwrap_or(of.0);
    (ours, other(ours))
}
