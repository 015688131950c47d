//! Steps in the order that counts, and their way into a state.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    sync::Arc,
};

use crate::{
    accesses::id_text,
    graph::Graph,
    history::{History, LoweredStep},
    id::{Digest, EntryId, ObjectId},
    lowered::Lowered,
    merge::{
        circle::{Orders, on_circle},
        defined::Defining,
        rules::{Force, Rules},
        waits::Waiting,
    },
    problem::{EvolveError, Problem},
    remap::{holder, name_of, rename},
    resolution::StepRef,
    state::State,
};

/// An entry whose steps are to be put in order.
#[derive(Clone)]
pub(crate) struct Entered {
    pub id: EntryId,
    pub lowered: Arc<[LoweredStep]>,
}

/// A step on its way into a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Where it comes from.
    pub at: StepRef,
    /// The database it speaks of.
    pub database: Arc<str>,
    /// What it does.
    pub change: Lowered,
}

/// A step that doesn't fit what came before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stuck {
    /// The step.
    pub at: StepRef,
    /// Why.
    pub cause: EvolveError,
}

/// The effective steps of entries that stand in canonical order: topological over ancestry and the orders in force, ties by entry
/// and step. Steps without effect are left out, and of a class of equal steps all but the first.
///
/// # Errors
/// With the orders on a circle, when they and ancestry contradict each other.
pub(crate) fn ordered(
    entries: &[Entered],
    history: &History,
    rules: &Rules,
    force: &Force,
) -> Result<Vec<Placed>, Orders> {
    let (steps, _) = in_order(entries, history, rules, force)?;
    let mut seen = BTreeSet::new();
    let mut placed = Vec::new();
    let mut databases: BTreeMap<&str, Arc<str>> = BTreeMap::new();
    for (n, step) in steps {
        let Entered { id, lowered } = &entries[n];
        let at = StepRef { entry: *id, step };
        if force.void.contains(&at) || !seen.insert(rules.class(at)) {
            continue;
        }
        let name = history.database_of(*id, step).unwrap_or_default();
        let database = databases.entry(name).or_insert_with(|| name.into()).clone();
        for one in lowered.iter().filter(|one| one.step == step) {
            let changes = Defining { rules, force, history }.effective(&one.change);
            let place = |change| Placed { at, database: database.clone(), change };
            placed.extend(changes.into_iter().map(place));
        }
    }
    Ok(placed)
}

/// The steps by the places of their entries, and the orders that this keeps: those that were decided, and those that follow from it.
///
/// # Errors
/// With the orders on a circle, when they and ancestry contradict each other.
pub(crate) fn in_order(
    entries: &[Entered],
    history: &History,
    rules: &Rules,
    force: &Force,
) -> Result<(Vec<(usize, u32)>, Orders), Orders> {
    let members: BTreeSet<EntryId> = entries.iter().map(|e| e.id).collect();
    let within = |(a, b): &&(StepRef, StepRef)| members.contains(&a.entry) && members.contains(&b.entry);
    let decided: Orders = force.orders.iter().filter(within).copied().collect();
    let following = Waiting { entries, history, rules, force }.orders(&decided);
    if !following.is_empty() {
        // What was decided may say otherwise, and then it is what counts.
        let all = [decided.as_slice(), &following].concat();
        if let Ok(steps) = with_orders(entries, history.graph(), &all) {
            return Ok((steps, all));
        }
    }
    match decided.is_empty() {
        true => Ok((plain(entries), decided)),
        false => with_orders(entries, history.graph(), &decided).map(|steps| (steps, decided)),
    }
}

/// The steps of an entry, without repetition.
fn steps_of(entry: &Entered) -> Vec<u32> {
    let mut steps: Vec<u32> = entry.lowered.iter().map(|one| one.step).collect();
    steps.dedup();
    steps
}

fn plain(entries: &[Entered]) -> Vec<(usize, u32)> {
    let of = |(n, entry)| steps_of(entry).into_iter().map(move |step| (n, step));
    entries.iter().enumerate().flat_map(of).collect()
}

