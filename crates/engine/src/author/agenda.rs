//! What is open between the heads of a merge: numbered once, so that a number means the same from one answer to the next.

use model::{
    Findings, History, Resolution, StepRef,
    history::Joining,
    merge::{Choice, Conflict, Disagreement},
};

/// What has to be decided.
#[derive(Clone, Debug, PartialEq)]
pub enum Matter {
    /// Steps that don't commute.
    Conflict(Conflict),
    /// What two merges decided differently.
    Disagreement(Disagreement),
}

impl Matter {
    pub(super) fn is_about(&self, other: &Matter) -> bool {
        match (self, other) {
            (Matter::Conflict(a), Matter::Conflict(b)) => !a.pairs().is_disjoint(&b.pairs()),
            (Matter::Disagreement(a), Matter::Disagreement(b)) => a.question == b.question,
            (Matter::Conflict(_), Matter::Disagreement(_))
            | (Matter::Disagreement(_), Matter::Conflict(_)) => false,
        }
    }

    /// The steps of both sides.
    pub fn steps(&self) -> (Vec<StepRef>, Vec<StepRef>) {
        match self {
            Matter::Conflict(conflict) => (conflict.ours.clone(), conflict.theirs.clone()),
            Matter::Disagreement(of) => (vec![of.ours.by], vec![of.theirs.by]),
        }
    }
}

/// Something to be decided, and its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// From 1 on.
    pub number: usize,
    /// What it is.
    pub matter: Matter,
    /// The point whose answer brought it up.
    pub behind: Option<usize>,
}

/// What was answered to a point; without a number where it settles none, as what was written by hand may.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The point.
    pub number: Option<usize>,
    /// What it puts into the merge.
    pub resolutions: Vec<Resolution>,
}

/// The points between heads, and what was answered so far.
pub struct Agenda<'a> {
    pub(super) history: &'a History,
    pub(super) joining: &'a Joining<'a>,
    points: Vec<Point>,
    answered: Vec<Answered>,
    open: Vec<usize>,
    dangling: Vec<(StepRef, StepRef)>,
}

impl<'a> Agenda<'a> {
    /// Looks at what is open.
    pub fn new(history: &'a History, joining: &'a Joining<'a>) -> Agenda<'a> {
        let (points, answered) = (Vec::new(), Vec::new());
        let mut agenda =
            Agenda { history, joining, points, answered, open: Vec::new(), dangling: Vec::new() };
        agenda.look();
        agenda
    }

    /// The history that is joined.
    pub fn history(&self) -> &'a History {
        self.history
    }

    /// What was decided, in the order it was.
    pub fn decided(&self) -> Vec<Resolution> {
        self.answered.iter().flat_map(|one| one.resolutions.iter().cloned()).collect()
    }

    /// The answers, in the order they were given.
    pub fn answered(&self) -> &[Answered] {
        &self.answered
    }

