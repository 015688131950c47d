//! Backfills where not all goes smoothly: rows that are refused, named with their class where the step stops, left alone and put on record where
//! it sets them aside; rows that wait for somebody; rows that are changed while the step is at work.

mod ahead;
mod open;

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use crate::world::{
    World,
    faults::{Fault, Met, Mode, at_every_point},
    with_servers,
};
use model::{Class, Digest, EntryId, Fault as _, Value};
use stratigraph_engine::{
    Choices, Known, RunOptions, carry_out,
    data::{Allowed, Pacing, aside::list},
    guests::Guests,
    journal::{Kind, Receipt},
    prepare_down, prepare_up,
};

const TABLE: &str = r#"Draft(message: "docs", steps: [CreateTable(name: "docs", columns: [
    (name: "id", type: BigInt, nullable: false), (name: "title", type: Text), (name: "slug", type: Varchar(20), nullable: false),
], constraints: [(is: PrimaryKey(["id"])), (name: "docs_slug", is: Unique(["slug"]))])])"#;

const TEMPLATE: &str = include_str!("../../../../data-scripts/sdk/wat/template.wat");

/// Makes titles small; refuses those that begin with `!`, and traps at those that begin with `?`.
fn guest() -> String {
    let first = "(i32.load8_u (i32.add (local.get $data) (local.get $from)))";
    let from =
        "(local.set $from (i32.load (i32.add (local.get $offs) (i32.shl (local.get $i) (i32.const 2)))))\n";
    let refuse = format!(
        "{from}(if (i32.eq {first} (i32.const 33)) (then (call $reject (local.get $i) (i32.const 2900) (i32.const 9))))
         (if (i32.eq {first} (i32.const 63)) (then unreachable))\n"
    );
    let import = "(module\n  (import \"strat\" \"reject\" (func $reject (param i32 i32 i32)))\n  (memory (export \"memory\") 1)\n  (data (i32.const 2900) \"no thanks\")";
    let text = TEMPLATE.replace("@READ@", "title").replace("@WRITE@", "slug");
    assert!(text.contains(from) && text.contains("(module\n  (memory (export \"memory\") 1)"));
    text.replacen(from, &refuse, 1).replacen("(module\n  (memory (export \"memory\") 1)", import, 1)
}

const ROWS: [(i64, &str); 7] = [
    (1, "'Alpha'"),
    (2, "'!bad'"),
    (3, "'Same'"),
    (4, "'SAME'"),
    (5, "'A title of more than twenty letters'"),
    (6, "NULL"),
    (7, "'Omega'"),
];

async fn world(url: Option<String>, on_reject: &str, rows: &[(i64, &str)]) -> (World, [EntryId; 2]) {
    let world = World::new(url);
    world.script("slug", &guest());
    let fill = format!(
        r#"Draft(message: "slugs", steps: [Backfill(script: "slug", table: "docs", read: ["title"], write: ["slug"]{on_reject})])"#
    );
    let entries = [world.record(TABLE, "0001-docs"), world.record(&fill, "0002-slugs")];
    run(&world, entries[0], false, (100, None)).await.unwrap();
    let mut target = world.target().await;
    for (id, title) in rows {
        let sql = format!("INSERT INTO docs (id, title, slug) VALUES ({id}, {title}, 'before {id}')");
        target.conn.run(&sql).await.unwrap();
    }
    target.conn.close().await;
    (world, entries)
}

/// One run there or back; why it stopped, with its class and its hint.
async fn run(
    world: &World,
    wanted: EntryId,
    down: bool,
    (batch_rows, fault): (usize, Option<&Arc<Fault>>),
) -> Result<(), (Class, String)> {
    run_with(world, wanted, down, (batch_rows, fault), (Allowed::default(), &[])).await
}

