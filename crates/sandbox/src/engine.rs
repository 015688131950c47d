//! The WebAssembly engine, set so that the same module and batch give the same bytes on every machine.

use crate::error::GuestError;

/// Stack of a guest's calls; every thread that runs guests needs more than this.
const STACK_BYTES: usize = 1 << 20;

/// The engine that compiles and runs guests; cheap to clone, made once a process.
#[derive(Clone)]
pub struct Engine(pub(crate) wasmtime::Engine);

impl Engine {
    /// An engine with the deterministic settings.
    pub fn new() -> Result<Engine, GuestError> {
        let mut config = wasmtime::Config::new();
        config
            .consume_fuel(true)
            .cranelift_nan_canonicalization(true)
            .max_wasm_stack(STACK_BYTES)
            .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(32))
            .wasm_backtrace_details(wasmtime::WasmBacktraceDetails::Disable)
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
        wasmtime::Engine::new(&config).map(Engine).map_err(|error| GuestError::Host(error.to_string()))
    }
}

/// Assembles the text form of a module.
pub fn wat_to_wasm(text: &str) -> Result<Vec<u8>, String> {
    wat::parse_str(text).map_err(|error| error.to_string())
}
