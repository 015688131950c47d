//! Makes the entry that joins heads, with what it decides between them and steps of its own.

use std::collections::BTreeMap;

use dialect::Dialect;
use ledger::Source;
use model::{
    CanonicalError, Class, DigestError, Entry, Fault, FoldError, Schema, Segment, State, Step, StepRef,
    entry::{FORMAT, MAIN_DATABASE},
    history::Joining,
    merge::Words,
};

use super::{
    agenda::Agenda,
    passable::{Breach, PassableError, breaches},
    seal::{AuthorError, Listed, Sealed, Sealing, seal_steps},
};
use crate::known::Known;

/// What is joined, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Merging<'a> {
    /// The ledger's UUID.
    pub ledger: &'a str,
    /// The branch label that the merge carries.
    pub branch: &'a str,
    /// What it is for.
    pub message: &'a str,
    /// `Name <mail>`.
    pub author: &'a str,
    /// RFC 3339 in UTC.
    pub authored_at: &'a str,
}

/// The steps of a merge's own, which stand in its draft.
pub struct Own<'a> {
    /// The draft.
    pub source: &'a Source,
    /// Its steps, which see what the resolutions made; `main`'s first, then those of other databases by name.
    pub steps: Vec<(String, Vec<Step>)>,
    /// Hazards that its author accepts.
    pub accept: Vec<String>,
    /// Where it stands.
    pub sealing: Sealing<'a>,
}

