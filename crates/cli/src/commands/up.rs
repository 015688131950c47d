//! `strat up`: applies entries up to a revision.

use dialect::plan::Direction;
use ledger::{Revision, Standpoint, resolve_all};
use model::EntryId;

use super::Answer;
use crate::{
    args::{RunArgs, TargetArgs},
    desk::Desk,
    failure::Failure,
    running::Running,
};

pub fn run(desk: &Desk<'_>, revision: Option<&str>, target: &TargetArgs, run: &RunArgs) -> Answer {
    let graph = desk.graph()?;
    let branch = desk.branch();
    let find = |applied: &[EntryId]| -> Result<Vec<EntryId>, Failure> {
        let from = Standpoint { graph: &graph, branch: &branch, applied: Some(applied) };
        let found = resolve_all(revision.unwrap_or("head"), &from)?;
        let entry = |revision| match revision {
            Revision::Root => None,
            Revision::Entry(id) => Some(id),
        };
        Ok(found.into_iter().filter_map(entry).collect())
    };
    Running::new(desk, target, run, Direction::Up)?.go(&graph, &find)
}
