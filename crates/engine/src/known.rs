//! The ledger as a run needs it: every entry read, hashed again, and folded.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use ledger::{Ledger, LedgerError};
use model::{Class, EntryId, Fault, graph::GraphError, history::History};

/// Why a ledger can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KnownError {
    /// It can't be read, or an entry isn't what its name says.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Its entries don't hang together.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl Fault for KnownError {
    fn class(&self) -> Class {
        match self {
            KnownError::Ledger(cause) => cause.class(),
            KnownError::Graph(_) => Class::Integrity,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            KnownError::Ledger(cause) => cause.hint(),
            KnownError::Graph(_) => Some("`strat verify` names every broken file of the ledger".to_owned()),
        }
    }
}

/// The ledger's entries.
pub struct Known {
    /// Their history.
    pub history: History,
    /// Their bytes.
    pub bytes: BTreeMap<EntryId, Arc<[u8]>>,
    /// Their parents.
    pub parents: BTreeMap<EntryId, Vec<EntryId>>,
}

impl Known {
    /// Reads them all; each is hashed on the way.
    pub fn load(ledger: &Ledger) -> Result<Known, KnownError> {
        let entries = ledger.entries_whole()?;
        let mut bytes = BTreeMap::new();
        let mut parents = BTreeMap::new();
        let mut shared = Vec::with_capacity(entries.len());
        for (id, (entry, stored)) in entries {
            bytes.insert(id, stored.into());
            parents.insert(id, entry.parents.clone());
            shared.push((id, Arc::new(entry)));
        }
        Ok(Known { history: History::new(shared)?, bytes, parents })
    }

    /// The entries and everything they follow.
    pub fn ancestors(&self, ids: &[EntryId]) -> BTreeSet<EntryId> {
        self.history.ancestors(ids)
    }
}
