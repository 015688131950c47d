//! The engines that guests run in.

use std::sync::Arc;

use crate::cache::Shelf;
use crate::carrier::Carried;
use crate::compiler::{self, Compiled};
use crate::error::GuestError;
use crate::interpreter::{self, Translated};
use crate::machine::Ready;
use crate::module::Carrier;
use crate::pool::Pool;

/// What guests may rely on for their results to be the same everywhere, by number; receipts say which. 1: NaN is the canonical one
/// wherever it comes out of an operation, no relaxed SIMD, no threads, and the bounds of fuel and memory are the step's.
pub const PROFILE: u32 = 1;

/// An engine that guests run in; cheap to clone, made once a process.
#[derive(Clone)]
pub struct Engine(Kind);

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
        Ok(Engine(Kind::Compiler(Compiler { free, pool: Pool::new(settings), shelf: None })))
    }

    /// An independent engine for comparison: slower, and its fuel can't be compared.
    pub fn second() -> Engine {
        Engine(Kind::Interpreter(interpreter::engine()))
    }

    /// Keeps what it compiles on a shelf, and looks there first; one that interprets has nothing to keep.
    pub fn keeping(self, shelf: Arc<dyn Shelf>) -> Engine {
        match self.0 {
            Kind::Compiler(engine) => Engine(Kind::Compiler(Compiler { shelf: Some(shelf), ..engine })),
            Kind::Interpreter(_) => self,
        }
    }

    /// The name that people know it by.
    pub fn name(&self) -> &'static str {
        match self.0 {
            Kind::Compiler(_) => "wasmtime",
            Kind::Interpreter(_) => "wasmi",
        }
    }

    /// Whether it runs what is carried so: components are for the first one alone.
    pub fn runs(&self, carrier: Carrier) -> bool {
        match (&self.0, carrier) {
            (Kind::Compiler(_), _) | (Kind::Interpreter(_), Carrier::Core) => true,
            (Kind::Interpreter(_), Carrier::Component | Carrier::Runner(_)) => false,
        }
    }

    /// Makes a checked module ready to run.
    pub(crate) fn load(&self, bytes: &[u8], carrier: Carrier) -> Result<Box<dyn Ready>, GuestError> {
        Ok(match (&self.0, carrier) {
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
