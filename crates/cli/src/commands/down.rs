//! `strat down`: undoes entries down to a revision, `-1` or `root`.

use dialect::plan::Direction;
use model::EntryId;

use super::Answer;
use crate::{
    args::{RunArgs, TargetArgs},
    desk::Desk,
    failure::Failure,
    running::Running,
};

pub fn run(desk: &Desk<'_>, revision: &str, target: &TargetArgs, run: &RunArgs) -> Answer {
    let graph = desk.graph()?;
    let find = |applied: &[EntryId]| -> Result<Vec<EntryId>, Failure> {
        Ok(desk.resolve(&graph, revision, Some(applied))?.into_iter().collect())
    };
    Running::new(desk, target, run, Direction::Down)?.go(&graph, &find)
}
