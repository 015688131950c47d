//! Whether databases can come to a merge from each of the heads it joins: planned for every dialect before it is recorded.

use dialect::{
    Dialect, Facts,
    plan::{PlanError, Treatment, plan},
};
use ledger::{EntryError, print_entry};
use model::{Digest, Entry, EntryId, GraphError, History, StepRef, route::RouteError};

use crate::{known::Known, prepare::routed};

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
        return Ok(along(known, &merge.parents, &merge.parents, dialects));
    }
    let id: EntryId = Digest::of(print_entry(merge)?.as_bytes());
    let all = known.history.entries().map(|(id, entry)| (id, entry.clone()));
    let history = History::new(all.chain([(id, merge.clone().into())]))?;
    let with = Known { history, bytes: known.bytes.clone(), parents: known.parents.clone() };
    Ok(along(&with, &merge.parents, &[id], dialects))
}

fn along(known: &Known, from: &[EntryId], to: &[EntryId], dialects: &[&'static dyn Dialect]) -> Vec<Breach> {
    let mut found: Vec<Breach> = Vec::new();
    for head in from {
        for dialect in dialects {
            let breach = way(known, *head, to, *dialect);
            let new = |breach: &Breach| {
                found.iter().all(|known| (known.at, known.dialect) != (breach.at, breach.dialect))
            };
            found.extend(breach.filter(new));
        }
    }
    found
}

/// What stands in the way from one head.
fn way(known: &Known, from: EntryId, to: &[EntryId], dialect: &'static dyn Dialect) -> Option<Breach> {
    let (_, legs) = match known.history.route(&[from], to) {
        Ok(found) => found,
        Err(RouteError::Stuck { at, cause }) => {
            return Some(Breach { dialect: "", from, at, cause: cause.to_string() });
        }
        // Whether a database has to undo what can't be undone hangs on where it stands.
        Err(
            RouteError::CantUndo { .. } | RouteError::Fold(_) | RouteError::Digest(_) | RouteError::Astray(_),
        ) => return None,
    };
    let databases: Vec<&str> =
        legs.iter().flat_map(|leg| leg.moves.iter().map(|one| &*one.placed.database)).collect();
    let mut databases: Vec<String> = databases.into_iter().map(str::to_owned).collect();
    databases.sort_unstable();
    databases.dedup();
    databases.iter().find_map(|database| {
        let (at, cause) = planned(known, &[from], to, database, dialect)?;
        // What can't be done where it was written either is no matter of the merge.
        let parents: Vec<EntryId> = known.history.graph().parents(at.entry).collect();
        let alone = planned(known, &parents, &[at.entry], database, dialect);
        alone.is_none().then_some(Breach { dialect: dialect.name(), from, at, cause })
    })
}

/// The step that can't be planned between two points.
fn planned(
    known: &Known,
    from: &[EntryId],
    to: &[EntryId],
    database: &str,
    dialect: &dyn Dialect,
) -> Option<(StepRef, String)> {
    let (state, treatments) = routed(known, &[from, to], database, dialect.name()).ok()?;
    let facts = Facts { version: NEWEST, ..Facts::default() };
    let schema = state.schema(database).clone();
    let error = plan(schema, Digest::default(), &treatments, &facts, dialect).err()?;
    let (entry, step, cause) = match error {
        PlanError::Render { entry, step, cause } => (entry, step, cause.to_string()),
        PlanError::Evolve { entry, step, cause } => (entry, step, cause),
    };
    Some((origin(&treatments, entry, step), cause))
}

/// The step that a planned step comes from.
fn origin(treatments: &[Treatment], entry: EntryId, step: u32) -> StepRef {
    let of = treatments.iter().find(|one| one.entry == entry);
    let origin = of.and_then(|one| one.origins.get(step as usize));
    origin.map_or(StepRef { entry, step }, |origin| origin.at)
}
