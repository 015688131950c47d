//! `strat merge` in words: what is open with the choices there are, its draft, and what each side of a merge did.

mod ask;
mod document;
mod file;
mod joined;
mod meeting;
mod report;
mod whence;

pub use file::MergeFile;
pub use meeting::Meeting;
pub use report::quoted;
