//! The words of the command line.

mod lint;
mod operation;
mod script;

use std::path::PathBuf;

pub use lint::{LintArgs, Report};
pub use operation::{
    AsideArgs, BackfillVerb, MovedArgs, OrderArgs, PaceArgs, RepairsArgs, ThrottleArgs, WaitArgs,
};
pub use script::{Engines, Language, ReplayArgs, ScriptVerb, Shape, TestArgs};

use clap::{Args, Parser, Subcommand, ValueEnum};

mod vault;

pub use vault::VaultVerb;

/// An event-sourced schema ledger: every schema change an immutable entry that branches and merges, data steps as sandboxed
/// WebAssembly, on SQLite, PostgreSQL and MySQL/MariaDB.
#[derive(Debug, Parser)]
#[command(name = "strat", version, max_term_width = 110, propagate_version = false)]
pub struct Cli {
    /// Works in this folder (or the one above it that holds `ledger/`).
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub dir: Option<PathBuf>,

    /// How facts are printed.
    #[arg(long, value_enum, default_value_t = Format::Text, global = true)]
    pub format: Format,

    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// How facts are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: one versioned JSON document, or a line an event for `up` and `down`.
    Json,
}

/// Which database is meant.
#[derive(Clone, Debug, Args)]
pub struct TargetArgs {
    /// A target's name in `strat.ron`, or a URL; `DATABASE_URL` when absent, then `sqlite:strat.db`.
    #[arg(long, value_name = "NAME|URL")]
    pub target: Option<String>,
}

/// How a run carries on.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// Accepts a hazard by its code.
    #[arg(long, value_name = "CODE")]
    pub accept: Vec<String>,
    /// Says what would be done and writes nothing at all.
    #[arg(long)]
    pub dry_run: bool,
    /// Applies every entry by itself even where a fresh database could receive many at once.
    #[arg(long)]
    pub step_by_step: bool,
    /// How long to wait for another run, such as `30s` or `5m`.
    #[arg(long, value_name = "TIME", default_value = "10s")]
    pub wait: String,
    #[command(flatten)]
    pub pace: PaceArgs,
}

