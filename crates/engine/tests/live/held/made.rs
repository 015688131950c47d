//! What was changed in rows that a populate made comes back with them: cells, rows that somebody deleted, and nothing else.

use model::{EntryId, Value};
use sandbox::{Batch, Column, ColumnType};
use stratigraph_engine::journal::Restored;

use super::Stage;
use crate::world::{World, canned, with_server, with_servers};

const TABLES: &str = r#"Draft(message: "tables", steps: [
    CreateEnum(name: "mood", values: ["glad", "sad"]),
    CreateTable(name: "kinds", columns: [
        (name: "id", type: BigInt, nullable: false),
        (name: "name", type: Text, nullable: false),
        (name: "place", type: Integer, nullable: false, default: Literal(3)),
        (name: "mood", type: Enum("mood")),
        (name: "price", type: Decimal(10, 2)),
        (name: "info", type: Json),
        (name: "at", type: Timestamp),
    ], constraints: [(is: PrimaryKey(["id"]))]),
    CreateTable(name: "notes", columns: [
        (name: "id", type: BigInt, nullable: false),
        (name: "kind", type: BigInt, nullable: false),
    ], constraints: [
        (is: PrimaryKey(["id"])),
        (is: ForeignKey(columns: ["kind"], references: "kinds", to: ["id"])),
    ]),
])"#;

const SEED: &str = r#"Draft(message: "kinds", steps: [
    Populate(script: "kinds", table: "kinds", write: ["id", "name"]),
])"#;

const LATE: &str = r#"Draft(message: "late", steps: [
    AddColumn(table: "kinds", column: (name: "late", type: Text)),
])"#;

/// What is done to the rows.
const CHANGES: &[&str] = &[
    "UPDATE kinds SET name = 'another', place = 9 WHERE id = 2",
    r#"UPDATE kinds SET mood = 'glad', price = 1.5, info = '{"a": [1, null]}', at = '2024-05-06 07:08:09' WHERE id = 3"#,
    "DELETE FROM kinds WHERE id = 4",
    "UPDATE kinds SET late = 'x' WHERE id = 1",
    "INSERT INTO kinds (id, name, place) VALUES (100, 'own', 1)",
];

fn kinds(url: Option<String>, tables: &str) -> (World, [EntryId; 3]) {
    let world = World::new(url);
    let ids: Vec<_> = (1..=7).map(Value::Int).collect();
    let names: Vec<_> = (1..=7).map(|n| Value::Text(format!("Kind {n}"))).collect();
    let columns = vec![
        Column::from_values("id", ColumnType::BigInt, &ids).unwrap(),
        Column::from_values("name", ColumnType::Text, &names).unwrap(),
    ];
    world.script("kinds", &canned(&Batch::new(columns).unwrap()));
    let entries = [(tables, "0001-tables"), (SEED, "0002-kinds"), (LATE, "0003-late")];
    let entries = entries.map(|(text, stem)| world.record(text, stem));
    (world, entries)
}

async fn what_was_changed_comes_back(url: Option<String>) {
    let (world, entries) = kinds(url, TABLES);
    let stage = Stage { world, entries: [entries[0], entries[1], entries[2], entries[2]] };
    let [tables, seed, late, _] = stage.entries;
    let all = "SELECT id, name, place, mood, price, info, at FROM kinds ORDER BY id";
    let kept = "SELECT (SELECT count(*) FROM strat_vault), (SELECT count(*) FROM strat_vault_cells)";
    stage.go(&[late], false).await;
    // As nothing was changed, nothing is kept.
    stage.go(&[tables], true).await;
    assert_eq!(stage.rows(kept).await, ["[Int(0), Int(0)]"]);
    stage.go(&[late], false).await;
    stage.by_hand(CHANGES).await;
    let before = (stage.rows(all).await, stage.rows("SELECT late FROM kinds ORDER BY id").await);
    for _ in 0..2 {
        stage.go(&[tables], true).await;
        assert_eq!(stage.rows("SELECT id FROM kinds").await, ["[Int(100)]"]);
        assert_eq!(stage.rows(kept).await, ["[Int(1), Int(1)]"]);
        stage.go(&[seed], false).await;
        assert_eq!(stage.rows(all).await, before.0);
        assert_eq!(stage.rows(kept).await, ["[Int(0), Int(0)]"]);
        let counts = stage.restored().await.last().copied();
        assert_eq!(counts, Some(Restored { kept: 3, restored: 3, changed: 0, gone: 0, fresh: 0 }));
        stage.go(&[late], false).await;
        assert_eq!(stage.rows("SELECT late FROM kinds ORDER BY id").await, before.1);
    }
    // What can't be deleted, since somebody refers to it, stops the way back as a whole.
    stage.by_hand(&["INSERT INTO notes (id, kind) VALUES (1, 5)"]).await;
    stage.travel(&[tables], true).await.unwrap_err();
    assert_eq!(stage.rows(all).await, before.0);
    assert_eq!(stage.rows(kept).await, ["[Int(0), Int(0)]"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_in_made_rows_comes_back_everywhere() {
    what_was_changed_comes_back(None).await;
    with_servers("held_made", |url| what_was_changed_comes_back(Some(url))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_go_along_are_asked_about() {
    let cascade = TABLES.replace(r#"to: ["id"])"#, r#"to: ["id"], on_delete: Cascade)"#);
    let (world, entries) = kinds(None, &cascade);
    let stage = Stage { world, entries: [entries[0], entries[1], entries[2], entries[2]] };
    stage.go(&[entries[1]], false).await;
    let why = stage.travel(&[entries[0]], true).await.unwrap_err();
    assert!(why.contains("H101") && why.contains("`notes`"), "{why}");
}

const NUMBERED: &str = r#"Draft(message: "numbered", steps: [
    CreateTable(name: "kinds", columns: [
        (name: "name", type: Varchar(40), nullable: false),
        (name: "id", type: BigInt, nullable: false, identity: ByDefault),
    ], constraints: [(is: PrimaryKey(["name"]))]),
])"#;

/// Numbers that the script gives in a column where the server could come back as well, and nobody is asked.
async fn numbers(url: String) {
    let world = World::new(Some(url));
    let names: Vec<_> = (1..=3).map(|n| Value::Text(format!("Kind {n}"))).collect();
    let ids: Vec<_> = (1..=3).map(Value::Int).collect();
    let columns = vec![
        Column::from_values("id", ColumnType::BigInt, &ids).unwrap(),
        Column::from_values("name", ColumnType::Varchar, &names).unwrap(),
    ];
    world.script("kinds", &canned(&Batch::new(columns).unwrap()));
    let entries = [(NUMBERED, "0001-numbered"), (SEED, "0002-kinds")];
    let [table, seed] = entries.map(|(text, stem)| world.record(text, stem));
    let stage = Stage { world, entries: [table, seed, seed, seed] };
    stage.go(&[seed], false).await;
    stage.by_hand(&["UPDATE kinds SET id = 70 WHERE name = 'Kind 2'"]).await;
    let all = "SELECT name, id FROM kinds ORDER BY name";
    let before = stage.rows(all).await;
    stage.go(&[table], true).await;
    stage.go(&[seed], false).await;
    assert_eq!(stage.rows(all).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_the_script_gives_come_back() {
    with_server("STRAT_TEST_POSTGRES", "held_numbers", &numbers).await;
}
