//! Where a target stands: opened for reading, with what isn't there counting as empty.

use std::{collections::BTreeSet, future::Future, path::Path};

use engine::{
    Target,
    data::vault::{Kept, kept},
    driver::Mode,
    journal::Position,
};
use ledger::Graph;
use model::{Class, EntryId};
use tokio::runtime::{Builder, Runtime};

use crate::{
    config::{Chosen, Settings},
    desk::Desk,
    failure::{Failure, Plain},
};

/// Runs what needs a database. Only such commands pay for a runtime.
pub fn wait_for<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    runtime()?.block_on(work)
}

/// What waits for a database.
pub fn runtime() -> Result<Runtime, Failure> {
    // Guests run on the thread that waits, and the database's connection goes on beside them.
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
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

/// Where a target stands, and what it keeps for the way back.
pub fn standing(chosen: &Chosen) -> Result<(Position, Vec<Kept>), Failure> {
    if is_absent(chosen) {
        return Ok((Position::default(), Vec::new()));
    }
    wait_for(async {
        let mut target = look(chosen).await?;
        let kept = kept(&mut target).await?;
        Ok((target.journal.position, kept))
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
