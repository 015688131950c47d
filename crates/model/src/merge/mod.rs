//! Merging: what of two sides is one, where they don't commute, and what decisions make of it.
//!
//! [`History`](crate::History) asks here whenever entries are joined: equal creations become one object, effects are held against each
//! other by resource, and what remains are conflicts, which resolutions of the merge entry answer.

mod choices;
pub(crate) mod conflict;
pub(crate) mod meet;
pub(crate) mod net;
pub(crate) mod region;
pub(crate) mod rules;
pub(crate) mod sequence;
pub(crate) mod undoing;
pub(crate) mod unify;

pub use choices::{Choice, Slot};
pub use conflict::Conflict;
pub use meet::Meeting;
pub use rules::{Answer, Aspect, Decision, Disagreement, Question, RESOLUTIONS_FROM, resolution_step};
pub use sequence::{Placed, Stuck};
