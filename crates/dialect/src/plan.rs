//! Plans: ordered steps for one target, with their statements and hazards, as a value with a digest.

mod digest;
mod keeping;
mod late;
mod look;

use std::collections::BTreeMap;

use model::{
    Digest, EntryId, EvolveError, Lowered, Schema, StepRef,
    lowered::Lowered as L,
    route::{Treated, Why},
};

use self::{digest::plan_digest, late::bring_back_late};

use crate::{
    Dialect, Facts, Projected,
    dialect::Around,
    hazard::{Hazard, both_ways, gone_before, hazards, left_behind, toll},
    pair::Pair,
    statement::{RenderError, Rendered, Statement},
    vault::{Demand, Held, Vaulted, demands, weave::Woven},
    walked::walked,
};

/// Which way a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// It is applied.
    Up,
    /// It is undone.
    Down,
}

/// What is to be planned for one entry: its lowered steps in the order they are to run, each with the number of the
/// step it comes from. For the way down they are the inverses, last step first.
#[derive(Clone, Debug)]
pub struct Treatment {
    /// The entry.
    pub entry: EntryId,
    /// Its message, for people.
    pub message: String,
    /// Which way.
    pub direction: Direction,
    /// Step number and lowered step.
    pub steps: Vec<(u32, Lowered)>,
    /// Digest of the schemas after it.
    pub after: Digest,
    /// Entries that these steps stand for, in order, where a run of them comes or goes at once; empty otherwise.
    pub stands_for: Vec<Passed>,
    /// Where each of the steps comes from and why it is there, when they are those of several entries; empty otherwise.
    pub origins: Vec<Origin>,
    /// Steps that aren't simply done, with what becomes of them.
    pub treated: Vec<(StepRef, Treated)>,
    /// Whether all of it has to fit into one transaction, whoever waits for it.
    pub at_once: bool,
}

/// Where a step comes from that is planned with another entry than its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The step.
    pub at: StepRef,
    /// Why it is there.
    pub why: Why,
}

/// An entry that is applied together with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The entry.
    pub entry: EntryId,
    /// Its message.
    pub message: String,
    /// Digest of the schemas after it, where that was found out already: for thousands of entries nobody waits for it.
    pub after: Option<Digest>,
}

/// What a planned step does.
#[derive(Clone, Debug)]
pub enum Work {
    /// Statements.
    Ddl(Rendered),
    /// Rows through a guest, or their way back. The schema is the one the step runs under.
    Data(Box<Schema>),
}

/// A step of a plan.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// Its number within the entry.
    pub step: u32,
    /// The lowered step.
    pub lowered: Lowered,
    /// What it does, for people.
    pub title: String,
    /// Its statements, or its data.
    pub work: Work,
    /// Its hazards.
    pub hazards: Vec<Hazard>,
    /// Tables whose rows it goes through, by the names they have before the plan; those that the plan makes are left out.
    pub walks: Vec<String>,
    /// Where it comes from, when that isn't the entry it is planned with.
    pub origin: Option<Origin>,
    /// For hand-written SQL: what the database has to tell before and after it, so that what it declares can be held against
    /// what it did.
    pub around: Option<Box<(Projected, Projected)>>,
    /// What a step of DDL puts into the vault or brings back from it.
    pub vaulted: Option<Vaulted>,
    /// What is sent when its rows are done: values that an earlier step of the entry brings back.
    pub behind: Vec<Statement>,
}

/// An entry of a plan.
#[derive(Clone, Debug)]
pub struct PlannedEntry {
    /// The entry.
    pub entry: EntryId,
    /// Its message.
    pub message: String,
    /// Which way.
    pub direction: Direction,
    /// Its steps.
    pub steps: Vec<PlannedStep>,
    /// Digest of the schemas before it.
    pub before: Digest,
    /// Digest of the schemas after it.
    pub after: Digest,
    /// See [`Treatment::stands_for`].
    pub stands_for: Vec<Passed>,
    /// See [`Treatment::treated`].
    pub treated: Vec<(StepRef, Treated)>,
}

