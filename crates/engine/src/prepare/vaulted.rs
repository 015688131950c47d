//! Holds the way back of backfills against the vaults that the target has.

use std::collections::BTreeSet;

use dialect::{
    hazard::unkept,
    plan::{Plan, PlannedEntry, Work},
};
use model::Lowered;

use super::PrepareError;
use crate::{
    apply::{Segment, segments},
    data::vault::{Vault, misfit},
    journal::{Partial, Way},
    target::{Target, TargetError},
};

/// Says of every backfill that is to be undone when the target kept nothing for it (an older release ran it, or its vault was
/// purged), and refuses where what was kept can't go back into the columns as they will be.
pub(super) async fn look_into_vaults(target: &mut Target, plan: &mut Plan) -> Result<(), PrepareError> {
    let mut ran = BTreeSet::new();
    let partial = target.journal.position.partial.clone();
    for entry in &mut plan.entries {
        let id = entry.entry;
        let done = partial.as_ref().map(|partial| put_back(entry, partial)).unwrap_or_default();
        for step in entry.steps.iter_mut().filter(|step| !done.contains(&step.step)) {
            let at = step.at(id);
            if matches!(step.lowered, Lowered::Backfill(_)) {
                ran.insert(at);
            }
            let (Lowered::UndoBackfill(backfill), Work::Data(schema)) = (&step.lowered, &step.work) else {
                continue;
            };
            // What this plan itself runs before will have kept something.
            if backfill.kept(at.entry).next().is_none() || ran.contains(&at) {
                continue;
            }
            let found = Vault::find(&mut target.conn, target.dialect, at).await;
            match found.map_err(TargetError::vault)? {
                Some(vault) => {
                    let (table, wrote) = (schema.table(backfill.table), backfill.as_ref().into());
                    if let Some((kept, now)) = table.and_then(|table| misfit(&vault.about, &wrote, table)) {
                        return Err(PrepareError::Misfit {
                            at,
                            table: vault.about.table.clone(),
                            column: now.name.clone(),
                            kept: kept.ty.to_string(),
                        });
                    }
                }
                None => {
                    let hazards = backfill.kept(at.entry).filter_map(|c| unkept(backfill, c.id, schema));
                    step.hazards.extend(hazards.collect::<Vec<_>>());
                }
            }
        }
    }
    Ok(())
}

/// The steps of an entry that an earlier run has carried out, so that their vaults are gone.
fn put_back(entry: &PlannedEntry, partial: &Partial) -> BTreeSet<u32> {
    let same = partial.entry == entry.entry && partial.way == Way::from(entry.direction);
    let complete = |segment: Segment<'_>| match segment {
        Segment::Data { unit, step } if same && unit < partial.unit => Some(step.step),
        Segment::Data { .. } | Segment::Together { .. } | Segment::Alone { .. } => None,
    };
    segments(entry).into_iter().filter_map(complete).collect()
}
