//! A run that stands still for longer than its lease, and another that takes the target over meanwhile.

use std::{
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use stratigraph_engine::{Known, PrepareError, apply::ApplyError, driver::Class, lease::LeaseError};

use super::world::{
    World,
    faults::{Fault, Mode},
    picture::picture,
    places::Places,
    travel::{Go, Manner, Stop},
};

const MANNER: Manner<'static> = Manner {
    accepted: &[],
    fault: None,
    batch_rows: 100,
    at_once: false,
    patience: Duration::ZERO,
    clock_off_ms: 0,
    watched: None,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_overtaken_says_so() {
    let world = World::repeatable();
    for name in ["a", "b", "c"] {
        let table =
            format!("CreateTable(name: {name:?}, columns: [(name: \"id\", type: BigInt, nullable: false)])");
        world.record(&format!("Draft(message: {name:?}, steps: [{table}])"), name);
    }
    let known = Arc::new(Known::load(&world.ledger).unwrap());
    let heads = world.heads();
    let places = Places::new(None);
    // It stands still later and later, until it has taken the lease and looked where the target is.
    for call in 0.. {
        let site = Arc::new(places.fresh(&world).await);
        let fault = Arc::new(Fault::at(call, Mode::SessionKilled));
        let other = overtake(&fault, &site, &known);
        let slow = site.travel(&known, Go::Up, &heads, Manner { fault: Some(&fault), ..MANNER }).await;
        match other.lock().unwrap().take() {
            Some(Ok(_)) => {}
            // It stands still where it has the database to itself.
            Some(Err(Stop::Failed(ApplyError::Lease(LeaseError::Driver(cause)))))
                if cause.class == Class::Busy =>
            {
                continue;
            }
            Some(Err(other)) => panic!("at call {call}, the other: {}", other.said()),
            None => panic!("it was never overtaken"),
        }
        match slow {
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
            Err(slow) => panic!("at call {call}: {}", slow.said()),
        }
    }
}

type Ended = Result<(), Stop>;

/// Has another run come by, a minute later, while one stands still at the call where this strikes. It tells how the other ends.
fn overtake(fault: &Fault, site: &Arc<World>, known: &Arc<Known>) -> Arc<Mutex<Option<Ended>>> {
    let told = Arc::<Mutex<Option<Ended>>>::default();
    let (site, known, tell) = (site.clone(), known.clone(), told.clone());
    fault.kill_by(Box::new(move || {
        let later = Manner { clock_off_ms: 61_000, ..MANNER };
        let whole = || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(site.travel(&known, Go::Up, &site.heads(), later)).map(|_| ())
        };
        let ended = thread::scope(|scope| scope.spawn(whole).join()).unwrap();
        *tell.lock().unwrap() = Some(ended);
    }));
    told
}
