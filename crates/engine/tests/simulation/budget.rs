//! How many seeds are run, and what is told of one that fails.

use std::{
    collections::BTreeMap,
    ops::Range,
    time::{Duration, Instant},
};

use super::{
    story::{Story, Tally},
    world::caught::caught,
    world::places::Places,
};

/// What a test runs when nobody asks for more.
pub struct Budget {
    pub name: &'static str,
    pub seeds: Range<u64>,
    pub events: usize,
    /// What has to happen at least once.
    pub wanted: &'static [&'static str],
}

/// So many seeds more are run at the most until everything that is wanted has happened.
const MORE: u64 = 20;

/// How long a failing story is made smaller.
const SHRINKING: Duration = Duration::from_secs(90);

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}={text}")))
}

/// Runs the seeds, or what the environment asks for.
pub async fn spend(budget: Budget, places: &Places) {
    let mut tally = Tally::default();
    let began = Instant::now();
    let mut seeds = 0;
    if let Some(seed) = number("STRAT_SIMULATE_SEED") {
        let only = std::env::var("STRAT_SIMULATE_ONLY").ok();
        let events: Vec<usize> = match only {
            Some(list) => list.split(',').map(|n| n.trim().parse().unwrap()).collect(),
            None => (0..budget.events).collect(),
        };
        println!("{}", tell(seed, &events, places, &mut tally).await.unwrap_or_else(|told| panic!("{told}")));
        seeds = 1;
    } else if let Some(seconds) = number("STRAT_SIMULATE_SECONDS") {
        // Any start will do that isn't always the same.
        let start = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let mut seed = start.as_micros() as u64;
        while began.elapsed().as_secs() < seconds {
            run(&budget, seed, places, &mut tally).await;
            (seed, seeds) = (seed + 1, seeds + 1);
        }
    } else {
        // Where two runners meet it hangs on the machine what becomes of an event, so that the seeds alone may not be enough.
        let more = budget.seeds.end..budget.seeds.end + MORE;
        for seed in budget.seeds.clone().chain(more) {
            if seed >= budget.seeds.end && tally.has(budget.wanted) {
                break;
            }
            run(&budget, seed, places, &mut tally).await;
            seeds += 1;
        }
        assert!(tally.has(budget.wanted), "{}: too little happened: {tally:?}", budget.name);
    }
    println!("{}: {seeds} seeds in {:.1?}: {tally}", budget.name, began.elapsed());
}

/// Runs one seed; where it fails, the fewest of its events that were found to fail are told.
async fn run(budget: &Budget, seed: u64, places: &Places, tally: &mut Tally) {
    let events: Vec<usize> = (0..budget.events).collect();
    let Err(told) = tell(seed, &events, places, tally).await else { return };
    println!("seed {seed} on {}:\n{told}\nlooking for fewer events that fail", budget.name);
    let (least, told) = shrink(seed, events, told, places).await;
    let only: Vec<String> = least.iter().map(usize::to_string).collect();
    panic!(
        "seed {seed} on {}, event by event:\n{told}\nagain: STRAT_SIMULATE_SEED={seed} STRAT_SIMULATE_ONLY={} cargo test --release \
         --test simulation {}",
        budget.name,
        only.join(","),
        budget.name
    );
}

/// What happened, an event a line; an error with what happened up to the failure.
async fn tell(seed: u64, events: &[usize], places: &Places, tally: &mut Tally) -> Result<String, String> {
    let mut story = Story::new(seed, places);
    let held = caught(story.go(events)).await;
    places.clear().await;
    if held.is_none() {
        return Err(story.told.join("\n"));
    }
    tally.add(&story.tally);
    Ok(story.told.join("\n"))
}

/// Leaves out what isn't needed for the failure: what comes behind it, then longer and shorter stretches from the end on.
async fn shrink(seed: u64, events: Vec<usize>, told: String, places: &Places) -> (Vec<usize>, String) {
    let began = Instant::now();
    let mut least = events;
    least.truncate(told.lines().filter(|line| line.starts_with('#')).count());
    let mut told = told;
    let mut length = least.len() / 2;
    while length > 0 {
        let mut end = least.len();
        while end > 0 && began.elapsed() < SHRINKING {
            let from = end.saturating_sub(length);
            let less: Vec<usize> = [&least[..from], &least[end..]].concat();
            if let Err(why) = tell(seed, &less, places, &mut Tally::default()).await {
                let happened = why.lines().filter(|line| line.starts_with('#')).count();
                (least, told) = (less, why);
                least.truncate(happened);
            }
            end = from.min(least.len());
        }
        length /= 2;
    }
    (least, told)
}

/// How often each thing happened.
pub type Counts = BTreeMap<&'static str, usize>;
