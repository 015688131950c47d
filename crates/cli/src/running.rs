//! One run on a target: looked at first, planned, allowed, carried out, told.

use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use dialect::{hazard::PAGES, plan::Direction};
use engine::{
    Choices, Known, Prepared, RunOptions, Target,
    apply::ApplyError,
    carry_out,
    data::{DataError, Pacing},
    driver::Mode,
    gate::{self, Guarded},
    guests::Guests,
    journal::{Position, Throttle},
    prepare::is_half_applied,
    prepare_down, prepare_switch, prepare_up,
};
use ledger::{Graph, Ledger, printable};
use model::{Class, Digest, EntryId, data_step::Blob};
use serde_json::json;

use crate::{
    args::{AsideArgs, RunArgs, TargetArgs, ThrottleArgs},
    asides::Aside,
    config::{Chosen, Settings},
    desk::Desk,
    failure::{Failure, Plain},
    output::{count, human, warn},
    own::Own,
    pages,
    planned::{self, How},
    preview,
    progress::Progress,
    seen, signals, stand,
};

/// So often a plan is made anew because another run has moved the target meanwhile.
const TRIES: u32 = 20;

/// A run on a target.
pub struct Running<'a> {
    /// The workspace.
    pub desk: &'a Desk<'a>,
    /// The target.
    pub chosen: Chosen,
    /// The user's own query for reasons to rest.
    query: Option<String>,
    /// What was typed.
    pub args: &'a RunArgs,
    direction: Direction,
    /// Whether it goes to exactly what is wanted: down to what is common, then up.
    switches: bool,
    /// Stops before the first data step of more rows.
    before_data: Option<u64>,
    /// Shows so many rows of each data step instead of carrying it out.
    preview: Option<usize>,
    aside: Aside,
    seen: Cell<Option<Position>>,
}

