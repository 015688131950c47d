//! Net effects: what a side's accesses to names and facets come to at its end.
//!
//! A name that was taken and given back claims nothing, a facet that was set twice counts as set last.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    accesses::id_text,
    effects::{Facet, Mode, Resource, Scope},
    id::{Digest, ObjectId},
    lowered::Lowered,
    merge::{meet::Touch, region::Region, rules::Rules},
    resolution::StepRef,
};

/// The digest a claim of a name carries.
pub(crate) fn claimant(id: ObjectId) -> Digest {
    Digest::of(id_text(id).as_bytes())
}

/// Whether a slot is the key of a row, which is no name.
pub(crate) fn is_key(slot: &str) -> bool {
    slot.starts_with("key ")
}

/// Leaves of each side's accesses to a name or facet what they come to; touches stand in canonical order.
pub(crate) fn net<'a>(
    touched: BTreeMap<(&'a str, Resource), Vec<Touch>>,
    region: &Region<'_>,
    rules: &Rules,
) -> BTreeMap<(&'a str, Resource), Vec<Touch>> {
    // Objects that bear at the end of a side the name they began with.
    let mut back: BTreeSet<(u64, Digest)> = BTreeSet::new();
    let mut touched: BTreeMap<_, _> = touched
        .into_iter()
        .map(|(key, touches)| {
            let touches = match &key.1 {
                Resource::Name(Scope::Singletons(_), slot) if is_key(slot) => touches,
                Resource::Name(..) => {
                    by_side(touches, |sides, mine| slot(sides, mine, region, rules, &mut back))
                }
                Resource::Facet(..) => by_side(touches, |_, mine| last_write(mine)),
                Resource::Object(_)
                | Resource::Members(_)
                | Resource::Cells(_)
                | Resource::Rows(_)
                | Resource::Everything => touches,
            };
            (key, touches)
        })
        .collect();
    if !back.is_empty() {
        let back: BTreeSet<(u64, Digest)> = back;
        for ((_, resource), touches) in &mut touched {
            if let Resource::Facet(id, Facet::Name) = resource {
                let own = claimant(rules.find(*id));
                let is_back = |t: &Touch| back.contains(&(t.sides, own));
                // Beside another name, the one that it was given back counts: the later of the two stays in the end.
                if touches.iter().all(|t| is_back(t) || !matches!(t.mode, Mode::Write(_))) {
                    touches.retain(|t| !is_back(t));
                }
            }
        }
    }
    touched
}

/// Treats what each side did by itself.
fn by_side(touches: Vec<Touch>, mut treat: impl FnMut(u64, Vec<Touch>) -> Vec<Touch>) -> Vec<Touch> {
    let mut sides: BTreeMap<u64, Vec<Touch>> = BTreeMap::new();
    for touch in touches {
        sides.entry(touch.sides).or_default().push(touch);
    }
    sides.into_iter().flat_map(|(sides, mine)| treat(sides, mine)).collect()
}

/// What the accesses of one side to one name come to.
fn slot(
    sides: u64,
    touches: Vec<Touch>,
    region: &Region<'_>,
    rules: &Rules,
    back: &mut BTreeSet<(u64, Digest)>,
) -> Vec<Touch> {
    let changes = |t: &&Touch| matches!(t.mode, Mode::Write(_) | Mode::Destroy);
    let (Some(first), Some(last)) =
        (touches.iter().find(changes).copied(), touches.iter().rev().find(changes).copied())
    else {
        return touches;
    };
    let unchanged = match (first.mode, last.mode) {
        (Mode::Write(_), Mode::Destroy) => true,
        (Mode::Destroy, Mode::Write(holder)) => {
            let was = renamed(region, first.at).map(|id| claimant(rules.find(id))) == Some(holder);
            if was {
                back.insert((sides, holder));
            }
            was
        }
        _ => false,
    };
    touches
        .into_iter()
        .filter(|t| !changes(&t) || !unchanged && t.at == last.at && t.mode == last.mode)
        .collect()
}

fn last_write(touches: Vec<Touch>) -> Vec<Touch> {
    let writes = |t: &Touch| matches!(t.mode, Mode::Write(_));
    let last = touches.iter().rposition(writes);
    touches.into_iter().enumerate().filter(|(n, t)| !writes(t) || Some(*n) == last).map(|(_, t)| t).collect()
}

/// The object that a step gives another name.
fn renamed(region: &Region<'_>, at: StepRef) -> Option<ObjectId> {
    region.changes(at).find_map(|change| match change {
        Lowered::RenameTable { table: id, .. }
        | Lowered::RenameColumn { column: id, .. }
        | Lowered::RenameConstraint { constraint: id, .. }
        | Lowered::RenameIndex { index: id, .. }
        | Lowered::RenameEnumValue { value: id, .. } => Some(*id),
        _ => None,
    })
}
