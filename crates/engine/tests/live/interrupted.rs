//! A backfill that is stopped in the middle: the target knows it is in the middle of the entry, and rows that came since are visited.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::world::{
    World,
    faults::{Fault, Mode},
    travel::{Go, Manner, Stop},
};
use model::{Digest, EntryId, Value};
use stratigraph_engine::{
    Choices, Event, Known, PrepareError, RunOptions, carry_out,
    data::{Allowed, Pacing},
    guests::Guests,
    journal::Way,
    prepare_down, prepare_up,
};

const TABLE: &str = r#"Draft(message: "docs", steps: [CreateTable(name: "docs", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "title", type: Text), (name: "slug", type: Text),
], constraints: [(is: PrimaryKey(["id"]))])])"#;

const FILL: &str = r#"Draft(message: "slugs", steps: [
    Backfill(script: "slug", table: "docs", read: ["title"], write: ["slug"], undo: None("made from the title")),
])"#;

async fn world() -> (World, [EntryId; 2]) {
    world_of(World::new(None), 50).await
}

/// A table of so many rows, and the entry that fills them.
async fn world_of(world: World, rows: u32) -> (World, [EntryId; 2]) {
    let template = include_str!("../../../../data-scripts/sdk/wat/template.wat");
    world.script("slug", &template.replace("@READ@", "title").replace("@WRITE@", "slug"));
    let entries = [world.record(TABLE, "0001-docs"), world.record(FILL, "0002-slugs")];
    world.attempt(&entries[..1]).await.unwrap();
    insert(&world, 1..rows + 1).await;
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
    let options = RunOptions {
        accepted: &[],
        patience: Duration::ZERO,
        pacing: Pacing::fixed(10),
        interrupt: &interrupt,
        allowed: Allowed::default(),
    };
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
    let down = prepare_down(&mut target, &known, &known.ancestors(&[first]), choices).await.unwrap();
    let undone: Vec<_> = down.plan.entries.iter().map(|entry| entry.entry).collect();
    assert_eq!(undone, [second]);
    // Where it has been already isn't where it stands.
    let up = prepare_up(&mut target, &known, &known.ancestors(&[first]), choices).await;
    assert!(matches!(up, Err(PrepareError::CutOff(entry, Way::Up)) if entry == second), "{up:?}");
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

/// How many rows a session of ours has read from the server's indexes and tables.
async fn rows_read(target: &mut stratigraph_engine::Target) -> u64 {
    let sql = "SELECT CAST(SUM(variable_value) AS SIGNED) FROM information_schema.session_status
        WHERE variable_name IN ('HANDLER_READ_NEXT', 'HANDLER_READ_PREV', 'HANDLER_READ_RND_NEXT', 'HANDLER_READ_KEY')";
    match target.conn.query(sql, &[]).await.unwrap()[0][0] {
        Value::Int(n) => u64::try_from(n).unwrap(),
        ref other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resumed_step_does_not_read_finished_rows_again() {
    let (world, [_, second]) = world().await;
    up_until(&world, second, 20).await;
    // Whoever read the first rows again would hand them to the guest, which would write their slugs again.
    let mut target = world.target().await;
    target.conn.run("UPDATE docs SET slug = NULL WHERE id <= 20").await.unwrap();
    target.conn.close().await;
    world.attempt(&[second]).await.unwrap();
    assert_eq!(unfilled(&world).await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resumed_step_costs_the_server_no_finished_rows() {
    crate::world::with_servers("resume", |url| async {
        if !url.starts_with("mysql") && !url.starts_with("mariadb") {
            return;
        }
        let (world, [_, second]) = world_of(World::new(Some(url)), 1000).await;
        let all = {
            let mut target = world.target().await;
            let before = rows_read(&mut target).await;
            target.conn.query("SELECT id, title, slug FROM docs ORDER BY id", &[]).await.unwrap();
            rows_read(&mut target).await - before
        };
        up_until(&world, second, 900).await;
        let known = Known::load(&world.ledger).unwrap();
        let mut target = world.target().await;
        let choices = Choices { database: "main", step_by_step: true };
        let prepared = prepare_up(&mut target, &known, &known.ancestors(&[second]), choices).await.unwrap();
        let before = rows_read(&mut target).await;
        let interrupt = AtomicBool::new(false);
        let options = RunOptions {
            accepted: &[],
            patience: Duration::ZERO,
            pacing: Pacing::fixed(50),
            interrupt: &interrupt,
            allowed: Allowed::default(),
        };
        let blobs = |digest: &Digest| world.blob(digest);
        carry_out(&mut target, &prepared, &known, options, &Guests::new(&blobs), &mut |_| ()).await.unwrap();
        let read = rows_read(&mut target).await - before;
        target.conn.close().await;
        assert_eq!(unfilled(&world).await, 0);
        // A hundred rows were left; each is read once and looked up once to be written.
        assert!(all >= 1000 && read < 600, "{read} rows were read, and all together take {all}");
    })
    .await;
}

const TRAPS: &str = r#"Draft(message: "trap", steps: [
    AddColumn(table: "docs", column: (name: "mark", type: Text)),
    Backfill(script: "trap", table: "docs", read: ["title"], write: ["mark"], undo: None("goes with the column")),
])"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_can_never_be_finished_can_be_left() {
    let (world, [_, second]) = world().await;
    world.attempt(&[second]).await.unwrap();
    // A guest that gives up at the row that says so, which comes late.
    let template = include_str!("../../../../data-scripts/sdk/wat/template.wat");
    let locals = "(local $i i32) (local $c i32)\n";
    let trap = "(if (i32.eq (i32.load8_u (i32.add (local.get $src) (i32.const 6))) (i32.const 0x34)) (then unreachable))";
    let wat = template.replace("@READ@", "title").replace("@WRITE@", "mark");
    let wat = wat.replacen(locals, &format!("{locals}{trap}"), 1);
    world.script("trap", &wat);
    let third = world.record(TRAPS, "0003-trap");
    let why = up_until(&world, third, 1000).await;
    assert!(why.contains("trap"), "{why}");
    let mut target = world.target().await;
    assert!(target.journal.position.partial.is_some());
    assert!(target.introspect().await.unwrap().tables["docs"].columns.contains_key("mark"));
    target.conn.close().await;
    // Only what is complete of it goes; what was applied before stays.
    world.attempt_down(&[second]).await.unwrap();
    let mut target = world.target().await;
    assert_eq!(target.journal.position.heads, [second]);
    assert!(target.journal.position.partial.is_none());
    let left = target.conn.query("SELECT count(*) FROM strat_progress", &[]).await.unwrap();
    assert_eq!(left, [[Value::Int(0)]]);
    target.conn.close().await;
    world.ledger.remove_head(&third).unwrap();
    world.attempt(&world.heads()).await.unwrap();
}

const RENAMED: &str = r#"Draft(message: "renamed", steps: [
    RenameEnumValue(name: "mood", value: "SAD", to: "LOW"),
    RenameColumn(table: "people", column: "name", to: "called"),
    CreateIndex(table: "people", index: (name: "by_name", on: [Column("called")])),
])"#;

