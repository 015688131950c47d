//! The law of merging on live databases: whatever way a target comes to a merge, it ends in the same schema and the same rows.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that can't go on should stop where it stands"
)]

#[path = "../world/mod.rs"]
mod world;

mod cases;
mod fork;
mod forks;
mod law;
mod random;
mod recipe;
mod switching;
