//! Rows per second of a backfill against a native program with the same batches on the same kind of connection.
//!
//! `cargo bench -p stratigraph-engine --bench backfill -- [ROWS] [BATCH] [URL]` makes a table of ROWS rows with a text of 200
//! characters, and lets both, in turn, reset a counter and make a slug. The native program reads, transforms, updates and
//! commits batch by batch, nothing else: no journal, no watermark, no digests. A second one overlaps these three.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops where it can't go on, and prints what it found"
)]

#[path = "../support/record.rs"]
mod record;

/// The allocator of `strat`, for both.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::{
    collections::BTreeSet,
    sync::{atomic::AtomicBool, mpsc::sync_channel},
    time::{Duration, Instant},
};

use dialect::{
    BatchShape, Binding, Versions,
    batch::{ReadShape, read_batch},
};
use ledger::{Ledger, Uuid};
use model::{Digest, ObjectId, Schema, Table, Value, data_step::Rows};
use stratigraph_engine::{
    Choices, Known, RunOptions, Target, TargetUrl, carry_out,
    data::{Allowed, Pacing, columns::bind_text},
    driver::{CellType, Connection, Mode},
    guests::Guests,
    prepare_up,
};

const TABLE: &str = r#"Draft(message: "docs", steps: [CreateTable(name: "docs", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "title", type: Text, nullable: false),
    (name: "counter", type: BigInt, nullable: false, default: Literal(7)), (name: "slug", type: Text),
], constraints: [(is: PrimaryKey(["id"]))])])"#;

const FILL: &str = r#"Draft(message: "slugs", steps: [
    Backfill(script: "slug", table: "docs", read: ["title"], write: ["counter", "slug"], undo: None("the native one keeps nothing")),
])"#;

struct Bench {
    folder: std::path::PathBuf,
    ledger: Ledger,
    url: TargetUrl,
    rows: u64,
    batch: usize,
}

impl Bench {
    fn record(&self, text: &str) {
        record::record(&self.ledger, &self.folder.join("data-scripts"), "bench", text);
    }

    async fn target(&self) -> Target {
        Target::open(&self.url, Mode::Write, "bench").await.unwrap()
    }

    async fn up(&self) {
        let known = Known::load(&self.ledger).unwrap();
        let mut target = self.target().await;
        let wanted: BTreeSet<_> = known.ancestors(&known.history.heads());
        let choices = Choices { database: "main", step_by_step: true };
        let prepared = prepare_up(&mut target, &known, &wanted, choices).await.unwrap();
        let interrupt = AtomicBool::new(false);
        let options = RunOptions {
            accepted: &[],
            patience: Duration::ZERO,
            pacing: Pacing::fixed(self.batch),
            allowed: Allowed::default(),
            interrupt: &interrupt,
        };
        let blobs = |digest: &Digest| record::blob(&self.ledger, digest);
        let guests = Guests::new(&blobs);
        carry_out(&mut target, &prepared, &known, options, &guests, &mut |_| {}).await.unwrap();
        target.conn.close().await;
    }

    async fn fill(&self) {
        let mut conn = Connection::open(&self.url, Mode::Write).await.unwrap();
        if self.url.dialect_name() == "sqlite" {
            conn.query("PRAGMA journal_mode=WAL", &[]).await.unwrap();
            conn.run("PRAGMA synchronous=NORMAL").await.unwrap();
        }
        conn.begin().await.unwrap();
        let words = "The Quick (brown) Fox jumps over the lazy Dog, again & again; Ärger im Büro: 42 times! ";
        let title: String = words.chars().cycle().take(192).collect();
        let mut id = 0;
        while id < self.rows {
            let until = (id + 500).min(self.rows);
            let values: Vec<_> = (id..until).map(|n| format!("({n}, '{title}{n:08}')")).collect();
            conn.run(&format!("INSERT INTO docs (id, title) VALUES {}", values.join(", "))).await.unwrap();
            id = until;
        }
        conn.commit().await.unwrap();
        if self.url.dialect_name() != "sqlite" {
            // Else the server writes out the one's table while the other is timed.
            conn.run("CHECKPOINT").await.unwrap();
        }
        conn.close().await;
    }

