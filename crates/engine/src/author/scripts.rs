//! Scripts on disk: `data-scripts/NAME/` with its module, `NAME.wasm`, and its assets.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use ledger::{measure, printable_path};
use model::{
    Class, Digest, Fault,
    data_step::{Blob, Module},
};
use sandbox::{Carrier, ModuleError};

use super::runners::runner;

/// Why a script can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// Not a script's name.
    #[error(
        "{0:?} is no script name: lower-case letters, digits and dashes, at most 64, beginning with a letter or digit"
    )]
    Name(String),
    /// There is no such folder.
    #[error("there is no script {name}: {} doesn't exist", printable_path(.folder))]
    Missing {
        /// The script.
        name: String,
        /// Where it would be, from the workspace on.
        folder: PathBuf,
    },
    /// It was never built.
    #[error("script {name} isn't built: there is no {}", printable_path(.module))]
    Unbuilt {
        /// The script.
        name: String,
        /// Where the module would be, from the workspace on.
        module: PathBuf,
    },
    /// Its module is refused.
    #[error("the module of script {name} is refused: it {cause}")]
    Module {
        /// The script.
        name: String,
        /// Why.
        cause: ModuleError,
    },
    /// It was built for a runner of another version.
    #[error("script {name} was built for the runner {}, and this version of strat has another one", .runner.short())]
    Runner {
        /// The script.
        name: String,
        /// The runner.
        runner: Digest,
    },
    /// An asset isn't a plain file inside the script's folder.
    #[error("asset {file} of script {name} is not a regular file in its folder")]
    Asset {
        /// The script.
        name: String,
        /// The asset.
        file: String,
    },
    /// A file can't be read.
    #[error("can't read {}: {cause}", printable_path(.path))]
    Io {
        /// The file, from the workspace on.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

impl Fault for ScriptError {
    fn class(&self) -> Class {
        Class::Input
    }
    fn hint(&self) -> Option<String> {
        match self {
            ScriptError::Missing { name, .. } => {
                Some(format!("`strat script new {name} --lang rust` makes it"))
            }
            ScriptError::Runner { name, .. } => Some(format!("`strat script build {name}` builds it anew")),
            ScriptError::Unbuilt { name, .. } => Some(format!("`strat script build {name}` builds it")),
            ScriptError::Name(_)
            | ScriptError::Module { .. }
            | ScriptError::Asset { .. }
            | ScriptError::Io { .. } => None,
        }
    }
}

/// The folder of a script, once its name is found to be one.
pub fn script_folder(scripts: &Path, name: &str) -> Result<PathBuf, ScriptError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > 64 || name.starts_with('-') || !name.chars().all(fits) {
        return Err(ScriptError::Name(name.to_owned()));
    }
    Ok(scripts.join(name))
}

/// The error for a script that has no folder.
pub fn missing(scripts: &Path, name: &str) -> ScriptError {
    ScriptError::Missing { name: name.to_owned(), folder: from_workspace(scripts, &scripts.join(name)) }
}

/// A path below the scripts as people are shown it: from the workspace on.
fn from_workspace(scripts: &Path, path: &Path) -> PathBuf {
    let inside = scripts.parent().and_then(|root| path.strip_prefix(root).ok());
    inside.unwrap_or(path).to_owned()
}

/// Where a script's module stands.
pub fn module_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.wasm"))
}

/// Reads a script's module and checks it as a stranger would.
pub fn read_module(scripts: &Path, name: &str) -> Result<(Module, Vec<u8>), ScriptError> {
    let folder = script_folder(scripts, name)?;
    if !folder.is_dir() {
        return Err(missing(scripts, name));
    }
    let path = module_path(&folder, name);
    let shown = from_workspace(scripts, &path);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            return Err(ScriptError::Unbuilt { name: name.to_owned(), module: shown });
        }
        Err(cause) => return Err(ScriptError::Io { path: shown, cause }),
    };
    let checked = sandbox::Module::check(&bytes);
    let checked = checked.map_err(|cause| ScriptError::Module { name: name.to_owned(), cause })?;
    let runner = match checked.carrier {
        Carrier::Core | Carrier::Component => None,
        Carrier::Runner(digest) => {
            let other = || ScriptError::Runner { name: name.to_owned(), runner: digest };
            Some(runner(&digest).ok_or_else(other)?.blob())
        }
    };
    let blob = measure(&bytes);
    let abi = sandbox::ABI.unsigned_abs();
    Ok((Module { blake3: blob.blake3, sha256: blob.sha256, bytes: blob.bytes, abi, runner }, bytes))
}

/// Reads an asset of a script: a regular file in its folder, no link.
pub fn read_asset(scripts: &Path, name: &str, file: &str) -> Result<(Blob, Vec<u8>), ScriptError> {
    let folder = script_folder(scripts, name)?;
    let outside = || ScriptError::Asset { name: name.to_owned(), file: file.to_owned() };
    let relative = Path::new(file);
    if !relative.components().all(|c| matches!(c, std::path::Component::Normal(_))) {
        return Err(outside());
    }
    let unread = |path: &Path, cause| ScriptError::Io { path: from_workspace(scripts, path), cause };
    let mut path = folder;
    for part in relative.components() {
        path.push(part);
        let data = fs::symlink_metadata(&path).map_err(|cause| unread(&path, cause))?;
        if data.file_type().is_symlink() {
            return Err(outside());
        }
    }
    if !path.is_file() {
        return Err(outside());
    }
    let bytes = fs::read(&path).map_err(|cause| unread(&path, cause))?;
    Ok((measure(&bytes), bytes))
}
