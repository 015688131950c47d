//! Carries plans out: connects, locks, journals, applies, backfills, rolls back, recovers.
//!
//! It decides nothing that a plan could have decided, renders no SQL of its own, and never prints.
//!
//! A plan enters with the [`Target`] it was made for; what happens leaves as events, and stays as records in the
//! target's journal.
//!
//! Start reading at [`target`], then [`driver`].

pub mod url;
pub mod session;
pub mod driver;
pub mod target;

pub use target::{Target, TargetError};
pub use url::{TargetUrl, UrlError};
