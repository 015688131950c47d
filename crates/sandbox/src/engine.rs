//! The engines that guests run in.

use std::sync::{Arc, Mutex, PoisonError};

use model::Digest;

use crate::cache::Shelf;
use crate::carrier::Carried;
use crate::compiler::{self, Compiled};
use crate::error::{GuestError, ModuleError};
use crate::interpreter::{self, Translated};
use crate::machine::Ready;
use crate::module::{Carrier, Module, ModuleInfo};
use crate::pool::Pool;

/// What guests may rely on for their results to be the same everywhere, by number; receipts say which. 1: NaN is the canonical one
/// wherever it comes out of an operation, no relaxed SIMD, no threads, and the bounds of fuel and memory are the step's.
pub const PROFILE: u32 = 1;

/// An engine that guests run in; cheap to clone, made once a process.
#[derive(Clone)]
pub struct Engine {
    kind: Kind,
    checked: Arc<Mutex<Vec<ModuleInfo>>>,
}

/// So many modules are known to have been checked: a process that runs one again and again doesn't check it each time, which takes 20 ms
/// for a script that brings its runner along.
const KNOWN: usize = 16;

#[derive(Clone)]
enum Kind {
    Compiler(Compiler),
    Interpreter(wasmi::Engine),
}

#[derive(Clone)]
struct Compiler {
    /// For components, and for whatever needs more than a place of the pool has.
    free: wasmtime::Engine,
    pool: Option<Pool>,
    shelf: Option<Arc<dyn Shelf>>,
}

impl Engine {
    /// The engine whose results count, with deterministic settings.
    pub fn new() -> Result<Engine, GuestError> {
        let settings = compiler::settings();
        let free = wasmtime::Engine::new(&settings).map_err(compiler::host)?;
        Ok(Engine::of(Kind::Compiler(Compiler { free, pool: Pool::new(settings), shelf: None })))
    }

    /// An independent engine for comparison: slower, and its fuel can't be compared.
    pub fn second() -> Engine {
        Engine::of(Kind::Interpreter(interpreter::engine()))
    }

    fn of(kind: Kind) -> Engine {
        Engine { kind, checked: Arc::default() }
    }

    /// Keeps what it compiles on a shelf, and looks there first; one that interprets has nothing to keep.
    pub fn keeping(self, shelf: Arc<dyn Shelf>) -> Engine {
        let kind = match self.kind {
            Kind::Compiler(engine) => Kind::Compiler(Compiler { shelf: Some(shelf), ..engine }),
            kind @ Kind::Interpreter(_) => kind,
        };
        Engine { kind, ..self }
    }

    /// The name that people know it by.
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Compiler(_) => "wasmtime",
            Kind::Interpreter(_) => "wasmi",
        }
    }

    /// Whether it runs what is carried so: components are for the first one alone.
    pub fn runs(&self, carrier: Carrier) -> bool {
        match (&self.kind, carrier) {
            (Kind::Compiler(_), _) | (Kind::Interpreter(_), Carrier::Core) => true,
            (Kind::Interpreter(_), Carrier::Component | Carrier::Runner(_)) => false,
        }
    }

    /// What a module is, checked unless it was before.
    pub(crate) fn check(&self, bytes: &[u8]) -> Result<ModuleInfo, ModuleError> {
        let digest = Digest::of(bytes);
        let known = || self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(info) = known().iter().find(|info| info.blake3 == digest) {
            return Ok(info.clone());
        }
        let info = Module::check(bytes)?;
        let mut checked = known();
        checked.truncate(KNOWN - 1);
        checked.insert(0, info.clone());
        Ok(info)
    }

    /// Makes a checked module ready to run.
    pub(crate) fn load(&self, bytes: &[u8], carrier: Carrier) -> Result<Box<dyn Ready>, GuestError> {
        Ok(match (&self.kind, carrier) {
            (Kind::Compiler(engine), Carrier::Core) => Box::new(engine.compiled(bytes)?),
            (Kind::Compiler(engine), Carrier::Component | Carrier::Runner(_)) => {
                Box::new(Carried::new(&engine.free, engine.shelf.as_deref(), bytes)?)
            }
            (Kind::Interpreter(engine), Carrier::Core) => Box::new(Translated::new(engine, bytes)?),
            (Kind::Interpreter(_), Carrier::Component | Carrier::Runner(_)) => {
                return Err(GuestError::CoreOnly { engine: self.name() });
            }
        })
    }
}

impl Compiler {
    fn compiled(&self, bytes: &[u8]) -> Result<Compiled, GuestError> {
        let shelf = self.shelf.as_deref();
        let pooled = self.pool.as_ref().and_then(|pool| Compiled::pooled(pool, shelf, bytes).ok());
        // What fails for another reason fails here once more, and is told.
        pooled.map_or_else(|| Compiled::new(&self.free, shelf, bytes), Ok)
    }
}

/// Assembles the text form of a module or a component.
pub fn wat_to_wasm(text: &str) -> Result<Vec<u8>, String> {
    wat::parse_str(text).map_err(|error| error.to_string())
}
