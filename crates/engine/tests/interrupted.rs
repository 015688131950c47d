//! A backfill that is stopped in the middle: the target knows it is in the middle of the entry, and rows that came since are visited.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on should stop where it stands"
)]

mod world;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use model::{Digest, EntryId, Value};
use stratigraph_engine::{
    Choices, Event, Known, PrepareError, RunOptions, carry_out, guests::Guests, prepare_down, prepare_up,
};
use world::World;

const TABLE: &str = r#"Draft(message: "docs", steps: [CreateTable(name: "docs", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "title", type: Text), (name: "slug", type: Text),
], constraints: [(is: PrimaryKey(["id"]))])])"#;

const FILL: &str = r#"Draft(message: "slugs", steps: [
    Backfill(script: "slug", table: "docs", read: ["title"], write: ["slug"], undo: None("made from the title")),
])"#;

async fn world() -> (World, [EntryId; 2]) {
    let world = World::new(None);
    let template = include_str!("../../../data-scripts/sdk/wat/template.wat");
    world.script("slug", &template.replace("@READ@", "title").replace("@WRITE@", "slug"));
    let entries = [world.record(TABLE, "0001-docs"), world.record(FILL, "0002-slugs")];
    world.attempt(&entries[..1]).await.unwrap();
    insert(&world, 1..51).await;
    (world, entries)
}

async fn insert(world: &World, ids: std::ops::Range<u32>) {
    let mut target = world.target().await;
    for id in ids {
        target.conn.run(&format!("INSERT INTO docs (id, title) VALUES ({id}, 'Title {id}')")).await.unwrap();
    }
    target.conn.close().await;
}

/// Goes up in batches of 10 rows and stops when so many are done.
async fn up_until(world: &World, head: EntryId, rows: u64) -> String {
    let known = Known::load(&world.ledger).unwrap();
    let mut target = world.target().await;
    let choices = Choices { database: "main", step_by_step: true };
    let prepared = prepare_up(&mut target, &known, &known.ancestors(&[head]), choices).await.unwrap();
    let interrupt = AtomicBool::new(false);
    let options = RunOptions { accepted: &[], patience: Duration::ZERO, batch_rows: 10, interrupt: &interrupt };
    let blobs = |digest: &Digest| world.blob(digest);
    let mut tell = |event: Event| {
        if let Event::Rows { done, .. } = event {
            interrupt.store(done >= rows, Ordering::Relaxed);
        }
    };
    let result = carry_out(&mut target, &prepared, &known, options, &Guests::new(&blobs), &mut tell).await;
    target.conn.close().await;
    result.err().map(|e| e.to_string()).unwrap_or_default()
}

async fn unfilled(world: &World) -> i64 {
    let mut target = world.target().await;
    let rows = target.conn.query("SELECT count(*) FROM docs WHERE slug IS NULL", &[]).await.unwrap();
    target.conn.close().await;
    match rows[0][0] {
        Value::Int(n) => n,
        ref other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_target_is_in_the_middle_of_the_entry() {
    let (world, [first, second]) = world().await;
    let stopped = up_until(&world, second, 20).await;
    assert!(stopped.contains("after 20 rows"), "{stopped}");
    assert_eq!(unfilled(&world).await, 30);
    let known = Known::load(&world.ledger).unwrap();
    let mut target = world.target().await;
    let choices = Choices { database: "main", step_by_step: true };
    let down = prepare_down(&mut target, &known, &known.ancestors(&[first]), choices).await;
    assert!(matches!(down, Err(PrepareError::CutOff(entry, _)) if entry == second), "{down:?}");
    target.conn.close().await;
    world.attempt(&[second]).await.unwrap();
    assert_eq!(unfilled(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_came_meanwhile_are_visited() {
    let (world, [_, second]) = world().await;
    up_until(&world, second, 20).await;
    insert(&world, 51..81).await;
    world.attempt(&[second]).await.unwrap();
    assert_eq!(unfilled(&world).await, 0);
    let mut target = world.target().await;
    let records = target.journal.records(&mut target.conn).await.unwrap();
    let receipt = records.iter().find_map(|r| r.receipt.as_ref()).unwrap();
    assert_eq!((receipt.read, receipt.changed), (80, 80));
}
