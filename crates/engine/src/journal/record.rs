//! Journal records: what was done to a target, as canonical RON in a hash chain.

use std::collections::BTreeMap;

use dialect::plan::Direction;
use model::{Digest, EntryId, StepRef, canonical::to_canonical, route::Treated, rows::RowDigest};
use serde::{Deserialize, Serialize};

/// What a record says happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A statement that commits by itself is about to be sent.
    Intent,
    /// The entry has come to `unit`.
    Done,
    /// A statement failed and nothing of it is left.
    Failed,
    /// After a crash the catalogue was looked at, and it was decided whether a statement took effect.
    Recovered,
    /// A data step is complete.
    Receipt,
    /// Rows that a data step left as they were, as its entry allows.
    SetAside,
    /// Rows that were set aside are no longer open: they were tried again, or repaired.
    Resolved,
    /// An entry is applied.
    Applied,
    /// An entry is undone.
    Reverted,
    /// Somebody told data steps to stand still.
    Paused,
    /// Somebody told them to go on.
    Resumed,
    /// Somebody changed how fast they may go.
    Throttled,
    /// Something that the vault kept was removed.
    Purged,
    /// Somebody says that the database was restored from a backup: what was journaled behind it is gone.
    Restored,
    /// Somebody says that the database is a copy, which goes its own way from here.
    Cloned,
}

impl Kind {
    /// The word in the journal's own column.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Intent => "intent",
            Kind::Done => "done",
            Kind::Failed => "failed",
            Kind::Recovered => "recovered",
            Kind::Receipt => "receipt",
            Kind::SetAside => "set-aside",
            Kind::Resolved => "resolved",
            Kind::Applied => "applied",
            Kind::Reverted => "reverted",
            Kind::Paused => "paused",
            Kind::Resumed => "resumed",
            Kind::Throttled => "throttled",
            Kind::Purged => "purged",
            Kind::Restored => "restored",
            Kind::Cloned => "cloned",
        }
    }
}

/// Which way an entry goes, as it stands in a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// It is applied.
    #[default]
    Up,
    /// It is undone.
    Down,
}

impl From<Direction> for Way {
    fn from(direction: Direction) -> Way {
        match direction {
            Direction::Up => Way::Up,
            Direction::Down => Way::Down,
        }
    }
}

impl Way {
    /// The word in our own tables.
    pub fn word(self) -> &'static str {
        match self {
            Way::Up => "up",
            Way::Down => "down",
        }
    }
}

/// Who did it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// `STRAT_AUTHOR` or git's user.
    pub principal: String,
    /// The account on the machine.
    pub os_user: String,
    /// The machine and process.
    pub process: String,
    /// The account in the database.
    pub database_user: String,
}

/// What went into a data step and came out of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The script's name.
    pub script: String,
    /// BLAKE3 of the module.
    pub module: Digest,
    /// SHA-256 of the module.
    pub sha256: String,
    /// The contract.
    pub abi: u32,
    /// BLAKE3 of the canonical parameters.
    pub params: Digest,
    /// BLAKE3 of each asset.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assets: BTreeMap<String, Digest>,
    /// What the engine had to hold to for the sake of determinism, see `sandbox::PROFILE`; 0 where it isn't said.
    #[serde(default, skip_serializing_if = "is_zero_u32")]
    pub profile: u32,
    /// The engine and its version.
    pub engine: String,
    /// Rows handed to the guest (or made by it).
    pub read: u64,
    /// Rows written.
    pub changed: u64,
    /// Rows left as they were.
    pub unchanged: u64,
    /// Rows inserted into other tables, or deleted again, by table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub made: BTreeMap<String, u64>,
    /// Digests of the small tables that the guest was handed, in key order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lookups: BTreeMap<String, Digest>,
    /// By how many rows the groups that were done had changed when the step ended.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub late: u64,
    /// Digest of the rows that went in, in key order.
    pub input: Digest,
    /// Digest of the rows that came out, in key order.
    pub output: Digest,
    /// Roots of the sections of what went in, by which a part of the rows can be held against it; none where there is one section.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input_sections: Vec<Digest>,
    /// Roots of the sections of what came out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub output_sections: Vec<Digest>,
    /// How rows are ordered for the digests: `bytes`, or `server(<collation>)`.
    pub order: String,
    /// Fuel spent.
    pub fuel: u64,
    /// Rows that were set aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<SetAside>,
}

/// The rows that a data step left as they were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetAside {
    /// How many.
    pub rows: u64,
    /// Their digest: from 32 zero bytes on, for each row BLAKE3 of the digest before it, then its key as people read it, its class and its
    /// message, each with its length as u32 LE before it, and the hash of what went in.
    pub digest: Digest,
}

/// A row that was set aside, in the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AsideRow {
    /// Its key, as people read it.
    pub key: String,
    /// Why, by the name of the class.
    pub class: String,
    /// The hash of what went in.
    pub input: Digest,
}

