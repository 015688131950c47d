//! Where two sides meet: pairs of steps that access one resource in ways that don't commute, found in one pass over resources.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    effects::{Access, Facet, Mode, Resource},
    id::{Digest, ObjectId, Origin},
    merge::{
        net::{claimant, net},
        region::Region,
        rules::{Answer, Aspect, Question, Rules},
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
    pub mode: Mode,
}

/// By database, then by resource, who accesses it.
type Touched<'a> = BTreeMap<(&'a str, Resource), Vec<Touch>>;

/// What the decisions in force say of meetings.
struct Settled {
    orders: BTreeSet<Pair>,
    aspects: BTreeSet<(ObjectId, Aspect)>,
    /// Objects that are given another name, by the digest their claims carry.
    renamed: BTreeMap<Digest, String>,
    /// Steps that add a column whose rows get a value that was decided.
    initial: BTreeSet<StepRef>,
}

impl Settled {
    fn new(region: &Region<'_>, rules: &Rules) -> Settled {
        let mut settled = Settled {
            orders: region.force.orders.clone(),
            aspects: BTreeSet::new(),
            renamed: BTreeMap::new(),
            initial: BTreeSet::new(),
        };
        for (question, decision) in rules.decisions().filter(|(q, _)| region.force.questions.contains(q)) {
            let Question::Aspect(id, aspect) = question else { continue };
            settled.aspects.insert((rules.find(*id), *aspect));
            if let Answer::Name(to) = &decision.answer {
                settled.renamed.insert(claimant(rules.find(*id)), fold_name(to));
            }
            if let (Aspect::Initial, Origin::Entry(entry)) = (aspect, id.origin) {
                settled.initial.insert(StepRef { entry, step: id.step });
            }
        }
        settled
    }

    fn order(&self, a: StepRef, b: StepRef) -> bool {
        self.orders.contains(&(a, b)) || self.orders.contains(&(b, a))
    }

    /// Whether a decision says what comes of these two at this resource.
    fn says(&self, resource: &Resource, a: Touch, b: Touch) -> bool {
        if self.order(a.at, b.at) {
            return true;
        }
        let written = matches!((a.mode, b.mode), (Mode::Write(_), Mode::Write(_)));
        let moved = |mode: Mode, name: &str| {
            let Mode::Write(by) = mode else { return false };
            self.renamed.get(&by).is_some_and(|to| *to != fold_name(name))
        };
        match resource {
            Resource::Facet(id, facet) if written => {
                aspect_of(*facet).is_some_and(|aspect| self.aspects.contains(&(*id, aspect)))
            }
            Resource::Name(_, name) if written => moved(a.mode, name) || moved(b.mode, name),
            Resource::Rows(_) => self.initial.contains(&a.at) || self.initial.contains(&b.at),
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
pub(crate) fn meet(region: &Region<'_>, rules: &Rules) -> BTreeMap<Pair, Vec<Meeting>> {
    let settled = Settled::new(region, rules);
    let claims: BTreeMap<Digest, Digest> =
        rules.united().map(|id| (claimant(id), claimant(rules.find(id)))).collect();
    let mut touched: Touched<'_> = BTreeMap::new();
    let mut reaching: Vec<(&str, Touch)> = Vec::new();
    let mut steps: BTreeMap<(&str, StepRef), u64> = BTreeMap::new();
    for member in &region.members {
        let database = member.entry.database.as_str();
        for (step, access) in member.effects {
            let at = member.step(*step);
            if region.force.void.contains(&at) {
                continue;
            }
            let touch = Touch { at, sides: member.sides, mode: in_mode(access.mode, &claims) };
            steps.insert((database, at), member.sides);
            if access.resource == Resource::Everything {
                reaching.push((database, touch));
            }
            touched.entry((database, in_resource(access, rules))).or_default().push(touch);
        }
    }
    let mut pairs: BTreeMap<Pair, Vec<Meeting>> = BTreeMap::new();
    for ((_, resource), touches) in net(touched, region, rules) {
        let clashing = clashing(&touches);
        if clashing.is_empty() {
            continue;
        }
        let made = Made::of(&resource, &touches, region, rules);
        for (a, b) in clashing {
            if rules.class(a.at) != rules.class(b.at) && !made.twice(a, b) && !settled.says(&resource, a, b) {
                let (a, b) =
                    if a.sides.trailing_zeros() <= b.sides.trailing_zeros() { (a, b) } else { (b, a) };
                let meeting = Meeting { resource: resource.clone(), ours: a.mode, theirs: b.mode };
                let met = pairs.entry((a.at, b.at)).or_default();
                if !met.contains(&meeting) {
                    met.push(meeting);
                }
            }
        }
    }
    for (database, reach) in reaching {
        for ((_, at), sides) in steps.range((database, LEAST)..).take_while(|((d, _), _)| *d == database) {
            let one = rules.class(*at) == rules.class(reach.at);
            if sides & reach.sides == 0 && !one && !settled.order(*at, reach.at) {
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

/// The sides that bring an object into being, each for itself, when it is one.
struct Made {
    by: Option<Mode>,
    sides: u64,
}

impl Made {
    fn of(resource: &Resource, touches: &[Touch], region: &Region<'_>, rules: &Rules) -> Made {
        let by = match resource {
            Resource::Object(id) => {
                let common = |id: &ObjectId| match id.origin {
                    Origin::Entry(entry) => region.member(entry).is_none(),
                    Origin::New => false,
                };
                let by = Some(Mode::Write(claimant(rules.find(*id))));
                if rules.all(*id).iter().any(common) {
                    return Made { by, sides: u64::MAX };
                }
                by
            }
            Resource::Name(..)
            | Resource::Members(_)
            | Resource::Facet(..)
            | Resource::Cells(_)
            | Resource::Rows(_)
            | Resource::Everything => None,
        };
        let sides = touches.iter().filter(|t| Some(t.mode) == by).fold(0, |sides, t| sides | t.sides);
        Made { by, sides }
    }

    /// Whether one of the two only brings into being what the other's side has brought into being by itself.
    fn twice(&self, a: Touch, b: Touch) -> bool {
        let known = |new: Touch, other: Touch| Some(new.mode) == self.by && other.sides & !self.sides == 0;
        known(a, b) || known(b, a)
    }
}

/// A mode in which an object that another stands for claims what that one claims.
fn in_mode(mode: Mode, claims: &BTreeMap<Digest, Digest>) -> Mode {
    match mode {
        Mode::Write(by) => Mode::Write(claims.get(&by).copied().unwrap_or(by)),
        Mode::Read | Mode::Need | Mode::Extend | Mode::Destroy => mode,
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
