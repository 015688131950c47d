//! Whether databases can come to a merge from each of the heads it joins: planned for every dialect before it is recorded.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use dialect::{
    Dialect, Facts,
    plan::{Direction, PlanError, Treatment, unplannable},
};
use ledger::{EntryError, print_entry};
use model::{
    Digest, Entry, EntryId, GraphError, History, Lowered, Schema, State, StepRef,
    route::{Leg, RouteError},
};

use crate::{known::Known, prepare::along_leg};

/// A version that has all there is: what only an old server lacks is no matter of the merge.
const NEWEST: (u32, u32, u32) = (99, 0, 0);

/// A step that can't be taken on the way to a merge, though it could where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The database's kind; empty where it is the same for all.
    pub dialect: &'static str,
    /// The head that the way starts from.
    pub from: EntryId,
    /// The step.
    pub at: StepRef,
    /// What is wrong.
    pub cause: String,
}

/// Why it can't be found out.
#[derive(Debug, thiserror::Error)]
pub enum PassableError {
    /// The entry can't be printed.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// It doesn't follow what is there.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

/// Plans the way from each parent of a merge that isn't stored yet, for each of these dialects.
///
/// # Errors
/// When the entry can't be put behind the others.
pub fn breaches(
    known: &Known,
    merge: &Entry,
    dialects: &[&'static dyn Dialect],
) -> Result<Vec<Breach>, PassableError> {
    if merge.resolutions.is_empty() && merge.steps.is_empty() {
        let to = &merge.parents;
        // Where nothing was ever decided, each side just takes what the others have more.
        return Ok(match known.history.decides(to) {
            Ok(false) => beside(known, to, dialects),
            Ok(true) | Err(_) => along(known, to, to, dialects),
        });
    }
    let id: EntryId = Digest::of(print_entry(merge)?.as_bytes());
    let all = known.history.entries().map(|(id, entry)| (id, entry.clone()));
    let history = History::new(all.chain([(id, merge.clone().into())]))?;
    let with = Known { history, bytes: known.bytes.clone() };
    Ok(along(&with, &merge.parents, &[id], dialects))
}

/// What stands in the way of taking, behind each head, what the others have more. Half of it is looked at by another thread.
fn beside(known: &Known, heads: &[EntryId], dialects: &[&'static dyn Dialect]) -> Vec<Breach> {
    let look = |heads_of: &[EntryId]| -> Vec<Breach> {
        let more = heads_of.iter().flat_map(|head| More::behind(&known.history, *head, heads));
        more.flat_map(|more| more.breaches(known, dialects)).collect()
    };
    let (first, second) = heads.split_at(heads.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| look(second));
        let mut found = look(first);
        found.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        found
    })
}

/// What heads of a merge have more than one of them, in one database.
struct More<'a> {
    from: EntryId,
    database: &'a str,
    schema: Arc<Schema>,
    treatments: Vec<Treatment>,
}

