//! The ways a target can take to where it is to go. Each plans an entry with other statements, so that one that was cut off goes on
//! only along the way on which it began.

use std::collections::BTreeSet;

use dialect::plan::{Treatment, plan};
use model::{EntryId, Irreversible, state::State};

use super::{
    Choices, PrepareError,
    routed::routed,
    treatments::{collapse, ddl_only, inverse, treatment},
};
use crate::{
    apply::units,
    journal::{Partial, Way},
    known::Known,
    target::Target,
};

/// Where a way starts, and what it is made of.
pub(super) struct Ways {
    pub start: State,
    pub treatments: Vec<Treatment>,
    /// How many entries go in one go.
    pub collapsed: usize,
}

/// How entries can be planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// Each by itself, as it is written.
    Singly,
    /// By what differs between where the target stands and where it is to be.
    Along,
    /// The same, with a stop behind the entry that was cut off.
    Over,
}

/// The first course that leads there. Where an entry was cut off it has to begin with what was done of that one.
pub(super) fn going_on(
    target: &Target,
    partial: Option<&Partial>,
    choices: Choices<'_>,
    courses: &[Course],
    make: impl Fn(Course) -> Result<Option<Ways>, PrepareError>,
) -> Result<Ways, PrepareError> {
    let Some(partial) = partial else {
        for course in courses {
            if let Some(ways) = make(*course)? {
                return Ok(ways);
            }
        }
        return Err(PrepareError::NoWay);
    };
    let mut why = None;
    for course in courses {
        let found = match make(*course) {
            Ok(Some(ways)) => goes_on(target, choices, partial, ways),
            Ok(None) => continue,
            Err(error) => Err(error),
        };
        match found {
            Ok(ways) => return Ok(ways),
            Err(other @ PrepareError::Otherwise(..)) => why = Some(other),
            Err(error) => why = why.or(Some(error)),
        }
    }
    Err(why.unwrap_or(PrepareError::CutOff(partial.entry, partial.way)))
}

/// Gives back a way that begins with what was done of the entry that was cut off.
fn goes_on(
    target: &Target,
    choices: Choices<'_>,
    partial: &Partial,
    ways: Ways,
) -> Result<Ways, PrepareError> {
    let Ways { mut start, treatments, collapsed } = ways;
    let same = |first: &Treatment| first.entry == partial.entry && Way::from(first.direction) == partial.way;
    if !treatments.first().is_some_and(same) {
        return Err(PrepareError::CutOff(partial.entry, partial.way));
    }
    let (before, schema) = (start.digest()?, start.schema(choices.database).clone());
    let planned = plan(schema, before, &treatments, &target.facts, target.dialect)?;
    match planned.entries.first().is_some_and(|first| partial.is_of(&units(first))) {
        true => Ok(Ways { start, treatments, collapsed }),
        false => Err(PrepareError::Otherwise(partial.entry, partial.way)),
    }
}

/// Each pending entry by itself, the first of them in one go where the target is fresh. Nothing when they don't fit one behind the other:
/// a step that another head has taken too, or a name that is free only at the end.
pub(super) fn one_by_one(
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

/// Each entry that is to go by itself, newest first. Nothing when they don't fit one behind the other: what another head has taken
/// away too is gone already when its turn comes.
pub(super) fn one_back(
    target: &Target,
    known: &Known,
    undo: &[EntryId],
    kept: &[EntryId],
    choices: Choices<'_>,
) -> Result<Option<Ways>, PrepareError> {
    let mut start = known.history.state_at(kept)?;
    let mut treatments = Vec::with_capacity(undo.len());
    for id in undo.iter().rev() {
        match inverse(known, *id, &mut start, choices.database, target.dialect.name()) {
            Err(
                PrepareError::Evolve(_) | PrepareError::Irreversible { cause: Irreversible::Missing(_), .. },
            ) => {
                return Ok(None);
            }
            treatment => treatments.push(treatment?),
        }
    }
    treatments.reverse();
    Ok(Some(Ways { start, treatments, collapsed: 0 }))
}

/// The way along these stops by what differs between them.
pub(super) fn along(
    target: &Target,
    known: &Known,
    stops: &[&[EntryId]],
    choices: Choices<'_>,
) -> Result<Ways, PrepareError> {
    let (start, treatments) = routed(known, stops, choices.database, target.dialect.name())?;
    Ok(Ways { start, treatments, collapsed: 0 })
}

/// Where a target stands once the entry that was cut off has come to its end.
pub(super) fn behind(target: &Target, known: &Known, partial: &Partial) -> Vec<EntryId> {
    let mut applied: BTreeSet<EntryId> = known.ancestors(&target.journal.position.heads);
    match partial.way {
        Way::Up => applied.insert(partial.entry),
        Way::Down => applied.remove(&partial.entry),
    };
    known.history.graph().heads_among(&applied)
}

/// The entry that was cut off by what differs, to its end, then the rest of the way.
pub(super) fn over(
    target: &Target,
    known: &Known,
    partial: Option<&Partial>,
    goal: &[EntryId],
    choices: Choices<'_>,
) -> Result<Option<Ways>, PrepareError> {
    let Some(partial) = partial else { return Ok(None) };
    let stop = behind(target, known, partial);
    along(target, known, &[&target.journal.position.heads, &stop, goal], choices).map(Some)
}

/// The entry that was cut off as it is written, to its end, then the rest of the way by what differs.
pub(super) fn first_singly(
    target: &Target,
    known: &Known,
    partial: Option<&Partial>,
    goal: &[EntryId],
    choices: Choices<'_>,
) -> Result<Option<Ways>, PrepareError> {
    let Some(partial) = partial else { return Ok(None) };
    let stop = behind(target, known, partial);
    let first = match partial.way {
        Way::Up => one_by_one(target, known, &[partial.entry], false, choices)?,
        Way::Down => one_back(target, known, &[partial.entry], &stop, choices)?,
    };
    let Some(mut ways) = first else { return Ok(None) };
    ways.treatments.extend(along(target, known, &[&stop, goal], choices)?.treatments);
    Ok(Some(ways))
}
