//! `strat completions`: prints what a shell needs to complete our words.

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use super::{Answer, DONE};
use crate::{args::Cli, output::Out};

pub fn run(out: &Out, shell: Shell) -> Answer {
    let mut text = Vec::new();
    generate(shell, &mut Cli::command(), "strat", &mut text);
    out.write(&String::from_utf8_lossy(&text));
    Ok(DONE)
}
