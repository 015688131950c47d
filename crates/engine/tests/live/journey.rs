//! The whole path without a command line: drafts sealed, applied, looked at, undone, applied again.

use crate::world::{World, with_servers};

const CREATE: &str = r#"Draft(
    message: "start",
    steps: [
        CreateEnum(name: "status", values: ["NEW", "IN_PROGRESS", "DONE"]),
        CreateTable(name: "interviews", columns: [
            (name: "id", type: BigInt, nullable: false),
            (name: "status", type: Enum("status"), nullable: false, default: Literal("NEW")),
            (name: "title", type: Varchar(200), nullable: false),
            (name: "notes", type: Json),
            (name: "created_at", type: TimestampTz, nullable: false, default: Now),
        ], constraints: [(is: PrimaryKey(["id"])), (is: Check("length(title) > 0"))]),
        CreateTable(name: "answers", columns: [
            (name: "id", type: Uuid, nullable: false),
            (name: "interview_id", type: BigInt, nullable: false),
            (name: "score", type: Decimal(6, 2)),
        ], constraints: [
            (is: PrimaryKey(["id"])),
            (is: ForeignKey(columns: ["interview_id"], references: "interviews", to: ["id"], on_delete: Cascade)),
        ], indexes: [(on: [Column("interview_id")])]),
    ],
)"#;

const WIDEN: &str = r#"Draft(
    message: "follow-ups",
    steps: [
        AddColumn(table: "interviews", column: (name: "parent_id", type: Uuid)),
        AddColumn(table: "interviews", column: (name: "followups", type: Integer, nullable: false, default: Literal(0))),
        RenameColumn(table: "interviews", column: "title", to: "headline"),
        AddEnumValue(name: "status", value: "PAUSED", at: After("IN_PROGRESS")),
        SetNotNull(table: "answers", column: "score"),
        CreateIndex(table: "interviews", index: (on: [Column("status"), Desc("created_at")])),
    ],
)"#;

/// How many rows the two tables have.
async fn rows(world: &World) -> Vec<Vec<model::Value>> {
    let mut target = world.target().await;
    let sql = "SELECT (SELECT count(*) FROM interviews), (SELECT count(*) FROM answers)";
    target.conn.query(sql, &[]).await.unwrap()
}

async fn journey(url: Option<String>) {
    let world = World::new(url);
    let first = world.record(CREATE, "0001-start");
    assert_eq!(world.go(&[first], false, true).await, 1);
    let mut target = world.target().await;
    target.conn.run("INSERT INTO interviews (id, title) VALUES (1, 'x'), (2, 'y')").await.unwrap();
    let uuid = "INSERT INTO answers (id, interview_id, score) VALUES ('6f0c2b3e-0d1f-4c55-9a53-0a6c5b1c2d3e', 1, 2.5)";
    target.conn.run(uuid).await.unwrap();
    drop(target);
    let second = world.record(WIDEN, "0002-widen");
    assert_eq!(world.go(&[second], false, false).await, 1);
    assert_eq!(world.go(&[second], false, false).await, 0);
    assert_eq!(world.go(&[first], true, false).await, 1);
    assert_eq!(world.go(&[second], false, false).await, 1);
    let counts = [[model::Value::Int(2), model::Value::Int(1)]];
    assert_eq!(rows(&world).await, counts);
    assert_eq!(world.go(&[], true, false).await, 2);
    // A fresh database would take both at once; this one has rows in its vault, which come back entry by entry.
    assert_eq!(world.go(&[second], false, false).await, 2);
    assert_eq!(rows(&world).await, counts);
    drop(world.folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    journey(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers() {
    with_servers("journey", |url| journey(Some(url))).await;
}

const LIE: &str = r#"Draft(message: "by hand", steps: [
    CreateTable(name: "a", columns: [(name: "id", type: BigInt, nullable: false)], constraints: [(is: PrimaryKey(["id"]))]),
    Sql(on: { "sqlite": (up: ["ALTER TABLE a ADD COLUMN secret TEXT"], down: ["ALTER TABLE a DROP COLUMN secret"]),
        "postgres": (up: ["ALTER TABLE a ADD COLUMN secret TEXT"]) },
        touches: ["a"], declares: [AddColumn(table: "a", column: (name: "open", type: Text))]),
])"#;

#[tokio::test(flavor = "multi_thread")]
async fn sql_must_do_what_it_declares() {
    let world = World::new(None);
    let entry = world.record(LIE, "0001-lie");
    let error = world.attempt(&[entry]).await.unwrap_err();
    assert!(error.contains("did not do what it declares"), "{error}");
    assert!(error.contains("column a.secret"), "{error}");
    let mut target = world.target().await;
    let tables = target.introspect().await.unwrap().tables;
    assert!(tables.is_empty(), "the transaction left {tables:?}");
    drop(target);
    world.ledger.remove_head(&entry).unwrap();
    let entry = world.record(&LIE.replace("\"open\"", "\"secret\""), "0001-truth");
    world.attempt(&[entry]).await.unwrap();
    assert_eq!(world.go(&[], true, false).await, 1);
}
