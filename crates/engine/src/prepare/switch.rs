//! The way from where a target stands to another head: down to what both have, then up.

use std::collections::BTreeSet;

use model::EntryId;

use super::{
    Choices, PrepareError, Prepared, applied,
    courses::{Course, Ways, along, first_singly, going_on, over},
    drift::refuse_drift,
    planned,
};
use crate::{
    journal::{Partial, Way},
    known::Known,
    target::Target,
};

/// Plans the way to exactly the wanted entries: what isn't among them is undone, what is missing applied.
pub async fn prepare_switch(
    target: &mut Target,
    known: &Known,
    wanted: &BTreeSet<EntryId>,
    choices: Choices<'_>,
) -> Result<Prepared, PrepareError> {
    let cut_off = target.journal.position.partial.clone().filter(Partial::is_begun);
    target.look_into_vault().await?;
    let applied = applied(target, known)?;
    let from = target.journal.position.heads.clone();
    let to = known.history.graph().heads_among(wanted);
    // A switch that was cut off goes on with the entry it was in; where the way leads elsewhere now, that entry is finished first.
    if let Some(cut) = &cut_off
        && wanted.contains(&cut.entry) != (cut.way == Way::Up)
    {
        return Err(PrepareError::CutOff(cut.entry, cut.way));
    }
    let courses = [Course::Along, Course::Over, Course::Singly];
    let ways = going_on(target, cut_off.as_ref(), choices, &courses, |course| match course {
        Course::Along => along(target, known, &[&from, &to], choices).map(Some),
        Course::Over => over(target, known, cut_off.as_ref(), &to, choices),
        Course::Singly => first_singly(target, known, cut_off.as_ref(), &to, choices),
    })?;
    let Ways { mut start, treatments, .. } = ways;
    let (before, schema) = (start.digest()?, start.schema(choices.database).clone());
    let drift = match treatments.is_empty() || cut_off.is_some() {
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
