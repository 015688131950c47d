//! Summaries: what there is to know of an entry without its steps.

use model::{Entry, EntryId};

/// What graph, log and status need of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its id.
    pub id: EntryId,
    /// The entries it follows, ascending.
    pub parents: Vec<EntryId>,
    /// The branch label it carries.
    pub branch: String,
    /// The database it speaks of.
    pub database: String,
    /// What it is for.
    pub message: String,
    /// Who wrote it.
    pub author: String,
    /// When its author says it was written.
    pub authored_at: String,
    /// The draft's file stem, empty for entries without a draft.
    pub draft: String,
    /// Digest of the folded schemas after it.
    pub schema: model::Digest,
    /// How many steps it has.
    pub steps: u32,
}

impl Summary {
    /// Sums an entry up.
    pub fn of(id: EntryId, entry: &Entry) -> Summary {
        Summary {
            id,
            parents: entry.parents.clone(),
            branch: entry.branch.clone(),
            database: entry.database.clone(),
            message: entry.message.clone(),
            author: entry.author.clone(),
            authored_at: entry.authored_at.clone(),
            draft: entry.draft.clone(),
            schema: entry.schema,
            steps: u32::try_from(entry.steps.len()).unwrap_or(u32::MAX),
        }
    }
}
