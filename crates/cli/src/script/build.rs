//! `strat script build`: builds a module with the language's usual tool, then checks it as a stranger would.

use std::fs;

use clap::ValueEnum;
use engine::author::{ScriptError, module_path, read_module};
use model::{Class, data_step::Module};
use serde_json::json;

use super::{Script, columns, manifest::Manifest, size, stamp, toolchain, wanted};
use crate::{
    args::Language,
    commands::{Answer, DONE},
    desk::{Desk, file_error},
    failure::{Failure, Plain},
    output::warn,
};

/// Builds the script of that name, or all that have a source.
pub fn run(desk: &Desk<'_>, name: Option<&str>) -> Answer {
    let mut described = Vec::new();
    for script in wanted(desk, name)? {
        if script.language.is_none() && name.is_none() {
            continue;
        }
        let module = build(desk, &script)?;
        desk.out.say(summary(&script, &module));
        described.push(json!({
            "name": script.name, "blake3": module.blake3.to_string(), "sha256": module.sha256,
            "bytes": module.bytes, "abi": module.abi,
        }));
    }
    desk.out.document("script build", json!({ "scripts": described }));
    Ok(DONE)
}

/// Builds one script. The old module stays until the new one is found right, but nothing is recorded with it any more.
pub fn build(desk: &Desk<'_>, script: &Script) -> Result<Module, Failure> {
    let Some(language) = script.language else {
        let sources: Vec<_> = Language::value_variants().iter().map(|language| language.source()).collect();
        let why = format!("script {} has no source, which is one of {}", script.name, sources.join(", "));
        return Err(Plain::new(Class::Input, why).into());
    };
    renew_columns(desk, script, language)?;
    toolchain::check(language, &script.folder)?;
    let source = stamp::source(desk, script)?;
    let path = module_path(&script.folder, &script.name);
    let fresh = script.folder.join(format!(".{}-{}.wasm", script.name, std::process::id()));
    let built = toolchain::build(language, &script.name, &script.folder, &fresh).and_then(|()| {
        let bytes = fs::read(&fresh).map_err(|error| file_error("read", "the built module", &error))?;
        let checked = sandbox::Module::check(&bytes);
        checked.map_err(|cause| ScriptError::Module { name: script.name.clone(), cause })?;
        let shown = desk.place.shown(&path);
        // Linkers make programs of what they write, and git would take that for a change.
        fs::remove_file(&fresh)
            .and_then(|()| fs::write(&fresh, &bytes))
            .map_err(|error| file_error("write", &shown, &error))?;
        Ok(fs::rename(&fresh, &path).map_err(|error| file_error("write", &shown, &error))?)
    });
    if built.is_err() {
        drop(fs::remove_file(&fresh));
        if let Some(old) = stamp::refused(desk, script)? {
            warn(&format!(
                "warning: {old} is from before; nothing is recorded with it until the script builds"
            ));
        }
    }
    built?;
    let module = read_module(&desk.place.scripts(), &script.name)?.0;
    // A crash before this line leaves a module whose source isn't remembered, as in a clone.
    stamp::built(desk, &script.name, source, module.blake3)?;
    Ok(module)
}

/// Makes the file of the columns anew from `script.ron`, where there is one that is made.
fn renew_columns(desk: &Desk<'_>, script: &Script, language: Language) -> Result<(), Failure> {
    let Some(manifest) = Manifest::read(desk, script)? else { return Ok(()) };
    let Some((file, text)) = columns::render(language, &manifest) else { return Ok(()) };
    let path = script.folder.join(file);
    match fs::read_to_string(&path) {
        Ok(old) if old != text && columns::is_made(&old) => {
            let shown = desk.place.shown(&path);
            Ok(fs::write(&path, text).map_err(|error| file_error("write", &shown, &error))?)
        }
        _ => Ok(()),
    }
}

/// A script and its module in a line.
pub fn summary(script: &Script, module: &Module) -> String {
    let language = script.language.map_or("module", |language| language.word());
    format!(
        "{}  {}  {language}  {}  ABI {}",
        script.name,
        module.blake3.short(),
        size(module.bytes),
        module.abi
    )
}
