//! The functions a guest may call, whatever engine it runs in, and what one run keeps while they're called.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::encode::{encode_into, encoded_len};
use crate::guest::{Assets, Params};
use crate::wasi::{self, Wasi};

/// Log text kept of one run; the rest is cut off.
const MAX_LOG: usize = 64 << 10;
/// Bytes kept of one rejection's message.
const MAX_MESSAGE: usize = 1 << 10;
/// Rejections of rows that the batch doesn't have, for guests that make rows.
const MAX_NEW_ROWS: u32 = 1 << 20;
/// Elements of all tables together: only function pointers stand there.
pub(crate) const MAX_ELEMENTS: usize = 1 << 20;
/// Fuel for a call of one of our functions, which takes as long as some dozens of instructions.
pub(crate) const CALL_FUEL: u32 = 50;

/// What one run keeps outside of the guest.
pub(crate) struct State {
    pub params: Arc<Params>,
    pub assets: Arc<Assets>,
    /// Rows of the input batch.
    pub rows: u32,
    pub rejects: BTreeMap<u32, String>,
    pub log: String,
    pub bounds: Bounds,
    pub wasi: Wasi,
    /// The script that a runner runs.
    pub script: Option<Arc<str>>,
}

impl State {
    /// Adds a line to the log, as far as there is room.
    pub fn say(&mut self, text: &str) {
        log_text(&mut self.log, text);
        log_text(&mut self.log, "\n");
    }

    /// Refuses a row.
    pub fn refuse(&mut self, function: &'static str, row: u32, message: &str) -> Result<(), Stop> {
        let rows = if self.rows == 0 { MAX_NEW_ROWS } else { self.rows };
        if row >= rows {
            return Err(bad(function, format!("row {row} of a batch of {rows} rows")));
        }
        // The first message of a row stays: later ones are mostly its consequences.
        self.rejects.entry(row).or_insert_with(|| cut(message, MAX_MESSAGE).to_owned());
        Ok(())
    }
}

/// Holds memory to its limit, loudly: a guest that gets no memory must not go on with another result.
pub(crate) struct Bounds {
    pub limit: usize,
    /// Bytes that all memories have; only a component has more than one.
    in_use: usize,
    /// The most that was in use.
    pub peak: usize,
    /// Elements that all tables have.
    elements: usize,
    /// What was wanted and refused.
    pub refused: Option<usize>,
}

impl Bounds {
    pub fn new(limit: usize) -> Bounds {
        Bounds { limit, in_use: 0, peak: 0, elements: 0, refused: None }
    }

    /// Whether a memory may grow from so many bytes to so many.
    pub fn memory(&mut self, current: usize, wanted: usize) -> bool {
        let all = self.in_use.saturating_add(wanted.saturating_sub(current));
        if all > self.limit {
            self.refused = Some(all);
            return false;
        }
        self.in_use = all;
        self.peak = self.peak.max(all);
        true
    }

    /// Whether a table may grow from so many elements to so many.
    pub fn table(&mut self, current: usize, wanted: usize) -> bool {
        let all = self.elements.saturating_add(wanted.saturating_sub(current));
        if all > MAX_ELEMENTS {
            // An element is a pointer.
            self.refused = Some(all.saturating_mul(size_of::<usize>()));
            return false;
        }
        self.elements = all;
        true
    }

    /// What to say of memory that was allowed and then couldn't be had.
    pub fn failed(&mut self) -> usize {
        *self.refused.get_or_insert(self.peak)
    }
}

/// Why one of our functions doesn't return to the guest.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// The guest called it wrongly.
    #[error("{reason}")]
    Call { function: &'static str, reason: String },
    /// Copying for the guest would cost more fuel than is left.
    #[error("out of fuel")]
    Fuel,
    /// The guest ended itself.
    #[error("it ended itself with exit code {0}")]
    Exit(i32),
    /// The guest failed in a function that ours called; the engine has kept its own error.
    #[error("the engine stopped")]
    Engine,
}

/// A number as guests pass it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Word {
    I32,
    I64,
}

impl Word {
    fn name(self) -> &'static str {
        match self {
            Word::I32 => "i32",
            Word::I64 => "i64",
        }
    }
}

