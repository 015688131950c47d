//! Revisions: entries as people name them.
//!
//! | written | means |
//! |---|---|
//! | `head` | the one head of the current branch |
//! | `heads` | all heads of the current branch |
//! | `root`, `base` | the empty schema |
//! | a branch's label | the one head of that branch |
//! | a draft's file stem, or its path | the entry recorded from it |
//! | at least 4 hex digits | the one entry whose id begins so |
//! | `REV-2`, `REV+1` | two entries before, one entry after |
//! | `-1`, `+1` | the same from where the target stands, else from `head` |
//!
//! What names an entry whole wins over what is a part of an id.

use model::EntryId;
use thiserror::Error;

use crate::{entry::is_stem, graph::Graph, printable::printable};

/// What a revision stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Revision {
    /// The empty schema, before any entry.
    Root,
    /// An entry.
    Entry(EntryId),
}

/// One of several entries that a name could mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The entry.
    pub id: EntryId,
    /// Its message.
    pub message: String,
}

/// Why a text names no revision, or more than one.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RevisionError {
    /// Nothing has that name.
    #[error("no revision is called `{name}`{hint}", name = printable(.name), hint = meant(.suggestion))]
    Unknown {
        /// What was written.
        name: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
    /// Several entries have that name.
    #[error("`{name}` could be any of {list}", name = printable(.name), list = listed(.candidates))]
    Ambiguous {
        /// What was written.
        name: String,
        /// What it could mean.
        candidates: Vec<Candidate>,
    },
    /// A branch has several heads where one is needed.
    #[error("branch `{branch}` has {count} heads: {list}", branch = printable(.branch), count = .heads.len(), list = listed(.heads))]
    Diverged {
        /// The branch.
        branch: String,
        /// Its heads.
        heads: Vec<Candidate>,
    },
    /// A target stands at an entry that isn't here, so that "one before" can't be told.
    #[error("entry {} isn't in this ledger, and what comes before it can't be told", .0.short())]
    Absent(EntryId),
    /// There is a merge on the way back, so that "one before" could be several.
    #[error("{at} merges {list}: name the one you mean", at = .at.short(), list = listed(.parents))]
    Merge {
        /// The merge.
        at: EntryId,
        /// What it merges.
        parents: Vec<Candidate>,
    },
    /// Several entries follow, so that "one after" could be any of them.
    #[error("{at} is followed by {list}: name the one you mean", at = shown(.at), list = listed(.children))]
    Fork {
        /// Where the ways part.
        at: Revision,
        /// What follows.
        children: Vec<Candidate>,
    },
    /// The way back ends at the root before that many steps.
    #[error("there are only {available} entries on the way back to the root, not {wanted}")]
    BeforeRoot {
        /// How many there are.
        available: u64,
        /// How many were asked for.
        wanted: u64,
    },
    /// The way forward ends before that many steps.
    #[error("only {available} entries follow, not {wanted}")]
    BeyondHead {
        /// How many there are.
        available: u64,
        /// How many were asked for.
        wanted: u64,
    },
    /// A part of an id is too short.
    #[error("`{name}` is too short for a part of an id: 4 digits at least")]
    TooShort {
        /// What was written.
        name: String,
    },
}

fn meant(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map(|name| format!(": did you mean `{name}`?")).unwrap_or_default()
}

fn listed(candidates: &[Candidate]) -> String {
    let one = |c: &Candidate| format!("{} ({})", c.id.short(), printable(&c.message));
    let mut shown: Vec<String> = candidates.iter().take(8).map(one).collect();
    if candidates.len() > 8 {
        shown.push(format!("{} more", candidates.len() - 8));
    }
    shown.join(", ")
}

fn shown(revision: &Revision) -> String {
    match revision {
        Revision::Root => "root".to_owned(),
        Revision::Entry(id) => id.short(),
    }
}

/// Where a person stands when naming a revision.
#[derive(Clone, Copy, Debug)]
pub struct Standpoint<'a> {
    /// The entries.
    pub graph: &'a Graph,
    /// The current branch's label.
    pub branch: &'a str,
    /// The heads that the target has applied, for `-1` and `+1`; `None` counts from the branch's head.
    pub applied: Option<&'a [EntryId]>,
}

/// Finds the one revision that a text names.
pub fn resolve(text: &str, from: &Standpoint<'_>) -> Result<Revision, RevisionError> {
    match text {
        "head" | "heads" | "HEAD" => one(from.graph, from.branch, from.graph.heads_of(from.branch)),
        "root" | "base" => Ok(Revision::Root),
        _ => match whole(text, from)? {
            Some(found) => Ok(found),
            None => relative(text, from),
        },
    }
}

/// Finds all revisions that a text names: those of `heads`, or the one of any other.
pub fn resolve_all(text: &str, from: &Standpoint<'_>) -> Result<Vec<Revision>, RevisionError> {
    match text {
        "heads" => Ok(from.graph.heads_of(from.branch).into_iter().map(Revision::Entry).collect()),
        _ => resolve(text, from).map(|found| vec![found]),
    }
}

