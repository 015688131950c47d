//! Where a target stands: the fold of its records.

use std::collections::BTreeMap;

use model::{Digest, EntryId};

use super::record::{Kind, Record, Way};

/// An entry that was cut off in the middle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    /// The entry.
    pub entry: EntryId,
    /// Which way it was going.
    pub way: Way,
    /// How many of its units are complete.
    pub unit: u64,
    /// Whether the next unit was about to be sent and its outcome is unknown.
    pub in_flight: bool,
    /// The plan it belonged to.
    pub plan: Option<Digest>,
    /// What is known of those units, and of the one in flight: the digest of a statement, or nothing for a data step.
    pub sent: BTreeMap<u64, Option<Digest>>,
}

impl Partial {
    /// Whether something of the entry may be there; one that failed as a whole left nothing, so that the target can go any way.
    pub fn is_begun(&self) -> bool {
        self.unit > 0 || self.in_flight
    }

    /// Whether a plan with these units is the one that was cut off, as far as it came: units are numbers, and another plan of the same
    /// entry may mean something else by them.
    pub fn is_of(&self, units: &[Option<Digest>]) -> bool {
        let planned = |unit: u64| usize::try_from(unit).ok().and_then(|unit| units.get(unit));
        self.sent.iter().all(|(unit, sent)| planned(*unit) == Some(sent))
    }

    /// The same entry after another record of it.
    fn moved(before: Option<Partial>, record: &Record) -> Partial {
        let before = before.filter(|before| before.entry == record.entry && before.way == record.way);
        let unit = record.unit.or(before.as_ref().map(|before| before.unit)).unwrap_or(0);
        let in_flight = record.kind == Kind::Intent;
        let (plan, mut sent) = before.map(|before| (before.plan, before.sent)).unwrap_or_default();
        let count = record.statements.len() as u64;
        let first = if in_flight { unit } else { unit.saturating_sub(count) };
        sent.extend((first..).zip(record.statements.iter().copied().map(Some)));
        if record.kind == Kind::Receipt {
            sent.insert(unit.saturating_sub(1), None);
        }
        // What was taken back, or hasn't taken effect, may come as something else.
        drop(sent.split_off(&(unit + u64::from(in_flight))));
        Partial { entry: record.entry, way: record.way, unit, in_flight, plan: record.plan.or(plan), sent }
    }
}

/// What a target's journal says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Number of records.
    pub seq: u64,
    /// Hash of the last record.
    pub hash: Digest,
    /// Applied entries that no applied entry follows.
    pub heads: Vec<EntryId>,
    /// The entry that was cut off, if one was.
    pub partial: Option<Partial>,
    /// Where the database was when it was journaled last, or when somebody said so; see [`Record::place`].
    pub place: Option<String>,
}

/// Moves a position on by one record. The state of a target is the fold of this.
pub(super) fn step_position(position: &mut Position, record: &Record) {
    position.seq = record.seq;
    match record.kind {
        Kind::Applied | Kind::Reverted => {
            position.heads = record.position.clone();
            position.partial = None;
        }
        // The step goes on where it is.
        Kind::SetAside => {}
        Kind::Intent | Kind::Done | Kind::Failed | Kind::Recovered | Kind::Receipt => {
            position.partial = Some(Partial::moved(position.partial.take(), record));
        }
        // What somebody told data steps moves nothing, and may be told to a copy that nobody has noticed yet.
        Kind::Paused | Kind::Resumed | Kind::Throttled | Kind::Resolved | Kind::Purged => return,
        Kind::Restored | Kind::Cloned => {}
    }
    if record.place.is_some() {
        position.place = record.place.clone();
    }
}

/// The position that a whole chain of records amounts to.
pub fn fold(records: &[Record]) -> Position {
    let mut position = Position::default();
    for record in records {
        step_position(&mut position, record);
        if let Ok((_, hash)) = record.seal() {
            position.hash = hash;
        }
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: Kind, unit: Option<u64>, statements: &[&str]) -> Record {
        let old = ledger::source::options().from_str(include_str!("receipt.ron"));
        let statements = statements.iter().map(|text| Digest::of(text.as_bytes())).collect();
        Record { kind, unit, statements, receipt: None, ..old.expect("it is a record") }
    }

    fn goes_on(records: &[Record], units: &[&str]) -> bool {
        let digest = |text: &&str| (!text.is_empty()).then(|| Digest::of(text.as_bytes()));
        let units: Vec<_> = units.iter().map(digest).collect();
        fold(records).partial.is_some_and(|partial| partial.is_of(&units))
    }

    #[test]
    fn a_plan_goes_on_where_it_has_the_same_statements_so_far() {
        let mut records = vec![
            record(Kind::Done, Some(2), &["a", "b"]),
            record(Kind::Receipt, Some(3), &[]),
            record(Kind::Intent, Some(3), &["c"]),
        ];
        assert!(goes_on(&records, &["a", "b", "", "c", "whatever"]));
        for other in
            [&["a", "b", "", "d"][..], &["a", "x", "", "c"], &["a", "b", "c"], &["b", "", "c", "a"], &[]]
        {
            assert!(!goes_on(&records, other), "{other:?}");
        }
        // What hasn't taken effect may come as something else, and what has may not.
        records.push(record(Kind::Failed, None, &[]));
        assert!(goes_on(&records, &["a", "b", "", "d"]));
        records.push(record(Kind::Intent, Some(3), &["d"]));
        records.push(record(Kind::Recovered, Some(4), &[]));
        assert!(goes_on(&records, &["a", "b", "", "d"]) && !goes_on(&records, &["a", "b", "", "c"]));
        // What was taken back counts no more.
        records.push(record(Kind::Failed, Some(1), &[]));
        assert!(goes_on(&records, &["a", "x"]) && !goes_on(&records, &["x", "b"]));
    }

    #[test]
    fn another_entry_and_another_way_begin_anew() {
        let done = record(Kind::Done, Some(1), &["a"]);
        let back = Record { way: Way::Down, ..record(Kind::Intent, Some(0), &["z"]) };
        assert!(goes_on(&[done.clone(), back], &["z"]));
        let failed = Record { entry: Digest([7; 32]), ..record(Kind::Failed, None, &[]) };
        let partial = fold(&[done, failed]).partial.expect("it was cut off");
        assert_eq!((partial.unit, partial.is_begun(), partial.sent.len()), (0, false, 0));
    }
}
