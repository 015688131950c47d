//! The words of `strat vault`.

use clap::Subcommand;

use super::TargetArgs;

/// The verbs of `strat vault`.
#[derive(Debug, Subcommand)]
pub enum VaultVerb {
    /// Lists the backfills of which overwritten values are kept, with rows and size.
    List {
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Tells what is kept of one backfill.
    Show {
        /// The step: a revision and its number, such as 3f9c12ab04de#2.
        #[arg(value_name = "REVISION#STEP")]
        step: String,
        /// Also lists the keys of its rows, with what would become of each on the way back.
        #[arg(long)]
        rows: bool,
        #[command(flatten)]
        target: TargetArgs,
    },
}
