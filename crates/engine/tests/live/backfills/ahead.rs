//! Rows that are changed between being read and being written: by another session, and by triggers.

use std::{sync::atomic::AtomicBool, time::Duration};

use model::{Digest, EntryId};
use stratigraph_engine::{
    Choices, Event, Known, RunOptions, carry_out,
    data::{Allowed, Pacing},
    guests::Guests,
    journal::Receipt,
    prepare_up,
};

use super::{receipt, run, slugs, world};
use crate::world::{World, with_server, with_servers};

const ALPHABET: [(i64, &str); 6] = [(1, "'A'"), (2, "'B'"), (3, "'C'"), (4, "'D'"), (5, "'E'"), (6, "'F'")];

/// Goes up, and has another session do something as soon as so many rows are done.
async fn meanwhile(world: &World, wanted: EntryId, batch_rows: usize, at: u64, statement: &str) {
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    let wanted = known.ancestors(&[wanted]);
    let mut target = world.target().await;
    let choices = Choices { database: "main", step_by_step: true };
    let prepared = prepare_up(&mut target, &known, &wanted, choices).await.unwrap();
    let interrupt = AtomicBool::new(false);
    let options = RunOptions {
        accepted: &[],
        patience: Duration::from_secs(10),
        pacing: Pacing::fixed(batch_rows),
        allowed: Allowed::default(),
        interrupt: &interrupt,
    };
    let blobs = |digest: &Digest| world.blob(digest);
    let (mut changed, here) = (false, tokio::runtime::Handle::current());
    let mut tell = |event: Event| {
        // Rows are told of between two batches, when no transaction is open.
        if let (Event::Rows { done, .. }, false) = (&event, changed)
            && *done == at
        {
            changed = true;
            tokio::task::block_in_place(|| {
                here.block_on(async {
                    let mut other = world.target().await;
                    other.conn.run(statement).await.unwrap();
                    other.conn.close().await;
                });
            });
        }
    };
    carry_out(&mut target, &prepared, &known, options, &Guests::new(&blobs), &mut tell).await.unwrap();
    assert!(changed, "nobody came in between");
    target.conn.close().await;
}

