//! Where a target stands: opened for reading, with what isn't there counting as empty.

use std::{collections::BTreeSet, future::Future, path::Path};

use engine::{
    Target,
    data::{
        aside::list,
        open::Open,
        vault::{HeldRows, Kept, held, kept},
    },
    driver::Mode,
    journal::Position,
    whereabouts::{Away, Seen},
};
use ledger::{Graph, printable};
use model::{Class, EntryId};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::{
    config::{Chosen, Settings},
    desk::Desk,
    failure::{Failure, Plain},
    output::{bytes, count, thousands},
};

/// Runs what needs a database. Only such commands pay for a runtime.
pub fn wait_for<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    runtime()?.block_on(work)
}

/// What waits for a database.
pub fn runtime() -> Result<Runtime, Failure> {
    // The thread that waits for the database's answer reads it too: a worker would have to wake it for each. Guests of batches run on
    // blocking threads beside it.
    let runtime = Builder::new_current_thread().enable_all().build();
    Ok(runtime.map_err(|error| Plain::new(Class::Unreachable, format!("can't start: {error}")))?)
}

/// Whether the target is a SQLite file that isn't there: such a target is empty, and looking doesn't make it.
pub fn is_absent(chosen: &Chosen) -> bool {
    chosen.url.path().is_some_and(|path| !path.exists())
}

/// Opens a target to look at it; an absent SQLite file is stood in for by an empty database in memory.
pub async fn look(chosen: &Chosen) -> Result<Target, Failure> {
    if is_absent(chosen) {
        let nowhere = engine::TargetUrl::parse("sqlite::memory:")?;
        return Ok(Target::open(&nowhere, Mode::Write, "").await?);
    }
    Ok(Target::open(&chosen.url, Mode::Read, "").await?)
}

/// Where a target stands.
pub fn position(chosen: &Chosen) -> Result<Position, Failure> {
    if is_absent(chosen) {
        return Ok(Position::default());
    }
    wait_for(async { Ok(look(chosen).await?.journal.position) })
}

/// Where a target stands, what it keeps for the way back, and whether it isn't where its journal was written, or as far as it was.
#[derive(Default)]
pub struct Standing {
    pub position: Position,
    pub kept: Vec<Kept>,
    /// What it keeps that DDL destroyed.
    pub held: Vec<HeldRows>,
    /// The rows that are set aside there and open.
    pub open: Vec<Open>,
    pub away: Option<Away>,
}

/// How a target stands, given what is remembered of it.
pub fn standing(chosen: &Chosen, seen: Option<&Seen>) -> Result<Standing, Failure> {
    if is_absent(chosen) {
        return Ok(Standing::default());
    }
    wait_for(async {
        let mut target = look(chosen).await?;
        let kept = kept(&mut target).await?;
        let held = held(&mut target).await?;
        let away = target.away(seen).await?;
        let open = Open::of(&list(&mut target).await?);
        Ok(Standing { position: target.journal.position, kept, held, open, away })
    })
}

/// What a target has applied; where none is named, the usual one, if looking costs nothing: a SQLite file that is there.
pub fn applied(
    desk: &Desk<'_>,
    graph: &Graph,
    named: Option<&str>,
) -> Result<Option<BTreeSet<EntryId>>, Failure> {
    let chosen = || Settings::read(&desk.place)?.choose(&desk.place, named);
    let found = match named {
        Some(_) => Some(position(&chosen()?)?),
        None => {
            let here = chosen().ok().filter(|chosen| chosen.url.path().is_some_and(Path::is_file));
            here.and_then(|chosen| position(&chosen).ok())
        }
    };
    // What it has and the ledger hasn't is for `status` to tell.
    let known =
        |heads: Vec<EntryId>| heads.into_iter().filter(|id| graph.get(id).is_some()).collect::<Vec<_>>();
    Ok(found.map(|position| graph.ancestors(&known(position.heads))))
}

/// Says what is kept for the way back, and whether the target isn't where it should be; as JSON too.
pub fn tell(desk: &Desk<'_>, kept: &[Kept], held: &[HeldRows], away: Option<&Away>) -> (Value, Value) {
    let sizes =
        kept.iter().map(|one| (one.rows, one.bytes)).chain(held.iter().map(|one| (one.rows, one.bytes)));
    let (rows, size) = sizes.fold((0, 0), |(rows, size), one| (rows + one.0, size + one.1));
    let backfills = (!kept.is_empty()).then(|| count(kept.len(), "data step", "data steps"));
    let steps = (!held.is_empty()).then(|| count(held.len(), "step that destroys", "steps that destroy"));
    let of: Vec<String> = backfills.into_iter().chain(steps).collect();
    if !of.is_empty() {
        desk.out.say(format!("  vault: {} rows of {}, {}", thousands(rows), of.join(" and "), bytes(size)));
    }
    if let Some(away) = away {
        desk.out.say(format!("  {}", printable(&away.to_string())));
    }
    let vault = json!({ "steps": kept.len() + held.len(), "rows": rows, "bytes": size });
    (vault, json!(away.map(ToString::to_string)))
}

/// Says how many rows wait for somebody; as JSON too.
pub fn tell_open(desk: &Desk<'_>, open: &[Open]) -> Value {
    let rows: u64 = open.iter().map(|one| one.rows).sum();
    if rows > 0 {
        let rows = count(usize::try_from(rows).unwrap_or(usize::MAX), "row", "rows");
        desk.out.say(format!("  set aside: {rows}, which wait for `strat backfill retry` or a repair"));
    }
    json!({ "steps": open.len(), "rows": rows })
}
