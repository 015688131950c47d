//! Rows that whoever runs a step leaves aside, rows that are tried again, and steps that wait for them.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use model::{Class, Digest, EntryId, Fault as _, StepRef};
use stratigraph_engine::{
    Known, RunOptions,
    author::{Repair, repair},
    data::{
        Allowed, Pacing,
        aside::list,
        retry::{Ask, Retried, retry},
    },
    guests::Guests,
    journal::{Kind, Record},
};

use super::{ROWS, aside, receipt, run, run_with, slugs, world};
use crate::world::{
    World,
    faults::{Fault, Met, Mode, at_every_point},
    with_servers,
};

const STRICT: &str = r#"Draft(message: "strict", steps: [
    AddCheck(table: "docs", name: "docs_slug_min", check: "slug <> 'x'"),
])"#;

/// Tries what is open again.
async fn again(
    world: &World,
    step: Option<StepRef>,
    fault: Option<&Arc<Fault>>,
) -> Result<Vec<Retried>, (Class, String)> {
    let known = Known::load(&world.ledger).unwrap();
    let mut target = world.target().await;
    if let Some(fault) = fault {
        target.conn.lose_by(fault.clone());
    }
    let interrupt = AtomicBool::new(false);
    let options = RunOptions {
        accepted: &[],
        patience: Duration::from_secs(10),
        pacing: Pacing::fixed(100),
        allowed: Allowed::default(),
        interrupt: &interrupt,
    };
    let blobs = |digest: &Digest| world.blob(digest);
    let ask = Ask { database: "main", step, reason: "mended" };
    let result = retry(&mut target, &known, ask, options, &Guests::new(&blobs), &mut |_| {}).await;
    target.conn.close().await;
    result.map_err(|e| (e.class(), format!("{e}\nhint: {}", e.hint().unwrap_or_default())))
}

async fn records(world: &World) -> Vec<Record> {
    let mut target = world.target().await;
    let records = target.journal.records(&mut target.conn).await.unwrap();
    target.conn.close().await;
    records
}

async fn sql(world: &World, statements: &[&str]) {
    let mut target = world.target().await;
    for statement in statements {
        target.conn.run(statement).await.unwrap();
    }
    target.conn.close().await;
}

/// Mends all rows of [`ROWS`] but one, which is deleted.
async fn mend(world: &World) {
    let mend = [
        "UPDATE docs SET title = 'Good' WHERE id = 2",
        "UPDATE docs SET title = 'Other' WHERE id = 4",
        "UPDATE docs SET title = 'Short' WHERE id = 5",
        "DELETE FROM docs WHERE id = 6",
    ];
    sql(world, &mend).await;
}

fn first(world: &[EntryId; 2]) -> StepRef {
    StepRef { entry: world[1], step: 0 }
}

