//! A compiled guest, and one run of it over one batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use wasmtime::{Instance, InstancePre, Linker, Memory, ModuleExport, Store, Trap, WasmBacktrace};

use crate::batch::Batch;
use crate::decode::decode;
use crate::encode::{encode_into, encoded_len};
use crate::engine::Engine;
use crate::error::{GuestError, ModuleError};
use crate::host::{BadCall, FuelSpent, Limiter, MemoryRefused, State, link};
use crate::limits::Limits;
use crate::module::{ABI, Module, ModuleInfo};

/// A step's parameters, as canonical text.
pub type Params = BTreeMap<String, String>;

/// What a guest may read besides its batch.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// Content-addressed bytes.
    pub blobs: BTreeMap<String, Arc<[u8]>>,
    /// Small tables handed over whole.
    pub lookups: BTreeMap<String, Arc<Batch>>,
}

/// A compiled guest with its parameters, assets and limits; threads may share it.
pub struct Guest {
    engine: Engine,
    info: ModuleInfo,
    pre: InstancePre<State>,
    exports: Exports,
    params: Arc<Params>,
    assets: Arc<Assets>,
    asset_bytes: u64,
    limits: Limits,
}

/// What one run gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The rows that came back.
    pub batch: Batch,
    /// The rows the guest refused, by row, each with its first message.
    pub rejects: Vec<(u32, String)>,
    /// Fuel used.
    pub fuel: u64,
    /// The most memory that was in use, in bytes.
    pub memory: u64,
    /// What it logged, a line a call.
    pub log: String,
}

/// Where the exports stand, so that no run looks a name up.
struct Exports {
    memory: ModuleExport,
    abi: ModuleExport,
    alloc: ModuleExport,
    run: ModuleExport,
    initialize: Option<ModuleExport>,
}

impl Guest {
    /// Checks, compiles and links a module, and asks it for its contract version.
    pub fn load(
        engine: &Engine,
        bytes: &[u8],
        params: Params,
        assets: Assets,
        limits: Limits,
    ) -> Result<Guest, GuestError> {
        let info = Module::check(bytes)?;
        let module = wasmtime::Module::from_binary(&engine.0, bytes)
            .map_err(|error| GuestError::Compile(format!("{error:#}")))?;
        let host = |error: wasmtime::Error| GuestError::Host(format!("{error:#}"));
        let mut linker = Linker::new(&engine.0);
        link(&mut linker).map_err(host)?;
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
        let asset_bytes = assets.blobs.values().map(|blob| blob.len() as u64).sum();
        let engine = engine.clone();
        let (params, assets) = (Arc::new(params), Arc::new(assets));
        let guest = Guest { engine, info, pre, exports, params, assets, asset_bytes, limits };
        guest.ask_abi()?;
        Ok(guest)
    }

    /// The module's address, size and contract version.
    pub fn info(&self) -> &ModuleInfo {
        &self.info
    }

    /// The limits it runs under.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Runs it over one batch, in a fresh instance.
    pub fn run(&self, batch: &Batch) -> Result<Outcome, GuestError> {
        let bytes = encoded_len(batch);
        let len = u32::try_from(bytes).map_err(|_| GuestError::BatchTooLarge { bytes: bytes as u64 })?;
        let fuel = self.limits.fuel(batch.rows, bytes as u64 + self.asset_bytes);
        let mut run = self.start(fuel, batch.rows)?;
        let ptr: u32 = run.call(&self.exports.alloc, len)?;
        let memory = run.memory.data_mut(&mut run.store);
        encode_into(batch, place(memory, ptr, len, "strat_alloc")?);
        let packed: u64 = run.call(&self.exports.run, (ptr, len))?;
        let (ptr, len) = ((packed >> 32) as u32, packed as u32);
        let batch = decode(place(run.memory.data_mut(&mut run.store), ptr, len, "strat_run")?)?;
        let left = run.store.get_fuel().unwrap_or(0);
        let state = run.store.into_data();
        Ok(Outcome {
            batch,
            rejects: state.rejects.into_iter().collect(),
            fuel: fuel - left,
            memory: state.limiter.peak as u64,
            log: state.log,
        })
    }