    /// What is open, by number.
    pub fn open(&self) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(|point| self.open.contains(&point.number))
    }

    /// A point by its number, be it open or answered.
    pub fn point(&self, number: usize) -> Option<&Point> {
        self.points.iter().find(|point| point.number == number)
    }

    /// Steps without effect, each with a step that needs it.
    pub fn dangling(&self) -> &[(StepRef, StepRef)] {
        &self.dangling
    }

    /// Takes resolutions as an answer; says which point they settled.
    pub fn decide(&mut self, resolutions: Vec<Resolution>) -> Option<usize> {
        let known = self.points.len();
        let before: Vec<(usize, Matter)> = self.open().map(|p| (p.number, p.matter.clone())).collect();
        self.answered.push(Answered { number: None, resolutions });
        self.look();
        // One of several that belong together leaves less of it.
        let settled = before.iter().find(|(number, matter)| {
            let now = self.point(*number).filter(|_| self.open.contains(number));
            now.is_none_or(|point| point.matter != *matter)
        });
        let settled = settled.map(|(number, _)| *number);
        if let Some(last) = self.answered.last_mut() {
            last.number = settled;
        }
        // What this answer brought up hangs on the point it settled.
        for point in self.points.iter_mut().skip(known) {
            point.behind = settled;
        }
        settled
    }

    /// Takes an answer back, with those to points that appeared only behind it.
    pub(super) fn take_back(&mut self, number: usize) {
        let mut gone = vec![number];
        while let Some(more) = self
            .points
            .iter()
            .find(|p| p.behind.is_some_and(|b| gone.contains(&b)) && !gone.contains(&p.number))
        {
            gone.push(more.number);
        }
        let kept: Vec<Answered> =
            self.answered.drain(..).filter(|one| one.number.is_none_or(|n| !gone.contains(&n))).collect();
        let behind: Vec<usize> = gone.into_iter().filter(|n| *n != number).collect();
        self.points.retain(|point| !behind.contains(&point.number));
        self.answered = kept;
        self.look();
    }

    /// Takes back what was decided last.
    pub fn forget_last(&mut self) {
        self.answered.pop();
        self.look();
    }

    /// What keeps a resolution from being one of this merge: it speaks of what isn't there.
    pub fn unfit(&self, resolution: &Resolution) -> Option<String> {
        let makers = resolution.objects().into_iter().map(|object| object.creator());
        let absent = resolution.steps().into_iter().chain(makers).find_map(|at| {
            let entry = self.history.entry(at.entry).filter(|_| self.joining.side(at.entry).is_some());
            let Some(entry) = entry else {
                return Some(format!("none of the heads follows an entry {}", at.entry.short()));
            };
            let there = match at.as_resolution() {
                Some(n) => n < entry.resolutions.len(),
                None => (at.step as usize) < entry.steps.len(),
            };
            (!there).then(|| {
                let last = entry.steps.len().saturating_sub(1);
                format!(
                    "entry {} has no step {}: its last one is {last}, counted from 0",
                    at.entry.short(),
                    at.step
                )
            })
        });
        absent.or_else(|| self.history.unlike(resolution).map(|problem| problem.to_string()))
    }

    /// The choices there are for a point; every one was tried. Those that want undone what can't be come last.
    pub fn choices(&self, point: &Point) -> Vec<Choice> {
        let decided = self.decided();
        let choices = match &point.matter {
            Matter::Conflict(conflict) => self.joining.choices(&decided, conflict),
            Matter::Disagreement(disagreement) => self.joining.rulings(&decided, disagreement),
        };
        self.joining.weighed(&decided, choices)
    }

    /// Looks at what is open now. What wasn't seen before gets the next numbers, in the canonical order of the steps.
    fn look(&mut self) {
        let Findings { mut conflicts, mut disagreements, dangling } = self.joining.findings(&self.decided());
        let place = |at: &StepRef| (self.history.graph().place(at.entry), at.step);
        conflicts.sort_by_key(|c| (c.ours.iter().map(place).min(), c.theirs.iter().map(place).min()));
        for disagreement in &mut disagreements {
            self.joining.put_ours_first(disagreement);
        }
        disagreements.sort_by_key(|d| (place(&d.ours.by), place(&d.theirs.by)));
        self.open.clear();
        let matters = conflicts.into_iter().map(Matter::Conflict);
        for matter in matters.chain(disagreements.into_iter().map(Matter::Disagreement)) {
            let number = match self.points.iter_mut().find(|known| known.matter.is_about(&matter)) {
                Some(known) => {
                    known.matter = matter;
                    known.number
                }
                None => {
                    let number = self.points.last().map_or(0, |last| last.number) + 1;
                    self.points.push(Point { number, matter, behind: None });
                    number
                }
            };
            if !self.open.contains(&number) {
                self.open.push(number);
            }
        }
        self.dangling = dangling;
    }
}