/// Ordered steps for one target.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The dialect's name.
    pub dialect: &'static str,
    /// Entries in order.
    pub entries: Vec<PlannedEntry>,
    /// What must hold before it of what it brings back into columns.
    pub demands: Vec<Demand>,
    /// What is approved when the plan is approved: entries, steps, statements and schema digests; no sizes, times or URLs.
    pub digest: Digest,
}

/// A step that can't be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The dialect can't render it.
    #[error("step {} of entry {}: {cause}", .step + 1, .entry.short())]
    Render {
        /// The entry.
        entry: EntryId,
        /// The step.
        step: u32,
        /// Why.
        cause: RenderError,
    },
    /// It doesn't fit the schema before it.
    #[error("step {} of entry {}: {cause}", .step + 1, .entry.short())]
    Evolve {
        /// The entry.
        entry: EntryId,
        /// The step.
        step: u32,
        /// Why.
        cause: String,
    },
}

/// Plans the treatments from a schema on, walking it forward once.
pub fn plan(
    schema: Schema,
    mut digest: Digest,
    wanted: &[Treatment],
    facts: &Facts,
    dialect: &dyn Dialect,
) -> Result<Plan, PlanError> {
    let mut entries = Vec::with_capacity(wanted.len());
    let kept = facts.vault.as_ref().filter(|vault| !vault.is_empty()).map(|vault| (vault, schema.clone()));
    let mut pair = Pair::new(schema);
    let mut vault = facts.vault.clone();
    for treatment in wanted {
        pair.begin(treatment);
        let mut steps = Vec::with_capacity(treatment.steps.len());
        for (n, (number, lowered)) in treatment.steps.iter().enumerate() {
            let origin = treatment.origins.get(n).copied();
            let then = &treatment.steps[n + 1..];
            let gone =
                origin.filter(|o| o.why == Why::Undone).map(|_| gone_before(lowered, &pair.before, then));
            let of = origin.map_or(treatment.entry, |o| o.at.entry);
            let left = left_behind(lowered, of, then, &pair.before);
            let place = Place { treatment, number: *number, origin };
            let step = plan_step(&mut pair, &place, lowered, (facts, dialect), &mut vault)?;
            // What the vault brings back isn't gone.
            let gone = gone
                .flatten()
                .filter(|gone| gone.code != "H101" || step.vaulted.is_none() && !step.hazards.contains(gone));
            let hazards = step.hazards.into_iter().chain(gone).chain(left).collect();
            steps.push(PlannedStep { origin, hazards, ..step });
        }
        bring_back_late(&mut steps);
        if treatment.direction == Direction::Up && treatment.origins.is_empty() {
            for (number, hazard) in both_ways(treatment.steps.iter().map(|(_, lowered)| lowered)) {
                steps[number].hazards.push(hazard);
            }
        }
        entries.push(PlannedEntry {
            entry: treatment.entry,
            message: treatment.message.clone(),
            direction: treatment.direction,
            steps,
            before: std::mem::replace(&mut digest, treatment.after),
            after: treatment.after,
            stands_for: treatment.stands_for.clone(),
            treated: treatment.treated.clone(),
        });
    }
    let digest = plan_digest(dialect.name(), &entries);
    let demands = kept
        .map_or_else(Vec::new, |(vault, start)| demands(&entries, (&start, &pair.before), vault, dialect));
    Ok(Plan { dialect: dialect.name(), entries, demands, digest })
}

