//! Plans along a route: where merges decided something, steps of several entries are undone and done in one go.

use dialect::plan::{Direction, Origin, Passed, Treatment};
use model::{
    EntryId, Irreversible, Lowered,
    route::{Leg, RouteError, Why},
    state::State,
};

use super::{PrepareError, treatments::message};
use crate::known::Known;

/// The state a route starts from, and a treatment for each of its legs.
pub(super) fn routed(
    known: &Known,
    stops: &[&[EntryId]],
    database: &str,
    dialect: &str,
) -> Result<(State, Vec<Treatment>), PrepareError> {
    let mut start = None;
    let mut treatments = Vec::new();
    for pair in stops.windows(2) {
        let (state, legs) = known.history.route(pair[0], pair[1])?;
        start.get_or_insert(state);
        for leg in legs {
            treatments.push(treatment(known, leg, database, dialect)?);
        }
    }
    let start = match (start, stops.first()) {
        (Some(state), _) => state,
        (None, Some(heads)) => known.history.state_at(heads)?,
        (None, None) => State::new(),
    };
    Ok((start, treatments))
}

/// What a leg of a route comes to in one database.
pub(crate) fn treatment(
    known: &Known,
    leg: Leg,
    database: &str,
    dialect: &str,
) -> Result<Treatment, PrepareError> {
    let up = !leg.brings.is_empty();
    let passed = if up { &leg.brings } else { &leg.takes };
    let entry = passed.last().copied().unwrap_or_default();
    let alone = passed.len() == 1 && leg.moves.iter().all(|one| one.placed.at.entry == entry);
    let mut steps = Vec::with_capacity(leg.moves.len());
    let mut origins = Vec::new();
    for one in leg.moves.into_iter().filter(|one| &*one.placed.database == database) {
        let at = one.placed.at;
        if one.why == Why::Undone && has_no_way_back(&one.placed.change, dialect) {
            let cause = Irreversible::NoDown { dialect: dialect.to_owned() };
            return Err(RouteError::CantUndo { at, cause }.into());
        }
        // Steps of several entries are numbered through: the number tells them apart in the journal.
        let number = if alone { at.step } else { steps.len() as u32 };
        steps.push((number, one.placed.change));
        if !alone {
            origins.push(Origin { at, why: one.why });
        }
    }
    let pass = |id: &EntryId| Passed { entry: *id, message: message(known, *id), after: Some(leg.after) };
    Ok(Treatment {
        entry,
        message: message(known, entry),
        direction: if up { Direction::Up } else { Direction::Down },
        steps,
        after: leg.after,
        stands_for: if passed.len() == 1 { Vec::new() } else { passed.iter().map(pass).collect() },
        origins,
        treated: leg.treated,
        at_once: false,
    })
}

/// Whether this is hand-written SQL on its way back without statements for it.
fn has_no_way_back(change: &Lowered, dialect: &str) -> bool {
    match change {
        Lowered::Sql { on, down: true, .. } => on.get(dialect).is_some_and(|text| text.down.is_none()),
        _ => false,
    }
}
