//! From a revision that is wanted to a plan: what is pending or to be undone, drift looked for, everything refused that
//! can't be done before anything is touched.

mod drift;
mod error;
mod treatments;
mod half;
mod held;
mod routed;
mod switch;
mod vaulted;

use std::{collections::BTreeSet, sync::atomic::AtomicBool, time::Duration};

use dialect::{
    Difference,
    plan::{Plan, Treatment, plan},
};
use model::{Digest, EntryId, Irreversible, Schema, state::State};

pub use error::PrepareError;
pub(crate) use error::list;
pub use half::is_half_applied;
pub(crate) use half::{complete, standing};
pub(crate) use routed::treatment as along_leg;
pub use switch::prepare_switch;

use self::{
    drift::refuse_drift,
    half::{half_applied, refuse_pieces},
    held::{look_into_cells, look_into_held},
    routed::routed,
    treatments::{collapse, ddl_only, inverse, treatment},
    vaulted::look_into_vaults,
};
use crate::{
    apply::{ApplyError, Orders, apply},
    data::{Allowed, Pacing},
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
    /// How large the batches of data steps are, and how fast they follow each other.
    pub pacing: Pacing<'a>,
    /// What data steps may set aside beside what their entries say.
    pub allowed: Allowed<'a>,
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
        bytes: &known.bytes,
        applied: prepared.applied.clone(),
        accepted: options.accepted,
        patience: options.patience,
        interrupt: options.interrupt,
        pacing: options.pacing,
        allowed: options.allowed,
        history: &known.history,
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
    target.look_into_vault().await?;
    let applied = applied(target, known)?;
    let partial = partial(target, Way::Up)?;
    let (_, mut todo) = known.history.between(&applied, &wanted.union(&applied).copied().collect());
    if let Some(at) = partial.and_then(|entry| todo.iter().position(|id| *id == entry)) {
        let entry = todo.remove(at);
        todo.insert(0, entry);
    }
    // All heads together must fold: what clashes can't be applied to one database before it is merged.
    let all: BTreeSet<EntryId> = applied.iter().chain(&todo).copied().collect();
    let goal = known.history.graph().heads_among(&all);
    let at = &target.journal.position.heads;
    let decided = known.history.decides(&goal)? || !todo.is_empty() && needs_route(known, at, &goal, &all)?;
    let (live, fresh) = if todo.is_empty() || partial.is_some() {
        (None, false)
    } else {
        let live = target.introspect().await?;
        // What the vault holds of an earlier time goes back step by step.
        let kept = target.facts.vault.as_ref().is_some_and(|held| !held.is_empty());
        let fresh = applied.is_empty() && live == dialect::Projected::default() && !kept;
        (Some(live), fresh)
    };
    let at_once = fresh && !decided && !choices.step_by_step && target.dialect.envelope().transactional_ddl;
    let plain = match decided {
        true => None,
        false => one_by_one(target, known, &todo, at_once, choices)?,
    };
    let ways = match plain {
        Some(ways) => ways,
        None => along_route(target, known, &goal, partial, choices)?,
    };
    let Ways { mut start, treatments, collapsed } = ways;
    refuse_leaving(partial, &treatments, Way::Up)?;
    let before = start.digest()?;
    let schema = start.schema(choices.database).clone();
    let drift = match live {
        Some(live) => target.dialect.project(&schema, &target.facts).differences(&live),
        None => Vec::new(),
    };
    let drift = refuse_drift(drift, &treatments, &schema)?;
    let plan = planned(target, schema, before, &treatments).await?;
    Ok(Prepared { plan, applied, collapsed, drift })
}

/// The plan, held against what the target's vault has of what it keeps and brings back.
async fn planned(
    target: &mut Target,
    schema: Schema,
    before: Digest,
    treatments: &[Treatment],
) -> Result<Plan, PrepareError> {
    let mut plan = plan(schema.clone(), before, treatments, &target.facts, target.dialect)?;
    look_into_vaults(target, &mut plan).await?;
    look_into_held(target, &plan).await?;
    look_into_cells(target, &plan, &schema).await?;
    Ok(plan)
}

/// Whether entries can't just go one by one: merges decided something, objects of several sides are one at one end of the way, or what
/// several sides set may agree only once all of it is there.
fn needs_route(
    known: &Known,
    from: &[EntryId],
    to: &[EntryId],
    all: &BTreeSet<EntryId>,
) -> Result<bool, PrepareError> {
    let history = &known.history;
    Ok(history.decides(to)? || history.decides(from)? || !history.half_agreed(all).is_empty())
}

/// Where a way starts, and what it is made of.
struct Ways {
    start: State,
    treatments: Vec<Treatment>,
    /// How many entries go in one go.
    collapsed: usize,
}

