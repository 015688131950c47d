//! Ranges as they stand in the target: listed, taken, moved on, given back.

use model::{
    EntryId, Value,
    sharing::{self, Next},
};

use super::super::{
    DataError,
    state::{Progress, Slot, Stored as _},
    vault::read_key,
};
use crate::{
    apply::Run,
    driver::{Class, Connection, DriverError},
    journal::Journal,
    lease::{Lease, LeaseError, is_gone, process_name},
};

/// How long a range is held without a word of its process.
const HELD_MS: i64 = 120_000;

/// So often a range is looked for at once when somebody else was faster.
const TRIES: usize = 100;

/// The head of a step's ranges.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// The lease's number of the run that works on them.
    pub fence: i64,
    /// Whether the step is shared out; before, somebody only wishes it.
    pub done: bool,
    /// Rows set aside, those not counted that were named.
    pub aside: u64,
}

impl Head {
    /// Reads it; nothing where the step isn't shared out and nobody wishes it.
    pub async fn read(
        conn: &mut Connection,
        journal: &Journal,
        slot: Slot,
    ) -> Result<Option<Head>, DataError> {
        let rows = conn.query(&journal.sql().ranges.head, &slot.of_ranges()).await?;
        match rows.first().map(|row| &row[..]) {
            None => Ok(None),
            Some([Value::Int(fence), Value::Int(done), Value::Int(aside)]) => {
                let aside = u64::try_from(*aside).unwrap_or(0);
                Ok(Some(Head { fence: *fence, done: *done == 1, aside }))
            }
            Some(_) => Err(unreadable()),
        }
    }

