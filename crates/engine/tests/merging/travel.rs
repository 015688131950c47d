//! Targets on their way, and what they look like when they are there.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use dialect::{
    Projected,
    plan::{Direction, Plan},
};
use model::{
    Column, Digest, EntryId, Fault, Schema, Table, Type, Value, route::RouteError, rows::encode_row,
};
use stratigraph_engine::{
    Choices, Event, Known, PrepareError, Prepared, RunOptions, Target, TargetUrl,
    apply::ApplyError,
    carry_out,
    data::{Allowed, Pacing},
    driver::{CellType, Connection, Mode, Outage},
    gate::{self, GateError, Guarded},
    guests::Guests,
    prepare_down, prepare_switch, prepare_up,
};

use super::world::World;

/// Which way a target goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    Up,
    Down,
    Switch,
}

/// Why a target didn't arrive.
#[derive(Debug)]
pub enum Stop {
    /// There is no plan.
    Unplanned(PrepareError),
    /// The plan loses what nobody agreed to lose.
    Lossy(GateError),
    /// It was under way.
    Failed(ApplyError),
}

impl Stop {
    /// Whether there is no way because of what can't be undone, or can't be said to this database.
    pub fn is_refusal(&self) -> bool {
        match self {
            Stop::Unplanned(PrepareError::Route(RouteError::CantUndo { .. })) => true,
            Stop::Unplanned(PrepareError::Plan(cause)) => cause.to_string().contains(" can't "),
            Stop::Unplanned(_) | Stop::Failed(_) => false,
            Stop::Lossy(_) => true,
        }
    }

    pub fn said(&self) -> String {
        match self {
            Stop::Unplanned(e) => format!("no plan: {e}"),
            Stop::Lossy(e) => format!("lossy: {e}"),
            Stop::Failed(e) => format!("failed: {e}; {}", e.hint().unwrap_or_default()),
        }
    }
}

/// What a target is asked to bear.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    pub accepted: &'a [String],
    pub outage: Option<Outage>,
    pub batch_rows: usize,
    pub step_by_step: bool,
    /// How long it waits for another run. A server may take a moment to let go of the lock of a session that was cut off.
    pub patience: Duration,
    /// By how much the clock of the machine that it runs on is off.
    pub clock_off_ms: i64,
    pub watched: Option<&'a Watched>,
}

/// Entries with the way that they go.
pub type Moves = Vec<(EntryId, Direction)>;

/// What is seen of a run from outside, also of one that doesn't come to its end.
#[derive(Debug, Default)]
pub struct Watched {
    pub planned: Mutex<Moves>,
    /// Those that it said were complete; of those that go at once, the one that stands for them.
    pub done: Mutex<Moves>,
}

fn moves(plan: &Plan) -> Moves {
    let each = |entry: &dialect::plan::PlannedEntry| match entry.stands_for.is_empty() {
        true => vec![(entry.entry, entry.direction)],
        false => entry.stands_for.iter().map(|passed| (passed.entry, entry.direction)).collect(),
    };
    plan.entries.iter().flat_map(each).collect()
}

impl Default for Manner<'_> {
    fn default() -> Self {
        Manner {
            accepted: &[],
            outage: None,
            batch_rows: 100,
            step_by_step: true,
            patience: Duration::from_secs(10),
            clock_off_ms: 0,
            watched: None,
        }
    }
}

impl World {
    /// Brings the target to these heads.
    pub async fn travel(
        &self,
        known: &Known,
        go: Go,
        to: &[EntryId],
        manner: Manner<'_>,
    ) -> Result<Prepared, Stop> {
        let mut target = self.target().await;
        let result = self.travel_on(&mut target, known, go, to, manner).await;
        target.conn.close().await;
        result
    }