/// Finds a branch, a draft or a part of an id.
fn whole(text: &str, from: &Standpoint<'_>) -> Result<Option<Revision>, RevisionError> {
    let graph = from.graph;
    let stem = text.rsplit('/').next().unwrap_or(text);
    let stem = stem.strip_suffix(".ron").unwrap_or(stem);
    let mut named: Vec<EntryId> = match is_stem(stem) {
        true => graph.entries().iter().filter(|row| row.draft == stem).map(|row| row.id).collect(),
        false => Vec::new(),
    };
    let heads = graph.heads_of(text);
    if !heads.is_empty() && named.is_empty() {
        return one(graph, text, heads).map(Some);
    }
    named.extend(heads);
    named.sort_unstable();
    named.dedup();
    if named.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit()) && (4..=64).contains(&text.len()) {
        named = starting_with(graph, &text.to_ascii_lowercase());
    }
    match named.as_slice() {
        [] => Ok(None),
        [id] => Ok(Some(Revision::Entry(*id))),
        several => {
            Err(RevisionError::Ambiguous { name: text.to_owned(), candidates: candidates(graph, several) })
        }
    }
}

fn starting_with(graph: &Graph, digits: &str) -> Vec<EntryId> {
    graph.entries().iter().map(|row| row.id).filter(|id| id.to_string().starts_with(digits)).collect()
}

/// Takes the one head of a branch; a branch without entries stands at the root.
fn one(graph: &Graph, branch: &str, heads: Vec<EntryId>) -> Result<Revision, RevisionError> {
    match heads.as_slice() {
        [] => Ok(Revision::Root),
        [id] => Ok(Revision::Entry(*id)),
        several => {
            Err(RevisionError::Diverged { branch: branch.to_owned(), heads: candidates(graph, several) })
        }
    }
}

fn candidates(graph: &Graph, ids: &[EntryId]) -> Vec<Candidate> {
    let message = |id: &EntryId| graph.get(id).map(|row| row.message.clone()).unwrap_or_default();
    ids.iter().map(|id| Candidate { id: *id, message: message(id) }).collect()
}

/// Reads `REV-2`, `REV+1`, `-2` and `+1`.
fn relative(text: &str, from: &Standpoint<'_>) -> Result<Revision, RevisionError> {
    let unknown = || unknown(text, from);
    let at = text.rfind(['-', '+', '~']).ok_or_else(unknown)?;
    let (start, count) = (&text[..at], &text[at + 1..]);
    let count: u64 = match count.bytes().all(|b| b.is_ascii_digit()) {
        true => count.parse().map_err(|_| unknown())?,
        false => return Err(unknown()),
    };
    let start = match start {
        "" => here(from)?,
        start => resolve(start, from).map_err(|error| match error {
            RevisionError::Unknown { .. } => unknown(),
            other => other,
        })?,
    };
    match &text[at..=at] {
        "+" => forward(from.graph, start, count),
        _ => back(from.graph, start, count),
    }
}

fn here(from: &Standpoint<'_>) -> Result<Revision, RevisionError> {
    match from.applied {
        None => one(from.graph, from.branch, from.graph.heads_of(from.branch)),
        Some([]) => Ok(Revision::Root),
        Some([id]) => Ok(Revision::Entry(*id)),
        Some(several) => {
            let candidates = candidates(from.graph, several);
            Err(RevisionError::Ambiguous { name: "where the target stands".to_owned(), candidates })
        }
    }
}

fn back(graph: &Graph, start: Revision, wanted: u64) -> Result<Revision, RevisionError> {
    let mut now = start;
    for gone in 0..wanted {
        let Revision::Entry(id) = now else {
            return Err(RevisionError::BeforeRoot { available: gone, wanted });
        };
        let parents = graph.get(&id).map(|row| row.parents.as_slice()).ok_or(RevisionError::Absent(id))?;
        now = match parents {
            [] => Revision::Root,
            [parent] => Revision::Entry(*parent),
            several => return Err(RevisionError::Merge { at: id, parents: candidates(graph, several) }),
        };
    }
    Ok(now)
}

fn forward(graph: &Graph, start: Revision, wanted: u64) -> Result<Revision, RevisionError> {
    let mut now = start;
    for gone in 0..wanted {
        let children = match now {
            Revision::Root => graph.first(),
            Revision::Entry(id) => graph.children(&id),
        };
        now = match children.as_slice() {
            [] => return Err(RevisionError::BeyondHead { available: gone, wanted }),
            [child] => Revision::Entry(*child),
            several => return Err(RevisionError::Fork { at: now, children: candidates(graph, several) }),
        };
    }
    Ok(now)
}

fn unknown(text: &str, from: &Standpoint<'_>) -> RevisionError {
    if (1..4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return RevisionError::TooShort { name: text.to_owned() };
    }
    let rows = from.graph.entries().iter();
    let names = rows
        .flat_map(|row| [row.draft.as_str(), row.branch.as_str()])
        .chain(["head", "heads", "root", "base"]);
    let suggestion = crate::nearest::nearest(text, names.filter(|name| !name.is_empty()));
    RevisionError::Unknown { name: text.to_owned(), suggestion }
}

#[cfg(test)]
#[path = "revision_tests.rs"]
mod tests;
