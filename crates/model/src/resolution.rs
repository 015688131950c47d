//! Resolutions: what a merge entry decides where the sides it joins don't commute.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    column::Default,
    entry::{Entry, MAIN_DATABASE},
    id::{EntryId, ObjectId, Origin},
    literal::Literal,
    types::Type,
};

mod words;

/// The first number that resolutions have among the steps of their entry. No entry is long enough for that many steps of its own.
pub const RESOLUTIONS_FROM: u32 = 1 << 20;

/// A step of a sealed entry, or one of its resolutions. Canonical text keeps it on one line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRef {
    /// The entry.
    pub entry: EntryId,
    /// Index of the step in that entry, from 0; of a resolution its index, from [`RESOLUTIONS_FROM`].
    pub step: u32,
}

impl StepRef {
    /// The `n`-th resolution of a merge, seen as a step of it.
    pub fn of_resolution(entry: EntryId, n: usize) -> StepRef {
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        StepRef { entry, step: RESOLUTIONS_FROM.saturating_add(n) }
    }

    /// The index of the resolution that this is, unless it is a step.
    pub fn as_resolution(&self) -> Option<usize> {
        self.step.checked_sub(RESOLUTIONS_FROM).map(|n| n as usize)
    }
}

impl fmt::Display for StepRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_resolution() {
            Some(n) => write!(f, "resolution {} of entry {}", n + 1, self.entry.short()),
            None => write!(f, "step {} of entry {}", u64::from(self.step) + 1, self.entry.short()),
        }
    }
}

/// An object, named by the sealed step that created it. Canonical text keeps it on one line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectRef {
    /// The entry that created it.
    pub entry: EntryId,
    /// Index of the step in that entry, from 0.
    pub step: u32,
    /// Number of the object within the step, from 0, in the order the step names them.
    pub part: u32,
}

impl ObjectRef {
    /// The step that created it.
    pub fn creator(&self) -> StepRef {
        StepRef { entry: self.entry, step: self.step }
    }
}

impl From<ObjectRef> for ObjectId {
    fn from(object: ObjectRef) -> ObjectId {
        ObjectId { origin: Origin::Entry(object.entry), step: object.step, part: object.part }
    }
}

/// An object of the entry under construction, which no entry can speak of yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an object of an entry without an id can't be named")]
pub struct Unsealed;

impl TryFrom<ObjectId> for ObjectRef {
    type Error = Unsealed;

    fn try_from(id: ObjectId) -> Result<ObjectRef, Unsealed> {
        match id.origin {
            Origin::Entry(entry) => Ok(ObjectRef { entry, step: id.step, part: id.part }),
            Origin::New => Err(Unsealed),
        }
    }
}

/// Which of two objects that are made one gives its definition.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Prefer {
    /// The first.
    A,
    /// The second.
    B,
}

/// A facet of an object and the value that a merge gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Setting {
    /// The type of a column.
    Type(Type),
    /// Whether a column may be NULL.
    Nullable(bool),
    /// What a column gets when an insert doesn't name it; nothing when `None`.
    Default(Option<Default>),
    /// What a row gets in a column that its entry didn't know.
    Initial(Literal),
    /// What is said about an object; nothing when `None`.
    Comment(Option<String>),
}

/// One decision of a merge: a step of its entry that speaks of steps and objects of the entries it follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Resolution {
    /// One step counts, the others have no effect.
    Keep {
        /// The step that counts.
        step: StepRef,
        /// The steps without effect: ascending, without repetition, at least one.
        over: Vec<StepRef>,
    },
    /// Two objects are one.
    Same {
        /// One of them.
        a: ObjectRef,
        /// The other.
        b: ObjectRef,
        /// Whose definition counts where they differ.
        prefer: Prefer,
    },
    /// An object bears another name, so that both of two namesakes stay.
    Rename {
        /// The object.
        object: ObjectRef,
        /// Its name from here on.
        to: String,
    },
    /// A facet gets the value that neither side chose, or one of them.
    Set {
        /// The object.
        object: ObjectRef,
        /// Facet and value.
        to: Setting,
    },
    /// Two steps count in this order.
    Order {
        /// The step that comes first.
        first: StepRef,
        /// The step that comes after it.
        then: StepRef,
    },
}

impl Resolution {
    /// The step that counts over others, which are brought into the order that an entry states them in.
    pub fn keep(step: StepRef, over: impl IntoIterator<Item = StepRef>) -> Resolution {
        let over: BTreeSet<StepRef> = over.into_iter().collect();
        Resolution::Keep { step, over: over.into_iter().collect() }
    }

    /// The steps and resolutions it speaks of.
    pub fn steps(&self) -> Vec<StepRef> {
        match self {
            Resolution::Keep { step, over } => [&[*step], over.as_slice()].concat(),
            Resolution::Order { first, then } => vec![*first, *then],
            Resolution::Same { .. } | Resolution::Rename { .. } | Resolution::Set { .. } => Vec::new(),
        }
    }

    /// The objects it speaks of.
    pub fn objects(&self) -> Vec<ObjectRef> {
        match self {
            Resolution::Keep { .. } | Resolution::Order { .. } => Vec::new(),
            Resolution::Same { a, b, prefer: _ } => vec![*a, *b],
            Resolution::Rename { object, to: _ } | Resolution::Set { object, to: _ } => vec![*object],
        }
    }