/// The steps in an order that the decided ones keep. An entry's steps follow each other and all steps of its parents.
fn with_orders(
    entries: &[Entered],
    graph: &Graph,
    orders: &[(StepRef, StepRef)],
) -> Result<Vec<(usize, u32)>, Orders> {
    // Every entry ends with a node of its own, which its children wait for.
    let end = u32::MAX;
    let mut waits: BTreeMap<(EntryId, u32), usize> = BTreeMap::new();
    let mut next: BTreeMap<(EntryId, u32), Vec<(EntryId, u32)>> = BTreeMap::new();
    let places: BTreeMap<EntryId, usize> = entries.iter().enumerate().map(|(n, e)| (e.id, n)).collect();
    for entry in entries {
        let mut nodes: Vec<(EntryId, u32)> = steps_of(entry).into_iter().map(|s| (entry.id, s)).collect();
        nodes.push((entry.id, end));
        let parents = graph.parents(entry.id).filter(|p| places.contains_key(p)).map(|p| (p, end));
        let mut before: Vec<(EntryId, u32)> = parents.collect();
        for node in nodes {
            *waits.entry(node).or_default() += before.len();
            for earlier in before {
                next.entry(earlier).or_default().push(node);
            }
            before = vec![node];
        }
    }
    for (first, then) in orders {
        let (first, then) = ((first.entry, first.step), (then.entry, then.step));
        if let (true, Some(count)) = (waits.contains_key(&first), waits.get_mut(&then)) {
            *count += 1;
            next.entry(first).or_default().push(then);
        }
    }
    let mut ready: BinaryHeap<Reverse<(EntryId, u32)>> =
        waits.iter().filter(|(_, count)| **count == 0).map(|(node, _)| Reverse(*node)).collect();
    let mut found = Vec::new();
    while let Some(Reverse(node)) = ready.pop() {
        waits.remove(&node);
        if node.1 != end {
            found.push((places[&node.0], node.1));
        }
        for later in next.remove(&node).unwrap_or_default() {
            if let Some(count) = waits.get_mut(&later) {
                *count -= 1;
                if *count == 0 {
                    ready.push(Reverse(later));
                }
            }
        }
    }
    if waits.is_empty() {
        return Ok(found);
    }
    Err(on_circle(&next, &waits, orders))
}

/// What becomes of an object's name behind a place in a sequence.
#[derive(Clone, Debug)]
enum Later {
    Renamed(String),
    Dropped,
}

/// Moves a state through steps, and tells what was really done: what is there already is not created again, and where a name is still
/// held by an object that will have another one, that object steps aside first. `pending` are names that objects get behind it all.
pub(crate) fn run(
    state: &mut State,
    steps: &[Placed],
    pending: &BTreeMap<ObjectId, String>,
) -> Result<Vec<Placed>, Stuck> {
    let done = run_telling::<Stuck>(state, steps, pending, &mut |_, _, _| Ok(()))?;
    Ok(done.into_iter().map(|(_, placed)| placed).collect())
}

/// The same, with the index of the step that each change was done for. Before a step's own change is done, `tell` hears of it and of the
/// state it meets.
pub(crate) fn run_telling<E: From<Stuck>>(
    state: &mut State,
    steps: &[Placed],
    pending: &BTreeMap<ObjectId, String>,
    tell: &mut dyn FnMut(usize, &Placed, &State) -> Result<(), E>,
) -> Result<Vec<(usize, Placed)>, E> {
    let mut later: BTreeMap<ObjectId, Vec<(usize, Later)>> = BTreeMap::new();
    for (n, step) in steps.iter().enumerate() {
        let declared = match &step.change {
            Lowered::Sql { declares, .. } => declares.as_slice(),
            other => std::slice::from_ref(other),
        };
        for (id, what) in declared.iter().filter_map(naming) {
            later.entry(id).or_default().push((n, what));
        }
    }
    for (id, to) in pending {
        later.entry(*id).or_default().push((usize::MAX, Later::Renamed(to.clone())));
    }
    let mut aside: BTreeMap<ObjectId, (Arc<str>, StepRef, String)> = BTreeMap::new();
    let mut done = Vec::with_capacity(steps.len());
    for (n, step) in steps.iter().enumerate() {
        for change in step.change.remaining(state.schema(&step.database)) {
            let mut names = Names { state, later: &later, n, step, aside: &mut aside, done: &mut done };
            let change = names.make_room(change).map_err(|cause| Stuck { at: step.at, cause })?;
            if let Some((id, Later::Renamed(_))) = naming(&change) {
                aside.remove(&id);
            }
            let placed = Placed { change, ..step.clone() };
            tell(n, &placed, state)?;
            let evolved = state.evolve(&step.database, &placed.change);
            evolved.map_err(|cause| Stuck { at: step.at, cause })?;
            done.push((n, placed));
        }
        if !aside.is_empty() {
            let mut names = Names { state, later: &later, n, step, aside: &mut aside, done: &mut done };
            names.come_back().map_err(|cause| Stuck { at: step.at, cause })?;
        }
    }
    for (id, (database, at, wanted)) in aside {
        let schema = state.schema(&database);
        if !pending.contains_key(&id) && name_of(schema, id).is_some() {
            let by = "another object of the merged schema".to_owned();
            return Err(Stuck { at, cause: Problem::NameTaken { name: wanted, by }.into() }.into());
        }
    }
    Ok(done)
}

/// The object that a step renames or drops.
fn naming(change: &Lowered) -> Option<(ObjectId, Later)> {
    Some(match change {
        Lowered::RenameTable { table: id, to }
        | Lowered::RenameColumn { column: id, to, .. }
        | Lowered::RenameConstraint { constraint: id, to, .. }
        | Lowered::RenameIndex { index: id, to, .. }
        | Lowered::RenameEnumValue { value: id, to, .. } => (*id, Later::Renamed(to.clone())),
        Lowered::DropTable { table: id }
        | Lowered::DropColumn { column: id, .. }
        | Lowered::DropConstraint { constraint: id, .. }
        | Lowered::DropIndex { index: id, .. }
        | Lowered::DropEnum { of: id }
        | Lowered::DropExtension { extension: id }
        | Lowered::DropView { view: id } => (*id, Later::Dropped),
        _ => return None,
    })
}

