//! What has to be undone on a leg, and how.

use std::collections::{BTreeMap, BTreeSet};

use super::{RouteError, walk::Walk};
use crate::{
    column::Column,
    effects::{Access, Facet, Mode, Resource, Scope, clash},
    history::Held,
    id::{Digest, EntryId, ObjectId},
    lowered::Lowered,
    merge::{
        meet::in_resource,
        meet::works_on_rows,
        net::is_key,
        rules::{Force, Rules},
        sequence::{Placed, run_telling},
    },
    resolution::StepRef,
    state::State,
};

/// What of an access is held against others. Names that move with steps aside, and facets that a later step sets anew, need no undoing;
/// but who goes by a name must find it as it was.
fn heeded(access: &Access, rules: &Rules) -> Option<Access> {
    let mode = match (&access.resource, access.mode) {
        // Nothing can step aside where there is room for one only.
        (Resource::Name(Scope::Singletons(_), slot), mode) if !is_key(slot) => mode,
        (Resource::Name(..), _) => return None,
        (Resource::Facet(_, Facet::Name), Mode::Write(_)) => Mode::Write(Digest::of(b"any name")),
        (Resource::Facet(_, Facet::Name | Facet::Type | Facet::Definition), mode) => mode,
        (Resource::Facet(..), _) => return None,
        (
            Resource::Object(_)
            | Resource::Members(_)
            | Resource::Cells(_)
            | Resource::Rows(_)
            | Resource::Everything,
            mode,
        ) => mode,
    };
    Some(Access { resource: in_resource(access, rules), mode })
}

/// What a leg has to undo.
pub(super) struct Undo {
    pub steps: BTreeSet<StepRef>,
    /// Wanted steps, each with the one that was done for it and isn't wanted itself.
    pub instead: BTreeMap<StepRef, StepRef>,
}

impl Walk<'_> {
    /// The entries that stay and are treated alike before and after, with all before them, and the state they have led to.
    pub(super) fn untouched(
        &self,
        next: &BTreeSet<EntryId>,
        (now, force_now): (&Rules, &Force),
        (then, force_then): (&Rules, &Force),
    ) -> Result<(BTreeSet<EntryId>, State), RouteError> {
        let common: BTreeSet<EntryId> = self.applied.intersection(next).copied().collect();
        let seen = now.otherwise(then).into_iter().chain(then.otherwise(now));
        let touched = force_now.differing(force_then).into_iter().chain(seen).map(|at| at.entry).collect();
        let treated = [(now, force_now), (then, force_then)];
        let (heads, state) = self.history.settled(&common, touched, &treated, &Held::new())?;
        Ok((self.history.ancestors(&heads), state))
    }

    /// The steps that have to be undone: those not wanted as they are, and those that come later and touch what is undone, redone or put
    /// in before them, and so on.
    pub(super) fn to_undo(&self, done: &[Placed], then: &[Placed], (now, rules): (&Rules, &Rules)) -> Undo {
        let (have, want) = (by_step(done), by_step(then));
        let instead = instead(&have, &want, (now, rules));
        let unwanted = |(at, changes): &(&StepRef, &Vec<Lowered>)| match want.get(at) {
            Some(wanted) => wanted != *changes && !redefines(changes, wanted),
            // What it created is what another wanted step creates, or what it did is what another one would have done.
            None => {
                let again = created_by(then, changes);
                let created = !again.is_empty() && (again == **changes || redefines(changes, &again));
                !created && !instead.values().any(|did| did == *at)
            }
        };
        let mut undo: BTreeSet<StepRef> = have.iter().filter(unwanted).map(|(at, _)| *at).collect();
        let effects = |at: StepRef| -> Vec<Access> {
            self.history.effects_of(at).filter_map(|access| heeded(access, rules)).collect()
        };
        // Rows are moved by what a step reads too: it must find it as it was.
        let on_rows = |at: StepRef| {
            let changes = have.get(&at).into_iter().chain(want.get(&at)).flatten();
            changes.into_iter().any(works_on_rows)
        };
        undo.extend(
            turned(done, then, &instead)
                .into_iter()
                .filter_map(|(earlier, later)| clash(&effects(earlier), &effects(later)).map(|_| earlier)),
        );
        let moves = |at: StepRef| {
            let all = on_rows(at);
            effects(at).into_iter().filter(move |access| all || writes(access))
        };
        // Who did the same to rows later would be taken back with it, or come before it.
        let takes_back = |at: StepRef| -> Vec<Access> {
            let all = on_rows(at);
            let taken_back = |access: Access| match access.mode {
                Mode::Write(_) if all => Access { mode: Mode::Write(Digest::of(b"taken back")), ..access },
                Mode::Write(_) | Mode::Read | Mode::Need | Mode::Extend | Mode::Destroy => access,
            };
            moves(at).map(taken_back).collect()
        };
        loop {
            let mut grown = undo.clone();
            // In the order things were done: what came behind something that is undone.
            let stays = |at: StepRef, undone: &BTreeSet<StepRef>| !undone.contains(&at);
            grow(&mut grown, distinct(done), &stays, &|at| at, &effects, &takes_back);
            // In the order that is wanted: what comes behind something that is put in or done again.
            let did = |at: StepRef| instead.get(&at).copied().unwrap_or(at);
            let stays = |at: StepRef, undone: &BTreeSet<StepRef>| {
                have.contains_key(&did(at)) && !undone.contains(&did(at))
            };
            grow(&mut grown, distinct(then), &stays, &did, &effects, &takes_back);
            if grown == undo {
                return Undo { steps: undo, instead };
            }
            undo = grown;
        }
    }

    /// The steps back and forth without those on objects that are gone: a later step, which stays, has ended them.
    pub(super) fn possible(&self, back: Vec<Placed>, then: Vec<Placed>) -> (Vec<Placed>, Vec<Placed>) {
        let mut there: BTreeSet<ObjectId> =
            self.state.schemas().flat_map(|(_, schema)| schema.objects()).collect();
        let mut possible = |placed: &Placed| {
            let needs = placed.change.effects(self.state.schema(&placed.database));
            let made = placed.change.creates();
            let missing = needs.iter().any(|access| match (&access.resource, access.mode) {
                (Resource::Object(id), Mode::Read | Mode::Need | Mode::Destroy) => {
                    !there.contains(id) && !made.contains(id)
                }
                _ => false,
            });
            if !missing {
                there.extend(made);
            }
            !missing
        };
        let back = back.into_iter().filter(|placed| possible(placed)).collect();
        (back, then.into_iter().filter(|placed| possible(placed)).collect())
    }
}

