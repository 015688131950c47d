//! Steps of two sides that don't commute.

use std::{collections::BTreeMap, fmt};

use super::History;
use crate::{
    effects::{Access, clash},
    id::EntryId,
};

/// One side of a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The entry.
    pub entry: EntryId,
    /// Index of the step, from 0.
    pub step: u32,
    /// The access that doesn't commute with the other side's.
    pub access: Access,
}

/// Two steps, neither of which has seen the other, that leave something else depending on which comes first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The database both speak of.
    pub database: String,
    /// One side.
    pub ours: Side,
    /// The other side.
    pub theirs: Side,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |s: &Side| format!("step {} of entry {}", s.step + 1, s.entry.short());
        write!(f, "{} and {} don't commute", side(&self.ours), side(&self.theirs))
    }
}

/// The accesses of one side in one database, with the entry and step of each.
#[derive(Default)]
struct Accesses {
    all: Vec<Access>,
    of: Vec<(EntryId, u32)>,
}

impl Accesses {
    fn side(&self, access: &Access) -> Option<Side> {
        let at = self.all.iter().position(|a| std::ptr::eq(a, access))?;
        let (entry, step) = self.of[at];
        Some(Side { entry, step, access: access.clone() })
    }
}

fn gather<'h>(history: &'h History, ids: &[EntryId]) -> BTreeMap<&'h str, Accesses> {
    let mut found: BTreeMap<&str, Accesses> = BTreeMap::new();
    for id in ids {
        let Some(known) = history.known.get(id) else { continue };
        let into = found.entry(known.entry.database.as_str()).or_default();
        for step in known.lowered.get().iter().flat_map(|l| l.iter()) {
            for access in step.effects.iter().flatten() {
                into.all.push(access.clone());
                into.of.push((*id, step.step));
            }
        }
    }
    found
}

/// The first conflict between what two sides have done apart from each other.
pub(super) fn find(history: &History, ours: &[EntryId], theirs: &[EntryId]) -> Option<Conflict> {
    if ours.is_empty() || theirs.is_empty() {
        return None;
    }
    let (ours, theirs) = (gather(history, ours), gather(history, theirs));
    for (database, our) in &ours {
        let Some(their) = theirs.get(database) else { continue };
        if let Some((a, b)) = clash(&our.all, &their.all) {
            let (ours, theirs) = (our.side(a)?, their.side(b)?);
            return Some(Conflict { database: (*database).to_owned(), ours, theirs });
        }
    }
    None
}
