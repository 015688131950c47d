//! `strat up`: applies entries up to a revision.

use std::mem::ManuallyDrop;

use dialect::plan::Direction;
use ledger::{Revision, Standpoint, resolve_all};
use model::EntryId;

use super::Answer;
use crate::{
    args::{AsideArgs, RunArgs, TargetArgs},
    desk::Desk,
    failure::Failure,
    running::Running,
    stand,
};

pub fn run(
    desk: &Desk<'_>,
    revision: Option<&str>,
    target: &TargetArgs,
    (run, before_data, preview, aside, join): (&RunArgs, Option<u64>, Option<u32>, &AsideArgs, bool),
) -> Answer {
    let running = Running::new(desk, target, run, Direction::Up)?.before_data(before_data).preview(preview);
    let running = running.setting_aside(aside)?;
    let (graph, position) = desk.graph_beside(|| stand::position(&running.chosen));
    // Never taken apart: the process ends anyway.
    let graph = ManuallyDrop::new(graph?);
    running.saw(position?);
    let branch = desk.branch()?;
    let find = |applied: &[EntryId]| -> Result<Vec<EntryId>, Failure> {
        let text = revision.unwrap_or("head");
        // Nobody goes up to one before where the target stands: `-1` counts from the head.
        let applied = (!text.starts_with('-')).then_some(applied);
        let found = resolve_all(text, &Standpoint { graph: &graph, branch: &branch, applied })?;
        let entry = |revision| match revision {
            Revision::Root => None,
            Revision::Entry(id) => Some(id),
        };
        Ok(found.into_iter().filter_map(entry).collect())
    };
    if join { running.join(&graph, &find) } else { running.go(&graph, &find) }
}