/// The steps without those that find nothing left to do when all are taken one after the other from here.
pub(super) fn doing(steps: Vec<Placed>, from: &State) -> Result<Vec<Placed>, RouteError> {
    let mut state = from.clone();
    let mut told = BTreeSet::new();
    run_telling::<RouteError>(&mut state, &steps, &BTreeMap::new(), &mut |n, _, _| {
        told.insert(n);
        Ok(())
    })?;
    // A name may have been given ahead of its step, so that another is free.
    let does = |(n, placed): &(usize, Placed)| told.contains(n) || placed.change.renames().is_some();
    Ok(steps.into_iter().enumerate().filter(does).map(|(_, placed)| placed).collect())
}

/// The way back of steps, newest first.
pub(super) fn inverses(
    done: &[Placed],
    undo: &BTreeSet<StepRef>,
    mut state: State,
) -> Result<Vec<Placed>, RouteError> {
    if undo.is_empty() {
        return Ok(Vec::new());
    }
    let mut back = Vec::new();
    run_telling::<RouteError>(&mut state, done, &BTreeMap::new(), &mut |_, placed, before| {
        if undo.contains(&placed.at) {
            back.push(inverse(placed, before)?);
        }
        Ok(())
    })?;
    back.reverse();
    Ok(back)
}

/// The way back of a change that is about to be done.
pub(super) fn inverse(placed: &Placed, before: &State) -> Result<Placed, RouteError> {
    let inverse = placed.change.inverse(before.schema(&placed.database));
    let change = inverse.map_err(|cause| RouteError::CantUndo { at: placed.at, cause })?;
    Ok(Placed { change, ..placed.clone() })
}

fn writes(access: &Access) -> bool {
    match access.mode {
        Mode::Read | Mode::Need => false,
        Mode::Extend | Mode::Write(_) | Mode::Destroy => true,
    }
}

/// The steps in their order, each once.
fn distinct(steps: &[Placed]) -> Vec<StepRef> {
    let mut seen = BTreeSet::new();
    steps.iter().map(|p| p.at).filter(|at| seen.insert(*at)).collect()
}

/// Takes in the steps that stay and come behind something that moves and that they don't commute with; `did` says which step was done.
fn grow(
    undone: &mut BTreeSet<StepRef>,
    steps: Vec<StepRef>,
    stays: &dyn Fn(StepRef, &BTreeSet<StepRef>) -> bool,
    did: &dyn Fn(StepRef) -> StepRef,
    effects: &dyn Fn(StepRef) -> Vec<Access>,
    moves: &dyn Fn(StepRef) -> Vec<Access>,
) {
    let mut moved: Vec<Access> = Vec::new();
    for at in steps {
        if stays(at, undone) {
            if clash(&moved, &effects(at)).is_none() {
                continue;
            }
            undone.insert(did(at));
        }
        moved.extend(moves(at));
    }
}