impl<'a> Running<'a> {
    /// Finds the target.
    pub fn new(
        desk: &'a Desk<'a>,
        target: &TargetArgs,
        args: &'a RunArgs,
        direction: Direction,
    ) -> Result<Running<'a>, Failure> {
        let chosen = Settings::read(&desk.place)?.choose(&desk.place, target.target.as_deref())?;
        let query = Own::read()?.throttle_query(&chosen);
        Ok(Running {
            desk,
            chosen,
            query,
            args,
            direction,
            switches: false,
            before_data: None,
            preview: None,
            aside: Aside::default(),
            seen: Cell::new(None),
        })
    }

    /// The same run, going down to what is common and then up.
    pub fn switching(self) -> Running<'a> {
        Running { switches: true, ..self }
    }

    /// The same run, stopping before the first data step of more rows than that.
    pub fn before_data(self, rows: Option<u64>) -> Running<'a> {
        Running { before_data: rows, ..self }
    }

    /// The same run, which only shows so many rows of each data step as they would become.
    pub fn preview(self, rows: Option<u32>) -> Running<'a> {
        Running { preview: rows.map(|rows| rows as usize), ..self }
    }

    /// The same run, which may set rows aside beside those that the steps say.
    pub fn setting_aside(self, args: &AsideArgs) -> Result<Running<'a>, Failure> {
        Ok(Running { aside: Aside::typed(args)?, ..self })
    }

    /// Where the target stood when somebody looked just now.
    pub fn saw(&self, position: Position) {
        self.seen.set(Some(position));
    }

    /// Goes to where `find` says, given the entries that the target has applied. The ledger is only read in full when there is something to do.
    pub fn go(&self, graph: &Graph, find: &Find<'_>) -> Result<u8, Failure> {
        let patience = duration(&self.args.wait)?;
        accepted(&self.args.accept)?;
        throttle(&self.args.pace.throttle)?;
        stand::wait_for(async {
            // Whoever waited for another run finds the target elsewhere than where the plan was made for.
            for _ in 1..TRIES {
                match self.carry(graph, find, patience).await {
                    Err(failure) if matches!(failure.as_a(), Some(ApplyError::Moved)) => {}
                    other => return other,
                }
            }
            self.carry(graph, find, patience).await
        })
    }

    async fn carry(&self, graph: &Graph, find: &Find<'_>, patience: Duration) -> Result<u8, Failure> {
        let began = Instant::now();
        let position = match self.seen.take() {
            Some(seen) => seen,
            None if stand::is_absent(&self.chosen) => Position::default(),
            None => stand::look(&self.chosen).await?.journal.position,
        };
        // An entry that was cut off on its way up is the first to go on the way down: `-1` means it.
        let half =
            position.partial.as_ref().filter(|p| self.direction == Direction::Down && is_half_applied(p));
        let wanted = match half {
            Some(half) => find(&[half.entry])?,
            None => find(&position.heads)?,
        };
        if position.partial.is_none() && self.is_there(graph, &position.heads, &wanted) {
            self.desk.out.say(format!("{}: nothing to do", self.chosen.shown));
            self.done(0, began);
            return Ok(0);
        }
        let known = Known::load(&self.desk.ledger)?;
        let mut target = match self.args.dry_run {
            true => stand::look(&self.chosen).await?,
            false => {
                Target::open(&self.chosen.url, Mode::Write, &self.desk.author().unwrap_or_default()).await?
            }
        };
        seen::is_home(self.desk, &self.chosen, &mut target, self.args.dry_run).await?;
        // On the way back the target's own copies stand in for entries that aren't in the checkout.
        let known = match self.switches || self.direction == Direction::Down {
            true => known.with_copies(&mut target).await?,
            false => known,
        };
        let prepared = match self.prepare(&mut target, &known, &wanted).await {
            // What looks like drift may be another run at work, which moved the target while it was looked at.
            Err(_) if stand::look(&self.chosen).await?.journal.position != target.journal.position => {
                return Err(ApplyError::Moved.into());
            }
            prepared => prepared?,
        };
        if self.args.dry_run {
            return self.show(&mut target, &prepared, &known).await;
        }
        let protected = self.chosen.protected;
        let sizes = if protected { target.sizes(&prepared.plan).await } else { BTreeMap::new() };
        let guarded = Guarded { protected, sizes: &sizes };
        gate::check(&prepared.plan, &known, guarded, &self.args.accept)?;
        for difference in &prepared.drift {
            warn(&format!("warning: drift outside the plan: {}", planned::difference(difference)));
        }
        match self.run(&mut target, &known, &prepared, patience).await {
            Err(failure) if is_long(&failure) => return Ok(self.left(&failure)),
            other => other?,
        }
        seen::remember(self.desk, &self.chosen, &target.seen());
        self.done(entries(&prepared), began);
        self.tell_stand(graph, &target.journal.position.heads);
        Ok(0)
    }

    /// Shows the plan, and rows as they would become where that is wanted. Writes nothing.
    async fn show(&self, target: &mut Target, prepared: &Prepared, known: &Known) -> Result<u8, Failure> {
        let down = self.direction == Direction::Down;
        let how = How { sql: false, down, step_by_step: self.args.step_by_step };
        let sizes = target.sizes(&prepared.plan).await;
        planned::tell(self.desk, &self.chosen, prepared, &sizes, how);
        if let Some(rows) = self.preview {
            let seen = preview::look(self.desk, target, prepared, (known, &self.chosen), rows).await?;
            preview::tell(self.desk, &self.chosen, &seen, (&sizes, rows));
        }
        self.desk.out.say("nothing was written");
        Ok(0)
    }

    fn is_there(&self, graph: &Graph, heads: &[EntryId], wanted: &[EntryId]) -> bool {
        // Of entries that aren't here nobody can say what they follow.
        let known = heads.iter().all(|id| graph.get(id).is_some());
        known
            && match self.direction {
                _ if self.switches => graph.newest(wanted) == graph.newest(heads),
                Direction::Up => graph.between(heads, wanted).is_empty(),
                Direction::Down => graph.newest(wanted) == graph.newest(heads),
            }
    }

    async fn prepare(
        &self,
        target: &mut Target,
        known: &Known,
        wanted: &[EntryId],
    ) -> Result<Prepared, Failure> {
        let choices = Choices { database: &self.chosen.database, step_by_step: self.args.step_by_step };
        let wanted = known.ancestors(wanted);
        Ok(match self.direction {
            _ if self.switches => prepare_switch(target, known, &wanted, choices).await?,
            Direction::Up => prepare_up(target, known, &wanted, choices).await?,
            Direction::Down => prepare_down(target, known, &wanted, choices).await?,
        })
    }

    async fn run(
        &self,
        target: &mut Target,
        known: &Known,
        prepared: &Prepared,
        patience: Duration,
    ) -> Result<(), Failure> {
        let interrupt = Arc::new(AtomicBool::new(false));
        pages::keep_small();
        signals::listen(Arc::clone(&interrupt));
        let options = RunOptions {
            accepted: &self.args.accept,
            patience,
            pacing: self.pacing()?,
            allowed: self.aside.allowed(),
            interrupt: &interrupt,
        };
        let blobs = |digest: &Digest| blob(&self.desk.ledger, known, digest);
        let guests = Guests::new(&blobs);
        let mut progress = Progress::new(self.desk.out, self.verb());
        let result =
            carry_out(target, prepared, known, options, &guests, &mut |event| progress.hear(&event)).await;
        let rows = progress.rows;
        drop(progress);
        if interrupt.load(Ordering::Relaxed) && result.is_err() {
            let after = if rows > 0 {
                format!(" after {}", count(rows as usize, "row", "rows"))
            } else {
                String::new()
            };
            let why = format!("stopped{after}; everything so far is kept");
            return Err(Plain::new(Class::Pending, why)
                .hint(format!("`strat {}` goes on", self.verb()))
                .into());
        }
        result.map_err(|error: ApplyError| error.into())
    }

    /// How fast its data steps go.
    pub fn pacing(&self) -> Result<Pacing<'_>, Failure> {
        let pace = &self.args.pace;
        Ok(Pacing {
            batch_rows: pace.batch_rows.map(|rows| rows as usize),
            throttle: throttle(&pace.throttle)?,
            query: pace.throttle_query.as_deref().or(self.query.as_deref()),
            gentle: !pace.full_speed,
            workers: usize::from(pace.workers),
            before_data: self.before_data,
        })
    }

    /// Says what is left for a later run, which is as it was wanted.
    fn left(&self, failure: &Failure) -> u8 {
        let Some(ApplyError::Data { entry, step, cause }) = failure.as_a() else { return failure.code() };
        let (entry, step) = (entry.to_string(), step + 1);
        let why = printable(&cause.to_string()).into_owned();
        self.desk.out.say(format!("{}: up to step {step} of {}: {why}", self.chosen.shown, &entry[..12]));
        self.desk.out.say("`strat up` goes on with it");
        let left = json!({ "event": "left", "target": self.chosen.shown, "entry": entry, "step": step });
        self.desk.out.document(self.verb(), left);
        failure.code()
    }

    /// Says what stays applied where something was taken back.
    fn tell_stand(&self, graph: &Graph, heads: &[EntryId]) {
        if self.direction == Direction::Up && !self.switches {
            return;
        }
        if heads.is_empty() {
            self.desk.out.say("nothing is applied any more");
        }
        for id in heads {
            let message = graph.get(id).map(|row| row.message.as_str()).unwrap_or_default();
            self.desk.out.say(format!("stands at {}  {}", id.short(), printable(message)));
        }
    }

    fn done(&self, entries: usize, began: Instant) {
        let way = match self.direction {
            _ if self.switches => "undone or applied",
            Direction::Up => "applied",
            Direction::Down => "undone",
        };
        if entries > 0 {
            let took = human(began.elapsed());
            self.desk.out.say(format!(
                "{}: {} {way} in {took}",
                self.chosen.shown,
                count(entries, "entry", "entries")
            ));
        }
        self.desk.out.document(
            self.verb(),
            json!({ "event": "done", "target": self.chosen.shown, "entries": entries }),
        );
    }

    fn verb(&self) -> &'static str {
        match self.direction {
            _ if self.switches => "switch",
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }
}

