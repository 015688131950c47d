//! Gathering ranges that are done: in the order of the keys they are what one connection alone would have made.

use std::collections::BTreeMap;

use super::super::{
    DataError,
    aside::{self, Listed},
    job::Job,
    state::{Progress, Slot},
    vault::RANGE_BITS,
};
use super::range::{self, list};
use crate::{
    apply::Run,
    journal::{AsideRow, Kind, Record},
    lease::LeaseError,
};

impl Progress {
    /// Takes in the range that follows. Rows set aside are chained by whoever numbers them.
    pub(super) fn take_in(&mut self, range: Progress) {
        self.read += range.read;
        self.changed += range.changed;
        self.fuel += range.fuel;
        self.named += range.named;
        self.input.append(range.input);
        self.output.append(range.output);
        self.watermark = range.upto.or(self.watermark.take());
    }
}

impl Run<'_> {
    /// Takes in what all ranges of a step amount to, journals what they set aside, and removes them, in one transaction.
    pub(super) async fn gather(
        &mut self,
        job: &Job<'_>,
        slot: Slot,
        progress: &mut Progress,
    ) -> Result<(), DataError> {
        self.target.conn.begin().await?;
        let position = self.target.journal.position.clone();
        let mut gathered = progress.clone();
        let result = self.gather_into(job, slot, &mut gathered).await;
        // A gathering that is rolled back takes its records with it.
        result.inspect_err(|_| self.target.journal.position = position.clone())?;
        let committed = self.target.conn.commit().await;
        committed.inspect_err(|_| self.target.journal.position = position)?;
        *progress = gathered;
        Ok(())
    }

    async fn gather_into(
        &mut self,
        job: &Job<'_>,
        slot: Slot,
        progress: &mut Progress,
    ) -> Result<(), DataError> {
        let mut by_hand = BTreeMap::new();
        for row in list(&mut self.target.conn, &self.target.journal, slot).await? {
            if !row.done {
                // Only somebody who took the target over could have brought the sessions to rest before.
                return Err(LeaseError::Lost.into());
            }
            let (conn, journal) = (&mut self.target.conn, &self.target.journal);
            let mut range = range::state(conn, journal, slot, row.number).await?;
            let numbers = std::mem::take(&mut range.by_hand).into_iter();
            by_hand.extend(numbers.map(|(n, why)| (n + ((row.number as u64) << RANGE_BITS), why)));
            progress.take_in(range);
        }
        self.number_aside(job, progress, &by_hand).await?;
        let (conn, journal) = (&mut self.target.conn, &self.target.journal);
        conn.execute(&journal.sql().ranges.end, &slot.of_ranges()).await?;
        slot.advance(conn, journal, &self.lease, progress).await
    }

    /// Numbers the rows that ranges set aside, in the order of the keys, and journals them.
    async fn number_aside(
        &mut self,
        job: &Job<'_>,
        progress: &mut Progress,
        by_hand: &BTreeMap<u64, String>,
    ) -> Result<(), DataError> {
        let mut listed = aside::list(self.target).await?;
        listed.retain(|row| row.at == job.at && row.number >> RANGE_BITS > 0);
        for row in &listed {
            progress.aside += 1;
            progress.asides = aside::with(progress.asides, &row.row);
            aside::renumber(&mut self.target.conn, self.target.dialect, row, progress.aside).await?;
        }
        let records: Vec<Record> = by_reason(&listed, by_hand)
            .into_iter()
            .map(|(note, aside)| {
                let mut record = self.record(Kind::SetAside, job.entry);
                record.step = Some(job.at.step);
                record.of = (job.at.entry != job.entry.entry).then_some(job.at);
                record.aside = aside;
                record.note = note.map(str::to_owned);
                record
            })
            .collect();
        if !records.is_empty() {
            self.target.journal.append(&mut self.target.conn, records).await?;
        }
        Ok(())
    }
}

/// Rows set aside by why somebody allowed for them; those that the entry allows for come first.
fn by_reason<'a>(
    listed: &[Listed],
    by_hand: &'a BTreeMap<u64, String>,
) -> BTreeMap<Option<&'a str>, Vec<AsideRow>> {
    let mut found: BTreeMap<_, Vec<AsideRow>> = BTreeMap::new();
    for row in listed {
        found.entry(by_hand.get(&row.number).map(String::as_str)).or_default().push((&row.row).into());
    }
    found
}

#[cfg(test)]
mod tests {
    use model::{Value, random::Random, rows::RowDigest};

    use super::*;
    use crate::data::state::Stored as _;

    fn work(progress: &mut Progress, keys: std::ops::Range<u64>, random: &mut Random) {
        for key in keys {
            let bytes = key.to_le_bytes();
            progress.input.push(&bytes, format!("in {key}").as_bytes());
            progress.output.push(&bytes, format!("out {key}").as_bytes());
            progress.watermark = Some(vec![Value::Int(key as i64)]);
            progress.read += 1;
            progress.changed += key % 3;
            if random.once_in(500) {
                // As it is between two batches.
                *progress = Progress::from_bytes(&progress.to_bytes().unwrap()).unwrap();
            }
        }
    }

    #[test]
    fn however_rows_are_cut_and_whoever_is_done_first_the_whole_is_the_same() {
        let all = 6_000;
        let mut random = Random::new(7);
        let mut alone = Progress { upto: Some(vec![Value::Int(all - 1)]), ..Progress::none() };
        work(&mut alone, 0..all as u64, &mut random);
        for seed in 0..10 {
            let mut random = Random::new(seed);
            let mut cuts: Vec<u64> =
                (0..=random.below(12)).map(|_| random.below(all as usize) as u64).collect();
            cuts.push(all as u64);
            cuts.sort_unstable();
            let mut whole = Progress { upto: alone.upto.clone(), ..Progress::none() };
            work(&mut whole, 0..cuts[0], &mut random);
            let mut ranges: Vec<Option<Progress>> = (1..cuts.len()).map(|_| None).collect();
            // They are done in any order.
            while let Some(free) = ranges.iter().position(Option::is_none) {
                let place = free + random.below(ranges.len() - free);
                if ranges[place].is_none() {
                    let upto = Some(vec![Value::Int(cuts[place + 1] as i64 - 1)]);
                    let (input, output) = (RowDigest::piece(), RowDigest::piece());
                    let mut range = Progress { upto, input, output, ..Progress::none() };
                    work(&mut range, cuts[place]..cuts[place + 1], &mut random);
                    ranges[place] = Some(range);
                }
            }
            ranges.into_iter().flatten().for_each(|range| whole.take_in(range));
            assert_eq!(whole, alone, "seed {seed}");
        }
    }
}
