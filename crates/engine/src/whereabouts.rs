//! Whether a target is the database that its journal was written in, and has come as far as somebody remembers; and what is put on
//! record where it isn't.
//!
//! A copy and a restored backup carry a journal that holds together: no hash of it is wrong. They are recognised by what the server says
//! of itself, which every record carries, and by how far the journal had come when this workspace last saw it. Nothing is ever repaired: a
//! person says which of the two it is, and that stands in the journal.

use std::{sync::atomic::AtomicBool, time::Duration};

use model::{Class, Digest, Fault, Value};

use crate::{
    driver::DriverError,
    journal::{JournalError, Kind, Position, Way},
    lease::{Lease, LeaseError},
    target::{Target, TargetError},
};

/// What is remembered of a target outside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The number of records it had.
    pub seq: u64,
    /// The hash of the last of them.
    pub hash: Digest,
    /// What told it apart from its copies then.
    pub place: String,
}

/// How a target isn't where, or as far as, it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Away {
    /// Its journal was written in another database.
    #[error(
        "its journal was written elsewhere, up to record {seq} ({there}), and this is {here}: it is a copy, or was restored or moved"
    )]
    Elsewhere {
        /// Number of its last record.
        seq: u64,
        /// Where that was written.
        there: String,
        /// Where it is.
        here: String,
    },
    /// It has fewer records than were seen.
    #[error(
        "its journal ends at record {seq}, and {seen} were seen here: it was restored from an older backup, or lost its tail"
    )]
    Behind {
        /// Number of its last record.
        seq: u64,
        /// Number of records that were seen.
        seen: u64,
    },
    /// It has another record in the place of the last that was seen.
    #[error(
        "record {seq} of its journal isn't the one that was seen here: it was restored from an older backup and has gone another way since"
    )]
    Forked {
        /// The record.
        seq: u64,
    },
}

impl Fault for Away {
    fn class(&self) -> Class {
        Class::Integrity
    }
    fn hint(&self) -> Option<String> {
        let restored = "`strat restored` puts on record that it takes the place of the one that was there";
        Some(match self {
            Away::Elsewhere { .. } => {
                format!(
                    "`strat cloned` puts on record that it is a copy and goes its own way from here; {restored}"
                )
            }
            Away::Behind { .. } | Away::Forked { .. } => {
                format!(
                    "look whether it is the right database; {restored}, and `strat up` applies what is missing"
                )
            }
        })
    }
}

/// Whether a target is where it should be. A database that was made anew in the place of another has no journal, or one of its own.
pub fn away(
    position: &Position,
    here: &str,
    seen: Option<&Seen>,
    hash_at_seen: Option<&str>,
) -> Option<Away> {
    let seq = position.seq;
    if seq == 0 {
        return None;
    }
    if let Some(there) = position.place.as_deref()
        && !here.is_empty()
        && there != here
    {
        return Some(Away::Elsewhere { seq, there: there.to_owned(), here: here.to_owned() });
    }
    let seen = seen.filter(|seen| seen.place == here)?;
    match hash_at_seen {
        _ if seq < seen.seq => Some(Away::Behind { seq, seen: seen.seq }),
        Some(hash) if hash != seen.hash.to_string() => Some(Away::Forked { seq: seen.seq }),
        _ => None,
    }
}

/// Why nothing could be put on record.
#[derive(Debug, thiserror::Error)]
pub enum MovedError {
    /// The target can't be looked at.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The database refused.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// The journal doesn't hold together.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A run is at work.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// There is nothing that could have been restored or copied.
    #[error("it has no journal: nothing was ever applied to it")]
    Empty,
}

impl Fault for MovedError {
    fn class(&self) -> Class {
        match self {
            MovedError::Target(cause) => cause.class(),
            MovedError::Driver(cause) => cause.class(),
            MovedError::Journal(cause) => cause.class(),
            MovedError::Lease(cause) => cause.class(),
            MovedError::Empty => Class::Input,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            MovedError::Target(cause) => cause.hint(),
            MovedError::Driver(cause) => Fault::hint(cause),
            MovedError::Journal(cause) => cause.hint(),
            MovedError::Lease(cause) => cause.hint(),
            MovedError::Empty => Some("`strat up` applies the ledger to it".to_owned()),
        }
    }
}

/// What somebody says of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It was restored from a backup and takes the place of the one that was there.
    Restored,
    /// It is a copy and goes its own way.
    Cloned,
}

