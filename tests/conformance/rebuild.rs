//! What a table rebuild on SQLite must not lose: the rows of children, triggers, indexes, views, counters, row ids.

use model::Value;

use super::{
    scenario::Chain,
    targets::{Fresh, Kind},
    world::World,
};

const FAMILY: &str = r#"Draft(message: "family", steps: [
    CreateTable(name: "parents", columns: [
        (name: "id", type: Integer, nullable: false),
        (name: "name", type: Varchar(40)),
        (name: "over", type: Integer),
    ], constraints: [
        (is: PrimaryKey(["id"])),
        (is: ForeignKey(columns: ["over"], references: "parents", to: ["id"], on_delete: Cascade)),
    ], indexes: [
        (name: "by_name", on: [Desc("name")], only: "name <> ''"),
        (name: "by_length", on: [Expression("length(name)", Asc)]),
    ]),
    CreateTable(name: "cascading", columns: [(name: "id", type: Integer, nullable: false), (name: "of", type: Integer)],
        constraints: [(is: PrimaryKey(["id"])), (is: ForeignKey(columns: ["of"], references: "parents", to: ["id"], on_delete: Cascade, on_update: Cascade))]),
    CreateTable(name: "emptied", columns: [(name: "id", type: Integer, nullable: false), (name: "of", type: Integer)],
        constraints: [(is: PrimaryKey(["id"])), (is: ForeignKey(columns: ["of"], references: "parents", to: ["id"], on_delete: SetNull))]),
    CreateTable(name: "fallen_back", columns: [(name: "id", type: Integer, nullable: false), (name: "of", type: Integer, default: Literal(1))],
        constraints: [(is: PrimaryKey(["id"])), (is: ForeignKey(columns: ["of"], references: "parents", to: ["id"], on_delete: SetDefault))]),
    CreateTable(name: "holding", columns: [(name: "id", type: Integer, nullable: false), (name: "of", type: Integer)],
        constraints: [(is: PrimaryKey(["id"])), (is: ForeignKey(columns: ["of"], references: "parents", to: ["id"], on_delete: Restrict, deferrable: Deferred))]),
    CreateTable(name: "grandchildren", columns: [(name: "id", type: Integer, nullable: false), (name: "of", type: Integer)],
        constraints: [(is: PrimaryKey(["id"])), (is: ForeignKey(columns: ["of"], references: "cascading", to: ["id"], on_delete: Cascade))]),
    CreateView(name: "named", columns: ["id", "name"], query: "SELECT id, name FROM parents WHERE name IS NOT NULL"),
    CreateView(name: "numbers", columns: ["id"], query: "SELECT id FROM named"),
])"#;

const ROWS: &str = "
INSERT INTO parents VALUES (1, 'one', NULL);
INSERT INTO parents VALUES (2, 'two', 1);
INSERT INTO parents VALUES (3, 'three', 2);
INSERT INTO cascading VALUES (10, 1);
INSERT INTO cascading VALUES (11, 2);
INSERT INTO emptied VALUES (20, 2);
INSERT INTO emptied VALUES (21, NULL);
INSERT INTO fallen_back VALUES (30, 2);
INSERT INTO holding VALUES (40, 3);
INSERT INTO grandchildren VALUES (50, 11);
";

const REBUILD: &str = r#"Draft(message: "rebuild", accept: ["H101"], steps: [
    ChangeType(table: "parents", column: "name", to: Varchar(30)),
    SetNotNull(table: "parents", column: "name"),
    AddCheck(table: "parents", name: "named", check: "name <> 'nobody'"),
    ChangeType(table: "cascading", column: "id", to: Integer, using: "id"),
])"#;

const CHILDREN: [&str; 6] = ["parents", "cascading", "emptied", "fallen_back", "holding", "grandchildren"];

fn chain(drafts: &[&str]) -> Chain {
    let mut chain = Chain::default();
    for (number, draft) in drafts.iter().enumerate() {
        let stem = format!("{:04}-draft", number + 1);
        chain.record(draft, &stem, &stem).unwrap_or_else(|e| panic!("{e}"));
    }
    chain
}

async fn on<'a>(chain: &'a Chain) -> (World<'a>, Fresh) {
    let fresh = Kind::Sqlite.server().unwrap().fresh(false).await;
    (World::open(&fresh.url, chain).await.unwrap(), fresh)
}

async fn rows(world: &mut World<'_>, query: &str) -> Vec<Vec<Value>> {
    world.ask(query).await.unwrap_or_else(|e| panic!("{e}"))
}

