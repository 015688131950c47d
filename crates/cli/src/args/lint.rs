//! The words of `strat lint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What `strat lint` looks at.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Drafts; all that aren't recorded when absent.
    pub drafts: Vec<PathBuf>,
    /// Explains a hazard's code; all of them, a line each, without one.
    #[arg(long, value_name = "CODE", num_args = 0..=1, default_missing_value = "all")]
    pub explain: Option<String>,
    /// Looks at what the drafts are to one target: its database, version and the size of its tables. Without one they are looked at
    /// for every kind of database that strat.ron names.
    #[arg(long, value_name = "NAME|URL")]
    pub target: Option<String>,
    /// Writes what other tools read: SARIF 2.1.0, or annotations of a GitHub pull request.
    #[arg(long = "as", value_enum, value_name = "FORM")]
    pub form: Option<Report>,
}

/// What other tools read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Report {
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands, which GitHub shows beside the draft's lines.
    Github,
}
