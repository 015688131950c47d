//! What DDL destroys comes back: dropped columns, dropped tables and changed types, there and back and there again, on every database.

mod between;
mod made;

use std::sync::Arc;

use crate::world::{
    World,
    faults::{Fault, Mode},
    histories::{PEOPLE_ROWS, people},
    travel::{Go, Manner},
    with_servers,
};
use model::{Digest, EntryId};
use stratigraph_engine::{Known, journal::Restored};

struct Stage {
    world: World,
    entries: [EntryId; 4],
}

fn stage(url: Option<String>) -> Stage {
    let world = World::new(url);
    let entries = people(&world);
    Stage { world, entries }
}

impl Stage {
    async fn travel(&self, wanted: &[EntryId], down: bool) -> Result<(), String> {
        self.travel_through(wanted, down, None).await
    }

    async fn travel_through(
        &self,
        wanted: &[EntryId],
        down: bool,
        fault: Option<&Arc<Fault>>,
    ) -> Result<(), String> {
        let known = Known::load(&self.world.ledger).unwrap();
        known.history.fold().unwrap();
        let go = if down { Go::Down } else { Go::Up };
        let manner = Manner { batch_rows: 3, fault, ..Manner::default() };
        self.world.travel(&known, go, wanted, manner).await.map(drop).map_err(|stop| stop.said())
    }

    async fn go(&self, wanted: &[EntryId], down: bool) {
        self.travel(wanted, down).await.unwrap_or_else(|why| panic!("{why}"));
        self.world.compare(&Known::load(&self.world.ledger).unwrap()).await;
    }

    async fn by_hand(&self, statements: &[&str]) {
        self.world.by_hand(statements).await;
    }

    async fn rows(&self, sql: &str) -> Vec<String> {
        let mut target = self.world.target().await;
        let rows = target.conn.query(sql, &[]).await.unwrap();
        target.conn.close().await;
        rows.iter().map(|row| format!("{row:?}")).collect()
    }

    async fn people(&self) -> Vec<String> {
        self.rows("SELECT id, team, boss, name, nick, mood, price, size FROM people ORDER BY id").await
    }

    async fn restored(&self) -> Vec<Restored> {
        let mut target = self.world.target().await;
        let records = target.journal.records(&mut target.conn).await.unwrap();
        target.conn.close().await;
        records.into_iter().filter_map(|record| record.restored).collect()
    }

    async fn held(&self) -> usize {
        self.rows("SELECT name FROM strat_vault_held").await.len()
    }

    async fn filled(url: Option<String>) -> Stage {
        let stage = stage(url);
        stage.go(&stage.entries[..1], false).await;
        stage.by_hand(PEOPLE_ROWS).await;
        stage
    }
}

async fn everything_comes_back(url: Option<String>) {
    let stage = Stage::filled(url).await;
    let [people, columns, types, tables] = stage.entries;
    let before = stage.people().await;
    stage.go(&[tables], false).await;
    assert_eq!(stage.held().await, 7, "three columns, the values of two, two tables");
    stage.go(&[people], true).await;
    assert_eq!(stage.people().await, before);
    assert_eq!(stage.held().await, 1, "the column that went");
    // The server goes on counting where it was.
    stage.by_hand(&["INSERT INTO people (name, nick) VALUES ('D', 'd')"]).await;
    assert_eq!(stage.rows("SELECT id FROM people WHERE nick = 'd'").await, ["[Int(4)]"]);
    let before = stage.people().await;
    stage.go(&[types], false).await;
    stage
        .by_hand(&[
            "UPDATE people SET email = 'c@x' WHERE id = 3",
            "UPDATE people SET price = 5.5 WHERE id = 1",
        ])
        .await;
    let told = stage.restored().await.len();
    stage.go(&[columns], true).await;
    let prices = stage.rows("SELECT price FROM people ORDER BY id").await;
    assert!(prices[0].contains("5.5"), "{prices:?}");
    assert!(prices[2].contains("1.234"), "{prices:?}");
    let mut counts = Restored::default();
    stage.restored().await.into_iter().skip(told).for_each(|one| counts.add(one));
    assert_eq!(counts, Restored { kept: 8, restored: 7, changed: 1, gone: 0, fresh: 0 });
    stage.by_hand(&["UPDATE people SET price = 99.999 WHERE id = 1"]).await;
    stage.go(&[people], true).await;
    assert_eq!(stage.people().await, before);
    stage.go(&[columns], false).await;
    assert_eq!(
        stage.rows("SELECT id FROM people WHERE email = 'c@x'").await,
        ["[Int(3)]"],
        "down, up loses nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_back_everywhere() {
    everything_comes_back(None).await;
    with_servers("held", |url| everything_comes_back(Some(url))).await;
}

async fn what_came_in_since_is_told(url: Option<String>) {
    let stage = Stage::filled(url).await;
    let [people, columns, _, tables] = stage.entries;
    stage.go(&[columns], false).await;
    stage
        .by_hand(&[
            "INSERT INTO people (id, name) VALUES (10, 'new')",
            "UPDATE people SET boss = NULL WHERE id = 2",
        ])
        .await;
    let why = stage.travel(&[people], true).await.unwrap_err();
    assert!(why.contains("nick") && why.contains("10"), "{why}");
    stage
        .by_hand(&[
            "DELETE FROM people WHERE id IN (10, 1)",
            "INSERT INTO people (id, name) VALUES (11, 'x')",
            "DELETE FROM people WHERE id = 11",
        ])
        .await;
    stage.go(&[people], true).await;
    assert_eq!(stage.people().await.len(), 2);
    // Where each statement of DDL commits by itself, each step is journaled by itself.
    let mut sum = Restored::default();
    stage.restored().await.into_iter().for_each(|one| sum.add(one));
    assert_eq!((sum.kept, sum.restored, sum.gone), (9, 6, 3));
    stage.go(&[tables], false).await;
    stage.by_hand(&["DELETE FROM strat_vault_held"]).await;
    let why = stage.travel(&[columns], true).await.unwrap_err();
    assert!(why.contains("H101") && why.contains("rows of `people`"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_since_is_told_everywhere() {
    what_came_in_since_is_told(None).await;
    with_servers("held_since", |url| what_came_in_since_is_told(Some(url))).await;
}

const DOCS: &str = r#"Draft(message: "docs", steps: [CreateTable(name: "docs", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "title", type: Text),
], constraints: [(is: PrimaryKey(["id"]))])])"#;

