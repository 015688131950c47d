//! Makes the entry that joins heads whose steps commute.

use model::{
    Entry, EntryId,
    entry::{FORMAT, MAIN_DATABASE},
    history::FoldError,
};

use crate::known::Known;

/// What is joined, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Merging<'a> {
    /// The ledger's UUID.
    pub ledger: &'a str,
    /// The branch label that the merge carries.
    pub branch: &'a str,
    /// What it is for.
    pub message: &'a str,
    /// `Name <mail>`.
    pub author: &'a str,
    /// RFC 3339 in UTC.
    pub authored_at: &'a str,
    /// The entries it follows, ascending, none of which follows another.
    pub sides: &'a [EntryId],
}

/// Joins entries into one without steps of its own.
///
/// # Errors
/// When steps of two sides don't commute; the error names both.
pub fn merge(known: &Known, merging: &Merging<'_>) -> Result<Entry, FoldError> {
    let mut state = known.history.state_at(merging.sides)?;
    let first = merging.sides.first().copied().unwrap_or_default();
    let schema = state.digest().map_err(|cause| FoldError::Digest { entry: first, cause })?;
    Ok(Entry {
        format: FORMAT,
        ledger: merging.ledger.to_owned(),
        parents: merging.sides.to_vec(),
        branch: merging.branch.to_owned(),
        database: MAIN_DATABASE.to_owned(),
        message: merging.message.to_owned(),
        author: merging.author.to_owned(),
        authored_at: merging.authored_at.to_owned(),
        draft: String::new(),
        accept: Vec::new(),
        resolutions: Vec::new(),
        steps: Vec::new(),
        schema,
    })
}
