//! The vault of cells: what a backfill overwrote comes back where nobody changed it since, on every database.

mod blame;

use std::{collections::BTreeMap, sync::atomic::AtomicBool, time::Duration};

use crate::world::{World, canned, histories::docs, with_servers};
use model::{Digest, EntryId, Value};
use sandbox::{Batch, Column, ColumnType};
use stratigraph_engine::{
    Choices, Event, Known, RunOptions, carry_out,
    data::{Allowed, Pacing},
    gate,
    guests::Guests,
    journal::{Kind, Restored},
    prepare_down, prepare_up,
};

const TEMPLATE: &str = include_str!("../../../../data-scripts/sdk/wat/template.wat");

fn world(url: Option<String>) -> (World, [EntryId; 3]) {
    let world = World::new(url);
    let entries = docs(&world);
    (world, entries)
}

async fn by_hand(world: &World, statements: &[String]) {
    let mut target = world.target().await;
    for statement in statements {
        target.conn.run(statement).await.unwrap();
    }
    target.conn.close().await;
}

type Rows = BTreeMap<i64, [Value; 3]>;

async fn rows(world: &World) -> Rows {
    let mut target = world.target().await;
    let rows = target.conn.query("SELECT id, title, slug, note FROM docs ORDER BY id", &[]).await.unwrap();
    target.conn.close().await;
    rows.into_iter()
        .map(|row| match <[Value; 4]>::try_from(row).unwrap() {
            [Value::Int(id), title, slug, note] => (id, [title, slug, note]),
            other => panic!("{other:?}"),
        })
        .collect()
}

async fn restored(world: &World) -> Vec<Restored> {
    let mut target = world.target().await;
    let records = target.journal.records(&mut target.conn).await.unwrap();
    target.conn.close().await;
    records.into_iter().filter_map(|record| record.restored).collect()
}

async fn count(world: &World, of: &str) -> i64 {
    let mut target = world.target().await;
    let rows = target.conn.query(&format!("SELECT count(*) FROM {of}"), &[]).await.unwrap();
    target.conn.close().await;
    match rows[0][0] {
        Value::Int(n) => n,
        ref other => panic!("{other:?}"),
    }
}

/// One run there or back in small batches, cut off or not; what it told, or why it stopped.
async fn travel(
    world: &World,
    wanted: &[EntryId],
    down: bool,
    stop_after: Option<u64>,
) -> Result<Vec<Event>, String> {
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    let wanted = known.ancestors(wanted);
    let mut target = world.target().await;
    let choices = Choices { database: "main", step_by_step: true };
    let prepared = match down {
        true => prepare_down(&mut target, &known, &wanted, choices).await,
        false => prepare_up(&mut target, &known, &wanted, choices).await,
    };
    let prepared = prepared.map_err(|e| e.to_string())?;
    gate::check(&prepared.plan, &known, gate::Guarded::OPEN, &[]).map_err(|e| e.to_string())?;
    let interrupt = AtomicBool::new(false);
    let patience = Duration::from_secs(10);
    let options = RunOptions {
        accepted: &[],
        patience,
        pacing: Pacing::fixed(3),
        interrupt: &interrupt,
        allowed: Allowed::default(),
    };
    let blobs = |digest: &Digest| world.blob(digest);
    let mut told = Vec::new();
    let mut tell = |event: Event| {
        if let (Event::Rows { done, .. }, Some(rows)) = (&event, stop_after) {
            interrupt.store(*done >= rows, std::sync::atomic::Ordering::Relaxed);
        }
        told.push(event);
    };
    let result = carry_out(&mut target, &prepared, &known, options, &Guests::new(&blobs), &mut tell).await;
    target.conn.close().await;
    result.map_err(|e| e.to_string())?;
    Ok(told)
}

async fn go(world: &World, wanted: EntryId, down: bool) {
    travel(world, &[wanted], down, None).await.unwrap_or_else(|why| panic!("{why}"));
    world.compare(&Known::load(&world.ledger).unwrap()).await;
}