    /// The yardstick: what anybody would write by hand in Rust.
    async fn native(&self) {
        let docs = Docs::of(&self.ledger);
        let mut target = self.target().await;
        let mut last: Option<Value> = None;
        loop {
            target.conn.begin().await.unwrap();
            let rows = docs.read(&mut target, last.as_ref(), self.batch, true).await;
            let Some(end) = rows.last() else {
                target.conn.commit().await.unwrap();
                break;
            };
            last = Some(end[0].clone());
            docs.update(&mut target, &made(rows)).await;
            target.conn.commit().await.unwrap();
        }
        target.conn.close().await;
    }

    /// What somebody would write who takes the trouble: it reads ahead on a connection of its own, transforms on a thread of its own,
    /// and writes meanwhile.
    async fn overlapped(&self) {
        let (rows_to, rows_from) = sync_channel::<Vec<Vec<Value>>>(2);
        let (made_to, made_from) = sync_channel(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                own_runtime().block_on(async {
                    let docs = Docs::of(&self.ledger);
                    let mut target = self.target().await;
                    let mut last: Option<Value> = None;
                    loop {
                        let rows = docs.read(&mut target, last.as_ref(), self.batch, false).await;
                        let Some(end) = rows.last() else { break };
                        last = Some(end[0].clone());
                        rows_to.send(rows).unwrap();
                    }
                    drop(rows_to);
                    target.conn.close().await;
                });
            });
            scope.spawn(move || rows_from.into_iter().for_each(|rows| made_to.send(made(rows)).unwrap()));
            scope.spawn(|| {
                own_runtime().block_on(async {
                    let docs = Docs::of(&self.ledger);
                    let mut target = self.target().await;
                    for rows in made_from {
                        target.conn.begin().await.unwrap();
                        docs.update(&mut target, &rows).await;
                        target.conn.commit().await.unwrap();
                    }
                    target.conn.close().await;
                });
            });
        });
    }
}

fn own_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Rows as they are read, made into those that are written: a key, a counter and a slug.
fn made(rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
    let one = |row: Vec<Value>| {
        let Value::Text(title) = &row[1] else { panic!("a title is text") };
        let slug = Value::Text(slug(title));
        vec![row[0].clone(), Value::Int(0), slug]
    };
    rows.into_iter().map(one).collect()
}

/// The table, for the statements that `strat` sends.
struct Docs {
    schema: Schema,
    key: [ObjectId; 1],
    read: [ObjectId; 1],
    write: [ObjectId; 2],
}

impl Docs {
    fn of(ledger: &Ledger) -> Docs {
        let known = Known::load(ledger).unwrap();
        let schema = known.history.state_at(&known.history.heads()).unwrap().schema("main").clone();
        let id = |name: &str| schema.table_named("docs").unwrap().column_named(name).unwrap().id;
        let (key, read, write) = ([id("id")], [id("title")], [id("counter"), id("slug")]);
        Docs { schema, key, read, write }
    }

    fn table(&self) -> &Table {
        self.schema.table_named("docs").unwrap()
    }

    async fn read(
        &self,
        target: &mut Target,
        last: Option<&Value>,
        limit: usize,
        lock: bool,
    ) -> Vec<Vec<Value>> {
        let shape = ReadShape {
            schema: &self.schema,
            table: self.table(),
            key: &self.key,
            columns: &self.read,
            rows: &Rows::All,
            after: last.is_some(),
            upto: false,
            limit,
            lock,
            version: false,
        };
        let select = read_batch(target.dialect, shape).unwrap();
        let params: Vec<_> = last.into_iter().cloned().collect();
        target.conn.read_rows(&select.sql, &params, &[CellType::Int, CellType::Text]).await.unwrap()
    }

    async fn update(&self, target: &mut Target, rows: &[Vec<Value>]) {
        let (table, schema) = (self.table(), &self.schema);
        let shape =
            BatchShape { table, schema, key: &self.key, columns: &self.write, versions: Versions::Unheeded };
        update(target, &shape, rows).await;
    }
}

