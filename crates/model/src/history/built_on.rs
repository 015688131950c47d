//! Which steps have to wait while rows are open that an earlier data step set aside.

use super::{FoldError, History};
use crate::{
    effects::{Access, Mode, Resource},
    id::EntryId,
    lowered::Lowered,
    resolution::StepRef,
    schema::Schema,
    state::State,
};

impl History {
    /// The steps of an entry that build on what a data step was to write: they read, write or end it, or end what the data step reads,
    /// without which nobody could do its open rows again. Those that repair it, or that stand behind a repair of it, don't.
    ///
    /// # Errors
    /// When the history can't be folded.
    pub fn built_on(&self, entry: EntryId, open: StepRef) -> Result<Vec<u32>, FoldError> {
        self.state_at(&[open.entry])?;
        self.state_at(&[entry])?;
        let (Some(own), Some(steps)) = (self.entry(entry), self.lowered(entry)) else {
            return Ok(Vec::new());
        };
        let changes = self.lowered(open.entry).into_iter().flat_map(|steps| steps.iter());
        let of: Vec<&Lowered> = changes
            .filter(|one| one.step == open.step && is_data(&one.change))
            .map(|one| &one.change)
            .collect();
        let database =
            self.entry(open.entry).map(|entry| entry.database_of(open.step as usize)).unwrap_or_default();
        let mut state = match own.resolutions.is_empty() {
            true => self.state_at(&own.parents)?,
            false => self.joining(&own.parents)?.state(&own.resolutions)?,
        };
        let mut built = Vec::new();
        for one in steps.iter() {
            let here = own.database_of(one.step as usize);
            if entry == open.entry && one.step <= open.step || here != database {
                evolve(&mut state, here, &one.change);
                continue;
            }
            if matches!(&one.change, Lowered::Backfill(step) if step.step.repairs == Some(open)) {
                break;
            }
            let schema = state.schema(here);
            if of.iter().any(|data| builds_on(&one.change, data, schema)) && !built.contains(&one.step) {
                built.push(one.step);
            }
            evolve(&mut state, here, &one.change);
        }
        Ok(built)
    }
}

/// A step that doesn't fit here is refused by whoever plans it; what it would do doesn't matter then.
fn evolve(state: &mut State, database: &str, change: &Lowered) {
    let _ = state.evolve(database, change);
}

fn is_data(change: &Lowered) -> bool {
    matches!(change, Lowered::Backfill(_) | Lowered::Derive(_))
}

fn builds_on(later: &Lowered, data: &Lowered, schema: &Schema) -> bool {
    let (ours, theirs) = (data.effects(schema), later.effects(schema));
    let touches = |their: &Access| {
        their.resource == Resource::Everything
            || ours.iter().any(|our| {
                our.resource == their.resource && counts(our, data) && !our.mode.commutes(their.mode)
                    || is_same_cells(our, their)
            })
    };
    theirs.iter().any(touches)
}

/// Whether an access of the data step matters: one that rewrites cells has no part in which rows there are.
fn counts(our: &Access, data: &Lowered) -> bool {
    match our.resource {
        Resource::Rows(_) => matches!(data, Lowered::Derive(_)) && our.mode != Mode::Read,
        _ => true,
    }
}

/// Whether both write the same cells: although they'd agree, one of them would hide what the other left open.
fn is_same_cells(our: &Access, their: &Access) -> bool {
    let writes = |access: &Access| matches!(access.mode, Mode::Write(_));
    matches!(our.resource, Resource::Cells(_))
        && our.resource == their.resource
        && writes(our)
        && writes(their)
}
