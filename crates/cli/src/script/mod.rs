//! Data scripts on an author's desk: a folder each, with source, module, `script.ron` and cases.

pub mod agrees;
pub mod build;
pub mod cases;
mod columns;
pub mod difference;
pub mod extremes;
pub mod list;
mod lookups;
pub mod made;
mod manifest;
pub mod new;
pub mod replay;
pub mod rows;
pub mod sample;
mod runner;
pub mod stamp;
pub mod test;
mod tool;
pub mod toolchain;
pub mod watch;

use std::{fs, io, path::PathBuf};

use clap::ValueEnum;
use engine::author::{missing, script_folder};
use ledger::nearest;
use model::Class;

use crate::{
    args::Language,
    desk::{Desk, file_error},
    failure::{Failure, Plain},
};

/// A script's folder.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// The language of its source; none when only a module is there.
    pub language: Option<Language>,
}

impl Language {
    /// The source's file.
    pub fn source(self) -> &'static str {
        match self {
            Language::Rust => "script.rs",
            Language::C => "script.c",
            Language::Zig => "script.zig",
            Language::AssemblyScript => "script.ts",
            Language::Go => "script.go",
            Language::JavaScript => "script.js",
            Language::Python => "script.py",
            Language::Wat => "script.wat",
        }
    }

    /// Whether `strat` needs nobody's help to build it.
    pub fn needs_nothing(self) -> bool {
        match self {
            Language::JavaScript | Language::Python | Language::Wat => true,
            Language::Rust | Language::C | Language::Zig | Language::AssemblyScript | Language::Go => false,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::C => "c",
            Language::Zig => "zig",
            Language::AssemblyScript => "assemblyscript",
            Language::Go => "go",
            Language::JavaScript => "javascript",
            Language::Python => "python",
            Language::Wat => "wat",
        }
    }
}

/// The script of that name, or all of them.
pub fn wanted(desk: &Desk<'_>, name: Option<&str>) -> Result<Vec<Script>, Failure> {
    let Some(name) = name else { return all(desk) };
    let folder = script_folder(&desk.place.scripts(), name)?;
    if !folder.is_dir() {
        let others = all(desk)?;
        return Err(match nearest(name, others.iter().map(|script| script.name.as_str())) {
            Some(near) => Plain::new(Class::Input, format!("there is no script {name}"))
                .hint(format!("did you mean `{near}`?"))
                .into(),
            None => missing(&desk.place.scripts(), name).into(),
        });
    }
    Ok(vec![Script { name: name.to_owned(), language: language(&folder), folder }])
}

/// All scripts, by name: the folders that have a source, a module or a `script.ron`.
pub fn all(desk: &Desk<'_>) -> Result<Vec<Script>, Failure> {
    let folder = desk.place.scripts();
    let found = match fs::read_dir(&folder) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(file_error("read", "data-scripts/", &error).into()),
    };
    let mut scripts = Vec::new();
    for entry in found {
        let folder = entry.map_err(|error| file_error("read", "data-scripts/", &error))?.path();
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let is_script = || {
            let language = language(&folder);
            let module = folder.join(format!("{name}.wasm"));
            (language.is_some() || module.is_file() || folder.join("script.ron").is_file())
                .then_some(language)
        };
        if script_folder(&desk.place.scripts(), &name).is_ok()
            && folder.is_dir()
            && let Some(language) = is_script()
        {
            scripts.push(Script { name, language, folder });
        }
    }
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(scripts)
}

fn language(folder: &std::path::Path) -> Option<Language> {
    Language::value_variants().iter().copied().find(|one| folder.join(one.source()).is_file())
}

/// A size as people say it.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}
