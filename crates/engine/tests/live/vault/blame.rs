//! Cells that a table doesn't take any more: told before anything is undone where that can be known; else the row that the database
//! refuses is named, and comes back once what stood in its way is gone.

use model::EntryId;

use super::{by_hand, insert, rows, travel};
use crate::world::{World, with_servers};

const TABLE: &str = r#"Draft(message: "docs", steps: [
    CreateTable(name: "words", columns: [(name: "word", type: Varchar(40), nullable: false)], constraints: [(is: PrimaryKey(["word"]))]),
    CreateTable(name: "docs", columns: [
        (name: "id", type: BigInt, nullable: false), (name: "title", type: Text), (name: "slug", type: Varchar(40)),
        (name: "note", type: Varchar(40)),
    ], constraints: [
        (is: PrimaryKey(["id"])),
        (is: Unique(["slug"])),
        (is: ForeignKey(columns: ["slug"], references: "words", to: ["word"])),
        (name: "docs_noted", is: Check("note IS NULL OR slug <> note")),
    ]),
])"#;

const SLUGS: &str = r#"Draft(message: "slugs", steps: [
    Backfill(script: "slug", table: "docs", read: ["title"], write: ["slug"]),
])"#;

async fn run(world: &World, statement: &str) {
    by_hand(world, &[statement.to_owned()]).await;
}

async fn what_cant_go_back_is_named(url: Option<String>) {
    let world = World::new(url);
    let template = include_str!("../../../../../data-scripts/sdk/wat/template.wat");
    world.script("slug", &template.replace("@READ@", "title").replace("@WRITE@", "slug"));
    let [table, slugs]: [EntryId; 2] =
        [(TABLE, "0001-docs"), (SLUGS, "0002-slugs")].map(|(text, stem)| world.record(text, stem));
    travel(&world, &[table], false, None).await.unwrap();
    for n in 1..11 {
        run(&world, &format!("INSERT INTO words (word) VALUES ('Before {n}'), ('title {n}')")).await;
    }
    by_hand(&world, &insert(1..11)).await;
    // It goes back to what the fifth row has by then, and will have left again.
    run(&world, "UPDATE docs SET slug = 'title 5' WHERE id = 1").await;
    let before = rows(&world).await;
    travel(&world, &[slugs], false, None).await.unwrap();
    let after = rows(&world).await;

    let back = async || travel(&world, &[table], true, None).await;
    let refused = async |what: &str, keys: &str| {
        let standing = rows(&world).await;
        let why = back().await.unwrap_err();
        assert!(why.contains(what) && why.ends_with(keys), "{why}");
        assert_eq!(rows(&world).await, standing, "nothing was done");
    };
    let taken = "INSERT INTO docs (id, title, slug) VALUES (20, 'New', 'Before 4'), (21, 'New', 'Before 2')";
    run(&world, taken).await;
    refused("would agree in what no two may", "id = 2, id = 4").await;
    run(&world, "DELETE FROM docs WHERE id > 10").await;
    run(&world, "DELETE FROM words WHERE word IN ('Before 7', 'Before 9')").await;
    refused("would refer to rows of words that aren't there any more", "id = 7, id = 9").await;
    run(&world, "INSERT INTO words (word) VALUES ('Before 7'), ('Before 9')").await;
    assert_eq!(rows(&world).await, after);

    // A condition is the database's to judge. What was put in last comes back first.
    run(&world, "UPDATE docs SET note = 'Before 6' WHERE id = 6").await;
    let why = back().await.unwrap_err();
    assert!(why.contains("what was kept of docs where id = 6 can't be put back"), "{why}");
    run(&world, "UPDATE docs SET note = NULL WHERE id = 6").await;
    back().await.unwrap();
    assert_eq!(rows(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cant_go_back_is_named_everywhere() {
    what_cant_go_back_is_named(None).await;
    with_servers("blame", |url| what_cant_go_back_is_named(Some(url))).await;
}