/// Wanted steps that something else was done for, which isn't wanted itself.
fn instead(
    have: &BTreeMap<StepRef, Vec<Lowered>>,
    want: &BTreeMap<StepRef, Vec<Lowered>>,
    (now, then): (&Rules, &Rules),
) -> BTreeMap<StepRef, StepRef> {
    let alike = |a: StepRef, b: StepRef| now.class(a) == now.class(b) || then.class(a) == then.class(b);
    let spare = |(at, changes): (&StepRef, &Vec<Lowered>)| {
        let did = |(other, did): &(&StepRef, &Vec<Lowered>)| {
            !want.contains_key(other) && (alike(*at, **other) || drops(changes) && *did == changes)
        };
        Some((*at, *have.iter().find(did)?.0))
    };
    want.iter().filter(|(at, _)| !have.contains_key(at)).filter_map(spare).collect()
}

/// The pairs of steps that stand in both lists the other way round: the one that was done earlier and is wanted later stands first.
fn turned(done: &[Placed], then: &[Placed], instead: &BTreeMap<StepRef, StepRef>) -> Vec<(StepRef, StepRef)> {
    let places: BTreeMap<StepRef, usize> = distinct(done).into_iter().zip(0..).collect();
    let did = |at: StepRef| instead.get(&at).copied().unwrap_or(at);
    let both: Vec<(StepRef, usize)> =
        distinct(then).into_iter().map(did).filter_map(|at| Some((at, *places.get(&at)?))).collect();
    if both.is_sorted_by_key(|(_, place)| *place) {
        return Vec::new();
    }
    let behind = |(n, (later, place)): (usize, &(StepRef, usize))| {
        let wanted_later = both[n + 1..].iter().filter(move |(_, other)| other < place);
        let later = *later;
        wanted_later.map(move |(earlier, _)| (*earlier, later)).collect::<Vec<_>>()
    };
    both.iter().enumerate().flat_map(behind).collect()
}

/// What each step does.
fn by_step(steps: &[Placed]) -> BTreeMap<StepRef, Vec<Lowered>> {
    let mut of: BTreeMap<StepRef, Vec<Lowered>> = BTreeMap::new();
    for placed in steps {
        of.entry(placed.at).or_default().push(placed.change.clone());
    }
    of
}

/// The wanted steps that create what these create.
fn created_by(then: &[Placed], changes: &[Lowered]) -> Vec<Lowered> {
    let made: BTreeSet<ObjectId> = changes.iter().flat_map(Lowered::creates).collect();
    let creates = |p: &&Placed| {
        let own = p.change.creates();
        !own.is_empty() && own.iter().all(|id| made.contains(id))
    };
    let mut found: Vec<Lowered> = Vec::new();
    for placed in then.iter().filter(creates) {
        if found.iter().all(|other| other.creates() != placed.change.creates()) {
            found.push(placed.change.clone());
        }
    }
    found
}

/// Whether a step does nothing but end objects, which is the same whoever does it.
pub(super) fn drops(changes: &[Lowered]) -> bool {
    changes.iter().all(|change| {
        matches!(
            change,
            Lowered::DropTable { .. }
                | Lowered::DropColumn { .. }
                | Lowered::DropConstraint { .. }
                | Lowered::DropIndex { .. }
                | Lowered::DropEnum { .. }
                | Lowered::DropExtension { .. }
                | Lowered::DropView { .. }
        )
    })
}

/// Whether a step creates the same columns with other definitions, which is mended without undoing it.
fn redefines(have: &[Lowered], want: &[Lowered]) -> bool {
    let created = |changes: &[Lowered]| changes.iter().flat_map(Lowered::creates).collect::<Vec<_>>();
    let adds = |changes: &[Lowered]| {
        changes.iter().all(|c| matches!(c, Lowered::AddColumn { .. } | Lowered::CreateTable(_)))
    };
    // These have no operation of their own.
    let fixed = |changes: &[Lowered]| -> Vec<Column> {
        let columns = changes.iter().flat_map(|change| match change {
            Lowered::AddColumn { column, .. } => vec![Column::clone(column)],
            Lowered::CreateTable(table) => table.columns.clone(),
            _ => Vec::new(),
        });
        columns.collect()
    };
    let same = |(a, b): (&Column, &Column)| {
        (&a.initial, &a.identity, &a.generated) == (&b.initial, &b.identity, &b.generated)
    };
    adds(have)
        && adds(want)
        && created(have) == created(want)
        && fixed(have).iter().zip(&fixed(want)).all(same)
}
