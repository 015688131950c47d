//! `strat wait`: until a target answers, or has applied a revision. Only reads.

use std::time::{Duration, Instant};

use engine::{TargetError, driver::ConnectClass, journal::JournalError};
use ledger::{Workspace, printable};
use model::{Class, Digest, EntryId};
use serde_json::json;

use super::{Answer, DONE};
use crate::{
    args::{Cli, WaitArgs},
    config::{Chosen, Settings},
    desk::{Desk, start},
    failure::{Failure, Plain},
    output::{Out, human, warn},
    running::duration,
    stand,
};

/// Between two looks, at first and at the most.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(2)];

/// How long a look may take when no time is left.
const A_LOOK: Duration = Duration::from_secs(5);

pub fn run(cli: &Cli, out: &Out, wanted: &WaitArgs) -> Answer {
    let timeout = duration(&wanted.timeout)?;
    let (chosen, entry) = find(cli, out, wanted)?;
    let began = Instant::now();
    let reached = stand::wait_for(until(&chosen, entry, timeout))?;
    let took = began.elapsed();
    out.document(
        "wait",
        json!({
            "target": chosen.shown, "applied": entry.map(|id| id.to_string()), "reached": reached,
            "millis": took.as_millis() as u64,
        }),
    );
    let what = entry.map_or("answers".to_owned(), |id| format!("has applied {}", id.short()));
    if reached {
        out.say(format!("{} {what}", chosen.shown));
        return Ok(DONE);
    }
    let why = format!(
        "{} hasn't applied {} within {}",
        chosen.shown,
        entry.unwrap_or_default().short(),
        human(timeout)
    );
    let hint = "`strat status` shows where it stands; `strat up` brings it on";
    Err(Plain::new(Class::Pending, why).hint(hint).into())
}

/// The target and the entry that are meant. A workspace is needed only for what a whole id and a URL don't say.
fn find(cli: &Cli, out: &Out, wanted: &WaitArgs) -> Result<(Chosen, Option<EntryId>), Failure> {
    let named = wanted.target.target.as_deref();
    let id = wanted.applied.as_deref().and_then(Digest::parse);
    let folder = start(cli)?;
    if wanted.applied.is_none() || id.is_some() {
        let place = Workspace::find(&folder);
        let settings = place.as_ref().map_or(Ok(Settings::default()), Settings::read)?;
        return Ok((settings.choose(&place.unwrap_or_else(|_| Workspace::at(folder)), named)?, id));
    }
    let desk = Desk::open(cli, out)?;
    let chosen = Settings::read(&desk.place)?.choose(&desk.place, named)?;
    let found = desk.resolve(&desk.graph()?, wanted.applied.as_deref().unwrap_or_default(), None)?;
    Ok((chosen, found))
}

/// Looks again and again; whether it came to pass in time.
async fn until(chosen: &Chosen, entry: Option<EntryId>, timeout: Duration) -> Result<bool, Failure> {
    let began = Instant::now();
    let [mut pause, longest] = PAUSES;
    let mut told = false;
    loop {
        let left = timeout.saturating_sub(began.elapsed());
        let late = |_| Err(Plain::new(Class::Unreachable, format!("{} doesn't answer", chosen.shown)).into());
        let seen = tokio::time::timeout(left.max(A_LOOK), look(chosen, entry)).await.unwrap_or_else(late);
        let why = match seen {
            Ok(true) => return Ok(true),
            Ok(false) if left.is_zero() => return Ok(false),
            Ok(false) => "not yet".to_owned(),
            Err(failure) if left.is_zero() || !may_pass(&failure) => return Err(failure),
            Err(failure) => failure.to_string(),
        };
        if !std::mem::replace(&mut told, true) {
            warn(&format!("waiting for {}: {}", chosen.shown, printable(&why)));
        }
        tokio::time::sleep(pause.min(left)).await;
        pause = (pause * 3 / 2).min(longest);
    }
}

async fn look(chosen: &Chosen, entry: Option<EntryId>) -> Result<bool, Failure> {
    let mut target = stand::look(chosen).await?;
    let reached = match entry {
        Some(entry) => target.journal.is_applied(&mut target.conn, entry).await.map_err(TargetError::from)?,
        None => true,
    };
    target.conn.close().await;
    Ok(reached)
}

/// Whether a failure may be over by itself: a server that starts, a database that somebody is about to make.
fn may_pass(failure: &Failure) -> bool {
    match failure.as_a::<TargetError>() {
        Some(TargetError::Connect(cause)) => {
            matches!(cause.class(), ConnectClass::Unreachable | ConnectClass::Missing | ConnectClass::Locked)
        }
        Some(TargetError::Driver(cause) | TargetError::Journal(JournalError::Driver(cause))) => {
            cause.is_transient()
        }
        Some(TargetError::Journal(_) | TargetError::Catalog(_)) => false,
        Some(TargetError::Vault(_) | TargetError::NoDialect(_)) => false,
        None => failure.code() == Class::Unreachable as u8,
    }
}
