//! Drafts, which people write, and entries, which the ledger keeps.

use serde::{Deserialize, Serialize};

use crate::{
    constraint::is_default,
    id::{Digest, EntryId},
    resolution::Resolution,
    step::Step,
};

/// The format this release writes and reads.
pub const FORMAT: u32 = 1;

/// The largest entry, in bytes.
pub const MAX_ENTRY: usize = 1 << 20;

/// The most parents an entry may have.
pub const MAX_PARENTS: usize = 64;

/// The database an entry speaks of when it doesn't say.
pub const MAIN_DATABASE: &str = "main";

fn main_database() -> String {
    MAIN_DATABASE.to_owned()
}

fn is_main_database(name: &str) -> bool {
    name == MAIN_DATABASE
}

/// What a person writes in `migrations/`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What it is for, in a line.
    pub message: String,
    /// The database it speaks of.
    #[serde(default = "main_database", skip_serializing_if = "is_main_database")]
    pub database: String,
    /// The branch it belongs to; the current one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Hazard codes its author accepts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<String>,
    /// What it does, in order.
    pub steps: Vec<Step>,
}

/// A draft sealed into the ledger. Its id is the BLAKE3 hash of its canonical bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// [`FORMAT`].
    pub format: u32,
    /// The ledger's UUID, so that entries of another ledger can't be grafted in.
    pub ledger: String,
    /// Ids of the entries it follows: sorted, without repetition, at most [`MAX_PARENTS`].
    pub parents: Vec<EntryId>,
    /// The branch label it carries.
    pub branch: String,
    /// The database it speaks of; not printed when it is `main`, and never set on a merge.
    #[serde(default = "main_database", skip_serializing_if = "is_main_database")]
    pub database: String,
    /// What it is for, in a line.
    pub message: String,
    /// Who wrote it: `Name <mail>`.
    pub author: String,
    /// When its author says it was written, RFC 3339 in UTC. A claim: nothing is ever ordered by it.
    pub authored_at: String,
    /// The draft's file stem; empty for entries without a draft.
    #[serde(default, skip_serializing_if = "is_default")]
    pub draft: String,
    /// Hazard codes its author accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<String>,
    /// What it decides where its parents don't commute; only a merge has any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolutions: Vec<Resolution>,
    /// What it does, in order: after its resolutions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// The database that each step of a merge speaks of; empty where all speak of `main`, and in every other entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub databases: Vec<String>,
    /// Digest of the folded schemas after this entry.
    pub schema: Digest,
}

impl Entry {
    /// The database that a step speaks of, by its index.
    pub fn database_of(&self, step: usize) -> &str {
        self.databases.get(step).unwrap_or(&self.database)
    }
}
