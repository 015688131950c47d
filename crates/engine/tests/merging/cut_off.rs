//! The connection is lost on the way to a merge that decided something: the next run ends where one that was never cut off ends.

use stratigraph_engine::{Known, driver::Outage};

use super::{
    cases::{CASES, ROWS, fork},
    fork::Fork,
    law::Rows,
    travel::{Go, Manner, Picture, Places, picture},
    world::{World, with_servers_at_once},
};

/// The cases whose ways are cut off: decided by order, and two objects that are one.
const CUT: [&str; 2] = ["two fillings of a column, in order", "a column added twice, then others filled"];

/// A process that is killed leaves its lease; here the process lives on, so the lease is ended by hand.
async fn forget_lease(site: &World) {
    let mut target = site.target().await;
    let _ = target.conn.run("UPDATE strat_lease SET until_ms = 0").await;
    target.conn.close().await;
}

/// A target at an end of a branch, or at the base, with its rows.
async fn start(fork: &Fork, places: &Places, at: Option<usize>) -> World {
    let site = places.fresh(&fork.world).await;
    site.travel(&fork.known, Go::Up, &[fork.base], Manner::default()).await.unwrap();
    let Rows::Sql(rows) = ROWS else { panic!("no rows") };
    site.by_hand(rows).await;
    if let Some(at) = at {
        site.travel(&fork.known, Go::Up, &[fork.b[at]], Manner::default()).await.unwrap();
    }
    site
}

/// Goes to one place and is cut off, then to the merge; says whether it was cut off.
async fn cut_off(
    fork: &Fork,
    site: &World,
    to: model::EntryId,
    outage: Outage,
    clean: &Picture,
    what: &str,
) -> bool {
    let known: &Known = &fork.known;
    let manner = Manner { outage: Some(outage), batch_rows: 2, ..Manner::default() };
    let first = site.travel(known, Go::Up, &[to], manner).await;
    forget_lease(site).await;
    let second = site.travel(known, Go::Up, &[fork.merge], Manner::default()).await;
    if let Err(stop) = second {
        panic!("{what} after {outage:?}: {}", stop.said());
    }
    picture(site, known).await.must_be(clean, &format!("{what} after {outage:?}"));
    let third = site.travel(known, Go::Up, &[fork.merge], Manner::default()).await.unwrap();
    assert!(third.plan.is_empty(), "{what} after {outage:?}");
    first.is_err()
}

async fn every_call(places: &Places, stride: u64) {
    let mut cut = 0;
    for name in CUT {
        let fork = fork(CASES.iter().find(|case| case.name == name).unwrap());
        let clean = {
            let site = start(&fork, places, None).await;
            site.travel(&fork.known, Go::Up, &[fork.merge], Manner::default()).await.unwrap();
            picture(&site, &fork.known).await
        };
        let last = fork.b.len() - 1;
        // On the leg to the merge, which undoes and does again; and in the middle of branch B, the merge coming behind it.
        for (from, to, what) in
            [(Some(last), fork.merge, "to the merge"), (None, fork.b[last], "in branch B")]
        {
            for carried_out in [false, true] {
                for calls in (0..).step_by(stride as usize) {
                    let site = start(&fork, places, from).await;
                    let outage = Outage { calls, carried_out };
                    let again = cut_off(&fork, &site, to, outage, &clean, &format!("{name}, {what}")).await;
                    places.clear().await;
                    if !again {
                        assert!(calls > 10, "{name}, {what}: only {calls} calls were cut off");
                        break;
                    }
                    cut += 1;
                }
            }
        }
    }
    println!("cut off {cut} times");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_at_every_call() {
    every_call(&Places::new(None), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_at_some_calls() {
    with_servers_at_once("merging_cut", |url| async move {
        let stride = if std::env::var_os("STRAT_TEST_CRASH").is_some() { 1 } else { 9 };
        every_call(&Places::new(Some(url)), stride).await;
    })
    .await;
}