/// What a function of ours needs from the engine that called it.
pub(crate) trait Caller {
    /// The guest's memory, and what the run keeps beside it.
    fn parts(&mut self) -> (&mut [u8], &mut State);
    /// Fuel that is left.
    fn fuel(&self) -> u64;
    /// Changes it.
    fn set_fuel(&mut self, left: u64);
    /// Calls the guest's `strat_alloc`; keeps the engine's error when that fails.
    fn alloc(&mut self, len: u32) -> Result<u32, Stop>;
}

/// A function that guests may import. Numbers of 32 bits come and go in the low half of a `u64`.
pub(crate) struct HostFunction {
    pub module: &'static str,
    pub name: &'static str,
    pub params: &'static [Word],
    pub result: Option<Word>,
    pub call: fn(&mut dyn Caller, &[u64]) -> Result<u64, Stop>,
}

use Word::{I32, I64};

/// All functions that guests may import.
pub(crate) const FUNCTIONS: &[HostFunction] = &[
    HostFunction { module: "strat", name: "log", params: &[I32, I32], result: None, call: log },
    HostFunction { module: "strat", name: "reject", params: &[I32, I32, I32], result: None, call: reject },
    HostFunction {
        module: "strat",
        name: "param",
        params: &[I32, I32, I32, I32],
        result: Some(I32),
        call: param,
    },
    HostFunction {
        module: "strat",
        name: "asset",
        params: &[I32, I32, I64, I32, I32],
        result: Some(I32),
        call: asset,
    },
    HostFunction { module: "strat", name: "lookup", params: &[I32, I32], result: Some(I64), call: lookup },
    wasi::function("args_get", &[I32, I32], wasi::success),
    wasi::function("args_sizes_get", &[I32, I32], wasi::none),
    wasi::function("clock_time_get", &[I32, I64, I32], wasi::clock_time_get),
    wasi::function("environ_get", &[I32, I32], wasi::success),
    wasi::function("environ_sizes_get", &[I32, I32], wasi::none),
    wasi::function("fd_close", &[I32], wasi::fd_close),
    wasi::function("fd_fdstat_get", &[I32, I32], wasi::fd_fdstat_get),
    wasi::function("fd_seek", &[I32, I64, I32, I32], wasi::fd_seek),
    wasi::function("fd_write", &[I32, I32, I32, I32], wasi::fd_write),
    wasi::function("poll_oneoff", &[I32, I32, I32, I32], wasi::poll_oneoff),
    HostFunction {
        module: wasi::MODULE,
        name: "proc_exit",
        params: &[I32],
        result: None,
        call: wasi::proc_exit,
    },
    wasi::function("random_get", &[I32, I32], wasi::random_get),
    wasi::function("sched_yield", &[], wasi::success),
];

impl HostFunction {
    /// Its type, as messages print it.
    pub fn signature(&self) -> String {
        let params: Vec<&str> = self.params.iter().map(|word| word.name()).collect();
        format!("({}) -> {}", params.join(" "), self.result.map_or("()", Word::name))
    }

    /// Calls it for a guest.
    pub fn call(&self, caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
        charge(caller, CALL_FUEL)?;
        (self.call)(caller, args)
    }
}

/// Adds a line to the log, as far as there is room.
fn log(caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    let [ptr, len] = words(args);
    charge(caller, len)?;
    let (memory, state) = caller.parts();
    state.say(&String::from_utf8_lossy(slice("strat.log", memory, ptr, len)?));
    Ok(0)
}

/// Refuses a row.
fn reject(caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    let [row, ptr, len] = words(args);
    charge(caller, len)?;
    let (memory, state) = caller.parts();
    let text = String::from_utf8_lossy(slice("strat.reject", memory, ptr, len)?);
    state.refuse("strat.reject", row, &text)?;
    Ok(0)
}

/// Copies as much of a parameter as fits; its whole length, or −1 when there's none of that name.
fn param(caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    let [name, name_len, dst, cap] = words(args);
    charge(caller, name_len)?;
    let (memory, state) = caller.parts();
    let params = Arc::clone(&state.params);
    let Some(value) = params.get(text("strat.param", memory, name, name_len)?) else { return Ok(NONE) };
    copy("strat.param", caller, value.as_bytes(), dst, cap)?;
    Ok(value.len() as u64)
}

