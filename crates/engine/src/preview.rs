//! What a plan's data steps would make of rows that are there now: read from the target, run through guests in memory, never
//! written.
//!
//! Between the target as it stands and a step, the plan may add and rename columns and run other data steps. What follows from
//! that for a row is imagined here, step by step; where it doesn't follow, the preview says so instead of guessing.

use std::collections::{BTreeMap, BTreeSet};

use dialect::plan::{Direction, PlannedEntry, PlannedStep, Work};
use model::{
    Class, Fault, Lowered, ObjectId, Schema, StepRef, Value,
    column::Default,
    data_step::{LoweredBackfill, LoweredLookup, LoweredPopulate},
    history::FoldError,
    schema::Table,
};

mod derived;
mod guest;
mod rows;

pub use derived::Filled;
pub use guest::{Change, Sampled};
pub(crate) use rows::is_chosen as key_holds;

use crate::{
    data::{DataError, columns::literal_value, lookups::Looked, populate::make},
    driver::DriverError,
    guests::Guests,
    known::Known,
    prepare::{Prepared, complete, is_half_applied},
    target::Target,
};

/// One data step, and what it would do.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The sealed step.
    pub at: StepRef,
    /// What it does.
    pub title: String,
    /// The table it writes, as the step finds it.
    pub table: String,
    /// What was seen.
    pub seen: Seen,
}

/// What was seen of a step.
#[derive(Clone, Debug)]
pub enum Seen {
    /// What it would make of rows that are there.
    Rows(Sampled),
    /// The rows it would insert.
    Made {
        /// How many.
        rows: usize,
        /// The columns it gives.
        columns: Vec<String>,
        /// The first of them.
        first: Vec<Vec<Value>>,
    },
    /// The rows that it would insert into other tables.
    Derived {
        /// How many rows were looked at.
        rows: usize,
        /// What each table would get.
        tables: Vec<Filled>,
        /// Keys of rows, or groups, that the guest refuses or fails on, and why.
        rejected: Vec<(String, String)>,
    },
    /// Why it can't be told.
    Unknown(String),
}

/// A preview that isn't to be had.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The history can't be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The database refused.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// A guest can't be had, or a statement not be rendered.
    #[error(transparent)]
    Data(#[from] DataError),
}

impl Fault for PreviewError {
    fn class(&self) -> Class {
        match self {
            PreviewError::Fold(cause) => cause.class(),
            PreviewError::Driver(cause) => Fault::class(cause),
            PreviewError::Data(cause) => cause.class(),
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            PreviewError::Fold(cause) => cause.hint(),
            PreviewError::Driver(cause) => Fault::hint(cause),
            PreviewError::Data(cause) => cause.hint(),
        }
    }
}

/// What is known of the rows in front of a step.
struct Imagined<'a> {
    /// The schema of the target as it stands.
    live: Schema,
    /// Columns whose values the plan rewrites without a guest.
    rewritten: BTreeSet<ObjectId>,
    /// Backfills before the step, with the schemas they run under.
    earlier: Vec<(&'a Schema, &'a LoweredBackfill)>,
    /// Tables that get rows by the plan.
    filled: BTreeSet<ObjectId>,
    /// Why nothing can be said any more.
    lost: Option<String>,
}

/// Where the value of a column comes from.
enum Source {
    /// It is there to be read.
    Live,
    /// All rows will have this one.
    Constant(Value),
}

