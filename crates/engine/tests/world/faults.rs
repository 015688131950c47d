//! The points at which a run writes, and what can happen to it there.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, OnceLock},
};

use model::random::Random;
use stratigraph_engine::driver::Faults;

/// What a call of the driver does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing that outlives the session.
    Nothing,
    /// Rows of the tables of people, and how far a step has come with them.
    Batch,
    Lease,
    Journal,
    Ddl,
    Vault,
    Commit,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Kind::Nothing => "nothing",
            Kind::Batch => "batch",
            Kind::Lease => "lease",
            Kind::Journal => "journal",
            Kind::Ddl => "DDL",
            Kind::Vault => "vault",
            Kind::Commit => "commit",
        })
    }
}

/// These begin what leaves no trace in the database. Whatever isn't known is taken for a change of the schema.
const TRACELESS: [&str; 17] = [
    "",
    "BEGIN",
    "DEALLOCATE",
    "DO",
    "EXPLAIN",
    "LOCK",
    "PRAGMA",
    "RELEASE",
    "RESET",
    "ROLLBACK",
    "SAVEPOINT",
    "SELECT",
    "SET",
    "SHOW",
    "START",
    "UNLOCK",
    "VALUES",
];

fn kind_of_one(sql: &str) -> Kind {
    let sql = sql.trim();
    let word = sql.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_uppercase();
    let writes = |word: &str| ["INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"].contains(&word);
    match word.as_str() {
        "COMMIT" => Kind::Commit,
        "SELECT" if sql.contains("setval(") => Kind::Ddl,
        word if TRACELESS.contains(&word) => Kind::Nothing,
        _ if sql.contains("strat_vault") => Kind::Vault,
        word if !writes(word) => Kind::Ddl,
        _ if sql.contains("strat_lease") => Kind::Lease,
        _ if sql.contains("strat_journal") || sql.contains("strat_entry") => Kind::Journal,
        _ => Kind::Batch,
    }
}

/// What the call does that has these statements in it: the most that one of them does.
fn kind(statements: &[&str]) -> Kind {
    let all = statements.iter().flat_map(|text| text.split(";\n"));
    all.map(kind_of_one).max().unwrap_or(Kind::Nothing)
}

/// What happens at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// The connection is lost before the call.
    NotDone,
    /// The call is done and the connection is lost before its answer.
    AnswerLost,
    /// The process is killed right behind the call.
    ProcessKilled,
    /// The server ends the session right before the call.
    SessionKilled,
    /// The server is killed right before the call, and comes up again.
    ServerKilled,
}

impl Mode {
    pub const LOST: [Mode; 2] = [Mode::NotDone, Mode::AnswerLost];

    fn word(self) -> &'static str {
        match self {
            Mode::NotDone => "not done",
            Mode::AnswerLost => "answer lost",
            Mode::ProcessKilled => "process killed",
            Mode::SessionKilled => "session killed",
            Mode::ServerKilled => "server killed",
        }
    }
}

/// What kills a process or a server. The call goes on when it comes back.
pub type Kill = Box<dyn Fn() + Send + Sync>;

/// Sees the calls of a connection, and strikes at one of them.
#[derive(Default)]
pub struct Fault {
    at: Option<(usize, Mode)>,
    kill: OnceLock<Kill>,
    seen: Mutex<Vec<Kind>>,
}

impl Fault {
    /// One that strikes at the call of this number.
    pub fn at(call: usize, mode: Mode) -> Fault {
        Fault { at: Some((call, mode)), ..Fault::default() }
    }

    /// At which call it strikes, and how; one that only looks does neither.
    pub fn strikes_at(&self) -> Option<(usize, Mode)> {
        self.at
    }

    /// Says what kills.
    pub fn kill_by(&self, kill: Kill) {
        assert!(self.kill.set(kill).is_ok(), "that was said before");
    }

    /// Whether it has struck.
    fn has_struck(&self) -> bool {
        self.at.is_some_and(|(call, _)| call < self.seen.lock().unwrap().len())
    }

