//! Which steps of a plan keep what they destroy, and which bring it back: decided by the step, the schemas around it and what the vault
//! holds, so that the plan shows it before anything runs.

use std::collections::BTreeMap;

use model::{EntryId, Lowered, StepRef};

use super::{
    back::{Back, Brought, fits},
    held::Held,
    keep::{Loss, keep, loss},
};
use crate::{
    Around, Dialect, Facts, RenderError, Rendered,
    hazard::{Hazard, gone_before},
};

/// A query for the rows that stand in the way of what comes back. It can be asked before the plan, as long as tables have the names by
/// then that they have now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The query.
    pub sql: String,
    /// What is wrong with its rows.
    pub why: String,
}

/// What a step does with the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vaulted {
    /// In words.
    pub words: String,
    /// What comes back, rather than goes in.
    pub back: bool,
    /// What must hold before anything comes back.
    pub checks: Vec<Check>,
    /// How many of its last statements may as well come behind a later step.
    pub(crate) tail: usize,
}

/// One step as the plan comes to it.
pub(crate) struct Woven<'a> {
    /// The step that it is, or takes back.
    pub at: StepRef,
    /// The planned entry.
    pub entry: EntryId,
    pub step: &'a Lowered,
    pub around: Around<'a>,
    pub facts: &'a Facts,
    pub dialect: &'a dyn Dialect,
    /// Whether it takes a step back.
    pub undone: bool,
}

impl Woven<'_> {
    /// Puts what the vault does into the step's statements and takes out of its hazards what it keeps from being lost.
    pub fn weave(
        &self,
        rendered: &mut Rendered,
        hazards: &mut Vec<Hazard>,
        vault: &mut BTreeMap<StepRef, Held>,
    ) -> Result<Option<Vaulted>, RenderError> {
        match loss(self.step, self.around.before) {
            Loss::None if matches!(self.step, Lowered::DropColumn { .. }) => {
                // Its values are computed, and will be again.
                hazards.retain(|hazard| hazard.code != "H101");
            }
            Loss::None => {}
            Loss::Lost(why) => {
                let lost = hazards.iter_mut().filter(|hazard| hazard.code == "H101");
                lost.for_each(|hazard| hazard.message.push_str(&format!(": {why}")));
                return Ok(None);
            }
            Loss::Kept(held)
                if vault
                    .get(&self.at)
                    .is_none_or(|one| !fits(one, self.step, self.around.before, self.undone)) =>
            {
                hazards.retain(|hazard| hazard.code != "H101");
                let around = (self.around, self.facts);
                keep(rendered, (self.at, &held), self.step, around, self.dialect)?;
                let words = format!("keeps in the vault: {}", held.words());
                vault.insert(self.at, held);
                return Ok(Some(Vaulted { words, back: false, checks: Vec::new(), tail: 0 }));
            }
            Loss::Kept(_) => {}
        }
        let Some(held) =
            vault.get(&self.at).filter(|held| fits(held, self.step, self.around.before, self.undone))
        else {
            return Ok(None);
        };
        let back = Back { at: self.at, held, by: self.entry, dialect: self.dialect };
        let Brought { rendered: with, tail, checks } =
            back.bring(self.step, std::mem::take(rendered), self.around, self.facts)?;
        *rendered = with;
        // It may not have a value for rows, but the vault has.
        hazards.retain(|hazard| hazard.code != "H102");
        // What was written since goes through a type that it may not survive, and the vault holds one thing of a step.
        for lossy in hazards.iter_mut().filter(|hazard| hazard.code == "H101") {
            lossy.message.push_str(" that were written since: the vault holds those from before");
        }
        let words = format!("brings back from the vault: {}", held.words());
        vault.remove(&self.at);
        Ok(Some(Vaulted { words, back: true, checks, tail }))
    }

    /// What it doesn't bring back although it takes a step back.
    pub fn not_back(&self) -> Option<Hazard> {
        let drops = matches!(
            self.step,
            Lowered::CreateTable(_) | Lowered::AddColumn { .. } | Lowered::ChangeType { .. }
        );
        if self.undone && drops { gone_before(self.step, self.around.before, &[]) } else { None }
    }
}