const PEOPLE: &str = r#"Draft(message: "people", steps: [
    CreateEnum(name: "mood", values: ["SAD", "GLAD"]),
    CreateTable(name: "people", columns: [(name: "id", type: BigInt, nullable: false), (name: "name", type: Varchar(20))],
        constraints: [(is: PrimaryKey(["id"]))]),
])"#;

/// Whoever goes down from where a statement's outcome is unknown either ends where nothing of the entry is left, or is told to go up first.
async fn the_way_down_heeds_what_may_have_happened(url: Option<String>) {
    let world = World::new(url);
    let [people, renamed] =
        [(PEOPLE, "0001-people"), (RENAMED, "0002-renamed")].map(|(text, stem)| world.record(text, stem));
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    let go = async |go: Go, to, fault: Option<&Arc<Fault>>| {
        let accepted = ["H301".to_owned()];
        // A server may take a moment to let go of the lock of a session that was cut off.
        let patience = Duration::from_secs(10);
        let manner = Manner { fault, accepted: &accepted, patience, ..Manner::default() };
        world.travel(&known, go, &[to], manner).await.map(drop)
    };
    go(Go::Up, people, None).await.unwrap();
    world.by_hand(&["INSERT INTO people VALUES (1, 'Ada')"]).await;
    let seen = Arc::new(Fault::default());
    go(Go::Up, renamed, Some(&seen)).await.unwrap();
    go(Go::Down, people, None).await.unwrap();
    for (call, _) in seen.points() {
        for mode in [Mode::NotDone, Mode::AnswerLost] {
            let arrived = go(Go::Up, renamed, Some(&Arc::new(Fault::at(call, mode)))).await.is_ok();
            world.forget_lease().await;
            if arrived {
                go(Go::Down, people, None).await.unwrap();
                continue;
            }
            match go(Go::Down, people, None).await {
                Ok(()) => {}
                Err(Stop::Unplanned(PrepareError::CutOff(entry, Way::Up))) => {
                    assert_eq!(entry, renamed);
                    go(Go::Up, renamed, None).await.unwrap();
                    go(Go::Down, people, None).await.unwrap();
                }
                Err(other) => panic!("{mode:?} at {call}: {}", other.said()),
            }
            world.compare(&known).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_down_heeds_what_may_have_happened_anywhere() {
    the_way_down_heeds_what_may_have_happened(None).await;
    crate::world::with_servers("heeds", |url| the_way_down_heeds_what_may_have_happened(Some(url))).await;
}

const VIEWED: &str = r#"Draft(message: "viewed", steps: [
    CreateView(name: "called", columns: ["a"], query: "SELECT name FROM people"),
])"#;

/// Its first step has nothing to do, which one plan leaves out.
const INDEXED: &str = r#"Draft(message: "indexed", accept: ["H101"], steps: [
    DropDefault(table: "people", column: "name"),
    ReplaceView(name: "called", columns: ["b"], query: "SELECT name FROM people"),
    CreateIndex(table: "people", index: (name: "by_name", on: [Column("name")], unique: true)),
    AddColumn(table: "people", column: (name: "age", type: Integer)),
])"#;

