//! The engines that guests run in.

use crate::compiler::{self, Compiled};
use crate::error::GuestError;
use crate::interpreter::{self, Translated};
use crate::machine::Ready;

/// An engine that guests run in; cheap to clone, made once a process.
#[derive(Clone)]
pub struct Engine(Kind);

#[derive(Clone)]
enum Kind {
    Compiler(wasmtime::Engine),
    Interpreter(wasmi::Engine),
}

impl Engine {
    /// The engine whose results count, with deterministic settings.
    pub fn new() -> Result<Engine, GuestError> {
        Ok(Engine(Kind::Compiler(compiler::engine()?)))
    }

    /// An independent engine for comparison: slower, and its fuel can't be compared.
    pub fn second() -> Engine {
        Engine(Kind::Interpreter(interpreter::engine()))
    }

    /// The name that people know it by.
    pub fn name(&self) -> &'static str {
        match self.0 {
            Kind::Compiler(_) => "wasmtime",
            Kind::Interpreter(_) => "wasmi",
        }
    }

    /// Makes a checked module ready to run.
    pub(crate) fn load(&self, bytes: &[u8]) -> Result<Box<dyn Ready>, GuestError> {
        Ok(match &self.0 {
            Kind::Compiler(engine) => Box::new(Compiled::new(engine, bytes)?),
            Kind::Interpreter(engine) => Box::new(Translated::new(engine, bytes)?),
        })
    }
}

/// Assembles the text form of a module.
pub fn wat_to_wasm(text: &str) -> Result<Vec<u8>, String> {
    wat::parse_str(text).map_err(|error| error.to_string())
}
