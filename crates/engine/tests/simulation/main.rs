//! Whole histories at random: users draft, fork and merge; targets go up, down and across, are cut off, killed, copied and restored;
//! applications write, clocks jump, runners meet. After each event `law.rs` looks at the target that it was about.
//!
//! `STRAT_SIMULATE_SEED=N` runs one seed, `STRAT_SIMULATE_ONLY=3,7` only those of its events, `STRAT_SIMULATE_SECONDS=N` fresh seeds until
//! the time is over. A failure prints its seed, the events it takes and how to run them again. What two runners at once do hangs on the
//! machine too, so that such a failure may need a few tries.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that can't go on should stop where it stands"
)]

#[path = "../world/mod.rs"]
mod world;

#[path = "../live/merging/fork.rs"]
#[allow(dead_code, reason = "its other half is for histories that are written whole")]
mod fork;

mod budget;
mod copies;
mod drafting;
mod excuse;
mod law;
mod overtaken;
mod passes;
mod rows;
mod running;
mod site;
mod story;
mod writing;

use budget::Budget;
use world::{places::Places, with_server};

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    budget::spend(
        Budget {
            name: "sqlite",
            seeds: 0..10,
            events: 60,
            wanted: &["draft", "arrived", "cut off", "write", "merge", "restore"],
        },
        &Places::new(None),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres() {
    let test = |url| async move {
        budget::spend(
            Budget {
                name: "postgres",
                seeds: 100..103,
                events: 40,
                wanted: &["draft", "arrived", "cut off", "write", "clone"],
            },
            &Places::new(Some(url)),
        )
        .await;
    };
    with_server("STRAT_TEST_POSTGRES", "simulation", &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mariadb() {
    let test = |url| async move {
        budget::spend(
            Budget {
                name: "mariadb",
                seeds: 200..203,
                events: 40,
                wanted: &["draft", "arrived", "killed", "write"],
            },
            &Places::new(Some(url)),
        )
        .await;
    };
    with_server("STRAT_TEST_MYSQL", "simulation", &test).await;
}
