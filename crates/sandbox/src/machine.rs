//! What an engine has to offer: a guest made ready, and fresh instances of it.
//!
//! There are two carriers of the one contract. A core module says where in its memory a batch goes, and is given addresses; a
//! component is given the bytes, and gives bytes.

use crate::batch::Batch;
use crate::decode::decode;
use crate::encode::encode_into;
use crate::error::GuestError;
use crate::host::State;

/// A module that an engine has made ready to run; threads may share it.
pub(crate) trait Ready: Send + Sync {
    /// A fresh instance; a start function and a reactor's `_initialize` run under the same limits.
    fn start(&self, state: State, budget: Budget) -> Result<Box<dyn Instance + '_>, GuestError>;
}

/// One instance, whatever carries it, and what it has been given.
pub(crate) trait Instance {
    /// The version of the contract that it says it speaks.
    fn abi(&mut self) -> Result<i32, GuestError>;
    /// Hands over a batch of `len` encoded bytes, and reads what comes back with every byte checked.
    fn run(&mut self, batch: &Batch, len: u32) -> Result<Batch, GuestError>;
    /// Fuel that is left.
    fn fuel(&self) -> u64;
    /// Ends it, and gives what the run kept.
    fn end(self: Box<Self>) -> State;
}

/// One instance of a core module.
pub(crate) trait CoreInstance {
    /// Calls `strat_abi`.
    fn abi(&mut self) -> Result<i32, GuestError>;
    /// Calls `strat_alloc`.
    fn alloc(&mut self, len: u32) -> Result<u32, GuestError>;
    /// Calls `strat_run`.
    fn call_run(&mut self, ptr: u32, len: u32) -> Result<u64, GuestError>;
    /// All of its memory.
    fn memory(&mut self) -> &mut [u8];
    /// Fuel that is left.
    fn fuel(&self) -> u64;
    /// Ends it, and gives what the run kept.
    fn into_state(self) -> State;
}

impl<C: CoreInstance> Instance for C {
    fn abi(&mut self) -> Result<i32, GuestError> {
        CoreInstance::abi(self)
    }

    fn run(&mut self, batch: &Batch, len: u32) -> Result<Batch, GuestError> {
        let ptr = self.alloc(len)?;
        encode_into(batch, place(self.memory(), ptr, len, "strat_alloc")?);
        let packed = self.call_run(ptr, len)?;
        let (ptr, len) = ((packed >> 32) as u32, packed as u32);
        Ok(decode(place(self.memory(), ptr, len, "strat_run")?)?)
    }

    fn fuel(&self) -> u64 {
        CoreInstance::fuel(self)
    }

    fn end(self: Box<Self>) -> State {
        self.into_state()
    }
}

/// The bytes at `ptr`, 8-aligned and inside of the memory.
fn place<'m>(memory: &'m mut [u8], ptr: u32, len: u32, by: &str) -> Result<&'m mut [u8], GuestError> {
    let fail = |reason: String| GuestError::Output { column: None, row: None, reason };
    if ptr == 0 || !ptr.is_multiple_of(8) {
        return Err(fail(format!("{by} gave the address {ptr}, expected a multiple of 8 above 0")));
    }
    let start = ptr as usize;
    let slot = start.checked_add(len as usize).and_then(|end| memory.get_mut(start..end));
    slot.ok_or_else(|| fail(format!("{by} gave {len} bytes at {ptr}, outside of its memory")))
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
