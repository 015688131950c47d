//! A run that stands still for longer than its lease, and another that takes the target over meanwhile.

use std::time::Duration;

use stratigraph_engine::{Known, PrepareError, apply::ApplyError, driver::Class, lease::LeaseError};

use super::world::{
    World,
    caught::still_after,
    picture::picture,
    places::Places,
    travel::{Go, Manner, Stop},
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
    let (places, manner) = (Places::new(None), Manner { patience: Duration::ZERO, ..Manner::default() });
    // It stands still later and later, until it has taken the lease and looked where the target is.
    for waits in 0..200 {
        let site = places.fresh(&world).await;
        // Two that make the file at one moment get in each other's way.
        site.by_hand(&["SELECT 1"]).await;
        let mut slow = Box::pin(site.travel(&known, Go::Up, &heads, manner));
        assert!(still_after(waits, &mut slow).await.is_none(), "it didn't stand still");
        let later = Manner { clock_off_ms: 61_000, ..manner };
        match site.travel(&known, Go::Up, &heads, later).await {
            Ok(_) => {}
            // It stands still where it has the database to itself.
            Err(Stop::Failed(ApplyError::Lease(LeaseError::Driver(cause)))) if cause.class == Class::Busy => {
                continue;
            }
            Err(other) => panic!("after {waits} waits, the other: {}", other.said()),
        }
        match slow.await {
            // Before it has the lease it may see what the other does, or come too late for it.
            Ok(_)
            | Err(
                Stop::Failed(ApplyError::Moved | ApplyError::Lease(LeaseError::Held { .. }))
                | Stop::Unplanned(PrepareError::Drift(_)),
            ) => {}
            Err(Stop::Failed(ApplyError::Lease(LeaseError::Lost))) => {
                assert_eq!(picture(&site, &known).await.heads, heads);
                return;
            }
            Err(other) => panic!("after {waits} waits: {}", other.said()),
        }
    }
    panic!("it was never overtaken");
}
