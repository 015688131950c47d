//! The compilers of guests: which one is here, how it is called, and how to get it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use model::Class;

use super::{
    runner,
    tool::{self, answer},
};
use crate::{
    args::Language,
    failure::{Failure, Plain},
};

const RUST_TARGET: &str = "wasm32-unknown-unknown";

/// Versions of clang that Debian and Ubuntu name in the command, newest first.
const CLANG_VERSIONS: std::ops::RangeInclusive<u32> = 14..=21;

/// Whether a script in that language can be built here; the command that gets what is missing otherwise.
pub fn check(language: Language, folder: &Path) -> Result<(), Failure> {
    match language {
        Language::Rust => rustc().map(drop),
        Language::C => clang().map(drop),
        Language::Zig => tool::find(&tool::ZIG, folder).map(drop),
        Language::AssemblyScript => tool::find(&tool::ASC, folder).map(drop),
        Language::Go => tool::find(&tool::GO, folder).map(drop),
        Language::JavaScript | Language::Python | Language::Wat => Ok(()),
    }
}

/// Builds the source in a folder into the file `to`. What the compiler says goes to the terminal untouched.
pub fn build(language: Language, name: &str, folder: &Path, to: &Path) -> Result<(), Failure> {
    let source = language.source();
    let mut command = match language {
        Language::Rust => {
            let mut command = Command::new(rustc()?);
            command.args(["--edition", "2021", "--crate-type", "cdylib", "--target", RUST_TARGET]);
            command.args(["--crate-name", &name.replace('-', "_")]);
            command.args(["-O", "-C", "panic=abort", "-C", "lto=fat", "-C", "strip=symbols"]);
            command.arg(source).arg("-o").arg(to);
            command
        }
        Language::C => {
            let mut command = Command::new(clang()?);
            // Said behind the driver's back, which would otherwise run any wasm-opt that stands on the path.
            command.args([
                "--target=wasm32",
                "-nostdlib",
                "-Xclang",
                "-O2",
                "-mbulk-memory",
                "-Wall",
                "-Wextra",
            ]);
            command.args(["-Wl,--no-entry", "-Wl,--strip-all", source]).arg("-o").arg(to);
            command
        }
        Language::Zig => {
            let mut emit = std::ffi::OsString::from("-femit-bin=");
            emit.push(to);
            let mut command = tool::find(&tool::ZIG, folder)?;
            // Safe: an index out of bounds ends the run with a message, as in the other languages.
            command.args(["build-exe", source, "-target", "wasm32-freestanding", "-O", "ReleaseSafe"]);
            command.args(["-fno-entry", "-rdynamic", "-fstrip"]).arg(emit);
            command
        }
        Language::AssemblyScript => {
            let mut command = tool::find(&tool::ASC, folder)?;
            // The instance ends with the batch, so nothing is ever given back: `stub`.
            command.args([source, "-O3", "--runtime", "stub", "--use", "abort=strat/abort", "-o"]).arg(to);
            command
        }
        Language::Go => {
            let mut command = tool::find(&tool::GO, folder)?;
            command.args(["build", "-buildmode=c-shared", "-ldflags=-s -w", "-trimpath", "-buildvcs=false"]);
            command.arg("-o").arg(to).arg(".").env("GOOS", "wasip1").env("GOARCH", "wasm");
            // Neither another version of Go nor a module may be fetched on the way.
            command.env("GOTOOLCHAIN", "local").env("GOWORK", "off");
            command
        }
        Language::JavaScript | Language::Python => return runner::build(language, name, folder, to),
        Language::Wat => return assemble(folder, to),
    };
    command.current_dir(folder).stdin(Stdio::null());
    // A person's own flags would make modules that others can't make again.
    for flags in ["RUSTFLAGS", "CFLAGS", "GOFLAGS", "GOEXPERIMENT", "GOWASM"] {
        command.env_remove(flags);
    }
    let status = command.status().map_err(|error| {
        Plain::new(Class::Input, format!("{} can't be started: {error}", command.get_program().display()))
    })?;
    match status.success() {
        true => Ok(()),
        false => Err(Plain::new(Class::Input, format!("script {name} doesn't build")).into()),
    }
}

fn assemble(folder: &Path, to: &Path) -> Result<(), Failure> {
    let source = folder.join(Language::Wat.source());
    let fail = |error: std::io::Error| {
        Plain::new(Class::Input, format!("can't build {}: {error}", source.display()))
    };
    let text = std::fs::read_to_string(&source).map_err(fail)?;
    let bytes = sandbox::wat_to_wasm(&text).map_err(|why| Plain::new(Class::Input, why))?;
    std::fs::write(to, bytes).map_err(fail)?;
    Ok(())
}

/// A Rust compiler that has the standard library for guests: the one on the path, else Debian's.
fn rustc() -> Result<PathBuf, Failure> {
    let found = ["rustc", "/usr/bin/rustc"].into_iter().find(|compiler| {
        let args = ["--print", "target-libdir", "--target", RUST_TARGET];
        let folder = answer(compiler, &args).map(|text| PathBuf::from(text.trim()));
        folder.is_some_and(|folder| std::fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some()))
    });
    found.map(PathBuf::from).ok_or_else(|| {
        let get = match answer("rustup", &["--version"]) {
            Some(_) => format!("rustup target add {RUST_TARGET}"),
            None => "apt-get install rustc libstd-rust-dev-wasm32".to_owned(),
        };
        Plain::new(Class::Input, format!("no Rust compiler for {RUST_TARGET} is installed")).hint(get).into()
    })
}

/// A clang with a linker for WebAssembly.
fn clang() -> Result<PathBuf, Failure> {
    let versions = CLANG_VERSIONS.rev().map(|version| format!("-{version}"));
    let found = std::iter::once(String::new()).chain(versions).find(|version| {
        let knows = answer(&format!("clang{version}"), &["--print-targets"])
            .is_some_and(|text| text.contains("wasm32"));
        knows
            && (answer("wasm-ld", &["--version"]).is_some()
                || answer(&format!("wasm-ld{version}"), &["--version"]).is_some())
    });
    found.map(|version| PathBuf::from(format!("clang{version}"))).ok_or_else(|| {
        Plain::new(Class::Input, "no clang with a WebAssembly linker is installed")
            .hint("apt-get install clang lld")
            .into()
    })
}
