//! What this workspace remembers of targets, in `.strat/`: how far each had come when it was last written to from here. That a database
//! was restored from an older backup shows in nothing else.

use std::fs;

use engine::{Target, whereabouts::Seen};
use model::Digest;

use crate::{config::Chosen, desk::Desk, failure::Failure, output::warn};

/// What is remembered of a target; nothing when it was never seen, or somebody deleted `.strat/`.
pub fn of(desk: &Desk<'_>, chosen: &Chosen) -> Option<Seen> {
    let text = fs::read_to_string(desk.place.local().join(file(chosen)?)).ok()?;
    let (numbers, place) = text.trim_end().split_once('\n')?;
    let (seq, hash) = numbers.split_once(' ')?;
    Some(Seen { seq: seq.parse().ok()?, hash: Digest::parse(hash)?, place: place.to_owned() })
}

/// Remembers where a target stands. A workspace that can't be written to, such as one in an image, remembers nothing, and what was done
/// is done all the same.
pub fn remember(desk: &Desk<'_>, chosen: &Chosen, seen: &Seen) {
    let Some(name) = file(chosen) else { return };
    let text = format!("{} {}\n{}\n", seen.seq, seen.hash, seen.place);
    if let Err(failure) = desk.write_local(&name, &text) {
        warn(&format!("warning: how far {} has come can't be remembered: {failure}", chosen.shown));
    }
}

/// Refuses a copy that nobody has told of, and one whose journal is shorter than it was; whoever only looks is warned.
pub async fn is_home(
    desk: &Desk<'_>,
    chosen: &Chosen,
    target: &mut Target,
    only_looks: bool,
) -> Result<(), Failure> {
    match target.away(of(desk, chosen).as_ref()).await? {
        Some(away) if only_looks => warn(&format!("warning: {}: {away}", chosen.shown)),
        Some(away) => return Err(away.into()),
        None => {}
    }
    Ok(())
}

/// The file's name is made of the way there: it stays when another database takes the place.
fn file(chosen: &Chosen) -> Option<String> {
    if chosen.url.is_memory() {
        return None;
    }
    let way = match chosen.url.path() {
        Some(path) => {
            fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).to_string_lossy().into_owned()
        }
        None => chosen.url.to_string(),
    };
    Some(format!("seen-{}", Digest::of(way.as_bytes()).short()))
}
