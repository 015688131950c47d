//! Random histories on live databases: applied entry by entry or at once they end in the same schema; half-way rows stay; and
//! every way back and forth ends where the fold says.
//!
//! `STRAT_SEED=N` runs one seed; a failure prints its seed.

use crate::world::{World, draft::draft, with_servers};
use model::{EntryId, random::Random, state::State};
use stratigraph_engine::{Known, driver::DriverError};

const ENTRIES: usize = 10;

/// One row with key 1 in every table that takes it; how many did.
async fn insert_rows(world: &World) -> Result<usize, DriverError> {
    let known = Known::load(&world.ledger).unwrap();
    let mut target = world.target().await;
    let state = known.history.state_at(&target.journal.position.heads.clone()).unwrap();
    let mut inserted = 0;
    for _ in 0..3 {
        for table in state.schema("main").tables() {
            let [key] = table.primary_key() else { continue };
            let column = table.column(*key).unwrap();
            let (name, column) =
                (target.dialect.quote_ident(&table.name), target.dialect.quote_ident(&column.name));
            let sql = format!("INSERT INTO {name} ({column}) VALUES (1)");
            inserted += usize::from(target.conn.run(&sql).await.is_ok());
        }
    }
    target.conn.close().await;
    Ok(inserted)
}

/// Walks one history; how many rows were in the way, or why it could not be walked with them.
async fn walk(seed: u64, stepwise: &World, at_once: &World) -> Result<usize, String> {
    let mut random = Random::new(seed);
    let mut state = State::new();
    let mut entries: Vec<EntryId> = Vec::new();
    for number in 0..ENTRIES {
        let text = draft(&mut random, &mut state, number);
        entries.push(stepwise.record(&text, &format!("{number:04}")));
        at_once.record(&text, &format!("{number:04}"));
    }
    let head = [*entries.last().unwrap()];
    let half = [entries[ENTRIES / 2]];
    at_once.attempt_at_once(&at_once.heads()).await.map_err(|e| format!("at once: {e}"))?;
    stepwise.attempt(&half).await.map_err(|e| format!("half: {e}"))?;
    let rows = insert_rows(stepwise).await.map_err(|e| e.to_string())?;
    stepwise.attempt(&head).await.map_err(|e| format!("rows: {e}"))?;
    let (mut a, mut b) = (stepwise.target().await, at_once.target().await);
    let (left, right) = (a.introspect().await.unwrap(), b.introspect().await.unwrap());
    assert!(left.differences(&right).is_empty(), "seed {seed}: {:#?}", left.differences(&right));
    a.conn.close().await;
    b.conn.close().await;
    stepwise.attempt_down(&half).await.map_err(|e| format!("rows: {e}"))?;
    stepwise.attempt(&head).await.map_err(|e| format!("rows: {e}"))?;
    stepwise.attempt_down(&[]).await.map_err(|e| format!("rows: {e}"))?;
    Ok(rows)
}

async fn walk_all(seeds: std::ops::Range<u64>, mut fresh: impl AsyncFnMut(u64) -> (World, World)) {
    let only: Option<u64> = std::env::var("STRAT_SEED").ok().and_then(|seed| seed.parse().ok());
    let (mut walked, mut refused, mut rows) = (0, 0, 0);
    for seed in only.map_or(seeds, |seed| seed..seed + 1) {
        let (a, b) = fresh(seed).await;
        println!("seed {seed}");
        match walk(seed, &a, &b).await {
            Ok(inserted) => {
                walked += 1;
                rows += inserted;
            }
            // What the rows don't allow (a cast, a check) or the dialect refuses before anything is touched is no fault; a step
            // that was planned and fails without rows is.
            Err(why) if why.starts_with("rows:") || why.contains(" can't ") => {
                println!("seed {seed} refused: {why}");
                refused += 1;
            }
            Err(why) => panic!("seed {seed}: {why}"),
        }
    }
    println!("{walked} histories walked with {rows} rows in the way, {refused} refused");
    assert!(only.is_some() || walked * 3 > refused, "too few histories could be walked with their rows");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    walk_all(0..40, async |_| (World::new(None), World::new(None))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers() {
    with_servers("histories", |url| async move {
        walk_all(100..112, async |seed| {
            let mut worlds = Vec::new();
            for side in ["a", "b"] {
                let mut admin = World::new(Some(url.clone())).target().await;
                let name = format!("strat_histories_{seed}_{side}");
                let _ = admin.conn.run(&format!("DROP DATABASE IF EXISTS {name}")).await;
                admin.conn.run(&format!("CREATE DATABASE {name}")).await.unwrap();
                let (base, _) = url.rsplit_once('/').unwrap();
                worlds.push(World::new(Some(format!("{base}/{name}"))));
            }
            let b = worlds.pop().unwrap();
            (worlds.pop().unwrap(), b)
        })
        .await;
    })
    .await;
}