/// Looks at all data steps of a plan, on about so many rows each.
pub async fn preview(
    target: &mut Target,
    prepared: &Prepared,
    known: &Known,
    database: &str,
    (guests, sample): (&Guests<'_>, usize),
) -> Result<Vec<Preview>, PreviewError> {
    let mut state = known.history.state_at(&target.journal.position.heads)?;
    let partial = target.journal.position.partial.clone().filter(is_half_applied);
    let mut done = 0;
    let mut lost = None;
    if let (Some(partial), Some(first)) = (&partial, prepared.plan.entries.first())
        && (first.entry, first.direction) == (partial.entry, Direction::Up)
    {
        match complete(&first.steps, partial.unit) {
            Some(steps) => done = steps,
            None => lost = Some("the target is in the middle of a step of statements".to_owned()),
        }
        for step in &first.steps[..done] {
            if state.evolve(database, &step.lowered).is_err() {
                lost = Some("what is done of the first entry can't be folded".to_owned());
            }
        }
    }
    let live = state.schema(database).clone();
    let mut imagined =
        Imagined { live, rewritten: BTreeSet::new(), earlier: Vec::new(), filled: BTreeSet::new(), lost };
    let mut previews = Vec::new();
    for (number, entry) in prepared.plan.entries.iter().enumerate() {
        let skip = if number == 0 { done } else { 0 };
        for step in entry.steps.iter().skip(skip) {
            if let Some(seen) = imagined.step(target, entry, step, (guests, sample)).await? {
                previews.push(seen);
            }
        }
    }
    Ok(previews)
}

impl<'a> Imagined<'a> {
    /// Looks at one step and moves on behind it.
    async fn step(
        &mut self,
        target: &mut Target,
        entry: &PlannedEntry,
        step: &'a PlannedStep,
        (guests, sample): (&Guests<'_>, usize),
    ) -> Result<Option<Preview>, PreviewError> {
        let at = step.at(entry.entry);
        if entry.direction == Direction::Down {
            self.lost = Some("steps before it are undone".to_owned());
        }
        let Work::Data(schema) = &step.work else {
            self.change(&step.lowered);
            return Ok(None);
        };
        let name = |id| schema.table(id).map(|table| table.name.clone()).unwrap_or_default();
        let (table, seen) = match &step.lowered {
            Lowered::Backfill(backfill) => {
                let seen = match &self.lost {
                    Some(why) => Seen::Unknown(why.clone()),
                    None => self.rows(target, (schema, backfill), at, (guests, sample)).await?,
                };
                self.earlier.push((schema, backfill));
                (name(backfill.table), seen)
            }
            Lowered::Populate(populate) => {
                self.filled.insert(populate.table);
                (name(populate.table), made(guests, schema, populate)?)
            }
            Lowered::Derive(derive) => {
                let seen = match &self.lost {
                    Some(why) => Seen::Unknown(why.clone()),
                    None => self.derived(target, (schema, derive), at, (guests, sample)).await?,
                };
                self.filled.extend(derive.into.iter().map(|into| into.table));
                (name(derive.table), seen)
            }
            _ => {
                self.lost = Some(format!("what “{}” does to rows isn't known here", step.title));
                return Ok(None);
            }
        };
        Ok(Some(Preview { at, title: step.title.clone(), table, seen }))
    }

    /// Takes in what a step of statements does to rows.
    fn change(&mut self, step: &Lowered) {
        match step {
            Lowered::ChangeType { column, .. } => drop(self.rewritten.insert(*column)),
            Lowered::RenameEnumValue { of, .. } => {
                let columns = self.live.tables().flat_map(|table| &table.columns);
                let is_of = |column: &&model::Column| column.ty == model::Type::Enum(*of);
                let found: Vec<ObjectId> = columns.filter(is_of).map(|column| column.id).collect();
                self.rewritten.extend(found);
            }
            Lowered::Sql { .. } => {
                self.lost = Some("hand-written SQL before it may change its rows".to_owned())
            }
            _ => {}
        }
    }

    /// Why the rows of a table aren't what they will be when a step looks at these columns; nothing where they are.
    fn is_changed(&self, live: &Table, columns: &BTreeSet<ObjectId>) -> Option<String> {
        let name = &live.name;
        if self.filled.contains(&live.id) {
            return Some(format!("the plan puts rows into {name} before it"));
        }
        let mut written = self.earlier.iter().flat_map(|(_, earlier)| &earlier.write);
        if columns.iter().any(|id| live.column(*id).is_none() || self.rewritten.contains(id))
            || written.any(|column| columns.contains(&column.id))
        {
            return Some(format!("the plan changes what it reads of {name} before it"));
        }
        None
    }

    /// The same of small tables that are handed over whole.
    fn looks_changed(&self, lookups: &[LoweredLookup]) -> Option<String> {
        lookups.iter().find_map(|lookup| {
            let Some(live) = self.live.table(lookup.table) else {
                return Some(format!("the plan makes the table of its lookup {}", lookup.name));
            };
            let mut columns: BTreeSet<ObjectId> =
                lookup.key.iter().chain(&lookup.read).map(|column| column.id).collect();
            columns.extend(rows::columns_of(&lookup.rows));
            self.is_changed(live, &columns)
        })
    }

    async fn rows(
        &self,
        target: &mut Target,
        (schema, step): (&Schema, &LoweredBackfill),
        at: StepRef,
        (guests, sample): (&Guests<'_>, usize),
    ) -> Result<Seen, PreviewError> {
        let Some(live) = self.live.table(step.table) else {
            return Ok(Seen::Unknown("the plan makes its table, which has no rows yet".to_owned()));
        };
        let Some(now) = schema.table(step.table) else {
            return Ok(Seen::Unknown("its table isn't there any more".to_owned()));
        };
        let before: Vec<_> = self.earlier.iter().filter(|(_, e)| e.table == step.table).copied().collect();
        let all = || before.iter().map(|(_, step)| *step).chain([step]);
        let mut sources = BTreeMap::new();
        for id in all().flat_map(wanted) {
            match self.source(live, now, id) {
                Ok(source) => drop(sources.insert(id, source)),
                Err(why) => return Ok(Seen::Unknown(why)),
            }
        }
        let written: BTreeSet<ObjectId> =
            before.iter().flat_map(|(_, e)| e.write.iter().map(|c| c.id)).collect();
        if let Some(why) = all().find_map(|one| self.looks_changed(&one.lookups)) {
            return Ok(Seen::Unknown(why));
        }
        let mut looked = Vec::new();
        for one in all() {
            looked.push(Looked::read(&mut target.conn, target.dialect, &self.live, &one.lookups).await?);
        }
        let is_live = |id: &ObjectId| matches!(sources.get(id), Some(Source::Live)) && !written.contains(id);
        let by_database = rows::columns_of(&step.rows).iter().all(is_live);
        let ask = rows::Asked {
            table: live,
            key: step.key.iter().map(|column| column.id).collect(),
            columns: sources.iter().filter(|(_, s)| matches!(s, Source::Live)).map(|(id, _)| *id).collect(),
            rows: if by_database { step.rows.clone() } else { model::data_step::Rows::All },
            after: rows::watermark(target, at).await?,
            sample,
        };
        let mut sampled = rows::read(target, &ask).await?;
        for row in &mut sampled {
            for (id, source) in &sources {
                if let Source::Constant(value) = source {
                    row.insert(*id, value.clone());
                }
            }
        }
        let mut looked = looked.iter();
        let mut next = || looked.next().map(|one| &one.batches);
        for (schema, earlier) in before {
            if let Err(why) = guest::run(guests, (schema, earlier), next(), &mut sampled)? {
                return Ok(Seen::Unknown(format!("a data step before it fails: {why}")));
            }
        }
        Ok(guest::run(guests, (schema, step), next(), &mut sampled)?.map_or_else(Seen::Unknown, Seen::Rows))
    }

    /// Where the value comes from that a column has when the step finds it.
    fn source(&self, live: &Table, now: &Table, id: ObjectId) -> Result<Source, String> {
        let name = || now.column(id).map(|column| column.name.clone()).unwrap_or_default();
        if live.column(id).is_some() {
            return match self.rewritten.contains(&id) {
                true => Err(format!("the plan converts the values of {} before it", name())),
                false => Ok(Source::Live),
            };
        }
        let Some(column) = now.column(id) else {
            return Err("one of its columns isn't there any more".to_owned());
        };
        match (&column.initial, &column.default, &column.generated) {
            (_, _, Some(_)) => Err(format!("the database computes {}", name())),
            (Some(literal), ..) => Ok(Source::Constant(literal_value(literal, &column.ty))),
            (None, None | Some(Default::Literal(_)), None) => Ok(Source::Constant(Value::Null)),
            (None, Some(Default::Now | Default::Uuid | Default::Expression(_)), None) => {
                Err(format!("the database gives {} its values", name()))
            }
        }
    }
}

/// The columns that a step needs to be imagined.
fn wanted(step: &LoweredBackfill) -> Vec<ObjectId> {
    let columns = step.key.iter().chain(&step.read).chain(&step.write).map(|column| column.id);
    columns.chain(rows::columns_of(&step.rows)).collect()
}

fn made(guests: &Guests<'_>, schema: &Schema, step: &LoweredPopulate) -> Result<Seen, PreviewError> {
    let made = make(guests, schema, step)?;
    Ok(Seen::Made {
        rows: made.rows.len(),
        columns: step.write.iter().map(|column| column.name.clone()).collect(),
        first: made.rows.into_iter().take(100).collect(),
    })
}