impl<'a> More<'a> {
    fn behind(history: &'a History, from: EntryId, to: &[EntryId]) -> Vec<More<'a>> {
        let Ok(state) = history.state_at(&[from]) else { return Vec::new() };
        let (_, more) = history.graph().sides(&[from], to);
        let mut of: BTreeMap<&str, Vec<Treatment>> = BTreeMap::new();
        for id in more {
            let mut steps: BTreeMap<&str, Vec<(u32, Lowered)>> = BTreeMap::new();
            for one in history.lowered(id).into_iter().flat_map(|lowered| lowered.iter()) {
                let database = history.database_of(id, one.step).unwrap_or_default();
                steps.entry(database).or_default().push((one.step, one.change.clone()));
            }
            for (database, steps) in steps {
                of.entry(database).or_default().push(Treatment {
                    entry: id,
                    message: String::new(),
                    direction: Direction::Up,
                    steps,
                    after: Digest::default(),
                    stands_for: Vec::new(),
                    origins: Vec::new(),
                    treated: Vec::new(),
                    at_once: false,
                });
            }
        }
        let more = |(database, treatments)| {
            let schema = state.shared(database).clone();
            More { from, database, schema, treatments }
        };
        of.into_iter().map(more).collect()
    }

    fn breaches(&self, known: &Known, dialects: &[&'static dyn Dialect]) -> Vec<Breach> {
        let More { from, database, schema, treatments } = self;
        let breach = |(dialect, at, cause): (&'static dyn Dialect, StepRef, String)| {
            let own = refuses_alone(known, at, database, dialect);
            (!own).then_some(Breach { dialect: dialect.name(), from: *from, at, cause })
        };
        unplanned(schema, treatments, dialects).into_iter().filter_map(breach).collect()
    }
}

/// Whether a step can't be done where it was written either: then it is no matter of the merge.
fn refuses_alone(known: &Known, at: StepRef, database: &str, dialect: &'static dyn Dialect) -> bool {
    let parents: Vec<EntryId> = known.history.graph().parents(at.entry).collect();
    let route = known.history.route(&parents, &[at.entry]);
    route.is_ok_and(|(before, legs)| refused(known, &before, &legs, database, dialect).is_some())
}

fn along(known: &Known, from: &[EntryId], to: &[EntryId], dialects: &[&'static dyn Dialect]) -> Vec<Breach> {
    let mut found: Vec<Breach> = Vec::new();
    for head in from {
        for breach in ways(known, *head, to, dialects) {
            if found.iter().all(|known| (known.at, known.dialect) != (breach.at, breach.dialect)) {
                found.push(breach);
            }
        }
    }
    found
}

/// What stands in the way from one head.
fn ways(known: &Known, from: EntryId, to: &[EntryId], dialects: &[&'static dyn Dialect]) -> Vec<Breach> {
    let (state, legs) = match known.history.route(&[from], to) {
        Ok(found) => found,
        Err(RouteError::Stuck { at, cause }) => {
            return vec![Breach { dialect: "", from, at, cause: cause.to_string() }];
        }
        // Whether a database has to undo what can't be undone hangs on where it stands.
        Err(
            RouteError::CantUndo { .. } | RouteError::Fold(_) | RouteError::Digest(_) | RouteError::Astray(_),
        ) => return Vec::new(),
    };
    let moves = legs.iter().flat_map(|leg| &leg.moves);
    let databases: BTreeSet<&str> = moves.map(|one| &*one.placed.database).collect();
    let each =
        databases.iter().flat_map(|database| dialects.iter().map(move |dialect| (*database, *dialect)));
    let refused = each.filter_map(|(database, dialect)| {
        let (at, cause) = refused(known, &state, &legs, database, dialect)?;
        let own = refuses_alone(known, at, database, dialect);
        (!own).then_some(Breach { dialect: dialect.name(), from, at, cause })
    });
    refused.collect()
}

/// The step of a route that can't be planned.
fn refused(
    known: &Known,
    state: &State,
    legs: &[Leg],
    database: &str,
    dialect: &'static dyn Dialect,
) -> Option<(StepRef, String)> {
    let treatments = legs.iter().map(|leg| along_leg(known, leg.clone(), database, dialect.name()));
    let treatments: Vec<Treatment> = treatments.collect::<Result<_, _>>().ok()?;
    let found = unplanned(state.schema(database), &treatments, &[dialect]).pop();
    found.map(|(_, at, cause)| (at, cause))
}

/// The first step that can't be planned, for each dialect that has one.
fn unplanned(
    schema: &Schema,
    treatments: &[Treatment],
    dialects: &[&'static dyn Dialect],
) -> Vec<(&'static dyn Dialect, StepRef, String)> {
    let facts = Facts { version: NEWEST, ..Facts::default() };
    let told = |(dialect, error)| {
        let (entry, step, cause) = match error {
            PlanError::Render { entry, step, cause } => (entry, step, cause.to_string()),
            PlanError::Evolve { entry, step, cause } => (entry, step, cause),
        };
        (dialect, origin(treatments, entry, step), cause)
    };
    unplannable(schema.clone(), treatments, &facts, dialects).into_iter().map(told).collect()
}

/// The step that a planned step comes from.
fn origin(treatments: &[Treatment], entry: EntryId, step: u32) -> StepRef {
    let of = treatments.iter().find(|one| one.entry == entry);
    let origin = of.and_then(|one| one.origins.get(step as usize));
    origin.map_or(StepRef { entry, step }, |origin| origin.at)
}
