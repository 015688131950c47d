//! What a backfill under its default pace costs those who write to the same table meanwhile.
//!
//! `cargo bench -p stratigraph-engine --bench writers -- [ROWS] [WRITERS] [SECONDS] [URL]` makes a table of ROWS rows. WRITERS connections
//! change one row after the other, each chosen at random and committed by itself, for SECONDS without a backfill and for SECONDS beside one,
//! and the time of each change is measured from before it is sent to when it is answered.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops where it can't go on, and prints what it found"
)]

#[path = "../support/record.rs"]
mod record;

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ledger::{Ledger, Uuid};
use model::Digest;
use stratigraph_engine::{
    Choices, Event, Known, RunOptions, Target, TargetUrl, carry_out,
    data::{Allowed, Pacing},
    driver::{Connection, Mode},
    guests::Guests,
    prepare_up,
};

const TABLE: &str = r#"Draft(message: "docs", steps: [CreateTable(name: "docs", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "title", type: Text, nullable: false),
    (name: "counter", type: BigInt, nullable: false, default: Literal(7)), (name: "slug", type: Text),
    (name: "hits", type: BigInt, nullable: false, default: Literal(0)),
], constraints: [(is: PrimaryKey(["id"]))])])"#;

const FILL: &str = r#"Draft(message: "slugs", steps: [
    Backfill(script: "slug", table: "docs", read: ["title"], write: ["counter", "slug"]),
])"#;

/// How many writers, over how many rows, for how long.
#[derive(Clone, Copy)]
struct Load {
    rows: u64,
    writers: u64,
    time: Duration,
}

/// Goes up to the head; gives how many rows the backfill did when it is stopped.
async fn up(ledger: &Ledger, url: &TargetUrl, stop: &AtomicBool) -> u64 {
    let known = Known::load(ledger).unwrap();
    let mut target = Target::open(url, Mode::Write, "bench").await.unwrap();
    let wanted: BTreeSet<_> = known.ancestors(&known.history.heads());
    let choices = Choices { database: "main", step_by_step: true };
    let prepared = prepare_up(&mut target, &known, &wanted, choices).await.unwrap();
    // The pace of `strat up` where nothing is said.
    let pacing = Pacing { gentle: true, ..Pacing::default() };
    let options = RunOptions {
        accepted: &[],
        patience: Duration::ZERO,
        pacing,
        allowed: Allowed::default(),
        interrupt: stop,
    };
    let blobs = |digest: &Digest| record::blob(ledger, digest);
    let (guests, rows) = (Guests::new(&blobs), AtomicU64::new(0));
    let mut tell = |event| {
        if let Event::Rows { done, .. } = event {
            rows.store(done, Ordering::Relaxed);
        }
    };
    // That it was stopped is no failure.
    let _ = carry_out(&mut target, &prepared, &known, options, &guests, &mut tell).await;
    target.conn.close().await;
    rows.load(Ordering::Relaxed)
}

async fn fill(url: &TargetUrl, rows: u64) {
    let mut conn = Connection::open(url, Mode::Write).await.unwrap();
    if url.dialect_name() == "sqlite" {
        conn.query("PRAGMA journal_mode=WAL", &[]).await.unwrap();
    }
    conn.begin().await.unwrap();
    let title = "The Quick (brown) Fox jumps over the lazy Dog, again & again ".repeat(3);
    let mut id = 0;
    while id < rows {
        let until = (id + 500).min(rows);
        let values: Vec<_> = (id..until).map(|n| format!("({n}, '{title}{n:08}')")).collect();
        conn.run(&format!("INSERT INTO docs (id, title) VALUES {}", values.join(", "))).await.unwrap();
        id = until;
    }
    conn.commit().await.unwrap();
    conn.close().await;
}

/// What the writers' changes took, shortest first.
async fn writing(url: &TargetUrl, load: Load) -> Vec<Duration> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = Vec::new();
    for writer in 0..load.writers {
        let (url, stop) = (url.clone(), Arc::clone(&stop));
        tasks.push(tokio::spawn(async move {
            let mut conn = Connection::open(&url, Mode::Write).await.unwrap();
            let (mut random, mut took) = (writer.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, Vec::new());
            while !stop.load(Ordering::Relaxed) {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let sql = format!("UPDATE docs SET hits = hits + 1 WHERE id = {}", random % load.rows);
                let began = Instant::now();
                // On SQLite somebody may be told that the file is busy, after seconds: that is what it took.
                let _ = conn.run(&sql).await;
                took.push(began.elapsed());
            }
            conn.close().await;
            took
        }));
    }
    tokio::time::sleep(load.time).await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all.sort_unstable();
    all
}

fn told(name: &str, took: &[Duration]) -> f64 {
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize].as_secs_f64() * 1000.0;
    println!(
        "{name:8} {:9} changes  p50 {:8.2} ms  p99 {:8.2} ms  longest {:8.2} ms",
        took.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
    at(0.99)
}

fn main() {
    let given: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let number = |at: usize, usual: u64| given.get(at).and_then(|n| n.parse().ok()).unwrap_or(usual);
    let load =
        Load { rows: number(0, 500_000), writers: number(1, 100), time: Duration::from_secs(number(2, 20)) };
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("data-scripts/slug");
    std::fs::create_dir_all(&script).unwrap();
    std::fs::write(script.join("slug.wasm"), include_bytes!("slug.wasm")).unwrap();
    let ledger = Ledger::init(&folder.path().join("ledger"), &Uuid::random().unwrap()).unwrap();
    let here = || format!("sqlite:{}", folder.path().join("b.db").display());
    let url = TargetUrl::parse(&given.get(3).cloned().unwrap_or_else(here)).unwrap();
    let scripts = folder.path().join("data-scripts");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        record::record(&ledger, &scripts, "bench", TABLE);
        up(&ledger, &url, &AtomicBool::new(false)).await;
        fill(&url, load.rows).await;
        record::record(&ledger, &scripts, "bench2", FILL);
        println!("{} rows, {} writers, {} s each", load.rows, load.writers, load.time.as_secs());
        let alone = told("alone", &writing(&url, load).await);
        let stop = AtomicBool::new(false);
        let began = Instant::now();
        let both = async {
            let took = writing(&url, load).await;
            stop.store(true, Ordering::Relaxed);
            took
        };
        // The backfill may come to its end before the writers do; then less of their time was beside it.
        let backfill = async { (up(&ledger, &url, &stop).await, began.elapsed()) };
        let (took, (rows, time)) = tokio::join!(both, backfill);
        let beside = told("beside", &took);
        println!(
            "backfill {rows:9} rows in {:.1} s, {:.0} rows/s",
            time.as_secs_f64(),
            rows as f64 / time.as_secs_f64()
        );
        println!("ratio    {:.2}", beside / alone);
    });
}
