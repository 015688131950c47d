//! The words for running data steps beside a live system: waiting, pausing, holding back.

use clap::{Args, Subcommand};

use super::TargetArgs;

/// What is waited for.
#[derive(Clone, Debug, Args)]
pub struct WaitArgs {
    /// Until the target has applied this revision; without it, until the target answers. A whole id, such as `strat show head --id`
    /// printed it when an image was built, needs no ledger.
    #[arg(long, value_name = "REVISION", allow_hyphen_values = true)]
    pub applied: Option<String>,
    /// How long at the most, such as `30s` or `10m`.
    #[arg(long, value_name = "TIME", default_value = "10m")]
    pub timeout: String,
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Which target was restored or copied, and why.
#[derive(Clone, Debug, Args)]
pub struct MovedArgs {
    /// Why, for whoever reads the journal, such as the ticket and the backup's date.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub reason: String,
    #[command(flatten)]
    pub target: TargetArgs,
}

/// Which data step is told something, why, and where.
#[derive(Clone, Debug, Args)]
pub struct OrderArgs {
    /// The data step: a revision, with `#` and the step's number where its entry has several. All of the target's when absent.
    #[arg(value_name = "STEP")]
    pub step: Option<String>,
    #[command(flatten)]
    pub target: TargetArgs,
}

/// How fast data steps may go. Nothing said is no limit.
#[derive(Clone, Debug, Args)]
pub struct ThrottleArgs {
    /// At most so many rows a second.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_rows_per_second: Option<u64>,
    /// Rests while a replica is further behind, such as `2s`.
    #[arg(long, value_name = "TIME")]
    pub max_lag: Option<String>,
    /// Rests while more statements than that are at work on the server, the run's own aside.
    #[arg(long, value_name = "STATEMENTS")]
    pub max_load: Option<u64>,
    /// How long a batch is to take.
    #[arg(long, value_name = "TIME")]
    pub batch_time: Option<String>,
}

/// How large the batches of data steps are, and how fast they follow each other. The result can't depend on it.
#[derive(Clone, Debug, Args)]
pub struct PaceArgs {
    /// Rows of each batch; without it, batches follow how long they take.
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1..))]
    pub batch_rows: Option<u32>,
    #[command(flatten)]
    pub throttle: ThrottleArgs,
    /// Rests while this query's first value is a text, which is the reason.
    #[arg(long, value_name = "SQL")]
    pub throttle_query: Option<String>,
    /// Leaves others no share of the time on SQLite, where only one can write at once.
    #[arg(long)]
    pub full_speed: bool,
}

/// The verbs of `strat backfill`.
#[derive(Debug, Subcommand)]
pub enum BackfillVerb {
    /// Lists data steps and how they stand.
    List {
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Shows one data step: how far it is, what holds it, who is at it.
    Show(OrderArgs),
    /// Lists the rows that data steps have set aside: by key and class, never by value.
    Rejects {
        #[command(flatten)]
        target: TargetArgs,
    },
    /// Lets a run stand still after the batch at hand, and keeps others from going on.
    Pause {
        #[command(flatten)]
        order: OrderArgs,
        /// Why; it stands in the journal.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Lifts a pause; `strat up` goes on then.
    Resume {
        #[command(flatten)]
        order: OrderArgs,
        /// Why; it stands in the journal.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
    /// Says how fast data steps may go from now on, also those of a run at work.
    Throttle {
        #[command(flatten)]
        order: OrderArgs,
        #[command(flatten)]
        throttle: ThrottleArgs,
        /// Takes back what was said before.
        #[arg(long, conflicts_with_all = ["max_rows_per_second", "max_lag", "max_load", "batch_time"])]
        off: bool,
        /// Why; it stands in the journal.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
    },
}
