//! `strat plan`: what `up` or `down` would do. Writes nothing.

use engine::{Choices, Known, prepare_down, prepare_up};

use super::{Answer, DONE};
use crate::{
    args::TargetArgs,
    config::Settings,
    desk::Desk,
    planned::{How, tell},
    preview, stand,
};

pub fn run(
    desk: &Desk<'_>,
    revision: Option<&str>,
    target: &TargetArgs,
    (how, rows): (How, Option<u32>),
) -> Answer {
    let chosen = Settings::read(&desk.place)?.choose(&desk.place, target.target.as_deref())?;
    let graph = desk.graph()?;
    let known = Known::load(&desk.ledger)?;
    let choices = Choices { database: &chosen.database, step_by_step: how.step_by_step };
    let (prepared, sizes, seen) = stand::wait_for(async {
        let mut target = stand::look(&chosen).await?;
        let applied = target.journal.position.heads.clone();
        let usual = if how.down { "-1" } else { "head" };
        let wanted = desk.resolve(&graph, revision.unwrap_or(usual), Some(&applied))?;
        let wanted = known.ancestors(&wanted.into_iter().collect::<Vec<_>>());
        let prepared = match how.down {
            true => prepare_down(&mut target, &known, &wanted, choices).await?,
            false => prepare_up(&mut target, &known, &wanted, choices).await?,
        };
        let sizes = target.sizes(&prepared.plan).await;
        let seen = match rows {
            Some(rows) => {
                Some(preview::look(desk, &mut target, &prepared, (&known, &chosen), rows as usize).await?)
            }
            None => None,
        };
        Ok((prepared, sizes, seen))
    })?;
    tell(desk, &chosen, &prepared, &sizes, how);
    if let (Some(seen), Some(rows)) = (seen, rows) {
        preview::tell(desk, &chosen, &seen, (&sizes, rows as usize));
        desk.out.say("nothing was written");
    }
    Ok(DONE)
}
