//! Which blobs an entry names.

use std::collections::BTreeMap;

use model::{
    Entry, Step,
    data_step::{Asset, Blob, Module},
};

/// Returns every blob that an entry's steps name: modules, their runners and assets, in order, with repetitions.
pub fn blobs_of(entry: &Entry) -> Vec<Blob> {
    let mut blobs = Vec::new();
    for step in &entry.steps {
        match step {
            Step::Backfill(step) => collect(&mut blobs, step.module.as_ref(), &step.assets),
            Step::Populate(step) => collect(&mut blobs, step.module.as_ref(), &step.assets),
            Step::Transfer(step) => collect(&mut blobs, step.module.as_ref(), &step.assets),
            Step::Aggregate(step) => collect(&mut blobs, step.module.as_ref(), &step.assets),
            _ => {}
        }
    }
    blobs
}

fn collect(blobs: &mut Vec<Blob>, module: Option<&Module>, assets: &BTreeMap<String, Asset>) {
    blobs.extend(module.map(|module| Blob {
        blake3: module.blake3,
        sha256: module.sha256.clone(),
        bytes: module.bytes,
    }));
    blobs.extend(module.and_then(|module| module.runner.clone()));
    blobs.extend(assets.values().filter_map(|asset| asset.blob.clone()));
}
