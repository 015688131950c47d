//! Holding the sides of a join against each other, under what was decided.

use std::collections::{BTreeMap, BTreeSet};

use super::{FoldError, History, Standing, advance::replaced_by};
use crate::{
    effects::{Mode, Resource},
    graph::Graph,
    id::{Digest, EntryId, ObjectId},
    lowered::Lowered,
    merge::{
        Conflict, Disagreement, Meeting,
        conflict::group,
        meet::{Pair, in_resource, meet, works_on_rows},
        region::{Member, Region},
        rules::{Force, Question, Rules, answers, maker},
        unify::{Head, grounds, unify},
    },
    resolution::{Resolution, StepRef},
};

/// A merge that has no id yet.
pub(super) const UNWRITTEN: EntryId = Digest([0xff; 32]);

/// What stands between heads and one state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Steps that don't commute.
    pub conflicts: Vec<Conflict>,
    /// Questions that merges on different sides decided differently.
    pub disagreements: Vec<Disagreement>,
    /// Steps without effect, each with a step that needs what it would have made.
    pub dangling: Vec<(StepRef, StepRef)>,
}

/// The sides of a join, held against each other.
pub(crate) struct Examined<'h> {
    pub region: Region<'h>,
    pub rules: Rules,
    pub pairs: BTreeMap<Pair, Vec<Meeting>>,
    pub disagreements: Vec<Disagreement>,
    pub dangling: Vec<(StepRef, StepRef)>,
    /// Steps that are treated otherwise than at one of the sides.
    pub affected: BTreeSet<StepRef>,
}

impl Examined<'_> {
    pub(super) fn findings(self, history: &History) -> Findings {
        let database = |at: StepRef| history.database_of(at.entry, at.step).unwrap_or_default().to_owned();
        Findings {
            conflicts: group(self.pairs, &database),
            disagreements: self.disagreements,
            dangling: self.dangling,
        }
    }

    /// Fails where something is open.
    pub(super) fn check(self, history: &History, at: Option<EntryId>) -> Result<Self, FoldError> {
        if let Some((void, user)) = self.dangling.first().copied() {
            return Err(FoldError::Dangling { at, void, user });
        }
        if self.pairs.is_empty() && self.disagreements.is_empty() {
            return Ok(self);
        }
        let Findings { conflicts, disagreements, .. } = self.findings(history);
        Err(FoldError::Conflict { at, conflicts, disagreements })
    }
}

