//! Columns that are there already, as another type than the wanted step makes them of.
//!
//! What one step made is what another was to make, so that nothing is undone; at the end of a leg the difference is mended. A data step
//! on the way, though, must find the type that its guest was built for.

use std::collections::BTreeMap;

use super::walk::Walk;
use crate::{
    history::mentioned,
    id::ObjectId,
    lowered::Lowered,
    merge::{meet::works_on_rows, sequence::Placed},
    resolution::StepRef,
    types::Type,
};

/// A column as the step that makes it says: its table and type.
type Made = (ObjectId, Type<ObjectId>);

impl Walk<'_> {
    /// The changes of type without which a data step in `then` would find a column as what was done made it, not as `wanted` does.
    pub(super) fn mended(
        &self,
        done: &[Placed],
        wanted: &[Placed],
        then: &[Placed],
        at: StepRef,
    ) -> Vec<Placed> {
        let there = made(done);
        let differs = |(id, (table, ty)): (ObjectId, Made)| {
            there.get(&id).filter(|(_, had)| *had != ty)?;
            let user =
                then.iter().find(|placed| works_on_rows(&placed.change) && self.accesses(placed, id))?;
            let change = Lowered::ChangeType { table, column: id, to: ty, using: None };
            Some(Placed { at, database: user.database.clone(), change })
        };
        made(wanted).into_iter().filter_map(differs).collect()
    }

    fn accesses(&self, placed: &Placed, column: ObjectId) -> bool {
        let effects = placed.change.effects(self.state.schema(&placed.database));
        effects.iter().any(|access| mentioned(&access.resource) == Some(column))
    }
}

/// The columns that steps make, each as the first of them does.
fn made(steps: &[Placed]) -> BTreeMap<ObjectId, Made> {
    let mut made = BTreeMap::new();
    for placed in steps {
        match &placed.change {
            Lowered::AddColumn { table, column } => {
                made.entry(column.id).or_insert_with(|| (*table, column.ty.clone()));
            }
            Lowered::CreateTable(table) => {
                for column in &table.columns {
                    made.entry(column.id).or_insert_with(|| (table.id, column.ty.clone()));
                }
            }
            _ => {}
        }
    }
    made
}
