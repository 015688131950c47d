//! The `strat` command: turns words typed into one call, and the answer into words or JSON.
//!
//! It decides nothing and knows no SQL: what is to be done is a plan's matter, and the engine carries it out.
//!
//! Words enter through [`args`], become one call in [`commands`], and the answer leaves by [`output`]; an error leaves with its
//! causes, a hint and its class as the exit code ([`failure`]).
//!
//! Start reading at [`args`], then [`commands`].

mod args;
mod asides;
mod backfills;
mod checkout;
mod commands;
mod config;
mod current;
mod desk;
mod drafts;
mod editing;
mod failure;
mod joining;
mod lanes;
mod linting;
mod merging;
mod output;
mod own;
mod pages;
mod planned;
mod preview;
mod progress;
mod receipts;
mod rejects;
mod retrying;
mod running;
mod script;
mod seen;
mod sides;
mod signals;
mod stand;
mod stems;

use std::{
    panic::{AssertUnwindSafe, catch_unwind, set_hook},
    process::ExitCode,
};

use clap::Parser as _;

/// Folding thousands of entries is many small allocations: with this one it takes four fifths of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit code of a defect of ours.
const BUG: u8 = 70;

fn main() -> ExitCode {
    set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        output::warn(&format!(
            "error: this is a defect of strat{place}: {}",
            panic.payload_as_str().unwrap_or("")
        ));
    }));
    let cli = args::Cli::parse();
    let out = output::Out::new(cli.format);
    engine::guests::tell_of_waiting(|size| {
        let size = output::bytes(size as u64);
        output::warn(&format!(
            "compiling a module of {size}, once: what comes of it is kept in the cache folder"
        ));
    });
    match catch_unwind(AssertUnwindSafe(|| commands::run(&cli, &out))) {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(failure)) => {
            output::report(&failure);
            ExitCode::from(failure.code())
        }
        Err(_) => ExitCode::from(BUG),
    }
}
