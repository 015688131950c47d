//! What DDL destroys comes back: dropped columns, dropped tables and changed types, there and back and there again, on every database,
//! wherever a run is cut off.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should stop where it stands")]

mod world;

use std::{collections::BTreeSet, sync::atomic::AtomicBool, time::Duration};

use model::{Digest, EntryId};
use stratigraph_engine::{
    Choices, Known, RunOptions, carry_out,
    data::{Allowed, Pacing},
    driver::Outage,
    gate,
    guests::Guests,
    journal::Restored,
    prepare_down, prepare_up,
};
use world::{World, with_servers};

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
])"#;

const TABLES: &str = r#"Draft(message: "tables", accept: ["H101"], steps: [
    DropTable(table: "people"), DropTable(table: "teams"), DropEnum(name: "mood"),
])"#;

struct Stage {
    world: World,
    entries: [EntryId; 4],
}

fn stage(url: Option<String>) -> Stage {
    let world = World::new(url);
    let drafts =
        [(PEOPLE, "0001-people"), (COLUMNS, "0002-columns"), (TYPES, "0003-types"), (TABLES, "0004-tables")];
    let entries = drafts.map(|(text, stem)| world.record(text, stem));
    Stage { world, entries }
}

impl Stage {
    async fn travel(&self, wanted: &[EntryId], down: bool, outage: Option<Outage>) -> Result<usize, String> {
        let known = Known::load(&self.world.ledger).unwrap();
        known.history.fold().unwrap();
        let wanted: BTreeSet<EntryId> = known.ancestors(wanted);
        let mut target = self.world.target().await;
        let choices = Choices { database: "main", step_by_step: true };
        let prepared = match down {
            true => prepare_down(&mut target, &known, &wanted, choices).await,
            false => prepare_up(&mut target, &known, &wanted, choices).await,
        };
        let prepared = prepared.map_err(|e| e.to_string())?;
        gate::check(&prepared.plan, &known, gate::Guarded::OPEN, &[]).map_err(|e| e.to_string())?;
        if let Some(outage) = outage {
            target.conn.lose_at(outage);
        }
        let options = RunOptions {
            accepted: &[],
            patience: Duration::from_secs(10),
            pacing: Pacing::fixed(3),
            interrupt: &AtomicBool::new(false),
            allowed: Allowed::default(),
        };
        let blobs = |digest: &Digest| self.world.blob(digest);
        let result =
            carry_out(&mut target, &prepared, &known, options, &Guests::new(&blobs), &mut |_| {}).await;
        target.conn.close().await;
        result.map_err(|e| e.to_string())?;
        Ok(prepared.plan.entries.len())
    }

    async fn go(&self, wanted: &[EntryId], down: bool) {
        self.travel(wanted, down, None).await.unwrap_or_else(|why| panic!("{why}"));
        self.world.compare(&Known::load(&self.world.ledger).unwrap()).await;
    }

