//! The first engine, wasmtime, which compiles guests: every result that counts comes from it.

use wasmtime::{
    Caller as Calling, Config, Engine, Extern, FuncType, Instance as Live, InstancePre, Linker, Memory,
    ModuleExport, ResourceLimiter, Store, Trap, Val, ValType, WasmBacktrace, WasmBacktraceDetails,
};

use crate::cache::{self, Shelf};
use crate::error::{GuestError, ModuleError};
use crate::host::{Bounds, Caller, FUNCTIONS, HostFunction, State, Stop, Word};
use crate::lines::Lines;
use crate::machine::{Budget, CoreInstance, Instance, Ready, Why};
use crate::pool::{Place, Pool};

/// Stack of a guest's calls; every thread that runs guests needs more than this.
const STACK_BYTES: usize = 1 << 20;
/// Memories of a component together; each takes 4 GiB of addresses.
const MAX_MEMORIES: usize = 16;
/// Core modules of a component together, each counted as often as it is instantiated.
const MAX_INSTANCES: usize = 512;

/// Memory that was wanted and isn't to be had.
#[derive(Debug, thiserror::Error)]
#[error("wanted {0} bytes of memory")]
struct Refused(u64);

/// The settings with which the same module and batch give the same bytes on every machine.
pub(crate) fn settings() -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .cranelift_nan_canonicalization(true)
        .max_wasm_stack(STACK_BYTES)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(32))
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .wasm_relaxed_simd(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_tail_call(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false)
        // All the address space a guest could ever use, reserved but not touched: growing can't fail for
        // want of a place, and bounds are checked by the hardware.
        .memory_reservation(4 << 30)
        .memory_may_move(false)
        .memory_init_cow(true);
    config
}

/// A compiled and linked module.
pub(crate) struct Compiled {
    engine: Engine,
    pre: InstancePre<State>,
    exports: Exports,
    /// Where its code comes from, if it says.
    lines: Option<Lines>,
    /// Where its instances live, if the engine has places for them.
    pool: Option<Pool>,
}

/// Where the exports stand, so that no run looks a name up.
struct Exports {
    memory: ModuleExport,
    abi: ModuleExport,
    alloc: ModuleExport,
    run: ModuleExport,
    initialize: Option<ModuleExport>,
}

impl Compiled {
    /// The same as [`Compiled::new`], with instances in the pool's places; an error where the module needs more than those have.
    pub fn pooled(pool: &Pool, shelf: Option<&dyn Shelf>, bytes: &[u8]) -> Result<Compiled, GuestError> {
        Ok(Compiled { pool: Some(pool.clone()), ..Compiled::new(&pool.engine, shelf, bytes)? })
    }

    /// Compiles and links a checked module; what came of it before may lie on the shelf.
    pub fn new(engine: &Engine, shelf: Option<&dyn Shelf>, bytes: &[u8]) -> Result<Compiled, GuestError> {
        let module =
            cache::module(engine, shelf, bytes).map_err(|error| GuestError::Compile(format!("{error:#}")))?;
        let mut linker = Linker::new(engine);
        for function in FUNCTIONS {
            link(engine, &mut linker, function).map_err(host)?;
        }
        let pre = linker.instantiate_pre(&module).map_err(host)?;
        let export = |name: &'static str| {
            let missing = ModuleError::Export { name, expected: "part of the contract" };
            module.get_export_index(name).ok_or(missing)
        };
        let exports = Exports {
            memory: export("memory")?,
            abi: export("strat_abi")?,
            alloc: export("strat_alloc")?,
            run: export("strat_run")?,
            initialize: module.get_export_index("_initialize"),
        };
        Ok(Compiled { engine: engine.clone(), pre, exports, lines: Lines::of(bytes), pool: None })
    }
}