impl Target {
    /// Whether it is where, and as far as, it should be. Writes nothing.
    pub async fn away(&mut self, seen: Option<&Seen>) -> Result<Option<Away>, TargetError> {
        let hash = match seen {
            Some(seen) if seen.seq > 0 && seen.seq <= self.journal.position.seq => {
                self.hash_at(seen.seq).await?
            }
            _ => None,
        };
        Ok(away(&self.journal.position, self.journal.place(), seen, hash.as_deref()))
    }

    /// The hash of a record, where there is one of that number.
    async fn hash_at(&mut self, seq: u64) -> Result<Option<String>, DriverError> {
        let seq = Value::Int(i64::try_from(seq).unwrap_or(i64::MAX));
        let rows = self.conn.query(&self.journal.sql().moved.hash_at, &[seq]).await?;
        Ok(match rows.into_iter().next().and_then(|row| row.into_iter().next()) {
            Some(Value::Text(hash)) => Some(hash),
            _ => None,
        })
    }

    /// What is to be remembered of it.
    pub fn seen(&self) -> Seen {
        let Position { seq, hash, .. } = self.journal.position;
        Seen { seq, hash, place: self.journal.place().to_owned() }
    }
}

/// Puts on record what a target is. A lease that came along in the backup is ended: whoever held it was at work elsewhere.
pub async fn tell_moved(
    target: &mut Target,
    told: Told,
    away: Option<&Away>,
    (reason, patience): (&str, Duration),
) -> Result<(), MovedError> {
    if target.journal.position.seq == 0 {
        return Err(MovedError::Empty);
    }
    let key = target.lock_key();
    if away.is_some() {
        target.journal.create_tables(&mut target.conn).await?;
        target.conn.run(&target.journal.sql().moved.end_lease).await?;
    }
    let wait = (patience, &AtomicBool::new(false));
    let Target { conn, dialect, journal, .. } = &mut *target;
    let lease = Lease::take(conn, *dialect, journal, key, wait, &mut |_| {}).await?;
    let result = append(target, told, away, reason).await;
    if !target.conn.is_broken() {
        lease.release(&mut target.conn, target.dialect, &target.journal).await;
    }
    result
}

async fn append(
    target: &mut Target,
    told: Told,
    away: Option<&Away>,
    reason: &str,
) -> Result<(), MovedError> {
    target.journal.refresh(&mut target.conn).await?;
    let kind = match told {
        Told::Restored => Kind::Restored,
        Told::Cloned => Kind::Cloned,
    };
    let entry = target.journal.position.heads.first().copied().unwrap_or(Digest::ZERO);
    let mut record = target.journal.draft(kind, entry, Way::Up);
    record.position = target.journal.position.heads.clone();
    let found = away.map(ToString::to_string);
    let notes: Vec<&str> =
        [reason, found.as_deref().unwrap_or_default()].into_iter().filter(|note| !note.is_empty()).collect();
    record.note = (!notes.is_empty()).then(|| notes.join("; "));
    // One statement: a crash leaves it whole or not at all, and the same command puts it on record then.
    target.journal.append(&mut target.conn, vec![record]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seq: u64, place: &str) -> Position {
        Position { seq, place: Some(place.to_owned()), ..Position::default() }
    }

    #[test]
    fn copies_are_told_by_where_they_are() {
        assert_eq!(away(&at(4, "a"), "a", None, None), None);
        assert!(matches!(away(&at(4, "a"), "b", None, None), Some(Away::Elsewhere { seq: 4, .. })));
        // Nothing can be said where the server doesn't tell, or an older release wrote the journal.
        assert_eq!(away(&at(4, "a"), "", None, None), None);
        assert_eq!(away(&Position { seq: 4, ..Position::default() }, "b", None, None), None);
    }

    #[test]
    fn restored_ones_are_told_by_what_was_seen() {
        let hash = Digest([7; 32]);
        let seen = Seen { seq: 6, hash, place: "a".to_owned() };
        assert_eq!(away(&at(4, "a"), "a", Some(&seen), None), Some(Away::Behind { seq: 4, seen: 6 }));
        let other = Digest::ZERO.to_string();
        assert_eq!(away(&at(8, "a"), "a", Some(&seen), Some(&other)), Some(Away::Forked { seq: 6 }));
        assert_eq!(away(&at(8, "a"), "a", Some(&seen), Some(&hash.to_string())), None);
    }

    #[test]
    fn a_database_made_anew_is_nothing_to_tell_of() {
        let seen = Seen { seq: 6, hash: Digest::ZERO, place: "a".to_owned() };
        assert_eq!(away(&Position::default(), "a", Some(&seen), None), None);
        assert_eq!(away(&at(2, "b"), "b", Some(&seen), None), None);
    }
}
