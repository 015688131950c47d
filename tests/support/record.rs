//! Puts drafts into a ledger, without a command line.
//!
//! Stands on the crates and nothing else, so that the engine's tests and benchmarks can take it in by its path.

use std::path::Path;

use dialect::Facts;
use ledger::{Ledger, layout};
use model::{Digest, EntryId};
use stratigraph_engine::{
    Known,
    author::{Sealing, Standing, seal},
};

/// Seals a draft on top of the ledger's heads, with the modules of its scripts.
#[track_caller]
pub fn record(ledger: &Ledger, scripts: &Path, stem: &str, text: &str) -> EntryId {
    let heads = Known::load(ledger).unwrap().history.heads();
    record_on(ledger, scripts, stem, text, &heads)
}

/// Seals a draft on top of these entries, with the modules of its scripts.
#[track_caller]
pub fn record_on(ledger: &Ledger, scripts: &Path, stem: &str, text: &str, parents: &[EntryId]) -> EntryId {
    let known = Known::load(ledger).unwrap();
    let standing = Standing {
        ledger: ledger.uuid().as_str().to_owned(),
        parents: sorted(parents),
        branch: "main".to_owned(),
        databases: known.history.state_at(parents).unwrap().to_databases(),
        author: "Ada Example <ada@example.com>".to_owned(),
        authored_at: "2026-11-20T10:18:48Z".to_owned(),
    };
    let sealing = Sealing { scripts, place: stem, stem, dialects: &[], facts: &Facts::default() };
    seal(text, &standing, &sealing).unwrap_or_else(|e| panic!("{e}")).store(ledger).unwrap()
}

/// The bytes that the ledger keeps under a digest.
pub fn blob(ledger: &Ledger, digest: &Digest) -> Result<Vec<u8>, String> {
    std::fs::read(ledger.folder().join(layout::blob_place(digest))).map_err(|e| e.to_string())
}

fn sorted(parents: &[EntryId]) -> Vec<EntryId> {
    let mut parents = parents.to_vec();
    parents.sort();
    parents
}
