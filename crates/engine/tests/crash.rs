//! The connection is lost at every single call of a run, before or after the call took effect; the next run must end where a
//! run that was never cut off ends, and the one after it must find nothing to do.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should stop where it stands")]

mod world;

use std::{sync::atomic::AtomicBool, time::Duration};

use model::{Digest, EntryId, Value};
use sandbox::{Batch, Column, ColumnType};
use stratigraph_engine::{
    Choices, Known, RunOptions, Target, carry_out,
    data::{Allowed, Pacing},
    driver::{Mode, Outage},
    guests::Guests,
    journal::Kind,
    prepare_down, prepare_up,
};
use world::{World, canned, with_servers};

const START: &str = r#"Draft(message: "start", steps: [
    CreateTable(name: "parents", columns: [
        (name: "id", type: BigInt, nullable: false),
        (name: "title", type: Text),
    ], constraints: [(is: PrimaryKey(["id"]))]),
    CreateTable(name: "children", columns: [
        (name: "id", type: BigInt, nullable: false),
        (name: "parent_id", type: BigInt, nullable: false),
    ], constraints: [
        (is: PrimaryKey(["id"])),
        (is: ForeignKey(columns: ["parent_id"], references: "parents", to: ["id"], on_delete: Cascade)),
    ]),
    Populate(script: "seed", table: "parents", write: ["id", "title"]),
])"#;

const CHANGE: &str = r#"Draft(message: "slugs", steps: [
    AddColumn(table: "parents", column: (name: "slug", type: Text)),
    Backfill(script: "slug", table: "parents", read: ["title"], write: ["slug"], undo: None("the column goes with it")),
    SetNotNull(table: "parents", column: "slug"),
    CreateIndex(table: "parents", index: (on: [Desc("id")]), concurrently: true),
    AddCheck(table: "parents", name: "parents_id", check: "id > 0"),
])"#;

fn prepare(url: Option<String>) -> (World, Vec<EntryId>) {
    let world = World::new(url);
    let template = include_str!("../../../data-scripts/sdk/wat/template.wat");
    world.script("slug", &template.replace("@READ@", "title").replace("@WRITE@", "slug"));
    let ids: Vec<_> = (1..=7).map(Value::Int).collect();
    let titles: Vec<_> = (1..=7).map(|n| Value::Text(format!("Title {n}"))).collect();
    let columns = vec![
        Column::from_values("id", ColumnType::BigInt, &ids).unwrap(),
        Column::from_values("title", ColumnType::Text, &titles).unwrap(),
    ];
    world.script("seed", &canned(&Batch::new(columns).unwrap()));
    let entries = vec![world.record(START, "0001-start"), world.record(CHANGE, "0002-slugs")];
    (world, entries)
}

/// One run of `up` or `down`, cut off or not; whether it came to its end, and how many calls it made.
async fn run(world: &World, wanted: &[EntryId], down: bool, outage: Option<Outage>) -> Result<usize, String> {
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    let wanted = known.ancestors(wanted);
    let mut target = Target::open(&world.url, Mode::Write, "tests").await.map_err(|e| e.to_string())?;
    let choices = Choices { database: "main", step_by_step: true };
    let prepared = match down {
        true => prepare_down(&mut target, &known, &wanted, choices).await,
        false => prepare_up(&mut target, &known, &wanted, choices).await,
    };
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(e) => panic!("{e}"),
    };
    if let Some(outage) = outage {
        target.conn.lose_at(outage);
    }
    let interrupt = AtomicBool::new(false);
    // A server may take a moment to see that a session is gone, and to let go of its lock.
    let patience = Duration::from_secs(10);
    let options = RunOptions {
        accepted: &[],
        patience,
        pacing: Pacing::fixed(3),
        interrupt: &interrupt,
        allowed: Allowed::default(),
    };
    let blobs = |digest: &Digest| world.blob(digest);
    let guests = Guests::new(&blobs);
    let result = carry_out(&mut target, &prepared, &known, options, &guests, &mut |_| {}).await;
    target.conn.close().await;
    result.map(|()| prepared.plan.entries.len()).map_err(|e| e.to_string())
}

/// What must come out the same however often a run was cut off.
async fn outcome(world: &World) -> (Vec<Vec<Value>>, Vec<Digest>) {
    world.compare(&Known::load(&world.ledger).unwrap()).await;
    let mut target = world.target().await;
    let rows = target.conn.query("SELECT id, title, slug FROM parents ORDER BY id", &[]).await.unwrap();
    let records = target.journal.records(&mut target.conn).await.unwrap();
    let receipts = records.iter().filter(|r| r.kind == Kind::Receipt);
    let digests = receipts.filter_map(|r| r.receipt.as_ref()).map(|r| r.output).collect();
    (rows, digests)
}

/// A process that is killed leaves its lease; here the process lives on, so the lease is ended by hand.
async fn forget_lease(world: &World) {
    let mut target = world.target().await;
    let _ = target.conn.run("UPDATE strat_lease SET until_ms = 0").await;
    target.conn.close().await;
}

async fn every_call(fresh: impl AsyncFn() -> Option<String>, stride: u64) {
    let (world, entries) = prepare(fresh().await);
    let head = [entries[1]];
    assert_eq!(run(&world, &head, false, None).await, Ok(2));
    let clean = outcome(&world).await;
    assert_eq!(clean.0.len(), 7);
    assert_eq!(clean.1.len(), 2);
    for carried_out in [false, true] {
        let mut calls = 0;
        loop {
            let (world, entries) = prepare(fresh().await);
            let head = [entries[1]];
            let outage = Outage { calls, carried_out };
            let first = run(&world, &head, false, Some(outage)).await;
            forget_lease(&world).await;
            let second = run(&world, &head, false, None).await;
            assert!(second.is_ok(), "after {outage:?}: {second:?}");
            assert_eq!(outcome(&world).await, clean, "after {outage:?}");
            assert_eq!(run(&world, &head, false, None).await, Ok(0), "after {outage:?}");
            if first.is_ok() {
                break;
            }
            calls += stride;
        }
        assert!(calls > 20, "only {calls} calls were cut off");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_at_every_call() {
    every_call(async || None, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_at_some_calls() {
    with_servers("crash", |url| async move {
        let number = std::sync::atomic::AtomicU32::new(0);
        let fresh = async || {
            let n = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let mut admin = World::new(Some(url.clone())).target().await;
            let (base, database) = url.rsplit_once('/').unwrap();
            let name = format!("{database}_{n}");
            if n > 0 {
                let _ = admin.conn.run(&format!("DROP DATABASE {database}_{}", n - 1)).await;
            }
            admin.conn.run(&format!("CREATE DATABASE {name}")).await.unwrap();
            Some(format!("{base}/{name}"))
        };
        let stride = if std::env::var_os("STRAT_TEST_CRASH").is_some() { 1 } else { 7 };
        every_call(fresh, stride).await;
        let mut admin = World::new(Some(url.clone())).target().await;
        let (_, database) = url.rsplit_once('/').unwrap();
        let last = number.load(std::sync::atomic::Ordering::Relaxed) - 1;
        admin.conn.run(&format!("DROP DATABASE {database}_{last}")).await.unwrap();
    })
    .await;
}
