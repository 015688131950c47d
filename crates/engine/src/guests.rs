//! Guests of a run: compiled once each, from blobs that are hashed again on reading.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use model::{
    Digest, Literal,
    canonical::to_canonical,
    data_step::{Asset, Limits, Module},
};
use sandbox::{Assets, Batch, Engine, Guest, GuestError, Params};

use crate::data::{ENGINE, SECOND_ENGINE};

#[cfg(unix)]
pub use crate::compiled::{engine, tell_of_waiting};

/// The engine for guests.
#[cfg(not(unix))]
pub fn engine() -> Result<Engine, GuestError> {
    Engine::new()
}

/// Nothing is kept here, and nobody is told.
#[cfg(not(unix))]
pub fn tell_of_waiting(_tell: fn(usize)) {}

/// Where modules and assets are read from by their digest.
pub type Blobs<'a> = dyn Fn(&Digest) -> Result<Vec<u8>, String> + Send + Sync + 'a;

/// Why a guest can't be had.
#[derive(Debug, thiserror::Error)]
pub enum GuestsError {
    /// The entry was never sealed with a module.
    #[error("script {0} has no sealed module")]
    Unsealed(String),
    /// Its blob can't be read.
    #[error("the blob of {what} can't be used: {why}")]
    Blob {
        /// Script or asset.
        what: String,
        /// Why.
        why: String,
    },
    /// The module can't be loaded.
    #[error("script {script}: {cause}")]
    Guest {
        /// The script.
        script: String,
        /// Why.
        cause: GuestError,
    },
}

/// What a data step says of its guest.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The script's name.
    pub script: &'a str,
    /// The sealed module.
    pub module: Option<&'a Module>,
    /// Constants.
    pub params: &'a BTreeMap<String, Literal>,
    /// Files.
    pub assets: &'a BTreeMap<String, Asset>,
    /// Small tables handed over whole.
    pub lookups: &'a BTreeMap<String, Arc<Batch>>,
    /// Bounds.
    pub limits: Limits,
}

/// The guests of a run.
pub struct Guests<'a> {
    engine: Mutex<Option<Engine>>,
    name: &'static str,
    blobs: &'a Blobs<'a>,
}

impl<'a> Guests<'a> {
    /// Reads modules and assets through `blobs`.
    pub fn new(blobs: &'a Blobs<'a>) -> Guests<'a> {
        Guests { engine: Mutex::new(None), name: ENGINE, blobs }
    }

    /// Runs them in the second engine, which other people wrote.
    pub fn second(blobs: &'a Blobs<'a>) -> Guests<'a> {
        Guests { engine: Mutex::new(Some(Engine::second())), name: SECOND_ENGINE, blobs }
    }

    /// The engine they run in, as receipts name it.
    pub fn engine_name(&self) -> &'static str {
        self.name
    }

    fn engine(&self) -> Result<Engine, GuestError> {
        let mut slot = self.engine.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(engine) = &*slot {
            return Ok(engine.clone());
        }
        Ok(slot.insert(engine()?).clone())
    }

    /// Loads the guest of a data step.
    pub fn load(&self, wanted: Wanted<'_>) -> Result<Arc<Guest>, GuestsError> {
        let script = wanted.script;
        let module = wanted.module.ok_or_else(|| GuestsError::Unsealed(script.to_owned()))?;
        let blob = |what: &str, digest: &Digest| {
            (self.blobs)(digest).map_err(|why| GuestsError::Blob { what: what.to_owned(), why })
        };
        let bytes = blob(script, &module.blake3)?;
        let mut assets = Assets { lookups: wanted.lookups.clone(), ..Assets::default() };
        for (name, asset) in wanted.assets {
            let sealed = asset.blob.as_ref().ok_or_else(|| GuestsError::Unsealed(name.clone()))?;
            assets.blobs.insert(name.clone(), blob(name, &sealed.blake3)?.into());
        }
        if let Some(runner) = &module.runner {
            assets.runner = Some(blob("the runner", &runner.blake3)?.into());
        }
        let guest = |cause| GuestsError::Guest { script: script.to_owned(), cause };
        let engine = self.engine().map_err(guest)?;
        load(&engine, &bytes, wanted.params, assets, wanted.limits).map(Arc::new).map_err(guest)
    }
}

/// Compiles a module with its parameters, assets and bounds.
pub fn load(
    engine: &Engine,
    bytes: &[u8],
    params: &BTreeMap<String, Literal>,
    assets: Assets,
    limits: Limits,
) -> Result<Guest, GuestError> {
    let params: Params = params.iter().map(|(name, value)| (name.clone(), param_text(value))).collect();
    let limits = sandbox::Limits {
        fuel_start: limits.fuel_start,
        fuel_per_row: limits.fuel_per_row,
        fuel_per_byte: limits.fuel_per_byte,
        memory_mib: limits.memory_mib,
    };
    Guest::load(engine, bytes, params, assets, limits)
}

/// A parameter as the guest reads it: text as it is, numbers and truth values in their canonical spelling.
pub fn param_text(value: &Literal) -> String {
    match value {
        Literal::Text(text) => text.clone(),
        Literal::Bool(yes) => yes.to_string(),
        Literal::Int(n) => n.to_string(),
        Literal::Float(x) => format!("{x:?}"),
    }
}

/// BLAKE3 of the canonical parameters, for receipts.
pub fn params_digest(params: &BTreeMap<String, Literal>) -> Digest {
    Digest::of(to_canonical(params).unwrap_or_default().as_bytes())
}

/// BLAKE3 of each asset, for receipts.
pub fn asset_digests(assets: &BTreeMap<String, Asset>) -> BTreeMap<String, Digest> {
    let sealed = |(name, asset): (&String, &Asset)| Some((name.clone(), asset.blob.as_ref()?.blake3));
    assets.iter().filter_map(sealed).collect()
}
