//! The other carrier of the contract: a component, which is given a batch as bytes and gives bytes. Only the first engine runs it.

use std::sync::Arc;

use wasmtime::component::{
    ComponentExportIndex, Instance as Live, InstancePre, Linker, TypedFunc, WasmList, WasmStr,
};
use wasmtime::{Engine, Store, StoreContextMut};

use crate::batch::Batch;
use crate::cache::{self, Shelf};
use crate::compiler::{host, why};
use crate::component::{HOST, RUNNER};
use crate::decode::decode;
use crate::encode::encode;
use crate::error::{GuestError, ModuleError};
use crate::host::{CALL_FUEL, State, bad};
use crate::machine::{Budget, Instance, Ready, Why};
use crate::preview2::{self, charge};

/// The version that interfaces of ours are imported with; later ones that begin like it are taken for it.
const VERSION: &str = "1.0.0";
/// Bytes of ours that what a guest passes in one call may take.
const MAX_PASSED: usize = 64 << 20;

/// A compiled and linked component.
pub(crate) struct Carried {
    engine: Engine,
    pre: InstancePre<State>,
    describe: ComponentExportIndex,
    run: ComponentExportIndex,
}

impl Carried {
    /// Compiles and links a checked component; what came of it before may lie on the shelf.
    pub fn new(engine: &Engine, shelf: Option<&dyn Shelf>, bytes: &[u8]) -> Result<Carried, GuestError> {
        let component = cache::component(engine, shelf, bytes);
        let component = component.map_err(|error| GuestError::Compile(format!("{error:#}")))?;
        let mut linker = Linker::new(engine);
        link(&mut linker).map_err(host)?;
        preview2::link(engine, &component, &mut linker).map_err(host)?;
        let pre = linker.instantiate_pre(&component);
        let pre = pre.map_err(|error| GuestError::Compile(format!("{error:#}")))?;
        let export = |name: &'static str| {
            let missing = ModuleError::Export { name, expected: "part of the contract" };
            component.get_export_index(None, name).ok_or(missing)
        };
        let (describe, run) = (export("describe")?, export("run")?);
        Ok(Carried { engine: engine.clone(), pre, describe, run })
    }
}

impl Ready for Carried {
    fn start(&self, state: State, budget: Budget) -> Result<Box<dyn Instance + '_>, GuestError> {
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.bounds);
        store.set_fuel(budget.fuel).map_err(host)?;
        store.set_hostcall_fuel(MAX_PASSED);
        let instance = self.pre.instantiate(&mut store);
        let instance = instance.map_err(|error| failed(&budget, &error, store.data()))?;
        Ok(Box::new(Running { store, instance, budget, carried: self }))
    }
}

/// One instance and its store.
struct Running<'a> {
    store: Store<State>,
    instance: Live,
    budget: Budget,
    carried: &'a Carried,
}

type Describe = TypedFunc<(), (WasmList<u8>,)>;
type Run<'b> = TypedFunc<(&'b [u8],), (Result<WasmList<u8>, String>,)>;

impl Instance for Running<'_> {
    fn abi(&mut self) -> Result<i32, GuestError> {
        let describe: Describe =
            self.instance.get_typed_func(&mut self.store, self.carried.describe).map_err(host)?;
        let told = describe.call(&mut self.store, ());
        let (told,) = told.map_err(|error| failed(&self.budget, &error, self.store.data()))?;
        match told.as_le_slice(&self.store).first_chunk() {
            Some(version) => Ok(i32::from_le_bytes(*version)),
            None => {
                let reason = "describe gave less than 4 bytes, expected the contract's version".to_owned();
                Err(GuestError::Output { column: None, row: None, reason })
            }
        }
    }

    fn run(&mut self, batch: &Batch, _: u32) -> Result<Batch, GuestError> {
        let run: Run<'_> = self.instance.get_typed_func(&mut self.store, self.carried.run).map_err(host)?;
        let answer = run.call(&mut self.store, (&encode(batch),));
        let (answer,) = answer.map_err(|error| failed(&self.budget, &error, self.store.data()))?;
        match answer {
            Ok(bytes) => Ok(decode(bytes.as_le_slice(&self.store))?),
            Err(message) => Err(GuestError::Failed { message, log: self.store.data().log.clone() }),
        }
    }

    fn fuel(&self) -> u64 {
        self.store.get_fuel().unwrap_or(0)
    }

    fn end(self: Box<Self>) -> State {
        self.store.into_data()
    }
}

/// Sorts the engine's error. What has no class of its own is what the guest did wrong at the border between it and us.
fn failed(budget: &Budget, error: &wasmtime::Error, state: &State) -> GuestError {
    let why = match why(error) {
        Why::Host(_) => Why::Trap { message: error.root_cause().to_string(), function: None },
        other => other,
    };
    budget.error(why, &state.log)
}

/// Makes our own functions importable.
fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    let mut at = linker.instance(&format!("{HOST}@{VERSION}"))?;
    at.func_wrap("log", |mut store, (text,): (WasmStr,)| {
        let text = taken(&mut store, &text)?;
        store.data_mut().say(&text);
        Ok(())
    })?;
    at.func_wrap("reject", |mut store, (row, message): (u32, WasmStr)| {
        let message = taken(&mut store, &message)?;
        Ok(store.data_mut().refuse("strat.reject", row, &message)?)
    })?;
    at.func_wrap("param", |mut store, (name,): (WasmStr,)| {
        let name = taken(&mut store, &name)?;
        let params = Arc::clone(&store.data().params);
        let value = params.get(&name).cloned();
        charge(&mut store, value.as_ref().map_or(0, String::len) as u64)?;
        Ok((value,))
    })?;
    at.func_wrap("asset", |mut store, (name, from, most): (WasmStr, u64, u32)| {
        let name = taken(&mut store, &name)?;
        let assets = Arc::clone(&store.data().assets);
        let Some(bytes) = assets.blobs.get(&name) else { return Ok((None,)) };
        let rest = usize::try_from(from).ok().and_then(|from| bytes.get(from..)).unwrap_or_default();
        let part = &rest[..rest.len().min(most as usize)];
        charge(&mut store, part.len() as u64)?;
        Ok((Some(part.to_vec()),))
    })?;
    at.func_wrap("lookup", |mut store, (name,): (WasmStr,)| {
        let name = taken(&mut store, &name)?;
        let assets = Arc::clone(&store.data().assets);
        let bytes = assets.lookups.get(&name).map(|batch| encode(batch));
        charge(&mut store, bytes.as_ref().map_or(0, Vec::len) as u64)?;
        Ok((bytes,))
    })?;
    let mut at = linker.instance(&format!("{RUNNER}@{VERSION}"))?;
    at.func_wrap("script", |mut store, (): ()| {
        let script = store.data().script.as_deref().map(str::to_owned);
        let script = script.ok_or_else(|| bad("strat.script", "there is none".into()))?;
        charge(&mut store, u64::from(CALL_FUEL) + script.len() as u64)?;
        Ok((script,))
    })
}

/// A text that a guest passed, paid for by its length.
fn taken(store: &mut StoreContextMut<'_, State>, text: &WasmStr) -> wasmtime::Result<String> {
    let text = text.to_str(&*store)?.into_owned();
    charge(store, u64::from(CALL_FUEL) + text.len() as u64)?;
    Ok(text)
}
