//! `strat restored` and `strat cloned`: put on record what a target is that isn't the database its journal was written in.

use std::time::Duration;

use engine::{
    Target,
    driver::Mode,
    whereabouts::{Told, tell_moved},
};
use ledger::printable;
use serde_json::json;

use super::{Answer, DONE};
use crate::{args::MovedArgs, config::Settings, desk::Desk, seen, stand};

/// Nobody else is at work on a database that has just been restored or copied.
const PATIENCE: Duration = Duration::from_secs(5);

pub fn run(desk: &Desk<'_>, told: Told, wanted: &MovedArgs) -> Answer {
    let chosen = Settings::read(&desk.place)?.choose(&desk.place, wanted.target.target.as_deref())?;
    let remembered = seen::of(desk, &chosen);
    let (found, now) = stand::wait_for(async {
        let mut target = Target::open(&chosen.url, Mode::Write, &desk.author().unwrap_or_default()).await?;
        let away = target.away(remembered.as_ref()).await?;
        tell_moved(&mut target, told, away.as_ref(), (&wanted.reason, PATIENCE)).await?;
        Ok((away, target.seen()))
    })?;
    seen::remember(desk, &chosen, &now);
    let word = match told {
        Told::Restored => "restored",
        Told::Cloned => "cloned",
    };
    let found = found.map(|away| away.to_string());
    if let Some(found) = &found {
        desk.out.say(format!("{}: {}", chosen.shown, printable(found)));
    }
    desk.out.say(format!("{}: record {} of its journal says that it was {word}", chosen.shown, now.seq));
    desk.out.document(word, json!({ "target": chosen.shown, "record": now.seq, "found": found }));
    Ok(DONE)
}
