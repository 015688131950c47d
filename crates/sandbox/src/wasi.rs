//! WASI preview 1 as far as a language's runtime needs it to start: 13 functions, answered with constants.
//!
//! There is nothing behind them. The clock stands still, sleeping is over at once, random numbers come from a fixed seed
//! in every instance, arguments and environment are empty, no file is open but the outputs, which are the step's log.

use crate::host::{
    Caller, HostFunction, State, Stop, Word, bad, charge, copy, log_text, range, slice, words,
};

/// The module that the functions are imported from.
pub(crate) const MODULE: &str = "wasi_snapshot_preview1";

/// 2000-01-01T00:00:00Z in nanoseconds; somewhere after the epoch, so that no subtraction falls below it.
pub(crate) const WALL_CLOCK: u64 = 946_684_800_000_000_000;
/// Where all other clocks stand when an instance begins: a runtime may take 0 for a clock that doesn't work.
const OTHER_CLOCKS: u64 = 1_000_000_000;
/// Subscriptions that one call may wait for.
const MAX_SUBSCRIPTIONS: u32 = 1024;
/// Pieces that one call may write.
const MAX_PIECES: u32 = 1024;

const SUCCESS: u64 = 0;
const BAD_DESCRIPTOR: u64 = 8;
const INVALID: u64 = 28;
const NOT_SEEKABLE: u64 = 70;

/// What the functions keep of one instance.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wasi {
    /// Nanoseconds that were slept away.
    slept: u64,
    /// How many random words were given.
    drawn: u64,
}

impl Wasi {
    /// The next word of SplitMix64, which needs no state but a count.
    pub fn random(&mut self) -> u64 {
        self.drawn += 1;
        let mut word = self.drawn.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// Random bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.random().to_le_bytes()[..chunk.len()]);
        }
    }

    /// Where the clock stands that sleeping moves.
    pub fn ticks(&self) -> u64 {
        self.now(1)
    }

    /// Sleeps so many nanoseconds, or until then.
    pub fn sleep(&mut self, nanoseconds: u64, absolute: bool) {
        let ahead = if absolute { nanoseconds.saturating_sub(self.ticks()) } else { nanoseconds };
        self.slept = self.slept.saturating_add(ahead);
    }

    /// The wall clock is clock 0, and stands still; all others go on by what was slept.
    fn now(&self, clock: u32) -> u64 {
        if clock == 0 { WALL_CLOCK } else { OTHER_CLOCKS.saturating_add(self.slept) }
    }
}

/// A function of WASI, which gives an error's number.
pub(crate) const fn function(
    name: &'static str,
    params: &'static [Word],
    call: fn(&mut dyn Caller, &[u64]) -> Result<u64, Stop>,
) -> HostFunction {
    HostFunction { module: MODULE, name, params, result: Some(Word::I32), call }
}

fn is_output(fd: u32) -> bool {
    fd == 1 || fd == 2
}

/// Copies all of `from` to `dst`.
fn put(function: &'static str, caller: &mut dyn Caller, dst: u32, from: &[u8]) -> Result<(), Stop> {
    copy(function, caller, from, dst, from.len() as u32).map(drop)
}

/// There is nothing to do: no arguments, no variables, nobody to yield to.
pub(crate) fn success(_: &mut dyn Caller, _: &[u64]) -> Result<u64, Stop> {
    Ok(SUCCESS)
}

/// No arguments, no variables: both counts are 0.
pub(crate) fn none(caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    const NAME: &str = "wasi_snapshot_preview1.args_sizes_get or environ_sizes_get";
    let [count, bytes] = words(args);
    put(NAME, caller, count, &[0; 4])?;
    put(NAME, caller, bytes, &[0; 4])?;
    Ok(SUCCESS)
}

pub(crate) fn clock_time_get(caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    let [clock, _, to] = words(args);
    let now = caller.parts().1.wasi.now(clock);
    put("wasi_snapshot_preview1.clock_time_get", caller, to, &now.to_le_bytes())?;
    Ok(SUCCESS)
}

/// Nothing is open that could be closed: the outputs stay.
pub(crate) fn fd_close(_: &mut dyn Caller, _: &[u64]) -> Result<u64, Stop> {
    Ok(BAD_DESCRIPTOR)
}

