//! A run that stands still for longer than its lease, and another that takes the target over meanwhile.

use std::time::Duration;

use stratigraph_engine::{Known, apply::ApplyError, lease::LeaseError};

use super::{
    travel::{Go, Manner, Places, Stop, Watched, picture},
    world::{World, caught::stands_still},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_overtaken_says_so() {
    let world = World::repeatable();
    for name in ["a", "b", "c"] {
        let table =
            format!("CreateTable(name: {name:?}, columns: [(name: \"id\", type: BigInt, nullable: false)])");
        world.record(&format!("Draft(message: {name:?}, steps: [{table}])"), name);
    }
    let known = Known::load(&world.ledger).unwrap();
    let heads = world.heads();
    let site = Places::new(None).fresh(&world).await;
    let watched = Watched::default();
    let manner = Manner { watched: Some(&watched), patience: Duration::ZERO, ..Manner::default() };
    let mut slow = Box::pin(site.travel(&known, Go::Up, &heads, manner));
    let still = || !watched.done.lock().unwrap().is_empty();
    assert!(stands_still(&mut slow, still).await.is_none(), "it didn't stand still");
    // The lease holds, until it has run out by the clock of who comes.
    let held = site.travel(&known, Go::Up, &heads, Manner { watched: None, ..manner }).await;
    assert!(matches!(held, Err(Stop::Failed(ApplyError::Lease(LeaseError::Held { .. })))), "{held:?}");
    let later = Manner { clock_off_ms: 61_000, watched: None, ..manner };
    let fast = site.travel(&known, Go::Up, &heads, later).await.unwrap();
    assert_eq!(fast.plan.entries.len(), 2);
    let slow = slow.await;
    assert!(matches!(slow, Err(Stop::Failed(ApplyError::Lease(LeaseError::Lost)))), "{slow:?}");
    assert_eq!(picture(&site, &known).await.heads, heads);
}
