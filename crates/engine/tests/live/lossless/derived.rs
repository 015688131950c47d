//! The law for rows that a transfer and an aggregate make: whatever somebody does to them and to what they are made of, the way down and
//! up brings every row back as it was, and none that was deleted. New is only what is made of rows that came since.

use std::collections::{BTreeMap, BTreeSet};

use model::{EntryId, random::Random};
use stratigraph_engine::Known;

use crate::world::{
    World,
    histories::{SHAPES_ROWS, shapes},
    travel::{Go, Manner},
    with_servers,
};

/// The tables that are filled, with their columns, the key's first, and how many are the key's.
const MADE: [(&str, &str, usize); 3] = [
    ("post_tags", "post, position, tag, source", 2),
    ("mentions", "id, author, times", 1),
    ("daily", "org, day, events, amount, name", 2),
];

/// The rows of each table by their keys.
type Picture = BTreeMap<&'static str, BTreeMap<String, String>>;

struct Walk {
    world: World,
    known: Known,
    tables: EntryId,
    all: EntryId,
    seed: u64,
}

impl Walk {
    async fn begin(seed: u64, world: World) -> Walk {
        let [tables, _, all] = shapes(&world);
        let known = Known::load(&world.ledger).unwrap();
        known.history.fold().unwrap();
        let walk = Walk { world, known, tables, all, seed };
        walk.go(Go::Up, walk.tables, 3).await;
        walk.world.by_hand(SHAPES_ROWS).await;
        walk
    }

    async fn go(&self, go: Go, to: EntryId, batch_rows: usize) {
        let manner = Manner { batch_rows, ..Manner::default() };
        let done = self.world.travel(&self.known, go, &[to], manner).await;
        done.unwrap_or_else(|stop| panic!("seed {}: {}", self.seed, stop.said()));
        self.world.compare(&self.known).await;
    }

    /// Does what the database lets somebody do, and returns how much that was.
    async fn write(&self, statements: &[String]) -> usize {
        let mut target = self.world.target().await;
        let mut written = 0;
        for sql in statements {
            written += usize::from(target.conn.run(sql).await.is_ok_and(|rows| rows > 0));
        }
        target.conn.close().await;
        written
    }

    async fn picture(&self) -> Picture {
        let mut target = self.world.target().await;
        let mut all = Picture::new();
        for (table, columns, key) in MADE {
            let rows = target.conn.query(&format!("SELECT {columns} FROM {table}"), &[]).await.unwrap();
            let rows = rows.iter().map(|row| (format!("{:?}", &row[..key]), format!("{row:?}")));
            all.insert(table, rows.collect());
        }
        target.conn.close().await;
        all
    }

    /// One way down and up again; how much was written before it.
    async fn round(&self, round: usize, random: &mut Random) -> usize {
        let (fresh, batch_rows) = (100 * (round + 1), 1 + random.below(4));
        let made = self.picture().await;
        let drawn: Vec<_> = (0..10).map(|n| change(random, fresh + n)).collect();
        let written = self.write(&drawn).await;
        let before = self.picture().await;
        self.go(Go::Down, self.tables, batch_rows).await;
        let down = self.picture().await;
        let since: Vec<_> = (20..20 + random.below(3)).map(|n| newcomer(random, fresh + n)).collect();
        self.write(&since).await;
        self.go(Go::Up, self.all, batch_rows).await;
        let after = self.picture().await;
        for (table, before) in before {
            let told = format!("seed {} round {round} {table}\n{drawn:#?}\n{since:#?}", self.seed);
            let (made, after) = (&made[table], &after[table]);
            assert!(down[table].iter().all(|(key, row)| before.get(key) == Some(row)), "{told}: down");
            for (key, row) in &before {
                assert_eq!(after.get(key), Some(row), "{told}");
            }
            let more: BTreeSet<_> = after.keys().filter(|key| !before.contains_key(*key)).collect();
            assert!(more.iter().all(|key| !made.contains_key(*key)), "{told}: {more:?} was deleted");
        }
        written
    }
}

/// One thing that somebody might do.
fn change(random: &mut Random, fresh: usize) -> String {
    let (post, place, number) = (1 + random.below(6), random.below(3), random.below(90));
    let org = ["o", "p", "q", "r"][random.below(4)];
    let day = 1 + random.below(3);
    match random.below(14) {
        0 | 1 => format!("UPDATE post_tags SET tag = 't{number}' WHERE post = {post} AND position = {place}"),
        2 => format!("UPDATE post_tags SET source = 's{number}' WHERE post = {post}"),
        3 => format!("DELETE FROM post_tags WHERE post = {post} AND position = {place}"),
        4 => format!("INSERT INTO post_tags (post, position, tag) VALUES ({post}, {fresh}, 'own')"),
        5 => format!(
            "UPDATE posts SET tags = '{}' WHERE id = {post}",
            ["", "x", "y,x", "a,b,c"][random.below(4)]
        ),
        6 => format!("DELETE FROM posts WHERE id = {post}"),
        7 => format!(
            "UPDATE mentions SET times = {number} WHERE author = '{}'",
            ["a", "b", "c"][random.below(3)]
        ),
        8 => format!("DELETE FROM mentions WHERE times = {}", random.below(3)),
        9 => format!("UPDATE daily SET amount = {number} WHERE org = '{org}' AND day = '2025-01-0{day}'"),
        10 => format!("DELETE FROM daily WHERE org = '{org}' AND day = '2025-01-0{day}'"),
        11 => format!("UPDATE events SET amount = {number} WHERE org = '{org}'"),
        12 => format!("DELETE FROM events WHERE org = '{org}' AND day = '2025-01-0{day}'"),
        _ => newcomer(random, fresh),
    }
}

/// A row of which others are made.
fn newcomer(random: &mut Random, fresh: usize) -> String {
    match random.below(2) {
        0 => format!("INSERT INTO posts (id, author, tags) VALUES ({fresh}, 'a', 'n,m')"),
        _ => {
            format!("INSERT INTO events (id, org, day, amount) VALUES ({fresh}, 'n{fresh}', '2025-01-01', 1)")
        }
    }
}

async fn walk(seed: u64, world: World) {
    let (walk, mut random) = (Walk::begin(seed, world).await, Random::new(seed));
    walk.go(Go::Up, walk.all, 3).await;
    let mut written = 0;
    for round in 0..3 {
        written += walk.round(round, &mut random).await;
    }
    assert!(written > 3, "seed {seed}: hardly anything could be written");
}

fn seeds(all: std::ops::Range<u64>) -> std::ops::Range<u64> {
    let only: Option<u64> = std::env::var("STRAT_SEED").ok().and_then(|seed| seed.parse().ok());
    only.map_or(all, |seed| seed..seed + 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn made_rows_on_sqlite() {
    for seed in seeds(0..40) {
        walk(seed, World::new(None)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn made_rows_on_servers() {
    with_servers("lossless_made", |url| async move {
        for seed in seeds(100..106) {
            let mut admin = World::new(Some(url.clone())).target().await;
            let name = format!("strat_lossless_made_{seed}");
            let _ = admin.conn.run(&format!("DROP DATABASE IF EXISTS {name}")).await;
            admin.conn.run(&format!("CREATE DATABASE {name}")).await.unwrap();
            admin.conn.close().await;
            let (base, _) = url.rsplit_once('/').unwrap();
            walk(seed, World::new(Some(format!("{base}/{name}")))).await;
        }
    })
    .await;
}
