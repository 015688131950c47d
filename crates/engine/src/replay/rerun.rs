//! One more run of a step's rows through the guest, whole or by sections, with nothing written.

use std::sync::Arc;

use model::{
    Digest, Lowered, Schema, Value,
    data_step::BatchColumn,
    rows::{RowDigest, ends_run},
};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{
    Finding, Issued, ReplayError, Stretch,
    again::{Again, Ran},
    ends::Ends,
    place::Footing,
    rows::Reader,
};
use crate::{
    data::{
        DataError, columns,
        derived::groups,
        encode::{Encoded, encode_into, encoded},
        lookups::Looked,
        thread::joined,
    },
    driver::Connection,
    guests::Guests,
    journal::Receipt,
};

/// Rows that go through a guest at once.
const SLICE: usize = 1_000;
/// Keys that are read at once.
const KEYS: usize = 10_000;

/// Which sections of the rows are run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How many.
    pub sections: usize,
    /// What they are drawn by: whoever made the receipt mustn't have known it.
    pub seed: String,
}

impl Sample {
    /// The sections that are drawn of so many, in their order: those with the smallest hashes of the seed and their number.
    pub fn of(&self, sections: usize) -> Vec<usize> {
        let rank = |section: usize| {
            let drawn = format!("{}\n{section}", self.seed);
            (Digest::derive("stratigraph 1 sample", drawn.as_bytes()), section)
        };
        let mut ranked: Vec<_> = (0..sections).map(rank).collect();
        ranked.sort();
        ranked.truncate(self.sections);
        let mut drawn: Vec<_> = ranked.into_iter().map(|(_, section)| section).collect();
        drawn.sort_unstable();
        drawn
    }
}

/// What ran, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Rows that went through the guest, or were made by it.
    pub rows: u64,
    /// Rows that were looked at by their keys alone.
    pub keys: u64,
    /// Rows that stand in the target otherwise than they come out here.
    pub standing: u64,
    /// Fuel that the first engine spent.
    pub fuel: u64,
    /// The digest of all that went in, where all did.
    pub input: Option<Digest>,
    /// The digest of all that came out.
    pub output: Option<Digest>,
    /// The sections that ran, from 1, and how many there are, where not all were to.
    pub sections: Option<(Vec<usize>, usize)>,
}

/// Rows that threads are at work on, with their keys, or their groups, and how many they are.
type AtWork = (JoinHandle<Result<Vec<Ran>, DataError>>, Vec<Vec<Value>>, u64);

/// A step's rows and the guests they go through.
pub(super) struct Rerun<'a> {
    conn: &'a mut Connection,
    reader: Reader,
    works: Vec<(Arc<Again>, &'static str)>,
    /// The columns by whose order rows are gone through.
    key: Vec<BatchColumn>,
    key_types: Vec<Encoded>,
    /// Whether rows that agree in those belong together.
    by_groups: bool,
    tell: &'a mut dyn FnMut(u64),
    told: u64,
}

/// What comes of rows one behind the other.
#[derive(Default)]
struct Tally {
    rows: u64,
    input: RowDigest,
    output: RowDigest,
    changed: u64,
    fuel: u64,
    /// The last key of each run, and of all.
    ends: Ends,
    /// The first row that stands there otherwise.
    standing: Option<String>,
    disagreement: Option<Finding>,
}