/// Whether a run stopped before a long data step, as it was told.
fn is_long(failure: &Failure) -> bool {
    matches!(failure.as_a(), Some(ApplyError::Data { cause, .. }) if matches!(**cause, DataError::Long { .. }))
}

/// The limits that were typed.
pub fn throttle(typed: &ThrottleArgs) -> Result<Throttle, Failure> {
    let millis = |text: &Option<String>| -> Result<Option<u64>, Failure> {
        Ok(text.as_deref().map(duration).transpose()?.map(|time| time.as_millis() as u64))
    };
    Ok(Throttle {
        rows_per_second: typed.max_rows_per_second,
        max_lag_ms: millis(&typed.max_lag)?,
        max_load: typed.max_load,
        batch_ms: millis(&typed.batch_time)?,
    })
}

/// Refuses codes that no hazard has: a mistyped one would accept nothing, and say nothing.
fn accepted(codes: &[String]) -> Result<(), Failure> {
    let known = || PAGES.iter().map(|page| page.code);
    let Some(unknown) = codes.iter().find(|code| !known().any(|one| one.eq_ignore_ascii_case(code))) else {
        return Ok(());
    };
    let hint = format!("known: {}", known().collect::<Vec<_>>().join(", "));
    Err(Plain::new(Class::Input, format!("no hazard has the code {}", printable(unknown))).hint(hint).into())
}

/// Finds the heads to go to, given those that are applied.
pub type Find<'a> = dyn Fn(&[EntryId]) -> Result<Vec<EntryId>, Failure> + 'a;

/// How many entries a plan carries out, those that go at once counted one by one.
fn entries(prepared: &Prepared) -> usize {
    prepared.plan.entries.len() + prepared.collapsed.saturating_sub(1)
}

/// A blob by its digest alone; its other measures stand in the entry that names it.
pub fn blob(ledger: &Ledger, known: &Known, digest: &Digest) -> Result<Vec<u8>, String> {
    let named = known.history.entries().flat_map(|(_, entry)| ledger::blobs_of(entry));
    let blob: Option<Blob> = named.into_iter().find(|blob| blob.blake3 == *digest);
    let blob = blob.ok_or_else(|| format!("no entry names {}", digest.short()))?;
    ledger.blob(&blob).map_err(|error| error.to_string())
}

/// Reads `500ms`, `30s`, `5m` or `1h`.
pub fn duration(text: &str) -> Result<Duration, Failure> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text[..at].parse::<u64>().ok();
    let scale = match &text[at..] {
        "ms" => Some(1),
        "" | "s" => Some(1_000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let millis = number.zip(scale).and_then(|(number, scale)| number.checked_mul(scale));
    let wrong =
        || Plain::new(Class::Input, format!("`{text}` is no time")).hint("such as 500ms, 30s, 5m or 1h");
    Ok(Duration::from_millis(millis.ok_or_else(wrong)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(duration("90").ok(), Some(Duration::from_secs(90)));
        assert_eq!(duration("500ms").ok(), Some(Duration::from_millis(500)));
        assert_eq!(duration("2h").ok(), Some(Duration::from_secs(7200)));
        assert!(duration("soon").is_err() && duration("-1s").is_err());
    }
}