async fn set_aside_by_hand(url: Option<String>) {
    let (world, [table, filled]) = world(url, "", &ROWS).await;
    let rows = ["id=2".to_owned(), "id = 4".to_owned()];
    // Two rows by name, one more whichever: the fourth is one too many.
    let allowed = Allowed { more: 1, rows: &rows, reason: "ticket 812" };
    let (class, why) = run_with(&world, filled, false, (3, None), (allowed, &[])).await.unwrap_err();
    assert!(class == Class::Decide && why.contains("id = 6") && why.contains("at most 1 rows"), "{why}");
    // The first batch was kept, with its row; the second was rolled back with all of its three.
    let allowed = Allowed { more: 3, rows: &[], reason: "ticket 813" };
    run_with(&world, filled, false, (3, None), (allowed, &[])).await.unwrap_or_else(|why| panic!("{why:?}"));
    let keys: Vec<_> =
        aside(&world).await.into_iter().map(|[key, class, _]| format!("{key} {class}")).collect();
    assert_eq!(keys, ["id = 2 rejected", "id = 4 constraint", "id = 5 wrong type", "id = 6 not null"]);
    let aside = records(&world).await.into_iter().filter(|record| record.kind == Kind::SetAside);
    let told: Vec<_> =
        aside.flat_map(|r| r.aside.into_iter().map(move |row| (row.key, r.note.clone()))).collect();
    let note = |text: &str| Some(text.to_owned());
    let expected = [(2, "ticket 812"), (4, "ticket 813"), (5, "ticket 813"), (6, "ticket 813")];
    assert_eq!(told, expected.map(|(id, why)| (format!("id = {id}"), note(why))));
    assert_eq!(receipt(&world).await.0.set_aside.map(|aside| aside.rows), Some(4));
    run(&world, table, true, (3, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_runs_a_step_may_leave_rows_aside_for_a_reason() {
    set_aside_by_hand(None).await;
    with_servers("byhand", |url| set_aside_by_hand(Some(url))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_nobody_named_still_stops_the_step() {
    let (world, [_, filled]) = world(None, "", &ROWS).await;
    let rows = ["id=4".to_owned()];
    let allowed = Allowed { more: 0, rows: &rows, reason: "so" };
    let (class, why) = run_with(&world, filled, false, (100, None), (allowed, &[])).await.unwrap_err();
    assert!(class == Class::Decide && why.contains("at row id = 2"), "{why}");
    assert!(why.contains("strat up --set-aside 'id = 2' --reason"), "{why}");
}

async fn tried_again(url: Option<String>) {
    let (world, entries) = world(url, ", on_reject: SetAside(at_most: 4)", &ROWS).await;
    run(&world, entries[1], false, (3, None)).await.unwrap();
    let before = receipt(&world).await.0;
    // Nothing was mended: all stay, with what is said of them now.
    let nothing = again(&world, None, None).await.unwrap();
    assert_eq!((nothing[0].done, nothing[0].left, nothing[0].receipts.len()), (0, 4, 0));
    mend(&world).await;
    sql(&world, &["UPDATE docs SET title = '!still' WHERE id = 2"]).await;
    let some = again(&world, Some(first(&entries)), None).await.unwrap();
    assert_eq!((some[0].done, some[0].gone, some[0].left), (2, 1, 1));
    let receipts = &some[0].receipts;
    assert_eq!((receipts.len(), receipts[0].read, receipts[0].changed), (1, 3, 2));
    assert_eq!(receipts[0].set_aside.as_ref().map(|aside| aside.rows), Some(1));
    assert_eq!(aside(&world).await.len(), 1);
    sql(&world, &["UPDATE docs SET title = 'Good' WHERE id = 2"]).await;
    let rest = again(&world, None, None).await.unwrap();
    assert_eq!((rest[0].done, rest[0].left), (1, 0));
    assert_eq!(again(&world, None, None).await.unwrap(), []);
    let now = slugs(&world).await;
    let slug = |id: i64| now[&id].as_str();
    assert_eq!([1, 2, 3, 4, 5, 7].map(slug), ["alpha", "good", "same", "other", "short", "omega"]);
    // The step's own receipt stays what it was; the others say what was done to the rest.
    assert_eq!(
        records(&world).await.into_iter().find(|r| r.kind == Kind::Receipt).and_then(|r| r.receipt),
        Some(before)
    );
    let resolved: Vec<_> =
        records(&world).await.into_iter().filter(|record| record.kind == Kind::Resolved).collect();
    let keys = |record: &Record| record.aside.iter().map(|row| row.key.clone()).collect::<Vec<_>>();
    assert_eq!(
        resolved.iter().map(keys).collect::<Vec<_>>(),
        [vec!["id = 4", "id = 5", "id = 6"], vec!["id = 2"]]
    );
    assert!(resolved.iter().all(|record| record.note.as_deref() == Some("mended")));
    // The way back knows of all of it.
    run(&world, entries[0], true, (3, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
    assert!(slugs(&world).await.iter().all(|(id, slug)| *slug == format!("before {id}")));
    let mut target = world.target().await;
    assert_eq!(list(&mut target).await.unwrap(), []);
    target.conn.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mended_rows_are_done_again_exactly_once() {
    tried_again(None).await;
    with_servers("retry", |url| tried_again(Some(url))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_at_every_point_rows_are_done_once() {
    let on_reject = ", on_reject: SetAside(at_most: 4)";
    let mut clean = None;
    at_every_point((Met::All, &Mode::LOST), async |fault| {
        let (world, entries) = world(None, on_reject, &ROWS).await;
        run(&world, entries[1], false, (3, None)).await.unwrap();
        mend(&world).await;
        let cut = again(&world, None, Some(fault)).await;
        world.forget_lease().await;
        again(&world, None, None).await.unwrap_or_else(|why| panic!("{fault:?} {why:?}"));
        let resolved = records(&world).await.into_iter().filter(|r| r.kind == Kind::Resolved);
        let receipts: Vec<_> = resolved.map(|record| (record.receipt, record.aside)).collect();
        let stands = (slugs(&world).await, receipts, aside(&world).await);
        assert_eq!(stands, *clean.get_or_insert_with(|| stands.clone()), "{fault:?}, {cut:?}");
        run(&world, entries[0], true, (3, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
        assert!(slugs(&world).await.iter().all(|(id, slug)| *slug == format!("before {id}")));
    })
    .await;
}

async fn steps_wait(url: Option<String>) {
    let (world, entries) = world(url, ", on_reject: SetAside(at_most: 4)", &ROWS).await;
    let other =
        r#"Draft(message: "other", steps: [AddColumn(table: "docs", column: (name: "other", type: Text))])"#;
    let (other, strict) = (world.record(other, "0003-other"), world.record(STRICT, "0004-strict"));
    run(&world, entries[1], false, (3, None)).await.unwrap();
    // What has nothing to do with the column goes on.
    run(&world, other, false, (3, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
    let (class, why) = run(&world, strict, false, (3, None)).await.unwrap_err();
    let step = format!("{}#1", entries[1].short());
    for said in [
        "builds on what step 1 of entry",
        "4 rows are set aside",
        "id = 2",
        &step,
        "backfill retry",
        "--accept H103",
    ] {
        assert!(why.contains(said), "{said}: {why}");
    }
    assert_eq!(class, Class::Decide);
    assert!(records(&world).await.iter().all(|record| record.entry != strict), "nothing of it was begun");
    mend(&world).await;
    again(&world, None, None).await.unwrap();
    run(&world, strict, false, (3, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_that_build_on_open_rows_wait() {
    steps_wait(None).await;
    with_servers("waits", |url| steps_wait(Some(url))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_middle_of_an_entry_too_and_whoever_accepts_it_goes_on() {
    let both = r#"Draft(message: "both", steps: [
        Backfill(script: "slug", table: "docs", read: ["title"], write: ["slug"], on_reject: SetAside(at_most: 4)),
        AddCheck(table: "docs", name: "docs_slug_min", check: "slug <> 'x'"),
    ])"#;
    for mended in [true, false] {
        let (world, entries) = world(None, "", &ROWS[..1]).await;
        run(&world, entries[0], true, (3, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
        let both = world.record_on(&[entries[0]], both, "0003-both");
        sql(&world, &["INSERT INTO docs (id, title, slug) VALUES (2, '!bad', 'before 2')"]).await;
        let (class, why) = run(&world, both, false, (3, None)).await.unwrap_err();
        assert!(class == Class::Decide && why.contains("a row is set aside there: id = 2"), "{why}");
        if mended {
            sql(&world, &["UPDATE docs SET title = 'Good' WHERE id = 2"]).await;
            let done = again(&world, None, None).await.unwrap_or_else(|why| panic!("{why:?}"));
            assert_eq!(done[0].done, 1);
            run(&world, both, false, (3, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
            assert_eq!(slugs(&world).await[&2], "good");
        } else {
            let accepted = ["H103".to_owned()];
            let options = (Allowed::default(), accepted.as_slice());
            run_with(&world, both, false, (3, None), options).await.unwrap_or_else(|why| panic!("{why:?}"));
            assert_eq!(aside(&world).await.len(), 1);
        }
    }
}

async fn repaired(url: Option<String>) {
    let (world, entries) = world(url, ", on_reject: SetAside(at_most: 4)", &ROWS).await;
    run(&world, entries[1], false, (3, None)).await.unwrap();
    let mut target = world.target().await;
    let open = list(&mut target).await.unwrap();
    target.conn.close().await;
    let keys: Vec<_> = open.into_iter().map(|row| row.row.values).collect();
    // Another script takes two of the rows, and the repair leaves the other two aside itself.
    world.script("calm", &super::guest().replace("(i32.const 33)", "(i32.const 34)"));
    sql(&world, &["UPDATE docs SET title = 'Else' WHERE id = 4"]).await;
    let known = Known::load(&world.ledger).unwrap();
    let wanted = Repair { at: first(&entries), keys: &keys, script: Some("calm"), message: "repair" };
    let draft = repair(&known, &[entries[1]], wanted).unwrap();
    let text = model::to_canonical(&draft).unwrap();
    assert!(text.contains("repairs: (") && text.contains("In(\"id\", ["), "{text}");
    let repair = world.record_on(&[entries[1]], &text, "0004-repair");
    run(&world, repair, false, (3, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
    let mut target = world.target().await;
    let all = list(&mut target).await.unwrap();
    target.conn.close().await;
    let open: Vec<_> =
        all.iter().filter(|row| row.is_open()).map(|row| (row.at.entry, row.row.key.as_str())).collect();
    let mut expected =
        [(entries[1], "id = 5"), (entries[1], "id = 6"), (repair, "id = 5"), (repair, "id = 6")];
    expected.sort_unstable();
    assert_eq!(open, expected);
    assert_eq!((slugs(&world).await[&2].as_str(), slugs(&world).await[&4].as_str()), ("!bad", "else"));
    // Undone, its rows are open again as they were.
    run(&world, entries[1], true, (3, None)).await.unwrap_or_else(|why| panic!("{why:?}"));
    let mut target = world.target().await;
    let open = list(&mut target).await.unwrap();
    target.conn.close().await;
    assert!(open.iter().all(|row| row.is_open() && row.at == first(&entries)) && open.len() == 4, "{open:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_closes_the_rows_it_takes() {
    repaired(None).await;
    with_servers("repairs", |url| repaired(Some(url))).await;
}
