//! Runs: where to, in what manner, and what must be so when they ended.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use dialect::plan::Direction;
use model::{EntryId, random::Random};
use stratigraph_engine::{
    Prepared,
    journal::{Kind, Position},
};

use super::{
    excuse::{Met, excuse},
    law::records,
    site::{Site, is_whole},
    story::Story,
    world::{
        caught::killed_after,
        faults::{Fault, Mode},
        travel::{Go, Manner, Moves, Stop, Watched},
    },
};

/// Where a run goes.
pub type Goal = (Go, Vec<EntryId>);

fn told(moves: &[(EntryId, Direction)]) -> String {
    let each: Vec<String> = moves.iter().map(|(id, way)| format!("{way:?} {}", id.short())).collect();
    each.join(", ")
}

/// The entries that were completed since a record, as the journal has them.
async fn completed_since(site: &Site, seq: u64) -> Moves {
    let mut target = site.open().await;
    let all = records(&mut target).await;
    target.conn.close().await;
    let way = |kind: Kind| match kind {
        Kind::Applied => Some(Direction::Up),
        Kind::Reverted => Some(Direction::Down),
        _ => None,
    };
    all.iter().filter(|r| r.seq > seq).filter_map(|r| Some((r.entry, way(r.kind)?))).collect()
}

/// Whether a lease holds by the clock of the machine that wants to run.
async fn is_leased(site: &Site) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64 + site.clock_off_ms;
    // On servers the lock of the session decides.
    site.world.url.path().is_some() && site.leased_until().await.is_some_and(|until| until > now)
}

