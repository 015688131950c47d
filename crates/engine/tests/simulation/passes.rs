//! What a journal may say: every entry goes up and down in turns, unit by unit, none twice, and the heads are those of what is applied.

use std::collections::BTreeSet;

use model::{EntryId, graph::Graph};
use stratigraph_engine::journal::{Kind, Record, Way};

/// One way of one entry as the records tell it.
#[derive(Debug)]
struct Pass {
    entry: EntryId,
    way: Way,
    /// Units that are complete.
    reached: u64,
    /// Data steps that are.
    receipts: BTreeSet<Option<u32>>,
}

/// What is applied after these records, in the order it came; stops where a step was carried out twice or out of turn.
pub fn walk(records: &[Record], graph: &Graph) -> Vec<EntryId> {
    let mut applied: Vec<EntryId> = Vec::new();
    let mut pass: Option<Pass> = None;
    for (n, record) in records.iter().enumerate() {
        let at = format!("record {} ({:?} of {})", record.seq, record.kind, record.entry.short());
        match record.kind {
            Kind::Intent | Kind::Done | Kind::Failed | Kind::Recovered | Kind::Receipt => {
                step(&mut pass, record, &at)
            }
            Kind::Applied => {
                closes_in_turn(&pass, &records[n..], &at);
                assert!(!applied.contains(&record.entry), "{at}: it is applied already");
                applied.push(record.entry);
            }
            Kind::Reverted => {
                closes_in_turn(&pass, &records[n..], &at);
                let half = pass.as_ref().is_some_and(|p| p.entry == record.entry && p.way == Way::Up);
                let place = applied.iter().position(|id| *id == record.entry);
                assert!(
                    place.is_some() != half,
                    "{at}: it isn't applied, or the way back isn't out of its middle"
                );
                place.map(|place| applied.remove(place));
            }
            _ => continue,
        }
        if matches!(record.kind, Kind::Applied | Kind::Reverted) {
            pass = pass.filter(|pass| pass.entry != record.entry && pass.reached > 0);
            let mut heads = graph.heads_among(&applied.iter().copied().collect());
            let mut told = record.position.clone();
            heads.sort();
            told.sort();
            assert_eq!(told, heads, "{at}: the heads (left: told; right: of what is applied)");
        }
    }
    applied
}

/// Whether an entry that is complete is the one in whose middle the target was, or one that went with it: then that one's own record comes
/// right behind.
fn closes_in_turn(pass: &Option<Pass>, records: &[Record], at: &str) {
    let Some(pass) = pass.as_ref().filter(|pass| pass.reached > 0) else { return };
    let closes = |record: &&Record| matches!(record.kind, Kind::Applied | Kind::Reverted);
    let with = records.iter().take_while(closes).any(|record| record.entry == pass.entry);
    assert!(with, "{at}: in the middle of {pass:?}");
}

/// An entry that is in its middle must be finished, or left, before another is.
fn in_turn(pass: &Option<Pass>, record: &Record, at: &str) {
    let Some(pass) = pass.as_ref().filter(|pass| pass.reached > 0) else { return };
    assert!(pass.entry == record.entry, "{at}: in the middle of {pass:?}");
}

fn step(pass: &mut Option<Pass>, record: &Record, at: &str) {
    let same = |pass: &Pass| pass.entry == record.entry && pass.way == record.way;
    if !pass.as_ref().is_some_and(same) {
        in_turn(pass, record, at);
        let (entry, way) = (record.entry, record.way);
        *pass = Some(Pass { entry, way, reached: 0, receipts: BTreeSet::new() });
    }
    let Some(pass) = pass else { return };
    let unit = record.unit.unwrap_or(pass.reached);
    match record.kind {
        Kind::Intent => assert!(unit >= pass.reached, "{at}: unit {unit} was complete: {pass:?}"),
        Kind::Done => assert!(unit > pass.reached, "{at}: unit {unit} was complete: {pass:?}"),
        Kind::Recovered => assert!((0..2).contains(&(unit - pass.reached)), "{at}: unit {unit}: {pass:?}"),
        Kind::Receipt => assert!(pass.receipts.insert(record.step), "{at}: it was filled twice: {pass:?}"),
        // A step that can't be finished may have been taken back.
        _ => assert!(unit <= pass.reached, "{at}: unit {unit}: {pass:?}"),
    }
    pass.reached = unit;
}
