//! The second engine, wasmi, which interprets guests: written by other people, it has to come to the same results.
//!
//! It counts fuel otherwise, so what it says of fuel is no result; its limit is only there so that it ends. A guest that wants more
//! memory than its own maximum, or than 32 bits reach, gets a −1 from it without our being asked; the first engine stops it.

use wasmi::{
    Caller as Calling, CompilationMode, Config, Engine, Error, Extern, FuncType, Instance as Live, Linker,
    Memory, Module, ResourceLimiter, Store, TrapCode, Val, ValType, errors::HostError,
};
use wasmi_core::LimiterError;

use crate::error::{GuestError, ModuleError};
use crate::host::{Bounds, Caller, FUNCTIONS, HostFunction, State, Stop, Word};
use crate::machine::{Budget, CoreInstance, Instance, Ready, Why};

/// How much more fuel it's given than the first engine, which counts other instructions.
const MORE_FUEL: u64 = 8;
/// Bytes of values on its stack, more than any guest needs that fits the first engine's stack.
const STACK_BYTES: usize = 16 << 20;
/// Calls on its stack; the first engine's smallest call takes 16 bytes of a MiB.
const STACK_CALLS: usize = 1 << 16;

/// Tables of a module, as many as the first engine allows.
const MAX_TABLES: usize = 10_000;

impl HostError for Stop {}

/// The engine, with the features that guests have.
pub(crate) fn engine() -> Engine {
    let mut config = Config::default();
    config
        .consume_fuel(true)
        // Or whoever calls a function first would pay for its translation.
        .compilation_mode(CompilationMode::Eager)
        .set_max_stack_height(STACK_BYTES)
        .set_max_recursion_depth(STACK_CALLS)
        .wasm_relaxed_simd(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false);
    Engine::new(&config)
}

/// A translated module and what it may import.
pub(crate) struct Translated {
    engine: Engine,
    module: Module,
    linker: Linker<State>,
}

impl Translated {
    /// Translates a checked module.
    pub fn new(engine: &Engine, bytes: &[u8]) -> Result<Translated, GuestError> {
        let module = Module::new(engine, bytes).map_err(|error| GuestError::Compile(error.to_string()))?;
        let mut linker = Linker::new(engine);
        for function in FUNCTIONS {
            link(&mut linker, function).map_err(|error| GuestError::Host(error.to_string()))?;
        }
        Ok(Translated { engine: engine.clone(), module, linker })
    }
}

impl Ready for Translated {
    fn start(&self, state: State, budget: Budget) -> Result<Box<dyn Instance + '_>, GuestError> {
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.bounds);
        let fuel = budget.fuel.saturating_mul(MORE_FUEL);
        store.set_fuel(fuel).map_err(|error| GuestError::Host(error.to_string()))?;
        let instance = self.linker.instantiate_and_start(&mut store, &self.module);
        let instance = instance.map_err(|error| stopped(&budget, &error, store.data()))?;
        let memory = instance.get_memory(&store, "memory");
        let memory =
            memory.ok_or(ModuleError::Export { name: "memory", expected: "part of the contract" })?;
        let mut run = Running { store, instance, memory, budget, fuel };
        if run.instance.get_func(&run.store, "_initialize").is_some() {
            run.call::<(), ()>("_initialize", ())?;
        }
        Ok(Box::new(run))
    }
}

/// One instance and its store.
struct Running {
    store: Store<State>,
    instance: Live,
    memory: Memory,
    budget: Budget,
    /// What it was given.
    fuel: u64,
}

impl Running {
    fn call<P: wasmi::WasmParams, R: wasmi::WasmResults>(
        &mut self,
        export: &str,
        params: P,
    ) -> Result<R, GuestError> {
        let typed = self.instance.get_typed_func::<P, R>(&self.store, export);
        let typed = typed.map_err(|error| GuestError::Host(error.to_string()))?;
        let result = typed.call(&mut self.store, params);
        result.map_err(|error| stopped(&self.budget, &error, self.store.data()))
    }
}

impl CoreInstance for Running {
    fn abi(&mut self) -> Result<i32, GuestError> {
        self.call("strat_abi", ())
    }

    fn alloc(&mut self, len: u32) -> Result<u32, GuestError> {
        self.call("strat_alloc", len)
    }

    fn call_run(&mut self, ptr: u32, len: u32) -> Result<u64, GuestError> {
        self.call("strat_run", (ptr, len))
    }

