//! Conflicts: steps of different sides that don't commute, as a value that can be told and decided.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    effects::{Mode, Resource},
    merge::meet::{Meeting, Pair},
    resolution::StepRef,
};

/// Steps of two sides that have not seen each other and leave something else depending on which comes first.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The database both speak of.
    pub database: String,
    /// Steps of one side; one of the two lists has a single step.
    pub ours: Vec<StepRef>,
    /// Steps of the other.
    pub theirs: Vec<StepRef>,
    /// What they meet at.
    pub meetings: Vec<Meeting>,
    /// Why one doesn't fit behind the other, where two by two they would do, as it is decided or by themselves.
    pub misfit: Option<String>,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |steps: &[StepRef]| {
            let texts = steps.iter().map(StepRef::to_string);
            texts.collect::<Vec<_>>().join(", ")
        };
        write!(f, "{} and {} don't ", side(&self.ours), side(&self.theirs))?;
        match &self.misfit {
            Some(why) => write!(f, "fit together: {why}"),
            None => f.write_str("commute"),
        }
    }
}

impl Conflict {
    /// The pairs of steps that make it up.
    pub fn pairs(&self) -> BTreeSet<Pair> {
        let theirs = |a: &StepRef| self.theirs.iter().map(|b| (*a, *b)).collect::<Vec<_>>();
        self.ours.iter().flat_map(theirs).collect()
    }
}

/// Whether a step meets so many others by this that they are one question: it ends what they use, or reaches everything.
fn hub(mode: Mode, resource: &Resource) -> bool {
    mode == Mode::Destroy || *resource == Resource::Everything
}

/// Puts pairs together that are one question, such as a dropped table and all steps that use it.
pub(crate) fn group(
    pairs: BTreeMap<Pair, Vec<Meeting>>,
    database: &dyn Fn(StepRef) -> String,
) -> Vec<Conflict> {
    let mut hubs: BTreeMap<(StepRef, bool), Conflict> = BTreeMap::new();
    let mut single = Vec::new();
    for ((a, b), meetings) in pairs {
        let by_ours = meetings.iter().any(|m| hub(m.ours, &m.resource));
        let by_theirs = meetings.iter().any(|m| hub(m.theirs, &m.resource));
        let database = database(a);
        let conflict = Conflict { database, ours: vec![a], theirs: vec![b], meetings, misfit: None };
        let key = match (by_ours, by_theirs) {
            (true, false) => (a, true),
            (false, true) => (b, false),
            (true, true) | (false, false) => {
                single.push(conflict);
                continue;
            }
        };
        match hubs.get_mut(&key) {
            Some(hub) => {
                hub.ours.extend(
                    conflict.ours.iter().filter(|s| !hub.ours.contains(s)).copied().collect::<Vec<_>>(),
                );
                hub.theirs.extend(
                    conflict.theirs.iter().filter(|s| !hub.theirs.contains(s)).copied().collect::<Vec<_>>(),
                );
                for meeting in conflict.meetings {
                    if !hub.meetings.contains(&meeting) {
                        hub.meetings.push(meeting);
                    }
                }
            }
            None => {
                hubs.insert(key, conflict);
            }
        }
    }
    single.extend(hubs.into_values());
    single
}
