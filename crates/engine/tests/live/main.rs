//! The engine on live databases. One binary for all of it, since each takes a minute to link; what runs for long by itself, the crash
//! matrix and the simulation, has its own.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that can't go on should stop where it stands"
)]

#[path = "../world/mod.rs"]
mod world;

mod backfills;
mod equal;
mod held;
mod histories;
mod interrupted;
mod journey;
mod lossless;
mod merging;
mod vault;