/// Copies as much of an asset from an offset on as fits; how much that was, or −1 when there's none of that name.
fn asset(caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    let [name, name_len, _, dst, cap] = words(args);
    let off = args[2] as i64;
    charge(caller, name_len)?;
    let (memory, state) = caller.parts();
    let assets = Arc::clone(&state.assets);
    let Some(bytes) = assets.blobs.get(text("strat.asset", memory, name, name_len)?) else { return Ok(NONE) };
    let off = usize::try_from(off).map_err(|_| bad("strat.asset", format!("offset {off}")))?;
    Ok(copy("strat.asset", caller, bytes.get(off..).unwrap_or_default(), dst, cap)? as u64)
}

/// Puts a whole small table into the guest's memory: `ptr << 32 | len` of its buffer, or 0.
fn lookup(caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    let [name, name_len] = words(args);
    charge(caller, name_len)?;
    let (memory, state) = caller.parts();
    let assets = Arc::clone(&state.assets);
    let Some(batch) = assets.lookups.get(text("strat.lookup", memory, name, name_len)?) else { return Ok(0) };
    let len =
        u32::try_from(encoded_len(batch)).map_err(|_| bad("strat.lookup", "a table over 4 GiB".into()))?;
    charge(caller, len)?;
    let ptr = caller.alloc(len)?;
    let (memory, _) = caller.parts();
    let Some(slot) = range(ptr, len).and_then(|range| memory.get_mut(range)) else {
        return Err(bad("strat.lookup", format!("strat_alloc({len}) gave {ptr}, outside of its memory")));
    };
    encode_into(batch, slot);
    Ok(u64::from(ptr) << 32 | u64::from(len))
}

/// −1 as a number of 32 bits.
const NONE: u64 = u32::MAX as u64;

/// The first arguments, as addresses and lengths; all are there, for the engine has checked the types.
pub(crate) fn words<const N: usize>(args: &[u64]) -> [u32; N] {
    std::array::from_fn(|at| args[at] as u32)
}

pub(crate) fn bad(function: &'static str, reason: String) -> Stop {
    Stop::Call { function, reason }
}

pub(crate) fn range(ptr: u32, len: u32) -> Option<std::ops::Range<usize>> {
    Some(ptr as usize..(ptr as usize).checked_add(len as usize)?)
}

pub(crate) fn slice<'m>(
    function: &'static str,
    memory: &'m [u8],
    ptr: u32,
    len: u32,
) -> Result<&'m [u8], Stop> {
    let slice = range(ptr, len).and_then(|range| memory.get(range));
    slice.ok_or_else(|| bad(function, format!("{len} bytes at {ptr}, outside of its memory")))
}

fn text<'m>(function: &'static str, memory: &'m [u8], ptr: u32, len: u32) -> Result<&'m str, Stop> {
    let bytes = slice(function, memory, ptr, len)?;
    std::str::from_utf8(bytes).map_err(|_| bad(function, "a name that isn't UTF-8".into()))
}

/// Copies as much as fits, and says how much that was.
pub(crate) fn copy(
    function: &'static str,
    caller: &mut dyn Caller,
    from: &[u8],
    dst: u32,
    cap: u32,
) -> Result<usize, Stop> {
    let len = from.len().min(cap as usize).min(i32::MAX as usize);
    charge(caller, len as u32)?;
    let (memory, _) = caller.parts();
    let Some(slot) = range(dst, len as u32).and_then(|range| memory.get_mut(range)) else {
        return Err(bad(function, format!("{len} bytes at {dst}, outside of its memory")));
    };
    slot.copy_from_slice(&from[..len]);
    Ok(len)
}

/// Takes a unit of fuel for each byte, or a guest could have us copy for ever.
pub(crate) fn charge(caller: &mut dyn Caller, bytes: u32) -> Result<(), Stop> {
    let left = caller.fuel().checked_sub(u64::from(bytes)).ok_or(Stop::Fuel)?;
    caller.set_fuel(left);
    Ok(())
}

/// Adds to a log what it still has room for.
pub(crate) fn log_text(log: &mut String, text: &str) {
    log.push_str(cut(text, MAX_LOG.saturating_sub(log.len())));
}

/// The longest start of `text` within `max` bytes.
fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}