const SLUGS: &str = r#"Draft(message: "slugs", steps: [
    AddColumn(table: "docs", column: (name: "slug", type: Text)),
    Backfill(script: "slug", table: "docs", read: ["title"], write: ["slug"]),
])"#;

/// Documents, and slugs of theirs that are filled; at the documents.
async fn documents(url: Option<String>) -> (Stage, EntryId, EntryId) {
    let stage = Stage { world: World::new(url), entries: [Digest::ZERO; 4] };
    let template = include_str!("../../../../data-scripts/sdk/wat/template.wat");
    stage.world.script("slug", &template.replace("@READ@", "title").replace("@WRITE@", "slug"));
    let (docs, slugs) = (stage.world.record(DOCS, "0001-docs"), stage.world.record(SLUGS, "0002-slugs"));
    stage.go(&[docs], false).await;
    (stage, docs, slugs)
}

async fn what_people_wrote_is_not_filled_over(url: Option<String>) {
    let (stage, docs, slugs) = documents(url).await;
    stage.by_hand(&["INSERT INTO docs (id, title) VALUES (1, 'One'), (2, 'Two')"]).await;
    stage.go(&[slugs], false).await;
    stage.by_hand(&["UPDATE docs SET slug = 'theirs' WHERE id = 2"]).await;
    stage.go(&[docs], true).await;
    stage.by_hand(&["INSERT INTO docs (id, title) VALUES (3, 'Three')"]).await;
    stage.go(&[slugs], false).await;
    let slugs = stage.rows("SELECT slug FROM docs ORDER BY id").await;
    assert_eq!(slugs, ["[Text(\"one\")]", "[Text(\"theirs\")]", "[Text(\"three\")]"]);
    let counts = stage.restored().await.last().copied();
    assert_eq!(counts, Some(Restored { kept: 2, restored: 2, changed: 0, gone: 0, fresh: 1 }));
    assert_eq!(stage.held().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_wrote_is_not_filled_over_everywhere() {
    what_people_wrote_is_not_filled_over(None).await;
    with_servers("held_late", |url| what_people_wrote_is_not_filled_over(Some(url))).await;
}

/// A way back that turns round before everything has come back: nothing of what is in the vault may be lost.
async fn turned_round(url: Option<String>) {
    let stride = if url.is_some() { 5 } else { 1 };
    let (stage, docs, slugs) = documents(url).await;
    stage
        .by_hand(&["INSERT INTO docs (id, title) VALUES (1, 'One'), (2, 'Two'), (3, 'Three'), (4, 'Four')"])
        .await;
    stage.go(&[slugs], false).await;
    stage.by_hand(&["UPDATE docs SET slug = 'theirs' WHERE id = 2"]).await;
    let before = stage.rows("SELECT slug FROM docs ORDER BY id").await;
    let (mut refused, mut turned) = (0, 0);
    for call in (0..).step_by(stride) {
        stage.go(&[docs], true).await;
        let fault = Arc::new(Fault::at(call, Mode::NotDone));
        let there = stage.travel_through(&[slugs], false, Some(&fault)).await;
        // A process that is killed leaves its lease; this one lives on.
        stage.world.forget_lease().await;
        match stage.travel(&[docs], true).await {
            Ok(()) => turned += 1,
            Err(why) if why.contains("was cut off on its way up") => refused += 1,
            Err(why) => panic!("at call {call}: {why}"),
        }
        stage.go(&[slugs], false).await;
        assert_eq!(stage.rows("SELECT slug FROM docs ORDER BY id").await, before, "at call {call}");
        if there.is_ok() {
            break;
        }
    }
    assert!(refused > 0 && turned > 0, "{refused} refused, {turned} turned round");
}

#[tokio::test(flavor = "multi_thread")]
async fn turned_round_everywhere() {
    turned_round(None).await;
    with_servers("held_turn", |url| turned_round(Some(url))).await;
}

const SEATS: &str = r#"Draft(message: "seats", steps: [
    CreateTable(name: "rooms", columns: [(name: "id", type: BigInt, nullable: false)], constraints: [(is: PrimaryKey(["id"]))]),
    CreateTable(name: "seats", columns: [
        (name: "id", type: BigInt, nullable: false), (name: "line", type: Integer), (name: "place", type: Integer),
        (name: "room", type: BigInt), (name: "price", type: Decimal(10, 3)), (name: "most", type: Decimal(10, 3)),
    ], constraints: [
        (is: PrimaryKey(["id"])), (name: "seats_once", is: Unique(["line", "place"])),
        (name: "seats_order", is: Check("place <= line * 10")), (name: "seats_most", is: Check("price <= most")),
        (name: "seats_room", is: ForeignKey(columns: ["room"], references: "rooms", to: ["id"])),
    ]),
])"#;

