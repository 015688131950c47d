//! What a step keeps, in words.

use model::{
    EntryId,
    data_step::{BatchColumn, Undo},
    lowered::Lowered as L,
};

use super::PlannedStep;

impl PlannedStep {
    /// What becomes of the values that the step overwrites or destroys, in words; nothing for other steps.
    pub fn keeping(&self, entry: EntryId) -> Option<String> {
        if let Some(vaulted) = &self.vaulted {
            return Some(vaulted.words.clone());
        }
        let of = self.at(entry).entry;
        let names = |columns: Vec<&BatchColumn>| {
            columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let (step, back) = match &self.lowered {
            L::Backfill(step) => (step, false),
            L::UndoBackfill(step) => (step, true),
            L::UndoPopulate(_) | L::UndoDerive(_) => {
                return Some("keeps in the vault what was changed in its rows".to_owned());
            }
            _ => return None,
        };
        let (kept, new): (Vec<_>, Vec<_>) = (step.kept(of).collect(), step.new_in(of).collect());
        Some(match (&step.step.undo, back) {
            (Undo::None(reason), _) => format!("keeps nothing: {reason}"),
            (Undo::Vault, true) if kept.is_empty() => {
                "puts nothing back: its columns are new in the entry".to_owned()
            }
            (Undo::Vault, true) => {
                format!("puts back from the vault, where nobody changed it since: {}", names(kept))
            }
            (Undo::Vault, false) if kept.is_empty() => {
                format!("keeps nothing: new in this entry, so that the way back drops it: {}", names(new))
            }
            (Undo::Vault, false) => format!("keeps what it overwrites in the vault: {}", names(kept)),
        })
    }
}
