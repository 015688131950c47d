//! The words of `strat vault`.

use clap::Subcommand;

use super::TargetArgs;

/// The verbs of `strat vault`.
#[derive(Debug, Subcommand)]
pub enum VaultVerb {
    /// Lists what is kept for the way back: what backfills overwrote and what DDL destroyed, with rows and size.
    List {
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Tells what is kept of one step.
    Show {
        /// The step: a revision and its number, such as 3f9c12ab04de#2.
        #[arg(value_name = "REVISION#STEP")]
        step: String,
        /// Of a backfill, also lists the keys of its rows, with what would become of each on the way back.
        #[arg(long)]
        rows: bool,
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Removes what has been kept for so many days; there is no way back to it from then on.
    Purge {
        /// What was kept at least so many days ago; 0 is everything.
        #[arg(long, value_name = "DAYS")]
        older_than: u32,
        /// Really removes it; without this, it is only listed.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        target: TargetArgs,
    },
}
