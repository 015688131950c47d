//! All integration tests, in one binary: one link, one run, one list.
//!
//! A file or folder here that is not listed below fails `tidy`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    reason = "a test that can't go on should stop where it stands"
)]

mod applying;
mod bad_input;
mod cli;
mod example;
mod git;
mod guests;
mod kill;
mod merge;
mod operation;
mod replay;
mod shapes;
mod support;
mod tamper;
mod tidy;
mod verify;
mod workflows;
