//! The functions a guest may call, and what one run keeps while they're called.

use std::collections::BTreeMap;
use std::sync::Arc;

use wasmtime::{Caller, Extern, Linker, Memory, ResourceLimiter};

use crate::encode::{encode_into, encoded_len};
use crate::guest::{Assets, Params};

/// Log text kept of one run; the rest is cut off.
const MAX_LOG: usize = 64 << 10;
/// Bytes kept of one rejection's message.
const MAX_MESSAGE: usize = 1 << 10;
/// Rejections of rows that the batch doesn't have, for guests that make rows.
const MAX_NEW_ROWS: u32 = 1 << 20;
/// Elements of all tables: only function pointers stand there.
const MAX_TABLE: usize = 1 << 20;

/// What one run keeps outside of the guest.
pub(crate) struct State {
    pub params: Arc<Params>,
    pub assets: Arc<Assets>,
    /// Rows of the input batch.
    pub rows: u32,
    pub rejects: BTreeMap<u32, String>,
    pub log: String,
    pub limiter: Limiter,
}

/// Holds memory to its limit, loudly: a guest that gets no memory must not go on with another result.
pub(crate) struct Limiter {
    pub limit: usize,
    /// The most that was in use.
    pub peak: usize,
}

/// Raised when memory can't grow.
#[derive(Debug, thiserror::Error)]
#[error("wanted {wanted} bytes of memory")]
pub(crate) struct MemoryRefused {
    pub wanted: usize,
}

/// Raised when a guest calls one of the functions wrongly.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct BadCall {
    pub function: &'static str,
    pub reason: String,
}

/// Raised when copying for the guest would cost more fuel than is left.
#[derive(Debug, thiserror::Error)]
#[error("out of fuel")]
pub(crate) struct FuelSpent;

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.limit {
            return Err(MemoryRefused { wanted: desired }.into());
        }
        self.peak = self.peak.max(desired);
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(MemoryRefused { wanted: self.peak }.into())
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > MAX_TABLE { Err(MemoryRefused { wanted: desired }.into()) } else { Ok(true) }
    }

    fn table_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(error)
    }
}

/// Adds the functions of module `strat`.
pub(crate) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.func_wrap("strat", "log", |mut caller: Caller<'_, State>, ptr: u32, len: u32| {
        let call = Call::new("log", &mut caller)?;
        charge(&mut caller, len)?;
        let (memory, state) = call.memory.data_and_store_mut(&mut caller);
        let text = String::from_utf8_lossy(call.slice(memory, ptr, len)?);
        let room = MAX_LOG.saturating_sub(state.log.len());
        if room > 0 {
            state.log.push_str(cut(&text, room));
            state.log.push('\n');
        }
        Ok(())
    })?;
    linker.func_wrap("strat", "reject", |mut caller: Caller<'_, State>, row: u32, ptr: u32, len: u32| {
        let call = Call::new("reject", &mut caller)?;
        charge(&mut caller, len)?;
        let (memory, state) = call.memory.data_and_store_mut(&mut caller);
        let rows = if state.rows == 0 { MAX_NEW_ROWS } else { state.rows };
        if row >= rows {
            return Err(call.bad(format!("row {row} of a batch of {rows} rows")));
        }
        let text = String::from_utf8_lossy(call.slice(memory, ptr, len)?);
        // The first message of a row stays: later ones are mostly its consequences.
        state.rejects.entry(row).or_insert_with(|| cut(&text, MAX_MESSAGE).to_owned());
        Ok(())
    })?;
    linker.func_wrap("strat", "param", param)?;
    linker.func_wrap("strat", "asset", asset)?;
    linker.func_wrap("strat", "lookup", lookup)?;
    Ok(())
}

/// Copies as much of a parameter as fits; its whole length, or −1 when there's none of that name.
fn param(
    mut caller: Caller<'_, State>,
    name: u32,
    name_len: u32,
    dst: u32,
    cap: u32,
) -> wasmtime::Result<i32> {
    let call = Call::new("param", &mut caller)?;
    charge(&mut caller, name_len)?;
    let params = Arc::clone(&caller.data().params);
    let Some(value) = params.get(call.name(&caller, name, name_len)?) else { return Ok(-1) };
    call.copy(&mut caller, value.as_bytes(), dst, cap)?;
    Ok(value.len() as i32)
}