impl History {
    /// Holds the sides against each other. `standings` are those of `heads`, in their order.
    pub(super) fn examine<'h>(
        &'h self,
        heads: &[EntryId],
        standings: &[&Standing],
        at: Option<EntryId>,
        resolutions: &[Resolution],
    ) -> Examined<'h> {
        let members: Vec<Member<'h>> =
            self.graph.region(heads).into_iter().filter_map(|(id, sides)| self.member(id, sides)).collect();
        let mut rules = standings.first().map(|s| (*s.rules).clone()).unwrap_or_default();
        let mut disagreements = Vec::new();
        for other in standings.iter().skip(1) {
            disagreements.extend(rules.join(&other.rules, &self.graph));
        }
        for (n, resolution) in resolutions.iter().enumerate() {
            let by = StepRef::of_resolution(at.unwrap_or(UNWRITTEN), n);
            for (question, _) in answers(resolution) {
                disagreements.retain(|d| d.question != question);
                replace(question, by, resolution, &members, &mut rules);
            }
            rules.decide(by, resolution, &self.graph);
        }
        let force = rules.force(&self.graph);
        disagreements.retain(|d| !force.void.contains(&d.ours.by) && !force.void.contains(&d.theirs.by));
        let mut affected: BTreeSet<StepRef> =
            standings.iter().flat_map(|s| s.rules.force(&self.graph).differing(&force)).collect();
        // Where merges disagree, it isn't known yet what counts.
        let contested = match disagreements.is_empty() {
            true => self.contested(heads, standings, &force, &affected),
            false => BTreeMap::new(),
        };
        let members = self.with_common(members, &contested);
        let spent = self.spent(&members, &rules);
        let mut region = Region::new(members, force, contested, spent);
        let at_heads: Vec<Head<'_>> =
            standings.iter().map(|s| Head { state: &s.state, rules: &s.rules }).collect();
        unify(&region, &at_heads, &mut rules, &self.graph);
        liken(&region, &mut rules, &self.graph);
        // What stands for an object may be another one now, and whoever is one with it is defined as it is.
        if !region.force.defined.is_empty() || !region.force.initials.is_empty() {
            region.force = rules.force(&self.graph);
        }
        affected.extend(standings.iter().flat_map(|s| rules.otherwise(&s.rules)));
        let mut pairs = meet(&region, &rules, &self.graph);
        if disagreements.is_empty() {
            let again = self.again(heads, standings, &rules, &region.force);
            self.open_again(&region, &rules, &again, &mut pairs);
        }
        let mut dangling = self.dangling(heads, &region, &rules, &affected);
        dangling.extend(self.parted(&rules, &region.force));
        Examined { region, rules, pairs, disagreements, dangling, affected }
    }

    /// Steps that have effect now and had it at some of the heads that have them and at others not, with the heads where they had.
    fn contested(
        &self,
        heads: &[EntryId],
        standings: &[&Standing],
        force: &Force,
        affected: &BTreeSet<StepRef>,
    ) -> BTreeMap<StepRef, u64> {
        let mut contested = BTreeMap::new();
        if affected.is_empty() {
            return contested;
        }
        let sides: Vec<(BTreeSet<EntryId>, Force)> = heads
            .iter()
            .zip(standings)
            .map(|(head, standing)| (self.ancestors(&[*head]), standing.rules.force(&self.graph)))
            .collect();
        for at in affected.iter().filter(|at| at.as_resolution().is_none() && !force.void.contains(at)) {
            let (mut has, mut had) = (0, 0);
            for (n, (ancestors, then)) in sides.iter().enumerate() {
                has |= u64::from(ancestors.contains(&at.entry)) << n;
                had |= u64::from(ancestors.contains(&at.entry) && !then.void.contains(at)) << n;
            }
            if had != 0 && had != has {
                contested.insert(*at, had);
            }
        }
        contested
    }

    /// The members of a region with the entries that all sides have and treated differently, in canonical order.
    fn with_common<'h>(
        &'h self,
        mut members: Vec<Member<'h>>,
        contested: &BTreeMap<StepRef, u64>,
    ) -> Vec<Member<'h>> {
        let known: BTreeSet<EntryId> = members.iter().map(|m| m.id).collect();
        let common: BTreeSet<EntryId> =
            contested.keys().map(|at| at.entry).filter(|id| !known.contains(id)).collect();
        if !common.is_empty() {
            members.extend(common.iter().filter_map(|id| self.member(*id, 0)));
            members.sort_by_key(|m| self.graph.place(m.id));
        }
        members
    }

    pub(super) fn member(&self, id: EntryId, sides: u64) -> Option<Member<'_>> {
        let known = self.known.get(&id)?;
        let lowered = known.lowered.get()?.clone();
        let effects = known.effects.get().map(|e| &e[..]).unwrap_or_default();
        let spoken_of = known.entry.resolutions.iter().map(|one| {
            // A merge names no database itself.
            self.spoken_of(one).unwrap_or(&known.entry.database)
        });
        Some(Member { id, sides, entry: &known.entry, lowered, effects, spoken_of: spoken_of.collect() })
    }

    /// Steps that use what only a step without effect would have made. Looked at are the region, and of what is common the entries behind
    /// a step that is treated otherwise than before.
    fn dangling(
        &self,
        heads: &[EntryId],
        region: &Region<'_>,
        rules: &Rules,
        affected: &BTreeSet<StepRef>,
    ) -> Vec<(StepRef, StepRef)> {
        let void = &region.force.void;
        if void.is_empty() {
            return Vec::new();
        }
        let changed: BTreeSet<EntryId> = affected.iter().map(|s| s.entry).collect();
        let mut entries: BTreeSet<EntryId> = region.members.iter().map(|m| m.id).collect();
        entries.extend(changed.iter().copied());
        if changed.iter().any(|id| region.member(*id).is_none()) {
            let within = self.ancestors(heads);
            let followers = changed.iter().flat_map(|id| self.followers(*id));
            entries.extend(followers.filter(|id| within.contains(id)));
        }
        let mut found = Vec::new();
        for entry in self.graph.order(&entries) {
            let Some(effects) = self.known.get(&entry).and_then(|k| k.effects.get()) else { continue };
            for (step, access) in effects {
                let user = StepRef { entry, step: *step };
                // Who ends what was never made has nothing to do.
                if void.contains(&user) || access.mode == Mode::Destroy {
                    continue;
                }
                let Some(made_by) = mentioned(&access.resource).and_then(|id| {
                    let made_by = maker(id).filter(|at| void.contains(at) && *at != user)?;
                    let gone = rules.all(id).into_iter().filter_map(maker).all(|at| void.contains(&at));
                    gone.then_some(made_by)
                }) else {
                    continue;
                };
                // A resolution may speak of what it makes void.
                if *step < crate::merge::RESOLUTIONS_FROM && !found.contains(&(made_by, user)) {
                    found.push((made_by, user));
                }
            }
        }
        found
    }

    /// The step without effect that would have freed the name that a step of the same side takes.
    pub(super) fn unfreed(&self, user: StepRef, region: &Region<'_>, rules: &Rules) -> Option<StepRef> {
        let mut before = region.force.void.iter().filter(|void| self.graph.follows(user.entry, void.entry));
        before.find(|void| self.frees(**void, user, rules)).copied()
    }

    /// Whether a step frees a name that another one takes.
    pub(super) fn frees(&self, first: StepRef, then: StepRef, rules: &Rules) -> bool {
        let names = |at: StepRef, wanted: fn(Mode) -> bool| -> BTreeSet<Resource> {
            let found = self.effects_of(at).filter(|a| wanted(a.mode)).map(|a| in_resource(a, rules));
            found.filter(|r| matches!(r, Resource::Name(..))).collect()
        };
        let taken = names(then, |mode| matches!(mode, Mode::Write(_)));
        !taken.is_disjoint(&names(first, |mode| mode == Mode::Destroy))
    }

    /// The entries that follow an entry, however far on.
    fn followers(&self, id: EntryId) -> BTreeSet<EntryId> {
        let mut found = BTreeSet::new();
        let mut open = vec![id];
        while let Some(at) = open.pop() {
            open.extend(self.graph.children(at).filter(|child| found.insert(*child)));
        }
        found
    }
}

