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
    /// Connections that work on a backfill at once, on PostgreSQL, MySQL and MariaDB; SQLite has one writer.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub workers: u16,
    /// Leaves others no share of the time on SQLite, where only one can write at once.
    #[arg(long)]
    pub full_speed: bool,
}

/// Which refused rows a run may leave as they are, beside what the steps say.
#[derive(Clone, Debug, Args)]
pub struct AsideArgs {
    /// Leaves rows as they are that a data step's script or the database refuses, on record: the one with this key, such as id=7 or
    /// 'org=a, day=2026-01-01', or so many of each step. Traps and limits stop the step all the same, and steps behind it that build
    /// on those rows wait for `strat backfill retry` or a repair.
    #[arg(long, value_name = "KEY|ROWS", requires = "reason")]
    pub set_aside: Vec<String>,
    /// Why; it stands in the journal.
    #[arg(long, value_name = "TEXT", requires = "set_aside")]
    pub reason: Option<String>,
}

/// Which rows a draft does again.
#[derive(Clone, Debug, Args)]
pub struct RepairsArgs {
    /// Writes a draft that does the rows again which this backfill has set aside on the target, or, where none are open there, all that it
    /// visits: a revision, with `#` and the step's number where its entry has several.
    #[arg(long, value_name = "STEP")]
    pub repairs: Option<String>,
    /// The script that does them; the backfill's own when absent.
    #[arg(long, value_name = "NAME", requires = "repairs")]
    pub script: Option<String>,
    /// Where the rows are; as for the other commands when absent.
    #[arg(long, value_name = "NAME|URL", requires = "repairs")]
    pub target: Option<String>,
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
    /// Lists the open rows that data steps have set aside: by key and class, never by value.
    Rejects {
        #[command(flatten)]
        target: TargetArgs,
        /// Also those that were done since, or repaired.
        #[arg(long)]
        all: bool,
    },
    /// Does rows again that were set aside, by the same script, after somebody has mended them.
    Retry {
        #[command(flatten)]
        order: OrderArgs,
        /// How long to wait for another run, such as `30s` or `5m`.
        #[arg(long, value_name = "TIME", default_value = "10s")]
        wait: String,
        /// Why; it stands in the journal.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
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