/// Undoes the step, and gives rows the titles that they had.
async fn begin_anew(world: &World, table: EntryId) {
    run(world, table, true, (100, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
    for (id, title) in ALPHABET {
        world
            .by_hand(&[&format!("UPDATE docs SET title = {title}, slug = 'before {id}' WHERE id = {id}")])
            .await;
    }
}

async fn changed_ahead(url: Option<String>) {
    let (world, [table, filled]) = world(url, "", &ALPHABET).await;
    // With batches of two, the third and fourth row are read while the first batch is open.
    for (batch_rows, at) in [(2, 2), (2, 4), (1, 1), (1, 3), (3, 3)] {
        let next = at + 1;
        let change = format!("UPDATE docs SET title = 'Other {next}' WHERE id = {next}");
        meanwhile(&world, filled, batch_rows, at, &change).await;
        assert_eq!(slugs(&world).await[&(next as i64)], format!("other {next}"), "{batch_rows} {at}");
        // The receipt is of what went in, not of what stood there once.
        let told = in_and_out(&receipt(&world).await.0);
        assert_eq!(told, without_anybody(&change).await, "{batch_rows} {at}");
        begin_anew(&world, table).await;
        // The same for a row that had its slug when it was read, so that nothing was to be written to it.
        let filled_by_hand = format!("UPDATE docs SET slug = lower(title) WHERE id = {next}");
        world.by_hand(&[&filled_by_hand]).await;
        meanwhile(&world, filled, batch_rows, at, &change).await;
        assert_eq!(slugs(&world).await[&(next as i64)], format!("other {next}"), "{batch_rows} {at}");
        begin_anew(&world, table).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_session_changes_ahead_is_read_anew() {
    changed_ahead(None).await;
    with_servers("ahead", |url| changed_ahead(Some(url))).await;
}

/// What a receipt tells but for fuel, which goes by batches.
fn in_and_out(receipt: &Receipt) -> (u64, u64, Digest, Digest) {
    (receipt.read, receipt.changed, receipt.input, receipt.output)
}

/// The receipt of a step before which all of that was so already.
async fn without_anybody(change: &str) -> (u64, u64, Digest, Digest) {
    let (world, [_, filled]) = world(None, "", &ALPHABET).await;
    let mut target = world.target().await;
    target.conn.run(change).await.unwrap();
    target.conn.close().await;
    run(&world, filled, false, (100, None)).await.unwrap();
    in_and_out(&receipt(&world).await.0)
}

async fn inserted_ahead(url: Option<String>) {
    let (world, [_, filled]) =
        world(url, "", &[(1, "'A'"), (2, "'B'"), (3, "'C'"), (5, "'E'"), (6, "'F'")]).await;
    meanwhile(&world, filled, 2, 2, "INSERT INTO docs (id, title, slug) VALUES (4, 'D', 'before 4')").await;
    assert_eq!(slugs(&world).await.into_values().collect::<Vec<_>>(), ["a", "b", "c", "d", "e", "f"]);
    assert_eq!(receipt(&world).await.0.read, 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_session_inserts_ahead_is_visited() {
    inserted_ahead(None).await;
    with_servers("inserted", |url| inserted_ahead(Some(url))).await;
}

/// So many that a second session reads ahead, where one may.
const MANY: i64 = 21_000;

/// A key among those that no row has.
const GAP: i64 = 5050;

async fn with_many_rows(url: Option<String>) -> (World, EntryId) {
    let (world, [_, filled]) = world(url, "", &[]).await;
    let ids: Vec<i64> = (1..=MANY).filter(|id| *id != GAP).collect();
    for some in ids.chunks(1000) {
        let values: Vec<_> = some.iter().map(|id| format!("({id}, 'Title {id}', 'before {id}')")).collect();
        world.by_hand(&[&format!("INSERT INTO docs (id, title, slug) VALUES {}", values.join(", "))]).await;
    }
    // Rows that one statement wrote have one version; some of these have each their own.
    let touched: Vec<_> =
        (5001..5031).map(|id| format!("UPDATE docs SET title = 'Touched {id}' WHERE id = {id}")).collect();
    world.by_hand(&touched.iter().map(String::as_str).collect::<Vec<_>>()).await;
    (world, filled)
}

async fn among_many(url: Option<String>, change: &str) {
    let (world, filled) = with_many_rows(url).await;
    meanwhile(&world, filled, 1000, 5000, change).await;
    // All of it is as if it had been so before.
    let (before, filled) = with_many_rows(None).await;
    before.by_hand(&[change]).await;
    run(&before, filled, false, (1000, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
    assert_eq!(slugs(&world).await, slugs(&before).await);
    assert_eq!(in_and_out(&receipt(&world).await.0), in_and_out(&receipt(&before).await.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_among_many_rows_is_heeded() {
    let update = "UPDATE docs SET title = concat('Other ', id) WHERE id % 100 = 7 AND id > 5000";
    let insert = format!("INSERT INTO docs (id, title, slug) VALUES ({GAP}, 'Other', 'before {GAP}')");
    for (name, change) in [("updated", update), ("inserted_many", &insert)] {
        among_many(None, change).await;
        with_servers(name, |url| among_many(Some(url), change)).await;
    }
}

/// A row that the guest refused when it was read ahead, and takes by now.
async fn mended_ahead(url: Option<String>) {
    let rows = [(1, "'A'"), (2, "'B'"), (3, "'!bad'"), (4, "'D'")];
    let (world, [_, filled]) = world(url, "", &rows).await;
    meanwhile(&world, filled, 2, 2, "UPDATE docs SET title = 'C' WHERE id = 3").await;
    assert_eq!(slugs(&world).await.into_values().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_session_mends_ahead_stops_nothing() {
    mended_ahead(None).await;
    with_servers("mended_ahead", |url| mended_ahead(Some(url))).await;
}

async fn deleted_ahead(url: Option<String>) {
    let (world, [_, filled]) = world(url, "", &ALPHABET).await;
    meanwhile(&world, filled, 2, 2, "DELETE FROM docs WHERE id = 4").await;
    assert_eq!(receipt(&world).await.0.read, 5);
    assert!(!slugs(&world).await.contains_key(&4));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_session_deletes_ahead_is_not_written() {
    deleted_ahead(None).await;
    with_servers("deleted", |url| deleted_ahead(Some(url))).await;
}

/// A trigger by which each row's slug makes the next row's title.
const SQLITE: &str = "CREATE TRIGGER hand_on AFTER UPDATE OF slug ON docs BEGIN \
     UPDATE docs SET title = NEW.slug || '+' WHERE id = NEW.id + 1; END";

const POSTGRES: [&str; 2] = [
    "CREATE FUNCTION hand_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
     IF NEW.slug IS DISTINCT FROM OLD.slug THEN UPDATE docs SET title = NEW.slug || '+' WHERE id = NEW.id + 1; END IF; \
     RETURN NULL; END $$",
    "CREATE TRIGGER hand_on AFTER UPDATE ON docs FOR EACH ROW EXECUTE FUNCTION hand_on()",
];

async fn handed_on(url: Option<String>, trigger: &[&str]) {
    let mut receipts = Vec::new();
    let (world, [table, filled]) = world(url, "", &ALPHABET).await;
    let mut target = world.target().await;
    for statement in trigger {
        target.conn.run(statement).await.unwrap();
    }
    target.conn.close().await;
    for batch_rows in [100, 1, 2, 3] {
        run(&world, filled, false, (batch_rows, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
        let all: Vec<_> = slugs(&world).await.into_values().collect();
        assert_eq!(all, ["a", "a+", "a++", "a+++", "a++++", "a+++++"], "batches of {batch_rows}");
        receipts.push(in_and_out(&receipt(&world).await.0));
        run(&world, table, true, (100, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
        let mut target = world.target().await;
        for (id, title) in ALPHABET {
            target.conn.run(&format!("UPDATE docs SET title = {title} WHERE id = {id}")).await.unwrap();
        }
        target.conn.close().await;
    }
    assert!(receipts.iter().all(|other| *other == receipts[0]), "{receipts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_trigger_changes_ahead_is_read_behind_it() {
    handed_on(None, &[SQLITE]).await;
    with_server("STRAT_TEST_POSTGRES", "handed_on", &|url| handed_on(Some(url), &POSTGRES)).await;
}