    async fn by_hand(&self, statements: &[&str]) {
        let mut target = self.world.target().await;
        for statement in statements {
            target.conn.run(statement).await.unwrap();
        }
        target.conn.close().await;
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

    /// A lease that a cut-off run left is ended by hand: its process lives on here.
    async fn forget_lease(&self) {
        let mut target = self.world.target().await;
        let _ = target.conn.run("UPDATE strat_lease SET until_ms = 0").await;
        target.conn.close().await;
    }

    async fn filled(url: Option<String>) -> Stage {
        let stage = stage(url);
        stage.go(&stage.entries[..1], false).await;
        stage
            .by_hand(&[
                "INSERT INTO teams (id, name) VALUES (1, 'one'), (2, 'two')",
                "INSERT INTO people (id, team, boss, name, nick, mood, price, size) VALUES (3, 1, NULL, 'C', 'c', 'glad', 1.234, 1)",
                "INSERT INTO people (id, team, boss, name, nick, mood, price, size) VALUES (1, 2, 3, 'A', 'a', 'sad', 99.999, 2)",
                "INSERT INTO people (id, team, boss, name, nick, mood, price, size) VALUES (2, NULL, 1, NULL, 'b', NULL, NULL, 3)",
            ])
            .await;
        stage
    }
}

async fn everything_comes_back(url: Option<String>) {
    let stage = Stage::filled(url).await;
    let [people, columns, types, tables] = stage.entries;
    let before = stage.people().await;
    stage.go(&[tables], false).await;
    assert_eq!(stage.held().await, 6, "three columns, the values of one, two tables");
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
    stage.go(&[columns], true).await;
    let prices = stage.rows("SELECT price FROM people ORDER BY id").await;
    assert!(prices[0].contains("5.5"), "{prices:?}");
    assert!(prices[2].contains("1.234"), "{prices:?}");
    let counts = stage.restored().await.last().copied();
    assert_eq!(counts, Some(Restored { kept: 4, restored: 3, changed: 1, gone: 0, fresh: 0 }));
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
    let why = stage.travel(&[people], true, None).await.unwrap_err();
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
    let why = stage.travel(&[columns], true, None).await.unwrap_err();
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

async fn what_people_wrote_is_not_filled_over(url: Option<String>) {
    let stage = Stage { world: World::new(url), entries: [Digest::ZERO; 4] };
    let template = include_str!("../../../data-scripts/sdk/wat/template.wat");
    stage.world.script("slug", &template.replace("@READ@", "title").replace("@WRITE@", "slug"));
    let (docs, slugs) = (stage.world.record(DOCS, "0001-docs"), stage.world.record(SLUGS, "0002-slugs"));
    stage.go(&[docs], false).await;
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

/// Cuts runs off at every so many calls, there and back, and looks that they end where others do.
async fn every_call(fresh: impl AsyncFn() -> Option<String>, stride: u64) {
    for (down, carried_out) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut calls = 0;
        loop {
            let stage = Stage::filled(fresh().await).await;
            let [people, .., tables] = stage.entries;
            let before = stage.people().await;
            let (first, wanted) = if down { (tables, people) } else { (people, tables) };
            if down {
                stage.go(&[first], false).await;
            }
            let outage = Some(Outage { calls, carried_out });
            let cut = stage.travel(&[wanted], down, outage).await;
            stage.forget_lease().await;
            let what = format!("down {down}, {outage:?}, {cut:?}");
            stage.travel(&[wanted], down, None).await.unwrap_or_else(|why| panic!("{what}: {why}"));
            assert_eq!(stage.travel(&[wanted], down, None).await, Ok(0), "{what}");
            if !down {
                stage.go(&[people], true).await;
            }
            assert_eq!(stage.people().await, before, "{what}");
            assert_eq!(stage.held().await, 1, "{what}");
            if cut.is_ok() {
                break;
            }
            calls += stride;
        }
        assert!(calls > 10, "only {calls} calls were cut off");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_at_every_call() {
    every_call(async || None, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_at_some_calls() {
    with_servers("held_crash", |url| async move {
        let number = std::sync::atomic::AtomicU32::new(0);
        let (base, database) = url.rsplit_once('/').unwrap();
        let fresh = async || {
            let n = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let mut admin = World::new(Some(url.clone())).target().await;
            if n > 0 {
                let _ = admin.conn.run(&format!("DROP DATABASE {database}_{}", n - 1)).await;
            }
            admin.conn.run(&format!("CREATE DATABASE {database}_{n}")).await.unwrap();
            Some(format!("{base}/{database}_{n}"))
        };
        let stride = if std::env::var_os("STRAT_TEST_CRASH").is_some() { 1 } else { 13 };
        every_call(fresh, stride).await;
        let mut admin = World::new(Some(url.clone())).target().await;
        let last = number.load(std::sync::atomic::Ordering::Relaxed) - 1;
        admin.conn.run(&format!("DROP DATABASE {database}_{last}")).await.unwrap();
    })
    .await;
}