/// Sends rows, each a key, a counter and a slug, with the statements that `strat` sends.
async fn update(target: &mut Target, shape: &BatchShape<'_>, rows: &[Vec<Value>]) {
    for chunk in rows.chunks(target.dialect.batch_rows(3)) {
        let bound = target.dialect.update_batch(shape, chunk.len());
        let params: Vec<Value> = match bound.binding {
            Binding::Rows | Binding::Each => chunk.iter().flatten().cloned().collect(),
            Binding::Columns => (0..3)
                .map(|i| {
                    let text = |row: &Vec<Value>| bind_text(&row[i]).map_or(Value::Null, Value::Text);
                    Value::Array(chunk.iter().map(text).collect())
                })
                .collect(),
        };
        match bound.binding {
            Binding::Each => target.conn.execute_each(&bound.sql, chunk.len(), params).await.unwrap(),
            Binding::Rows | Binding::Columns => target.conn.execute_all(&bound.sql, params).await.unwrap(),
        };
    }
}

fn slug(title: &str) -> String {
    let mut slug = Vec::with_capacity(title.len());
    let mut gap = false;
    for byte in title.bytes().map(|b| b.to_ascii_lowercase()) {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte >= 0x80 {
            if gap && !slug.is_empty() {
                slug.push(b'-');
            }
            gap = false;
            slug.push(byte);
        } else {
            gap = true;
        }
    }
    String::from_utf8(slug).unwrap()
}

fn main() {
    let numbers: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let rows = numbers.first().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let batch = numbers.get(1).and_then(|n| n.parse().ok()).unwrap_or(1_000);
    // As `strat` has it.
    let runtime = own_runtime();
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..9 {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("data-scripts/slug");
        std::fs::create_dir_all(&script).unwrap();
        std::fs::write(script.join("slug.wasm"), include_bytes!("slug.wasm")).unwrap();
        let ledger = Ledger::init(&folder.path().join("ledger"), &Uuid::random().unwrap()).unwrap();
        let url = numbers
            .get(2)
            .cloned()
            .unwrap_or_else(|| format!("sqlite:{}", folder.path().join("b.db").display()));
        let url = TargetUrl::parse(&url).unwrap();
        let bench = Bench { folder: folder.path().to_owned(), ledger, url, rows, batch };
        let (who, ours) = (round % 3, round % 3 == 2);
        runtime.block_on(async {
            if let Ok(mut old) = Connection::open(&bench.url, Mode::Write).await {
                for table in
                    ["docs", "strat_journal", "strat_entry", "strat_progress", "strat_lease", "strat_control"]
                {
                    let _ = old.run(&format!("DROP TABLE IF EXISTS {table}")).await;
                }
                old.close().await;
            }
            bench.record(TABLE);
            bench.up().await;
            bench.fill().await;
            if ours {
                bench.record(FILL);
            }
            let (start, used) = (Instant::now(), processor_time());
            match who {
                0 => bench.native().await,
                1 => bench.overlapped().await,
                _ => bench.up().await,
            }
            times[who].push((start.elapsed().as_secs_f64(), processor_time() - used));
        });
    }
    let median = |all: &[(f64, f64)], of: fn(&(f64, f64)) -> f64| {
        let mut list: Vec<f64> = all.iter().map(of).collect();
        list.sort_by(f64::total_cmp);
        list[list.len() / 2]
    };
    println!("{rows} rows, batches of {batch}, median of 3, in turn");
    let mut wall = Vec::new();
    for (name, runs) in ["native", "overlapped", "stratigraph"].into_iter().zip(&times) {
        let (took, used) = (median(runs, |run| run.0), median(runs, |run| run.1));
        let each: Vec<_> = runs.iter().map(|run| format!("{:.2}", run.0)).collect();
        let per = rows as f64 / took;
        println!(
            "{name:11} {took:7.2} s  {per:9.0} rows/s  {used:6.2} s of processor time  ({})",
            each.join(" ")
        );
        wall.push(took);
    }
    println!("ratio       {:.2}, overlapped {:.2}", wall[0] / wall[2], wall[1] / wall[2]);
}

/// Seconds that this process has kept processors busy; 0 where the system doesn't tell.
fn processor_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    // Behind the name: state, then ten numbers, then user and system time in hundredths of a second.
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
