//! Holds a target against the ledger: its journal's chain, the entries it kept, and its schema. Writes nothing.

use std::collections::BTreeMap;

use dialect::Difference;
use model::{Class, EntryId, Fault, history::FoldError};

use crate::{
    journal::{self, JournalError, Kind, Record},
    known::Known,
    target::{Target, TargetError},
};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// How many records the journal has.
    pub records: u64,
    /// What doesn't verify, in words.
    pub wrong: Vec<String>,
    /// What people said of it: that it was restored, or is a copy.
    pub moved: Vec<String>,
    /// Where the live schema isn't as folded.
    pub drift: Vec<Difference>,
}

/// A target that can't be held against the ledger.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// It can't be looked at.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The history can't be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
}

impl Fault for AuditError {
    fn class(&self) -> Class {
        match self {
            AuditError::Target(cause) => cause.class(),
            AuditError::Fold(cause) => cause.class(),
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            AuditError::Target(cause) => cause.hint(),
            AuditError::Fold(cause) => cause.hint(),
        }
    }
}

/// Holds a target against the ledger.
pub async fn audit(target: &mut Target, known: &Known, database: &str) -> Result<Audit, AuditError> {
    let mut found = Audit { records: target.journal.position.seq, ..Audit::default() };
    if found.records > 0 {
        match target.journal.records(&mut target.conn).await {
            Ok(records) => {
                found.records = records.len() as u64;
                if journal::fold(&records) != target.journal.position {
                    found
                        .wrong
                        .push("the journal's last record doesn't follow from those before it".to_owned());
                }
                // Whether each entry that was ever applied still is: what was undone may since have been taken back.
                let mut entries = BTreeMap::new();
                for record in &records {
                    match record.kind {
                        Kind::Applied => drop(entries.insert(record.entry, true)),
                        Kind::Reverted => drop(entries.insert(record.entry, false)),
                        Kind::Restored | Kind::Cloned => found.moved.push(moved(record)),
                        _ => {}
                    }
                }
                for (id, applied) in entries {
                    found.wrong.extend(kept(target, known, id, applied).await?);
                }
            }
            Err(JournalError::Driver(cause)) => return Err(TargetError::Driver(cause).into()),
            Err(broken) => found.wrong.push(broken.to_string()),
        }
    }
    let heads = &target.journal.position.heads;
    if heads.iter().all(|id| known.history.graph().contains(*id)) && target.journal.position.partial.is_none()
    {
        let state = known.history.state_at(heads)?;
        let expected = target.dialect.project(state.schema(database), &target.facts);
        found.drift = expected.differences(&target.introspect().await?);
    }
    Ok(found)
}

/// What a record says of where the database comes from.
fn moved(record: &Record) -> String {
    let by = match record.who.principal.is_empty() {
        true => &record.who.database_user,
        false => &record.who.principal,
    };
    let note = record.note.as_ref().map_or(String::new(), |note| format!(": {note}"));
    format!("record {} says that it was {}, by {by}, {}{note}", record.seq, record.kind.word(), record.at)
}

/// What is wrong with the copy of an entry that the target keeps.
async fn kept(
    target: &mut Target,
    known: &Known,
    id: EntryId,
    applied: bool,
) -> Result<Option<String>, TargetError> {
    let bytes = target.journal.kept_entry(&mut target.conn, id).await?;
    Ok(match (bytes, known.bytes.get(&id)) {
        (None, _) => Some(format!("strat_entry lacks entry {}, which was applied", id.short())),
        (Some(bytes), _) if model::Digest::of(&bytes) != id => {
            Some(format!("the bytes of entry {} in strat_entry aren't its own", id.short()))
        }
        (Some(_), None) if applied => {
            Some(format!("entry {} was applied, and isn't in this ledger", id.short()))
        }
        (Some(_), _) => None,
    })
}
