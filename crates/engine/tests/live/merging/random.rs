//! Random histories: a base with rows, two branches, a merge decided at random, and every way a target may come to it.
//!
//! `STRAT_SEED=N` runs one seed. A failure prints its seed and the smallest fork found that still fails, which `STRAT_CASE=file` runs.

use model::{ConstraintKind, EntryId, Key, Schema, Step, Type, random::Random};
use stratigraph_engine::Known;

use super::{
    fork::{Fork, merge},
    law::{Came, Rows, come, some_ways, ways},
    recipe::{Recipe, decided, put, schema_at},
};
use crate::world::{World, caught::caught, picture::Picture, places::Places, with_servers_at_once};

fn grow(world: &World, random: &mut Random, from: &[EntryId], count: usize, stem: &str) -> Grown {
    let mut grown = Grown::default();
    for _ in 0..count * 3 {
        if grown.entries.len() == count {
            break;
        }
        let at = grown.entries.last().map_or(from, std::slice::from_ref).to_vec();
        let schema = schema_at(world, &at);
        let step = random.step(&schema);
        // The rows are made so that every column that must be there has a value, and that keys tell them apart: keep it so.
        if matches!(step, Step::DropConstraint(_) | Step::AddPrimaryKey(_)) || is_particular(&step, &schema) {
            continue;
        }
        if let Some(entry) = put(world, &at, &step, &format!("{stem}{}", grown.entries.len())) {
            grown.entries.push(entry);
            grown.steps.push(step);
        }
    }
    grown
}

/// Entries one behind the other, and the step of each.
#[derive(Default)]
struct Grown {
    entries: Vec<EntryId>,
    steps: Vec<Step>,
}

/// So many histories are walked on each server.
const SLOW: usize = 4;

/// Whether not every database can do it.
fn is_particular(step: &Step, schema: &Schema) -> bool {
    match step {
        Step::CreateIndex(step) => {
            let plain = |key: &Key| matches!(key, Key::Column(_));
            step.index.only.is_some() || !step.index.on.iter().all(plain)
        }
        // Most rows are in the way of these.
        Step::ChangeType(step) if matches!(step.to, Type::Enum(_) | Type::Json) => true,
        // MariaDB changes no type under a foreign key.
        Step::ChangeType(step) => {
            let table = schema.table_named(&step.table).map(|t| t.id);
            schema.tables().any(|from| {
                from.constraints.iter().any(|c| match &c.kind {
                    ConstraintKind::ForeignKey(key) => {
                        Some(from.id) == table || Some(key.references) == table
                    }
                    ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Check(_) => {
                        false
                    }
                })
            })
        }
        _ => false,
    }
}

/// A random fork whose merge could be decided.
fn recipe(random: &mut Random) -> Option<Recipe> {
    let world = World::repeatable();
    let base = grow(&world, random, &[], 9, "base");
    let root = *base.entries.last()?;
    let a = grow(&world, random, &[root], 3, "a");
    let b = grow(&world, random, &[root], 3, "b");
    let heads = [*a.entries.last()?, *b.entries.last()?];
    let known = Known::load(&world.ledger).unwrap();
    let mut picks = Vec::new();
    let resolutions = decided(&known, heads, |count| {
        let pick = random.pick(&(0..count).collect::<Vec<_>>()).copied();
        picks.extend(pick);
        pick
    })?;
    let merge = merge(&world, heads, &resolutions)?;
    let after = grow(&world, random, &[merge], 1, "after");
    Some(Recipe { base: base.steps, a: a.steps, b: b.steps, after: after.steps, picks })
}

#[derive(Debug, Default)]
struct Count {
    histories: usize,
    decided: usize,
    /// Those that targets came to the end of on several ways.
    walked: usize,
    ways: usize,
    rows: usize,
    refused: usize,
    obstructed: usize,
}

async fn hold(seed: u64, fork: &Fork, places: &Places, count: &mut Count) {
    count.histories += 1;
    count.decided += usize::from(!fork.resolutions.is_empty());
    let what = format!("seed {seed}");
    let mut first: Option<(&str, Picture)> = None;
    let arrived = count.ways;
    let ways = if places.are_slow() { some_ways(fork, seed as usize) } else { ways(fork) };
    for way in &ways {
        match come(fork, places, way, Rows::Samples, &what).await {
            Came::Arrived(picture, _) => {
                count.ways += 1;
                match &first {
                    Some((name, first)) => {
                        picture.must_be(first, &format!("seed {seed}: {} and {name}", way.0))
                    }
                    None => {
                        count.rows += picture.rows.values().map(Vec::len).sum::<usize>();
                        first = Some((way.0, *picture));
                    }
                }
            }
            Came::Refused(why) => {
                println!("seed {seed} refused: {why}");
                count.refused += 1;
            }
            Came::Obstructed(why) => {
                println!("seed {seed} obstructed: {why}");
                count.obstructed += 1;
                // It must be the rows that are in the way, and nothing else.
                come(fork, places, way, Rows::None, &what).await;
            }
        }
    }
    count.walked += usize::from(count.ways > arrived + 1);
}

/// Holds the law against one fork; where it breaks, the smallest fork found on which it does is told.
async fn hold_or_shrink(seed: u64, recipe: Recipe, places: &Places, count: &mut Count) {
    let fork = recipe.fork().expect("it was grown");
    let held = caught(hold(seed, &fork, places, count)).await;
    places.clear().await;
    if held.is_some() {
        return;
    }
    let breaks = async |less: &Recipe| {
        let Some(fork) = less.fork() else { return false };
        let held = caught(hold(seed, &fork, places, &mut Count::default())).await;
        places.clear().await;
        held.is_none()
    };
    let least = recipe.shrink(breaks).await;
    panic!("seed {seed}: the smallest that breaks the law, for STRAT_CASE=file:\n{}", least.text());
}

async fn law(seeds: std::ops::Range<u64>, places: &Places) {
    let mut count = Count::default();
    if let Ok(path) = std::env::var("STRAT_CASE") {
        let recipe = Recipe::parse(&std::fs::read_to_string(path).unwrap());
        return hold(0, &recipe.fork().expect("it folds"), places, &mut count).await;
    }
    let only: Option<u64> = std::env::var("STRAT_SEED").ok().and_then(|seed| seed.parse().ok());
    for seed in only.map_or(seeds, |seed| seed..seed + 1) {
        let Some(recipe) = recipe(&mut Random::new(seed)) else { continue };
        // Where it takes its time, only what was decided is worth it, a few times.
        if only.is_none() && places.are_slow() && (recipe.picks.is_empty() || count.walked == SLOW) {
            continue;
        }
        if only.is_some() {
            println!("{}", recipe.text());
        }
        hold_or_shrink(seed, recipe, places, &mut count).await;
    }
    println!("{count:?}");
    let enough = count.walked > 1 && count.rows > 0 && count.decided > 0;
    assert!(only.is_some() || enough, "{count:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    law(0..24, &Places::new(None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers() {
    with_servers_at_once("merging", |url| async move {
        law(100..130, &Places::new(Some(url))).await;
    })
    .await;
}
