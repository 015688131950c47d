//! From a revision that is wanted to a plan: what is pending or to be undone, drift looked for, everything refused that
//! can't be done before anything is touched.

mod courses;
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
use model::{Digest, EntryId, Schema};

pub use error::PrepareError;
pub(crate) use error::list;
pub use half::is_half_applied;
pub(crate) use half::{complete, standing};
pub(crate) use routed::treatment as along_leg;
pub use switch::prepare_switch;

use self::{
    courses::{Course, Ways, along, going_on, one_back, one_by_one, over},
    drift::refuse_drift,
    half::{half_applied, refuse_pieces},
    held::{look_into_cells, look_into_held},
    vaulted::look_into_vaults,
};
use crate::{
    apply::{ApplyError, Orders, apply},
    data::{Allowed, Pacing},
    event::Event,
    guests::Guests,
    journal::{Partial, Way},
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
    cut_off_first(partial.as_ref(), &mut todo)?;
    // All heads together must fold: what clashes can't be applied to one database before it is merged.
    let all: BTreeSet<EntryId> = applied.iter().chain(&todo).copied().collect();
    let goal = known.history.graph().heads_among(&all);
    let at = target.journal.position.heads.clone();
    let decided = known.history.decides(&goal)? || !todo.is_empty() && needs_route(known, &at, &goal, &all)?;
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
    let courses = [Course::Singly, Course::Along, Course::Over];
    let ways = going_on(target, partial.as_ref(), choices, &courses, |course| match course {
        Course::Singly if decided => Ok(None),
        Course::Singly => one_by_one(target, known, &todo, at_once, choices),
        Course::Along => along(target, known, &[&at, &goal], choices).map(Some),
        Course::Over => over(target, known, partial.as_ref(), &goal, choices),
    })?;
    let Ways { mut start, treatments, collapsed } = ways;
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
    cut_off_first(partial.as_ref(), &mut undo)?;
    let mut standing = known.history.state_at(&target.journal.position.heads)?;
    let half = half_applied(target, known, &mut standing, choices)?;
    let kept_heads = known.history.graph().heads_among(kept);
    let from = &target.journal.position.heads;
    let through = needs_route(known, from, &kept_heads, &applied)?;
    let courses = [Course::Singly, Course::Along, Course::Over];
    let ways = going_on(target, partial.as_ref(), choices, &courses, |course| match course {
        Course::Singly if through => Ok(None),
        Course::Singly => one_back(target, known, &undo, &kept_heads, choices),
        Course::Along => along(target, known, &[from, &kept_heads], choices).map(Some),
        Course::Over => over(target, known, partial.as_ref(), &kept_heads, choices),
    })?;
    let Ways { start: mut state, mut treatments, .. } = ways;
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

/// Puts the entry that was cut off before the others; the target has to be led out of its middle before it goes anywhere else.
fn cut_off_first(partial: Option<&Partial>, entries: &mut Vec<EntryId>) -> Result<(), PrepareError> {
    let Some(cut) = partial else { return Ok(()) };
    let at = entries.iter().position(|id| *id == cut.entry);
    let entry = entries.remove(at.ok_or(PrepareError::CutOff(cut.entry, cut.way))?);
    entries.insert(0, entry);
    Ok(())
}

fn applied(target: &Target, known: &Known) -> Result<BTreeSet<EntryId>, PrepareError> {
    let heads = &target.journal.position.heads;
    match heads.iter().find(|id| !known.history.graph().contains(**id)) {
        Some(stranger) => Err(PrepareError::Stranger(*stranger)),
        None => Ok(known.ancestors(heads)),
    }
}

/// The entry that a run going this way was cut off in; an error when it was going the other way.
fn partial(target: &Target, way: Way) -> Result<Option<Partial>, PrepareError> {
    match &target.journal.position.partial {
        Some(partial) if !partial.is_begun() => Ok(None),
        Some(partial) if way == Way::Down && is_half_applied(partial) => Ok(None),
        Some(partial) if partial.way != way => Err(PrepareError::CutOff(partial.entry, partial.way)),
        Some(partial) => Ok(Some(partial.clone())),
        None => Ok(None),
    }
}
