//! Why there is no plan.

use dialect::{Difference, plan::PlanError};
use model::{
    Class, EntryId, EvolveError, Fault, Irreversible, StepRef, digest::DigestError, history::FoldError,
    route::RouteError,
};

use crate::{journal::Way, target::TargetError};

/// Why there is no plan. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The target can't be looked at.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The history can't be folded, or its heads clash.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// A schema has no digest.
    #[error(transparent)]
    Digest(#[from] DigestError),
    /// A step doesn't fit.
    #[error(transparent)]
    Evolve(#[from] EvolveError),
    /// A step can't be rendered for this database.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The target has applied an entry that the ledger doesn't have.
    #[error("the target has applied entry {}, which isn't in this ledger", .0.short())]
    Stranger(EntryId),
    /// The revision isn't applied, so that there is no way down to it.
    #[error("entry {} isn't applied, so there is no way down to it", .0.short())]
    NotApplied(EntryId),
    /// A step has no way back.
    #[error("step {} of entry {} ({message}) has no way back: {cause}", .step + 1, .entry.short())]
    Irreversible {
        /// The entry.
        entry: EntryId,
        /// Its message.
        message: String,
        /// The step, from 0.
        step: u32,
        /// Why.
        cause: Irreversible,
    },
    /// The live schema isn't what the journal says, where the plan wants to work.
    #[error("the database has drifted from what was applied:\n{}", list(.0))]
    Drift(Vec<Difference>),
    /// There is no way that undoes and does again what a merge decided about.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// What a backfill overwrote was kept as another type than its column has.
    #[error(
        "{at} can't be undone: what it overwrote in `{column}` of `{table}` was kept as {kept}, and the column has another type by then, which some of it doesn't fit"
    )]
    Misfit {
        /// The step.
        at: StepRef,
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The type it was kept as.
        kept: String,
    },
    /// The vault still holds something of a step that is about to put more there.
    #[error("the vault still holds what {at} destroyed an earlier time: {held}")]
    Holds {
        /// The step.
        at: StepRef,
        /// What.
        held: String,
    },
    /// What comes back doesn't meet what its table asks for.
    #[error("what {at} is to bring back from the vault can't all come back: {why}: {rows}")]
    Unmet {
        /// The step.
        at: StepRef,
        /// What is wrong.
        why: String,
        /// The rows, as people read them.
        rows: String,
    },
    /// An entry was cut off on its way; it must be finished first.
    #[error("entry {} was cut off on its way {}", .0.short(), .1.word())]
    CutOff(EntryId, Way),
    /// An entry was cut off that this plan does with other statements than the run which began it.
    #[error(
        "entry {} was cut off on its way {} by a run that had planned it otherwise, so that this plan can't go on with it", .0.short(), .1.word()
    )]
    Otherwise(EntryId, Way),
    /// No way was found.
    #[error("there is no way from where the target stands to there")]
    NoWay,
}

/// Differences as lines.
pub(crate) fn list(differences: &[Difference]) -> String {
    let line = |d: &Difference| {
        let say = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        format!("  {}: expected {}, found {}", d.object, say(&d.expected), say(&d.found))
    };
    differences.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl Fault for PrepareError {
    fn class(&self) -> Class {
        match self {
            PrepareError::Target(cause) => cause.class(),
            PrepareError::Fold(cause) => cause.class(),
            PrepareError::Route(cause) => cause.class(),
            PrepareError::Digest(_) | PrepareError::Evolve(_) | PrepareError::NoWay => Class::Bug,
            PrepareError::Plan(_) | PrepareError::NotApplied(_) | PrepareError::Stranger(_) => Class::Input,
            PrepareError::Irreversible { .. }
            | PrepareError::Misfit { .. }
            | PrepareError::Holds { .. }
            | PrepareError::Unmet { .. }
            | PrepareError::Drift(_) => Class::Drift,
            PrepareError::CutOff(..) | PrepareError::Otherwise(..) => Class::Pending,
        }
    }
    fn hint(&self) -> Option<String> {
        Some(match self {
            PrepareError::Target(cause) => return cause.hint(),
            PrepareError::Fold(cause) => return cause.hint(),
            PrepareError::Route(cause) => return cause.hint(),
            PrepareError::Digest(_) | PrepareError::Evolve(_) | PrepareError::NoWay => return None,
            PrepareError::Plan(_) => "write the step so that this database can do it, or leave it to a `Sql` step".to_owned(),
            PrepareError::Stranger(_) => "`strat status` tells where it may be: pull it, or have git bring it back; the target keeps a copy of every entry it applied".to_owned(),
            PrepareError::NotApplied(_) => "`strat status` shows where the target stands".to_owned(),
            PrepareError::Irreversible { .. } | PrepareError::Misfit { .. } => {
                "write a new entry that does what is wanted instead of going back".to_owned()
            }
            PrepareError::Holds { .. } => {
                "`strat vault show` tells what it is; when nobody needs it any more, `strat vault purge` removes it".to_owned()
            }
            PrepareError::Unmet { .. } => {
                "take those rows away or give the tables what is missing, then run it again; nothing was done".to_owned()
            }
            PrepareError::Drift(_) => {
                "somebody changed the database by hand; undo that, or write a draft for it, then run strat again".to_owned()
            }
            PrepareError::Otherwise(..) => {
                "run again what began it, by the same command and to the same revision; nothing was done".to_owned()
            }
            PrepareError::CutOff(_, way) => format!("`strat {}` finishes it", way.word()),
        })
    }
}
