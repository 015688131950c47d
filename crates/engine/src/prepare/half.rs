//! The way back out of an entry that was cut off on its way up: what of it is complete is undone, in one transaction.

use dialect::{
    Place,
    plan::{Direction, PlannedEntry, PlannedStep, Treatment, Work, plan},
};
use model::{Lowered, state::State};

use super::{Choices, PrepareError, treatments::treatment};
use crate::{
    apply::units,
    journal::{Partial, Way},
    known::Known,
    target::Target,
};

/// The undoing of what is complete of an entry that was cut off on its way up, if one was; the state is moved on to where the
/// target really stands.
pub(super) fn half_applied(
    target: &Target,
    known: &Known,
    state: &mut State,
    choices: Choices<'_>,
) -> Result<Option<Treatment>, PrepareError> {
    let Some(partial) = target.journal.position.partial.as_ref().filter(|p| is_half_applied(p)) else {
        return Ok(None);
    };
    let digest = state.digest()?;
    let (up, complete) = begun(target, known, state, partial, choices)?;
    let mut inverses = Vec::new();
    for (n, (number, change)) in up.steps.iter().enumerate() {
        // A step that goes batch by batch and has begun is undone with what is complete.
        if n > complete || n == complete && !matches!(change, Lowered::Backfill(_) | Lowered::Derive(_)) {
            break;
        }
        let inverse = change.inverse(state.schema(choices.database));
        let inverse = inverse.map_err(|cause| PrepareError::Irreversible {
            entry: partial.entry,
            message: up.message.clone(),
            step: *number,
            cause,
        })?;
        state.evolve(choices.database, change)?;
        inverses.push((*number, inverse));
    }
    inverses.reverse();
    Ok(Some(Treatment {
        entry: partial.entry,
        message: up.message,
        direction: Direction::Down,
        steps: inverses,
        after: digest,
        stands_for: Vec::new(),
        origins: Vec::new(),
        treated: Vec::new(),
        at_once: true,
    }))
}

/// The steps of an entry that was cut off on its way up, and how many of them are complete.
fn begun(
    target: &Target,
    known: &Known,
    state: &mut State,
    partial: &Partial,
    choices: Choices<'_>,
) -> Result<(Treatment, usize), PrepareError> {
    if known.history.entry(partial.entry).is_some_and(|entry| !entry.resolutions.is_empty()) {
        return Err(PrepareError::CutOff(partial.entry, partial.way));
    }
    // It is no ancestor of what is applied, so that nobody has lowered its steps yet.
    known.history.state_at(&[partial.entry])?;
    let cut_off = || PrepareError::CutOff(partial.entry, partial.way);
    let (schema, digest) = (state.schema(choices.database).clone(), state.digest()?);
    let mut ahead = state.clone();
    let up = treatment(known, partial.entry, &mut ahead, choices.database)?;
    let planned = plan(schema, digest, std::slice::from_ref(&up), &target.facts, target.dialect)?;
    let planned = planned.entries.first().ok_or_else(cut_off)?;
    if !partial.is_of(&units(planned)) {
        return Err(cut_off());
    }
    let steps = &planned.steps[..];
    let complete = complete(steps, partial.unit).ok_or_else(cut_off)?;
    // Nobody knows whether a statement that commits by itself took effect, and it may yet, until a run has taken the lease and looked.
    let is_statement = |step: &PlannedStep| matches!(step.work, Work::Ddl(_));
    if partial.in_flight && steps.get(complete).is_some_and(is_statement) {
        return Err(cut_off());
    }
    Ok((up, complete))
}

/// The state in which a target really is, also in the middle of an entry on its way up.
pub(crate) fn standing(target: &Target, known: &Known, choices: Choices<'_>) -> Result<State, PrepareError> {
    let position = &target.journal.position;
    if let Some(stranger) = position.heads.iter().find(|id| !known.history.graph().contains(**id)) {
        return Err(PrepareError::Stranger(*stranger));
    }
    let mut state = known.history.state_at(&position.heads)?;
    match &position.partial {
        Some(partial) if is_half_applied(partial) => {
            let (up, complete) = begun(target, known, &mut state, partial, choices)?;
            for (_, change) in &up.steps[..complete.min(up.steps.len())] {
                state.evolve(choices.database, change)?;
            }
        }
        Some(partial) if partial.is_begun() => {
            return Err(PrepareError::CutOff(partial.entry, partial.way));
        }
        Some(_) | None => {}
    }
    Ok(state)
}

/// Whether the target is in the middle of an entry on its way up.
pub fn is_half_applied(partial: &Partial) -> bool {
    partial.way == Way::Up && partial.is_begun()
}

/// Fails where the undoing doesn't fit into one transaction: cut off in its middle, nobody could say where the target is.
pub(super) fn refuse_pieces(half: &PlannedEntry) -> Result<(), PrepareError> {
    let inside = |step: &PlannedStep| step.all_statements().all(|statement| statement.place != Place::Alone);
    match half.steps.iter().all(inside) {
        true => Ok(()),
        false => Err(PrepareError::CutOff(half.entry, Way::Up)),
    }
}

/// How many steps are complete after so many units; nothing when the last of them is in the middle of a step of statements.
pub(crate) fn complete(steps: &[PlannedStep], units: u64) -> Option<usize> {
    let mut left = units;
    for (number, step) in steps.iter().enumerate() {
        let of_step = match &step.work {
            Work::Data(_) => 1 + step.behind.len() as u64,
            Work::Ddl(rendered) => rendered.statements.len() as u64,
        };
        if left < of_step {
            return (left == 0).then_some(number);
        }
        left -= of_step;
    }
    Some(steps.len())
}
