//! The ledger as a run needs it: every entry read, hashed again, and folded.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use ledger::{Elsewhere, Ledger, LedgerError, Whole, printable, read_entry};
use model::{Class, Digest, Entry, EntryId, Fault, graph::GraphError, history::History};

use crate::{driver::DriverError, target::Target};

/// Why a ledger can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KnownError {
    /// It can't be read, or an entry isn't what its name says.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Its entries don't hang together.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The target doesn't answer.
    #[error(transparent)]
    Target(DriverError),
    /// An entry that the target has applied is neither here nor kept there.
    #[error("the target has applied entry {}, which isn't in this ledger, and its copy there can't be used", .0.short())]
    NoCopy(EntryId),
    /// What is to be united with it is another ledger.
    #[error("{name} has another ledger: {there}, and here it is {here}", name = printable(.name))]
    Other {
        /// The commit, as it was named.
        name: String,
        /// The UUID there.
        there: String,
        /// The UUID here.
        here: String,
    },
}

impl Fault for KnownError {
    fn class(&self) -> Class {
        match self {
            KnownError::Ledger(cause) => cause.class(),
            KnownError::Graph(_) | KnownError::NoCopy(_) => Class::Integrity,
            KnownError::Target(cause) => cause.class(),
            KnownError::Other { .. } => Class::Input,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            KnownError::Ledger(cause) => cause.hint(),
            KnownError::Target(cause) => cause.hint().map(str::to_owned),
            KnownError::NoCopy(_) => Some("have git bring back the ledger that has it".to_owned()),
            KnownError::Graph(cause) => ledger::GraphError(cause.clone()).hint(),
            KnownError::Other { .. } => {
                Some("a ledger is made once, by `strat init`, and cloned from then on".to_owned())
            }
        }
    }
}

/// The ledger's entries.
pub struct Known {
    /// Their history.
    pub history: History,
    /// Their bytes.
    pub bytes: BTreeMap<EntryId, Arc<[u8]>>,
}

impl Known {
    /// Reads them all; each is hashed on the way.
    pub fn load(ledger: &Ledger) -> Result<Known, KnownError> {
        Known::of(ledger.entries_whole()?)
    }

    /// Reads them all and takes in those that another commit has.
    ///
    /// # Errors
    /// When the other's ledger isn't this one.
    pub fn with(ledger: &Ledger, there: Elsewhere) -> Result<Known, KnownError> {
        if there.uuid != *ledger.uuid() {
            let (there, name) = (there.uuid.as_str().to_owned(), there.name);
            return Err(KnownError::Other { name, there, here: ledger.uuid().as_str().to_owned() });
        }
        let mut entries = ledger.entries_whole()?;
        // Bytes are what their names say on either side, so that of an entry that both have it doesn't matter whose is kept.
        entries
            .extend(there.entries.into_iter().map(|(id, (entry, bytes))| (id, (entry.into(), bytes.into()))));
        Known::of(entries)
    }

    fn of(entries: BTreeMap<EntryId, Whole>) -> Result<Known, KnownError> {
        let apart = |(id, (entry, bytes))| ((id, entry), (id, bytes));
        let (entries, bytes): (Vec<_>, Vec<_>) = entries.into_iter().map(apart).unzip();
        Ok(Known { history: History::new(entries)?, bytes: bytes.into_iter().collect() })
    }

    /// Takes in the entries that a target has applied and this ledger doesn't have, from the copies the target keeps.
    ///
    /// # Errors
    /// When a copy isn't there or isn't what its name says.
    pub async fn with_copies(mut self, target: &mut Target) -> Result<Known, KnownError> {
        let mut entries: BTreeMap<EntryId, Arc<Entry>> =
            self.history.entries().map(|(id, entry)| (id, entry.clone())).collect();
        let mut open = target.journal.position.heads.clone();
        let here = entries.len();
        while let Some(id) = open.pop() {
            if entries.contains_key(&id) {
                continue;
            }
            let copy = target.journal.kept_entry(&mut target.conn, id).await;
            let bytes = copy.map_err(KnownError::Target)?.ok_or(KnownError::NoCopy(id))?;
            let entry = read_entry(&bytes).ok().filter(|_| Digest::of(&bytes) == id);
            let entry = entry.ok_or(KnownError::NoCopy(id))?;
            open.extend(&entry.parents);
            self.bytes.insert(id, bytes.into());
            entries.insert(id, Arc::new(entry));
        }
        if entries.len() > here {
            self.history = History::new(entries)?;
        }
        Ok(self)
    }

    /// The entries and everything they follow.
    pub fn ancestors(&self, ids: &[EntryId]) -> BTreeSet<EntryId> {
        self.history.ancestors(ids)
    }
}
