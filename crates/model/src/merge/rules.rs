//! Rules: what the merges of a set of entries have decided, and which of it is in force.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    graph::Graph,
    id::ObjectId,
    literal::Literal,
    merge::classes::{Classes, Grounds},
    resolution::{ObjectRef, Prefer, Resolution, Setting, StepRef},
};

/// Which property of an object a merge sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// Its name.
    Name,
    /// Its type.
    Type,
    /// Whether it may be NULL.
    Nullable,
    /// Its default.
    Default,
    /// What rows get that don't know it.
    Initial,
    /// Its remark.
    Comment,
}

/// What a merge can decide only once: later merges that decide it too replace what earlier ones said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Which of two steps counts, or comes first; the lesser stands first.
    Steps(StepRef, StepRef),
    /// Whether two objects are one; the lesser stands first.
    Objects(ObjectId, ObjectId),
    /// What a property of an object is.
    Aspect(ObjectId, Aspect),
}

/// The answer to a [`Question`].
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The step has no effect.
    Void(StepRef),
    /// The step comes first.
    First(StepRef),
    /// They are one, defined as that one is.
    One(ObjectId),
    /// The object has this name.
    Name(String),
    /// The object has this property.
    Setting(Setting),
}

/// An answer and the resolution that gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The resolution.
    pub by: StepRef,
    /// What it says.
    pub answer: Answer,
}

/// Two merges, neither of which has seen the other, that decided one question differently.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// The question.
    pub question: Question,
    /// One answer.
    pub ours: Decision,
    /// The other answer.
    pub theirs: Decision,
}

/// What is decided for a set of entries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    decided: BTreeMap<Question, Decision>,
    /// Steps that a setting takes the place of, by the question it answers.
    replaced: BTreeMap<Question, BTreeSet<StepRef>>,
    /// Objects that are one with others.
    one: Classes<ObjectId>,
    /// Steps of equal effect on rows, of which only the first runs.
    same: Classes<StepRef>,
}

/// What the decisions in force mean for steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Force {
    /// Steps without effect.
    pub void: BTreeSet<StepRef>,
    /// Pairs of steps, the one that comes first first.
    pub orders: BTreeSet<(StepRef, StepRef)>,
    /// For objects that a merge made one, by what stands for them: whose definition they have.
    pub defined: BTreeMap<ObjectId, ObjectId>,
    /// Values that columns are added with, by what stands for the column.
    pub initials: BTreeMap<ObjectId, Literal>,
    /// Questions whose answers are in force.
    pub questions: BTreeSet<Question>,
}

impl Force {
    /// The steps that two sets of decisions treat differently.
    pub fn differing(&self, other: &Force) -> BTreeSet<StepRef> {
        let mut steps: BTreeSet<StepRef> = self.void.symmetric_difference(&other.void).copied().collect();
        for (first, then) in self.orders.symmetric_difference(&other.orders) {
            steps.extend([*first, *then]);
        }
        for (a, b) in [(self, other), (other, self)] {
            let defined = a.defined.iter().filter(|(id, as_is)| b.defined.get(id) != Some(as_is));
            steps.extend(defined.filter_map(|(id, _)| maker(*id)));
            let initial = a.initials.iter().filter(|(id, value)| b.initials.get(id) != Some(value));
            steps.extend(initial.filter_map(|(id, _)| maker(*id)));
        }
        steps
    }
}

/// The step that created an object.
pub fn maker(id: ObjectId) -> Option<StepRef> {
    ObjectRef::try_from(id).ok().map(|object| object.creator())
}

fn steps(a: StepRef, b: StepRef) -> Question {
    Question::Steps(a.min(b), a.max(b))
}

/// What a resolution answers.
pub fn answers(resolution: &Resolution) -> Vec<(Question, Answer)> {
    match resolution {
        Resolution::Keep { step, over } => {
            over.iter().map(|other| (steps(*step, *other), Answer::Void(*other))).collect()
        }
        Resolution::Order { first, then } => vec![(steps(*first, *then), Answer::First(*first))],
        Resolution::Same { a, b, prefer } => {
            let (a, b): (ObjectId, ObjectId) = ((*a).into(), (*b).into());
            let preferred = match prefer {
                Prefer::A => a,
                Prefer::B => b,
            };
            vec![(Question::Objects(a.min(b), a.max(b)), Answer::One(preferred))]
        }
        Resolution::Rename { object, to } => {
            vec![(Question::Aspect((*object).into(), Aspect::Name), Answer::Name(to.clone()))]
        }
        Resolution::Set { object, to } => {
            vec![(Question::Aspect(id(*object), aspect(to)), Answer::Setting(to.clone()))]
        }
    }
}