async fn number(world: &mut World<'_>, query: &str) -> i64 {
    match rows(world, query).await[..] {
        [ref row] if matches!(row[..], [Value::Int(_)]) => match row[0] {
            Value::Int(n) => n,
            _ => unreachable!(),
        },
        ref other => panic!("{query} answers {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_rebuild_keeps_child_rows() {
    let chain = chain(&[FAMILY, REBUILD]);
    let (mut world, _fresh) = on(&chain).await;
    world.go(1).await.unwrap();
    world.execute(Some(ROWS.to_owned())).await.unwrap();
    let mut before = Vec::new();
    for table in CHILDREN {
        before.push(rows(&mut world, &format!("SELECT * FROM {table} ORDER BY id")).await);
    }
    for to in [2, 1, 2] {
        world.go(to).await.unwrap();
        for (table, before) in CHILDREN.iter().zip(&before) {
            let now = rows(&mut world, &format!("SELECT * FROM {table} ORDER BY id")).await;
            assert_eq!(&now, before, "{table} after the way to {to}");
        }
        assert_eq!(number(&mut world, "PRAGMA foreign_keys").await, 1);
        assert_eq!(number(&mut world, "PRAGMA legacy_alter_table").await, 0);
        assert!(rows(&mut world, "PRAGMA foreign_key_check").await.is_empty());
        assert_eq!(number(&mut world, "SELECT count(*) FROM numbers").await, 3);
        assert_eq!(
            number(&mut world, "SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%strat_new_%'").await,
            0
        );
    }
    // The references still mean the table of that name, and still act.
    world
        .execute(Some("DELETE FROM holding;\nDELETE FROM parents WHERE id = 2;\n".to_owned()))
        .await
        .unwrap();
    assert_eq!(number(&mut world, "SELECT count(*) FROM parents").await, 1);
    assert_eq!(number(&mut world, "SELECT count(*) FROM grandchildren").await, 0);
    assert_eq!(number(&mut world, "SELECT count(*) FROM emptied WHERE of IS NULL").await, 2);
    assert_eq!(number(&mut world, "SELECT of FROM fallen_back").await, 1);
}

const HANDMADE: &str = r#"Draft(message: "by hand", steps: [
    CreateTable(name: "notes", columns: [
        (name: "id", type: Integer, nullable: false, identity: ByDefault),
        (name: "text", type: Varchar(40)),
    ], constraints: [(is: PrimaryKey(["id"]))]),
    CreateTable(name: "log", columns: [(name: "line", type: Text)]),
    CreateView(name: "texts", columns: ["text"], query: "SELECT text FROM notes"),
    Sql(on: {"sqlite": (up: [
        "CREATE TRIGGER on_insert AFTER INSERT ON notes BEGIN INSERT INTO log VALUES ('insert ' || NEW.text); END",
        "CREATE TRIGGER on_delete AFTER DELETE ON notes BEGIN INSERT INTO log VALUES ('delete ' || OLD.text); END",
        "CREATE TRIGGER on_log AFTER INSERT ON log WHEN NEW.line = 'x' BEGIN INSERT INTO notes (text) SELECT 'from log' WHERE EXISTS (SELECT 1 FROM notes); END",
        "CREATE TRIGGER on_view INSTEAD OF INSERT ON texts BEGIN INSERT INTO notes (text) VALUES (NEW.text || '; ''quoted'''); END",
    ])}, touches: ["notes", "log"]),
])"#;

