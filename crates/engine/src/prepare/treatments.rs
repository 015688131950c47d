//! Treatments: what a plan is made of, for one entry after the other.

use dialect::plan::{Direction, Passed, Treatment};
use model::{Digest, EntryId, Irreversible, Lowered, Schema, difference::difference, state::State};

use super::PrepareError;
use crate::known::Known;

fn steps(known: &Known, id: EntryId, database: &str) -> Vec<(u32, Lowered)> {
    let lowered = known.history.lowered(id).map_or(&[][..], |l| l);
    let here = lowered.iter().filter(|one| known.history.database_of(id, one.step) == Some(database));
    here.map(|one| (one.step, one.change.clone())).collect()
}

pub(super) fn message(known: &Known, id: EntryId) -> String {
    known.history.entry(id).map(|e| e.message.clone()).unwrap_or_default()
}

/// Moves the state on by all of an entry's steps, whatever database they speak of.
fn advance(known: &Known, id: EntryId, state: &mut State) -> Result<Digest, PrepareError> {
    for one in known.history.lowered(id).into_iter().flat_map(|lowered| lowered.iter()) {
        state.evolve(known.history.database_of(id, one.step).unwrap_or_default(), &one.change)?;
    }
    Ok(state.digest()?)
}

pub(super) fn treatment(
    known: &Known,
    id: EntryId,
    state: &mut State,
    database: &str,
) -> Result<Treatment, PrepareError> {
    Ok(Treatment {
        entry: id,
        message: message(known, id),
        direction: Direction::Up,
        steps: steps(known, id, database),
        after: advance(known, id, state)?,
        stands_for: Vec::new(),
        origins: Vec::new(),
        treated: Vec::new(),
        at_once: false,
    })
}

pub(super) fn inverse(
    known: &Known,
    id: EntryId,
    state: &mut State,
    database: &str,
    dialect: &str,
) -> Result<Treatment, PrepareError> {
    let after = state.digest()?;
    let before = state.schema(database).clone();
    advance(known, id, state)?;
    let mut schema = before;
    let mut inverses = Vec::new();
    for (step, change) in steps(known, id, database) {
        let stuck =
            |cause| PrepareError::Irreversible { entry: id, message: message(known, id), step, cause };
        if let Lowered::Sql { on, down: false, .. } = &change
            && on.get(dialect).is_some_and(|text| text.down.is_none())
        {
            return Err(stuck(Irreversible::NoDown { dialect: dialect.to_owned() }));
        }
        let inverse = change.inverse(&schema).map_err(stuck)?;
        change.evolve(&mut schema)?;
        inverses.push((step, inverse));
    }
    inverses.reverse();
    Ok(Treatment {
        entry: id,
        message: message(known, id),
        direction: Direction::Down,
        steps: inverses,
        after,
        stands_for: Vec::new(),
        origins: Vec::new(),
        treated: Vec::new(),
        at_once: false,
    })
}

/// How many entries from the first on change nothing but the schema, in ways whose sum is their difference.
pub(super) fn ddl_only(known: &Known, todo: &[EntryId]) -> usize {
    let plain = |id: &EntryId| {
        known.history.lowered(*id).is_some_and(|lowered| {
            lowered.iter().all(|one| {
                !matches!(
                    one.change,
                    Lowered::Sql { .. }
                        | Lowered::Backfill(_)
                        | Lowered::Populate(_)
                        | Lowered::UndoBackfill(_)
                        | Lowered::UndoPopulate(_)
                        | Lowered::Derive(_)
                        | Lowered::UndoDerive(_)
                )
            })
        })
    };
    todo.iter().take_while(|id| plain(id)).count()
}

/// A run of entries as their difference from the empty schema, which is where they start. What each led to is left to whoever carries
/// them out, who has the time for it while the database works.
pub(super) fn collapse(
    known: &Known,
    run: &[EntryId],
    state: &mut State,
    database: &str,
) -> Result<Treatment, PrepareError> {
    *state = known.history.state_at(&known.history.graph().heads_among(&run.iter().copied().collect()))?;
    let passed = |id: &EntryId| Passed { entry: *id, message: message(known, *id), after: None };
    Ok(Treatment {
        entry: run.last().copied().unwrap_or_default(),
        message: format!("{} entries at once", run.len()),
        direction: Direction::Up,
        steps: (0..).zip(difference(&Schema::new(), state.schema(database))).collect(),
        after: state.digest()?,
        stands_for: run.iter().map(passed).collect(),
        origins: Vec::new(),
        treated: Vec::new(),
        at_once: true,
    })
}