/// The same, with what the command line lets it set aside and accepts.
async fn run_with(
    world: &World,
    wanted: EntryId,
    down: bool,
    (batch_rows, fault): (usize, Option<&Arc<Fault>>),
    (allowed, accepted): (Allowed<'_>, &[String]),
) -> Result<(), (Class, String)> {
    let known = Known::load(&world.ledger).unwrap();
    known.history.fold().unwrap();
    let wanted = known.ancestors(&[wanted]);
    let mut target = world.target().await;
    let choices = Choices { database: "main", step_by_step: true };
    let prepared = match down {
        true => prepare_down(&mut target, &known, &wanted, choices).await.unwrap(),
        false => prepare_up(&mut target, &known, &wanted, choices).await.unwrap(),
    };
    if let Some(fault) = fault {
        target.conn.lose_by(fault.clone());
    }
    let interrupt = AtomicBool::new(false);
    let patience = Duration::from_secs(10);
    let options =
        RunOptions { accepted, patience, pacing: Pacing::fixed(batch_rows), allowed, interrupt: &interrupt };
    let blobs = |digest: &Digest| world.blob(digest);
    let result = carry_out(&mut target, &prepared, &known, options, &Guests::new(&blobs), &mut |_| {}).await;
    target.conn.close().await;
    result.map_err(|e| (e.class(), format!("{e}\nhint: {}", e.hint().unwrap_or_default())))
}

async fn slugs(world: &World) -> BTreeMap<i64, String> {
    let mut target = world.target().await;
    let rows = target.conn.query("SELECT id, slug FROM docs", &[]).await.unwrap();
    target.conn.close().await;
    let row = |row: Vec<Value>| match <[Value; 2]>::try_from(row).unwrap() {
        [Value::Int(id), Value::Text(slug)] => (id, slug),
        other => panic!("{other:?}"),
    };
    rows.into_iter().map(row).collect()
}

/// What is on record: key, class, message.
async fn aside(world: &World) -> Vec<[String; 3]> {
    let mut target = world.target().await;
    let rows = list(&mut target).await.unwrap();
    target.conn.close().await;
    let numbers: Vec<_> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=rows.len() as u64).collect::<Vec<_>>());
    rows.into_iter()
        .filter(|row| row.is_open())
        .map(|one| [one.row.key, one.row.class.name().to_owned(), one.row.message])
        .collect()
}

async fn receipt(world: &World) -> (Receipt, usize) {
    let mut target = world.target().await;
    let records = target.journal.records(&mut target.conn).await.unwrap();
    target.conn.close().await;
    let aside = records.iter().filter(|r| r.kind == Kind::SetAside).map(|r| r.aside.len()).sum();
    (records.into_iter().rev().find_map(|record| record.receipt).unwrap(), aside)
}

