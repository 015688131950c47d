//! Holds what a plan keeps of DDL and brings back against what the vault has and the tables hold, before anything runs.

use dialect::{
    plan::{Plan, Work},
    vault::{Check, cell_demands},
};
use model::{Schema, StepRef, Value};

use super::PrepareError;
use crate::{
    data::vault::unmet,
    journal::Way,
    target::{Target, TargetError},
};

/// So many of the rows that stand in the way are named.
const NAMED: usize = 5;

/// Refuses a plan that would put something into the vault over what it still holds of the same step, or that brings back what wouldn't
/// meet what the tables ask for.
pub(super) async fn look_into_held(target: &mut Target, plan: &Plan) -> Result<(), PrepareError> {
    let found = target.facts.vault.clone().unwrap_or_default();
    let mut holds: Vec<StepRef> = found.iter().filter(|(_, held)| !held.gone).map(|(at, _)| *at).collect();
    if target.journal.position.partial.is_none() {
        for demand in &plan.demands {
            refuse_unmet(target, demand.at, &demand.check).await?;
        }
    }
    let middle = target.journal.position.partial.as_ref().map(|partial| (partial.entry, partial.way));
    // Rows that a data step makes or takes away before may settle it.
    let mut settled = false;
    for entry in &plan.entries {
        for step in &entry.steps {
            settled |= matches!(step.work, Work::Data(_));
            let Some(vaulted) = &step.vaulted else { continue };
            let at = step.at(entry.entry);
            let begun = middle.filter(|(of, _)| *of == entry.entry).map(|(_, way)| way);
            if vaulted.back {
                holds.retain(|one| *one != at);
                if begun.is_none() && !settled && found.contains_key(&at) {
                    for check in &vaulted.checks {
                        refuse_unmet(target, at, check).await?;
                    }
                }
                continue;
            }
            match begun {
                None if holds.contains(&at) => {
                    let held = found.get(&at).map(dialect::vault::Held::words).unwrap_or_default();
                    return Err(PrepareError::Holds { at, held });
                }
                // What the entry was about to bring back is in the vault yet: there is no room for what it has made since.
                Some(way) if holds.contains(&at) && way != Way::from(entry.direction) => {
                    return Err(PrepareError::CutOff(entry.entry, way));
                }
                None | Some(_) => holds.push(at),
            }
        }
    }
    Ok(())
}

/// Refuses a plan that would put cells back which its tables don't take any more. In the middle of one, the rows that are in the way are
/// named as they are come to.
pub(super) async fn look_into_cells(
    target: &mut Target,
    plan: &Plan,
    start: &Schema,
) -> Result<(), PrepareError> {
    if target.journal.position.partial.is_some() {
        return Ok(());
    }
    for demand in cell_demands(plan, start) {
        let found = unmet(target, start, &demand, NAMED + 1).await;
        if let Some((rule, keys)) = found.map_err(TargetError::vault)? {
            return Err(refusal(demand.at, &rule.why, keys));
        }
    }
    Ok(())
}

/// Where the query can't be asked yet, since a table has another name by now or isn't there, the same question stands in the plan.
async fn refuse_unmet(target: &mut Target, at: StepRef, check: &Check) -> Result<(), PrepareError> {
    let Ok(rows) = target.conn.query(&format!("{} LIMIT {}", check.sql, NAMED + 1), &[]).await else {
        return Ok(());
    };
    match rows.is_empty() {
        true => Ok(()),
        false => Err(refusal(at, &check.why, rows.iter().map(|row| shown(row)).collect())),
    }
}

fn refusal(at: StepRef, why: &str, mut rows: Vec<String>) -> PrepareError {
    if rows.len() > NAMED {
        rows.truncate(NAMED);
        rows.push("and more".to_owned());
    }
    PrepareError::Unmet { at, why: why.to_owned(), rows: rows.join(", ") }
}

fn shown(row: &[Value]) -> String {
    let one = |value: &Value| match value {
        Value::Int(n) => n.to_string(),
        Value::Text(text) | Value::Decimal(text) => text.clone(),
        other => format!("{other:?}"),
    };
    row.iter().map(one).collect::<Vec<_>>().join("/")
}
