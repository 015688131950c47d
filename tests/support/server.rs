//! The servers that a run of the tests was given, and what is said where there is none.
//!
//! Stands on nothing, so that tests of every level can take it in by its path.

use std::{
    collections::BTreeSet,
    fs::OpenOptions,
    io::{Write, stderr},
    sync::Mutex,
};

/// The URL of the server that a variable names. Nothing where there is none: said loudly, once for each `what`, and a failure
/// where all targets are required.
#[track_caller]
pub fn url(variable: &str, what: &str) -> Option<String> {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if let Ok(url) = std::env::var(variable) {
        return Some(url);
    }
    assert!(!required(), "{what}: a target is required and {variable} is not set: run tests/run");
    let line = format!("skipped: {what}: {variable} is not set (tests/run sets it)");
    if SAID.lock().expect("nothing panics under the lock").insert(line.clone()) {
        note(&line);
    }
    None
}

/// Whether what can't be had is a failure and no notice.
pub fn required() -> bool {
    std::env::var("STRAT_REQUIRE_TARGETS").is_ok_and(|value| value == "1")
}

/// Says it past the harness, which would swallow what a passing test prints, and puts it on the list that `tests/run` ends with.
pub fn note(line: &str) {
    let _ = writeln!(stderr(), "\n*** {line}");
    if let Some(list) = std::env::var_os("STRAT_TEST_SKIPS") {
        let file = OpenOptions::new().create(true).append(true).open(list);
        let _ = file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
    }
}
