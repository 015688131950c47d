//! What a guest may use.

/// What one run over one batch may use; deterministic, never wall clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Fuel for instantiating and for loading what the guest carries.
    pub fuel_start: u64,
    /// Fuel for each row of the batch.
    pub fuel_per_row: u64,
    /// Fuel for each byte of the encoded batch and of the assets.
    pub fuel_per_byte: u64,
    /// MiB of memory, the batch and what the guest makes of it included.
    pub memory_mib: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { fuel_start: 10_000_000, fuel_per_row: 2_000_000, fuel_per_byte: 2_000, memory_mib: 64 }
    }
}

impl Limits {
    /// The fuel of one run over `rows` rows in `bytes` bytes.
    pub fn fuel(&self, rows: u32, bytes: u64) -> u64 {
        self.fuel_start
            .saturating_add(self.fuel_per_row.saturating_mul(u64::from(rows)))
            .saturating_add(self.fuel_per_byte.saturating_mul(bytes))
            // The engine counts in an i64.
            .min(i64::MAX as u64)
    }

    /// The memory in bytes; 4 GiB at most, which is all a 32-bit guest can address.
    pub fn memory(&self) -> usize {
        (self.memory_mib.min(4096) as usize) << 20
    }
}
