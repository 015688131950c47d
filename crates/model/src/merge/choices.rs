//! What can be decided about a conflict: every choice is tried before it is offered.

use crate::{
    effects::{Facet, Mode, Resource},
    history::{Findings, Joining},
    id::ObjectId,
    lowered::Lowered,
    merge::{
        Conflict, Lasting, Meeting,
        meet::{aspect_of, works_on_rows},
        net::{claimant, is_key},
        rules::Aspect,
        sorts::sort_in,
    },
    remap::rename,
    resolution::{ObjectRef, Prefer, Resolution, StepRef},
};

/// A way to decide a conflict.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What to type for it: `ours`, `theirs`, `ours-first`, `theirs-first`, `ours-only`, `theirs-only`, `same=ours`, `same=theirs`,
    /// `rename-ours`, `rename-theirs`, `rename`, `set`. The last four take a value of one's own behind `=`.
    pub word: &'static str,
    /// What it puts into the merge; with a suggested value where one can be given.
    pub resolutions: Vec<Resolution>,
    /// What a value of one's own is, if the choice takes one.
    pub slot: Option<Slot>,
    /// Steps that have no effect either, since they need what the choice makes void.
    pub dependents: Vec<StepRef>,
    /// Conflicts that appear only with this choice.
    pub behind: Vec<Conflict>,
    /// What databases that took one side keep of what the choice wants undone, once it was [weighed](Joining::weighed).
    pub lasting: Vec<Lasting>,
}

/// What a choice wants to be told.
#[derive(Clone, Debug, PartialEq)]
pub enum Slot {
    /// A name for the object; one is suggested.
    Name(ObjectRef, String),
    /// A property of the object.
    Value(ObjectRef, Aspect),
}

/// What is asked about.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Whether it is among what is open.
    pub is_open: &'a dyn Fn(&Findings) -> bool,
    /// The steps that it is about.
    pub parties: &'a [StepRef],
    /// Whether steps go that don't fit any more for what was decided before: nothing else is left to choose.
    pub at_last: bool,
}

impl Choice {
    pub(super) fn new(word: &'static str, slot: Option<Slot>, resolutions: Vec<Resolution>) -> Choice {
        Choice { word, resolutions, slot, dependents: Vec::new(), behind: Vec::new(), lasting: Vec::new() }
    }

    /// What it puts into the merge with a name of one's own in place of the suggested one.
    pub fn named(&self, name: &str) -> Vec<Resolution> {
        let named = |resolution: &Resolution| match resolution {
            Resolution::Rename { object, to: _ } => {
                Resolution::Rename { object: *object, to: name.to_owned() }
            }
            other => other.clone(),
        };
        self.resolutions.iter().map(named).collect()
    }

    /// Gives up a step as well that needs one it gives up; nothing when that can't be.
    pub(super) fn give_up(&mut self, user: StepRef, void: StepRef) -> Option<()> {
        let [Resolution::Keep { step, over }] = self.resolutions.as_slice() else { return None };
        // What must go with it, goes with it; but not what the choice is to keep.
        if user == *step || over.contains(&user) || !over.contains(&void) {
            return None;
        }
        let over = over.iter().copied().chain([user]);
        self.resolutions = vec![Resolution::keep(*step, over)];
        self.dependents.push(user);
        Some(())
    }

    /// Gives up a step that doesn't fit any more for what was decided before; nothing when that can't be.
    fn give_up_too(&mut self, user: StepRef, decided: &[Resolution]) -> Option<()> {
        let [Resolution::Keep { over, .. }] = self.resolutions.as_slice() else { return None };
        let is_kept = |one: &Resolution| matches!(one, Resolution::Keep { step, .. } if *step == user);
        let void = *over.first()?;
        if decided.iter().any(is_kept) { None } else { self.give_up(user, void) }
    }

    /// The step given up that this one comes behind, if it is on that side alone.
    pub(super) fn given_up(&self, at: StepRef, joining: &Joining<'_>) -> Option<StepRef> {
        let [Resolution::Keep { step, over }] = self.resolutions.as_slice() else { return None };
        let behind = |void: &&StepRef| joining.comes_behind(at, **void);
        let kept = at.entry == step.entry || joining.comes_behind(*step, at);
        over.iter().find(behind).filter(|_| !kept).copied()
    }
}