/// `up` and `switch` make other plans of the same entry; each finishes what the other began.
async fn what_one_began_another_finishes(url: Option<String>) {
    let world = World::new(url);
    let drafts = [(PEOPLE, "0001-people"), (VIEWED, "0002-viewed"), (INDEXED, "0003-indexed")];
    let [_, viewed, indexed] = drafts.map(|(text, stem)| world.record(text, stem));
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    let go = async |go: Go, to, fault: Option<&Arc<Fault>>| {
        let manner = Manner { fault, patience: Duration::from_secs(10), ..Manner::default() };
        world.travel(&known, go, &[to], manner).await.map(drop)
    };
    go(Go::Up, viewed, None).await.unwrap();
    for (begins, finishes) in [(Go::Up, Go::Switch), (Go::Switch, Go::Up)] {
        let seen = Arc::new(Fault::default());
        go(begins, indexed, Some(&seen)).await.unwrap();
        for (call, _) in seen.points().into_iter().step_by(2) {
            go(Go::Down, viewed, None).await.unwrap();
            let mode = if call % 4 < 2 { Mode::NotDone } else { Mode::AnswerLost };
            let arrived = go(begins, indexed, Some(&Arc::new(Fault::at(call, mode)))).await.is_ok();
            world.forget_lease().await;
            if !arrived {
                go(finishes, indexed, None).await.unwrap();
            }
            world.compare(&known).await;
        }
        go(Go::Down, viewed, None).await.unwrap();
        // The same the other way: what is undone goes on the way on which it began.
        let (begins, finishes) =
            if begins == Go::Up { (Go::Down, Go::Switch) } else { (Go::Switch, Go::Down) };
        go(Go::Up, indexed, None).await.unwrap();
        let seen = Arc::new(Fault::default());
        go(begins, viewed, Some(&seen)).await.unwrap();
        for (call, _) in seen.points().into_iter().step_by(2) {
            go(Go::Up, indexed, None).await.unwrap();
            let arrived =
                go(begins, viewed, Some(&Arc::new(Fault::at(call, Mode::AnswerLost)))).await.is_ok();
            world.forget_lease().await;
            if !arrived {
                go(finishes, viewed, None).await.unwrap();
            }
            world.compare(&known).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_command_began_another_finishes() {
    what_one_began_another_finishes(None).await;
    crate::world::with_servers("finishes", |url| what_one_began_another_finishes(Some(url))).await;
}
