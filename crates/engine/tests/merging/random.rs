//! Random histories: a base with rows, two branches, a merge decided at random, and every way a target may come to it.
//!
//! `STRAT_SEED=N` runs one seed; a failure prints its seed.

use model::{ConstraintKind, EntryId, Key, Origin, Schema, Step, Type, random::Random};
use stratigraph_engine::Known;

use super::{
    fork::{Fork, decide, merge},
    law::{Came, Rows, come, some_ways, ways},
    travel::{Picture, Places},
    world::{World, with_servers_at_once},
};

fn grow(world: &World, random: &mut Random, from: &[EntryId], count: usize, stem: &str) -> Vec<EntryId> {
    let mut grown: Vec<EntryId> = Vec::new();
    for number in 0..count * 3 {
        if grown.len() == count {
            break;
        }
        let at = grown.last().map_or(from, std::slice::from_ref).to_vec();
        let known = Known::load(&world.ledger).unwrap();
        let state = known.history.state_at(&at).unwrap();
        let step = random.step(state.schema("main"));
        // The rows are made so that every column that must be there has a value, and that keys tell them apart: keep it so.
        if matches!(step, Step::DropConstraint(_) | Step::AddPrimaryKey(_))
            || is_particular(&step, state.schema("main"))
        {
            continue;
        }
        let Ok(sealed) = step.seal(state.schema("main")) else { continue };
        if state.clone().advance("main", Origin::New, 0, &sealed).is_ok() {
            let text = model::to_canonical(&step).unwrap();
            let draft = format!("Draft(message: \"{stem} {number}\", accept: [\"H101\"], steps: [{text}])");
            grown.push(world.record_on(&at, &draft, &format!("{stem}{number}")));
        }
    }
    grown
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
fn fork(random: &mut Random) -> Option<Fork> {
    let world = World::new(None);
    let base = *grow(&world, random, &[], 9, "base").last()?;
    let a = grow(&world, random, &[base], 3, "a");
    let b = grow(&world, random, &[base], 3, "b");
    let heads = [*a.last()?, *b.last()?];
    let known = Known::load(&world.ledger).unwrap();
    let resolutions = decide(&known, heads, |_, choices| {
        let decided: Vec<usize> =
            (0..choices.len()).filter(|n| !choices[*n].resolutions.is_empty()).collect();
        random.pick(&decided).copied()
    })?;
    let merge = merge(&world, heads, &resolutions)?;
    let after = grow(&world, random, &[merge], 1, "after").last().copied().unwrap_or(merge);
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    Some(Fork { world, known, base, a, b, merge, after, resolutions })
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

async fn law(seeds: std::ops::Range<u64>, places: &Places) {
    let only: Option<u64> = std::env::var("STRAT_SEED").ok().and_then(|seed| seed.parse().ok());
    let mut count = Count::default();
    for seed in only.map_or(seeds, |seed| seed..seed + 1) {
        let Some(fork) = fork(&mut Random::new(seed)) else { continue };
        // Where it takes its time, only what was decided is worth it, a few times.
        if only.is_none() && places.are_slow() && (fork.resolutions.is_empty() || count.walked == SLOW) {
            continue;
        }
        if only.is_some() {
            println!("{}", fork.told());
        }
        hold(seed, &fork, places, &mut count).await;
        places.clear().await;
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