/// The outputs are character devices that can be written to; nothing else is open.
pub(crate) fn fd_fdstat_get(caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    const CHARACTER_DEVICE: u8 = 2;
    const MAY_WRITE: u8 = 1 << 6;
    let [fd, to] = words(args);
    if !is_output(fd) {
        return Ok(BAD_DESCRIPTOR);
    }
    let mut stat = [0; 24];
    (stat[0], stat[8]) = (CHARACTER_DEVICE, MAY_WRITE);
    put("wasi_snapshot_preview1.fd_fdstat_get", caller, to, &stat)?;
    Ok(SUCCESS)
}

pub(crate) fn fd_seek(_: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    let [fd] = words(args);
    Ok(if is_output(fd) { NOT_SEEKABLE } else { BAD_DESCRIPTOR })
}

/// What is printed goes to the step's log, as it comes.
pub(crate) fn fd_write(caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    const NAME: &str = "wasi_snapshot_preview1.fd_write";
    let [fd, pieces, count, to] = words(args);
    if !is_output(fd) {
        return Ok(BAD_DESCRIPTOR);
    }
    if count > MAX_PIECES {
        return Ok(INVALID);
    }
    charge(caller, count * 8)?;
    let list = slice(NAME, caller.parts().0, pieces, count * 8)?.to_vec();
    let mut written = 0u32;
    for piece in list.chunks_exact(8) {
        let (ptr, len) = (word(piece, 0), word(piece, 4));
        charge(caller, len)?;
        let (memory, state) = caller.parts();
        log_text(&mut state.log, &String::from_utf8_lossy(slice(NAME, memory, ptr, len)?));
        written = written.saturating_add(len);
    }
    put(NAME, caller, to, &written.to_le_bytes())?;
    Ok(SUCCESS)
}

/// Whatever the code says, no answer came.
pub(crate) fn proc_exit(_: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    let [code] = words(args);
    Err(Stop::Exit(code.cast_signed()))
}

pub(crate) fn random_get(caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    let [to, len] = words(args);
    charge(caller, len)?;
    let (memory, state) = caller.parts();
    let Some(slot) = range(to, len).and_then(|range| memory.get_mut(range)) else {
        let reason = format!("{len} bytes at {to}, outside of its memory");
        return Err(bad("wasi_snapshot_preview1.random_get", reason));
    };
    state.wasi.fill(slot);
    Ok(SUCCESS)
}

/// Something to wait for: when it is over, or nothing when it is no clock.
struct Subscription {
    tag: [u8; 8],
    kind: u8,
    due: Option<u64>,
}

/// Waits for the first clock by moving it there; files are never ready.
pub(crate) fn poll_oneoff(caller: &mut dyn Caller, args: &[u64]) -> Result<u64, Stop> {
    const NAME: &str = "wasi_snapshot_preview1.poll_oneoff";
    let [from, to, count, events] = words(args);
    if count == 0 || count > MAX_SUBSCRIPTIONS {
        return Ok(INVALID);
    }
    charge(caller, count * 48)?;
    let (memory, state) = caller.parts();
    let list = slice(NAME, memory, from, count * 48)?;
    let all: Vec<Subscription> = list.chunks_exact(48).map(|one| subscription(one, state)).collect();
    let first = all.iter().filter_map(|one| one.due).min();
    state.wasi.slept = first.unwrap_or(0).max(state.wasi.slept);
    let mut happened = Vec::new();
    for one in all.iter().filter(|one| one.due.is_none() || one.due <= first) {
        let mut event = [0; 32];
        event[..8].copy_from_slice(&one.tag);
        event[8] = if one.due.is_none() { BAD_DESCRIPTOR as u8 } else { 0 };
        event[10] = one.kind;
        happened.extend_from_slice(&event);
    }
    put(NAME, caller, to, &happened)?;
    put(NAME, caller, events, &(happened.len() as u32 / 32).to_le_bytes())?;
    Ok(SUCCESS)
}

fn subscription(bytes: &[u8], state: &State) -> Subscription {
    const CLOCK: u8 = 0;
    const ABSOLUTE: u8 = 1;
    let mut tag = [0; 8];
    tag.copy_from_slice(&bytes[..8]);
    let timeout = u64::from(word(bytes, 24)) | u64::from(word(bytes, 28)) << 32;
    let wasi = state.wasi;
    let due = (bytes[8] == CLOCK).then(|| match bytes[40] & ABSOLUTE {
        // How far that moment lies ahead on its own clock.
        ABSOLUTE => wasi.slept.saturating_add(timeout.saturating_sub(wasi.now(word(bytes, 16)))),
        _ => wasi.slept.saturating_add(timeout),
    });
    Subscription { tag, kind: bytes[8], due }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
