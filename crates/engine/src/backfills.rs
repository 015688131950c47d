//! The data steps that a target knows of, and how each stands: derived from its journal, its progress, its lease and its control
//! row, and stored nowhere.

use std::collections::BTreeMap;

use model::{EntryId, StepRef, Value};

use crate::{
    control::{Control, ControlError, Hold, Pause},
    data::{RangeRow, Watermark, all_ranges, aside, open::Open},
    journal::{Kind, Receipt, Record, Way, own_table_exists},
    lease::is_gone,
    target::Target,
};

/// How a data step stands.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It hasn't begun.
    Pending,
    /// A run is at it.
    Running,
    /// It has begun, and nobody is at it: the next `up` goes on.
    Interrupted,
    /// It is complete.
    Done(Box<Receipt>),
}

impl State {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Running => "running",
            State::Interrupted => "interrupted",
            State::Done(_) => "done",
        }
    }
}

/// One data step.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The sealed step.
    pub at: StepRef,
    /// Which way it goes.
    pub way: Way,
    /// How it stands.
    pub state: State,
    /// How far it has come, once it has begun.
    pub watermark: Option<Watermark>,
    /// When it began, once it has.
    pub since: Option<String>,
    /// Who journaled that it began.
    pub by: Option<String>,
    /// Its ranges, where it is shared out, in the order of the keys.
    pub ranges: Vec<RangeRow>,
}

/// What a target says of its data steps.
#[derive(Clone, Debug, Default)]
pub struct Standings {
    /// Those that have begun or are done, in the order of the journal.
    pub steps: Vec<Standing>,
    /// What people told.
    pub control: Control,
    /// Who is at work, as far as known.
    pub holder: Option<String>,
    /// Rows that are set aside and open, by step.
    pub open: Vec<Open>,
}

impl Standings {
    /// Looks at a target. Writes nothing and waits for nobody.
    pub async fn look(target: &mut Target) -> Result<Standings, ControlError> {
        let control = Control::look(target).await?;
        if !own_table_exists(&mut target.conn, target.dialect, "strat_lease").await? {
            return Ok(Standings { control, ..Standings::default() });
        }
        let rows = aside::list(target).await.map_err(|cause| ControlError::Unreadable(cause.to_string()))?;
        let holder = holder(target).await?;
        let records = match target.journal.position.seq {
            0 => Vec::new(),
            _ => target.journal.records(&mut target.conn).await?,
        };
        let mut steps = told(&records);
        let mut open = Vec::new();
        for row in target.conn.query(&target.journal.sql().under_way, &[]).await? {
            open.push(under_way(&row)?);
        }
        let ranges = match own_table_exists(&mut target.conn, target.dialect, "strat_range").await? {
            true => all_ranges(&mut target.conn, &target.journal).await,
            false => Ok(Vec::new()),
        };
        let ranges = ranges.map_err(|cause| ControlError::Unreadable(cause.to_string()))?;
        for (entry, unit, way, mut watermark) in open {
            let of_step = |(id, n, _): &&(EntryId, u64, RangeRow)| (*id, *n, way) == (entry, unit, Way::Up);
            let of_step: Vec<RangeRow> =
                ranges.iter().filter(of_step).map(|(_, _, range)| range.clone()).collect();
            watermark.read += of_step.iter().map(|range| range.visited).sum::<u64>();
            watermark.changed += of_step.iter().map(|range| range.changed).sum::<u64>();
            let begun = records.iter().rev().find(|record| {
                record.kind == Kind::Intent
                    && (record.entry, record.unit, record.way) == (entry, Some(unit), way)
            });
            let Some(step) = begun.and_then(|record| record.step) else { continue };
            steps.push(Standing {
                at: StepRef { entry, step },
                way,
                state: if holder.is_some() { State::Running } else { State::Interrupted },
                watermark: Some(watermark),
                since: begun.map(|record| record.at.clone()),
                by: begun.map(|record| record.who.principal.clone()),
                ranges: of_step,
            });
        }
        Ok(Standings { steps, control, holder, open: Open::of(&rows) })
    }

    /// How a step stands.
    pub fn of(&self, at: StepRef) -> Option<&Standing> {
        self.steps.iter().rev().find(|standing| standing.at == at)
    }

    /// How many rows of a step are set aside and open.
    pub fn rows_open(&self, at: StepRef) -> u64 {
        self.open.iter().filter(|open| open.at == at).map(|open| open.rows).sum()
    }

    /// Who paused a step.
    pub fn pause(&self, at: StepRef) -> Option<&Pause> {
        self.control.pause(at)
    }

    /// How all steps are held.
    pub fn all(&self) -> &Hold {
        &self.control.all
    }
}

/// The data steps that the journal says are done, without those that were undone since.
fn told(records: &[Record]) -> Vec<Standing> {
    let mut done: BTreeMap<(EntryId, u32), Standing> = BTreeMap::new();
    for record in records {
        match (record.kind, record.step, &record.receipt) {
            (Kind::Receipt, Some(step), Some(receipt)) if record.way == Way::Up => {
                let at = record.of.unwrap_or(StepRef { entry: record.entry, step });
                let standing = Standing {
                    at,
                    way: record.way,
                    state: State::Done(Box::new(receipt.clone())),
                    watermark: None,
                    since: Some(record.at.clone()),
                    by: Some(record.who.principal.clone()),
                    ranges: Vec::new(),
                };
                done.insert((at.entry, at.step), standing);
            }
            (Kind::Reverted, ..) => done.retain(|(entry, _), _| *entry != record.entry),
            _ => {}
        }
    }
    done.into_values().collect()
}

fn under_way(row: &[Value]) -> Result<(EntryId, u64, Way, Watermark), ControlError> {
    let unreadable = |why: &str| ControlError::Unreadable(format!("the progress of a step: {why}"));
    let [Value::Text(entry), Value::Int(unit), Value::Text(way), Value::Bytes(state)] = row else {
        return Err(unreadable("its columns have other types"));
    };
    let entry = EntryId::parse(entry).ok_or_else(|| unreadable("it names no entry"))?;
    let way = if way == Way::Down.word() { Way::Down } else { Way::Up };
    let watermark = Watermark::read(state).map_err(|why| unreadable(&why))?;
    Ok((entry, u64::try_from(*unit).unwrap_or(0), way, watermark))
}

/// Who holds the target now.
async fn holder(target: &mut Target) -> Result<Option<String>, ControlError> {
    let key = target.lock_key();
    let rows = target.conn.query(&target.journal.sql().lease, &[]).await?;
    let Some([Value::Text(holder), Value::Int(until), _]) = rows.first().map(|row| &row[..]) else {
        return Ok(None);
    };
    let leased = *until > target.journal.now_ms() && !holder.is_empty() && !is_gone(holder);
    if !leased {
        return Ok(None);
    }
    // A lease that hasn't run out may be a killed run's; where the database has locks of sessions, they tell.
    if let Some(lock) = target.dialect.session_lock(key)
        && target.conn.query(&lock.holder, &[]).await?.is_empty()
    {
        return Ok(None);
    }
    Ok(Some(holder.clone()))
}