    /// Checks what it says by itself, whatever its entry follows.
    fn check(&self) -> Result<(), Unresolving> {
        match self {
            Resolution::Keep { over, .. } if over.is_empty() => Err(Unresolving::OverNothing),
            Resolution::Keep { step, over } if over.contains(step) => Err(Unresolving::Itself("Keep")),
            Resolution::Keep { over, .. } => match over.windows(2).find(|pair| pair[0] >= pair[1]) {
                Some(pair) => Err(Unresolving::OverOrder { first: pair[0], second: pair[1] }),
                None => Ok(()),
            },
            Resolution::Same { a, b, .. } if a == b => Err(Unresolving::Itself("Same")),
            Resolution::Order { first, then } if first == then => Err(Unresolving::Itself("Order")),
            Resolution::Rename { to, .. } if to.is_empty() || to.chars().any(char::is_control) => {
                Err(Unresolving::NoName)
            }
            Resolution::Same { .. }
            | Resolution::Rename { .. }
            | Resolution::Set { .. }
            | Resolution::Order { .. } => Ok(()),
        }
    }
}

/// What is wrong with one resolution.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unresolving {
    /// A `Keep` that keeps a step over none.
    #[error("`Keep` names no step in `over`: name those that are to have no effect, or take it out")]
    OverNothing,
    /// The steps of an `over` aren't a sorted set.
    #[error("`over` is not a sorted set: step {} of {} follows step {} of {}", .second.step, .second.entry, .first.step, .first.entry)]
    OverOrder {
        /// A step.
        first: StepRef,
        /// The one behind it, which isn't greater.
        second: StepRef,
    },
    /// A step or object is held against itself.
    #[error("`{0}` names one thing twice: name the other one")]
    Itself(&'static str),
    /// A `Rename` to what is no name.
    #[error("`Rename` gives no name of one line: give the name the object is to bear")]
    NoName,
    /// An entry that the merge doesn't follow.
    #[error("{entry} is none of the entries that this one follows: a merge decides about those alone")]
    Stranger {
        /// The entry.
        entry: EntryId,
    },
    /// A step or resolution beyond the last of its entry.
    #[error(
        "step {} of {} isn't there: its steps are {steps}, from 0, and its resolutions {resolutions}, from {RESOLUTIONS_FROM}",
        .step.step,
        .step.entry
    )]
    NoStep {
        /// The step.
        step: StepRef,
        /// How many steps the entry has.
        steps: usize,
        /// How many resolutions it has.
        resolutions: usize,
    },
}

/// Why an entry may not hold the resolutions it holds.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ResolutionError {
    /// Resolutions on an entry that joins nothing.
    #[error("it has resolutions and fewer than two parents: only a merge decides between sides")]
    NoMerge,
    /// A merge that names one database.
    #[error(
        "it joins several entries and names the database `{0}`: a merge speaks of all databases and names none"
    )]
    Database(String),
    /// Databases of steps that aren't a merge's, or not one for each step.
    #[error(
        "it names {named} databases for {steps} steps: only a merge names any, one for each step, and only where not all are `main`"
    )]
    Databases {
        /// How many databases it names.
        named: usize,
        /// How many steps it has.
        steps: usize,
    },
    /// One of them is wrong.
    #[error("resolution {number}: {problem}")]
    At {
        /// Which one, from 1.
        number: usize,
        /// What is wrong with it.
        problem: Unresolving,
    },
}

impl Entry {
    /// Checks what sets merges apart from other entries, as far as it can be judged without the entries they follow.
    ///
    /// # Errors
    /// When a merge names a database, or not one for each step, another entry has resolutions, or a resolution says nothing; the error
    /// gives its number.
    pub fn check_merge(&self) -> Result<(), ResolutionError> {
        let joins = self.parents.len() > 1;
        if joins && self.database != MAIN_DATABASE {
            return Err(ResolutionError::Database(self.database.clone()));
        }
        if !joins && !self.resolutions.is_empty() {
            return Err(ResolutionError::NoMerge);
        }
        let (named, steps) = (self.databases.len(), self.steps.len());
        let of_a_merge = joins && named == steps && self.databases.iter().any(|name| name != MAIN_DATABASE);
        if named > 0 && !of_a_merge {
            return Err(ResolutionError::Databases { named, steps });
        }
        let checked = |(at, resolution): (usize, &Resolution)| {
            resolution.check().map_err(|problem| ResolutionError::At { number: at + 1, problem })
        };
        self.resolutions.iter().enumerate().try_for_each(checked)
    }

    /// Checks its resolutions: their form, and that what they speak of is part of what the entry follows.
    ///
    /// `followed` gives an entry that this one follows, near or far, and nothing for any other.
    ///
    /// # Errors
    /// When one of them is wrong; the error gives its number and the entry or step that it names.
    pub fn check_resolutions<'a>(
        &self,
        followed: &dyn Fn(EntryId) -> Option<&'a Entry>,
    ) -> Result<(), ResolutionError> {
        self.check_merge()?;
        for (at, resolution) in self.resolutions.iter().enumerate() {
            let steps = resolution.steps().into_iter().map(|step| there(step, true, followed));
            let made =
                resolution.objects().into_iter().map(|object| there(object.creator(), false, followed));
            if let Some(Err(problem)) = steps.chain(made).find(Result::is_err) {
                return Err(ResolutionError::At { number: at + 1, problem });
            }
        }
        Ok(())
    }
}

/// Checks that a step is one of what is followed; only an object isn't made by a resolution.
fn there<'a>(
    step: StepRef,
    decides: bool,
    followed: &dyn Fn(EntryId) -> Option<&'a Entry>,
) -> Result<(), Unresolving> {
    let Some(entry) = followed(step.entry) else {
        return Err(Unresolving::Stranger { entry: step.entry });
    };
    let (steps, resolutions) = (entry.steps.len(), entry.resolutions.len());
    match step.as_resolution() {
        Some(n) if decides && n < resolutions => Ok(()),
        None if (step.step as usize) < steps => Ok(()),
        Some(_) | None => Err(Unresolving::NoStep { step, steps, resolutions }),
    }
}

#[cfg(test)]
mod tests;