    async fn travel_on(
        &self,
        target: &mut Target,
        known: &Known,
        go: Go,
        to: &[EntryId],
        manner: Manner<'_>,
    ) -> Result<Prepared, Stop> {
        let wanted = known.ancestors(to);
        let choices = Choices { database: "main", step_by_step: manner.step_by_step };
        let prepared = match go {
            Go::Up => prepare_up(target, known, &wanted, choices).await,
            Go::Down => prepare_down(target, known, &wanted, choices).await,
            Go::Switch => prepare_switch(target, known, &wanted, choices).await,
        };
        let prepared = prepared.map_err(Stop::Unplanned)?;
        gate::check(&prepared.plan, known, Guarded::OPEN, manner.accepted).map_err(Stop::Lossy)?;
        if let Some(outage) = manner.outage {
            target.conn.lose_at(outage);
        }
        target.journal.set_clock_off(manner.clock_off_ms);
        if let Some(watched) = manner.watched {
            *watched.planned.lock().unwrap() = moves(&prepared.plan);
        }
        let mut tell = |event: Event| {
            if let (Event::EntryDone { entry, direction, .. }, Some(watched)) = (event, manner.watched) {
                watched.done.lock().unwrap().push((entry, direction));
            }
        };
        let interrupt = AtomicBool::new(false);
        let options = RunOptions {
            accepted: manner.accepted,
            patience: manner.patience,
            pacing: Pacing::fixed(manner.batch_rows),
            interrupt: &interrupt,
            allowed: Allowed::default(),
        };
        let blobs = |digest: &Digest| self.blob(digest);
        let guests = Guests::new(&blobs);
        carry_out(target, &prepared, known, options, &guests, &mut tell).await.map_err(Stop::Failed)?;
        Ok(prepared)
    }

    /// Runs statements as somebody who isn't strat would.
    pub async fn by_hand(&self, statements: &[&str]) {
        let mut target = self.target().await;
        for sql in statements {
            target.conn.run(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
        }
        target.conn.close().await;
    }
}

/// What a target looks like.
#[derive(Debug)]
pub struct Picture {
    pub heads: Vec<EntryId>,
    pub schema: Projected,
    /// For each table the digest of its rows, by rising key.
    pub digests: BTreeMap<String, Digest>,
    /// The rows themselves, for who has to read why they differ; columns by rising name.
    pub rows: BTreeMap<String, Vec<Vec<Value>>>,
}

impl Picture {
    /// Stops unless both show the same.
    #[track_caller]
    pub fn must_be(&self, other: &Picture, what: &str) {
        assert_eq!(self.heads, other.heads, "{what}");
        let differences = self.schema.differences(&other.schema);
        assert!(differences.is_empty(), "{what}: {differences:#?}");
        if self.digests != other.digests {
            panic!("{what}: rows differ:\n{:#?}\n{:#?}", self.rows, other.rows);
        }
    }
}

/// Looks at the target, which must be what was folded for the entries it has.
pub async fn picture(world: &World, known: &Known) -> Picture {
    let mut target = world.target().await;
    let heads = target.journal.position.heads.clone();
    let state = known.history.state_at(&heads).unwrap();
    let folded = state.schema("main");
    let schema = target.introspect().await.unwrap();
    let differences = target.dialect.project(folded, &target.facts).differences(&schema);
    assert!(differences.is_empty(), "at {heads:?}: {differences:#?}");
    let (digests, rows) = all_rows(&mut target, folded).await;
    target.conn.close().await;
    Picture { heads, schema, digests, rows }
}

type Rows = BTreeMap<String, Vec<Vec<Value>>>;

/// The rows of a table, in no order.
pub async fn read(target: &mut Target, table: &Table, columns: &[&Column]) -> Vec<Vec<Value>> {
    let quoted =
        |c: &&Column| target.dialect.wire(&c.ty).read.replace("{}", &target.dialect.quote_ident(&c.name));
    let list = columns.iter().map(quoted).collect::<Vec<_>>().join(", ");
    let cells: Vec<CellType> = columns.iter().map(|c| CellType::from(&c.ty)).collect();
    let sql = format!("SELECT {list} FROM {}", target.dialect.quote_ident(&table.name));
    target.conn.read_rows(&sql, &[], &cells).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
}

async fn all_rows(target: &mut Target, schema: &Schema) -> (BTreeMap<String, Digest>, Rows) {
    let (mut digests, mut all) = (BTreeMap::new(), BTreeMap::new());
    for table in schema.tables() {
        let mut columns: Vec<&Column> = table.columns.iter().collect();
        columns.sort_by(|a, b| a.name.cmp(&b.name));
        let types: Vec<_> = columns.iter().map(|c| c.ty.clone()).collect();
        let rows = read(target, table, &columns).await;
        let mut encoded: Vec<(Vec<u8>, Vec<Value>)> =
            rows.into_iter().map(|row| (encode_row(&types, &row).unwrap(), row)).collect();
        encoded.sort_by(|a, b| a.0.cmp(&b.0));
        let bytes: Vec<u8> = encoded.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        digests.insert(table.name.clone(), Digest::of(&bytes));
        all.insert(table.name.clone(), encoded.into_iter().map(|(_, row)| row).collect());
    }
    (digests, all)
}

/// Where fresh databases come from: files, or one server.
pub struct Places {
    pub server: Option<String>,
    name: String,
    made: AtomicU32,
    gone: AtomicU32,
}

impl Places {
    /// Files when there is no server; the URL is that of a database on it.
    pub fn new(server: Option<String>) -> Places {
        let name = server.as_ref().and_then(|url| Some(url.rsplit_once('/')?.1.to_owned()));
        let name = name.unwrap_or_else(|| "t".to_owned());
        Places { server, name, made: AtomicU32::new(0), gone: AtomicU32::new(0) }
    }

