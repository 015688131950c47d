//! Every scenario of `tests/scenarios/`: its SQL byte by byte, and its whole way up, down and up on every live target.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    reason = "a test that can't go on should stop where it stands"
)]

mod live;
mod rebuild;
mod refused;
mod rows;
mod scenario;
mod sql;
mod targets;
mod types;
mod world;
