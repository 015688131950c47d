//! Targets on their way.

use std::{
    sync::{Arc, Mutex, atomic::AtomicBool},
    time::Duration,
};

use dialect::plan::{Direction, Plan, PlannedEntry};
use model::{Digest, EntryId, Fault as _, route::RouteError};
use stratigraph_engine::{
    Choices, Event, Known, PrepareError, Prepared, RunOptions, Target,
    apply::ApplyError,
    carry_out,
    data::{Allowed, Pacing},
    gate::{self, GateError, Guarded},
    guests::Guests,
    prepare_down, prepare_switch, prepare_up,
};

use super::{World, faults::Fault};

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
#[derive(Clone, Copy)]
pub struct Manner<'a> {
    pub accepted: &'a [String],
    /// What its connection meets once the plan is made.
    pub fault: Option<&'a Arc<Fault>>,
    pub batch_rows: usize,
    /// Whether entries that can be are applied at once.
    pub at_once: bool,
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
    let each = |entry: &PlannedEntry| match entry.stands_for.is_empty() {
        true => vec![(entry.entry, entry.direction)],
        false => entry.stands_for.iter().map(|passed| (passed.entry, entry.direction)).collect(),
    };
    plan.entries.iter().flat_map(each).collect()
}

impl Default for Manner<'_> {
    fn default() -> Self {
        Manner {
            accepted: &[],
            fault: None,
            batch_rows: 100,
            at_once: false,
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
        let choices = Choices { database: "main", step_by_step: !manner.at_once };
        let prepared = match go {
            Go::Up => prepare_up(target, known, &wanted, choices).await,
            Go::Down => prepare_down(target, known, &wanted, choices).await,
            Go::Switch => prepare_switch(target, known, &wanted, choices).await,
        };
        let prepared = prepared.map_err(Stop::Unplanned)?;
        gate::check(&prepared.plan, known, Guarded::OPEN, manner.accepted).map_err(Stop::Lossy)?;
        if let Some(fault) = manner.fault {
            target.conn.lose_by(fault.clone());
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