const RETYPE: &str = r#"Draft(message: "rebuild", steps: [
    ChangeType(table: "notes", column: "text", to: Text),
    ChangeType(table: "log", column: "line", to: Varchar(100)),
    SetDefault(table: "notes", column: "text", to: Literal("-")),
], accept: ["H101"])"#;

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_rebuild_keeps_triggers_views_and_counters() {
    let chain = chain(&[HANDMADE, RETYPE]);
    let (mut world, _fresh) = on(&chain).await;
    world.go(1).await.unwrap();
    let start = "INSERT INTO notes (text) VALUES ('a');\nINSERT INTO notes (text) VALUES ('b');\nDELETE FROM notes;\n\
                 INSERT INTO log (rowid, line) VALUES (70, 'seventy');\n";
    world.execute(Some(start.to_owned())).await.unwrap();
    let triggers = "SELECT name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name";
    let before = rows(&mut world, triggers).await;
    assert_eq!(before.len(), 5);
    for to in [2, 1, 2] {
        world.go(to).await.unwrap();
        assert_eq!(rows(&mut world, triggers).await, before);
        // No trigger fired while rows were copied and the old table went, and row ids stayed.
        assert_eq!(number(&mut world, "SELECT count(*) FROM log").await, 5);
        assert_eq!(number(&mut world, "SELECT rowid FROM log WHERE line = 'seventy'").await, 70);
        assert_eq!(number(&mut world, "SELECT seq FROM sqlite_sequence WHERE name = 'notes'").await, 2);
    }
    world
        .execute(Some("INSERT INTO texts VALUES ('c');\nINSERT INTO log VALUES ('x');\n".to_owned()))
        .await
        .unwrap();
    let texts = rows(&mut world, "SELECT id, text FROM notes ORDER BY id").await;
    let text = |s: &str| Value::Text(s.to_owned());
    assert_eq!(texts, [vec![Value::Int(3), text("c; 'quoted'")], vec![Value::Int(4), text("from log")]]);
}

const WORDS: &str = r#"Draft(message: "words", steps: [
    CreateTable(name: "words", columns: [
        (name: "word", type: Varchar(20), nullable: false), (name: "stars", type: BigInt),
    ], constraints: [(is: PrimaryKey(["word"]))], indexes: [(name: "words_all", on: [Column("word"), Column("stars")])]),
])"#;

const STARRED: &str =
    r#"Draft(message: "starred", steps: [AddCheck(table: "words", check: "stars >= 0")], accept: ["H102"])"#;

/// Hidden row numbers stay with their rows, whether they have gaps or not, and where an index would give the rows in another order.
#[tokio::test(flavor = "multi_thread")]
async fn sqlite_rebuild_keeps_hidden_row_numbers() {
    let chain = chain(&[WORDS, STARRED]);
    let (mut world, _fresh) = on(&chain).await;
    world.go(1).await.unwrap();
    let rows_now = "SELECT rowid, word, stars FROM words ORDER BY rowid";
    for change in [
        "INSERT INTO words VALUES ('pear', 3), ('apple', 1), ('quince', NULL), ('fig', 0)",
        "DELETE FROM words WHERE word = 'apple'",
        "INSERT INTO words (rowid, word) VALUES (1000, 'plum')",
        "INSERT INTO words (rowid, word) VALUES (-7, 'sloe')",
        "DELETE FROM words WHERE rowid NOT IN (1, 3)",
        "UPDATE words SET rowid = 2 WHERE rowid = 3",
        "DELETE FROM words",
    ] {
        world.execute(Some(format!("{change};\n"))).await.unwrap();
        let before = rows(&mut world, rows_now).await;
        for to in [2, 1] {
            world.go(to).await.unwrap();
            assert_eq!(rows(&mut world, rows_now).await, before, "{change}, then to {to}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_rebuild_blames_only_new_orphans() {
    let chain = chain(&[FAMILY, REBUILD]);
    let (mut world, _fresh) = on(&chain).await;
    world.go(1).await.unwrap();
    let orphan =
        "PRAGMA foreign_keys = OFF;\nINSERT INTO cascading VALUES (99, 77);\nPRAGMA foreign_keys = ON;\n";
    world.execute(Some(format!("{ROWS}{orphan}"))).await.unwrap();
    world.go(2).await.unwrap();
    assert_eq!(number(&mut world, "SELECT of FROM cascading WHERE id = 99").await, 77);
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_rebuild_that_fails_leaves_everything() {
    let chain = chain(&[FAMILY, REBUILD]);
    let (mut world, _fresh) = on(&chain).await;
    world.go(1).await.unwrap();
    world.execute(Some(format!("{ROWS}INSERT INTO parents (id) VALUES (9);\n"))).await.unwrap();
    let schema =
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'strat_%' ORDER BY name";
    let before = rows(&mut world, schema).await;
    world.must_fail(2, &["NOT NULL".to_owned()]).await.unwrap();
    assert_eq!(rows(&mut world, schema).await, before);
    assert_eq!(number(&mut world, "SELECT count(*) FROM parents").await, 4);
    assert_eq!(number(&mut world, "PRAGMA foreign_keys").await, 1);
    world.execute(Some("DELETE FROM parents WHERE id = 9;\n".to_owned())).await.unwrap();
    world.go(2).await.unwrap();
    assert_eq!(number(&mut world, "SELECT count(*) FROM grandchildren").await, 1);
}
