//! One file a verb: each makes one call and says what came of it.

mod backfill;
mod branch;
mod completions;
mod down;
mod export;
mod heads;
mod init;
mod lint;
mod log;
mod merge;
mod moved;
mod new;
mod plan;
mod record;
mod redo;
mod replay;
mod script;
mod show;
mod status;
mod switch;
mod unrecord;
mod up;
mod vault;
mod verify;
mod wait;

pub use show::decisions;

use engine::whereabouts::Told;

use crate::{
    args::{Cli, LintArgs, Verb},
    desk::Desk,
    failure::Failure,
    output::Out,
    planned::How,
};

/// What a command leaves with: its exit code, or why it failed.
pub type Answer = Result<u8, Failure>;

/// All is done.
pub const DONE: u8 = 0;

/// Carries out what was typed.
pub fn run(cli: &Cli, out: &Out) -> Answer {
    match &cli.verb {
        Verb::Init { folder } => return init::run(cli, out, folder.as_deref()),
        Verb::Completions { shell } => return completions::run(out, *shell),
        Verb::Lint(LintArgs { explain: Some(code), .. }) => return lint::explain(out, code),
        Verb::Wait(wanted) => return wait::run(cli, out, wanted),
        _ => {}
    }
    let desk = Desk::open(cli, out)?;
    match &cli.verb {
        Verb::Init { .. } | Verb::Completions { .. } | Verb::Wait(_) => Ok(DONE),
        Verb::New { message, database, repairs } => new::run(&desk, message, database.as_deref(), repairs),
        Verb::Lint(wanted) => lint::run(&desk, wanted),
        Verb::Record { drafts } => record::run(&desk, drafts),
        Verb::Unrecord { revision } => unrecord::run(&desk, revision.as_deref()),
        Verb::Redo { target, run } => redo::run(&desk, target, run),
        Verb::Log { graph, count, target, revision } => {
            log::run(&desk, *graph, *count, (revision.as_deref(), target.target.as_deref()))
        }
        Verb::Show { revision, id } => show::run(&desk, revision, *id),
        Verb::Heads { check } => heads::run(&desk, *check),
        Verb::Branch { name, at } => branch::run(&desk, name.as_deref(), at.as_deref()),
        Verb::Switch { name, target, run } => switch::run(&desk, name, target, run),
        Verb::Merge(wanted) => merge::run(&desk, wanted),
        Verb::Status { target, check } => status::run(&desk, target, *check),
        Verb::Plan { revision, target, sql, down, step_by_step, preview } => {
            let how = How { sql: *sql, down: *down, step_by_step: *step_by_step };
            plan::run(&desk, revision.as_deref(), target, (how, *preview))
        }
        Verb::Up { revision, target, run, before_data, preview, aside, join } => {
            up::run(&desk, revision.as_deref(), target, (run, *before_data, *preview, aside, *join))
        }
        Verb::Down { revision, to, target, run } => {
            let to = revision.as_deref().or(to.as_deref()).unwrap_or_default();
            down::run(&desk, to, target, run)
        }
        Verb::Backfill { verb } => backfill::run(&desk, verb),
        Verb::Restored(wanted) => moved::run(&desk, Told::Restored, wanted),
        Verb::Cloned(wanted) => moved::run(&desk, Told::Cloned, wanted),
        Verb::Verify { target } => verify::run(&desk, target.as_deref()),
        Verb::Vault { verb } => vault::run(&desk, verb),
        Verb::Replay(wanted) => replay::run(&desk, wanted),
        Verb::Export { verb } => export::run(&desk, verb),
        Verb::Script { verb } => script::run(&desk, verb),
    }
}
