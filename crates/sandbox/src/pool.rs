//! Places for instances that are used again, so that a fresh instance needn't ask the system for memory, page by page.
//!
//! What one instance left is put back to what the module says before the next one comes: that costs less than fresh pages, and nothing can
//! be told from the other. A guest that needs more than a place has gets an engine without places.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::available_parallelism,
};

use wasmtime::{Config, Engine, PoolingAllocationConfig};

use crate::host::MAX_ELEMENTS;

/// Instances at once; more than can run at once on most machines, as each costs only addresses.
const PLACES: usize = 32;
/// Bytes of a memory that are put back by hand; what is beyond them goes back to the system.
const RESIDENT: usize = 4 << 20;
/// The same for a table.
const RESIDENT_TABLE: usize = 64 << 10;
/// Tables of one module; compilers make one.
const TABLES: u32 = 4;

/// An engine whose instances live in a limited number of places.
#[derive(Clone)]
pub(crate) struct Pool {
    pub engine: Engine,
    places: Arc<Places>,
}

struct Places {
    free: Mutex<usize>,
    freed: Condvar,
}

/// One place, taken until it is dropped.
pub(crate) struct Place(Arc<Places>);

impl Pool {
    /// Nothing where the system doesn't give the addresses.
    pub fn new(mut config: Config) -> Option<Pool> {
        let places = PLACES.max(2 * available_parallelism().map_or(1, std::num::NonZero::get));
        let count = u32::try_from(places).ok()?;
        let mut pooling = PoolingAllocationConfig::new();
        pooling
            .total_core_instances(count)
            .total_memories(count)
            .total_tables(count.checked_mul(TABLES)?)
            .max_tables_per_module(TABLES)
            .table_elements(MAX_ELEMENTS)
            .max_memory_size(4 << 30)
            .linear_memory_keep_resident(RESIDENT)
            .table_keep_resident(RESIDENT_TABLE);
        config.allocation_strategy(pooling);
        let engine = Engine::new(&config).ok()?;
        Some(Pool { engine, places: Arc::new(Places { free: Mutex::new(places), freed: Condvar::new() }) })
    }

    /// Waits for a place. Who has one never waits for another, so one becomes free.
    pub fn place(&self) -> Place {
        let mut free = self.places.free();
        while *free == 0 {
            free = self.places.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Place(Arc::clone(&self.places))
    }
}

impl Places {
    /// A number is whole whoever panicked beside it.
    fn free(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.free() += 1;
        self.0.freed.notify_one();
    }
}
