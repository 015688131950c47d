//! Where a target stands, seen from a step.

use model::{
    EntryId, EvolveError, Lowered, LoweredStep, ObjectId, Schema, State,
    data_step::{BatchColumn, LoweredLookup, Rows},
};

use super::{
    Ask, ReplayError,
    fresh::{Fresh, fresh},
};
use crate::{data::derived::behind, known::Known, target::Target};

/// Where a target stands, seen from a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It has what the step's entry follows, and not the entry.
    Before,
    /// It has the entry.
    Behind,
}

/// A step, and the schema it ran under.
pub(super) struct Found {
    pub change: Lowered,
    pub schema: Schema,
    /// Columns that the entry had just added.
    pub fresh: Fresh,
}

/// What a step that goes through rows of a table looks at there.
pub(super) struct Footing<'a> {
    pub table: ObjectId,
    pub rows: &'a Rows<ObjectId>,
    /// The columns by whose order it goes.
    pub order: &'a [BatchColumn],
    /// Columns that are read behind them.
    pub seen: Vec<&'a BatchColumn>,
    /// Columns that order rows which agree in those.
    pub then: Vec<ObjectId>,
    /// Columns that it writes there.
    pub written: &'a [BatchColumn],
    pub lookups: &'a [LoweredLookup],
    /// Further columns that go in.
    key: &'a [BatchColumn],
}

impl<'a> Footing<'a> {
    /// That of a backfill, a transfer or an aggregate.
    pub fn of(change: &'a Lowered) -> Option<Footing<'a>> {
        match change {
            Lowered::Backfill(step) => {
                let is_key = |column: &&BatchColumn| step.key.iter().any(|key| key.id == column.id);
                Some(Footing {
                    table: step.table,
                    rows: &step.rows,
                    order: &step.key,
                    seen: step.read.iter().filter(|column| !is_key(column)).collect(),
                    then: Vec::new(),
                    written: &step.write,
                    lookups: &step.lookups,
                    key: &step.key,
                })
            }
            Lowered::Derive(step) => {
                let ordered = |id: &ObjectId| step.order().iter().any(|column| column.id == *id);
                Some(Footing {
                    table: step.table,
                    rows: &step.rows,
                    order: step.order(),
                    seen: behind(step),
                    then: step.key.iter().map(|column| column.id).filter(|id| !ordered(id)).collect(),
                    written: &[],
                    lookups: &step.lookups,
                    key: &step.key,
                })
            }
            _ => None,
        }
    }

    /// The columns by which rows are chosen, and those the guest sees.
    pub fn inputs(&self) -> Vec<ObjectId> {
        let columns = self.key.iter().chain(self.order).chain(self.seen.iter().copied());
        let mut inputs: Vec<ObjectId> = columns.map(|column| column.id).collect();
        if let Rows::Where(predicate) = self.rows {
            inputs.extend(predicate.columns());
        }
        inputs
    }
}

/// Finds the step, with the schema that the target of the receipt had when it ran there.
pub(super) fn find(known: &Known, ask: &Ask<'_>) -> Result<Found, ReplayError> {
    let missing = || ReplayError::NoStep { entry: ask.entry, step: ask.step };
    let entry = known.history.entry(ask.entry).ok_or_else(missing)?.clone();
    let database = entry.database_of(ask.step as usize);
    if database != ask.database {
        let (wanted, held) = (database.to_owned(), ask.database.to_owned());
        return Err(ReplayError::Database { entry: ask.entry, wanted, held });
    }
    let parents = known.history.state_at(&entry.parents)?;
    // Folding the entry itself is what lowers its steps.
    known.history.state_at(&[ask.entry])?;
    let steps = known.history.lowered(ask.entry).ok_or_else(missing)?.clone();
    let change = steps.iter().find(|one| one.step == ask.step).ok_or_else(missing)?.change.clone();
    // Other branches may have been there before the entry, and have changed types of the same table.
    let before = |one: &&LoweredStep| one.step < ask.step && entry.database_of(one.step as usize) == database;
    let earlier: Vec<LoweredStep> = steps.iter().filter(before).cloned().collect();
    let taken = |state: &State| taken(state.clone(), &earlier, database).ok();
    let there = there(known, ask).and_then(|before| Some((taken(&before)?, before)));
    let (then, before) = match there {
        Some(both) => both,
        None => (taken(&parents).ok_or_else(missing)?, parents),
    };
    let (then, before) = (then.schema(database), before.schema(database));
    let fresh = match Footing::of(&change) {
        Some(footing) => fresh(footing.table, before, then, &earlier),
        None => Fresh::new(),
    };
    Ok(Found { change, schema: then.clone(), fresh })
}

/// The state at the heads that the receipt's target had.
fn there(known: &Known, ask: &Ask<'_>) -> Option<State> {
    let heads = &ask.issued.record().position;
    let here = heads.iter().all(|id| known.history.graph().contains(*id));
    here.then(|| known.history.state_at(heads).ok()).flatten()
}

fn taken(mut state: State, steps: &[LoweredStep], database: &str) -> Result<State, EvolveError> {
    for one in steps {
        state.evolve(database, &one.change)?;
    }
    Ok(state)
}

/// Where the target stands, and whether the rows that went into a backfill can be there.
pub(super) fn stands(
    target: &Target,
    known: &Known,
    ask: &Ask<'_>,
    (found, footing): (&Found, &Footing<'_>),
) -> Result<Place, ReplayError> {
    let position = &target.journal.position;
    if let Some(stranger) = position.heads.iter().find(|id| !known.history.graph().contains(**id)) {
        return Err(ReplayError::Stranger(*stranger));
    }
    if let Some(half) = position.partial.as_ref().filter(|partial| partial.is_begun()) {
        return Err(ReplayError::Half(half.entry));
    }
    let applied = known.ancestors(&position.heads);
    if applied.contains(&ask.entry) {
        let inputs = footing.inputs();
        let stays = |id: &ObjectId| !inputs.contains(id) || found.fresh.contains_key(id);
        return match footing.written.iter().find(|column| !stays(&column.id)) {
            Some(column) => Err(ReplayError::Overwritten(column.name.clone())),
            None => Ok(Place::Behind),
        };
    }
    let parents: Vec<EntryId> = known.history.graph().parents(ask.entry).collect();
    let lacking: Vec<EntryId> = known.ancestors(&parents).difference(&applied).copied().collect();
    if let Some(first) = parents.iter().chain(&lacking).find(|id| lacking.contains(id)) {
        return Err(ReplayError::TooEarly { lacking: lacking.len(), first: *first });
    }
    match made_before(known, ask, footing) {
        Some(made) => Err(ReplayError::Between { step: ask.step, made }),
        None => Ok(Place::Before),
    }
}

/// An earlier step of the entry that makes what goes into this one.
fn made_before(known: &Known, ask: &Ask<'_>, footing: &Footing<'_>) -> Option<u32> {
    let inputs = footing.inputs();
    let steps = known.history.lowered(ask.entry)?;
    let makes = |change: &Lowered| {
        if let Lowered::Populate(populate) = change {
            populate.table == footing.table
        } else if let Lowered::Backfill(other) = change {
            other.table == footing.table && other.write.iter().any(|column| inputs.contains(&column.id))
        } else if let Lowered::Derive(other) = change {
            other.into.iter().any(|into| into.table == footing.table)
        } else {
            false
        }
    };
    steps.iter().find(|one| one.step < ask.step && makes(&one.change)).map(|one| one.step)
}
