//! The law of the vault: random histories with rows in the way, application writes, down and up again. What there was before a way back,
//! or before a way there again, is there after it, row by row, unless somebody was asked before.
//!
//! `STRAT_SEED=N` runs one seed; a failure prints its seed.

mod derived;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::AtomicBool,
    time::Duration,
};

use crate::world::{World, draft::draft, with_servers};
use model::{Digest, EntryId, Type, random::Random, state::State};
use stratigraph_engine::{
    Choices, Known, RunOptions, carry_out,
    data::{Allowed, Pacing},
    gate,
    guests::Guests,
    prepare_down, prepare_up,
};

const ENTRIES: usize = 8;

/// Why a way ended before its end.
enum Stop {
    /// Before anything ran: no way back, or a loss that has to be accepted.
    Refused(String),
    /// The rows don't allow it.
    Failed(String),
}

async fn travel(world: &World, wanted: &[EntryId], down: bool) -> Result<(), Stop> {
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    let wanted: BTreeSet<EntryId> = known.ancestors(wanted);
    let mut target = world.target().await;
    let choices = Choices { database: "main", step_by_step: true };
    let prepared = match down {
        true => prepare_down(&mut target, &known, &wanted, choices).await,
        false => prepare_up(&mut target, &known, &wanted, choices).await,
    };
    let prepared = prepared.map_err(|e| Stop::Refused(e.to_string()))?;
    gate::check(&prepared.plan, &known, gate::Guarded::OPEN, &[])
        .map_err(|e| Stop::Refused(e.to_string()))?;
    let options = RunOptions {
        accepted: &[],
        patience: Duration::from_secs(10),
        pacing: Pacing::fixed(100),
        interrupt: &AtomicBool::new(false),
        allowed: Allowed::default(),
    };
    let blobs = |digest: &Digest| world.blob(digest);
    let result = carry_out(&mut target, &prepared, &known, options, &Guests::new(&blobs), &mut |_| {}).await;
    target.conn.close().await;
    result.map_err(|e| Stop::Failed(e.to_string()))?;
    world.compare(&known).await;
    Ok(())
}

/// What an application might write: rows, and values in what is there.
async fn write(world: &World, random: &mut Random) -> usize {
    let known = Known::load(&world.ledger).unwrap();
    let mut target = world.target().await;
    let state = known.history.state_at(&target.journal.position.heads.clone()).unwrap();
    let mut written = 0;
    for table in state.schema("main").tables().chain(state.schema("main").tables()) {
        let [key] = table.primary_key() else { continue };
        let quoted = |name: &str| target.dialect.quote_ident(name);
        let (name, key) = (quoted(&table.name), quoted(&table.column(*key).unwrap().name));
        let mut statements = Vec::new();
        for n in 1..4 {
            statements.push(format!("INSERT INTO {name} ({key}) VALUES ({})", n + random.below(3)));
        }
        for column in table.columns.iter().filter(|column| column.id != table.primary_key()[0]) {
            let number = random.below(90);
            let value = match &column.ty {
                Type::SmallInt | Type::Integer | Type::BigInt => number.to_string(),
                Type::Real | Type::Double | Type::Decimal(..) => format!("{number}.5"),
                Type::Text | Type::Varchar(_) | Type::Char(_) => format!("'{number}'"),
                _ => continue,
            };
            let one = 1 + random.below(4);
            statements
                .push(format!("UPDATE {name} SET {} = {value} WHERE {key} = {one}", quoted(&column.name)));
        }
        for statement in statements {
            written += usize::from(target.conn.run(&statement).await.is_ok());
        }
    }
    target.conn.close().await;
    written
}