impl Ready for Compiled {
    fn start(&self, state: State, budget: Budget) -> Result<Box<dyn Instance + '_>, GuestError> {
        let place = self.pool.as_ref().map(Pool::place);
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.bounds);
        store.set_fuel(budget.fuel).map_err(host)?;
        let instance = self.pre.instantiate(&mut store);
        let lines = self.lines.as_ref();
        let instance = instance.map_err(|error| budget.error(placed(&error, lines), &store.data().log))?;
        let memory = instance
            .get_module_export(&mut store, &self.exports.memory)
            .and_then(Extern::into_memory)
            .ok_or_else(|| GuestError::Host("the checked memory is gone".into()))?;
        let mut run =
            Running { store, instance, memory, budget, exports: &self.exports, lines, _place: place };
        if let Some(initialize) = &self.exports.initialize {
            run.call::<(), ()>(initialize, ())?;
        }
        Ok(Box::new(run))
    }
}

/// One instance and its store.
struct Running<'a> {
    store: Store<State>,
    instance: Live,
    memory: Memory,
    budget: Budget,
    exports: &'a Exports,
    lines: Option<&'a Lines>,
    /// Behind the store, which has to be gone when it becomes free.
    _place: Option<Place>,
}

impl Running<'_> {
    fn call<P: wasmtime::WasmParams, R: wasmtime::WasmResults>(
        &mut self,
        export: &ModuleExport,
        params: P,
    ) -> Result<R, GuestError> {
        let func = self.instance.get_module_export(&mut self.store, export).and_then(|e| e.into_func());
        let func = func.ok_or_else(|| GuestError::Host("a checked export is gone".into()))?;
        let typed = func.typed::<P, R>(&self.store).map_err(host)?;
        let result = typed.call(&mut self.store, params);
        result.map_err(|error| self.budget.error(placed(&error, self.lines), &self.store.data().log))
    }
}

impl CoreInstance for Running<'_> {
    fn abi(&mut self) -> Result<i32, GuestError> {
        self.call(&self.exports.abi, ())
    }

    fn alloc(&mut self, len: u32) -> Result<u32, GuestError> {
        self.call(&self.exports.alloc, len)
    }

    fn call_run(&mut self, ptr: u32, len: u32) -> Result<u64, GuestError> {
        self.call(&self.exports.run, (ptr, len))
    }

    fn memory(&mut self) -> &mut [u8] {
        self.memory.data_mut(&mut self.store)
    }

    fn fuel(&self) -> u64 {
        self.store.get_fuel().unwrap_or(0)
    }

    fn into_state(self) -> State {
        self.store.into_data()
    }
}

pub(crate) fn host(error: wasmtime::Error) -> GuestError {
    GuestError::Host(format!("{error:#}"))
}

/// Sorts the engine's error.
pub(crate) fn why(error: &wasmtime::Error) -> Why {
    let function = error.downcast_ref::<WasmBacktrace>().and_then(innermost);
    if let Some(Refused(wanted)) = error.downcast_ref() {
        return Why::Memory(*wanted);
    }
    match error.downcast_ref::<Stop>() {
        Some(Stop::Call { function, reason }) => return Why::Call { function, reason: reason.clone() },
        Some(Stop::Fuel) => return Why::Fuel,
        Some(exit @ Stop::Exit(_)) => return Why::Trap { message: exit.to_string(), function },
        Some(Stop::Engine) | None => {}
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Why::Fuel,
        Some(Trap::StackOverflow) => Why::Stack(function),
        Some(trap) => {
            let message = trap.to_string();
            let message = message.strip_prefix("wasm trap: ").unwrap_or(&message).to_owned();
            Why::Trap { message, function }
        }
        None => Why::Host(format!("{error:#}")),
    }
}