    fn memory(&mut self) -> &mut [u8] {
        self.memory.data_mut(&mut self.store)
    }

    fn fuel(&self) -> u64 {
        // Said in the first engine's scale, so that what was given less what is left is never more than was given.
        let used = self.fuel - self.store.get_fuel().unwrap_or(0);
        self.budget.fuel - (used / MORE_FUEL).min(self.budget.fuel)
    }

    fn into_state(self) -> State {
        self.store.into_data()
    }
}

/// Sorts the engine's error, in the first engine's words.
fn stopped(budget: &Budget, error: &Error, state: &State) -> GuestError {
    let why = match error.downcast_ref::<Stop>() {
        Some(Stop::Call { function, reason }) => Why::Call { function, reason: reason.clone() },
        Some(Stop::Fuel) => Why::Fuel,
        Some(exit @ Stop::Exit(_)) => Why::Trap { message: exit.to_string(), function: None },
        Some(Stop::Engine) => Why::Host(error.to_string()),
        None => match (error.as_trap_code(), state.bounds.refused) {
            (Some(TrapCode::OutOfFuel), _) => Why::Fuel,
            (_, Some(wanted)) => Why::Memory(wanted as u64),
            (Some(TrapCode::StackOverflow), _) => Why::Stack(None),
            (Some(code), _) => Why::Trap { message: message(code).to_owned(), function: None },
            (None, _) => Why::Host(error.to_string()),
        },
    };
    budget.error(why, &state.log)
}

/// A trap as the first engine says it.
fn message(code: TrapCode) -> &'static str {
    match code {
        TrapCode::UnreachableCodeReached => "wasm `unreachable` instruction executed",
        TrapCode::MemoryOutOfBounds => "out of bounds memory access",
        TrapCode::TableOutOfBounds => "undefined element: out of bounds table access",
        TrapCode::IndirectCallToNull => "uninitialized element",
        TrapCode::IntegerDivisionByZero => "integer divide by zero",
        TrapCode::IntegerOverflow => "integer overflow",
        TrapCode::BadConversionToInteger => "invalid conversion to integer",
        TrapCode::BadSignature => "indirect call type mismatch",
        other => other.trap_message(),
    }
}

impl ResourceLimiter for Bounds {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _: Option<usize>,
    ) -> Result<bool, LimiterError> {
        if self.memory(current, desired) {
            Ok(true)
        } else {
            Err(LimiterError::ResourceLimiterDeniedAllocation)
        }
    }

    fn memory_grow_failed(&mut self, _: &wasmi::errors::MemoryError) -> Result<(), LimiterError> {
        self.failed();
        Err(LimiterError::ResourceLimiterDeniedAllocation)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _: Option<usize>,
    ) -> Result<bool, LimiterError> {
        if self.table(current, desired) {
            Ok(true)
        } else {
            Err(LimiterError::ResourceLimiterDeniedAllocation)
        }
    }

    fn table_grow_failed(&mut self, _: &wasmi::errors::TableError) -> Result<(), LimiterError> {
        self.failed();
        Err(LimiterError::ResourceLimiterDeniedAllocation)
    }

    fn instances(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        MAX_TABLES
    }

    fn memories(&self) -> usize {
        1
    }
}

/// Makes one of our functions importable.
fn link(linker: &mut Linker<State>, function: &'static HostFunction) -> Result<(), Error> {
    let word = |word: Word| match word {
        Word::I32 => ValType::I32,
        Word::I64 => ValType::I64,
    };
    let ty = FuncType::new(function.params.iter().copied().map(word), function.result.map(word));
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
        let number = result.map_err(|stop| native.failed.take().unwrap_or_else(|| Error::host(stop)))?;
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
    failed: Option<Error>,
}

impl<'a> Native<'a> {
    fn new(calling: Calling<'a, State>) -> Result<Native<'a>, Error> {
        match calling.get_export("memory") {
            Some(Extern::Memory(memory)) => Ok(Native { calling, memory, failed: None }),
            _ => Err(Error::new("the checked memory is gone")),
        }
    }

    fn call_alloc(&mut self, len: u32) -> Result<u32, Error> {
        match self.calling.get_export("strat_alloc") {
            Some(Extern::Func(alloc)) => alloc.typed::<u32, u32>(&self.calling)?.call(&mut self.calling, len),
            _ => Err(Error::new("a checked export is gone")),
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
