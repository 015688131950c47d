//! A row of the vault that the database won't take back is named, and comes back once what stood in its way is gone.

use model::EntryId;

use super::{by_hand, insert, rows, travel};
use crate::world::{World, with_servers};

const TABLE: &str = r#"Draft(message: "docs", steps: [CreateTable(name: "docs", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "title", type: Text), (name: "slug", type: Varchar(40)), (name: "note", type: Text),
], constraints: [(is: PrimaryKey(["id"])), (is: Unique(["slug"]))])])"#;

const SLUGS: &str = r#"Draft(message: "slugs", steps: [
    Backfill(script: "slug", table: "docs", read: ["title"], write: ["slug"]),
])"#;

async fn what_cant_go_back_is_named(url: Option<String>) {
    let world = World::new(url);
    let template = include_str!("../../../../../data-scripts/sdk/wat/template.wat");
    world.script("slug", &template.replace("@READ@", "title").replace("@WRITE@", "slug"));
    let [table, slugs]: [EntryId; 2] =
        [(TABLE, "0001-docs"), (SLUGS, "0002-slugs")].map(|(text, stem)| world.record(text, stem));
    travel(&world, &[table], false, None).await.unwrap();
    by_hand(&world, &insert(1..11)).await;
    let before = rows(&world).await;
    travel(&world, &[slugs], false, None).await.unwrap();
    let taken = "INSERT INTO docs (id, title, slug) VALUES (20, 'New', 'Before 4'), (21, 'New', 'Before 2')";
    by_hand(&world, &[taken.to_owned()]).await;
    // What was put in last comes back first, in its batch the rows in their order.
    for key in [4, 2] {
        let why = travel(&world, &[table], true, None).await.unwrap_err();
        assert!(why.contains(&format!("what was kept of docs where id = {key} can't be put back")), "{why}");
        by_hand(&world, &[format!("DELETE FROM docs WHERE slug = 'Before {key}'")]).await;
    }
    travel(&world, &[table], true, None).await.unwrap();
    assert_eq!(rows(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cant_go_back_is_named_everywhere() {
    what_cant_go_back_is_named(None).await;
    with_servers("blame", |url| what_cant_go_back_is_named(Some(url))).await;
}
