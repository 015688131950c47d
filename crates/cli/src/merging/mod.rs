//! `strat merge` in words: what is open with the choices there are, and what each side of a merge did.

mod document;
mod joined;
mod report;
mod whence;

pub use document::described;
pub use joined::Joined;
pub use report::{Asked, quoted, report};
pub use whence::Whence;