async fn refused_rows_are_set_aside(url: Option<String>) {
    let mut receipts = Vec::new();
    let mut here = None;
    for batch_rows in [100, 1, 2, 3] {
        let (world, [table, filled]) = match here.take() {
            None => world(url.clone(), ", on_reject: SetAside(at_most: 4)", &ROWS).await,
            Some(here) => here,
        };
        run(&world, filled, false, (batch_rows, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
        let slugs_now = slugs(&world).await;
        let slug = |id: i64| slugs_now[&id].as_str();
        let all = [1, 2, 3, 4, 5, 6, 7].map(slug);
        assert_eq!(all, ["alpha", "before 2", "same", "before 4", "before 5", "before 6", "omega"]);
        let record = aside(&world).await;
        let classes: Vec<_> = record.iter().map(|[key, class, _]| format!("{key} {class}")).collect();
        assert_eq!(classes, ["id = 2 rejected", "id = 4 constraint", "id = 5 wrong type", "id = 6 not null"]);
        assert_eq!(record[0][2], "no thanks");
        assert!(record[1][2].contains("refuses it by a unique constraint"), "{record:?}");
        assert!(
            record.iter().all(|[.., message]| !message.to_lowercase().contains("same")),
            "no values: {record:?}"
        );
        let (receipt, journaled) = receipt(&world).await;
        assert_eq!(journaled, 4 * (receipts.len() + 1), "four in each round");
        assert_eq!((receipt.read, receipt.changed, receipt.unchanged), (7, 3, 0));
        assert_eq!(receipt.set_aside.as_ref().map(|aside| aside.rows), Some(4));
        receipts.push((receipt.input, receipt.output, receipt.set_aside));
        run(&world, table, true, (3, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
        assert_eq!(slugs(&world).await, (1..=7).map(|id| (id, format!("before {id}"))).collect());
        assert_eq!(aside(&world).await, Vec::<[String; 3]>::new());
        here = Some((world, [table, filled]));
    }
    assert!(
        receipts.iter().all(|other| *other == receipts[0]),
        "the size of batches doesn't matter: {receipts:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_rows_are_set_aside_everywhere() {
    refused_rows_are_set_aside(None).await;
    with_servers("rejects", |url| refused_rows_are_set_aside(Some(url))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_row_too_many_stops_the_step() {
    for (batch_rows, kept) in [(1, 3), (3, 1), (100, 0)] {
        let (world, [_, filled]) = world(None, ", on_reject: SetAside(at_most: 3)", &ROWS).await;
        let (class, why) = run(&world, filled, false, (batch_rows, None)).await.unwrap_err();
        assert_eq!(class, Class::Decide, "{why}");
        for said in ["docs.slug", "at row id = 6", "not null", "at most 3 rows may be set aside"] {
            assert!(why.contains(said), "{said}: {why}");
        }
        // What is kept is what its batch kept, and the record says the same.
        assert_eq!(aside(&world).await.len(), kept, "of batches of {batch_rows}");
    }
}

/// Rows, and what is said of the one at which the step stops.
type Case<'a> = (&'a [(i64, &'a str)], &'a [&'a str]);

#[tokio::test(flavor = "multi_thread")]
async fn a_step_stops_at_the_row_and_names_it() {
    let long = "A title of more than twenty letters";
    let cases: [Case<'_>; 5] = [
        (
            &[(1, "'a'"), (2, "'!bad'"), (3, "'b'")],
            &["at row id = 2", "rejected: no thanks", "given title: Text, 4 bytes"],
        ),
        (
            &[(1, "'a'"), (2, "'b'"), (3, "'?'")],
            &["at row id = 3", "trap: trapped", "given title: Text, 1 bytes"],
        ),
        (&[(1, "'x'"), (2, "'X'")], &["at row id = 2", "constraint: ", "docs"]),
        (&[(1, "NULL"), (2, "'b'")], &["at row id = 1", "not null: column slug", "given title: Text, NULL"]),
        (
            &[(1, "'a'"), (2, "'A title of more than twenty letters'")],
            &["at row id = 2", "wrong type: column slug", "35 characters"],
        ),
    ];
    for (rows, said) in cases {
        for batch_rows in [1, 100] {
            let (world, [table, filled]) = world(None, "", rows).await;
            let (class, why) = run(&world, filled, false, (batch_rows, None)).await.unwrap_err();
            assert_eq!(class, Class::Decide, "{why}");
            for said in
                said.iter().chain(&["backfill of docs.slug by slug stopped", "rows are done and kept"])
            {
                assert!(why.contains(said), "{said}: {why}");
            }
            assert!(!why.contains(long), "no values: {why}");
            assert!(why.contains("strat script replay slug --row 'id="), "{why}");
            // It can be left, whatever of it was done.
            run(&world, table, true, (100, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
            assert!(slugs(&world).await.iter().all(|(id, slug)| *slug == format!("before {id}")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trap_is_never_set_aside() {
    let rows = [(1, "'a'"), (2, "'?'")];
    let (world, [_, filled]) = world(None, ", on_reject: SetAside(at_most: 10)", &rows).await;
    let (class, why) = run(&world, filled, false, (100, None)).await.unwrap_err();
    assert!(class == Class::Decide && why.contains("at row id = 2") && why.contains("trap"), "{why}");
    assert_eq!(aside(&world).await, Vec::<[String; 3]>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_at_every_point() {
    let on_reject = ", on_reject: SetAside(at_most: 4)";
    let (world_, [_, filled]) = world(None, on_reject, &ROWS).await;
    run(&world_, filled, false, (3, None)).await.unwrap();
    let (clean, journaled) = receipt(&world_).await;
    let (slugs_clean, record) = (slugs(&world_).await, aside(&world_).await);
    at_every_point((Met::All, &Mode::LOST), async |fault| {
        let (world, [_, filled]) = world(None, on_reject, &ROWS).await;
        let cut = run(&world, filled, false, (3, Some(fault))).await;
        world.forget_lease().await;
        run(&world, filled, false, (3, None)).await.unwrap_or_else(|why| panic!("{fault:?} {why:?}"));
        assert_eq!(receipt(&world).await, (clean.clone(), journaled), "{fault:?}, {cut:?}");
        assert_eq!((slugs(&world).await, aside(&world).await), (slugs_clean.clone(), record.clone()));
    })
    .await;
}
