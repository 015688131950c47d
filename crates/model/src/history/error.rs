//! Why a history can't be folded.

use crate::{
    digest::DigestError,
    fault::{Class, Fault},
    id::EntryId,
    merge::{Conflict, Disagreement},
    problem::EvolveError,
    resolution::StepRef,
    state::StepError,
};

/// Why a history can't be folded.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FoldError {
    /// A step that doesn't fit the state at its entry's parents.
    #[error("{}: {cause}", StepRef { entry: *.entry, step: *.step })]
    Step {
        /// The entry.
        entry: EntryId,
        /// Index of the step, from 0.
        step: u32,
        /// What is wrong.
        #[source]
        cause: Box<StepError>,
    },
    /// Steps on two sides that don't commute meet without a merge that says which counts.
    #[error("{}", told(.conflicts, .disagreements))]
    Conflict {
        /// The entry that follows both sides; none when several heads were asked for.
        at: Option<EntryId>,
        /// What clashes.
        conflicts: Vec<Conflict>,
        /// Questions that merges on different sides decided differently.
        disagreements: Vec<Disagreement>,
    },
    /// A step uses what a step that a merge made void would have made.
    #[error("{user} uses what {void} would have made, which is void")]
    Dangling {
        /// The merge; none when several heads were asked for.
        at: Option<EntryId>,
        /// The step without effect.
        void: StepRef,
        /// A step that needs it.
        user: StepRef,
    },
    /// The orders that merges decided contradict each other or the ancestry of entries.
    #[error("{}", circle(.orders))]
    Circle {
        /// The merge; none when several heads were asked for.
        at: Option<EntryId>,
        /// The orders on the circle, each with the step that was to come first.
        orders: Vec<(StepRef, StepRef)>,
    },
    /// A step of one side doesn't fit the state the other side has led to.
    #[error("{} doesn't fit what it is joined with: {cause}", StepRef { entry: *.entry, step: *.step })]
    Meeting {
        /// The entry that follows both sides; none when several heads were asked for.
        at: Option<EntryId>,
        /// The entry.
        entry: EntryId,
        /// Index of the step, from 0.
        step: u32,
        /// What is wrong.
        #[source]
        cause: Box<EvolveError>,
    },
    /// The schema after an entry has no digest.
    #[error("after entry {}: {cause}", .entry.short())]
    Digest {
        /// The entry.
        entry: EntryId,
        /// What is wrong.
        #[source]
        cause: DigestError,
    },
    /// More heads than can be joined at once.
    #[error("{0} heads at once are more than the {max} that can be joined", max = crate::entry::MAX_PARENTS)]
    TooMany(usize),
    /// An entry was asked for that isn't in the history.
    #[error("there is no entry {}", .0.short())]
    Unknown(EntryId),
}

fn circle(orders: &[(StepRef, StepRef)]) -> String {
    let each = orders.iter().map(|(first, then)| format!("{first} before {then}"));
    format!("decided orders go in a circle: {}", each.collect::<Vec<_>>().join(", "))
}

fn told(conflicts: &[Conflict], disagreements: &[Disagreement]) -> String {
    let first = match (conflicts, disagreements) {
        ([first, ..], _) => first.to_string(),
        ([], [first, ..]) => {
            let (a, b) = (first.ours.by.entry.short(), first.theirs.by.entry.short());
            format!("merges {a} and {b} decided one question differently")
        }
        ([], []) => String::new(),
    };
    match conflicts.len() + disagreements.len() {
        0 | 1 => first,
        many => format!("{first}, and {} more conflicts", many - 1),
    }
}

impl Fault for FoldError {
    fn class(&self) -> Class {
        match self {
            FoldError::Conflict { .. }
            | FoldError::Meeting { .. }
            | FoldError::Dangling { .. }
            | FoldError::Circle { .. } => Class::Decide,
            FoldError::Step { .. } | FoldError::Digest { .. } => Class::Integrity,
            FoldError::Unknown(_) => Class::Input,
            FoldError::TooMany(_) => Class::Decide,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            FoldError::Conflict { .. } | FoldError::Meeting { .. } => {
                Some("`strat merge` names every conflict and the choices there are".to_owned())
            }
            FoldError::Dangling { .. } | FoldError::Circle { .. } => {
                Some("`strat merge` names the steps and what can be decided".to_owned())
            }
            FoldError::Step { .. } | FoldError::Digest { .. } => {
                Some("`strat verify` names every broken file of the ledger".to_owned())
            }
            FoldError::Unknown(_) => None,
            FoldError::TooMany(_) => Some("`strat merge` joins some of them first".to_owned()),
        }
    }
}