impl<'a> Rerun<'a> {
    pub fn new(
        conn: &'a mut Connection,
        reader: Reader,
        (schema, change, footing): (&Schema, &Lowered, &Footing<'_>),
        engines: &[&Guests<'_>],
        (issued, looked): (&Issued, &Looked),
        tell: &'a mut dyn FnMut(u64),
    ) -> Result<Rerun<'a>, ReplayError> {
        let mut works = Vec::new();
        for guests in engines {
            let work = Again::new(change, schema, guests, (issued, looked))?;
            works.extend(work.map(|work| (Arc::new(work), guests.engine_name())));
        }
        let key_types = encoded(crate::data::table(schema, footing.table)?, footing.order.iter())?;
        let by_groups = matches!(change, Lowered::Derive(step) if step.is_aggregate());
        let key = footing.order.to_vec();
        Ok(Rerun { conn, reader, works, key, key_types, by_groups, tell, told: 0 })
    }

    /// Runs all rows and compares all.
    pub async fn whole(
        &mut self,
        receipt: &Receipt,
        knows_old: bool,
    ) -> Result<(Outcome, Vec<Finding>), ReplayError> {
        let tally = match self.range(None, None).await {
            Ok(tally) => tally,
            Err(cause) => return Ok((Outcome::default(), vec![fails(cause)?])),
        };
        let outcome = Outcome {
            rows: tally.rows,
            keys: 0,
            standing: if knows_old { 0 } else { tally.changed },
            fuel: tally.fuel,
            input: Some(tally.input.digest()),
            output: Some(tally.output.digest()),
            sections: None,
        };
        let keys = |section| self.keys_of(&tally.ends, section);
        let at = |here: &RowDigest, there: &[Digest]| Stretch::of((&here.sections(), there), Some(&keys));
        let mut found: Vec<Finding> = tally.disagreement.clone().into_iter().collect();
        if outcome.input != Some(receipt.input) || outcome.rows != receipt.read {
            let at = at(&tally.input, &receipt.input_sections);
            found.push(Finding::Input { receipt: receipt.read, here: outcome.rows, at });
        } else if outcome.output != Some(receipt.output) {
            let standing = tally.standing.clone().filter(|_| !knows_old);
            found.push(Finding::Output { at: at(&tally.output, &receipt.output_sections), standing });
        } else if knows_old && tally.changed != receipt.changed {
            found.push(Finding::Changed { receipt: receipt.changed, here: tally.changed });
        }
        Ok((outcome, found))
    }

    /// Runs some sections; of the other rows only the keys are looked at, to know where sections begin.
    pub async fn sampled(
        &mut self,
        receipt: &Receipt,
        sample: &Sample,
    ) -> Result<(Outcome, Vec<Finding>), ReplayError> {
        let ends = self.ends().await?;
        let sections = ends.runs().div_ceil(ends.runs_of_section());
        let drawn = sample.of(sections);
        let mut outcome = Outcome { keys: ends.read, ..Outcome::default() };
        if ends.read != receipt.read || sections != receipt.input_sections.len() {
            let found = Finding::Input { receipt: receipt.read, here: ends.read, at: None };
            outcome.sections = Some((Vec::new(), sections));
            return Ok((outcome, vec![found]));
        }
        let mut done = Vec::new();
        let mut found = Vec::new();
        for section in drawn {
            let (after, upto) = ends.around(section);
            let tally = match self.range(after.cloned(), upto.cloned()).await {
                Ok(tally) => tally,
                Err(cause) => return Ok((outcome, vec![fails(cause)?])),
            };
            done.push(section + 1);
            outcome.rows += tally.rows;
            outcome.fuel += tally.fuel;
            found.extend(tally.disagreement.clone());
            let at = Some(Stretch { section: section + 1, of: sections, keys: self.keys_of(&ends, section) });
            if Some(&tally.input.digest()) != receipt.input_sections.get(section) {
                found.push(Finding::Input { receipt: receipt.read, here: ends.read, at });
            } else if Some(&tally.output.digest()) != receipt.output_sections.get(section) {
                found.push(Finding::Output { at, standing: None });
            }
            if !found.is_empty() {
                break;
            }
        }
        outcome.keys -= outcome.rows;
        outcome.sections = Some((done, sections));
        Ok((outcome, found))
    }

    /// The keys around a section, for people.
    fn keys_of(&self, ends: &Ends, section: usize) -> super::finding::KeysOf {
        let print = |key: &Vec<Value>| columns::print_key(&self.key, key);
        let (before, last) = ends.around(section);
        last.map(|last| (before.map(print), print(last)))
    }

    /// Looks at the keys of all rows.
    async fn ends(&mut self) -> Result<Ends, ReplayError> {
        let (mut ends, mut bytes) = (Ends::default(), Vec::new());
        loop {
            let after = ends.open.as_deref().or(ends.keys.last().map(Vec::as_slice));
            let rows = self.reader.read(self.conn, (after, None), KEYS, false).await?;
            let more = rows.len() == KEYS;
            ends.read += rows.len() as u64;
            for key in rows {
                if self.by_groups && ends.open.as_ref().or(ends.keys.last()) == Some(&key) {
                    continue;
                }
                encode_into(&mut bytes, &self.key_types, |place| key.get(place))?;
                ends.push(key, ends_run(&bytes));
            }
            if !more {
                return Ok(ends);
            }
        }
    }

    /// Runs the rows between two keys: while the guests work on some, the next are read.
    async fn range(
        &mut self,
        mut after: Option<Vec<Value>>,
        upto: Option<Vec<Value>>,
    ) -> Result<Tally, DataError> {
        let mut tally = Tally::default();
        let mut at_work: Option<AtWork> = None;
        loop {
            let (rows, more) = self.next(after.as_deref(), upto.as_deref()).await?;
            let width = self.key.len();
            let mut keys: Vec<Vec<Value>> = rows.iter().map(|row| row[..width].to_vec()).collect();
            if self.by_groups {
                keys.dedup();
            }
            after = keys.last().cloned();
            let count = rows.len() as u64;
            let next = (!rows.is_empty()).then(|| (self.start(rows), keys, count));
            if let Some(before) = std::mem::replace(&mut at_work, next) {
                self.take(before, &mut tally).await?;
            }
            if !more {
                break;
            }
        }
        if let Some(last) = at_work {
            self.take(last, &mut tally).await?;
        }
        Ok(tally)
    }

    /// The next rows between two keys, whole groups where they belong together, and whether there may be more.
    async fn next(
        &mut self,
        after: Option<&[Value]>,
        upto: Option<&[Value]>,
    ) -> Result<(Vec<Vec<Value>>, bool), DataError> {
        let mut limit = SLICE;
        loop {
            let mut rows = self.reader.read(self.conn, (after, upto), limit, true).await?;
            if rows.len() < limit || !self.by_groups {
                let more = rows.len() == limit;
                return Ok((rows, more));
            }
            // The last group may go on behind the last row.
            let begins = groups(&rows, self.key.len()).last().map_or(0, |group| group.start);
            if begins > 0 {
                rows.truncate(begins);
                return Ok((rows, true));
            }
            limit *= 4;
        }
    }

    fn start(&self, rows: Vec<Vec<Value>>) -> JoinHandle<Result<Vec<Ran>, DataError>> {
        let keys = self.key.len();
        let works: Vec<Arc<Again>> = self.works.iter().map(|(work, _)| Arc::clone(work)).collect();
        spawn_blocking(move || {
            let mut worked = Vec::with_capacity(works.len());
            let Some((last, others)) = works.split_last() else { return Ok(worked) };
            for work in others {
                worked.push(work.run(rows.clone(), keys)?);
            }
            worked.push(last.run(rows, keys)?);
            Ok(worked)
        })
    }

    /// Waits for what came of rows.
    async fn take(&mut self, (at_work, keys, rows): AtWork, tally: &mut Tally) -> Result<(), DataError> {
        let worked = joined(at_work).await?;
        let [first, others @ ..] = &worked[..] else { return Ok(()) };
        for (other, (_, engine)) in others.iter().zip(&self.works[1..]) {
            let differs = first.hashes.iter().zip(&other.hashes).position(|(a, b)| a.1 != b.1);
            if let (Some(key), None) = (differs.and_then(|at| keys.get(at)), &tally.disagreement) {
                let row = columns::print_key(&self.key, key);
                tally.disagreement = Some(Finding::Engines { row, engine });
            }
        }
        tally.changed += first.changed;
        tally.fuel += first.fuel;
        if tally.standing.is_none() {
            tally.standing = first.standing.as_ref().map(|key| columns::print_key(&self.key, key));
        }
        tally.rows += rows;
        for ((input, output, ends), key) in first.hashes.iter().zip(keys) {
            tally.input.push_hashed(*input, *ends);
            tally.output.push_hashed(*output, *ends);
            tally.ends.push(key, *ends);
        }
        self.told += rows;
        (self.tell)(self.told);
        Ok(())
    }
}

/// A guest that fails on what it once passed is a finding; anything else that goes wrong isn't the step's.
fn fails(cause: DataError) -> Result<Finding, ReplayError> {
    match cause {
        DataError::Row(_) | DataError::Guest { .. } | DataError::Rejected { .. } => {
            Ok(Finding::Fails(cause.to_string()))
        }
        cause => Err(cause.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_drawn_by_its_seed() {
        let drawn = |seed: &str, sections, of| Sample { sections, seed: seed.to_owned() }.of(of);
        let first = drawn("a", 5, 200);
        assert_eq!(first.len(), 5);
        assert!(first.is_sorted() && first.iter().all(|section| *section < 200));
        assert_eq!(first, drawn("a", 5, 200));
        assert_ne!(first, drawn("b", 5, 200));
        // A larger sample holds the smaller one.
        assert!(first.iter().all(|section| drawn("a", 9, 200).contains(section)));
        assert_eq!(drawn("a", 10, 3), [0, 1, 2]);
        // Pinned, so that another release draws the same.
        assert_eq!(drawn("2026-11-29", 3, 40).len(), 3);
    }
}
