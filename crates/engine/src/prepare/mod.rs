//! From a revision that is wanted to a plan: what is pending or to be undone, drift looked for, everything refused that
//! can't be done before anything is touched.

mod drift;
mod error;
mod treatments;
mod half;

use std::{collections::BTreeSet, sync::atomic::AtomicBool, time::Duration};

use dialect::{
    Difference,
    plan::{Plan, plan},
};
use model::EntryId;

pub use error::PrepareError;
pub(crate) use error::list;
pub use half::is_half_applied;

use self::{
    drift::refuse_drift,
    half::{half_applied, refuse_pieces},
    treatments::{collapse, ddl_only, inverse, treatment},
};
use crate::{
    apply::{ApplyError, Orders, apply},
    event::Event,
    guests::Guests,
    journal::Way,
    known::Known,
    target::Target,
};

/// What the caller decides.
#[derive(Clone, Copy, Debug)]
pub struct Choices<'a> {
    /// The ledger's database that this target is.
    pub database: &'a str,
    /// Whether every entry is to be applied by itself.
    pub step_by_step: bool,
}

/// A plan and what it was made from.
#[derive(Debug)]
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// Entries applied before it.
    pub applied: BTreeSet<EntryId>,
    /// How many entries go in one go.
    pub collapsed: usize,
    /// Differences between the live schema and what was applied, outside what the plan touches.
    pub drift: Vec<Difference>,
}

/// How a run is to be carried out.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions<'a> {
    /// Hazards accepted on the command line.
    pub accepted: &'a [String],
    /// How long to wait for another run.
    pub patience: Duration,
    /// Rows of a batch at the most.
    pub batch_rows: usize,
    /// Set when the run is to stop after the batch at hand.
    pub interrupt: &'a AtomicBool,
}

/// Carries a prepared plan out.
pub async fn carry_out(
    target: &mut Target,
    prepared: &Prepared,
    known: &Known,
    options: RunOptions<'_>,
    guests: &Guests<'_>,
    tell: &mut (dyn FnMut(Event) + Send),
) -> Result<(), ApplyError> {
    let orders = Orders {
        parents: &known.parents,
        bytes: &known.bytes,
        applied: prepared.applied.clone(),
        accepted: options.accepted,
        patience: options.patience,
        interrupt: options.interrupt,
        batch_rows: options.batch_rows,
    };
    apply(target, &prepared.plan, orders, guests, tell).await
}

/// Plans what is missing between where the target stands and the wanted entries.
pub async fn prepare_up(
    target: &mut Target,
    known: &Known,
    wanted: &BTreeSet<EntryId>,
    choices: Choices<'_>,
) -> Result<Prepared, PrepareError> {
    let applied = applied(target, known)?;
    let partial = partial(target, Way::Up)?;
    let (_, mut todo) = known.history.between(&applied, &wanted.union(&applied).copied().collect());
    if let Some(at) = partial.and_then(|entry| todo.iter().position(|id| *id == entry)) {
        let entry = todo.remove(at);
        todo.insert(0, entry);
    }
    // All heads together must fold: what clashes can't be applied to one database before it is merged.
    let all: BTreeSet<EntryId> = applied.iter().chain(&todo).copied().collect();
    known.history.state_at(&known.history.graph().heads_among(&all))?;
    let mut state = known.history.state_at(&target.journal.position.heads)?;
    let before = state.digest()?;
    let schema = state.schema(choices.database).clone();
    let (live, fresh) = if todo.is_empty() || partial.is_some() {
        (None, false)
    } else {
        let live = target.introspect().await?;
        let fresh = applied.is_empty() && live == dialect::Projected::default();
        (Some(live), fresh)
    };
    let mut treatments = Vec::with_capacity(todo.len());
    let at_once = if fresh && !choices.step_by_step && target.dialect.envelope().transactional_ddl {
        ddl_only(known, &todo)
    } else {
        0
    };
    if at_once > 1 {
        treatments.push(collapse(known, &todo[..at_once], &mut state, choices.database)?);
    }
    for id in &todo[if at_once > 1 { at_once } else { 0 }..] {
        treatments.push(treatment(known, *id, &mut state, choices.database)?);
    }
    let drift = match live {
        Some(live) => target.dialect.project(&schema, &target.facts).differences(&live),
        None => Vec::new(),
    };
    let drift = refuse_drift(drift, &treatments, &schema)?;
    let plan = plan(schema, before, &treatments, &target.facts, target.dialect)?;
    Ok(Prepared { plan, applied, collapsed: if at_once > 1 { at_once } else { 0 }, drift })
}

/// Plans the way back until only the kept entries are applied.
pub async fn prepare_down(
    target: &mut Target,
    known: &Known,
    kept: &BTreeSet<EntryId>,
    choices: Choices<'_>,
) -> Result<Prepared, PrepareError> {
    let applied = applied(target, known)?;
    let partial = partial(target, Way::Down)?;
    if let Some(missing) = kept.iter().find(|id| !applied.contains(id)) {
        return Err(PrepareError::NotApplied(*missing));
    }
    let (mut undo, _) = known.history.between(&applied, kept);
    if let Some(at) = partial.and_then(|entry| undo.iter().position(|id| *id == entry)) {
        let entry = undo.remove(at);
        undo.insert(0, entry);
    }
    let mut standing = known.history.state_at(&target.journal.position.heads)?;
    let half = half_applied(target, known, &mut standing, choices)?;
    let kept_heads = known.history.graph().heads_among(kept);
    let mut state = known.history.state_at(&kept_heads)?;
    let mut treatments = Vec::with_capacity(undo.len());
    for id in undo.iter().rev() {
        treatments.push(inverse(known, *id, &mut state, choices.database, target.dialect.name())?);
    }
    treatments.reverse();
    let in_the_middle = partial.is_some() || half.is_some();
    if let Some(half) = half {
        treatments.insert(0, half);
        state = standing;
    }
    let before = state.digest()?;
    let schema = state.schema(choices.database).clone();
    let drift = if treatments.is_empty() || in_the_middle {
        Vec::new()
    } else {
        let live = target.introspect().await?;
        target.dialect.project(&schema, &target.facts).differences(&live)
    };
    let drift = refuse_drift(drift, &treatments, &schema)?;
    let plan = plan(schema, before, &treatments, &target.facts, target.dialect)?;
    if let (Some(partial), Some(first)) = (&target.journal.position.partial, plan.entries.first())
        && is_half_applied(partial)
    {
        refuse_pieces(first)?;
    }
    Ok(Prepared { plan, applied, collapsed: 0, drift })
}

fn applied(target: &Target, known: &Known) -> Result<BTreeSet<EntryId>, PrepareError> {
    let heads = &target.journal.position.heads;
    match heads.iter().find(|id| !known.parents.contains_key(id)) {
        Some(stranger) => Err(PrepareError::Stranger(*stranger)),
        None => Ok(known.ancestors(heads)),
    }
}

/// The entry that a run going this way was cut off in; an error when it was going the other way.
fn partial(target: &Target, way: Way) -> Result<Option<EntryId>, PrepareError> {
    match &target.journal.position.partial {
        Some(partial) if partial.unit == 0 && !partial.in_flight => Ok(None),
        Some(partial) if way == Way::Down && is_half_applied(partial) => Ok(None),
        Some(partial) if partial.way != way => Err(PrepareError::CutOff(partial.entry, partial.way)),
        Some(partial) => Ok(Some(partial.entry)),
        None => Ok(None),
    }
}