/// Copies as much of an asset from `off` on as fits; how much that was, or −1 when there's none of that name.
fn asset(
    mut caller: Caller<'_, State>,
    name: u32,
    name_len: u32,
    off: i64,
    dst: u32,
    cap: u32,
) -> wasmtime::Result<i32> {
    let call = Call::new("asset", &mut caller)?;
    charge(&mut caller, name_len)?;
    let assets = Arc::clone(&caller.data().assets);
    let Some(bytes) = assets.blobs.get(call.name(&caller, name, name_len)?) else { return Ok(-1) };
    let off = usize::try_from(off).map_err(|_| call.bad(format!("offset {off}")))?;
    let rest = bytes.get(off..).unwrap_or_default();
    let copied = call.copy(&mut caller, rest, dst, cap)?;
    Ok(copied as i32)
}

/// Puts a whole small table into the guest's memory: `ptr << 32 | len` of its buffer, or 0.
fn lookup(mut caller: Caller<'_, State>, name: u32, name_len: u32) -> wasmtime::Result<u64> {
    let call = Call::new("lookup", &mut caller)?;
    charge(&mut caller, name_len)?;
    let assets = Arc::clone(&caller.data().assets);
    let Some(batch) = assets.lookups.get(call.name(&caller, name, name_len)?) else { return Ok(0) };
    let len = u32::try_from(encoded_len(batch)).map_err(|_| call.bad("a table over 4 GiB".into()))?;
    charge(&mut caller, len)?;
    let Some(Extern::Func(alloc)) = caller.get_export("strat_alloc") else {
        return Err(call.bad("no strat_alloc".into()));
    };
    let ptr = alloc.typed::<u32, u32>(&caller)?.call(&mut caller, len)?;
    let memory = call.memory.data_mut(&mut caller);
    let Some(slot) =
        (ptr as usize).checked_add(len as usize).and_then(|end| memory.get_mut(ptr as usize..end))
    else {
        return Err(call.bad(format!("strat_alloc({len}) gave {ptr}, outside of its memory")));
    };
    encode_into(batch, slot);
    Ok(u64::from(ptr) << 32 | u64::from(len))
}

/// One call of one of the functions.
struct Call {
    function: &'static str,
    memory: Memory,
}

impl Call {
    fn new(function: &'static str, caller: &mut Caller<'_, State>) -> wasmtime::Result<Call> {
        match caller.get_export("memory") {
            Some(Extern::Memory(memory)) => Ok(Call { function, memory }),
            _ => Err(BadCall { function, reason: "no memory".into() }.into()),
        }
    }

    fn bad(&self, reason: String) -> wasmtime::Error {
        BadCall { function: self.function, reason }.into()
    }

    fn slice<'m>(&self, memory: &'m [u8], ptr: u32, len: u32) -> wasmtime::Result<&'m [u8]> {
        let start = ptr as usize;
        let slice = start.checked_add(len as usize).and_then(|end| memory.get(start..end));
        slice.ok_or_else(|| self.bad(format!("{len} bytes at {ptr}, outside of its memory")))
    }

    fn name<'m>(&self, caller: &'m Caller<'_, State>, ptr: u32, len: u32) -> wasmtime::Result<&'m str> {
        let bytes = self.slice(self.memory.data(caller), ptr, len)?;
        std::str::from_utf8(bytes).map_err(|_| self.bad("a name that isn't UTF-8".into()))
    }

    /// Copies as much as fits, and says how much that was.
    fn copy(
        &self,
        caller: &mut Caller<'_, State>,
        from: &[u8],
        dst: u32,
        cap: u32,
    ) -> wasmtime::Result<usize> {
        let len = from.len().min(cap as usize).min(i32::MAX as usize);
        charge(caller, len as u32)?;
        let memory = self.memory.data_mut(caller);
        let start = dst as usize;
        let Some(slot) = start.checked_add(len).and_then(|end| memory.get_mut(start..end)) else {
            return Err(self.bad(format!("{len} bytes at {dst}, outside of its memory")));
        };
        slot.copy_from_slice(&from[..len]);
        Ok(len)
    }
}

/// Takes a unit of fuel for each byte, or a guest could have us copy for ever.
fn charge(caller: &mut Caller<'_, State>, bytes: u32) -> wasmtime::Result<()> {
    let left = caller.get_fuel()?.checked_sub(u64::from(bytes)).ok_or(FuelSpent)?;
    caller.set_fuel(left)
}

/// The longest start of `text` within `max` bytes.
fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}