/// What came of putting a vault's rows back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename = "Restored", deny_unknown_fields)]
pub struct Restored {
    /// Rows that were kept.
    pub kept: u64,
    /// Rows that hold again what they held before.
    pub restored: u64,
    /// Rows that somebody changed since: those cells were left alone.
    pub changed: u64,
    /// Rows that aren't there any more.
    pub gone: u64,
    /// Rows that came in since, of which nothing was kept.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub fresh: u64,
}

impl Restored {
    /// How many rows were looked at.
    pub fn done(&self) -> u64 {
        self.restored + self.changed + self.gone
    }

    /// Takes the counts of something else that was put back in.
    pub fn add(&mut self, other: Restored) {
        self.kept += other.kept;
        self.restored += other.restored;
        self.changed += other.changed;
        self.gone += other.gone;
        self.fresh += other.fresh;
    }
}

impl Receipt {
    /// The sections that are kept of a digest: a single one would say what the digest says.
    pub fn sections(digest: &RowDigest) -> Vec<Digest> {
        let sections = digest.sections();
        if sections.len() > 1 { sections } else { Vec::new() }
    }
}

fn is_zero_u32(n: &u32) -> bool {
    *n == 0
}

/// What holds data steps back. Where nothing is said, nothing does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Throttle {
    /// Rows in a second at the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_per_second: Option<u64>,
    /// How far replicas may be behind, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_lag_ms: Option<u64>,
    /// How many statements may be at work on the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_load: Option<u64>,
    /// How long a batch is to take, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_ms: Option<u64>,
}

impl Throttle {
    /// What both allow.
    pub fn and(self, other: Throttle) -> Throttle {
        let least = |a: Option<u64>, b: Option<u64>| a.into_iter().chain(b).min();
        Throttle {
            rows_per_second: least(self.rows_per_second, other.rows_per_second),
            max_lag_ms: least(self.max_lag_ms, other.max_lag_ms),
            max_load: least(self.max_load, other.max_load),
            batch_ms: least(self.batch_ms, other.batch_ms),
        }
    }
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn is_up(way: &Way) -> bool {
    *way == Way::Up
}

/// One record. Its hash is the BLAKE3 of its canonical text, `prev` inside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Its number, from 1.
    pub seq: u64,
    /// The hash of the record before it; zeros for the first.
    pub prev: Digest,
    /// What happened.
    pub kind: Kind,
    /// The entry; zeros where a record is about all data steps of the target.
    pub entry: EntryId,
    /// The step, for intents, failures, receipts and what somebody told one step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u32>,
    /// The heads applied after it.
    pub position: Vec<EntryId>,
    /// Which way the entry goes.
    #[serde(default, skip_serializing_if = "is_up")]
    pub way: Way,
    /// How many units of the entry are complete after it; a unit is a statement or a data step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<u64>,
    /// BLAKE3 of each statement sent since the last record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Digest>,
    /// Digest of this database's folded schema before the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Digest>,
    /// Digest of this database's folded schema after the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Digest>,
    /// The plan it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Digest>,
    /// Hazards accepted on the command line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<String>,
    /// The sealed step that a receipt is about, when it isn't the entry's own of that number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<StepRef>,
    /// Steps that weren't simply done with the entry: void, the same as another, undone, done again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub treated: Vec<(StepRef, Treated)>,
    /// The receipt of a data step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Rows that were set aside, or that are no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<AsideRow>,
    /// What came of putting back what a backfill overwrote, or what was changed in rows that a populate made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored: Option<Restored>,
    /// How fast data steps may go from here on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttle: Option<Throttle>,
    /// What went wrong or was found, or why somebody wanted it so, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How long it took.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub millis: u64,
    /// This machine's clock, RFC 3339 in UTC.
    pub at: String,
    /// The server's clock as known at the start of the run, moved on by this machine's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_at: Option<String>,
    /// Who.
    pub who: Who,
    /// This tool and its version.
    pub tool: String,
    /// The server and its version.
    pub server: String,
    /// What tells the database apart from its copies, in the server's own numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

impl Record {
    /// Its bytes and their hash.
    pub fn seal(&self) -> Result<(Vec<u8>, Digest), String> {
        let bytes = to_canonical(self).map_err(|e| e.to_string())?.into_bytes();
        let hash = Digest::of(&bytes);
        Ok((bytes, hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record as the release wrote it that knew neither assets nor sections.
    const OLD: &str = include_str!("receipt.ron");

    #[test]
    fn what_older_releases_wrote_keeps_its_hash() {
        let record: Record = ledger::source::options().from_str(OLD).expect("it is still read");
        let (bytes, hash) = record.seal().expect("it is still written");
        assert_eq!(String::from_utf8_lossy(&bytes), OLD);
        assert_eq!(hash, Digest::of(OLD.as_bytes()));
        let receipt = record.receipt.expect("it holds a receipt");
        assert_eq!((receipt.profile, receipt.assets.len(), receipt.input_sections.len()), (0, 0, 0));
    }
}