/// Why heads can't be joined as was decided.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// Something is still to be decided.
    #[error("a merge whose conflicts are not all resolved can't be recorded: {} open", .0.iter().map(usize::to_string).collect::<Vec<_>>().join(", "))]
    Open(Vec<usize>),
    /// Steps need what was given up.
    #[error("{}", .steps.join("; "))]
    Dangling {
        /// Each in words.
        steps: Vec<String>,
    },
    /// The decided orders contradict each other.
    #[error("the decided orders go in a circle: {}", .orders.join(", "))]
    Circle {
        /// The orders on the circle, in words.
        orders: Vec<String>,
    },
    /// A step doesn't fit what all the others lead to.
    #[error("“{title}” (step {} of {}) doesn't fit what it is joined with: {cause}", .step.step + 1, .step.entry.short())]
    Meeting {
        /// The step.
        step: StepRef,
        /// What it does.
        title: String,
        /// What is wrong.
        cause: String,
    },
    /// A resolution can't be carried out.
    #[error("resolution {number} can't be carried out: {cause}")]
    Resolution {
        /// Which one, from 1.
        number: usize,
        /// What is wrong.
        cause: String,
    },
    /// Databases can't come to it.
    #[error("databases can't come to this merge: {}", .0.join("; "))]
    Impassable(Vec<String>),
    /// It can't be put behind the others.
    #[error(transparent)]
    Passable(#[from] PassableError),
    /// The history can't be folded.
    #[error(transparent)]
    Fold(FoldError),
    /// The merge's own steps can't be sealed.
    #[error(transparent)]
    Author(#[from] AuthorError),
}

impl Fault for MergeError {
    fn class(&self) -> Class {
        match self {
            MergeError::Open(_)
            | MergeError::Dangling { .. }
            | MergeError::Circle { .. }
            | MergeError::Meeting { .. }
            | MergeError::Impassable(_) => Class::Decide,
            MergeError::Passable(_) => Class::Bug,
            MergeError::Resolution { .. } => Class::Input,
            MergeError::Fold(cause) => cause.class(),
            MergeError::Author(cause) => cause.class(),
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            MergeError::Open(_) => Some("`strat merge` names each with its choices".to_owned()),
            MergeError::Dangling { .. } => Some(
                "put the steps that need it into the `over` of that `Keep` as well, or make the two objects one with `Same`"
                    .to_owned(),
            ),
            MergeError::Circle { .. } => Some("turn one of the orders around, or take it out".to_owned()),
            MergeError::Meeting { .. } => Some(
                "`Keep` another step over it, or prepare the ground on one side before the merge".to_owned(),
            ),
            MergeError::Impassable(_) => Some(
                "decide for another step, or change what stands in its way on one side before the merge".to_owned(),
            ),
            MergeError::Resolution { .. } | MergeError::Passable(_) => None,
            MergeError::Fold(cause) => cause.hint(),
            MergeError::Author(cause) => cause.hint(),
        }
    }
}

/// Joins the heads as the agenda says, then takes the merge's own steps.
///
/// # Errors
/// When something is open, what was decided leads to no schema, or a step of the merge's own can't be sealed.
pub fn merge(
    known: &Known,
    dialects: &[&'static dyn Dialect],
    agenda: &Agenda<'_>,
    merging: &Merging<'_>,
    own: Option<Own<'_>>,
) -> Result<Sealed, MergeError> {
    let open: Vec<usize> = agenda.open().map(|point| point.number).collect();
    if !open.is_empty() {
        return Err(MergeError::Open(open));
    }
    let resolutions = agenda.decided();
    let joining = agenda.joining;
    let mut state = joining.state(&resolutions).map_err(|error| told(joining, error))?;
    let mut accept = Vec::new();
    let mut sealed = Work::default();
    if let Some(own) = own {
        let mut databases = state.to_databases();
        sealed = own.seal(&mut databases)?;
        state = State::of(&databases);
        accept = own.accept;
    }
    let mut parents = joining.heads().to_vec();
    parents.sort_unstable();
    let entry = Entry {
        format: FORMAT,
        ledger: merging.ledger.to_owned(),
        parents,
        branch: merging.branch.to_owned(),
        database: MAIN_DATABASE.to_owned(),
        message: merging.message.to_owned(),
        author: merging.author.to_owned(),
        authored_at: merging.authored_at.to_owned(),
        // The draft goes when its merge is recorded.
        draft: String::new(),
        accept,
        resolutions,
        steps: sealed.steps,
        databases: sealed.databases,
        schema: state.digest().map_err(unwritable)?,
    };
    let words = joining.words(("ours", "theirs"));
    let breaches: Vec<String> =
        breaches(known, &entry, dialects)?.iter().map(|breach| said(&words, breach)).collect();
    if !breaches.is_empty() {
        return Err(MergeError::Impassable(breaches));
    }
    let Work { blobs, hazards, notes, titles, .. } = sealed;
    Ok(Sealed { entry, blobs, hazards, notes, titles })
}

fn unwritable(error: DigestError) -> AuthorError {
    CanonicalError::Other(error.to_string()).into()
}

fn said(words: &Words<'_>, breach: &Breach) -> String {
    let Breach { dialect, from, at, cause } = breach;
    let on = if dialect.is_empty() { String::new() } else { format!(" on {dialect}") };
    let (title, step) = (words.step_title(*at), at.step + 1);
    format!(
        "from {}{on}, “{title}” (step {step} of {}) can't be done: {cause}",
        from.short(),
        at.entry.short()
    )
}

impl Own<'_> {
    /// Seals the steps of each database, and moves the databases on by them.
    fn seal(&self, databases: &mut BTreeMap<String, Schema>) -> Result<Work, AuthorError> {
        let mut sealed = Work::default();
        for (database, steps) in &self.steps {
            let mut listed = Listed { from: sealed.steps.len(), ..Listed::whole(steps.clone()) };
            if database != MAIN_DATABASE {
                listed.at = vec![Segment::Field("elsewhere"), Segment::Key(database.clone())];
            }
            let schema = databases.get(database).cloned().unwrap_or_default();
            let made = seal_steps(self.source, &self.sealing, schema, listed, &self.accept)?;
            sealed.databases.extend(made.steps.iter().map(|_| database.clone()));
            sealed.steps.extend(made.steps);
            sealed.blobs.extend(made.blobs);
            sealed.hazards.extend(made.hazards);
            sealed.notes.extend(made.notes);
            sealed.titles.extend(made.titles);
            databases.insert(database.clone(), made.schema);
        }
        if sealed.databases.iter().all(|database| database == MAIN_DATABASE) {
            sealed.databases.clear();
        }
        Ok(sealed)
    }
}

#[derive(Default)]
struct Work {
    steps: Vec<Step>,
    databases: Vec<String>,
    blobs: BTreeMap<model::Digest, Vec<u8>>,
    hazards: Vec<(usize, dialect::hazard::Hazard)>,
    notes: Vec<(usize, dialect::hazard::Hazard)>,
    titles: Vec<String>,
}

/// Why it can't be joined, with steps said as what they do.
fn told(joining: &Joining<'_>, error: FoldError) -> MergeError {
    let words = joining.words(("ours", "theirs"));
    match error {
        FoldError::Dangling { void, user, .. } => {
            MergeError::Dangling { steps: vec![words.dangling(void, user)] }
        }
        FoldError::Circle { orders, .. } => {
            let said = |at: &StepRef| {
                format!("“{}” (step {} of {})", words.step_title(*at), at.step + 1, at.entry.short())
            };
            let order = |(first, then): &(StepRef, StepRef)| format!("{} before {}", said(first), said(then));
            MergeError::Circle { orders: orders.iter().map(order).collect() }
        }
        FoldError::Meeting { entry, step, cause, .. } => {
            let step = StepRef { entry, step };
            MergeError::Meeting { step, title: words.step_title(step), cause: cause.to_string() }
        }
        FoldError::Step { entry, step, cause } => {
            match (StepRef { entry, step }).as_resolution().filter(|_| !joining.heads().contains(&entry)) {
                Some(n) => MergeError::Resolution { number: n + 1, cause: cause.to_string() },
                None => MergeError::Fold(FoldError::Step { entry, step, cause }),
            }
        }
        other @ (FoldError::Conflict { .. }
        | FoldError::Digest { .. }
        | FoldError::Unknown(_)
        | FoldError::TooMany(_)) => MergeError::Fold(other),
    }
}