    /// The calls seen that write, by their numbers.
    pub fn points(&self) -> Vec<(usize, Kind)> {
        let seen = self.seen.lock().unwrap();
        seen.iter().copied().enumerate().filter(|(_, kind)| *kind != Kind::Nothing).collect()
    }

    /// Whether it strikes now, at the call seen last, in this mode.
    fn strikes(&self, modes: &[Mode]) -> bool {
        let last = self.seen.lock().unwrap().len() - 1;
        self.at.is_some_and(|(call, mode)| call == last && modes.contains(&mode))
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((call, mode)) => write!(f, "{} at call {call}", mode.word()),
            None => f.write_str("undisturbed"),
        }
    }
}

impl Faults for Fault {
    fn before(&self, statements: &[&str]) -> bool {
        self.seen.lock().unwrap().push(kind(statements));
        if self.strikes(&[Mode::SessionKilled, Mode::ServerKilled]) {
            self.kill.get().expect("somebody said what kills")();
        }
        self.strikes(&[Mode::NotDone])
    }

    fn after(&self, _: &[&str]) -> bool {
        if self.strikes(&[Mode::ProcessKilled]) {
            self.kill.get().expect("somebody said what kills")();
        }
        self.strikes(&[Mode::AnswerLost])
    }
}

/// Which of the points are met.
#[derive(Clone, Copy)]
pub enum Met {
    All,
    /// So many of all that could happen, of each kind and mode about as many, picked by a seed.
    Some(usize, u64),
}

impl Met {
    fn pick(self, points: &[(usize, Kind)], modes: &[Mode]) -> Vec<(usize, Kind, Mode)> {
        let all = modes.iter().flat_map(|mode| points.iter().map(|(call, kind)| (*call, *kind, *mode)));
        let mut all: Vec<_> = all.collect();
        let Met::Some(count, seed) = self else { return all };
        let mut random = Random::new(seed);
        for at in (1..all.len()).rev() {
            all.swap(at, random.below(at + 1));
        }
        let mut before: BTreeMap<(Kind, Mode), usize> = BTreeMap::new();
        let ranked = all.into_iter().map(|point| {
            let rank = before.entry((point.1, point.2)).or_default();
            *rank += 1;
            (*rank, point)
        });
        let mut ranked: Vec<_> = ranked.collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().take(count).map(|(_, point)| point).collect()
    }
}

/// How many points were met, of each kind in each mode.
#[derive(Default)]
pub struct Tally(BTreeMap<(Kind, Mode), usize>);

impl Tally {
    pub fn add(&mut self, other: Tally) {
        for (cell, count) in other.0 {
            *self.0.entry(cell).or_default() += count;
        }
    }

    pub fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// A row for each kind, a column for each mode.
    pub fn table(&self) -> String {
        let mut modes: Vec<Mode> = self.0.keys().map(|(_, mode)| *mode).collect();
        modes.sort();
        modes.dedup();
        let mut table = format!("\n{:10}", "");
        modes.iter().for_each(|mode| table += &format!("{:>16}", mode.word()));
        for kind in [Kind::Journal, Kind::Ddl, Kind::Batch, Kind::Vault, Kind::Lease, Kind::Commit] {
            table += &format!("\n{kind:10}");
            for mode in &modes {
                table += &format!("{:>16}", self.0.get(&(kind, *mode)).copied().unwrap_or(0));
            }
        }
        table
    }
}

/// Has a run met at the points at which it writes, which a first run tells that nobody disturbs. `run` also looks whether the runs
/// behind it end where they should.
pub async fn at_every_point((met, modes): (Met, &[Mode]), mut run: impl AsyncFnMut(&Arc<Fault>)) -> Tally {
    let clean = Arc::new(Fault::default());
    run(&clean).await;
    let points = clean.points();
    assert!(points.len() > 5, "it writes so seldom: {points:?}");
    let mut tally = Tally::default();
    for (call, kind, mode) in met.pick(&points, modes) {
        let fault = Arc::new(Fault::at(call, mode));
        run(&fault).await;
        // A process that was killed has taken its own fault along.
        assert!(mode == Mode::ProcessKilled || fault.has_struck(), "{kind:?} at call {call} was never made");
        *tally.0.entry((kind, mode)).or_default() += 1;
    }
    tally
}
