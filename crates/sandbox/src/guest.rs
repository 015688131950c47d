//! A compiled guest, and one run of it over one batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::batch::Batch;
use crate::decode::decode;
use crate::encode::{encode_into, encoded_len};
use crate::engine::Engine;
use crate::error::{GuestError, ModuleError};
use crate::host::{Bounds, State};
use crate::limits::Limits;
use crate::machine::{Budget, Instance, Ready};
use crate::module::{ABI, Module, ModuleInfo};
use crate::wasi::Wasi;

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
    info: ModuleInfo,
    ready: Box<dyn Ready>,
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
        let ready = engine.load(bytes)?;
        let asset_bytes = assets.blobs.values().map(|blob| blob.len() as u64).sum();
        let (params, assets) = (Arc::new(params), Arc::new(assets));
        let guest = Guest { info, ready, params, assets, asset_bytes, limits };
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

    /// The fuel that it is given for a batch.
    pub fn fuel(&self, batch: &Batch) -> u64 {
        self.limits.fuel(batch.rows, encoded_len(batch) as u64 + self.asset_bytes)
    }

    /// Runs it over one batch, in a fresh instance.
    pub fn run(&self, batch: &Batch) -> Result<Outcome, GuestError> {
        let bytes = encoded_len(batch);
        let len = u32::try_from(bytes).map_err(|_| GuestError::BatchTooLarge { bytes: bytes as u64 })?;
        let fuel = self.fuel(batch);
        let mut run = self.start(fuel, batch.rows)?;
        let ptr = run.alloc(len)?;
        encode_into(batch, place(run.memory(), ptr, len, "strat_alloc")?);
        let packed = run.run(ptr, len)?;
        let (ptr, len) = ((packed >> 32) as u32, packed as u32);
        let batch = decode(place(run.memory(), ptr, len, "strat_run")?)?;
        let left = run.fuel();
        let state = run.end();
        Ok(Outcome {
            batch,
            rejects: state.rejects.into_iter().collect(),
            fuel: fuel - left,
            memory: state.bounds.peak as u64,
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
        let found = run.abi()?;
        if found == ABI { Ok(()) } else { Err(ModuleError::Abi { found }.into()) }
    }

    fn start(&self, fuel: u64, rows: u32) -> Result<Box<dyn Instance + '_>, GuestError> {
        let limit = self.limits.memory();
        let state = State {
            params: Arc::clone(&self.params),
            assets: Arc::clone(&self.assets),
            rows,
            rejects: BTreeMap::new(),
            log: String::new(),
            bounds: Bounds::new(limit),
            wasi: Wasi::default(),
        };
        self.ready.start(state, Budget { fuel, rows, memory: limit as u64 })
    }
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
