//! Where two sides meet: pairs of steps that access one resource in ways that don't commute, found in one pass over resources.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    effects::{Access, Facet, Mode, Resource},
    graph::Graph,
    id::{Digest, EntryId, ObjectId},
    lowered::Lowered,
    merge::{
        net::{claimant, net},
        region::Region,
        rules::{Answer, Aspect, Question, Rules, maker},
        unify::in_one,
    },
    resolution::StepRef,
    schema::fold_name,
};

/// One resource that two steps access in ways that don't commute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meeting {
    /// The resource.
    pub resource: Resource,
    /// How the first step accesses it.
    pub ours: Mode,
    /// How the second step accesses it.
    pub theirs: Mode,
}

/// Two steps that have not seen each other.
pub(crate) type Pair = (StepRef, StepRef);

/// An access on its way through the pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Touch {
    pub at: StepRef,
    pub sides: u64,
    /// How the step accesses it, with the objects that stand for those it names.
    pub mode: Mode,
    /// The same as the step says it.
    pub said: Mode,
}

/// By database, then by resource, who accesses it.
type Touched<'a> = BTreeMap<(&'a str, Resource), Vec<Touch>>;

/// What the decisions in force say of meetings.
struct Settled<'a> {
    /// How entries follow each other: a merge says nothing of steps it didn't know.
    graph: &'a Graph,
    orders: BTreeSet<Pair>,
    /// Properties that were set, each with the merge that did.
    aspects: BTreeMap<(ObjectId, Aspect), EntryId>,
    /// Objects that are given another name, by the digest their claims carry, each with the merge that gives it.
    renamed: BTreeMap<Digest, (String, EntryId)>,
    /// Steps that add a column whose rows get a value that was decided, each with the merge that decided it.
    initial: BTreeMap<StepRef, EntryId>,
}

impl<'a> Settled<'a> {
    fn new(region: &Region<'_>, rules: &Rules, graph: &'a Graph) -> Settled<'a> {
        let mut settled = Settled {
            graph,
            orders: region.force.orders.clone(),
            aspects: BTreeMap::new(),
            renamed: BTreeMap::new(),
            initial: BTreeMap::new(),
        };
        for (question, decision) in rules.decisions().filter(|(q, _)| region.force.questions.contains(q)) {
            let Question::Aspect(id, aspect) = question else { continue };
            let by = decision.by.entry;
            settled.aspects.insert((rules.find(*id), *aspect), by);
            if let Answer::Name(to) = &decision.answer {
                settled.renamed.insert(claimant(rules.find(*id)), (fold_name(to), by));
            }
            if *aspect == Aspect::Initial {
                let makers = rules.all(*id).into_iter().filter_map(maker);
                settled.initial.extend(makers.map(|at| (at, by)));
            }
        }
        settled
    }

    fn order(&self, a: StepRef, b: StepRef) -> bool {
        self.orders.contains(&(a, b)) || self.orders.contains(&(b, a))
    }

    /// Whether a merge knew an entry when it decided; one that isn't written yet knows all.
    fn knew(&self, merge: EntryId, entry: EntryId) -> bool {
        !self.graph.contains(merge) || self.graph.follows(merge, entry)
    }

    /// Whether a merge on a claim's own side gave the object another name.
    fn given_up(&self, region: &Region<'_>, touch: &Touch, name: &str) -> bool {
        let Mode::Write(holder) = touch.mode else { return false };
        let on_its_side = |by: EntryId| {
            let sides = region.member(by).map(|member| member.sides);
            sides.is_some_and(|sides| sides & touch.sides == touch.sides)
        };
        self.renamed.get(&holder).is_some_and(|(to, by)| {
            *to != fold_name(name) && on_its_side(*by) && self.graph.follows(*by, touch.at.entry)
        })
    }

    /// Whether a decision says what comes of these two at this resource.
    fn says(&self, resource: &Resource, a: Touch, b: Touch) -> bool {
        if self.order(a.at, b.at) {
            return true;
        }
        let written = matches!((a.mode, b.mode), (Mode::Write(_), Mode::Write(_)));
        let knew = |by: EntryId| self.knew(by, a.at.entry) && self.knew(by, b.at.entry);
        let moved = |mode: Mode, name: &str| {
            let Mode::Write(holder) = mode else { return false };
            self.renamed.get(&holder).is_some_and(|(to, by)| *to != fold_name(name) && knew(*by))
        };
        match resource {
            Resource::Facet(id, facet) if written => aspect_of(*facet)
                .and_then(|aspect| self.aspects.get(&(*id, aspect)))
                .is_some_and(|by| knew(*by)),
            Resource::Name(_, name) if written => moved(a.mode, name) || moved(b.mode, name),
            Resource::Rows(_) => {
                [a.at, b.at].iter().any(|at| self.initial.get(at).is_some_and(|by| knew(*by)))
            }
            Resource::Facet(..)
            | Resource::Name(..)
            | Resource::Object(_)
            | Resource::Members(_)
            | Resource::Cells(_)
            | Resource::Everything => false,
        }
    }
}