    /// Whether making and changing databases takes its time here. `STRAT_TEST_MERGING` makes no difference between them.
    pub fn are_slow(&self) -> bool {
        self.server.is_some() && std::env::var_os("STRAT_TEST_MERGING").is_none()
    }

    /// An empty database for a ledger's entries.
    pub async fn fresh(&self, world: &World) -> World {
        self.fresh_by(world, |name| format!("CREATE DATABASE {name}")).await
    }

    /// The same, made by a statement of one's own where there is a server.
    pub async fn fresh_by(&self, world: &World, sql: impl Fn(&str) -> String) -> World {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{number}", self.name);
        let Some(server) = &self.server else { return world.beside(&format!("{name}.db"), None) };
        self.admin(&sql(&name)).await;
        let (base, _) = server.rsplit_once('/').unwrap();
        world.beside("", Some(format!("{base}/{name}")))
    }

    /// Takes all of them away.
    pub async fn clear(&self) {
        let Some(server) = &self.server else { return };
        let force = if server.starts_with("postgres") { " WITH (FORCE)" } else { "" };
        let made = self.made.load(Ordering::Relaxed);
        for number in self.gone.swap(made, Ordering::Relaxed)..made {
            self.admin(&format!("DROP DATABASE {}_{number}{force}", self.name)).await;
        }
    }

    /// A statement that is about the server's databases.
    pub async fn admin(&self, sql: &str) {
        let url = TargetUrl::parse(self.server.as_deref().unwrap()).unwrap();
        let mut admin = Connection::open(&url, Mode::Write).await.unwrap();
        // PostgreSQL copies nothing that a session which was cut off has not yet left.
        let mut tries = 0..50;
        while let Err(error) = admin.run(sql).await {
            assert!(error.to_string().contains("55006") && tries.next().is_some(), "{sql}: {error}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        admin.close().await;
    }
}

/// A column's value in the row of that number, as a literal of any database; nothing where the column is left to its default.
pub fn sample(column: &Column, schema: &Schema, number: usize) -> Option<String> {
    if column.generated.is_some() {
        return None;
    }
    Some(match &column.ty {
        Type::SmallInt | Type::Integer | Type::BigInt | Type::Decimal(..) => number.to_string(),
        Type::Text | Type::Varchar(_) => format!("'Text {number}'"),
        Type::Json => format!("'{{\"n\": {number}}}'"),
        Type::Enum(of) => {
            let values = &schema.enum_(*of)?.values;
            format!("'{}'", values.get(number % values.len())?.name)
        }
        _ => return None,
    })
}
