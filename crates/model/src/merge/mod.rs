//! Merging: what of two sides is one, where they don't commute, and what decisions make of it.
//!
//! [`History`](crate::History) asks here whenever entries are joined: equal creations become one object, effects are held against each
//! other by resource, and what remains are conflicts, which resolutions of the merge entry answer.

mod called;
mod choices;
pub(crate) mod circle;
pub(crate) mod classes;
pub(crate) mod conflict;
mod decided;
pub(crate) mod defined;
mod dispute;
mod doing;
mod lasting;
#[cfg(test)]
mod law;
pub(crate) mod meet;
mod namesakes;
pub(crate) mod net;
mod reason;
pub(crate) mod region;
pub(crate) mod rules;
pub(crate) mod sequence;
mod sorts;
mod trying;
pub(crate) mod undoing;
pub(crate) mod unify;
mod waits;
mod words;

pub use crate::resolution::RESOLUTIONS_FROM;
pub use choices::{Choice, Slot};
pub use conflict::Conflict;
pub use lasting::{Lasting, Lasts};
pub use meet::Meeting;
pub use rules::{Answer, Aspect, Decision, Disagreement, Question};
pub use sequence::{Placed, Stuck};
pub use words::Words;