/// The same, with the place in its source where the module says it.
fn placed(error: &wasmtime::Error, lines: Option<&Lines>) -> Why {
    let mut why = why(error);
    let trace = error.downcast_ref::<WasmBacktrace>();
    if let (Some(lines), Some(trace)) = (lines, trace)
        && let Why::Stack(function) | Why::Trap { function, .. } = &mut why
        && let Some((frame, place)) =
            trace.frames().iter().find_map(|frame| Some((frame, lines.place(frame.module_offset()?)?)))
    {
        let name = frame.func_name().map(str::to_owned).or(function.take());
        *function = Some(name.map_or_else(|| place.clone(), |name| format!("{name} ({place})")));
    }
    why
}

/// The innermost function that has a name.
fn innermost(trace: &WasmBacktrace) -> Option<String> {
    trace.frames().iter().find_map(|frame| frame.func_name().map(str::to_owned))
}

impl ResourceLimiter for Bounds {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if self.memory(current, desired) { Ok(true) } else { Err(Refused(self.failed() as u64).into()) }
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        Err(Refused(self.failed() as u64).into())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if self.table(current, desired) { Ok(true) } else { Err(Refused(self.failed() as u64).into()) }
    }

    fn table_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        Err(Refused(self.failed() as u64).into())
    }

    fn memories(&self) -> usize {
        MAX_MEMORIES
    }

    fn instances(&self) -> usize {
        MAX_INSTANCES
    }
}

/// Makes one of our functions importable.
fn link(
    engine: &Engine,
    linker: &mut Linker<State>,
    function: &'static HostFunction,
) -> wasmtime::Result<()> {
    let word = |word: Word| match word {
        Word::I32 => ValType::I32,
        Word::I64 => ValType::I64,
    };
    let ty = FuncType::new(engine, function.params.iter().copied().map(word), function.result.map(word));
    linker.func_new(function.module, function.name, ty, |calling, args, results| {
        let mut native = Native::new(calling)?;
        let mut words = [0; 16];
        for (slot, value) in words.iter_mut().zip(args) {
            *slot = match value {
                Val::I32(number) => u64::from(number.cast_unsigned()),
                other => other.i64().unwrap_or(0).cast_unsigned(),
            };
        }
        let result = function.call(&mut native, &words[..args.len()]);
        let number = result.map_err(|stop| native.failed.take().unwrap_or_else(|| stop.into()))?;
        if let Some(slot) = results.first_mut() {
            *slot = match function.result {
                Some(Word::I64) => Val::I64(number.cast_signed()),
                Some(Word::I32) | None => Val::I32((number as u32).cast_signed()),
            };
        }
        Ok(())
    })?;
    Ok(())
}

/// A call of one of our functions.
struct Native<'a> {
    calling: Calling<'a, State>,
    memory: Memory,
    /// How the guest failed while it was called back.
    failed: Option<wasmtime::Error>,
}

impl<'a> Native<'a> {
    fn new(mut calling: Calling<'a, State>) -> wasmtime::Result<Native<'a>> {
        match calling.get_export("memory") {
            Some(Extern::Memory(memory)) => Ok(Native { calling, memory, failed: None }),
            _ => Err(wasmtime::Error::msg("the checked memory is gone")),
        }
    }

    fn call_alloc(&mut self, len: u32) -> wasmtime::Result<u32> {
        match self.calling.get_export("strat_alloc") {
            Some(Extern::Func(alloc)) => alloc.typed::<u32, u32>(&self.calling)?.call(&mut self.calling, len),
            _ => Err(wasmtime::Error::msg("a checked export is gone")),
        }
    }
}

impl Caller for Native<'_> {
    fn parts(&mut self) -> (&mut [u8], &mut State) {
        self.memory.data_and_store_mut(&mut self.calling)
    }

    fn fuel(&self) -> u64 {
        self.calling.get_fuel().unwrap_or(0)
    }

    fn set_fuel(&mut self, left: u64) {
        // It fails only in an engine that counts no fuel.
        drop(self.calling.set_fuel(left));
    }

    fn alloc(&mut self, len: u32) -> Result<u32, Stop> {
        self.call_alloc(len).map_err(|error| {
            self.failed = Some(error);
            Stop::Engine
        })
    }
}
