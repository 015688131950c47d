//! What is journaled when an entry, or a run of entries at once, is complete.

use std::time::Instant;

use dialect::plan::{Direction, PlannedEntry};
use model::{
    Digest, EntryId,
    history::{FoldError, Trail},
};
use tokio::task::JoinHandle;

use super::{ApplyError, Run};
use crate::journal::{Kind, Position, Record, Sealed, seal_behind};

/// Records that are being sealed on another thread, and the digest after the last of them.
pub(super) type Ahead = JoinHandle<Result<(Sealed, Digest), ApplyError>>;

/// So many entries applied at once have their records sealed while the statements run.
const MANY: usize = 100;

/// What is journaled when an entry is complete.
pub(super) struct Closing<'a> {
    pub entry: &'a PlannedEntry,
    /// The entry alone, or all those it stands for, in order.
    pub closed: Vec<Closed<'a>>,
    /// Where those it stands for led to.
    pub after: After,
    pub started: Instant,
}

/// One entry that is complete.
pub(super) struct Closed<'a> {
    pub entry: EntryId,
    /// Its own bytes, to be kept in the target.
    pub bytes: &'a [u8],
    /// The heads applied after it.
    pub heads: Vec<EntryId>,
}

/// The digest after each of several entries.
#[derive(Clone)]
pub(super) enum After {
    Told(Vec<Digest>),
    /// Still to be found out.
    Along(Trail),
}

impl After {
    fn digests(self) -> Result<Vec<Digest>, FoldError> {
        match self {
            After::Told(told) => Ok(told),
            After::Along(trail) => trail.digests(),
        }
    }
}

/// Seals the records of entries that go one behind the other, and says where the last of them led to.
fn seal(
    position: Position,
    records: Vec<Record>,
    after: After,
    mut before: Digest,
) -> Result<(Sealed, Digest), ApplyError> {
    let linked = records.into_iter().zip(after.digests()?).map(|(record, after)| Record {
        before: Some(std::mem::replace(&mut before, after)),
        after: Some(after),
        ..record
    });
    let sealed = seal_behind(position, linked.collect())?;
    Ok((sealed, before))
}

impl Run<'_> {
    /// The records of all entries that are complete but the last, which tells of the statements.
    fn closing_records(&self, closing: &Closing<'_>) -> Vec<Record> {
        let before = closing.closed.split_last().map_or(&[][..], |(_, before)| before);
        before.iter().map(|closed| self.closing_record(closing, closed)).collect()
    }

    /// Seals them while the statements run, where they are many.
    pub(super) fn seal_ahead(&self, closing: &Closing<'_>) -> Option<Ahead> {
        let many = closing.closed.len() > MANY;
        many.then(|| tokio::task::spawn_blocking(self.sealing(closing)))
    }

    /// What seals them, on whatever thread.
    pub(super) fn sealing(
        &self,
        closing: &Closing<'_>,
    ) -> impl FnOnce() -> Result<(Sealed, Digest), ApplyError> + Send + use<> {
        let (records, position) = (self.closing_records(closing), self.target.journal.position.clone());
        let (after, before) = (closing.after.clone(), closing.entry.before);
        move || seal(position, records, after, before)
    }

    pub(super) fn closing_record(&self, closing: &Closing<'_>, closed: &Closed<'_>) -> Record {
        let kind = match closing.entry.direction {
            Direction::Up => Kind::Applied,
            Direction::Down => Kind::Reverted,
        };
        Record {
            entry: closed.entry,
            position: closed.heads.clone(),
            accepted: self.accepted.to_vec(),
            ..self.record(kind, closing.entry)
        }
    }
}
