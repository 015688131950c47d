//! The current branch: this workspace's own, or the one that git has checked out.

use ledger::{GitError, GitHead, Workspace, git_head, label_of};
use model::{Class, Fault as _};

use crate::{
    config::{Branches, Settings},
    failure::{Failure, Plain},
};

/// What stands for the branch where git has none checked out; it can't be a label.
const DETACHED: &str = "(detached HEAD)";

/// The branch that git decides on, where `strat.ron` leaves it to git. All entries of a checkout are its entries.
#[derive(Clone, Debug)]
pub struct GitBranch {
    /// The label that its new entries carry, or what stands for one.
    name: String,
    /// Git's name for it.
    git: Option<String>,
}

impl GitBranch {
    /// Asks git, where `strat.ron` leaves the branch to it.
    pub fn read(place: &Workspace) -> Result<Option<GitBranch>, Failure> {
        if Settings::read(place)?.branch == Branches::Own {
            return Ok(None);
        }
        let head = git_head(place.root()).map_err(|error| {
            let why = format!("strat.ron leaves the branch to git: {error}");
            let hint = match (&error, error.hint()) {
                (GitError::Outside { .. }, _) => {
                    "git init, or take `branch: Git` out of strat.ron".to_owned()
                }
                (_, Some(hint)) => hint,
                (_, None) => "git status tells more".to_owned(),
            };
            Plain::new(error.class(), why).hint(hint)
        })?;
        Ok(Some(match head {
            GitHead::Branch(git) => GitBranch { name: label_of(&git), git: Some(git) },
            GitHead::Detached => GitBranch { name: DETACHED.to_owned(), git: None },
        }))
    }

    /// The label, or what stands for one where no branch is checked out.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The label for a new entry.
    pub fn label(&self) -> Result<&str, Failure> {
        match self.git {
            Some(_) => Ok(&self.name),
            None => Err(Plain::new(
                Class::Input,
                "git has no branch checked out, and an entry carries a branch's name",
            )
            .hint("git switch NAME, or git switch -c NAME for a new one")
            .into()),
        }
    }

    /// How it is told beside the label.
    pub fn told(&self) -> String {
        match &self.git {
            Some(git) if *git == self.name => "git's".to_owned(),
            Some(git) => format!("git's {}", ledger::printable(git)),
            None => "git has no branch checked out".to_owned(),
        }
    }
}
