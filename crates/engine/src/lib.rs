//! Carries plans out: connects, locks, journals, applies, backfills, rolls back, recovers.
//!
//! It decides nothing that a plan could have decided, renders no SQL of its own, and never prints.
//!
//! A plan enters with the [`Target`] it was made for; what happens leaves as [`Event`]s, and stays as records in the
//! target's journal.
//!
//! Start reading at [`target`], then [`apply`], then [`journal`].

pub mod url;
pub mod session;
pub mod driver;
pub mod clock;
pub mod journal;
pub mod event;
pub mod lease;
pub mod target;
pub mod whereabouts;
pub mod control;
#[cfg(unix)]
mod compiled;
pub mod guests;
pub mod data;
pub mod backfills;
pub mod apply;
pub mod known;
pub mod prepare;
pub mod join;
pub mod preview;
pub mod gate;
pub mod audit;
pub mod replay;
pub mod author;
pub mod live;
mod fault;

pub use event::Event;
pub use known::{Known, KnownError};
pub use prepare::{
    Choices, PrepareError, Prepared, RunOptions, carry_out, prepare_down, prepare_switch, prepare_up,
};
pub use target::{Target, TargetError};
pub use url::{TargetUrl, UrlError};
