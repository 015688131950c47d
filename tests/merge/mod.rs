//! Merge cases: two sides as data, what is said about them, and what each choice leads to.
//!
//! `README.md` tells how to read and write them. `BLESS=1` writes what is said and what results; read it before it is committed.

mod answers;
mod case;
mod facts;
mod world;

use std::path::PathBuf;

use case::Case;
use world::World;

/// Every case, with what is wrong about it.
#[test]
fn cases() {
    let bless = std::env::var_os("BLESS").is_some();
    let all = chosen();
    let mut wrong = Vec::new();
    for (path, text, case) in all {
        let found = match attempt(|| found(&case)) {
            Ok(found) => found,
            Err(why) => {
                wrong.push(format!("{}: {why}", path.display()));
                continue;
            }
        };
        if found == case.written() {
            continue;
        }
        if bless {
            std::fs::write(&path, case::blessed(&text, &found)).unwrap();
        } else {
            let (expected, found) = (case::spelled(&case.written()), case::spelled(&found));
            wrong.push(format!("{}\nexpected:\n{expected}found:\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}\n(BLESS=1 writes what was found)", wrong.join("\n\n"));
}

/// Every outcome of every case is reached from each side and from nothing, and left again.
#[test]
fn ways() {
    let mut wrong = Vec::new();
    for (path, _, case) in chosen() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let world = World::new(&case);
        let heads = world.heads(&case);
        for gives in case.written().gives {
            let found = world.ways(&heads, &gives.with);
            wrong.extend(found.into_iter().map(|(way, why)| format!("{name}{way}: {why}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The cases, or those whose name has `CASE` in it.
fn chosen() -> Vec<(PathBuf, String, Case)> {
    let all = Case::all();
    assert!(all.len() >= 60, "{} cases", all.len());
    let only = std::env::var("CASE").unwrap_or_default();
    all.into_iter().filter(|(path, ..)| path.to_string_lossy().contains(&only)).collect()
}

/// Runs it; a panic is what it says.
fn attempt<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
        .map_err(|panic| panic.downcast_ref::<String>().map_or("it panicked", String::as_str).to_owned())
}

/// What is said about a case, and what its choices lead to.
fn found(case: &Case) -> case::Written {
    let world = World::new(case);
    let heads = world.heads(case);
    let says = world.says(&heads);
    let ways = case.ways(&says);
    let gives = ways.into_iter().map(|with| {
        let then = world.outcome(&heads, &with);
        case::Gives { with, then }
    });
    case::Written { gives: gives.collect(), says }
}