/// The first step that each of the dialects can't plan, where there is one, without making anything of the others.
pub fn unplannable(
    schema: Schema,
    wanted: &[Treatment],
    facts: &Facts,
    dialects: &[&'static dyn Dialect],
) -> Vec<(&'static dyn Dialect, PlanError)> {
    let (mut left, mut found) = (dialects.to_vec(), Vec::new());
    let mut pair = Pair::new(schema);
    for treatment in wanted {
        pair.begin(treatment);
        for (step, lowered) in &treatment.steps {
            let (entry, step) = (treatment.entry, *step);
            let reached = pair.reach(lowered);
            if reached.is_ok() && !is_data(lowered) {
                left.retain(|dialect| {
                    let error = rendered(lowered, pair.around(), facts, *dialect, entry, step).err();
                    let fits = error.is_none();
                    found.extend(error.map(|error| (*dialect, error)));
                    fits
                });
            }
            if let Err(cause) = reached.and_then(|()| pair.pass(lowered)) {
                found.extend(left.into_iter().map(|dialect| (dialect, evolve(entry, step, cause.clone()))));
                return found;
            }
            if left.is_empty() {
                return found;
            }
        }
    }
    found
}

fn evolve(entry: EntryId, step: u32, cause: EvolveError) -> PlanError {
    PlanError::Evolve { entry, step, cause: cause.to_string() }
}

fn rendered(
    lowered: &Lowered,
    around: Around<'_>,
    facts: &Facts,
    dialect: &dyn Dialect,
    entry: EntryId,
    step: u32,
) -> Result<Rendered, PlanError> {
    // Servers refuse to give a name that is there already.
    if lowered.keeps_the_name(around.before) {
        return Ok(Rendered::default());
    }
    dialect.render(lowered, around, facts).map_err(|cause| PlanError::Render { entry, step, cause })
}

/// Whether a step goes through rows, for which there are no statements.
fn is_data(lowered: &Lowered) -> bool {
    matches!(
        lowered,
        L::Backfill(_)
            | L::Populate(_)
            | L::Derive(_)
            | L::UndoBackfill(_)
            | L::UndoPopulate(_)
            | L::UndoDerive(_)
    )
}

/// Where a step stands in a plan.
struct Place<'a> {
    treatment: &'a Treatment,
    number: u32,
    origin: Option<Origin>,
}

impl Place<'_> {
    /// The sealed step that it is, or takes back.
    fn at(&self) -> StepRef {
        self.origin.map_or(StepRef { entry: self.treatment.entry, step: self.number }, |origin| origin.at)
    }

    fn undone(&self) -> bool {
        match self.origin {
            Some(origin) => origin.why == Why::Undone,
            None => self.treatment.direction == Direction::Down,
        }
    }

    /// Whether it is a step of its own, rather than one of what many entries come to.
    fn is_one(&self) -> bool {
        self.origin.is_some() || self.treatment.stands_for.is_empty()
    }
}

fn plan_step(
    pair: &mut Pair,
    place: &Place<'_>,
    lowered: &Lowered,
    (facts, dialect): (&Facts, &dyn Dialect),
    vault: &mut Option<BTreeMap<StepRef, Held>>,
) -> Result<PlannedStep, PlanError> {
    let (entry, step) = (place.treatment.entry, place.number);
    pair.reach(lowered).map_err(|cause| evolve(entry, step, cause))?;
    let Pair { before: schema, after, there, .. } = &*pair;
    let title = lowered.describe(schema);
    let mut hazards = hazards(lowered, schema);
    let mut vaulted = None;
    let (work, rewrites) = if is_data(lowered) {
        (Work::Data(Box::new(schema.clone())), false)
    } else {
        let mut rendered = rendered(lowered, pair.around(), facts, dialect, entry, step)?;
        hazards.extend(toll(lowered, &rendered, pair.around(), dialect));
        if let Some(vault) = vault.as_mut().filter(|_| place.is_one()) {
            let (at, undone, around) = (place.at(), place.undone(), pair.around());
            let woven = Woven { at, entry, step: lowered, around, facts, dialect, undone };
            let result = woven.weave(&mut rendered, &mut hazards, vault);
            vaulted = result.map_err(|cause| PlanError::Render { entry, step, cause })?;
            // What is kept may take a harder lock than the step alone.
            let tolls = toll(lowered, &rendered.alone(), pair.around(), dialect);
            hazards.retain(|hazard| tolls.iter().all(|toll| toll.code != hazard.code));
            hazards.extend(tolls);
            hazards.extend(woven.not_back().filter(|_| vaulted.is_none()));
        }
        let rewrites = rendered.rebuilds;
        (Work::Ddl(rendered), rewrites)
    };
    let walks = walked(lowered, schema, rewrites).iter().filter_map(|id| there.get(id).cloned()).collect();
    let around = matches!(lowered, L::Sql { .. })
        .then(|| Box::new((dialect.project(schema, facts), dialect.project(after, facts))));
    pair.pass(lowered).map_err(|cause| evolve(entry, step, cause))?;
    let (lowered, behind) = (lowered.clone(), Vec::new());
    Ok(PlannedStep { step, lowered, title, work, hazards, walks, origin: None, around, vaulted, behind })
}
