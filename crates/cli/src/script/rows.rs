//! Rows of a target as a script's input: which target, which of its rows, and how they are said.

use engine::{
    Known,
    data::columns::print_key,
    live::{Ask, LiveRows, Wish, read},
};
use ledger::printable;
use model::{ObjectId, Type};

use super::{cases, lookups::tables, manifest::Manifest};
use crate::{
    config::{Chosen, Settings},
    desk::Desk,
    failure::Failure,
    stand,
};

/// Letters of a value at the most; longer ones are cut in the middle.
const SHOWN: usize = 60;

/// The target that is meant, and rows of the table that a script reads there.
pub fn rows(
    desk: &Desk<'_>,
    target: Option<&str>,
    (script, manifest): (&str, &Manifest),
    ask: Ask<'_>,
) -> Result<(Chosen, LiveRows), Failure> {
    let chosen = Settings::read(&desk.place)?.choose(&desk.place, target)?;
    let known = Known::load(&desk.ledger)?;
    let reads: Vec<&str> = manifest.reads.keys().map(String::as_str).collect();
    let outputs = manifest.outputs();
    let writes: Vec<(&str, Type<ObjectId>)> =
        outputs.iter().map(|(name, ty)| (name.as_str(), ty.clone())).collect();
    let writes = if manifest.is_rowwise() { writes } else { Vec::new() };
    let group: Vec<&str> = manifest.group.iter().map(String::as_str).collect();
    let lookups = tables(desk, script, manifest)?;
    let wish =
        Wish { table: &manifest.table, reads: &reads, writes: &writes, group: &group, lookups: &lookups };
    let mut rows = stand::wait_for(async {
        let mut target = stand::look(&chosen).await?;
        // What stands in the target is said by what it has applied, whatever branch is checked out here.
        let heads = target.journal.position.heads.clone();
        let state = known.with_copies(&mut target).await?.history.state_at(&heads)?;
        Ok(read(&mut target, state.schema(&chosen.database), wish, ask).await?)
    })?;
    if !manifest.is_rowwise() {
        rows.expected = manifest.expected();
    }
    Ok((chosen, rows))
}

/// A row's key, as people read it.
pub fn key(live: &LiveRows, row: usize) -> String {
    print_key(&live.key, &live.keys[row])
}

/// A value in a line, cut in the middle where it is long.
pub fn short(value: &model::Value) -> String {
    let text = printable(&cases::shown(&cases::cell(value))).into_owned();
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= SHOWN {
        return text;
    }
    let end = |part: &[char]| part.iter().collect::<String>();
    format!("{}…{}", end(&letters[..SHOWN / 2]), end(&letters[letters.len() - SHOWN / 2 + 1..]))
}
