//! The sides of a merge: the heads here, and those that were named or that another git commit has.

use engine::Known;
use ledger::{
    Elsewhere, ElsewhereError, Graph, Revision, Standpoint, Summary, nearest, printable, resolve_all,
};
use model::{Class, EntryId};
use serde_json::json;

use crate::{
    desk::Desk,
    failure::{Failure, Plain},
};

/// What is to be joined.
pub struct Sides {
    /// The branch that would take the merge.
    pub branch: String,
    /// What a merge has to follow: the newest of all sides, those of the branch first, then the others as they were named.
    pub all: Vec<EntryId>,
    /// Why there is nothing to join, where that is so.
    pub nothing: Option<String>,
    /// The entries of both sides, hashed and ready to be folded.
    pub known: Known,
    /// How all of them follow each other.
    pub graph: Graph,
}

impl Sides {
    /// The current branch's heads, and what was named beside them.
    pub fn here(desk: &Desk<'_>, named: &[String]) -> Result<Sides, Failure> {
        let (known, branch) = (Known::load(&desk.ledger)?, desk.branch()?);
        // Most merges need every entry, and then its file tells all that the cache would.
        let graph = desk.placed(Graph::of(&known.history))?;
        let ours = at(desk, &graph, &branch)?;
        let mut sides = ours.clone();
        for text in named {
            // A branch is named with all its heads.
            let mut of = graph.heads_of(text);
            if of.is_empty() {
                of.extend(desk.starts().get(text).copied().flatten());
            }
            if of.is_empty() {
                let found = resolve_all(text, &Standpoint { graph: &graph, branch: &branch, applied: None })?;
                let entry = |one| if let Revision::Entry(id) = one { Some(id) } else { None };
                sides.extend(found.into_iter().filter_map(entry));
            } else {
                sides.extend(of);
            }
        }
        let all = newest(&graph, &sides);
        let nothing = (all == ours && ours.len() < 2).then(|| match named {
            [] => format!("branch {branch} has no second head"),
            some => format!("branch {branch} already contains {}", printable(&some.join(", "))),
        });
        Ok(Sides { branch, all, nothing, known, graph })
    }

    /// The current branch's heads, and those that the same branch, or the labels named, have in another git commit.
    pub fn with(desk: &Desk<'_>, reference: &str, labels: &[String]) -> Result<Sides, Failure> {
        let (graph, branch) = (desk.graph()?, desk.branch()?);
        let ours = at(desk, &graph, &branch)?;
        let there = match Elsewhere::read(desk.ledger.folder(), reference) {
            Ok(there) => there,
            // The change that brings the ledger: there is no other side yet.
            Err(error @ ElsewhereError::NoLedger { .. }) => {
                let (known, nothing) = (Known::load(&desk.ledger)?, Some(error.to_string()));
                return Ok(Sides { branch, all: ours, nothing, known, graph });
            }
            Err(error) => return Err(error.into()),
        };
        let rows: Vec<Summary> =
            there.entries.iter().map(|(id, (entry, _))| Summary::of(*id, entry)).collect();
        let known = Known::with(&desk.ledger, there)?;
        let theirs = heads(&desk.graph_of(rows.clone())?, reference, &branch, labels)?;
        let graph = desk.placed(Graph::of(&known.history))?;
        let all = newest(&graph, &ours.iter().copied().chain(theirs).collect::<Vec<_>>());
        let reference = printable(reference);
        let nothing = match all == ours {
            _ if all.len() > 1 => None,
            true => Some(format!("{reference} has nothing that branch {branch} lacks here")),
            false => Some(format!("branch {branch} has nothing here that {reference} lacks")),
        };
        Ok(Sides { branch, all, nothing, known, graph })
    }

    /// Takes the branch to what is ahead of all that it has, for which nothing has to be recorded: where it goes on from is remembered here.
    /// Says whether that is all there is to do; git's branches are moved by git.
    pub fn go_on(&self, desk: &Desk<'_>, command: &str, preview: bool) -> Result<bool, Failure> {
        let Sides { branch, all, graph, .. } = self;
        let ([ahead], None) = (all.as_slice(), desk.git_branch()?) else { return Ok(false) };
        let goes = if preview { "would go" } else { "goes" };
        let short = ahead.short();
        desk.out.say(format!(
            "branch {branch} {goes} on from {short}: it has nothing that isn't in there, so there was nothing to record"
        ));
        let recorded: Vec<String> = graph.recorded(branch).iter().map(EntryId::short).collect();
        if !recorded.is_empty() {
            desk.out.say(format!(
                "  other checkouts see {branch} at {} until it has an entry behind {short}; `{command} --message TEXT` records one now",
                recorded.join(" and ")
            ));
        }
        if !preview {
            let mut starts = desk.starts();
            starts.insert(branch.to_owned(), Some(*ahead));
            desk.set_starts(&starts)?;
        }
        let mut told =
            json!({ "merged": !preview, "commute": true, "parents": [ahead.to_string()], "id": null });
        for nothing in ["sides", "resolutions", "lasting"] {
            told[nothing] = json!([]);
        }
        desk.out.document("merge", told);
        Ok(true)
    }
}

/// The heads of a branch, or where one without entries of its own was started.
fn at(desk: &Desk<'_>, graph: &Graph, branch: &str) -> Result<Vec<EntryId>, Failure> {
    match graph.heads_of(branch) {
        heads if heads.is_empty() => Ok(desk.starts().get(branch).copied().flatten().into_iter().collect()),
        heads => Ok(heads),
    }
}

/// The newest of entries, in the order they were named in.
pub fn newest(graph: &Graph, named: &[EntryId]) -> Vec<EntryId> {
    let mut newest = graph.newest(named);
    newest.sort_by_key(|id| named.iter().position(|one| one == id));
    newest
}

/// The heads that the same branch has elsewhere, or those of the labels named.
fn heads(there: &Graph, name: &str, branch: &str, labels: &[String]) -> Result<Vec<EntryId>, Failure> {
    let own = [branch.to_owned()];
    let labels = if labels.is_empty() { &own } else { labels };
    let mut heads = Vec::new();
    for label in labels {
        // Where a label was taken on to here says nothing of it there.
        let of = there.recorded(label);
        if of.is_empty() && !there.entries().is_empty() {
            let known: Vec<&str> = there.branches().into_keys().collect();
            let hint = match nearest(label, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "it has {}: name one, as in `strat merge --preview --with {name} {}`",
                    known.join(", "),
                    known[0]
                ),
            };
            let why = format!("{} has no entries of branch {}", printable(name), printable(label));
            return Err(Plain::new(Class::Input, why).hint(printable(&hint)).into());
        }
        heads.extend(of);
    }
    Ok(heads)
}
