//! What merges decided and later ones decided otherwise: resolutions that say nothing any more, and steps that have effect again.

use std::collections::{BTreeMap, BTreeSet};

use super::{History, Standing};
use crate::{
    effects::{Access, Mode, Resource},
    id::{EntryId, ObjectId},
    lowered::Lowered,
    merge::{
        Meeting,
        meet::{Pair, aspect_of, meet},
        region::{Member, Region},
        rules::{Answer, Aspect, Force, Question, Rules, answers, maker},
    },
    resolution::StepRef,
};

impl History {
    /// The resolutions that say nothing any more: later ones have answered all their questions otherwise.
    pub(super) fn spent(&self, members: &[Member<'_>], rules: &Rules) -> BTreeSet<StepRef> {
        let mut stated: BTreeMap<Question, Vec<(StepRef, Answer)>> = BTreeMap::new();
        for member in members {
            for (n, resolution) in member.entry.resolutions.iter().enumerate() {
                let at = StepRef::of_resolution(member.id, n);
                for (question, answer) in answers(resolution) {
                    stated.entry(question).or_default().push((at, answer));
                }
            }
        }
        // Equal answers of several merges stand in the rules as those of one of them: any that came later will do.
        let mut counts = BTreeSet::new();
        for (question, given) in &stated {
            let decision = rules.decision(question);
            for (at, answer) in given {
                let later = |by: StepRef| match by.entry == at.entry {
                    true => by.step > at.step,
                    false => !self.graph.contains(by.entry) || self.graph.follows(by.entry, at.entry),
                };
                let otherwise = given.iter().any(|(by, other)| other != answer && later(*by));
                if decision.is_none_or(|d| d.answer == *answer || !otherwise && !later(d.by)) {
                    counts.insert(*at);
                }
            }
        }
        let all = stated.into_values().flatten().map(|(at, _)| at);
        all.filter(|at| !counts.contains(at)).collect()
    }

    /// Holds steps that have effect again against all that hasn't seen them, on their own side too: when a merge made them void, or when it
    /// decided what has no effect any more, nobody asked what else they meet.
    pub(super) fn open_again(
        &self,
        of: &Region<'_>,
        rules: &Rules,
        again: &BTreeMap<StepRef, BTreeSet<EntryId>>,
        pairs: &mut BTreeMap<Pair, Vec<Meeting>>,
    ) {
        for (at, known) in again {
            let apart =
                |id: &&EntryId| !self.graph.follows(at.entry, **id) && !self.graph.follows(**id, at.entry);
            let known: BTreeSet<EntryId> = known.iter().filter(apart).copied().collect();
            let mut members: Vec<Member<'_>> =
                self.graph.order(&known).into_iter().filter_map(|id| self.member(id, 2)).collect();
            members.extend(self.member(at.entry, 0));
            let spent = self.spent(&members, rules);
            let region = of.with(members, BTreeMap::from([(*at, 1)]), spent);
            for ((at, other), mut met) in meet(&region, rules, &self.graph) {
                let (first, then) = (at.min(other), at.max(other));
                if first != at {
                    met.iter_mut().for_each(|m| std::mem::swap(&mut m.ours, &mut m.theirs));
                }
                if !pairs.contains_key(&(then, first)) {
                    pairs.entry((first, then)).or_insert(met);
                }
            }
        }
    }

    /// The steps that have effect again, each with the entries that may meet it now.
    pub(super) fn again(
        &self,
        heads: &[EntryId],
        standings: &[&Standing],
        rules: &Rules,
        force: &Force,
    ) -> BTreeMap<StepRef, BTreeSet<EntryId>> {
        let mut again: BTreeMap<StepRef, BTreeSet<EntryId>> = BTreeMap::new();
        for (question, decision) in rules.decisions().filter(|(q, _)| !force.questions.contains(q)) {
            let steps = match question {
                Question::Steps(a, b) => vec![*a, *b],
                // They are two again, or want one name again.
                Question::Objects(a, b) => [*a, *b].into_iter().filter_map(maker).collect(),
                Question::Aspect(id, Aspect::Name) => rules.all(*id).into_iter().filter_map(maker).collect(),
                Question::Aspect(id, aspect) => self.setting(decision.by.entry, *id, *aspect, rules),
            };
            for at in steps.into_iter().filter(|at| !force.void.contains(at)) {
                again.entry(at).or_default().extend(self.ancestors(&[decision.by.entry]));
            }
        }
        for standing in standings {
            let void = standing.rules.force(&self.graph).void;
            for at in void.difference(&force.void).filter(|at| at.as_resolution().is_none()) {
                again.entry(*at).or_default().extend(self.ancestors(heads));
            }
        }
        again
    }

    /// The steps among what a merge joined that set a property which it decided: nobody asked which of them counts.
    fn setting(&self, merge: EntryId, id: ObjectId, aspect: Aspect, rules: &Rules) -> Vec<StepRef> {
        let parents: Vec<EntryId> = self.graph.parents(merge).collect();
        let joined = self.graph.region(&parents).into_iter().map(|(id, _)| id).collect();
        let sets = |access: &Access| match &access.resource {
            Resource::Facet(of, facet) => {
                matches!(access.mode, Mode::Write(_))
                    && rules.are_one(*of, id)
                    && aspect_of(*facet) == Some(aspect)
            }
            _ => false,
        };
        let all = self.steps_accessing(&joined);
        all.filter(|(_, access)| sets(access)).map(|(at, _)| at).collect()
    }

    /// Decisions that make members one of what isn't one any more, each behind the decision that had made it one and is void.
    pub(super) fn parted(&self, rules: &Rules, force: &Force) -> Vec<(StepRef, StepRef)> {
        let said = |counts: bool| {
            rules.decisions().filter_map(move |(question, decision)| match question {
                Question::Objects(a, b) if force.questions.contains(question) == counts => {
                    Some((*a, *b, decision.by))
                }
                _ => None,
            })
        };
        let owner = |id| match self.piece(id)? {
            Lowered::AddColumn { table: of, .. }
            | Lowered::AddConstraint { table: of, .. }
            | Lowered::CreateIndex { table: of, .. }
            | Lowered::AddEnumValue { of, .. } => Some(of),
            _ => None,
        };
        let mut parted = Vec::new();
        for (a, b, user) in said(true) {
            let Some((a, b)) = owner(a).zip(owner(b)).filter(|(a, b)| !rules.are_one(*a, *b)) else {
                continue;
            };
            let of = |x, y| rules.are_one(a, x) && rules.are_one(b, y);
            let void = said(false).find(|(x, y, _)| of(*x, *y) || of(*y, *x));
            parted.extend(void.map(|(.., by)| (by, user)));
        }
        parted
    }
}
