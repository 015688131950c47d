//! One session that works on the ranges of a step that is shared out.

use std::time::Duration;

use super::super::{
    DataError, aside,
    batches::End,
    job::Job,
    lookups::hold_against,
    pace::{At, Pace},
    refuse::Asides,
    reject::Aside,
    state::{Progress, Slot},
    vault::{RANGE_BITS, Vault},
};
use super::{
    Planned, Stretch,
    range::{Claim, Work, count_aside},
};
use crate::{apply::Run, clock, lease::LeaseError};

/// Between two looks whether a range came free.
const LOOK: Duration = Duration::from_millis(200);

impl Run<'_> {
    /// Works on one range after the other until nothing is left, at most so many rows being set aside in all. A range that was lost to
    /// somebody else, since this session stood still, is theirs.
    pub(super) async fn work_on_ranges(
        &mut self,
        planned: Planned<'_>,
        at: At<'_>,
        slot: Slot,
        most: u64,
    ) -> Result<(), DataError> {
        let mut job = self.job(planned.backfill, planned.schema, (planned.entry, at.sealed)).await?;
        job.most = most;
        let mut pace = Pace::new(&self.pacing, 0);
        loop {
            self.nap(Duration::ZERO, &Progress::none()).await?;
            self.lease.renew(&mut self.target.conn, &self.target.journal).await?;
            let (claim, progress) = match self.take_range(slot).await? {
                (Work::Range(claim, progress), held) => {
                    pace.share(held, progress.read);
                    (claim, progress)
                }
                (Work::Wait, _) => {
                    self.nap(LOOK, &Progress::none()).await?;
                    continue;
                }
                (Work::Nothing, _) => return Ok(()),
            };
            match self.range(&mut job, claim, *progress, (at, &mut pace)).await {
                Ok(()) => {}
                Err(error) => {
                    let lost = matches!(error, DataError::Lease(LeaseError::Lost));
                    if self.target.conn.rollback().await.is_err() {
                        return Err(error);
                    }
                    if !lost {
                        claim.release(&mut self.target.conn, &self.target.journal).await;
                        return Err(error);
                    }
                }
            }
        }
    }

    /// One range, from where it is to its end.
    async fn range(
        &mut self,
        job: &mut Job<'_>,
        claim: Claim,
        mut progress: Progress,
        (at, pace): (At<'_>, &mut Pace),
    ) -> Result<(), DataError> {
        hold_against(&job.lookups, &progress.lookups, &job.step.step.script)?;
        pace.recount(progress.read);
        job.range = claim.number;
        job.vault = Vault::find_for(&mut self.target.conn, self.target.dialect, job.at, job.range).await?;
        let ended = self.batches(job, Stretch::Range(claim), at, (&mut progress, pace), false).await?;
        if ended == End::Nothing {
            claim.finish(&mut self.target.conn, &self.target.journal).await?;
            self.target.conn.commit().await?;
        }
        Ok(())
    }

    /// Puts rows of a range on record that are left as they are, in the running transaction; stops at the first one more than may be.
    /// They are journaled when the range is gathered.
    pub(in super::super) async fn set_aside_in_range(
        &mut self,
        of: Asides<'_>,
        claim: Claim,
        progress: &mut Progress,
        rows: Vec<Aside>,
    ) -> Result<(), DataError> {
        let named: Vec<bool> = rows.iter().map(|row| (of.names)(&row.values)).collect();
        let fresh = named.iter().filter(|named| !**named).count() as u64;
        let (conn, journal) = (&mut self.target.conn, &self.target.journal);
        let mut counted = match count_aside(conn, journal, claim.slot, (fresh, of.most)).await? {
            Ok(before) => before,
            Err(now) => {
                let left = usize::try_from(of.most.saturating_sub(now)).unwrap_or(usize::MAX);
                let mut more = rows.iter().zip(&named).filter(|(_, named)| !**named).map(|(row, _)| row);
                let first = more.nth(left).or_else(|| rows.first());
                return first.map_or(Ok(()), |row| Err((of.too_many)(row, of.most)));
            }
        };
        let first = progress.aside + 1;
        for named in named {
            progress.aside += 1;
            progress.named += u64::from(named);
            if named || counted >= of.at_most {
                progress.by_hand.push((progress.aside, self.allowed.reason.to_owned()));
            }
            counted += u64::from(!named);
        }
        let when = clock::rfc3339(clock::now_ms());
        let first = ((claim.number as u64) << RANGE_BITS) + first;
        let (conn, dialect) = (&mut self.target.conn, self.target.dialect);
        aside::put(conn, dialect, of.at, first, (rows.as_slice(), when.as_str())).await?;
        progress.fresh.extend(rows);
        Ok(())
    }
}