impl Joining<'_> {
    /// The choices there are for a conflict, beside what was decided already; every one was tried. The more a choice keeps, the earlier
    /// it stands.
    pub fn choices(&self, decided: &[Resolution], conflict: &Conflict) -> Vec<Choice> {
        let candidates =
            if conflict.is_circle() { self.turnings(conflict) } else { self.candidates(conflict) };
        let before = self.findings(decided);
        let pairs = conflict.pairs();
        let open = |findings: &Findings| findings.conflicts.iter().any(|c| !c.pairs().is_disjoint(&pairs));
        let parties: Vec<StepRef> = conflict.ours.iter().chain(&conflict.theirs).copied().collect();
        let asked = Asked { is_open: &open, parties: &parties, at_last: false };
        let tried = |choice| self.tried(decided, &before, asked, choice);
        let mut found: Vec<Choice> = candidates.into_iter().filter_map(tried).collect();
        // Whether a value of one's own fits, only its author knows.
        let none = |found: &[Choice]| found.iter().all(|choice| choice.resolutions.is_empty());
        if none(&found) {
            found.extend(self.resorts(conflict).into_iter().filter_map(tried));
        }
        if none(&found) && !conflict.is_circle() {
            let asked = Asked { at_last: true, ..asked };
            let keeps = [("ours", true), ("theirs", false)]
                .map(|(word, ours)| Choice::new(word, None, vec![conflict.keep(ours)]));
            found.extend(keeps.into_iter().filter_map(|choice| self.tried(decided, &before, asked, choice)));
        }
        found
    }

    /// Orders that go in a circle: one side's stand, the other's are turned around.
    fn turnings(&self, conflict: &Conflict) -> Vec<Choice> {
        let turned = |word, decisions| Choice::new(word, None, self.turned(decisions));
        vec![turned("ours", &conflict.theirs), turned("theirs", &conflict.ours)]
    }

    /// All that could be decided about a conflict.
    fn candidates(&self, conflict: &Conflict) -> Vec<Choice> {
        let mut candidates = self.both_stay(conflict, &[]);
        let mut offer = |word, slot, resolutions| candidates.push(Choice::new(word, slot, resolutions));
        if let Some((object, facet, name)) = self.facet(conflict) {
            match aspect_of(facet) {
                Some(Aspect::Name) => {
                    let to = name.unwrap_or_default();
                    let slot = Some(Slot::Name(object, to.clone()));
                    offer("rename", slot, vec![Resolution::Rename { object, to }]);
                }
                Some(aspect) => offer("set", Some(Slot::Value(object, aspect)), Vec::new()),
                None => {}
            }
        }
        if let Some(object) = self.filled(conflict) {
            offer("set", Some(Slot::Value(object, Aspect::Initial)), Vec::new());
        }
        // Rows of one key don't get in, whichever comes first.
        let one_key = |m: &Meeting| matches!(&m.resource, Resource::Name(_, slot) if is_key(slot));
        let parties = || conflict.ours.iter().chain(&conflict.theirs);
        if !conflict.meetings.iter().any(one_key) && parties().any(|at| self.works_on_rows(*at)) {
            let order = |first: &[StepRef], then: &[StepRef]| -> Vec<Resolution> {
                let pairs = first.iter().flat_map(|a| then.iter().map(|b| (*a, *b)));
                pairs.map(|(first, then)| Resolution::Order { first, then }).collect()
            };
            offer("ours-first", None, order(&conflict.ours, &conflict.theirs));
            offer("theirs-first", None, order(&conflict.theirs, &conflict.ours));
        }
        for (word, kept) in [("ours", true), ("theirs", false)] {
            offer(word, None, vec![conflict.keep(kept)]);
        }
        candidates
    }

    /// That two of one name are one, or that one of them gets another name; `first` is what else that takes.
    pub(super) fn both_stay(&self, conflict: &Conflict, first: &[Resolution]) -> Vec<Choice> {
        let mut candidates = Vec::new();
        let mut offer = |word, slot, resolution| {
            candidates.push(Choice::new(word, slot, [first, &[resolution]].concat()));
        };
        let Some((ours, theirs)) = self.namesakes(conflict) else { return candidates };
        if ours.2 && theirs.2 {
            for (word, prefer) in [("same=ours", Prefer::A), ("same=theirs", Prefer::B)] {
                offer(word, None, Resolution::Same { a: ours.0, b: theirs.0, prefer });
            }
        }
        for (word, (object, name, _)) in [("rename-ours", &ours), ("rename-theirs", &theirs)] {
            if !self.can_rename(&conflict.database, (*object).into()) {
                continue;
            }
            let to = format!("{name}_2");
            let slot = Some(Slot::Name(*object, to.clone()));
            offer(word, slot, Resolution::Rename { object: *object, to });
        }
        candidates
    }

    /// The choice with all that hangs on it; nothing when with it the question is still open, or it can't be folded.
    pub(super) fn tried(
        &self,
        decided: &[Resolution],
        before: &Findings,
        asked: Asked<'_>,
        mut choice: Choice,
    ) -> Option<Choice> {
        if choice.resolutions.is_empty() {
            return choice.slot.is_some().then_some(choice);
        }
        loop {
            let with = [decided, &choice.resolutions].concat();
            let findings = self.findings(&with);
            if let Some((void, user)) = findings.dangling.iter().find(|d| !before.dangling.contains(d)) {
                let goes = choice.give_up(*user, *void);
                goes.or_else(|| asked.at_last.then(|| choice.give_up_too(*user, decided))?)?;
                continue;
            }
            if let Some((earlier, void)) = self.set_before(&choice, &findings) {
                choice.give_up(earlier, void)?;
                continue;
            }
            if (asked.is_open)(&findings)
                || self.has_no_object(decided, &with)
                || self.turns_round(decided, &choice)
            {
                return None;
            }
            if let Some((stuck, is_all)) = self.fails(&with, &findings) {
                // Where other things are open, what is in the way may be theirs; but not what was decided, or needs what is given up here.
                let own = asked.parties.contains(&stuck) || self.is_decision(stuck);
                match (is_all, choice.given_up(stuck, self)) {
                    (false, _) if own => return None,
                    (false, Some(void)) if !self.frees(void, stuck, &with) => {}
                    (_, Some(void)) => {
                        choice.give_up(stuck, void)?;
                        continue;
                    }
                    (true, None) if asked.at_last && !own => {
                        choice.give_up_too(stuck, decided)?;
                        continue;
                    }
                    (true, None) => return None,
                    (false, None) => {}
                }
            }
            let known: Vec<_> = before.conflicts.iter().flat_map(Conflict::pairs).collect();
            let new = |c: &Conflict| c.pairs().iter().all(|p| !known.contains(p));
            choice.behind = findings.conflicts.into_iter().filter(new).collect();
            return Some(choice);
        }
    }

    /// Whether a choice puts steps in an order that contradicts what was decided before. That somebody may yet decide one of them void, nobody
    /// is asked for.
    fn turns_round(&self, decided: &[Resolution], choice: &Choice) -> bool {
        let orders = |one: &Resolution| matches!(one, Resolution::Order { .. });
        choice.resolutions.iter().any(orders)
            && decided.iter().any(orders)
            && self.goes_in_a_circle(&[decided, &choice.resolutions].concat())
            && !self.goes_in_a_circle(decided)
    }

    /// A step that had set a property before one that is given up set it anew, and clashes with the one that is kept now: who gives up what
    /// a side set last gives up what it had set before. With it the step given up.
    fn set_before(&self, choice: &Choice, findings: &Findings) -> Option<(StepRef, StepRef)> {
        let [Resolution::Keep { step, over }] = choice.resolutions.as_slice() else { return None };
        findings.conflicts.iter().find_map(|conflict| {
            let other = match (conflict.ours.as_slice(), conflict.theirs.as_slice()) {
                ([ours], [theirs]) if ours == step => *theirs,
                ([ours], [theirs]) if theirs == step => *ours,
                _ => return None,
            };
            let set = |m: &Meeting| match (m.ours, m.theirs, &m.resource) {
                (Mode::Write(_), Mode::Write(_), facet @ Resource::Facet(..)) => Some(facet.clone()),
                _ => None,
            };
            let facet = conflict.meetings.iter().find_map(set)?;
            let sets = |at: StepRef| {
                let mut all = self.effects_of(at);
                all.any(|a| a.resource == facet && matches!(a.mode, Mode::Write(_)))
            };
            let void = over.iter().find(|void| self.comes_behind(**void, other) && sets(**void))?;
            Some((other, *void))
        })
    }

    /// The two objects that want one name, each with that name, and whether its step creates it.
    fn namesakes(&self, conflict: &Conflict) -> Option<(Namesake, Namesake)> {
        let ([ours], [theirs]) = (conflict.ours.as_slice(), conflict.theirs.as_slice()) else { return None };
        conflict.meetings.iter().find_map(|meeting| {
            let (Resource::Name(_, name), Mode::Write(a), Mode::Write(b)) =
                (&meeting.resource, meeting.ours, meeting.theirs)
            else {
                return None;
            };
            let of = |at: StepRef, digest| {
                let mut all = self.changes(at).flat_map(|change| {
                    let created = change.creates().into_iter().map(|id| (id, true));
                    created.chain(change.renames().map(|id| (id, false))).collect::<Vec<_>>()
                });
                all.find(|(id, _)| claimant(*id) == digest)
            };
            let ((a, created_a), (b, created_b)) = (of(*ours, a)?, of(*theirs, b)?);
            let (kind_a, kind_b) = (self.kind(a), self.kind(b));
            let alike = kind_a.is_some() && kind_a == kind_b;
            let ours = (ObjectRef::try_from(a).ok()?, name.clone(), created_a && alike);
            Some((ours, (ObjectRef::try_from(b).ok()?, name.clone(), created_b && alike)))
        })
    }

    /// The property that both sides set to different values, with the name ours gives when it is one.
    fn facet(&self, conflict: &Conflict) -> Option<(ObjectRef, Facet, Option<String>)> {
        let written = |m: &&Meeting| {
            let both = matches!((m.ours, m.theirs), (Mode::Write(_), Mode::Write(_)));
            both && matches!(m.resource, Resource::Facet(..))
        };
        let meeting = conflict.meetings.iter().find(written)?;
        let Resource::Facet(id, facet) = meeting.resource else { return None };
        let name = self.changes(*conflict.ours.first()?).find_map(|change| match change {
            Lowered::RenameTable { to, .. }
            | Lowered::RenameColumn { to, .. }
            | Lowered::RenameConstraint { to, .. }
            | Lowered::RenameIndex { to, .. }
            | Lowered::RenameEnumValue { to, .. } => Some(to),
            _ => None,
        });
        Some((ObjectRef::try_from(id).ok()?, facet, name))
    }

    /// The column that one side adds and the server fills, while the other side adds rows.
    fn filled(&self, conflict: &Conflict) -> Option<ObjectRef> {
        let rows = conflict.meetings.iter().any(|m| {
            matches!(m.resource, Resource::Rows(_)) && (m.ours == Mode::Extend || m.theirs == Mode::Extend)
        });
        let adds = |at: &StepRef| {
            self.changes(*at).find_map(|change| match change {
                // What is computed gets no value of anybody's.
                Lowered::AddColumn { column, .. } if column.generated.is_none() => Some(column.id),
                _ => None,
            })
        };
        let column = conflict.ours.iter().chain(&conflict.theirs).find_map(adds).filter(|_| rows)?;
        ObjectRef::try_from(column).ok()
    }

    pub(super) fn works_on_rows(&self, at: StepRef) -> bool {
        self.changes(at).any(|change| works_on_rows(&change))
    }

    /// What sort of object it is, as far as two of a sort can be one.
    fn kind(&self, id: ObjectId) -> Option<&'static str> {
        let entry = ObjectRef::try_from(id).ok()?;
        let made = |change: Lowered| match change {
            // What a view's or SQL's text amounts to is one with nothing but the same text.
            Lowered::CreateView(_) | Lowered::ReplaceView { .. } | Lowered::Sql { .. } => None,
            change => sort_in(&change, id).map(|(sort, _)| sort),
        };
        self.changes(entry.creator()).find_map(made)
    }

    /// Whether an object can be given another name.
    pub fn can_rename(&self, database: &str, id: ObjectId) -> bool {
        self.schemas(database).any(|schema| rename(schema, id, "x").is_some())
    }
}

/// An object, the name it wants, and whether it can be one with another that wants it.
type Namesake = (ObjectRef, String, bool);
