//! Ctrl-C and SIGTERM: the first finishes what is at hand, the second ends the process at once.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
    mpsc,
};

use model::Class;

use crate::output::warn;

/// Sets the flag at the first Ctrl-C or SIGTERM; the batch at hand is finished. The second one ends the process: what isn't committed
/// is rolled back by the database, and the next run finds the lease of a process that is gone.
///
/// They are heard on a thread of their own, whatever the others are busy with, from when this returns.
pub fn listen(interrupt: Arc<AtomicBool>) {
    let (hears, listening) = mpsc::channel();
    let hear = move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(heed(&interrupt, hears));
    };
    // Without the thread a signal ends the process as it would any other.
    drop(std::thread::Builder::new().name("signals".to_owned()).spawn(hear));
    // Fails where nobody will hear them.
    let _ = listening.recv();
}

async fn heed(interrupt: &AtomicBool, hears: mpsc::Sender<()>) {
    let Ok(mut signals) = Signals::new() else { return };
    drop(hears);
    loop {
        signals.next().await;
        if interrupt.swap(true, Ordering::Relaxed) {
            warn(
                "stopped at once: the batch at hand is rolled back, those before it are kept; `strat up` goes on",
            );
            std::process::exit(i32::from(Class::Pending as u8));
        }
        warn("stopping after this batch; once more stops at once");
    }
}

/// The signals that ask a process to end, heard from the moment this is made.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The signals that ask a process to end.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals)
    }

    async fn next(&mut self) {
        drop(tokio::signal::ctrl_c().await);
    }
}