/// The property a merge can set that a facet is.
pub(crate) fn aspect_of(facet: Facet) -> Option<Aspect> {
    match facet {
        Facet::Name => Some(Aspect::Name),
        Facet::Type => Some(Aspect::Type),
        Facet::Nullable => Some(Aspect::Nullable),
        Facet::Default => Some(Aspect::Default),
        Facet::Comment => Some(Aspect::Comment),
        Facet::Definition => None,
    }
}

/// The pairs that don't commute and that no decision in force settles.
pub(crate) fn meet(region: &Region<'_>, rules: &Rules, graph: &Graph) -> BTreeMap<Pair, Vec<Meeting>> {
    let settled = Settled::new(region, rules, graph);
    let mut touched: Touched<'_> = BTreeMap::new();
    let mut reaching: Vec<(&str, Touch)> = Vec::new();
    let mut steps: BTreeMap<(&str, StepRef), u64> = BTreeMap::new();
    let stands = Stands::new(region, rules);
    for member in &region.members {
        for (step, access) in member.effects {
            let (at, database) = (member.step(*step), member.database(*step));
            let sides = region.sides(at);
            if sides == 0 {
                continue;
            }
            let touch = Touch { at, sides, mode: stands.mode(access.mode), said: access.mode };
            steps.insert((database, at), sides);
            if stands.is_there_anyway(at, access) {
                continue;
            }
            if access.resource == Resource::Everything {
                reaching.push((database, touch));
            }
            touched.entry((database, in_resource(access, rules))).or_default().push(touch);
        }
    }
    let mut pairs: BTreeMap<Pair, Vec<Meeting>> = BTreeMap::new();
    let given_up = |touch: &Touch, name: &str| settled.given_up(region, touch, name);
    for ((_, resource), touches) in net(touched, region, rules, &given_up) {
        for (a, b) in clashing(&touches) {
            if !seen(region, rules, graph, (a.at, b.at), &resource) && !settled.says(&resource, a, b) {
                let (a, b) =
                    if a.sides.trailing_zeros() <= b.sides.trailing_zeros() { (a, b) } else { (b, a) };
                let meeting = Meeting { resource: resource.clone(), ours: a.said, theirs: b.said };
                let met = pairs.entry((a.at, b.at)).or_default();
                if !met.contains(&meeting) {
                    met.push(meeting);
                }
            }
        }
    }
    for (database, reach) in reaching {
        for ((_, at), sides) in steps.range((database, LEAST)..).take_while(|((d, _), _)| *d == database) {
            let apart = sides & reach.sides == 0 && !settled.order(*at, reach.at);
            if apart && !seen(region, rules, graph, (*at, reach.at), &Resource::Everything) {
                let first = reach.sides.trailing_zeros() <= sides.trailing_zeros();
                let pair = if first { (reach.at, *at) } else { (*at, reach.at) };
                let mode = reach.mode;
                let meeting = Meeting { resource: Resource::Everything, ours: mode, theirs: mode };
                let met = pairs.entry(pair).or_default();
                if !met.contains(&meeting) {
                    met.push(meeting);
                }
            }
        }
    }
    pairs
}

