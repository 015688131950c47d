//! `strat backfill`: the data steps of a target, and what people tell them.

use engine::{
    Known, Target,
    backfills::Standings,
    control::{Journaled, Order, tell},
    driver::Mode,
    journal::Throttle,
};
use ledger::printable;
use model::{Class, StepRef};
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    args::{BackfillVerb, OrderArgs},
    backfills::{self, Listed},
    config::{Chosen, Settings},
    desk::Desk,
    failure::{Failure, Plain},
    rejects, retrying, running, stand,
};

pub fn run(desk: &Desk<'_>, verb: &BackfillVerb) -> Answer {
    match verb {
        BackfillVerb::List { target } => {
            let (chosen, standings) = standings(desk, target.target.as_deref())?;
            let known = Known::load(&desk.ledger)?;
            backfills::list(desk, &chosen, &standings, &Listed::all(&known, &chosen));
            Ok(DONE)
        }
        BackfillVerb::Show(order) => show(desk, order),
        BackfillVerb::Rejects { target, all } => {
            rejects::tell(desk, &chosen(desk, target.target.as_deref())?, *all)?;
            Ok(DONE)
        }
        BackfillVerb::Retry { order, wait, reason } => {
            retrying::run(desk, &chosen(desk, order.target.target.as_deref())?, order, (wait, reason))
        }
        BackfillVerb::Pause { order, reason } => give(desk, order, &Order::Pause, reason),
        BackfillVerb::Resume { order, reason } => give(desk, order, &Order::Resume, reason),
        BackfillVerb::Throttle { order, throttle, off, reason } => {
            let throttle = running::throttle(throttle)?;
            if !off && throttle == Throttle::default() {
                return Err(Plain::new(Class::Input, "nothing is said of how fast data steps may go")
                    .hint("such as --max-rows-per-second 1000, or --off to take back what was said")
                    .into());
            }
            give(desk, order, &Order::Throttle(throttle), reason)
        }
    }
}

fn chosen(desk: &Desk<'_>, target: Option<&str>) -> Result<Chosen, Failure> {
    Settings::read(&desk.place)?.choose(&desk.place, target)
}

fn standings(desk: &Desk<'_>, target: Option<&str>) -> Result<(Chosen, Standings), Failure> {
    let chosen = chosen(desk, target)?;
    let standings = stand::wait_for(async {
        let mut target = stand::look(&chosen).await?;
        Ok(Standings::look(&mut target).await?)
    })?;
    Ok((chosen, standings))
}

fn show(desk: &Desk<'_>, order: &OrderArgs) -> Answer {
    let (chosen, standings) = standings(desk, order.target.target.as_deref())?;
    let known = Known::load(&desk.ledger)?;
    let all = Listed::all(&known, &chosen);
    let wanted = match &order.step {
        Some(text) => Some(backfills::find(desk, &all, text)?),
        None => standings.steps.iter().rev().find(|one| one.watermark.is_some()).map(|one| one.at),
    };
    backfills::show(desk, &chosen, &standings, wanted.and_then(|at| all.iter().find(|one| one.at == at)));
    Ok(DONE)
}

fn give(desk: &Desk<'_>, wanted: &OrderArgs, order: &Order, reason: &str) -> Answer {
    let chosen = chosen(desk, wanted.target.target.as_deref())?;
    let step: Option<StepRef> = match &wanted.step {
        Some(text) => Some(backfills::find(desk, &Listed::all(&Known::load(&desk.ledger)?, &chosen), text)?),
        None => None,
    };
    let author = desk.author()?;
    let journaled = stand::wait_for(async {
        let mut target = Target::open(&chosen.url, Mode::Write, &author).await?;
        let journaled = tell(&mut target, step, order, reason).await?;
        target.conn.close().await;
        Ok(journaled)
    })?;
    let (word, what) = backfills::told(order);
    let whom = step.map_or("all data steps".to_owned(), |at| at.to_string());
    let why = if reason.is_empty() { String::new() } else { format!(": {}", printable(reason)) };
    desk.out.say(format!("{}: {whom} {what}{why}", chosen.shown));
    if journaled == Journaled::Soon {
        desk.out.say("a run is at work there: it heeds and journals this before its next batch");
    }
    desk.out.document(
        "backfill",
        json!({
            "target": chosen.shown, "order": word, "entry": step.map(|at| at.entry.to_string()),
            "step": step.map(|at| at.step + 1), "reason": reason, "journaled": journaled == Journaled::Now,
        }),
    );
    Ok(DONE)
}
