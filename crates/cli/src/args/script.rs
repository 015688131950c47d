//! The words of `strat script`.

use clap::{Args, Subcommand, ValueEnum};

use super::TargetArgs;

/// What of a script is tested, and how.
#[derive(Clone, Debug, Args)]
pub struct TestArgs {
    /// The script; all of them when absent.
    pub name: Option<String>,
    /// Runs this case alone.
    #[arg(long, value_name = "NAME", requires = "name")]
    pub case: Option<String>,
    /// Takes what the cases got as right.
    #[arg(long)]
    pub bless: bool,
    /// Goes on for ever: builds and tests again whenever a file of the script changes.
    #[arg(long)]
    pub watch: bool,
    /// The engine whose results are looked at; with both, the second has to agree.
    #[arg(long, value_enum, default_value_t = Engines::Both)]
    pub engine: Engines,
    /// Runs it on rows of this target instead, says what would change and writes nothing.
    #[arg(long, value_name = "NAME|URL", requires = "name", conflicts_with_all = ["case", "bless", "watch"])]
    pub target: Option<String>,
    /// How many rows of the target: half of them the first, the others the last and some with NULL.
    #[arg(long, value_name = "ROWS", default_value_t = 200, requires = "target", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub sample: u32,
}

/// Which row a script is run on.
#[derive(Clone, Debug, Args)]
pub struct ReplayArgs {
    /// The script.
    pub name: String,
    #[command(flatten)]
    pub target: TargetArgs,
    /// The row's key, such as id=7; once for each column of the key, or of a group.
    #[arg(long, value_name = "COLUMN=VALUE", required = true)]
    pub row: Vec<String>,
    /// Makes a case of the row, with its real values.
    #[arg(long, value_name = "CASE")]
    pub save: Option<String>,
    /// The engine whose results are looked at; with both, the second has to agree.
    #[arg(long, value_enum, default_value_t = Engines::Both)]
    pub engine: Engines,
}

/// Engines that guests are tested in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engines {
    /// The one that compiles, whose results count.
    Wasmtime,
    /// The one that interprets, written by other people.
    Wasmi,
    /// Both of them.
    Both,
}

/// The verbs of `strat script`.
#[derive(Debug, Subcommand)]
pub enum ScriptVerb {
    /// Makes a script's folder, which builds and passes its own test.
    New {
        /// Its name: lower-case letters, digits and dashes.
        name: String,
        /// Its language.
        #[arg(long, value_enum)]
        lang: Language,
        /// The table and columns it reads, such as `docs.body`.
        #[arg(long, value_name = "TABLE.COLUMN", value_delimiter = ',')]
        reads: Vec<String>,
        /// The table and columns it writes.
        #[arg(long, value_name = "TABLE.COLUMN", value_delimiter = ',')]
        writes: Vec<String>,
        /// What becomes of a row.
        #[arg(long, value_enum, default_value_t = Shape::Backfill)]
        shape: Shape,
    },
    /// Builds its module with the language's usual tool and checks it.
    Build {
        /// The script; all of them when absent.
        name: Option<String>,
    },
    /// Runs its cases: twice, in batches of other sizes, and in a second engine.
    Test(TestArgs),
    /// Runs it on one row of a target, with all that it logs; writes nothing there.
    Replay(ReplayArgs),
    /// Lists the scripts and their modules.
    List,
}

/// The shapes of data steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// Rows of a table become the same rows with other values.
    Backfill,
    /// Rows are made of nothing but parameters and assets.
    #[value(skip)]
    Populate,
    /// Rows of a table become rows of other tables, any number of each.
    Transfer,
    /// Rows of a table that agree in some columns become one row of another table.
    Aggregate,
}

/// The languages that `strat script new` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Rust, without dependencies.
    Rust,
    /// C, without a C library.
    C,
    /// Zig.
    Zig,
    /// AssemblyScript, which reads like TypeScript.
    #[value(name = "assemblyscript")]
    AssemblyScript,
    /// Go, with what of its standard library needs no files.
    Go,
    /// JavaScript, run by QuickJS; needs no toolchain.
    #[value(name = "javascript")]
    JavaScript,
    /// Python, run by CPython; needs no toolchain.
    Python,
    /// WebAssembly's text form; needs no toolchain.
    Wat,
}
