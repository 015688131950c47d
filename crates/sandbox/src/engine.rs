//! The engines that guests run in.

use std::sync::Arc;

use crate::cache::Shelf;
use crate::carrier::Carried;
use crate::compiler::{self, Compiled};
use crate::error::GuestError;
use crate::interpreter::{self, Translated};
use crate::machine::Ready;
use crate::module::Carrier;

/// What guests may rely on for their results to be the same everywhere, by number; receipts say which. 1: NaN is the canonical one
/// wherever it comes out of an operation, no relaxed SIMD, no threads, and the bounds of fuel and memory are the step's.
pub const PROFILE: u32 = 1;

/// An engine that guests run in; cheap to clone, made once a process.
#[derive(Clone)]
pub struct Engine(Kind);

#[derive(Clone)]
enum Kind {
    Compiler(wasmtime::Engine, Option<Arc<dyn Shelf>>),
    Interpreter(wasmi::Engine),
}

impl Engine {
    /// The engine whose results count, with deterministic settings.
    pub fn new() -> Result<Engine, GuestError> {
        Ok(Engine(Kind::Compiler(compiler::engine()?, None)))
    }

    /// An independent engine for comparison: slower, and its fuel can't be compared.
    pub fn second() -> Engine {
        Engine(Kind::Interpreter(interpreter::engine()))
    }

    /// Keeps what it compiles on a shelf, and looks there first; one that interprets has nothing to keep.
    pub fn keeping(self, shelf: Arc<dyn Shelf>) -> Engine {
        match self.0 {
            Kind::Compiler(engine, _) => Engine(Kind::Compiler(engine, Some(shelf))),
            Kind::Interpreter(_) => self,
        }
    }

    /// The name that people know it by.
    pub fn name(&self) -> &'static str {
        match self.0 {
            Kind::Compiler(..) => "wasmtime",
            Kind::Interpreter(_) => "wasmi",
        }
    }

    /// Whether it runs what is carried so: components are for the first one alone.
    pub fn runs(&self, carrier: Carrier) -> bool {
        match (&self.0, carrier) {
            (Kind::Compiler(..), _) | (Kind::Interpreter(_), Carrier::Core) => true,
            (Kind::Interpreter(_), Carrier::Component | Carrier::Runner(_)) => false,
        }
    }

    /// Makes a checked module ready to run.
    pub(crate) fn load(&self, bytes: &[u8], carrier: Carrier) -> Result<Box<dyn Ready>, GuestError> {
        Ok(match (&self.0, carrier) {
            (Kind::Compiler(engine, shelf), Carrier::Core) => {
                Box::new(Compiled::new(engine, shelf.as_deref(), bytes)?)
            }
            (Kind::Compiler(engine, shelf), Carrier::Component | Carrier::Runner(_)) => {
                Box::new(Carried::new(engine, shelf.as_deref(), bytes)?)
            }
            (Kind::Interpreter(engine), Carrier::Core) => Box::new(Translated::new(engine, bytes)?),
            (Kind::Interpreter(_), Carrier::Component | Carrier::Runner(_)) => {
                return Err(GuestError::CoreOnly { engine: self.name() });
            }
        })
    }
}

/// Assembles the text form of a module or a component.
pub fn wat_to_wasm(text: &str) -> Result<Vec<u8>, String> {
    wat::parse_str(text).map_err(|error| error.to_string())
}