fn insert(ids: std::ops::Range<i64>) -> Vec<String> {
    ids.map(|id| format!("INSERT INTO docs (id, title, slug) VALUES ({id}, 'Title {id}', 'Before {id}')"))
        .collect()
}

async fn what_was_overwritten_comes_back(url: Option<String>) {
    let (world, [table, slugs, _]) = world(url);
    go(&world, table, false).await;
    by_hand(&world, &insert(1..11)).await;
    // What is as the guest will make it is not changed, and so not kept.
    by_hand(&world, &["UPDATE docs SET slug = 'title 4' WHERE id = 4".to_owned()]).await;
    let before = rows(&world).await;
    go(&world, slugs, false).await;
    assert_eq!(rows(&world).await[&3][1], Value::Text("title 3".into()));
    assert_eq!(count(&world, "strat_vault").await, 1);
    let writes = [
        "UPDATE docs SET slug = 'theirs' WHERE id = 2",
        "UPDATE docs SET slug = NULL WHERE id = 5",
        "UPDATE docs SET slug = 'Title 6' WHERE id = 6",
        "UPDATE docs SET title = 'else' WHERE id = 7",
        "DELETE FROM docs WHERE id = 9",
        "INSERT INTO docs (id, title, slug) VALUES (11, 'New', 'new')",
    ];
    by_hand(&world, &writes.map(str::to_owned)).await;
    let between = rows(&world).await;
    go(&world, table, true).await;
    let after = rows(&world).await;
    for (id, row) in &after {
        let theirs = [2, 5, 6, 11].contains(id);
        let slug = if theirs { &between[id][1] } else { &before[id][1] };
        assert_eq!((&row[0], &row[1]), (&between[id][0], slug), "row {id}");
    }
    assert_eq!(after.len(), 10);
    assert_eq!(restored(&world).await, [Restored { kept: 9, restored: 5, changed: 3, gone: 1, fresh: 0 }]);
    assert_eq!(count(&world, "strat_vault").await + count(&world, "strat_vault_cells").await, 0);
    assert_eq!(count(&world, "strat_progress").await, 0);
    // Up again fills anew, and down again brings back what stood there by then.
    go(&world, slugs, false).await;
    assert_eq!(rows(&world).await[&2][1], Value::Text("title 2".into()));
    go(&world, table, true).await;
    assert_eq!(rows(&world).await, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_overwritten_comes_back_everywhere() {
    what_was_overwritten_comes_back(None).await;
    with_servers("vault", |url| what_was_overwritten_comes_back(Some(url))).await;
}

/// Numbers that look random and are the same each time.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// What an application might write; often what the guests write too, and what stood there before.
fn application(random: &mut Seeded) -> Vec<String> {
    let text = |random: &mut Seeded| match random.below(5) {
        0 => "NULL".to_owned(),
        1 => format!("'Title {}'", random.below(20)),
        2 => format!("'title {}'", random.below(20)),
        3 => "''".to_owned(),
        _ => format!("'Ä{} '", random.below(3)),
    };
    let mut statements = Vec::new();
    for _ in 0..random.below(12) {
        let id = random.below(24);
        statements.push(match random.below(6) {
            0 => format!("DELETE FROM docs WHERE id = {id}"),
            1 => {
                let free = 100 + random.below(1_000_000);
                let (title, slug) = (text(random), text(random));
                format!("INSERT INTO docs (id, title, slug) VALUES ({free}, {title}, {slug})")
            }
            n => {
                let column = ["title", "slug", "note"][n as usize % 3];
                format!("UPDATE docs SET {column} = {} WHERE id = {id}", text(random))
            }
        });
    }
    statements
}

/// What undoing a backfill of the column leaves: the cells that still hold what it wrote hold what it overwrote.
fn undone(now: &mut Rows, (before, after): (&Rows, &Rows), column: usize) {
    for (id, row) in now {
        let (Some(old), Some(new)) = (before.get(id), after.get(id)) else { continue };
        if old[column] != new[column] && row[column] == new[column] {
            row[column] = old[column].clone();
        }
    }
}

async fn the_way_back_leads_back(url: Option<String>, seed: u64) {
    let mut random = Seeded(seed);
    let (world, [table, slugs, notes]) = world(url);
    go(&world, table, false).await;
    by_hand(&world, &insert(1..20)).await;
    by_hand(&world, &application(&mut random)).await;
    for round in 0..3 {
        let start = rows(&world).await;
        go(&world, slugs, false).await;
        let filled = rows(&world).await;
        by_hand(&world, &application(&mut random)).await;
        let between = rows(&world).await;
        go(&world, notes, false).await;
        let noted = rows(&world).await;
        by_hand(&world, &application(&mut random)).await;
        let mut expected = rows(&world).await;
        undone(&mut expected, (&between, &noted), 2);
        if random.below(2) == 0 {
            go(&world, slugs, true).await;
            assert_eq!(rows(&world).await, expected, "seed {seed}, round {round}, notes");
        }
        undone(&mut expected, (&start, &filled), 1);
        go(&world, table, true).await;
        assert_eq!(rows(&world).await, expected, "seed {seed}, round {round}");
        assert_eq!(count(&world, "strat_vault_cells").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_application_writes_the_way_back_leads_back() {
    for seed in 0..20 {
        the_way_back_leads_back(None, seed).await;
    }
    let seed = std::sync::atomic::AtomicU64::new(100);
    with_servers("vault_law", |url| {
        let seed = seed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        the_way_back_leads_back(Some(url), seed)
    })
    .await;
}

const KINDS: &str = r#"Draft(message: "kinds", steps: [
    CreateEnum(name: "mood", values: ["glad", "sad"]),
    CreateTable(name: "kinds", columns: [
        (name: "org", type: Varchar(20), nullable: false), (name: "no", type: Uuid, nullable: false),
        (name: "a_bool", type: Bool), (name: "a_small", type: SmallInt), (name: "a_double", type: Double), (name: "a_real", type: Real),
        (name: "a_decimal", type: Decimal(12, 3)), (name: "a_char", type: Char(4)), (name: "a_date", type: Date),
        (name: "a_time", type: Time), (name: "a_timestamp", type: Timestamp), (name: "a_moment", type: TimestampTz),
        (name: "a_json", type: Json), (name: "some_bytes", type: Bytes), (name: "a_mood", type: Enum("mood")),
    ], constraints: [(is: PrimaryKey(["org", "no"]))]),
])"#;

const KINDS_FILLED: &str = r#"Draft(message: "kinds filled", steps: [
    Backfill(script: "kinds", table: "kinds", write: ["a_bool", "a_small", "a_double", "a_real", "a_decimal", "a_char", "a_date", "a_time",
        "a_timestamp", "a_moment", "a_json", "some_bytes", "a_mood"]),
])"#;

/// Three rows with columns of every type that a table key can have beside it.
fn every_type() -> Batch {
    let text = |text: &str| Value::Text(text.to_owned());
    let values = |name: &str, ty, values: [Value; 3]| Column::from_values(name, ty, &values).unwrap();
    Batch::new(vec![
        values("a_bool", ColumnType::Bool, [Value::Bool(true), Value::Null, Value::Bool(false)]),
        values("a_small", ColumnType::SmallInt, [Value::Int(-1), Value::Int(1), Value::Null]),
        values("a_double", ColumnType::Double, [Value::Double(0.1), Value::Double(-0.0), Value::Null]),
        values("a_real", ColumnType::Real, [Value::Real(0.1), Value::Real(-0.0), Value::Null]),
        values(
            "a_decimal",
            ColumnType::Decimal,
            ["1.5", "-0.125", "0"].map(|d| Value::Decimal(d.to_owned())),
        )
        .scale(3),
        values("a_char", ColumnType::Char, [text("ab"), text(""), text("äöü")]),
        values("a_date", ColumnType::Date, [Value::Date(0), Value::Date(20_000), Value::Null]),
        values("a_time", ColumnType::Time, [Value::Time(1), Value::Time(86_399_999_999), Value::Null]),
        values("a_timestamp", ColumnType::Timestamp, [1, 1_700_000_000_000_001, 0].map(Value::Timestamp)),
        values("a_moment", ColumnType::TimestampTz, [1, 1_700_000_000_000_001, 0].map(Value::Timestamp)),
        values(
            "a_json",
            ColumnType::Json,
            ["{\"b\":1,\"a\":[ ]}", "null", "1.0"].map(|j| Value::Json(j.to_owned())),
        ),
        values(
            "some_bytes",
            ColumnType::Bytes,
            [Value::Bytes(vec![0, 255]), Value::Bytes(vec![]), Value::Null],
        ),
        values("a_mood", ColumnType::Enum, [text("glad"), text("sad"), Value::Null]),
    ])
    .unwrap()
}

async fn every_type_comes_back(url: Option<String>) {
    let world = World::new(url);
    world.script("kinds", &canned(&every_type()));
    let kinds = world.record(KINDS, "0001-kinds");
    let filled = world.record(KINDS_FILLED, "0002-filled");
    go(&world, kinds, false).await;
    let row = |n: u8, values: &str| {
        let quoted = if world.url.dialect_name() == "mysql" { "`no`" } else { "\"no\"" };
        format!(
            "INSERT INTO kinds (org, {quoted}, a_small, a_decimal, a_char, a_date, a_json, a_mood) \
             VALUES ('o', '00000000-0000-0000-0000-00000000000{n}', {values})"
        )
    };
    let inserts = [
        row(1, "7, 7.25, 'x', '2020-02-29', '{\"z\": 1}', 'sad'"),
        row(2, "NULL, NULL, NULL, NULL, NULL, NULL"),
        row(3, "-32768, -999999999.999, 'wxyz', '1969-12-31', '[1, 2]', 'glad'"),
    ];
    by_hand(&world, &inserts).await;
    let columns = "org, a_bool, a_small, a_double, a_real, a_decimal, a_char, a_date, a_time, a_timestamp, a_moment, a_json, some_bytes, a_mood";
    let sql = format!("SELECT {columns} FROM kinds ORDER BY a_small");
    let read = async || {
        let mut target = world.target().await;
        let rows = target.conn.query(&sql, &[]).await.unwrap();
        target.conn.close().await;
        rows.iter().map(|row| format!("{row:?}")).collect::<Vec<_>>()
    };
    let before = read().await;
    // The canned answer is for three rows, and small batches would ask for fewer.
    world.go(&[filled], false, true).await;
    assert_ne!(read().await, before);
    go(&world, kinds, true).await;
    assert_eq!(read().await, before);
    assert_eq!(restored(&world).await, [Restored { kept: 3, restored: 3, changed: 0, gone: 0, fresh: 0 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_comes_back_everywhere() {
    every_type_comes_back(None).await;
    with_servers("vault_kinds", |url| every_type_comes_back(Some(url))).await;
}

async fn prepared(url: Option<String>) -> (World, [EntryId; 3]) {
    let (world, entries) = world(url);
    go(&world, entries[0], false).await;
    by_hand(&world, &insert(1..8)).await;
    (world, entries)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_that_is_stopped_goes_on() {
    let (world, [table, slugs, _]) = world(None);
    go(&world, table, false).await;
    by_hand(&world, &insert(1..30)).await;
    let before = rows(&world).await;
    go(&world, slugs, false).await;
    let why = travel(&world, &[table], true, Some(9)).await.unwrap_err();
    assert!(why.contains("after 9 rows"), "{why}");
    let why = travel(&world, &[slugs], false, None).await.unwrap_err();
    assert!(why.contains("cut off on its way down"), "{why}");
    go(&world, table, true).await;
    assert_eq!(rows(&world).await, before);
    assert_eq!(restored(&world).await, [Restored { kept: 29, restored: 29, changed: 0, gone: 0, fresh: 0 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_that_is_left_in_the_middle_leaves_nothing() {
    let (world, [table, slugs, notes]) = world(None);
    go(&world, table, false).await;
    by_hand(&world, &insert(1..30)).await;
    let before = rows(&world).await;
    let why = travel(&world, &[notes], false, Some(9)).await.unwrap_err();
    assert!(why.contains("after 9 rows"), "{why}");
    assert_ne!(rows(&world).await, before);
    let told = travel(&world, &[table], true, None).await.unwrap();
    assert!(
        told.iter().any(|event| matches!(event, Event::Restored { restored, .. } if restored.restored == 9))
    );
    assert_eq!(rows(&world).await, before);
    assert_eq!(count(&world, "strat_vault").await, 0);
    let mut target = world.target().await;
    let records = target.journal.records(&mut target.conn).await.unwrap();
    let closing = records.iter().find(|record| record.kind == Kind::Reverted).unwrap();
    assert_eq!((closing.entry, closing.restored.map(|r| r.restored)), (slugs, Some(9)));
    target.conn.close().await;
    go(&world, notes, false).await;
    go(&world, table, true).await;
    assert_eq!(rows(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_vault_lacks_has_to_be_accepted() {
    let (world, [table, slugs, _]) = prepared(None).await;
    go(&world, slugs, false).await;
    by_hand(&world, &["DELETE FROM strat_vault".to_owned()]).await;
    let filled = rows(&world).await;
    let why = travel(&world, &[table], true, None).await.unwrap_err();
    assert!(
        why.contains("H101") && why.contains("`slug` of `docs`") && why.contains("nothing kept"),
        "{why}"
    );
    assert_eq!(rows(&world).await, filled);
    world.attempt_down(&[table]).await.unwrap();
    assert_eq!(rows(&world).await, filled);
}

const NEW: &str = r#"Draft(message: "mark", steps: [
    AddColumn(table: "docs", column: (name: "mark", type: Text)),
    Backfill(script: "mark", table: "docs", read: ["title"], write: ["mark"]),
    RenameColumn(table: "docs", column: "slug", to: "handle"),
])"#;

const OLD: &str = r#"Draft(message: "mark again", steps: [
    Backfill(script: "mark", table: "docs", read: ["title"], write: ["mark"], params: { "again": true }),
])"#;

#[tokio::test(flavor = "multi_thread")]
async fn of_columns_of_the_same_entry_nothing_is_kept() {
    let (world, [table, slugs, _]) = prepared(None).await;
    go(&world, slugs, false).await;
    world.ledger.remove_head(&world.heads()[0]).unwrap();
    world.script("mark", &TEMPLATE.replace("@READ@", "title").replace("@WRITE@", "mark"));
    let marked = world.record(NEW, "0003-mark");
    let again = world.record(OLD, "0004-again");
    go(&world, marked, false).await;
    assert_eq!(count(&world, "strat_vault").await, 1, "that of the slugs");
    by_hand(&world, &["UPDATE docs SET mark = 'Mine' WHERE id = 1".to_owned()]).await;
    go(&world, again, false).await;
    assert_eq!(count(&world, "strat_vault").await, 2);
    go(&world, marked, true).await;
    let mut target = world.target().await;
    let mine = target.conn.query("SELECT mark, handle FROM docs WHERE id = 1", &[]).await.unwrap();
    assert_eq!(mine, [[Value::Text("Mine".into()), Value::Text("title 1".into())]]);
    target.conn.close().await;
    // The column goes into the vault, so that nobody has to accept anything.
    travel(&world, &[table], true, None).await.unwrap();
    assert_eq!(count(&world, "strat_vault_held").await, 1, "the column that went");
    assert_eq!(rows(&world).await[&1][1], Value::Text("Before 1".into()), "whatever it was called meanwhile");
}
