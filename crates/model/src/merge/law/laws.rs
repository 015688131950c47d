//! What every history must keep.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    case::{Case, Told, Way, an_id},
    settle::{Settled, is_a_corner, pairs, settle_heads},
    ways,
};
use crate::{
    history::{FoldError, FoldedHistory, History, in_force::InForce},
    id::{Digest, EntryId},
    merge::sequence::{Placed, run},
    random::Random,
    resolution::{Resolution, StepRef},
    state::State,
    step::Step,
};

/// A law that doesn't hold, and how that shows.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    pub law: &'static str,
    pub why: String,
    /// The way on which it shows, if it shows on one.
    pub way: Way,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` is broken: {}", self.law, self.why)
    }
}

impl Broken {
    pub fn new(law: &'static str, why: String) -> Broken {
        Broken { law, why, way: Way::new() }
    }

    pub fn offered(decided: &[Resolution], e: &FoldError) -> Broken {
        Broken::new("what is offered folds", format!("{e}\n{decided:#?}"))
    }

    pub fn stuck(decided: &[Resolution], why: &str) -> Broken {
        Broken::new("whatever is open can be decided", format!("{why}\n{decided:#?}"))
    }
}

/// How much was looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    entries: usize,
    merges: usize,
    deciding: usize,
    joins: usize,
    settled: usize,
    /// Joins that were decided with values of one's own until nothing fitted any more.
    corners: usize,
    open: BTreeMap<String, usize>,
    orders: usize,
    threes: usize,
    later: usize,
    /// Ways between two stops that targets went, the legs they were made of, and ways that can't be undone.
    pub ways: usize,
    pub legs: usize,
    pub refused: usize,
}

impl Tally {
    pub fn add(&mut self, other: &Tally) {
        self.entries += other.entries;
        self.merges += other.merges;
        self.deciding += other.deciding;
        self.joins += other.joins;
        self.settled += other.settled;
        self.corners += other.corners;
        self.orders += other.orders;
        self.threes += other.threes;
        self.later += other.later;
        self.ways += other.ways;
        self.legs += other.legs;
        self.refused += other.refused;
        for (why, count) in &other.open {
            *self.open.entry(why.clone()).or_default() += count;
        }
    }

    /// Whether so many cases hold what they are for.
    pub fn is_worth_it(&self, cases: usize) -> bool {
        self.merges > cases / 3
            && self.deciding > cases / 8
            && self.settled > cases / 3
            && self.corners <= cases / 100
    }
}

pub(super) type Held = Result<(), Broken>;

pub(super) fn law(name: &'static str, holds: bool, why: impl FnOnce() -> String) -> Held {
    if holds { Ok(()) } else { Err(Broken::new(name, why())) }
}

/// Holds a history against every law. One that isn't a history, as it comes up when a case is made smaller, keeps all of them.
pub(super) fn hold(case: &Case) -> Result<Tally, Broken> {
    let mut tally = Tally::default();
    let history = case.history();
    let Ok(folded) = history.fold() else { return Ok(tally) };
    tally.entries = case.entries.len();
    tally.merges = case.entries.iter().filter(|e| e.parents.len() > 1).count();
    tally.deciding = case.entries.iter().filter(|e| !e.resolutions.is_empty()).count();
    let mut random = Random::new(case.seed ^ 0x1a3);
    any_order_of_feeding(case, &folded, &mut random)?;
    merges_are_joinings(case, &history, &folded)?;
    any_order_of_steps(case, &history, &folded, &mut random, &mut tally)?;
    ways::every_way_arrives(case, &history, &folded, &mut tally)?;
    let heads = history.heads();
    if heads.len() > 1 {
        any_names_for_entries(case, &history, &heads)?;
        joins(case, &history, &heads, &mut random, &mut tally)?;
    }
    Ok(tally)
}

pub(super) fn digest(state: &mut State) -> Digest {
    state.digest().expect("it can be written down")
}

/// Entries come in any order, with or without those that don't matter.
fn any_order_of_feeding(case: &Case, folded: &FoldedHistory, random: &mut Random) -> Held {
    const LAW: &str = "any order of feeding";
    for entry in &case.entries {
        if !random.once_in(3) {
            continue;
        }
        let mut part = case.only(&[entry.id]);
        for n in (1..part.entries.len()).rev() {
            part.entries.swap(n, random.below(n + 1));
        }
        match part.history().fold() {
            Ok(alone) => {
                law(LAW, alone.after[&entry.id] == folded.after[&entry.id], || format!("{:?}", entry.id))?;
                let same = alone.lowered.iter().all(|(id, steps)| folded.lowered[id] == *steps);
                law(LAW, same, || format!("lowered otherwise before {:?}", entry.id))?;
            }
            Err(e) => return Err(Broken::new(LAW, format!("{:?} alone: {e}", entry.id))),
        }
    }
    Ok(())
}

/// A merge entry is what its parents and its resolutions come to.
fn merges_are_joinings(case: &Case, history: &History, folded: &FoldedHistory) -> Held {
    const LAW: &str = "a merge is its parents joined";
    for entry in case.entries.iter().filter(|e| e.parents.len() > 1 && e.steps.is_empty()) {
        let joined = history.joining(&entry.parents).and_then(|j| j.state(&entry.resolutions));
        match joined {
            Ok(mut state) => {
                law(LAW, digest(&mut state) == folded.after[&entry.id], || format!("{:?}", entry.id))?
            }
            Err(e) => return Err(Broken::new(LAW, e.to_string())),
        }
        if entry.resolutions.is_empty() {
            let backwards: Vec<EntryId> = entry.parents.iter().rev().copied().collect();
            match history.state_at(&backwards) {
                Ok(mut state) => law(LAW, digest(&mut state) == folded.after[&entry.id], || {
                    format!("{:?} backwards", entry.id)
                })?,
                Err(e) => return Err(Broken::new(LAW, e.to_string())),
            }
        }
    }
    Ok(())
}

/// The steps in force lead to one schema in every order that parents, entries and decided orders leave.
fn any_order_of_steps(
    case: &Case,
    history: &History,
    folded: &FoldedHistory,
    random: &mut Random,
    tally: &mut Tally,
) -> Held {
    const LAW: &str = "any order of steps";
    for entry in case.entries.iter().filter(|e| e.parents.len() > 1) {
        let Some(force) = history.in_force(entry.id) else { continue };
        for _ in 0..2 {
            let mixed = mixed(&force, history, random);
            let mut state = State::new();
            tally.orders += 1;
            let told = || {
                format!("{:?} in the order {:?}", entry.id, mixed.iter().map(|p| p.at).collect::<Vec<_>>())
            };
            match run(&mut state, &mixed, &BTreeMap::new()) {
                Ok(_) => law(LAW, digest(&mut state) == folded.after[&entry.id], told)?,
                Err(stuck) => {
                    return Err(Broken::new(LAW, format!("{} at {:?}: {}", told(), stuck.at, stuck.cause)));
                }
            }
        }
    }
    Ok(())
}

/// The steps in another order that is possible.
fn mixed(force: &InForce, history: &History, random: &mut Random) -> Vec<Placed> {
    let InForce { steps, orders, alike } = force;
    let mut left: Vec<&Placed> = steps.iter().collect();
    let mut found = Vec::new();
    let place = |at: StepRef| steps.iter().position(|p| p.at == at);
    let earlier = |a: StepRef, b: StepRef| {
        // Resolutions come before the other steps of their entry.
        let number = |at: StepRef| (at.as_resolution().is_none(), at.step);
        match a.entry == b.entry {
            true => number(a) < number(b),
            false => history.graph().follows(b.entry, a.entry),
        }
    };
    let before = |a: &Placed, b: &Placed| {
        a.at != b.at
            && (orders.contains(&(a.at, b.at))
                || earlier(a.at, b.at)
                || alike.get(&a.at).into_iter().flatten().any(|a| earlier(*a, b.at))
                    && place(a.at) < place(b.at))
    };
    while !left.is_empty() {
        let ready: Vec<StepRef> =
            left.iter().filter(|b| !left.iter().any(|a| before(a, b))).map(|p| p.at).collect();
        let Some(at) = random.pick(&ready).copied() else { return steps.to_vec() };
        found.extend(left.iter().filter(|p| p.at == at).map(|p| (*p).clone()));
        left.retain(|p| p.at != at);
    }
    found
}

/// Which steps don't commute doesn't depend on what ids their entries happen to have.
fn any_names_for_entries(case: &Case, history: &History, heads: &[EntryId]) -> Held {
    const LAW: &str = "ours and theirs are alike";
    let other = |id: EntryId| {
        let mut bytes = id.0;
        bytes.iter_mut().for_each(|b| *b = !*b);
        bytes[31] = 0;
        Digest(bytes)
    };
    let turned = case.renamed(&other);
    let findings = history.joining(heads).expect("it folds").findings(&[]);
    if !findings.disagreements.is_empty() {
        // One of the answers is taken for now, which is the one of the lesser id.
        return Ok(());
    }
    let there = turned.history();
    let heads: Vec<EntryId> = heads.iter().map(|id| other(*id)).collect();
    let Ok(joining) = there.joining(&heads) else {
        // Values of enums that were added side by side stand by their ids, and what was decided then may not fit.
        return Ok(());
    };
    let named = |set: BTreeSet<(StepRef, StepRef)>| -> BTreeSet<(StepRef, StepRef)> {
        let back = |at: StepRef| StepRef { entry: other(at.entry), ..at };
        set.into_iter().map(|(a, b)| (back(a).min(back(b)), back(a).max(back(b)))).collect()
    };
    let (here, there) = (named(pairs(&findings.conflicts)), pairs(&joining.findings(&[]).conflicts));
    law(LAW, here == there, || format!("{here:?}\n{there:?}"))
}

/// What joining the heads must keep.
fn joins(case: &Case, history: &History, heads: &[EntryId], random: &mut Random, tally: &mut Tally) -> Held {
    let mut heads = heads.to_vec();
    heads.truncate(4);
    tally.joins += 1;
    if heads.len() > 2 {
        whoever_is_joined_first(case, history, &heads[..3], tally)?;
    }
    let settled = settle_heads(history, &heads, case.seed).expect("heads fold");
    let (resolutions, mut state) = match settled {
        Settled::Done(resolutions, state) => (resolutions, state),
        Settled::Open(why) => {
            let why: String = why.chars().take(12).collect();
            *tally.open.entry(why).or_default() += 1;
            return Ok(());
        }
        Settled::Stuck(_, true, _) if is_a_corner(history, &heads) => {
            tally.corners += 1;
            return Ok(());
        }
        Settled::Stuck(decided, _, why) => return Err(Broken::stuck(&decided, &why)),
        Settled::Broken(decided, e) => return Err(Broken::offered(&decided, &e)),
    };
    tally.settled += 1;
    let id = an_id(random);
    let merge = Told { id, parents: heads.clone(), resolutions: resolutions.clone(), steps: vec![] };
    let merged = case.and(merge);
    let history = merged.history();
    match history.state_at(&[id]) {
        Ok(mut folded) => law("what is offered folds", digest(&mut folded) == digest(&mut state), || {
            format!("written down it is another schema\n{resolutions:#?}")
        })?,
        Err(e) => return Err(Broken::offered(&resolutions, &e)),
    }
    decided_is_decided(&merged, id, &heads, random, tally)
}

/// What a merge decided isn't asked again where nothing touches it.
fn decided_is_decided(
    case: &Case,
    merge: EntryId,
    heads: &[EntryId],
    random: &mut Random,
    tally: &mut Tally,
) -> Held {
    const LAW: &str = "decided is decided";
    let reaches = |step: &Step| matches!(step, Step::Sql(sql) if sql.touches.is_none());
    if case.entries.iter().any(|e| e.steps.iter().any(reaches)) {
        return Ok(());
    }
    for head in heads {
        let later = an_id(random);
        let step = r#"CreateTable(name: "apart", columns: [(name: "apart", type: Text)])"#;
        let steps = vec![crate::operation::tests::step(step)];
        let more = case.and(Told { id: later, parents: vec![*head], resolutions: vec![], steps });
        let history = more.history();
        let findings = match history.joining(&[merge, later]) {
            Ok(joining) => joining.findings(&[]),
            // The name is taken, or whatever a smaller case brings with it.
            Err(_) => return Ok(()),
        };
        tally.later += 1;
        law(LAW, findings == Default::default(), || format!("{findings:?}"))?;
        match (history.state_at(&[merge, later]), history.state_at(&[merge])) {
            (Ok(both), Ok(mut alone)) => {
                let created = history.lowered(later).cloned().expect("it folds");
                created.iter().for_each(|one| alone.evolve("main", &one.change).expect("it is apart"));
                let (mut both, mut alone) = (both, alone);
                law(LAW, digest(&mut both) == digest(&mut alone), || {
                    let resolutions =
                        &more.entries.iter().find(|e| e.id == merge).expect("it is there").resolutions;
                    let (both, alone) = (both.schema("main"), alone.schema("main"));
                    let difference = crate::difference(both, alone);
                    format!("another schema after {head:?}: {difference:?}\n{resolutions:?}")
                })?;
            }
            (both, alone) => {
                let resolutions =
                    &more.entries.iter().find(|e| e.id == merge).expect("it is there").resolutions;
                return Err(Broken::new(LAW, format!("{:?} {:?}\n{resolutions:?}", both.err(), alone.err())));
            }
        }
    }
    Ok(())
}

/// Three heads come to the same whichever two are joined first.
fn whoever_is_joined_first(case: &Case, history: &History, heads: &[EntryId], tally: &mut Tally) -> Held {
    const LAW: &str = "whoever is joined first";
    let Ok(mut all) = history.state_at(heads) else { return Ok(()) };
    let all = digest(&mut all);
    tally.threes += 1;
    for n in 0..3 {
        let pair: Vec<EntryId> = (0..3).filter(|m| *m != n).map(|m| heads[m]).collect();
        let id = Digest([n as u8 + 1; 32]);
        let merge = Told { id, parents: pair, resolutions: vec![], steps: vec![] };
        let more = case.and(merge).history();
        if more.state_at(&[id]).is_err() && case.entries.iter().any(|e| !e.resolutions.is_empty()) {
            // The third knows how they are joined.
            continue;
        }
        match more.state_at(&[id, heads[n]]) {
            Ok(mut state) => law(LAW, digest(&mut state) == all, || format!("{:?} last", heads[n]))?,
            Err(e) => return Err(Broken::new(LAW, format!("{:?} last: {e}", heads[n]))),
        }
    }
    Ok(())
}
