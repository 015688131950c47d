//! Histories that several tests walk: rows that are filled, overwritten, dropped with their columns and tables.

use model::{EntryId, Value};
use sandbox::{Batch, Column, ColumnType};

use super::{World, canned};

const TEMPLATE: &str = include_str!("../../../../data-scripts/sdk/wat/template.wat");

const PEOPLE: &str = r#"Draft(message: "people", steps: [
    CreateEnum(name: "mood", values: ["sad", "glad"]),
    CreateTable(name: "teams", columns: [
        (name: "id", type: BigInt, nullable: false), (name: "name", type: Varchar(40)),
    ], constraints: [(is: PrimaryKey(["id"]))]),
    CreateTable(name: "people", columns: [
        (name: "id", type: BigInt, nullable: false, identity: ByDefault), (name: "team", type: BigInt), (name: "boss", type: BigInt),
        (name: "name", type: Text), (name: "nick", type: Varchar(20), nullable: false), (name: "mood", type: Enum("mood")),
        (name: "price", type: Decimal(10, 3)), (name: "size", type: Integer, nullable: false, default: Literal(7)),
    ], constraints: [
        (is: PrimaryKey(["id"])), (is: ForeignKey(columns: ["team"], references: "teams", to: ["id"])),
        (is: ForeignKey(columns: ["boss"], references: "people", to: ["id"])), (is: Unique(["nick"])),
    ], indexes: [(on: [Column("name")])]),
])"#;

const COLUMNS: &str = r#"Draft(message: "columns", accept: ["H101"], steps: [
    DropConstraint(table: "people", name: "people_nick_key"),
    DropColumn(table: "people", column: "nick"),
    DropColumn(table: "people", column: "mood"),
    DropColumn(table: "people", column: "size"),
    AddColumn(table: "people", column: (name: "email", type: Text)),
])"#;

const TYPES: &str = r#"Draft(message: "types", accept: ["H101"], steps: [
    ChangeType(table: "people", column: "price", to: Decimal(8, 1)),
    ChangeType(table: "people", column: "name", to: Varchar(40), using: "lower(name)"),
])"#;

const TABLES: &str = r#"Draft(message: "tables", accept: ["H101"], steps: [
    DropTable(table: "people"), DropTable(table: "teams"), DropEnum(name: "mood"),
])"#;

pub const PEOPLE_ROWS: &[&str] = &[
    "INSERT INTO teams (id, name) VALUES (1, 'one'), (2, 'two')",
    "INSERT INTO people (id, team, boss, name, nick, mood, price, size) VALUES (3, 1, NULL, 'C', 'c', 'glad', 1.234, 1)",
    "INSERT INTO people (id, team, boss, name, nick, mood, price, size) VALUES (1, 2, 3, 'A', 'a', 'sad', 99.999, 2)",
    "INSERT INTO people (id, team, boss, name, nick, mood, price, size) VALUES (2, NULL, 1, NULL, 'b', NULL, NULL, 3)",
];

/// People with everything that can be dropped, and then it is: columns, a type, tables.
pub fn people(world: &World) -> [EntryId; 4] {
    let drafts =
        [(PEOPLE, "0001-people"), (COLUMNS, "0002-columns"), (TYPES, "0003-types"), (TABLES, "0004-tables")];
    drafts.map(|(text, stem)| world.record(text, stem))
}

const DOCS: &str = r#"Draft(message: "docs", steps: [CreateTable(name: "docs", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "title", type: Text), (name: "slug", type: Text), (name: "note", type: Text),
], constraints: [(is: PrimaryKey(["id"]))])])"#;

const SLUGS: &str = r#"Draft(message: "slugs", steps: [
    Backfill(script: "slug", table: "docs", read: ["title"], write: ["slug"]),
])"#;

const NOTES: &str = r#"Draft(message: "notes", steps: [
    Backfill(script: "note", table: "docs", rows: Where(NotNull("slug")), read: ["slug"], write: ["note"]),
])"#;