    /// The first row that makes a run fail when it's run alone, and how it fails.
    ///
    /// Nothing when every row alone succeeds: the failure then depends on the batch, as a limit's may.
    pub fn blame(&self, batch: &Batch) -> Option<(u32, GuestError)> {
        let mut rows: Vec<u32> = (0..batch.rows).collect();
        while rows.len() > 1 {
            let half = rows.split_off(rows.len() / 2);
            if self.run(&batch.select(&rows)).is_ok() {
                rows = half;
            }
        }
        let row = *rows.first()?;
        self.run(&batch.select(&rows)).err().map(|error| (row, error))
    }

    fn ask_abi(&self) -> Result<(), GuestError> {
        let mut run = self.start(self.limits.fuel(0, self.asset_bytes), 0)?;
        let found: i32 = run.call(&self.exports.abi, ())?;
        if found == ABI { Ok(()) } else { Err(ModuleError::Abi { found }.into()) }
    }

    /// A fresh instance; a start function and a reactor's `_initialize` run under the same limits.
    fn start(&self, fuel: u64, rows: u32) -> Result<Run, GuestError> {
        let limit = self.limits.memory();
        let state = State {
            params: Arc::clone(&self.params),
            assets: Arc::clone(&self.assets),
            rows,
            rejects: BTreeMap::new(),
            log: String::new(),
            limiter: Limiter { limit, peak: 0 },
        };
        let mut store = Store::new(&self.engine.0, state);
        store.limiter(|state| &mut state.limiter);
        store.set_fuel(fuel).map_err(|error| GuestError::Host(format!("{error:#}")))?;
        let budget = Budget { fuel, rows, memory: limit as u64 };
        let instance = self.pre.instantiate(&mut store);
        let instance = instance.map_err(|error| budget.error(error, &store.data().log))?;
        let memory = instance
            .get_module_export(&mut store, &self.exports.memory)
            .and_then(wasmtime::Extern::into_memory)
            .ok_or_else(|| GuestError::Host("the checked memory is gone".into()))?;
        let mut run = Run { store, instance, memory, budget };
        if let Some(initialize) = &self.exports.initialize {
            run.call::<(), ()>(initialize, ())?;
        }
        Ok(run)
    }
}

/// One instance and its store.
struct Run {
    store: Store<State>,
    instance: Instance,
    memory: Memory,
    budget: Budget,
}

impl Run {
    fn call<P: wasmtime::WasmParams, R: wasmtime::WasmResults>(
        &mut self,
        export: &ModuleExport,
        params: P,
    ) -> Result<R, GuestError> {
        let func = self.instance.get_module_export(&mut self.store, export).and_then(|e| e.into_func());
        let func = func.ok_or_else(|| GuestError::Host("a checked export is gone".into()))?;
        let typed =
            func.typed::<P, R>(&self.store).map_err(|error| GuestError::Host(format!("{error:#}")))?;
        let result = typed.call(&mut self.store, params);
        result.map_err(|error| self.budget.error(error, &self.store.data().log))
    }
}

/// What a run was given, for messages.
#[derive(Clone, Copy)]
struct Budget {
    fuel: u64,
    rows: u32,
    memory: u64,
}

impl Budget {
    /// Sorts an engine's error into ours.
    fn error(&self, error: wasmtime::Error, log: &str) -> GuestError {
        let function = error.downcast_ref::<WasmBacktrace>().and_then(innermost);
        if let Some(refused) = error.downcast_ref::<MemoryRefused>() {
            return GuestError::Memory { wanted: refused.wanted as u64, limit: self.memory };
        }
        if let Some(call) = error.downcast_ref::<BadCall>() {
            return GuestError::Call { function: call.function, reason: call.reason.clone() };
        }
        if error.downcast_ref::<FuelSpent>().is_some() {
            return GuestError::Fuel { fuel: self.fuel, rows: self.rows };
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => GuestError::Fuel { fuel: self.fuel, rows: self.rows },
            Some(Trap::StackOverflow) => GuestError::Stack { function },
            Some(trap) => {
                let message = trap.to_string();
                let message = message.strip_prefix("wasm trap: ").unwrap_or(&message).to_owned();
                GuestError::Trap { message, function, log: log.to_owned() }
            }
            None => GuestError::Host(format!("{error:#}")),
        }
    }
}

/// The innermost function that has a name.
fn innermost(trace: &WasmBacktrace) -> Option<String> {
    trace.frames().iter().find_map(|frame| frame.func_name().map(str::to_owned))
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
