//! The crash matrix: a run is met at every call of its connection that writes, by everything that can happen there; the next run must
//! end in the schema, the rows and the receipts of one that nobody disturbed, and the one after it must find nothing to do.
//!
//! The points aren't listed anywhere: the driver tells them, and `ledger`'s disk tells its own. All of them are met on SQLite; on the
//! servers a sample, which `STRAT_SEED` picks, and all with `tests/run --crash full`. `STRAT_WAY` picks the ways with that in their name.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that can't go on should stop where it stands"
)]

#[path = "../live/merging/fork.rs"]
#[allow(dead_code, reason = "one fork is enough here")]
mod fork;
#[path = "../live/merging/forks.rs"]
#[allow(dead_code, reason = "some forks are enough here")]
mod forks;
#[path = "../world/mod.rs"]
mod world;

mod files;
mod killed;
mod scenario;
mod scenarios;
mod servers;

use std::{
    io::{Write, stderr},
    time::Instant,
};

use scenario::Scenario;
use servers::can_be_killed;
use world::{
    faults::{Met, Mode, Tally},
    places::Places,
    with_server,
};

/// So many of the points of each way are met on a server.
const SOME: usize = 10;

/// Whether nothing is left out.
fn is_full() -> bool {
    std::env::var_os("STRAT_TEST_CRASH").is_some()
}

fn seed() -> u64 {
    std::env::var("STRAT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_130)
}

/// Says what was covered, past the harness, which swallows what a passing test prints.
fn told(what: &str, table: &str) {
    println!("{what}{table}");
    let table = if is_full() { table } else { "" };
    let _ = writeln!(stderr(), "crash matrix, {what}{table}");
}

/// The ways to go.
fn ways() -> Vec<Scenario> {
    let named = std::env::var("STRAT_WAY").unwrap_or_default();
    let mut ways = scenarios::all();
    ways.retain(|way| way.name.contains(&named));
    ways
}

fn tallied(database: &str, ways: usize, tally: &Tally) {
    told(&format!("{database}: {} points of {ways} ways", tally.total()), &tally.table());
}

/// Has all scenarios met, each in a thread of its own: mostly they wait.
fn all(scenarios: &[Scenario], server: Option<&str>, met: Met, modes: &[Mode]) -> Tally {
    let one = |number: usize, scenario: &Scenario| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let places = Places::named(server.map(str::to_owned), &format!("_{number}"));
        let began = Instant::now();
        let tally = runtime.unwrap().block_on(scenario.met_everywhere(&places, met, modes));
        if is_full() {
            let seconds = began.elapsed().as_secs();
            let _ = writeln!(stderr(), "{:6} points in {seconds} s: {}", tally.total(), scenario.name);
        }
        tally
    };
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let threads = scenarios.iter().enumerate().map(|(number, s)| scope.spawn(move || one(number, s)));
        for thread in threads.collect::<Vec<_>>() {
            tally.add(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
    });
    tally
}

#[test]
fn sqlite() {
    let scenarios = ways();
    let modes = [Mode::NotDone, Mode::AnswerLost, Mode::ProcessKilled];
    let tally = all(&scenarios, None, Met::All, &modes);
    tallied("SQLite", scenarios.len(), &tally);
}

async fn server(name: &str, url: String) {
    let scenarios = ways();
    let modes = [Mode::NotDone, Mode::AnswerLost, Mode::ProcessKilled, Mode::SessionKilled];
    println!("STRAT_SEED={}", seed());
    let met = if is_full() { Met::All } else { Met::Some(SOME, seed()) };
    let mut tally = tokio::task::block_in_place(|| all(&scenarios, Some(&url), met, &modes));
    if is_full() && can_be_killed(&url) {
        // One by one: there is one server.
        for (number, scenario) in scenarios.iter().enumerate() {
            let places = Places::named(Some(url.clone()), &format!("_killed_{number}"));
            let met = Met::Some(SOME, seed());
            tally.add(scenario.met_everywhere(&places, met, &[Mode::ServerKilled]).await);
        }
    }
    tallied(name, scenarios.len(), &tally);
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres() {
    with_server("STRAT_TEST_POSTGRES", "crash", &|url| server("PostgreSQL", url)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mariadb() {
    with_server("STRAT_TEST_MYSQL", "crash", &|url| server("MariaDB", url)).await;
}
