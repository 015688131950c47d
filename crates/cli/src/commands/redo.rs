//! `strat redo`: down, unrecord, record the edited draft, up.

use dialect::plan::Direction;
use model::{Class, EntryId};

use super::{Answer, DONE, record, unrecord};
use crate::{
    args::{RunArgs, TargetArgs},
    desk::{Desk, DraftFile},
    editing::Editing,
    failure::{Failure, Plain},
    running::Running,
    stand,
};

pub fn run(desk: &Desk<'_>, target: &TargetArgs, run: &RunArgs) -> Answer {
    if run.dry_run {
        return Err(Plain::new(Class::Input, "redo has no dry run")
            .hint("`strat lint` looks the draft over")
            .into());
    }
    let graph = desk.graph()?;
    let id = unrecord::unshared(desk, &graph, None)?;
    let entry = desk.ledger.entry(&id)?;
    let draft = draft_of(desk, &entry.draft, id)?;
    // Sealed before anything is undone: a draft with a mistake costs nothing.
    let mut editing = Editing::begin(desk, desk.author()?)?;
    // What is sealed goes on from there under whatever label: git may have another branch checked out by now.
    editing.stand_at(&entry.branch, entry.parents.clone())?;
    let branch = desk.branch()?;
    if branch != entry.branch {
        editing.stand_at(&branch, entry.parents.clone())?;
    }
    let sealed = editing.seal(&draft)?;
    let down = Running::new(desk, target, run, Direction::Down)?;
    let position = stand::position(&down.chosen)?;
    let cut_off = position.partial.as_ref().filter(|partial| partial.entry == id);
    if cut_off.is_some_and(|partial| partial.unit > 0 || partial.in_flight) {
        // Taken back now, nothing would know any more what stands half-done in the target.
        let why = format!("{} was cut off in the middle on {}", id.short(), down.chosen.shown);
        return Err(Plain::new(Class::Pending, why)
            .hint("`strat up` finishes it; `strat redo` goes on from there")
            .into());
    }
    if graph.ancestors(&position.heads).contains(&id) {
        let find = |heads: &[EntryId]| -> Result<Vec<EntryId>, Failure> {
            let rest = heads.iter().filter(|head| **head != id).chain(&entry.parents);
            Ok(graph.newest(&rest.copied().collect::<Vec<_>>()))
        };
        match down.go(&graph, &find)? {
            DONE => {}
            code => return Ok(code),
        }
    }
    // A crash here leaves the draft unrecorded: `strat record` and `strat up` go on.
    desk.ledger.remove_head(&id)?;
    let new = record::store(desk, &mut editing, &sealed)?;
    record::tell(desk, &draft, new, &sealed);
    let graph = desk.graph()?;
    let find = |_: &[EntryId]| -> Result<Vec<EntryId>, Failure> { Ok(vec![new]) };
    Running::new(desk, target, run, Direction::Up)?.go(&graph, &find)
}

fn draft_of(desk: &Desk<'_>, stem: &str, id: EntryId) -> Result<DraftFile, Failure> {
    let path = desk.place.migrations().join(format!("{stem}.ron"));
    if stem.is_empty() || !path.exists() {
        let why = format!("{} has no draft in migrations/ to record anew", id.short());
        return Err(Plain::new(Class::Input, why).hint("`strat unrecord` takes it back").into());
    }
    desk.draft(&path)
}