fn id(object: ObjectRef) -> ObjectId {
    object.into()
}

fn aspect(setting: &Setting) -> Aspect {
    match setting {
        Setting::Type(_) => Aspect::Type,
        Setting::Nullable(_) => Aspect::Nullable,
        Setting::Default(_) => Aspect::Default,
        Setting::Initial(_) => Aspect::Initial,
        Setting::Comment(_) => Aspect::Comment,
    }
}

impl Rules {
    /// Whether nothing was ever decided or found to be one.
    pub fn is_empty(&self) -> bool {
        self.decided.is_empty() && self.one.is_empty() && self.same.is_empty()
    }

    /// The object that stands for this one.
    pub fn find(&self, id: ObjectId) -> ObjectId {
        self.one.find(id)
    }

    /// Whether two objects are one.
    pub fn are_one(&self, a: ObjectId, b: ObjectId) -> bool {
        self.find(a) == self.find(b)
    }

    /// All objects that are one with this one, itself among them.
    pub fn all(&self, id: ObjectId) -> Vec<ObjectId> {
        self.one.all(id)
    }

    /// The objects that are one with another.
    pub fn united(&self) -> impl Iterator<Item = ObjectId> + '_ {
        self.one.members()
    }

    /// Makes two objects one that were found to be alike on these grounds; the lesser stands for both.
    pub fn unite(&mut self, a: ObjectId, b: ObjectId, grounds: Grounds) {
        self.one.find_alike(a, b, grounds);
    }

    /// Whether any object is one with another.
    pub fn unites(&self) -> bool {
        self.one.members().next().is_some()
    }

    /// The step that names the class of a step.
    pub fn class(&self, step: StepRef) -> StepRef {
        self.same.find(step)
    }

    /// Whether a step is in a class with others.
    pub fn likens(&self, step: StepRef) -> bool {
        self.same.members().any(|other| other == step)
    }

    /// The steps that are of one class with a step, itself among them.
    pub fn equals(&self, step: StepRef) -> Vec<StepRef> {
        self.same.all(step)
    }

    /// Whether a step comes behind another, or behind one that is equal to it and counts in its place; `fits` says which of them do.
    pub fn behind(&self, later: StepRef, of: StepRef, graph: &Graph, fits: &dyn Fn(StepRef) -> bool) -> bool {
        let earlier = self.equals(of).into_iter().filter(|at| fits(*at));
        earlier.into_iter().any(|earlier| match earlier.entry == later.entry {
            true => earlier.step < later.step,
            false => graph.follows(later.entry, earlier.entry),
        })
    }

    /// The steps that are in a class with others.
    pub fn likened(&self) -> impl Iterator<Item = StepRef> + '_ {
        self.same.members()
    }

    /// Puts two steps into one class that were found to be alike on these grounds.
    pub fn liken(&mut self, a: StepRef, b: StepRef, grounds: Grounds) {
        self.same.find_alike(a, b, grounds);
    }

    /// Steps whose objects are others than by the rules of one side, or that are one with steps they weren't one with there, or the other
    /// way round.
    pub fn otherwise(&self, side: &Rules) -> BTreeSet<StepRef> {
        let ids = self.one.lesser().chain(side.one.lesser()).filter(|id| self.find(*id) != side.find(*id));
        let steps = self.same.lesser().chain(side.same.lesser());
        let steps = steps.filter(|at| self.class(*at) != side.class(*at));
        let steps = steps.flat_map(|at| [at, self.class(at), side.class(at)]);
        ids.filter_map(maker).chain(steps).collect()
    }

    /// Takes in what the other sides of a merge have decided. A decision made with the other known replaces it; of two that didn't
    /// know each other, equal ones are one, and different ones are a disagreement, of which the lesser's is kept for now.
    pub fn join(&mut self, other: &Rules, graph: &Graph) -> Vec<Disagreement> {
        let mut disagreements = Vec::new();
        for (question, theirs) in &other.decided {
            let Some(ours) = self.decided.get(question) else {
                self.decided.insert(*question, theirs.clone());
                continue;
            };
            if ours.by == theirs.by || graph.follows(ours.by.entry, theirs.by.entry) {
                continue;
            }
            if graph.follows(theirs.by.entry, ours.by.entry) {
                self.decided.insert(*question, theirs.clone());
                continue;
            }
            let (first, second) = if ours.by < theirs.by { (ours, theirs) } else { (theirs, ours) };
            if ours.answer != theirs.answer {
                let (ours, theirs) = (first.clone(), second.clone());
                disagreements.push(Disagreement { question: *question, ours, theirs });
            }
            let first = first.clone();
            self.decided.insert(*question, first);
        }
        for (question, replaced) in &other.replaced {
            self.replaced.entry(*question).or_default().extend(replaced);
        }
        self.one.join(&other.one);
        self.same.join(&other.same);
        self.regroup(graph);
        disagreements
    }

    /// Takes in what a merge decides, whatever was decided before.
    pub fn decide(&mut self, by: StepRef, resolution: &Resolution, graph: &Graph) {
        for (question, answer) in answers(resolution) {
            self.decided.insert(question, Decision { by, answer });
        }
        self.regroup(graph);
    }

    /// Makes one what decisions in force say is one, and what has grounds to be: a decision that was made void has left two.
    fn regroup(&mut self, graph: &Graph) {
        let (in_force, _) = self.counting(graph);
        let said =
            in_force.into_iter().filter_map(|(question, decision)| match (question, &decision.answer) {
                (Question::Objects(a, b), Answer::One(_)) => Some((*a, *b)),
                _ => None,
            });
        let said: Vec<(ObjectId, ObjectId)> = said.collect();
        self.one.regroup(&said);
        self.same.regroup_by(&self.one);
    }

    /// Notes the steps that a merge's setting takes the place of.
    pub fn replace(&mut self, question: Question, steps: impl IntoIterator<Item = StepRef>) {
        self.replaced.entry(question).or_default().extend(steps);
    }

    /// The decisions in force, the newest first, and the steps that they make void. A decision is not in force when a later one made its
    /// resolution void.
    fn counting(&self, graph: &Graph) -> (Vec<(&Question, &Decision)>, BTreeSet<StepRef>) {
        let mut decisions: Vec<(&Question, &Decision)> = self.decided.iter().collect();
        // A merge that has no id yet comes last.
        let place = |d: &Decision| graph.place(d.by.entry).unwrap_or(usize::MAX);
        decisions.sort_by_key(|(_, d)| std::cmp::Reverse((place(d), d.by.step)));
        let mut void = BTreeSet::new();
        decisions.retain(|(question, decision)| {
            let counts = !void.contains(&decision.by);
            match (&decision.answer, question) {
                _ if !counts => {}
                (Answer::Setting(Setting::Initial(_)), Question::Aspect(..)) => {}
                (Answer::Void(step), _) => drop(void.insert(*step)),
                (Answer::Setting(_) | Answer::Name(_), _) => {
                    void.extend(self.replaced.get(question).into_iter().flatten().copied());
                }
                (Answer::First(_) | Answer::One(_), _) => {}
            }
            counts
        });
        (decisions, void)
    }

    /// What the decisions in force mean.
    pub fn force(&self, graph: &Graph) -> Force {
        let (decisions, void) = self.counting(graph);
        let mut force = Force { void, ..Force::default() };
        let mut same = Vec::new();
        for (question, decision) in decisions {
            force.questions.insert(*question);
            match (&decision.answer, question) {
                (Answer::First(first), Question::Steps(a, b)) => {
                    // What has no effect comes neither first nor last.
                    if !force.void.contains(a) && !force.void.contains(b) {
                        force.orders.insert((*first, if first == a { *b } else { *a }));
                    }
                }
                (Answer::One(as_is), Question::Objects(a, b)) => same.push((*a, *b, *as_is)),
                (Answer::Setting(Setting::Initial(value)), Question::Aspect(object, _)) => {
                    force.initials.entry(self.find(*object)).or_insert_with(|| value.clone());
                }
                (Answer::Void(_) | Answer::Setting(_) | Answer::Name(_), _)
                | (Answer::First(_), Question::Objects(..) | Question::Aspect(..))
                | (Answer::One(_), Question::Steps(..) | Question::Aspect(..)) => {}
            }
        }
        // Oldest first: whose definition an object had by then is the one that a later decision prefers.
        let mut defined: BTreeMap<ObjectId, ObjectId> = BTreeMap::new();
        for (a, b, as_is) in same.into_iter().rev() {
            let as_is = defined.get(&as_is).copied().unwrap_or(as_is);
            defined.extend([(a, as_is), (b, as_is)]);
            force.defined.insert(self.find(a), as_is);
        }
        force
    }

    /// What was decided of a question.
    pub fn decision(&self, question: &Question) -> Option<&Decision> {
        self.decided.get(question)
    }

    /// The decisions, each with its question.
    pub fn decisions(&self) -> impl Iterator<Item = (&Question, &Decision)> {
        self.decided.iter()
    }
}
