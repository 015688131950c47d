//! What stays the same in all records of one run: who, where, and by which clock.

use super::{Journal, Who};
use crate::clock;

/// The constants of one run's records.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Who.
    pub who: Who,
    /// The server and its version.
    pub server: String,
    /// The server's clock minus ours, in milliseconds.
    pub server_ahead_ms: i64,
    /// What tells the database apart from its copies; empty where nothing does.
    pub place: String,
    /// By how much this machine's clock is off on purpose; see [`Journal::set_clock_off`].
    pub clock_off_ms: i64,
}

impl Journal {
    /// Now by this machine's clock, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        clock::now_ms() + self.context.clock_off_ms
    }

    /// Now by the database's clock, in milliseconds since 1970: the one clock that all machines share.
    pub fn server_now_ms(&self) -> i64 {
        self.now_ms() + self.context.server_ahead_ms
    }

    /// Lets this machine's clock be off by so much from now on, for tests of what clocks do that somebody sets.
    pub fn set_clock_off(&mut self, ms: i64) {
        self.context.clock_off_ms = ms;
    }

    /// Who records say that acts.
    pub fn principal(&self) -> &str {
        &self.context.who.principal
    }

    /// What tells the database apart from its copies, as it is now; empty where nothing does.
    pub fn place(&self) -> &str {
        &self.context.place
    }
}