/// Each pending entry by itself, the first of them in one go where the target is fresh. Nothing when they don't fit one behind the other:
/// a step that another head has taken too, or a name that is free only at the end.
fn one_by_one(
    target: &Target,
    known: &Known,
    todo: &[EntryId],
    at_once: bool,
    choices: Choices<'_>,
) -> Result<Option<Ways>, PrepareError> {
    let start = known.history.state_at(&target.journal.position.heads)?;
    let mut state = start.clone();
    let collapsed = if at_once { ddl_only(known, todo) } else { 0 };
    let collapsed = if collapsed > 1 { collapsed } else { 0 };
    let mut treatments = Vec::with_capacity(todo.len());
    if collapsed > 0 {
        treatments.push(collapse(known, &todo[..collapsed], &mut state, choices.database)?);
    }
    for id in &todo[collapsed..] {
        match treatment(known, *id, &mut state, choices.database) {
            Err(PrepareError::Evolve(_)) => return Ok(None),
            treatment => treatments.push(treatment?),
        }
    }
    Ok(Some(Ways { start, treatments, collapsed }))
}

/// The way over what merges decided. An entry that was cut off comes first.
fn along_route(
    target: &Target,
    known: &Known,
    goal: &[EntryId],
    partial: Option<EntryId>,
    choices: Choices<'_>,
) -> Result<Ways, PrepareError> {
    let from = &target.journal.position.heads;
    let (database, dialect) = (choices.database, target.dialect.name());
    let (mut start, mut treatments) = routed(known, &[from, goal], database, dialect)?;
    if let Some(cut_off) = partial.filter(|id| treatments.first().is_none_or(|t| t.entry != *id)) {
        let mut first = known.ancestors(from);
        first.insert(cut_off);
        let first = known.history.graph().heads_among(&first);
        (start, treatments) = routed(known, &[from, &first, goal], database, dialect)?;
    }
    Ok(Ways { start, treatments, collapsed: 0 })
}

/// Plans the way back until only the kept entries are applied.
pub async fn prepare_down(
    target: &mut Target,
    known: &Known,
    kept: &BTreeSet<EntryId>,
    choices: Choices<'_>,
) -> Result<Prepared, PrepareError> {
    target.look_into_vault().await?;
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
    let from = &target.journal.position.heads;
    let plain = match needs_route(known, from, &kept_heads, &applied)? {
        true => None,
        false => one_back(target, known, &undo, &kept_heads, choices)?,
    };
    let (mut state, mut treatments) = match plain {
        Some(plain) => plain,
        None => routed(known, &[from, &kept_heads], choices.database, target.dialect.name())?,
    };
    refuse_leaving(partial, &treatments, Way::Down)?;
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
    let plan = planned(target, schema, before, &treatments).await?;
    if let (Some(partial), Some(first)) = (&target.journal.position.partial, plan.entries.first())
        && is_half_applied(partial)
    {
        refuse_pieces(first)?;
    }
    Ok(Prepared { plan, applied, collapsed: 0, drift })
}

/// Each entry that is to go by itself, newest first. Nothing when they don't fit one behind the other: what another head has taken
/// away too is gone already when its turn comes.
fn one_back(
    target: &Target,
    known: &Known,
    undo: &[EntryId],
    kept: &[EntryId],
    choices: Choices<'_>,
) -> Result<Option<(State, Vec<Treatment>)>, PrepareError> {
    let mut state = known.history.state_at(kept)?;
    let mut treatments = Vec::with_capacity(undo.len());
    for id in undo.iter().rev() {
        match inverse(known, *id, &mut state, choices.database, target.dialect.name()) {
            Err(
                PrepareError::Evolve(_) | PrepareError::Irreversible { cause: Irreversible::Missing(_), .. },
            ) => {
                return Ok(None);
            }
            treatment => treatments.push(treatment?),
        }
    }
    treatments.reverse();
    Ok(Some((state, treatments)))
}

/// Refuses a plan that would leave the target in the middle of the entry it was cut off in.
fn refuse_leaving(partial: Option<EntryId>, plan: &[Treatment], way: Way) -> Result<(), PrepareError> {
    match partial {
        Some(cut_off) if plan.first().is_none_or(|first| first.entry != cut_off) => {
            Err(PrepareError::CutOff(cut_off, way))
        }
        Some(_) | None => Ok(()),
    }
}

fn applied(target: &Target, known: &Known) -> Result<BTreeSet<EntryId>, PrepareError> {
    let heads = &target.journal.position.heads;
    match heads.iter().find(|id| !known.history.graph().contains(**id)) {
        Some(stranger) => Err(PrepareError::Stranger(*stranger)),
        None => Ok(known.ancestors(heads)),
    }
}

/// The entry that a run going this way was cut off in; an error when it was going the other way.
fn partial(target: &Target, way: Way) -> Result<Option<EntryId>, PrepareError> {
    match &target.journal.position.partial {
        Some(partial) if !partial.is_begun() => Ok(None),
        Some(partial) if way == Way::Down && is_half_applied(partial) => Ok(None),
        Some(partial) if partial.way != way => Err(PrepareError::CutOff(partial.entry, partial.way)),
        Some(partial) => Ok(Some(partial.entry)),
        None => Ok(None),
    }
}
