//! Entries that this checkout hasn't, and what git knows of them.

use ledger::{GitError, is_in_git};
use model::EntryId;

use crate::{desk::Desk, output::count};

/// Tells of an entry that a target has applied and this ledger doesn't have, and where it may be.
pub fn stranger(desk: &Desk<'_>, id: &EntryId) -> String {
    let file = desk.ledger.entry_path(id);
    let why = match is_in_git(&file) {
        // A git revert of a merge, a reset or another branch: the file is gone from the checkout alone.
        Ok(true) => format!(
            "git has it and this checkout hasn't, as on another branch or after a git revert: \
             `git log --all -- {}` tells where",
            desk.place.shown(&file)
        ),
        Ok(false) | Err(_) => "pull, or look at another ledger".to_owned(),
    };
    format!("  it has applied {}, which this ledger doesn't have: {why}", id.short())
}

/// What git's history says of entries that are gone: the files alone can't show it.
pub fn vanished(desk: &Desk<'_>) -> Option<String> {
    match ledger::vanished(desk.ledger.folder()) {
        Ok(gone) => {
            let first = gone.first()?;
            let number = count(gone.len(), "entry", "entries");
            let place = desk.place.shown(&desk.ledger.entry_path(first));
            Some(format!(
                "{number} of git's history {} gone from this checkout, such as {}: `git log -- {place}` tells who deleted or \
                 reverted it",
                if gone.len() == 1 { "is" } else { "are" },
                first.short(),
            ))
        }
        Err(GitError::Outside { .. }) => None,
        Err(error) => Some(format!("whether entries were deleted can't be told: {error}")),
    }
}
