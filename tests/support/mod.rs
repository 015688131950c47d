//! What the tests stand on: a [`Project`] to run `strat` in, and [`Targets`](targets) to run it against.
#![allow(dead_code, unused_imports, reason = "a palette: not every test binary or stage uses every colour")]

pub mod project;
pub mod running;
pub mod server;
pub mod targets;

pub use project::{Output, Project};
pub use running::{Running, wait_for};
pub use targets::{Kind, Target};

use std::path::PathBuf;

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).canonicalize().expect("the root is a folder")
}

/// Whether the whole crash matrix is wanted (`tests/run --crash full`) and not its seeded sample.
pub fn crash_full() -> bool {
    std::env::var("STRAT_TEST_CRASH").is_ok_and(|value| value == "full")
}