/// What is joined, and how conflicts are decided.
#[derive(Clone, Debug, Args)]
pub struct MergeArgs {
    /// The other side: branches or revisions; the current branch's other heads when absent.
    pub revisions: Vec<String>,
    /// Decides a conflict by its number, such as 1=ours, 2=rename-theirs=mail or '3=set=Decimal(8, 2)'; all=ours and all=theirs decide
    /// all that are open. Without it, every conflict is named with its choices.
    #[arg(long, value_name = "N=CHOICE")]
    pub resolve: Vec<String>,
    /// What the merge is for. With it an entry is recorded even where the branch only goes on from what is ahead of it.
    #[arg(short, long)]
    pub message: Option<String>,
    /// Says whether they would merge and writes nothing.
    #[arg(long)]
    pub preview: bool,
    /// Takes the other side from git: the same branch, or the ones named, as that branch, remote branch or commit has it.
    #[arg(long, value_name = "GITREF", requires = "preview")]
    pub with: Option<String>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Makes this folder a workspace: a ledger, `migrations/`, `data-scripts/`.
    Init {
        /// The folder; this one when absent.
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Writes a draft to fill in.
    #[command(visible_alias = "revision")]
    New {
        /// What it is for, in a line.
        #[arg(short, long)]
        message: String,
        /// The database it speaks of, where the ledger covers several.
        #[arg(long)]
        database: Option<String>,
        #[command(flatten)]
        repairs: RepairsArgs,
    },
    /// Looks drafts over: whether they fold, and their hazards on each database.
    Lint(LintArgs),
    /// Seals drafts into the ledger.
    Record {
        /// Drafts; all that aren't recorded, by name, when absent.
        drafts: Vec<PathBuf>,
    },
    /// Takes back the newest entry while nobody else has it.
    Unrecord {
        /// The entry; the head when absent.
        revision: Option<String>,
    },
    /// Down, unrecord, record the edited draft, up: the daily loop.
    Redo {
        #[command(flatten)]
        target: TargetArgs,
        #[command(flatten)]
        run: RunArgs,
    },
    /// Prints the history.
    #[command(visible_alias = "history")]
    Log {
        /// Draws the graph.
        #[arg(long)]
        graph: bool,
        /// At the most so many entries.
        #[arg(short = 'n', value_name = "COUNT")]
        count: Option<usize>,
        #[command(flatten)]
        target: TargetArgs,
        /// Where to start; all heads when absent.
        revision: Option<String>,
    },
    /// Prints an entry: what it does, and its bytes.
    Show {
        /// The entry.
        #[arg(default_value = "head", allow_negative_numbers = true)]
        revision: String,
        /// Prints its id and nothing else.
        #[arg(long)]
        id: bool,
    },
    /// Prints the heads.
    Heads {
        /// Leaves with exit code 3 when a branch has more than one.
        #[arg(long)]
        check: bool,
    },
    /// Lists branches, or starts one.
    Branch {
        /// The new branch's name.
        name: Option<String>,
        /// Where it starts; the current branch's head when absent.
        at: Option<String>,
    },
    /// Changes the current branch; with `--target`, moves that database there: down to what both have, then up.
    Switch {
        /// The branch.
        name: String,
        #[command(flatten)]
        target: TargetArgs,
        #[command(flatten)]
        run: RunArgs,
    },
    /// Joins heads into one; where they don't commute, names every conflict with its choices.
    Merge(MergeArgs),
    /// Tells where the workspace and a target stand.
    #[command(visible_alias = "current")]
    Status {
        #[command(flatten)]
        target: TargetArgs,
        /// Leaves with exit code 5 when entries are pending.
        #[arg(long)]
        check: bool,
    },
    /// Shows what `up` would do: statements, locks, rows, hazards. Writes nothing.
    Plan {
        /// Where to; the head when absent.
        #[arg(allow_negative_numbers = true)]
        revision: Option<String>,
        #[command(flatten)]
        target: TargetArgs,
        /// Prints nothing but the SQL.
        #[arg(long)]
        sql: bool,
        /// Plans the way down to the revision.
        #[arg(long)]
        down: bool,
        /// Shows every entry by itself.
        #[arg(long)]
        step_by_step: bool,
        /// Shows so many rows of each data step, before and after, as they stand in the target.
        #[arg(long, value_name = "ROWS", conflicts_with = "sql")]
        preview: Option<u32>,
    },
    /// Applies entries up to a revision.
    #[command(visible_aliases = ["upgrade", "apply"])]
    Up {
        /// Where to; the head when absent.
        #[arg(allow_negative_numbers = true)]
        revision: Option<String>,
        #[command(flatten)]
        target: TargetArgs,
        #[command(flatten)]
        run: RunArgs,
        /// Stops before the first data step of more than so many rows (10000 when no number is given), or that its draft leaves to
        /// the background, and leaves with exit code 5; the next `up` goes on.
        #[arg(long, value_name = "ROWS", num_args = 0..=1, require_equals = true, default_missing_value = "10000")]
        before_data: Option<u64>,
        /// With `--dry-run`: shows so many rows of each data step, before and after, as they stand in the target.
        #[arg(long, value_name = "ROWS", requires = "dry_run")]
        preview: Option<u32>,
        /// Takes part in the backfills of the `up` that is at work on the target, from this machine, until it is done. Writes rows and
        /// never the journal; leaves with exit code 5 when that run goes away with something left to do.
        #[arg(long, conflicts_with_all = ["before_data", "dry_run", "set_aside", "accept", "step_by_step"])]
        join: bool,
        #[command(flatten)]
        aside: AsideArgs,
    },
    /// Undoes entries down to a revision, `-1` or `root`.
    #[command(visible_alias = "downgrade")]
    Down {
        /// Where to.
        #[arg(allow_negative_numbers = true, required_unless_present = "to", conflicts_with = "to")]
        revision: Option<String>,
        /// The same; from a merge it says which of its parents stays.
        #[arg(long, value_name = "REVISION", allow_hyphen_values = true)]
        to: Option<String>,
        #[command(flatten)]
        target: TargetArgs,
        #[command(flatten)]
        run: RunArgs,
    },
    /// Lists, pauses, resumes and holds back data steps, from any machine.
    Backfill {
        /// What to do.
        #[command(subcommand)]
        verb: BackfillVerb,
    },
    /// Waits until a target answers, or has applied a revision. Needs to read its journal and nothing else.
    Wait(WaitArgs),
    /// Puts on record that a target was restored from a backup and takes the place of the one that was there.
    Restored(MovedArgs),
    /// Puts on record that a target is a copy of another, and goes its own way from here.
    Cloned(MovedArgs),
    /// Checks every byte of the ledger, and a target's journal when one is named.
    Verify {
        /// Also checks this target's journal and schema.
        #[arg(long, value_name = "NAME|URL")]
        target: Option<String>,
    },
    /// Runs a data step again on a copy of a database, writes nothing, and holds what comes out against a receipt.
    Replay(AgainArgs),
    /// Writes what others read: receipts as in-toto statements.
    Export {
        /// What is written.
        #[command(subcommand)]
        verb: ExportVerb,
    },
    /// Makes, builds and tests data scripts.
    Script {
        /// What to do.
        #[command(subcommand)]
        verb: ScriptVerb,
    },
    /// Tells what a target keeps for the way back.
    Vault {
        /// What to do.
        #[command(subcommand)]
        verb: VaultVerb,
    },
    /// Prints completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Which data step is run again, where, and what it is held against.
#[derive(Clone, Debug, Args)]
pub struct AgainArgs {
    /// The entry, and the step's number in it where there are several, such as head-1#2. Without it, the receipts are listed.
    #[arg(value_name = "REV[#STEP]", allow_negative_numbers = true)]
    pub revision: Option<String>,
    #[command(flatten)]
    pub target: TargetArgs,
    /// Takes the receipt from another target's journal, or from a file that `strat export receipts` wrote.
    #[arg(long, value_name = "NAME|URL|FILE")]
    pub receipt_of: Option<String>,
    /// The engine it runs in; with both, the second has to agree row by row.
    #[arg(long, value_enum, default_value_t = Engines::Wasmtime)]
    pub engine: Engines,
    /// Runs only so many sections of the rows, and looks at the keys of the others.
    #[arg(long, value_name = "SECTIONS", value_parser = clap::value_parser!(u32).range(1..))]
    pub sample: Option<u32>,
    /// What the sections are drawn by; random when absent, and told.
    #[arg(long, value_name = "TEXT", requires = "sample")]
    pub seed: Option<String>,
}

/// The verbs of `strat export`.
#[derive(Debug, Subcommand)]
pub enum ExportVerb {
    /// Writes the receipts of a target's journal as in-toto statements, one a line.
    Receipts {
        /// The entry, and a step's number in it; all entries when absent.
        #[arg(value_name = "REV[#STEP]", allow_negative_numbers = true)]
        revision: Option<String>,
        #[command(flatten)]
        target: TargetArgs,
        /// The file to write; standard output when absent.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}