impl Story<'_> {
    fn goal(&self, random: &mut Random, at: usize, position: &Position) -> Goal {
        let applied: Vec<EntryId> = self.known.ancestors(&position.heads).into_iter().collect();
        let all: Vec<EntryId> = self.known.history.entries().map(|(id, _)| id).collect();
        let branch = |random: &mut Random| random.pick(&self.branches).copied().into_iter().collect();
        match (&self.sites[at].goal, random.below(12)) {
            (Some(goal), 0..9) => goal.clone(),
            (_, 0..6) => (Go::Up, branch(random)),
            (_, 6) => (Go::Up, vec![*random.pick(&all).unwrap()]),
            (_, 7..10) if random.once_in(4) => (Go::Down, vec![]),
            (_, 7..10) if !applied.is_empty() => (Go::Down, vec![*random.pick(&applied).unwrap()]),
            _ => (Go::Switch, branch(random)),
        }
    }

    /// The heads that a run comes to which comes to its end.
    fn heads_at(&self, (go, to): &Goal, position: &Position) -> Vec<EntryId> {
        let mut wanted: BTreeSet<EntryId> = self.known.ancestors(to);
        if *go == Go::Up {
            wanted.extend(self.known.ancestors(&position.heads));
        }
        let mut heads = self.known.history.graph().heads_among(&wanted);
        heads.sort();
        heads
    }

    fn met(&self, at: usize, goal: &Goal, position: &Position) -> Met {
        let clash = goal.0 == Go::Up && self.known.history.state_at(&self.heads_at(goal, position)).is_err();
        let rows = self.sites[at].notes.written;
        Met { rows, middle: !is_whole(position), clash, ..Met::default() }
    }

    fn manner(&self, random: &mut Random, at: usize) -> Manner<'static> {
        let site = &self.sites[at];
        // A server may take a moment to let go of the lock of a session that was cut off.
        let patience = if site.world.url.path().is_some() { Duration::ZERO } else { Duration::from_secs(10) };
        Manner {
            batch_rows: 1 + random.below(3),
            at_once: random.once_in(2),
            patience,
            clock_off_ms: site.clock_off_ms,
            ..Manner::default()
        }
    }

    /// One run, which may be cut off or killed.
    pub async fn run(&mut self, random: &mut Random, at: usize) {
        let before = self.sites[at].position().await;
        let goal = self.goal(random, at, &before);
        let watched = Watched::default();
        let mut manner = Manner { watched: Some(&watched), ..self.manner(random, at) };
        let (mut polls, mut fault) = (None, None);
        match random.below(100) {
            0..25 => {
                let mode = *random.pick(&Mode::LOST).unwrap();
                fault = Some(Arc::new(Fault::at(random.below(40), mode)));
            }
            25..40 => polls = Some(random.below(80)),
            _ => {}
        }
        manner.fault = fault.as_ref();
        let strikes = fault.as_ref().and_then(|fault| fault.strikes_at());
        let leased = is_leased(&self.sites[at]).await;
        let met = Met { outage: fault.is_some(), leased, ..self.met(at, &goal, &before) };
        let (go, to) = &goal;
        let to_words: Vec<String> = to.iter().map(EntryId::short).collect();
        let name = self.sites[at].name.clone();
        self.say(&format!("{name}: {go:?} to {to_words:?}, {strikes:?}, killed after {polls:?}"));
        let site = &self.sites[at];
        let travel = site.world.travel(&self.known, *go, to, manner);
        let ended = match polls {
            Some(polls) => killed_after(polls, travel).await,
            None => Some(travel.await),
        };
        if ended.is_none() {
            site.settle().await;
        }
        let completed = completed_since(site, before.seq).await;
        self.say(&format!("→ {}", told(&completed)));
        self.judge(&completed, &[&watched]);
        self.end(at, (goal, &before), ended, met).await;
    }

    /// What was completed must be what was planned, from its first on, and what was said to be complete among it.
    fn judge(&self, completed: &Moves, runs: &[&Watched]) {
        let plans: Vec<Moves> = runs.iter().map(|run| run.planned.lock().unwrap().clone()).collect();
        for done in runs.iter().flat_map(|run| run.done.lock().unwrap().clone()) {
            assert!(completed.contains(&done), "said to be complete, and isn't in the journal: {done:?}");
        }
        let common = |plan: &Moves, of: &[(EntryId, Direction)]| {
            plan.iter().zip(of).take_while(|(planned, done)| planned == done).count()
        };
        let explains = |first: &Moves, second: &Moves| {
            (0..=common(first, completed)).any(|n| common(second, &completed[n..]) == completed.len() - n)
        };
        let none = Moves::new();
        let (first, second) = (&plans[0], plans.get(1).unwrap_or(&none));
        assert!(
            explains(first, second) || explains(second, first),
            "completed: {}; planned: {:?}",
            told(completed),
            plans.iter().map(|plan| told(plan)).collect::<Vec<_>>()
        );
    }

    async fn end(
        &mut self,
        at: usize,
        (goal, before): (Goal, &Position),
        ended: Option<Result<Prepared, Stop>>,
        met: Met,
    ) {
        let after = self.sites[at].position().await;
        let middle = !is_whole(&after);
        match ended {
            None => self.count("killed"),
            Some(Err(stop)) => {
                let Some(why) = excuse(&stop, met) else { panic!("{met:?}: {}\n{stop:?}", stop.said()) };
                self.say(&format!("({why}: {})", stop.said()));
                self.count(why);
                if !matches!(stop, Stop::Failed(_)) || why == "leased" {
                    assert_eq!(after, *before, "it was refused, and isn't where it was");
                }
            }
            Some(Ok(prepared)) => {
                assert!(!met.leased, "another run holds it");
                let mut heads = after.heads.clone();
                heads.sort();
                assert_eq!(heads, self.heads_at(&goal, before), "it came to its end, elsewhere");
                assert!(!middle, "it came to its end, in the middle of an entry");
                self.say(&format!("({} entries)", prepared.plan.entries.len()));
                self.count("arrived");
                if !met.outage {
                    self.once_more(at, &goal).await;
                }
            }
        }
        self.sites[at].goal = middle.then_some(goal);
    }

    /// The same run again has nothing to do.
    async fn once_more(&mut self, at: usize, (go, to): &Goal) {
        let manner = Manner { clock_off_ms: self.sites[at].clock_off_ms, ..Manner::default() };
        match self.sites[at].world.travel(&self.known, *go, to, manner).await {
            Ok(again) => assert!(again.plan.is_empty(), "once more: {:?}", again.plan),
            Err(stop) => panic!("once more: {}", stop.said()),
        }
    }

    /// Two runs at the same moment, the second by a clock of its own.
    pub async fn meet(&mut self, random: &mut Random, at: usize) {
        let before = self.sites[at].position().await;
        let goals = [self.goal(random, at, &before), self.goal(random, at, &before)];
        let watched = [Watched::default(), Watched::default()];
        let off = if random.once_in(3) { 120_000 } else { 0 };
        let one = Manner { watched: Some(&watched[0]), ..self.manner(random, at) };
        let other = Manner { watched: Some(&watched[1]), ..self.manner(random, at) };
        let other = Manner { clock_off_ms: other.clock_off_ms + off, ..other };
        let leased = is_leased(&self.sites[at]).await;
        let name = self.sites[at].name.clone();
        self.say(&format!("two runs on {name}: {:?} and, {off} ms ahead, {:?}", goals[0], goals[1]));
        let site = &self.sites[at];
        let ended = tokio::join!(
            site.world.travel(&self.known, goals[0].0, &goals[0].1, one),
            site.world.travel(&self.known, goals[1].0, &goals[1].1, other)
        );
        let completed = completed_since(site, before.seq).await;
        self.say(&format!("→ {}", told(&completed)));
        self.judge(&completed, &[&watched[0], &watched[1]]);
        for (ended, goal) in [(ended.0, &goals[0]), (ended.1, &goals[1])] {
            let met = Met { company: true, leased, ..self.met(at, goal, &before) };
            match ended {
                Ok(_) => self.count("arrived beside another"),
                Err(stop) => {
                    let Some(why) = excuse(&stop, met) else { panic!("{met:?}: {}\n{stop:?}", stop.said()) };
                    self.say(&format!("({why}: {})", stop.said()));
                    self.count("gave way to another");
                }
            }
        }
        let middle = !is_whole(&self.sites[at].position().await);
        self.sites[at].goal = middle.then(|| goals[0].clone());
    }
}
