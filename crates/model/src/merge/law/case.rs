//! Histories as values that can be told, read again and made smaller.

use std::{collections::BTreeMap, sync::Arc};

use ron::{extensions::Extensions, ser::PrettyConfig};
use serde::{Deserialize, Serialize};

use crate::{
    entry::Entry,
    history::History,
    id::{Digest, EntryId},
    random::Random,
    resolution::{ObjectRef, Resolution, StepRef},
    step::Step,
};

/// A history. Its ids are no hashes, so that they stay when something is taken out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Case {
    /// What random choices on it start from.
    pub seed: u64,
    pub entries: Vec<Told>,
    /// The way of a target on which a law shows broken: the heads at each stop. Other laws don't look at it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub way: Way,
}

/// Stops of a target, each told by its heads.
pub(super) type Way = Vec<Vec<EntryId>>;

/// An entry as far as the fold looks at it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Told {
    pub id: EntryId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<EntryId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolutions: Vec<Resolution>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

fn options() -> ron::Options {
    ron::Options::default()
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES | Extensions::IMPLICIT_SOME)
}

/// An id that doesn't say when it was made.
pub(super) fn an_id(random: &mut Random) -> EntryId {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&random.next().to_be_bytes()[..4]);
    Digest(bytes)
}

impl Told {
    pub fn entry(&self) -> Arc<Entry> {
        let mut parents = self.parents.clone();
        parents.sort();
        Arc::new(Entry {
            format: 1,
            ledger: String::new(),
            parents,
            branch: "main".into(),
            database: "main".into(),
            message: String::new(),
            author: String::new(),
            authored_at: String::new(),
            draft: String::new(),
            accept: vec![],
            resolutions: self.resolutions.clone(),
            steps: self.steps.clone(),
            databases: Vec::new(),
            schema: Digest::ZERO,
        })
    }
}

impl Case {
    pub fn history(&self) -> History {
        History::new(self.entries.iter().map(|e| (e.id, e.entry()))).expect("parents are there")
    }

    pub fn parse(text: &str) -> Case {
        options().from_str(text).unwrap_or_else(|e| panic!("{e}"))
    }

    pub fn text(&self) -> String {
        options().to_string_pretty(self, PrettyConfig::new().depth_limit(3)).expect("it can be written")
    }

    /// With one more entry.
    pub fn and(&self, told: Told) -> Case {
        let mut case = self.clone();
        case.entries.push(told);
        case
    }

    /// Only these entries and what they follow.
    pub fn only(&self, heads: &[EntryId]) -> Case {
        let keep = self.history().ancestors(heads);
        let entries = self.entries.iter().filter(|e| keep.contains(&e.id)).cloned().collect();
        Case { seed: self.seed, entries, way: Vec::new() }
    }

    /// Whether every entry's parents are there, and what it decides about.
    fn is_closed(&self) -> bool {
        let there = |id: &EntryId| self.entries.iter().any(|e| e.id == *id);
        if !self.entries.iter().all(|e| e.parents.iter().all(there)) {
            return false;
        }
        let entries: BTreeMap<EntryId, Arc<Entry>> = self.entries.iter().map(|e| (e.id, e.entry())).collect();
        let history = self.history();
        entries.iter().all(|(id, entry)| {
            let followed = history.ancestors(&[*id]);
            let of = |other| entries.get(&other).filter(|_| other != *id && followed.contains(&other));
            entry.check_resolutions(&|other| of(other).map(|e| &**e)).is_ok()
        })
    }

    /// Without an entry; what followed it follows its parents.
    fn without(&self, n: usize) -> Case {
        let mut case = self.clone();
        let gone = case.entries.remove(n);
        for entry in &mut case.entries {
            if let Some(at) = entry.parents.iter().position(|p| *p == gone.id) {
                entry.parents.remove(at);
                for parent in &gone.parents {
                    if !entry.parents.contains(parent) {
                        entry.parents.push(*parent);
                    }
                }
            }
        }
        for heads in &mut case.way {
            if let Some(at) = heads.iter().position(|id| *id == gone.id) {
                heads.remove(at);
                heads.extend(&gone.parents);
                heads.sort_unstable();
                heads.dedup();
            }
        }
        case.way.dedup();
        case
    }

    /// Every case with a little less in it.
    fn smaller(&self) -> Vec<Case> {
        let mut found: Vec<Case> = (0..self.entries.len()).rev().map(|n| self.without(n)).collect();
        for (n, entry) in self.entries.iter().enumerate().rev() {
            let mut part = |less: &dyn Fn(&mut Told)| {
                let mut case = self.clone();
                less(&mut case.entries[n]);
                found.push(case);
            };
            for at in (0..entry.steps.len()).rev() {
                part(&|e| drop(e.steps.remove(at)));
                if let Step::CreateTable(of) = &entry.steps[at] {
                    for c in 0..of.columns.len() {
                        part(&|e| {
                            let Step::CreateTable(of) = &mut e.steps[at] else { return };
                            of.columns.remove(c);
                        });
                    }
                    for c in 0..of.constraints.len() {
                        part(&|e| {
                            let Step::CreateTable(of) = &mut e.steps[at] else { return };
                            of.constraints.remove(c);
                        });
                    }
                }
            }
            for at in (0..entry.resolutions.len()).rev() {
                part(&|e| drop(e.resolutions.remove(at)));
            }
            for at in (0..entry.parents.len()).filter(|_| entry.parents.len() > 1) {
                part(&|e| {
                    let _ = e.parents.remove(at);
                });
            }
        }
        for n in (0..self.way.len()).filter(|_| self.way.len() > 2) {
            let mut case = self.clone();
            case.way.remove(n);
            found.push(case);
        }
        found.retain(Case::is_closed);
        found
    }
}

/// Takes out what isn't needed for `still` to hold.
pub(super) fn shrink(mut case: Case, still: &dyn Fn(&Case) -> bool) -> Case {
    while let Some(smaller) = case.smaller().into_iter().find(|c| still(c)) {
        case = smaller;
    }
    case
}

impl Case {
    /// The same history with other ids.
    pub fn renamed(&self, to: &dyn Fn(EntryId) -> EntryId) -> Case {
        let entry = |told: &Told| Told {
            id: to(told.id),
            parents: told.parents.iter().map(|p| to(*p)).collect(),
            resolutions: told.resolutions.iter().map(|r| renamed(r, to)).collect(),
            steps: told.steps.clone(),
        };
        let way = self.way.iter().map(|heads| heads.iter().map(|id| to(*id)).collect()).collect();
        Case { seed: self.seed, entries: self.entries.iter().map(entry).collect(), way }
    }
}

fn renamed(resolution: &Resolution, to: &dyn Fn(EntryId) -> EntryId) -> Resolution {
    let step = |at: StepRef| StepRef { entry: to(at.entry), ..at };
    let object = |of: ObjectRef| ObjectRef { entry: to(of.entry), ..of };
    match resolution.clone() {
        Resolution::Keep { step: kept, over } => Resolution::keep(step(kept), over.into_iter().map(step)),
        Resolution::Same { a, b, prefer } => Resolution::Same { a: object(a), b: object(b), prefer },
        Resolution::Rename { object: of, to } => Resolution::Rename { object: object(of), to },
        Resolution::Set { object: of, to } => Resolution::Set { object: object(of), to },
        Resolution::Order { first, then } => Resolution::Order { first: step(first), then: step(then) },
    }
}