/// Whether two steps are one, or one of them comes behind a step that is equal to the other and counts in its place. That is said of steps
/// on rows: what is created twice is one object only as long as nobody has dropped it. And the equal step must access what they meet at:
/// equal SQL reaches a column only where the table has it.
fn seen(region: &Region<'_>, rules: &Rules, graph: &Graph, (a, b): Pair, resource: &Resource) -> bool {
    let on_rows =
        |at: StepRef| region.changes(at).all(|change| works_on_rows(change) && change.creates().is_empty());
    let reaches = |at: StepRef| {
        let counts = !region.force.void.contains(&at);
        counts
            && region.member(at.entry).is_none_or(|member| {
                let own = |(step, access): &(u32, Access)| {
                    *step == at.step && in_resource(access, rules) == *resource
                };
                member.effects.iter().any(own)
            })
    };
    let behind = |later, of| on_rows(of) && rules.likens(of) && rules.behind(later, of, graph, &reaches);
    rules.class(a) == rules.class(b) || behind(a, b) || behind(b, a)
}

/// Whether a step moves rows, or may.
pub(crate) fn works_on_rows(change: &Lowered) -> bool {
    matches!(change, Lowered::Backfill(_) | Lowered::Populate(_) | Lowered::Derive(_) | Lowered::Sql { .. })
}

const LEAST: StepRef = StepRef { entry: crate::id::Digest([0; 32]), step: 0 };

/// The touches of different sides that don't commute. Kinds of access are compared first, so that many that commute cost nothing.
fn clashing(touches: &[Touch]) -> Vec<(Touch, Touch)> {
    let kinds: BTreeSet<(u64, Mode)> = touches.iter().map(|t| (t.sides, t.mode)).collect();
    let apart = |(a, m): &(u64, Mode), (b, n): &(u64, Mode)| a & b == 0 && !m.commutes(*n);
    let bad: BTreeSet<(u64, Mode)> =
        kinds.iter().filter(|a| kinds.iter().any(|b| apart(a, b))).copied().collect();
    let touches: Vec<&Touch> = touches.iter().filter(|t| bad.contains(&(t.sides, t.mode))).collect();
    let mut found = Vec::new();
    for (n, a) in touches.iter().enumerate() {
        for b in &touches[n + 1..] {
            if apart(&(a.sides, a.mode), &(b.sides, b.mode)) {
                found.push((**a, **b));
            }
        }
    }
    found
}

/// Objects that are one with others.
struct Stands {
    /// By the digests that claims of names and creations carry.
    claims: BTreeMap<Digest, Digest>,
    /// What those claim who create an object again that all sides have.
    again: BTreeSet<(StepRef, Digest)>,
}

impl Stands {
    fn new(region: &Region<'_>, rules: &Rules) -> Stands {
        let common = |id: &ObjectId| {
            maker(*id).is_some_and(|at| region.member(at.entry).is_none_or(|member| member.sides == 0))
        };
        let mut again = BTreeSet::new();
        for id in rules.united() {
            if let (Some(at), true) = (maker(id), !common(&id) && rules.all(id).iter().any(common)) {
                again.insert((at, claimant(id)));
            }
        }
        let claims = rules.united().map(|id| (claimant(id), claimant(rules.find(id)))).collect();
        Stands { claims, again }
    }

    fn mode(&self, mode: Mode) -> Mode {
        match mode {
            Mode::Write(value) => Mode::Write(self.claims.get(&value).copied().unwrap_or(value)),
            Mode::Read | Mode::Need | Mode::Extend | Mode::Destroy => mode,
        }
    }

    /// Whether it is part of the creation of an object that is there without it. Nobody can have used an object who hasn't created it too:
    /// those who use what is one with it found that there.
    fn is_there_anyway(&self, at: StepRef, access: &Access) -> bool {
        match (&access.resource, access.mode) {
            (Resource::Object(id), Mode::Write(value)) if !self.claims.is_empty() => value == claimant(*id),
            (Resource::Name(..), Mode::Write(value)) => self.again.contains(&(at, value)),
            _ => false,
        }
    }
}

/// A resource by the objects that stand for those it names.
pub(crate) fn in_resource(access: &Access, rules: &Rules) -> Resource {
    let find = |id: &ObjectId| rules.find(*id);
    match &access.resource {
        Resource::Name(scope, name) => Resource::Name(in_one(*scope, rules), name.clone()),
        Resource::Object(id) => Resource::Object(find(id)),
        Resource::Members(id) => Resource::Members(find(id)),
        Resource::Facet(id, facet) => Resource::Facet(find(id), *facet),
        Resource::Cells(id) => Resource::Cells(find(id)),
        Resource::Rows(id) => Resource::Rows(find(id)),
        Resource::Everything => Resource::Everything,
    }
}
