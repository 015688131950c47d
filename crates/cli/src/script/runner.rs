//! Scripts that an interpreter runs: the text is data, and the interpreter is the pinned one.
//!
//! QuickJS is small, so a module of JavaScript is the interpreter's and carries the text. CPython isn't: what stands for a module of
//! Python is the text and the digest of its runner, which the ledger keeps once.

use std::{fs, path::Path};

use engine::{
    author::{PYTHON, QUICKJS, runner_bytes},
    guests,
};
use model::Class;
use sandbox::{Assets, CarryError, Engine, Guest, GuestError, Limits, Params, Script, carry};

use crate::{
    args::Language,
    failure::{Failure, Plain},
};

/// Writes the module for a folder's script into the file `to`, once the script loads.
pub fn build(language: Language, name: &str, folder: &Path, to: &Path) -> Result<(), Failure> {
    let source = folder.join(language.source());
    let fail = |error: std::io::Error| {
        Plain::new(Class::Input, format!("can't build {}: {error}", source.display()))
    };
    let text = fs::read_to_string(&source).map_err(fail)?;
    let (bytes, assets) = if language == Language::Python { in_python(&text) } else { in_javascript(&text) }
        .map_err(|why| Plain::new(Class::Input, format!("can't build {name}: {why}")))?;
    // Each text makes another module with QuickJS in it, and those needn't be kept; CPython stands apart and is kept once.
    let engine = if language == Language::Python { guests::engine() } else { Engine::new() };
    load(name, &bytes, engine, assets)?;
    Ok(fs::write(to, bytes).map_err(fail)?)
}

fn in_javascript(text: &str) -> Result<(Vec<u8>, Assets), CarryError> {
    let quickjs = QUICKJS.unpacked().ok_or(CarryError::Runner)?;
    Ok((carry(&quickjs, text)?, Assets::default()))
}

fn in_python(text: &str) -> Result<(Vec<u8>, Assets), CarryError> {
    let runner = PYTHON.digest();
    let assets = Assets { runner: runner_bytes(&runner), ..Assets::default() };
    Ok((Script { runner, text }.to_bytes()?, assets))
}

/// Loads it as a run would: the interpreter reads the whole text, and says where it can't.
fn load(name: &str, bytes: &[u8], engine: Result<Engine, GuestError>, assets: Assets) -> Result<(), Failure> {
    let loaded = engine
        .and_then(|engine| Guest::load(&engine, bytes, Params::new(), assets, Limits::default()).map(drop));
    loaded.map_err(|error| {
        let why = match &error {
            GuestError::Trap { log, .. } if !log.trim().is_empty() => {
                let mut said: Vec<&str> = log.trim().lines().map(str::trim).collect();
                // What is wrong comes last, after where it is.
                said.rotate_right(1);
                said.join(" ")
            }
            other => other.to_string(),
        };
        Plain::new(Class::Input, format!("script {name} doesn't load: {why}")).into()
    })
}