pub const DOCS_ROWS: &[&str] = &["INSERT INTO docs (id, title, slug) VALUES
    (1, 'Title 1', 'Before 1'), (2, 'Title 2', 'Before 2'), (3, 'Title 3', 'Before 3'), (4, 'Title 4', 'Before 4'),
    (5, 'Title 5', 'Before 5'), (6, 'Title 6', 'Before 6'), (7, 'Title 7', 'Before 7')"];

/// Documents whose columns are overwritten, one by what stands in the other.
pub fn docs(world: &World) -> [EntryId; 3] {
    for (name, read, write) in [("slug", "title", "slug"), ("note", "slug", "note")] {
        world.script(name, &TEMPLATE.replace("@READ@", read).replace("@WRITE@", write));
    }
    [(DOCS, "0001-docs"), (SLUGS, "0002-slugs"), (NOTES, "0003-notes")]
        .map(|(text, stem)| world.record(text, stem))
}

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

/// Tables that are made and seeded, and then changed around a backfill.
pub fn parents(world: &World) -> [EntryId; 2] {
    world.script("slug", &TEMPLATE.replace("@READ@", "title").replace("@WRITE@", "slug"));
    let ids: Vec<_> = (1..=7).map(Value::Int).collect();
    let titles: Vec<_> = (1..=7).map(|n| Value::Text(format!("Title {n}"))).collect();
    let columns = vec![
        Column::from_values("id", ColumnType::BigInt, &ids).unwrap(),
        Column::from_values("title", ColumnType::Text, &titles).unwrap(),
    ];
    world.script("seed", &canned(&Batch::new(columns).unwrap()));
    [(START, "0001-start"), (CHANGE, "0002-change")].map(|(text, stem)| world.record(text, stem))
}

/// Posts that are split and events that are summed up, by the scripts of `tests/shapes`.
const SHAPES: &str = include_str!("../../../../tests/shapes/0001-tables.ron");

const SPLIT: &str = r#"Draft(message: "split", steps: [
    Transfer(script: "split", table: "posts", rows: Where(NotNull("tags")), read: ["tags", "author"], params: {"separator": ","},
        into: [(table: "post_tags", write: ["post", "position", "tag"]), (table: "mentions", write: ["author", "times"])]),
])"#;

const SUMS: &str = r#"Draft(message: "sums", steps: [
    Aggregate(script: "sum", table: "events", rows: Where(NotNull("day")), group: ["org", "day"], read: ["amount"],
        into: (table: "daily", write: ["org", "day", "events", "amount", "name"]),
        lookups: {"orgs": (table: "orgs", read: ["name"])}),
])"#;

pub const SHAPES_ROWS: &[&str] = &[
    "INSERT INTO posts (id, author, tags) VALUES (1, 'a', 'x,y'), (2, 'b', 'z'), (3, 'a', NULL), (4, 'c', ''), (5, 'b', 'x,y')",
    "INSERT INTO orgs (code, name) VALUES ('o', 'One')",
    "INSERT INTO events (id, org, day, amount) VALUES (1, 'o', '2025-01-01', 1), (2, 'p', '2025-01-01', 2), (3, 'o', '2025-01-02', 3),
        (4, 'q', '2025-01-03', 4), (5, 'o', '2025-01-01', 5)",
];

/// Done to what was made of them, and to what it was made of.
pub const SHAPES_CHANGES: &[&str] = &[
    "UPDATE post_tags SET tag = 'own' WHERE post = 1 AND position = 1",
    "DELETE FROM post_tags WHERE post = 2",
    "UPDATE mentions SET times = 9 WHERE author = 'c'",
    "UPDATE posts SET tags = 'x' WHERE id = 5",
    "UPDATE daily SET name = 'own' WHERE org = 'p' AND day = '2025-01-01'",
    "DELETE FROM daily WHERE org = 'q'",
    "DELETE FROM events WHERE id = 3",
];

/// Tables of which others are made, row by row and group by group.
pub fn shapes(world: &World) -> [EntryId; 3] {
    let runner = include_bytes!("../../../../data-scripts/sdk/javascript/runner/runner.wasm");
    for (name, text) in [
        ("split", include_str!("../../../../tests/shapes/split.js")),
        ("sum", include_str!("../../../../tests/shapes/sum.js")),
    ] {
        world.module(name, &sandbox::carry(runner, text).unwrap());
    }
    [(SHAPES, "0001-shapes"), (SPLIT, "0002-split"), (SUMS, "0003-sums")]
        .map(|(text, stem)| world.record(text, stem))
}
