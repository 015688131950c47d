//! Scripts that an interpreter runs: their module is the interpreter's, and carries the text.

use std::{fs, path::Path};

use model::Class;
use sandbox::{Assets, Engine, Guest, GuestError, Limits, Params, carry};

use crate::{
    args::Language,
    failure::{Failure, Plain},
};

/// QuickJS. Its recipe and its hash stand beside it; a new one is a new interpreter, never the same one built anew.
const QUICKJS: &[u8] = include_bytes!("../../../../data-scripts/sdk/javascript/runner/runner.wasm");

/// Writes the module for a folder's script into the file `to`, once the script loads.
pub fn build(name: &str, folder: &Path, to: &Path) -> Result<(), Failure> {
    let source = folder.join(Language::JavaScript.source());
    let fail = |error: std::io::Error| {
        Plain::new(Class::Input, format!("can't build {}: {error}", source.display()))
    };
    let text = fs::read_to_string(&source).map_err(fail)?;
    let bytes = carry(QUICKJS, &text)
        .map_err(|why| Plain::new(Class::Input, format!("can't build {name}: {why}")))?;
    load(name, &bytes)?;
    Ok(fs::write(to, bytes).map_err(fail)?)
}

/// Loads it as a run would: the interpreter reads the whole text, and says where it can't.
fn load(name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let loaded = Engine::new().and_then(|engine| {
        Guest::load(&engine, bytes, Params::new(), Assets::default(), Limits::default()).map(drop)
    });
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
