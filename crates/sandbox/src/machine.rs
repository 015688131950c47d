//! What an engine has to offer: a module made ready, and fresh instances of it.

use crate::error::GuestError;
use crate::host::State;

/// A module that an engine has made ready to run; threads may share it.
pub(crate) trait Ready: Send + Sync {
    /// A fresh instance; a start function and a reactor's `_initialize` run under the same limits.
    fn start(&self, state: State, budget: Budget) -> Result<Box<dyn Instance + '_>, GuestError>;
}

/// One instance, and what it has been given.
pub(crate) trait Instance {
    /// Calls `strat_abi`.
    fn abi(&mut self) -> Result<i32, GuestError>;
    /// Calls `strat_alloc`.
    fn alloc(&mut self, len: u32) -> Result<u32, GuestError>;
    /// Calls `strat_run`.
    fn run(&mut self, ptr: u32, len: u32) -> Result<u64, GuestError>;
    /// All of its memory.
    fn memory(&mut self) -> &mut [u8];
    /// Fuel that is left.
    fn fuel(&self) -> u64;
    /// Ends it, and gives what the run kept.
    fn end(self: Box<Self>) -> State;
}

/// What a run is given.
#[derive(Clone, Copy)]
pub(crate) struct Budget {
    pub fuel: u64,
    pub rows: u32,
    pub memory: u64,
}

/// Why an engine stopped a guest.
pub(crate) enum Why {
    /// It wanted so many bytes of memory.
    Memory(u64),
    /// It called one of our functions wrongly.
    Call { function: &'static str, reason: String },
    /// It used all of its fuel.
    Fuel,
    /// It called too deep.
    Stack(Option<String>),
    /// It trapped, in the innermost function with a name.
    Trap { message: String, function: Option<String> },
    /// The engine itself failed.
    Host(String),
}

impl Budget {
    /// Says it with what the run was given.
    pub fn error(&self, why: Why, log: &str) -> GuestError {
        match why {
            Why::Memory(wanted) => GuestError::Memory { wanted, limit: self.memory },
            Why::Call { function, reason } => GuestError::Call { function, reason },
            Why::Fuel => GuestError::Fuel { fuel: self.fuel, rows: self.rows },
            Why::Stack(function) => GuestError::Stack { function },
            Why::Trap { message, function } => GuestError::Trap { message, function, log: log.to_owned() },
            Why::Host(message) => GuestError::Host(message),
        }
    }
}