const NO_SEATS: &str = r#"Draft(message: "no seats", accept: ["H101"], steps: [
    DropConstraint(table: "seats", name: "seats_once"), DropConstraint(table: "seats", name: "seats_order"),
    DropConstraint(table: "seats", name: "seats_room"), RenameColumn(table: "seats", column: "line", to: "queue"),
    DropColumn(table: "seats", column: "place"), DropColumn(table: "seats", column: "room"),
    ChangeType(table: "seats", column: "price", to: Decimal(8, 1)),
])"#;

/// What the tables ask of values that come back is looked at before anything is done.
async fn what_cant_come_back_is_told_before(url: Option<String>) {
    let stage = Stage { world: World::new(url), entries: [Digest::ZERO; 4] };
    let seats = stage.world.record(SEATS, "0001-seats");
    let none = stage.world.record(NO_SEATS, "0002-no-seats");
    stage.go(&[seats], false).await;
    stage
        .by_hand(&[
            "INSERT INTO rooms (id) VALUES (1), (2)",
            "INSERT INTO seats (id, line, place, room, price, most) VALUES
                (1, 1, 5, 1, 1.25, 2), (2, 2, 5, 2, 3.24, 4), (3, 3, NULL, NULL, NULL, NULL)",
        ])
        .await;
    let all = "SELECT id, line, place, room, price, most FROM seats ORDER BY id";
    let before = stage.rows(all).await;
    stage.go(&[none], false).await;
    for (writes, told, mended) in [
        (
            "UPDATE seats SET queue = 1 WHERE id = 2",
            "(seats_once): 1/5",
            "UPDATE seats SET queue = 2 WHERE id = 2",
        ),
        (
            "UPDATE seats SET queue = 0 WHERE id = 1",
            "(seats_order): 1",
            "UPDATE seats SET queue = 1 WHERE id = 1",
        ),
        (
            "UPDATE seats SET most = 3.23 WHERE id = 2",
            "(seats_most): 2",
            "UPDATE seats SET most = 4 WHERE id = 2",
        ),
        (
            "DELETE FROM rooms WHERE id = 2",
            "to rows of rooms that aren't there any more (seats_room): 2",
            "INSERT INTO rooms (id) VALUES (2)",
        ),
    ] {
        stage.by_hand(&[writes]).await;
        let why = stage.travel(&[seats], true).await.unwrap_err();
        assert!(why.starts_with("no plan: what ") && why.contains(told), "{writes}: {why}");
        stage.by_hand(&[mended]).await;
    }
    stage.go(&[seats], true).await;
    assert_eq!(stage.rows(all).await, before);
    assert_eq!(stage.held().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cant_come_back_is_told_before_everywhere() {
    what_cant_come_back_is_told_before(None).await;
    with_servers("held_demand", |url| what_cant_come_back_is_told_before(Some(url))).await;
}
