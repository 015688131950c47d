//! Net effects: what a side's accesses to names and facets come to at its end.
//!
//! A name that was taken and given back claims nothing, a facet that was set twice counts as set last.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    accesses::id_text,
    effects::{Mode, Resource, Scope},
    id::{Digest, ObjectId},
    lowered::Lowered,
    merge::{meet::Touch, region::Region, rules::Rules},
    resolution::{Resolution, StepRef},
};

/// The digest a claim of a name carries.
pub(crate) fn claimant(id: ObjectId) -> Digest {
    Digest::of(id_text(id).as_bytes())
}

/// Whether a slot is the key of a row, which is no name.
pub(crate) fn is_key(slot: &str) -> bool {
    slot.starts_with("key ")
}

/// Leaves of each side's accesses to a name or facet what they come to; touches stand in canonical order. `given_up` says which claims of a
/// name a merge on their side has ended by giving the object another one.
pub(crate) fn net<'a>(
    touched: BTreeMap<(&'a str, Resource), Vec<Touch>>,
    region: &Region<'_>,
    rules: &Rules,
    given_up: &dyn Fn(&Touch, &str) -> bool,
) -> BTreeMap<(&'a str, Resource), Vec<Touch>> {
    let treated = |(key, mut touches): ((&'a str, Resource), Vec<Touch>)| {
        let touches = match &key.1 {
            Resource::Name(Scope::Singletons(_), slot) if is_key(slot) => touches,
            Resource::Name(scope, name) => {
                touches.retain(|touch| !given_up(touch, name));
                // What a decision takes from steps without effect nobody has had: it comes before all that has effect.
                touches.sort_by_key(|touch| !keeps(region, touch.at));
                let only_one = matches!(scope, Scope::Singletons(_));
                by_side(touches, |mine| slot(mine, only_one, region, rules))
            }
            // An object that got back the name it began with was given a name all the same: whichever side comes last would give it.
            Resource::Facet(..) => by_side(touches, last_write),
            Resource::Object(_)
            | Resource::Members(_)
            | Resource::Cells(_)
            | Resource::Rows(_)
            | Resource::Everything => touches,
        };
        (key, touches)
    };
    touched.into_iter().map(treated).collect()
}

/// Whether this is the decision of a merge that steps have no effect.
fn keeps(region: &Region<'_>, at: StepRef) -> bool {
    let resolutions = region.member(at.entry).map(|member| &member.entry.resolutions);
    let resolution = at.as_resolution().and_then(|n| resolutions?.get(n));
    matches!(resolution, Some(Resolution::Keep { .. }))
}

/// Treats what each side did by itself.
fn by_side(touches: Vec<Touch>, treat: impl Fn(Vec<Touch>) -> Vec<Touch>) -> Vec<Touch> {
    let mut sides: BTreeMap<u64, Vec<Touch>> = BTreeMap::new();
    for touch in touches {
        sides.entry(touch.sides).or_default().push(touch);
    }
    sides.into_values().flat_map(treat).collect()
}

/// What the accesses of one side to one name come to.
fn slot(touches: Vec<Touch>, only_one: bool, region: &Region<'_>, rules: &Rules) -> Vec<Touch> {
    let changes = |t: &&Touch| matches!(t.mode, Mode::Write(_) | Mode::Destroy);
    let (Some(first), Some(last)) =
        (touches.iter().find(changes).copied(), touches.iter().rev().find(changes).copied())
    else {
        return touches;
    };
    // Nobody can step aside where there is room for one only: a primary key that came and went is in the way of another meanwhile.
    if let (true, Mode::Write(_), Mode::Destroy) = (only_one, first.mode, last.mode) {
        return touches;
    }
    let unchanged = match (first.mode, last.mode) {
        // What can't step aside is in the way of whoever wants the name meanwhile.
        (Mode::Write(holder), Mode::Destroy) => !stays_put(region, first.at, holder, rules),
        (Mode::Destroy, Mode::Write(holder)) => {
            renamed(region, first.at).map(|id| claimant(rules.find(id))) == Some(holder)
        }
        _ => false,
    };
    // What was there for a while and can't step aside, or has no room beside another, is in the way too, whatever comes behind it.
    let in_the_way = |t: &Touch| match (t.mode, last.mode) {
        (Mode::Write(holder), Mode::Write(at_last)) => {
            holder != at_last && (only_one || stays_put(region, t.at, holder, rules))
        }
        _ => false,
    };
    let counts = |t: &Touch| !changes(&t) || !unchanged && (t.mode == last.mode || in_the_way(t));
    touches.into_iter().filter(counts).collect()
}

/// Whether the object that a step gives a name to has it for good: views, enums and extensions can't be renamed.
fn stays_put(region: &Region<'_>, at: StepRef, holder: Digest, rules: &Rules) -> bool {
    fn fixed(change: &Lowered, is: &dyn Fn(ObjectId) -> bool) -> bool {
        match change {
            Lowered::CreateView(view) => is(view.id),
            Lowered::CreateEnum(of) => is(of.id),
            Lowered::CreateExtension(new) => is(new.id),
            Lowered::Sql { declares, .. } => declares.iter().any(|one| fixed(one, is)),
            _ => false,
        }
    }
    region.changes(at).any(|change| fixed(change, &|id| claimant(rules.find(id)) == holder))
}

/// The value a side sets last, whichever of its steps set it, and what it reads without setting it.
fn last_write(touches: Vec<Touch>) -> Vec<Touch> {
    let writes = |t: &&Touch| matches!(t.mode, Mode::Write(_));
    let last = touches.iter().rev().find(writes).map(|t| t.mode);
    let sets: BTreeSet<StepRef> = touches.iter().filter(writes).map(|t| t.at).collect();
    let counts = |t: &Touch| if writes(&t) { Some(t.mode) == last } else { !sets.contains(&t.at) };
    touches.into_iter().filter(counts).collect()
}

/// The object that a step gives another name.
fn renamed(region: &Region<'_>, at: StepRef) -> Option<ObjectId> {
    region.changes(at).find_map(Lowered::renames)
}