/// Every row of every table.
async fn picture(world: &World) -> BTreeMap<String, Vec<String>> {
    let known = Known::load(&world.ledger).unwrap();
    let mut target = world.target().await;
    let state = known.history.state_at(&target.journal.position.heads.clone()).unwrap();
    let mut all = BTreeMap::new();
    for table in state.schema("main").tables() {
        let mut columns: Vec<_> =
            table.columns.iter().map(|column| target.dialect.quote_ident(&column.name)).collect();
        columns.sort();
        let name = target.dialect.quote_ident(&table.name);
        let sql = format!("SELECT {} FROM {name}", columns.join(", "));
        let rows = target.conn.query(&sql, &[]).await.unwrap();
        let mut rows: Vec<_> = rows.iter().map(|row| format!("{row:?}")).collect();
        rows.sort();
        all.insert(table.name.clone(), rows);
    }
    target.conn.close().await;
    all
}

/// Walks one history there and back; how many ways kept the law, and why it stopped.
async fn walk(seed: u64, world: &World) -> (usize, Option<Stop>) {
    let mut random = Random::new(seed);
    let mut state = State::new();
    let mut entries: Vec<EntryId> = Vec::new();
    for number in 0..ENTRIES {
        let text = draft(&mut random, &mut state, number);
        if std::env::var_os("STRAT_SEED").is_some() {
            println!("{text}");
        }
        entries.push(world.record(&text, &format!("{number:04}")));
    }
    let mut kept = 0;
    let half = entries[ENTRIES / 2];
    if let Err(stop) = travel(world, &[half], false).await {
        return (kept, Some(stop));
    }
    for _ in 0..4 {
        write(world, &mut random).await;
        let before = picture(world).await;
        let to = entries[ENTRIES / 2 + 1 + random.below(ENTRIES / 2 - 1)];
        for (wanted, down) in [(to, false), (half, true)] {
            if let Err(stop) = travel(world, &[wanted], down).await {
                return (kept, Some(stop));
            }
        }
        assert_eq!(picture(world).await, before, "seed {seed}: up and down");
        kept += 1;
        if let Err(stop) = travel(world, &[to], false).await {
            return (kept, Some(stop));
        }
        write(world, &mut random).await;
        let before = picture(world).await;
        for (wanted, down) in [(half, true), (to, false)] {
            if let Err(stop) = travel(world, &[wanted], down).await {
                return (kept, Some(stop));
            }
        }
        assert_eq!(picture(world).await, before, "seed {seed}: down and up");
        kept += 1;
        if let Err(stop) = travel(world, &[half], true).await {
            return (kept, Some(stop));
        }
    }
    (kept, None)
}

async fn walk_all(seeds: std::ops::Range<u64>, mut fresh: impl AsyncFnMut(u64) -> World) {
    let only: Option<u64> = std::env::var("STRAT_SEED").ok().and_then(|seed| seed.parse().ok());
    let (mut ways, mut stopped) = (0, 0);
    let wanted = usize::try_from(seeds.end - seeds.start).unwrap();
    for seed in only.map_or(seeds, |seed| seed..seed + 1) {
        let world = fresh(seed).await;
        println!("seed {seed}");
        let (kept, stop) = walk(seed, &world).await;
        ways += kept;
        if let Some(stop) = stop {
            let (Stop::Refused(why) | Stop::Failed(why)) = stop;
            println!("seed {seed} after {kept}: {why}");
            stopped += 1;
        }
    }
    println!("{ways} ways kept everything, {stopped} histories came to an end before theirs");
    assert!(only.is_some() || ways > wanted, "too few ways could be gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    walk_all(0..60, async |_| World::new(None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers() {
    with_servers("lossless", |url| async move {
        walk_all(200..212, async |seed| {
            let mut admin = World::new(Some(url.clone())).target().await;
            let name = format!("strat_lossless_{seed}");
            let _ = admin.conn.run(&format!("DROP DATABASE IF EXISTS {name}")).await;
            admin.conn.run(&format!("CREATE DATABASE {name}")).await.unwrap();
            let (base, _) = url.rsplit_once('/').unwrap();
            World::new(Some(format!("{base}/{name}")))
        })
        .await;
    })
    .await;
}