/// Notes what the answer to a question takes the place of: an earlier one, and the steps that a setting replaces.
fn replace(
    question: Question,
    by: StepRef,
    resolution: &Resolution,
    members: &[Member<'_>],
    rules: &mut Rules,
) {
    let earlier = rules.decision(&question).map(|decision| decision.by);
    rules.replace(question, earlier.filter(|earlier| *earlier != by));
    for member in members {
        let replaces = |change: &Lowered| replaced_by(resolution, change, rules);
        let stays: BTreeSet<u32> =
            member.lowered.iter().filter(|one| !replaces(&one.change)).map(|one| one.step).collect();
        let gone = member.lowered.iter().filter(|one| !stays.contains(&one.step));
        let steps: Vec<StepRef> = gone.map(|one| member.step(one.step)).collect();
        rules.replace(question, steps);
    }
}

/// The object that a resource is about.
pub(crate) fn mentioned(resource: &Resource) -> Option<ObjectId> {
    use crate::effects::Scope;
    match resource {
        Resource::Object(id)
        | Resource::Members(id)
        | Resource::Facet(id, _)
        | Resource::Cells(id)
        | Resource::Rows(id) => Some(*id),
        Resource::Name(Scope::Columns(id) | Scope::Values(id) | Scope::Singletons(id), _) => Some(*id),
        Resource::Name(Scope::Relations | Scope::Constraints | Scope::Extensions, _)
        | Resource::Everything => None,
    }
}

/// What equal steps do, in which database, and where they stand, each with its sides.
type Equal<'a> = (Vec<Lowered>, &'a str, Vec<(u64, StepRef)>);

/// Puts equal steps of different sides that work on rows into one class, the first of one side with the first of the other.
fn liken(region: &Region<'_>, rules: &mut Rules, graph: &Graph) {
    let mut equal: Vec<Equal<'_>> = Vec::new();
    for member in &region.members {
        let mut steps: Vec<u32> = member.lowered.iter().map(|one| one.step).collect();
        steps.dedup();
        for at in steps.into_iter().map(|step| member.step(step)) {
            let changes: Vec<Lowered> = region
                .changes(at)
                .filter(|c| works_on_rows(c))
                .map(|c| c.map_ids(&mut |id| rules.find(id)))
                .collect();
            let sides = region.sides(at);
            if changes.is_empty() || sides == 0 {
                continue;
            }
            let database = member.database(at.step);
            match equal.iter_mut().find(|(other, of, _)| *of == database && *other == changes) {
                Some((_, _, at_sides)) => at_sides.push((sides, at)),
                None => equal.push((changes, database, vec![(sides, at)])),
            }
        }
    }
    for (_, _, steps) in equal.iter().filter(|(_, _, steps)| steps.len() > 1) {
        // Each class with the sides that have a step in it.
        let mut classes: Vec<(u64, StepRef)> = Vec::new();
        for (sides, at) in steps {
            let known = classes.iter().position(|(_, first)| rules.class(*first) == rules.class(*at));
            // Who wrote a step with an equal one before it meant it to be done again.
            let in_line = |a: StepRef, b: StepRef| {
                let behind = |a, b| rules.equals(a).iter().any(|a| rules.behind(*a, b, graph, &|_| true));
                behind(a, b) || behind(b, a)
            };
            let apart = |(taken, first): &(u64, StepRef)| taken & sides == 0 && !in_line(*at, *first);
            match known.or_else(|| classes.iter().position(apart)).map(|n| &mut classes[n]) {
                Some((taken, first)) => {
                    *taken |= sides;
                    let (one, other): (Vec<&Lowered>, Vec<&Lowered>) =
                        (region.changes(*first).collect(), region.changes(*at).collect());
                    let grounds = grounds(&one, &other, rules);
                    rules.liken(*first, *at, grounds);
                }
                None => classes.push((*sides, *at)),
            }
        }
    }
}
