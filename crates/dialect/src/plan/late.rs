//! Values that come back behind the data steps which write the same column: those would write over them.

use model::{Lowered, ObjectId};

use super::{PlannedStep, Work};

/// Moves what brings a column back behind the last backfill of the entry that writes it.
pub(super) fn bring_back_late(steps: &mut [PlannedStep]) {
    for n in 0..steps.len() {
        let Some((column, tail)) = returning(&steps[n]) else { continue };
        let writes = |step: &PlannedStep| match &step.lowered {
            Lowered::Backfill(backfill) => backfill.write.iter().any(|written| written.id == column),
            _ => false,
        };
        let Some(last) = (n + 1..steps.len()).rev().find(|later| writes(&steps[*later])) else { continue };
        // Whatever changes the column before it is done must find it as it was.
        let touched = steps[n + 1..=last].iter().any(|step| names(step, column));
        if let (Work::Ddl(rendered), false) = (&mut steps[n].work, touched) {
            let from = rendered.statements.len() - tail;
            let late = rendered.statements.split_off(from);
            steps[last].behind.extend(late);
        }
    }
}

/// The column that a step brings back, and how many of its last statements do.
fn returning(step: &PlannedStep) -> Option<(ObjectId, usize)> {
    let tail = step.vaulted.as_ref().map_or(0, |vaulted| vaulted.tail);
    match &step.lowered {
        Lowered::AddColumn { column, .. } if tail > 0 => Some((column.id, tail)),
        _ => None,
    }
}

/// Whether a step gives a column, or its table, another name or shape.
fn names(step: &PlannedStep, of: ObjectId) -> bool {
    match &step.lowered {
        Lowered::RenameColumn { column, .. }
        | Lowered::ChangeType { column, .. }
        | Lowered::DropColumn { column, .. } => *column == of,
        Lowered::RenameTable { .. } | Lowered::Sql { .. } => true,
        _ => false,
    }
}
