//! A compiled guest, and one run of it over one batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::Digest;

use crate::batch::Batch;
use crate::encode::encoded_len;
use crate::engine::Engine;
use crate::error::{GuestError, ModuleError};
use crate::host::{Bounds, State};
use crate::limits::Limits;
use crate::machine::{Budget, Instance, Ready};
use crate::module::{ABI, Carrier, ModuleInfo};
use crate::script::Script;
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
    /// What runs the script, where its runner stands apart; the guest itself can't see it.
    pub runner: Option<Arc<[u8]>>,
}

/// A compiled guest with its parameters, assets and limits; threads may share it.
pub struct Guest {
    info: ModuleInfo,
    ready: Box<dyn Ready>,
    params: Arc<Params>,
    assets: Arc<Assets>,
    asset_bytes: u64,
    limits: Limits,
    script: Option<Arc<str>>,
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
        let info = engine.check(bytes)?;
        let ready = match (info.carrier, &assets.runner) {
            (Carrier::Core | Carrier::Component, _) => engine.load(bytes, info.carrier)?,
            // Its digest is that of a runner we know, so there is nothing left to check.
            (Carrier::Runner(digest), Some(runner)) if Digest::of(runner) == digest => {
                engine.load(runner, info.carrier)?
            }
            (Carrier::Runner(digest), _) => return Err(GuestError::Runner { digest }),
        };
        let script = Script::read(bytes)?.map(|script| script.text.into());
        let blobs = assets.blobs.values().map(|blob| blob.len() as u64);
        let lookups = assets.lookups.values().map(|batch| encoded_len(batch) as u64);
        let asset_bytes = blobs.chain(lookups).sum();
        let (params, assets) = (Arc::new(params), Arc::new(assets));
        let guest = Guest { info, ready, params, assets, asset_bytes, limits, script };
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
        let batch = run.run(batch, len)?;
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
            script: self.script.clone(),
        };
        self.ready.start(state, Budget { fuel, rows, memory: limit as u64 })
    }
}