/// The names of a state while a step is taken.
struct Names<'a> {
    state: &'a mut State,
    later: &'a BTreeMap<ObjectId, Vec<(usize, Later)>>,
    n: usize,
    step: &'a Placed,
    aside: &'a mut BTreeMap<ObjectId, (Arc<str>, StepRef, String)>,
    done: &'a mut Vec<(usize, Placed)>,
}

impl Names<'_> {
    /// Moves away what holds a name the step wants, or lets the step's object wait under another name until its own is free.
    fn make_room(&mut self, mut change: Lowered) -> Result<Lowered, EvolveError> {
        if let Lowered::Sql { declares, .. } = &change {
            let own: BTreeSet<ObjectId> = declares.iter().filter_map(naming).map(|(id, _)| id).collect();
            self.make_room_for_text(&change, &own)?;
            return Ok(change);
        }
        for (scope, name, id) in change.claims(self.state.schema(&self.step.database)) {
            let Some(by) = holder(self.state.schema(&self.step.database), &scope, &name).filter(|h| *h != id)
            else {
                continue;
            };
            let goes = self.last(by).is_some() || self.goes_with_its_table(by);
            if !goes || !self.move_away(by, &name)? {
                change = change.with_name(id, &aside_name(id));
                self.aside.insert(id, (self.step.database.clone(), self.step.at, name));
            }
        }
        Ok(change)
    }

    /// Moves away what holds a name that hand-written SQL is about to give: its text can't be told to use another one. What the text
    /// names anew or drops by itself, `own`, stays where it looks for it.
    fn make_room_for_text(&mut self, text: &Lowered, own: &BTreeSet<ObjectId>) -> Result<(), EvolveError> {
        for (scope, name, id) in text.claims(self.state.schema(&self.step.database)) {
            let by = holder(self.state.schema(&self.step.database), &scope, &name);
            let Some(by) = by.filter(|by| *by != id && !own.contains(by)) else { continue };
            if self.last(by).is_some() || self.goes_with_its_table(by) {
                self.move_away(by, &name)?;
            }
        }
        Ok(())
    }

    /// What becomes of an object's name at last, from here on.
    fn last(&self, id: ObjectId) -> Option<&Later> {
        let (at, what) = self.later.get(&id)?.last()?;
        (*at > self.n).then_some(what)
    }

    /// Whether a constraint or index goes from here on, since its table does.
    fn goes_with_its_table(&self, id: ObjectId) -> bool {
        let schema = self.state.schema(&self.step.database);
        let owner = match rename(schema, id, "x") {
            Some(Lowered::RenameConstraint { table, .. } | Lowered::RenameIndex { table, .. }) => table,
            _ => return false,
        };
        matches!(self.last(owner), Some(Later::Dropped))
    }

    /// Gives an object another name, unless it keeps its own for good.
    fn move_away(&mut self, id: ObjectId, from: &str) -> Result<bool, EvolveError> {
        let schema = self.state.schema(&self.step.database);
        let free =
            |to: &str| name_of(schema, id).is_some_and(|(scope, _)| holder(schema, &scope, to).is_none());
        let to = match self.last(id) {
            Some(Later::Renamed(to)) if to != from && free(to) => to.clone(),
            _ => aside_name(id),
        };
        let Some(change) = rename(schema, id, &to) else {
            return Ok(false);
        };
        if to == aside_name(id) {
            self.aside.insert(id, (self.step.database.clone(), self.step.at, from.to_owned()));
        }
        self.state.evolve(&self.step.database, &change)?;
        self.done.push((self.n, Placed { change, ..self.step.clone() }));
        Ok(true)
    }

    /// Gives objects that wait under other names their own, where they are free now and no later step names the object.
    fn come_back(&mut self) -> Result<(), EvolveError> {
        let waiting: Vec<ObjectId> =
            self.aside.keys().copied().filter(|id| self.last(*id).is_none()).collect();
        for id in waiting {
            let (database, at, wanted) = self.aside[&id].clone();
            let schema = self.state.schema(&database);
            let Some(change) = rename(schema, id, &wanted) else { continue };
            if change.claims(schema).iter().any(|(scope, name, _)| holder(schema, scope, name).is_some()) {
                continue;
            }
            self.state.evolve(&database, &change)?;
            self.aside.remove(&id);
            self.done.push((self.n, Placed { at, database, change }));
        }
        Ok(())
    }
}

/// A name that nobody else has, for an object whose own isn't free yet.
fn aside_name(id: ObjectId) -> String {
    format!("strat_aside_{}", Digest::of(id_text(id).as_bytes()).short())
}
