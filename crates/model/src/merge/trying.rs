//! Whether a choice leads anywhere: what else is open is decided for one side and for the other, and what has nothing to stand on goes with
//! what is given up.

use crate::{
    history::{Findings, Joining},
    merge::{Choice, Conflict, rules::maker},
    resolution::{Resolution, StepRef},
};

/// How often something is given up before nobody thinks that it comes to an end.
const ENOUGH: usize = 200;

impl Conflict {
    /// That one side of it counts: ours, or theirs.
    pub(super) fn keep(&self, ours: bool) -> Resolution {
        let (kept, over) = if ours { (&self.ours, &self.theirs) } else { (&self.theirs, &self.ours) };
        Resolution::keep(kept[0], over.iter().copied())
    }
}

impl Joining<'_> {
    /// The step that doesn't fit when this is decided, and whether nothing else is open.
    pub(super) fn fails(&self, with: &[Resolution], findings: &Findings) -> Option<(StepRef, bool)> {
        if findings.conflicts.is_empty() {
            let needs = findings.dangling.first().map(|(_, user)| *user);
            return Some((needs.or_else(|| self.stuck(with))?, true));
        }
        self.stuck_beside(with, true)?;
        Some((self.stuck_beside(with, false)?, false))
    }

    /// The step that doesn't fit when all that is open beside this is decided for one side.
    fn stuck_beside(&self, with: &[Resolution], ours: bool) -> Option<StepRef> {
        let mut rest: Vec<Choice> = Vec::new();
        for _ in 0..ENOUGH {
            let decided: Vec<Resolution> =
                rest.iter().flat_map(|choice| choice.resolutions.clone()).collect();
            let all = [with, &decided].concat();
            let findings = self.findings(&all);
            let gives_up = |(void, user): &(StepRef, StepRef)| {
                rest.iter_mut().rev().find_map(|choice| choice.give_up(*user, *void))
            };
            if findings.dangling.iter().find_map(gives_up).is_some() {
                continue;
            }
            // What is open may bring back what a step needs.
            let stuck = match (findings.conflicts.first(), findings.dangling.first()) {
                (Some(conflict), _) => {
                    rest.push(Choice::new("", None, vec![conflict.keep(ours)]));
                    continue;
                }
                (None, Some((_, user))) => *user,
                (None, None) => self.stuck(&all)?,
            };
            let goes = rest.iter_mut().rev().find_map(|choice| {
                let void = choice.given_up(stuck, self)?;
                choice.give_up(stuck, void)
            });
            if goes.is_none() {
                return Some(stuck);
            }
        }
        // Nobody knows.
        None
    }

    /// Whether something decided before speaks of an object that isn't made with this any more.
    pub(super) fn has_no_object(&self, decided: &[Resolution], with: &[Resolution]) -> bool {
        let mut objects = decided.iter().flat_map(Resolution::objects).peekable();
        if objects.peek().is_none() {
            return false;
        }
        let examined = self.examined(with);
        let void = &examined.region.force.void;
        objects.any(|of| {
            let mut makers = examined.rules.all(of.into()).into_iter().filter_map(maker);
            makers.all(|at| void.contains(&at))
        })
    }

    /// What is left to choose where nothing else comes to an end: one side's steps count, and all that stands behind the other's on its side
    /// goes with them; or all that only the other side has.
    pub(super) fn resorts(&self, conflict: &Conflict) -> Vec<Choice> {
        let mut resorts = Vec::new();
        let steps: Vec<StepRef> = self.own_steps();
        for (word, ours) in [("ours", true), ("theirs", false)] {
            let (kept, over) =
                if ours { (&conflict.ours, &conflict.theirs) } else { (&conflict.theirs, &conflict.ours) };
            let stays = |at: &StepRef| {
                kept.contains(at)
                    || kept.iter().any(|kept| self.comes_behind(*kept, *at))
                    || over.contains(at)
            };
            let behind = |at: &StepRef| over.iter().any(|void| self.comes_behind(*at, *void));
            let others = |at: &StepRef| {
                over.iter().any(|void| self.are_together(*at, *void))
                    && !kept.iter().any(|kept| self.are_together(*at, *kept))
            };
            let wider: [&dyn Fn(&StepRef) -> bool; 2] = [&behind, &others];
            for goes in wider {
                let dependents: Vec<StepRef> =
                    steps.iter().filter(|at| !stays(at) && goes(at)).copied().collect();
                let all = over.iter().chain(&dependents).copied();
                let mut choice = Choice::new(word, None, vec![Resolution::keep(kept[0], all)]);
                choice.dependents = dependents;
                resorts.push(choice);
            }
        }
        resorts
    }

    /// Whether some head has both steps.
    fn are_together(&self, a: StepRef, b: StepRef) -> bool {
        let has = |head, at: StepRef| head == at.entry || self.graph().follows(head, at.entry);
        self.heads().iter().any(|head| has(*head, a) && has(*head, b))
    }

    /// The steps that not all heads have, decisions of merges among them.
    fn own_steps(&self) -> Vec<StepRef> {
        let examined = self.examined(&[]);
        let members = examined.region.members.iter().filter(|member| member.sides != 0);
        let of = members.flat_map(|member| {
            let steps = 0..member.entry.steps.len() as u32;
            let decisions = (0..member.entry.resolutions.len()).map(|n| StepRef::of_resolution(member.id, n));
            decisions.chain(steps.map(|step| member.step(step))).collect::<Vec<_>>()
        });
        of.collect()
    }
}