    /// Asks for a step to be shared out. Somebody else may ask at the same moment; one wish is enough.
    pub async fn wish(conn: &mut Connection, journal: &Journal, slot: Slot) -> Result<(), DataError> {
        let [entry, step] = slot.of_ranges();
        let [none, holder] = [Value::Int(0), Value::Text(process_name())];
        let bytes = Value::Bytes(Vec::new());
        let row = [entry, step, none.clone(), none.clone(), holder, none.clone(), none, bytes.clone(), bytes];
        match conn.execute(&journal.sql().ranges.put, &row).await {
            Err(cause) if !cause.is_refusal() => Err(cause.into()),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

/// One range of a step that is shared out.
#[derive(Clone, Debug, PartialEq)]
pub struct RangeRow {
    /// Its number, from 1, in the order of the keys.
    pub number: i64,
    /// How often it was taken.
    pub fence: i64,
    /// Who is at it, or was at last.
    pub holder: String,
    /// Until when it is held, in milliseconds since 1970 by the database's clock.
    pub until_ms: i64,
    /// Whether it is done.
    pub done: bool,
    /// Rows handed to the guest.
    pub visited: u64,
    /// Rows written.
    pub changed: u64,
    /// The last key that belongs to it.
    pub upto: Vec<Value>,
}

impl RangeRow {
    /// How it stands, for whoever has time.
    pub fn standing(&self) -> sharing::Standing {
        sharing::Standing { done: self.done, until_ms: self.until_ms, gone: is_gone(&self.holder) }
    }

    fn read(row: &[Value]) -> Option<RangeRow> {
        let [
            Value::Int(number),
            Value::Int(fence),
            Value::Text(holder),
            Value::Int(until_ms),
            Value::Int(done),
            Value::Int(visited),
            Value::Int(changed),
            Value::Bytes(key),
        ] = row
        else {
            return None;
        };
        let count = |n: &i64| u64::try_from(*n).unwrap_or(0);
        Some(RangeRow {
            number: *number,
            fence: *fence,
            holder: holder.clone(),
            until_ms: *until_ms,
            done: *done == 1,
            visited: count(visited),
            changed: count(changed),
            upto: read_key(key)?,
        })
    }
}

/// The ranges of all steps that are shared out, with entry and unit.
pub async fn all(
    conn: &mut Connection,
    journal: &Journal,
) -> Result<Vec<(EntryId, u64, RangeRow)>, DataError> {
    let rows = conn.query(&journal.sql().ranges.all, &[]).await?;
    let read = |row: &Vec<Value>| {
        let [Value::Text(entry), Value::Int(unit), range @ ..] = &row[..] else { return None };
        Some((EntryId::parse(entry)?, u64::try_from(*unit).ok()?, RangeRow::read(range)?))
    };
    rows.iter().map(|row| read(row).ok_or_else(unreadable)).collect()
}

/// The ranges of a step, in order.
pub async fn list(conn: &mut Connection, journal: &Journal, slot: Slot) -> Result<Vec<RangeRow>, DataError> {
    let rows = conn.query(&journal.sql().ranges.list, &slot.of_ranges()).await?;
    rows.iter().map(|row| RangeRow::read(row).ok_or_else(unreadable)).collect()
}

/// Leaves ranges that this process is at to it for longer, so that none is lost to a batch, or a rest between two, that takes long. A
/// process that stands still doesn't come here, and those whose time is over stay so.
pub async fn prolong(
    conn: &mut Connection,
    journal: &Journal,
    slot: Slot,
    ranges: &[RangeRow],
) -> Result<(), DataError> {
    let (now, holder) = (journal.server_now_ms(), process_name());
    let ours = |range: &&RangeRow| !range.done && range.holder == holder;
    let soon = |range: &&RangeRow| range.until_ms > now && range.until_ms < now + HELD_MS / 2;
    for range in ranges.iter().filter(ours).filter(soon) {
        let claim = Claim { slot, number: range.number, fence: range.fence };
        let params: Vec<_> = [Value::Int(now + HELD_MS)].into_iter().chain(claim.key()).collect();
        match conn.execute(&journal.sql().ranges.prolong, &params).await {
            // Its session is about to commit, which moves the time on as well.
            Err(cause) if matches!(cause.class, Class::Busy | Class::Deadlock) => {}
            done => drop(done?),
        }
    }
    Ok(())
}

/// A range's progress.
pub async fn state(
    conn: &mut Connection,
    journal: &Journal,
    slot: Slot,
    number: i64,
) -> Result<Progress, DataError> {
    let [entry, step] = slot.of_ranges();
    let rows = conn.query(&journal.sql().ranges.state, &[entry, step, Value::Int(number)]).await?;
    match rows.first().and_then(|row| row.first()) {
        Some(Value::Bytes(bytes)) => Progress::from_bytes(bytes).map_err(DataError::Progress),
        _ => Err(unreadable()),
    }
}

/// Says that the ranges of a step are worked on for the run with that lease from now on.
pub async fn lead(conn: &mut Connection, journal: &Journal, slot: Slot, fence: i64) -> Result<(), DataError> {
    let [entry, step] = slot.of_ranges();
    conn.execute(&journal.sql().ranges.lead, &[Value::Int(fence), entry, step]).await?;
    Ok(())
}

/// Removes a step's ranges, in the running transaction, unless a row of one was visited; then false.
pub async fn end_untouched(conn: &mut Connection, journal: &Journal, slot: Slot) -> Result<bool, DataError> {
    let sql = &journal.sql().ranges;
    conn.execute(&sql.end_untouched, &slot.of_ranges()).await?;
    let left = conn.query(&sql.left, &slot.of_ranges()).await?;
    Ok(left.first().and_then(|row| row.first()) == Some(&Value::Int(0)))
}

/// Counts rows as set aside, in the running transaction, as long as no more than `most` are: how many were before, or nothing where
/// they are too many. Others that set rows aside wait until this transaction ends.
pub async fn count_aside(
    conn: &mut Connection,
    journal: &Journal,
    slot: Slot,
    (rows, most): (u64, u64),
) -> Result<Result<u64, u64>, DataError> {
    let [entry, step] = slot.of_ranges();
    let number = |n: u64| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
    let params = [number(rows), entry, step, number(rows), number(most)];
    let counted = conn.execute(&journal.sql().ranges.set_aside, &params).await? == 1;
    let now = Head::read(conn, journal, slot).await?.ok_or_else(unreadable)?.aside;
    Ok(if counted { Ok(now.saturating_sub(rows)) } else { Err(now) })
}

fn unreadable() -> DataError {
    DataError::Progress("the ranges of the step can't be read".to_owned())
}

/// A range that this session holds.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Its step.
    pub slot: Slot,
    /// Its number.
    pub number: i64,
    fence: i64,
}

impl Claim {
    fn key(&self) -> [Value; 4] {
        let [entry, step] = self.slot.of_ranges();
        [entry, step, Value::Int(self.number), Value::Int(self.fence)]
    }

    /// Says that it is done, in the running transaction.
    pub async fn finish(&self, conn: &mut Connection, journal: &Journal) -> Result<(), DataError> {
        match conn.execute(&journal.sql().ranges.finish, &self.key()).await? {
            1 => Ok(()),
            _ => Err(LeaseError::Lost.into()),
        }
    }

    /// Gives it back. Where that fails, its time runs out by itself.
    pub async fn release(&self, conn: &mut Connection, journal: &Journal) {
        let _ = conn.execute(&journal.sql().ranges.release, &self.key()).await;
    }
}

/// The rows that one connection goes through: all that are left of a step, or those of a range.
#[derive(Clone, Copy, Debug)]
pub enum Stretch {
    /// The step's own.
    Whole(Slot),
    /// One range's.
    Range(Claim),
}

impl Stretch {
    /// Moves its progress on, in the running transaction; fails where somebody else has it now.
    pub async fn advance(
        &self,
        conn: &mut Connection,
        journal: &Journal,
        lease: &Lease,
        progress: &Progress,
    ) -> Result<(), DataError> {
        let claim = match self {
            Stretch::Whole(slot) => return slot.advance(conn, journal, lease, progress).await,
            Stretch::Range(claim) => claim,
        };
        let number = |n: u64| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
        let state = progress.to_bytes().map(Value::Bytes).map_err(DataError::Progress)?;
        let until = Value::Int(journal.server_now_ms() + HELD_MS);
        let moved = [until, number(progress.read), number(progress.changed), state];
        let params: Vec<_> = moved.into_iter().chain(claim.key()).collect();
        match conn.execute(&journal.sql().ranges.advance, &params).await? {
            1 => Ok(()),
            _ => Err(LeaseError::Lost.into()),
        }
    }
}

/// What there is to do on a step that is shared out.
pub enum Work {
    /// This range, which is held now, from where it is.
    Range(Claim, Box<Progress>),
    /// All others are held.
    Wait,
    /// All of it is done, or the step isn't shared out for this run any more.
    Nothing,
}

impl Run<'_> {
    /// Takes the next range that is free. With how many ranges are held then.
    pub(super) async fn take_range(&mut self, slot: Slot) -> Result<(Work, u64), DataError> {
        let fence = self.lease.fence;
        let (conn, journal) = (&mut self.target.conn, &self.target.journal);
        for _ in 0..TRIES {
            let head = Head::read(conn, journal, slot).await?;
            if head.is_none_or(|head| !head.done || head.fence != fence) {
                return Ok((Work::Nothing, 0));
            }
            let ranges = list(conn, journal, slot).await?;
            let standings: Vec<_> = ranges.iter().map(RangeRow::standing).collect();
            let now = journal.server_now_ms();
            let held = standings.iter().filter(|one| one.is_held(now)).count() as u64;
            let range = match sharing::next(&standings, now) {
                Next::Take(place) => &ranges[place],
                Next::Wait => return Ok((Work::Wait, held)),
                Next::Nothing => return Ok((Work::Nothing, held)),
            };
            match take(conn, journal, slot, range).await {
                Ok(true) => {
                    let progress = state(conn, journal, slot, range.number).await?;
                    let claim = Claim { slot, number: range.number, fence: range.fence + 1 };
                    return Ok((Work::Range(claim, Box::new(progress)), held + 1));
                }
                Ok(false) => {}
                // Whoever held it stands still in its transaction.
                Err(cause) if matches!(cause.class, Class::Busy | Class::Deadlock) => break,
                Err(cause) => return Err(cause.into()),
            }
        }
        Ok((Work::Wait, 1))
    }

    /// How many ranges of a step are held.
    pub(in super::super) async fn ranges_held(&mut self, slot: Slot) -> Result<u64, DataError> {
        let ranges = list(&mut self.target.conn, &self.target.journal, slot).await?;
        let now = self.target.journal.server_now_ms();
        Ok(ranges.iter().filter(|range| range.standing().is_held(now)).count() as u64)
    }
}

async fn take(
    conn: &mut Connection,
    journal: &Journal,
    slot: Slot,
    range: &RangeRow,
) -> Result<bool, DriverError> {
    let [entry, step] = slot.of_ranges();
    let until = Value::Int(journal.server_now_ms() + HELD_MS);
    let params =
        [Value::Text(process_name()), until, entry, step, Value::Int(range.number), Value::Int(range.fence)];
    Ok(conn.execute(&journal.sql().ranges.take, &params).await? == 1)
}
