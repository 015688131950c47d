//! How fast and how large: `cargo test --release -p stratigraph-ledger --test figures -- --ignored --nocapture`.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "it prints figures")]

use std::{fs, path::Path, time::Instant};

use model::{Digest, Entry, Origin, State};
use stratigraph_ledger::{self as ledger, Graph, Ledger, Uuid, verify};

/// Writes a chain of entries without making each durable.
fn chain(folder: &Path, count: usize) -> Ledger {
    let ledger = Ledger::init(folder, &Uuid::random().unwrap()).unwrap();
    let (mut parents, mut state) = (Vec::new(), State::new());
    for n in 0..count {
        let text = step(n);
        let draft = ledger::parse_draft("figures", &format!("Draft(message: \"step {n}\", steps: [{text}])"))
            .unwrap();
        for (index, step) in draft.steps.iter().enumerate() {
            state.advance("main", Origin::Entry(Digest::of(&n.to_le_bytes())), index as u32, step).unwrap();
        }
        let entry = Entry {
            format: 1,
            ledger: ledger.uuid().to_string(),
            parents: std::mem::take(&mut parents),
            branch: "main".to_owned(),
            database: "main".to_owned(),
            message: draft.message,
            author: "Ada Example <ada@example.com>".to_owned(),
            authored_at: "2026-11-20T10:18:48Z".to_owned(),
            draft: format!("{n:05}-step"),
            accept: Vec::new(),
            resolutions: Vec::new(),
            steps: draft.steps,
            databases: Vec::new(),
            schema: state.digest().unwrap(),
        };
        let text = ledger::print_entry(&entry).unwrap();
        let id = Digest::of(text.as_bytes());
        let path = ledger.entry_path(&id);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        parents = vec![id];
    }
    ledger
}

/// Every fourth entry makes a table; the others add columns and an index to it.
fn step(n: usize) -> String {
    let table = n / 4;
    match n % 4 {
        0 => format!(
            "CreateTable(name: \"table_{table}\", columns: [(name: \"id\", type: BigInt, nullable: false), (name: \"title\", \
             type: Varchar(200)), (name: \"made\", type: TimestampTz, default: Now)], constraints: [(name: \
             \"table_{table}_pkey\", is: PrimaryKey([\"id\"]))])"
        ),
        3 => format!(
            "CreateIndex(table: \"table_{table}\", index: (name: \"table_{table}_title\", on: [Column(\"title\")]))"
        ),
        k => format!(
            "AddColumn(table: \"table_{table}\", column: (name: \"extra_{k}\", type: Integer, default: Literal({k})))"
        ),
    }
}

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("unknown").to_owned()
}

fn timed<T>(what: &str, act: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = act();
    println!("{what}: {:.1} ms ({})", start.elapsed().as_secs_f64() * 1000.0, peak());
    done
}

#[test]
#[ignore = "a measurement, not a test"]
fn figures() {
    for count in [5_000, 20_000] {
        let folder = tempfile::tempdir().unwrap();
        let ledger = chain(&folder.path().join("ledger"), count);
        println!("-- {count} entries");
        timed("summaries, cold", || ledger.summaries().unwrap());
        let rows = timed("summaries, cached", || ledger.summaries().unwrap());
        timed("graph", || Graph::new(rows).unwrap().heads());
        timed("entries", || drop(ledger.entries().unwrap()));
        let report = timed("verify", || verify(ledger.folder()).unwrap());
        println!("{} findings, first {:?}", report.findings.len(), report.findings.first());
    }
}
