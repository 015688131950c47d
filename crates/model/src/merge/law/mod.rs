//! The law of merging, held against random histories and against every pair of steps of a pool.
//!
//! In each history a target also goes a way at random: from stop to stop, each a set of entries that is closed under parents and folds by
//! itself. Wherever a leg ends, it must stand at what its entries fold to, with the rows that a target has which came there at once.
//!
//! A failure prints its seed and the smallest history found that still fails; `STRAT_SEED=n` runs one seed alone, `STRAT_CASES=n` more of
//! them, `STRAT_FROM=n` those from another seed on, and `STRAT_CASE=file` what a failure printed.

mod case;
mod grow;
mod kept;
mod laws;
mod pool;
mod rows;
mod settle;
mod ways;

use std::{collections::BTreeMap, thread};

use case::Case;
use laws::{Broken, Tally};

/// How many random histories are tried when nothing else is asked for; unoptimised, a tenth of the time's worth.
const CASES: u64 = if cfg!(debug_assertions) { 1_200 } else { 10_000 };

#[expect(clippy::disallowed_methods, reason = "a test is told which histories to try")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// One seed: its history, and what it breaks.
fn try_seed(seed: u64) -> (Case, Result<Tally, Broken>) {
    let (case, broken) = grow::grow(seed);
    match broken {
        Some(broken) => (case, Err(broken)),
        None => {
            let held = laws::hold(&case);
            (case, held)
        }
    }
}

/// The smallest case found that breaks the same law, to be told.
fn told(case: Case, broken: &Broken) -> String {
    let still = |case: &Case| laws::hold(case).is_err_and(|b| b.law == broken.law);
    if !still(&case) {
        return format!("{broken}\nnot shrunk:\n{}", case.text());
    }
    let small = case::shrink(Case { way: broken.way.clone(), ..case }, &still);
    let why = laws::hold(&small).err().map_or_else(|| broken.to_string(), |b| b.to_string());
    format!("{why}\n{}", small.text())
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test is told which history to try")]
fn random_histories_keep_the_law() {
    if let Ok(path) = std::env::var("STRAT_CASE") {
        let case = Case::parse(&std::fs::read_to_string(&path).expect("the file is there"));
        let held = laws::hold(&case);
        assert!(held.is_ok(), "{}", held.err().map(|b| b.to_string()).unwrap_or_default());
        return;
    }
    let seeds: Vec<u64> = match number("STRAT_SEED") {
        Some(seed) => vec![seed],
        None => {
            let from = number("STRAT_FROM").unwrap_or(0);
            (from..from + number("STRAT_CASES").unwrap_or(CASES)).collect()
        }
    };
    let many = seeds.len() > 1;
    let (tally, broken) = in_parallel(&seeds);
    let mut laws: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    broken.iter().for_each(|(seed, broken)| laws.entry(broken.law).or_default().push(*seed));
    let mut text = String::new();
    for (law, seeds) in &laws {
        let seed = seeds[0];
        let (case, held) = try_seed(seed);
        if let Err(broken) = held {
            let count = seeds.len();
            text += &format!(
                "\n== {law}: {count} seeds, such as {:?}\nseed {seed}: {}\n",
                &seeds[..count.min(40)],
                told(case, &broken)
            );
        }
    }
    assert!(text.is_empty(), "{text}\n{tally:?}");
    assert!(!many || tally.is_worth_it(seeds.len()), "{tally:?}");
}

fn in_parallel(seeds: &[u64]) -> (Tally, Vec<(u64, Broken)>) {
    let workers = 2;
    let run = |n: usize| {
        let mut tally = Tally::default();
        let mut broken = Vec::new();
        for seed in seeds.iter().skip(n).step_by(workers) {
            match try_seed(*seed).1 {
                Ok(one) => tally.add(&one),
                Err(one) => broken.push((*seed, one)),
            }
        }
        (tally, broken)
    };
    thread::scope(|scope| {
        let handles: Vec<_> = (0..workers).map(|n| scope.spawn(move || run(n))).collect();
        let mut all = (Tally::default(), Vec::new());
        for handle in handles {
            let (tally, broken) = handle.join().expect("no law panics");
            all.0.add(&tally);
            all.1.extend(broken);
        }
        all.1.sort_by_key(|(seed, _)| *seed);
        all
    })
}
