//! The way from where a target stands to another head: down to what both have, then up.

use std::collections::BTreeSet;

use model::EntryId;

use super::{Choices, PrepareError, Prepared, applied, drift::refuse_drift, planned, routed::routed};
use crate::{known::Known, target::Target};

/// Plans the way to exactly the wanted entries: what isn't among them is undone, what is missing applied.
pub async fn prepare_switch(
    target: &mut Target,
    known: &Known,
    wanted: &BTreeSet<EntryId>,
    choices: Choices<'_>,
) -> Result<Prepared, PrepareError> {
    if let Some(partial) = target.journal.position.partial.as_ref().filter(|partial| partial.is_begun()) {
        return Err(PrepareError::CutOff(partial.entry, partial.way));
    }
    target.look_into_vault().await?;
    let applied = applied(target, known)?;
    let from = target.journal.position.heads.clone();
    let to = known.history.graph().heads_among(wanted);
    let (mut start, treatments) = routed(known, &[&from, &to], choices.database, target.dialect.name())?;
    let (before, schema) = (start.digest()?, start.schema(choices.database).clone());
    let drift = match treatments.is_empty() {
        true => Vec::new(),
        false => {
            let live = target.introspect().await?;
            target.dialect.project(&schema, &target.facts).differences(&live)
        }
    };
    let drift = refuse_drift(drift, &treatments, &schema)?;
    let plan = planned(target, schema, before, &treatments).await?;
    Ok(Prepared { plan, applied, collapsed: 0, drift })
}
