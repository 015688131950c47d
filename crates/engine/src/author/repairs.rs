//! Drafts that do a data step's rows again: those it set aside, or, where it set none aside, those it may have got wrong.

use model::{
    Class, Draft, EntryId, EvolveError, Fault, Literal, Lowered, ObjectId, Predicate, Step, StepRef, Value,
    data_step::{Backfill, LoweredBackfill, Rows},
    history::FoldError,
    schema::Table,
};

use crate::{data::columns::value_literal, known::Known};

/// Why there is nothing to draft.
#[derive(Debug, thiserror::Error)]
pub enum RepairsError {
    /// The history can't be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// A step doesn't fit where it stands.
    #[error(transparent)]
    Evolve(#[from] EvolveError),
    /// The step rewrites no rows of a table.
    #[error("{0} is no backfill")]
    NoBackfill(StepRef),
    /// What the step works on is gone at the head.
    #[error("{at}: {what} isn't there any more at the head")]
    Gone {
        /// The step.
        at: StepRef,
        /// What is gone.
        what: String,
    },
    /// A key can't be written down in a draft.
    #[error("{at}: the key of a row has a value that a draft can't hold")]
    Key {
        /// The step.
        at: StepRef,
    },
}

impl Fault for RepairsError {
    fn class(&self) -> Class {
        match self {
            RepairsError::Fold(cause) => cause.class(),
            RepairsError::Evolve(_)
            | RepairsError::NoBackfill(_)
            | RepairsError::Gone { .. }
            | RepairsError::Key { .. } => Class::Input,
        }
    }
    fn hint(&self) -> Option<String> {
        match self {
            RepairsError::Fold(cause) => cause.hint(),
            RepairsError::NoBackfill(_) => {
                Some("`strat backfill list` shows the data steps there are".to_owned())
            }
            RepairsError::Evolve(_) | RepairsError::Gone { .. } | RepairsError::Key { .. } => None,
        }
    }
}

/// What a draft of a repair is made of.
#[derive(Clone, Copy, Debug)]
pub struct Repair<'a> {
    /// The step whose rows are done again.
    pub at: StepRef,
    /// The keys of its open rows; where there are none, all rows that the step visits are done again.
    pub keys: &'a [Vec<Value>],
    /// The script that does them; the step's own where nothing is said.
    pub script: Option<&'a str>,
    /// What the draft is for.
    pub message: &'a str,
}

/// A draft to stand behind these heads, by the names that tables and columns have there.
///
/// # Errors
/// When the step is no backfill, or what it works on isn't there any more.
pub fn repair(known: &Known, heads: &[EntryId], wanted: Repair<'_>) -> Result<Draft, RepairsError> {
    let at = wanted.at;
    known.history.state_at(&[at.entry])?;
    let steps = known.history.lowered(at.entry).cloned();
    let change = steps.iter().flat_map(|steps| steps.iter()).find(|one| one.step == at.step);
    let (Some(Lowered::Backfill(step)), Some(entry)) =
        (change.map(|one| &one.change), known.history.entry(at.entry))
    else {
        return Err(RepairsError::NoBackfill(at));
    };
    let database = entry.database_of(at.step as usize).to_owned();
    let state = known.history.state_at(heads)?;
    let gone = |what: &str| RepairsError::Gone { at, what: what.to_owned() };
    let table = state.schema(&database).table(step.table).ok_or_else(|| gone(&step.step.table))?;
    let named = Named { at, table };
    let backfill = Backfill {
        script: wanted.script.unwrap_or(&step.step.script).to_owned(),
        module: None,
        table: table.name.clone(),
        rows: named.rows(step, wanted.keys)?,
        read: named.all(step.read.iter().map(|column| (column.id, column.name.as_str())))?,
        write: named.all(step.write.iter().map(|column| (column.id, column.name.as_str())))?,
        assets: step.step.assets.clone(),
        repairs: (!wanted.keys.is_empty()).then_some(at),
        ..step.step.clone()
    };
    let mut backfill = Step::Backfill(backfill);
    if let Step::Backfill(backfill) = &mut backfill {
        // Blobs are pinned anew when the draft is recorded.
        backfill.assets.values_mut().for_each(|asset| asset.blob = None);
    }
    let message = wanted.message.to_owned();
    Ok(Draft { message, database, branch: None, accept: Vec::new(), steps: vec![backfill] })
}

/// Columns by the names they have at the head.
struct Named<'a> {
    at: StepRef,
    table: &'a Table,
}

impl Named<'_> {
    fn one(&self, id: ObjectId, then: &str) -> Result<String, RepairsError> {
        let gone = || RepairsError::Gone { at: self.at, what: format!("column {then}") };
        self.table.column(id).map(|column| column.name.clone()).ok_or_else(gone)
    }

    fn all<'n>(
        &self,
        columns: impl Iterator<Item = (ObjectId, &'n str)>,
    ) -> Result<Vec<String>, RepairsError> {
        columns.map(|(id, then)| self.one(id, then)).collect()
    }

    /// The rows with these keys; where there are none, those that the step visits.
    fn rows(&self, step: &LoweredBackfill, keys: &[Vec<Value>]) -> Result<Rows, RepairsError> {
        if keys.is_empty() {
            return Ok(match &step.rows {
                Rows::All => Rows::All,
                Rows::Where(predicate) => {
                    Rows::Where(predicate.clone().map_columns(&mut |id| self.one(id, "of its condition"))?)
                }
            });
        }
        let names = self.all(step.key.iter().map(|column| (column.id, column.name.as_str())))?;
        let literal = |value: &Value| value_literal(value).ok_or(RepairsError::Key { at: self.at });
        if let [name] = names.as_slice() {
            let values: Result<Vec<Literal>, _> =
                keys.iter().filter_map(|key| key.first()).map(literal).collect();
            return Ok(Rows::Where(Predicate::In(name.clone(), values?)));
        }
        let same = |key: &Vec<Value>| {
            let pairs =
                names.iter().zip(key).map(|(name, value)| Ok(Predicate::Eq(name.clone(), literal(value)?)));
            Ok(Predicate::And(pairs.collect::<Result<Vec<_>, RepairsError>>()?))
        };
        Ok(Rows::Where(Predicate::Or(keys.iter().map(same).collect::<Result<Vec<_>, RepairsError>>()?)))
    }
}

/// The first of an entry's steps that repairs what is no backfill, or none before it, with its place in the list.
pub fn repairs_nothing(known: &Known, parents: &[EntryId], steps: &[Step]) -> Option<(usize, StepRef)> {
    // Drafts that are recorded one behind the other follow entries that nobody has read yet.
    let before =
        parents.iter().all(|id| known.history.graph().contains(*id)).then(|| known.ancestors(parents));
    let stands = |at: StepRef| {
        let follows = before.as_ref().is_none_or(|before| before.contains(&at.entry));
        let entry = known.history.entry(at.entry).filter(|_| follows);
        entry.is_some_and(|entry| matches!(entry.steps.get(at.step as usize), Some(Step::Backfill(_))))
    };
    let repairs = |step: &Step| match step {
        Step::Backfill(backfill) => backfill.repairs.filter(|at| !stands(*at)),
        _ => None,
    };
    steps.iter().enumerate().find_map(|(n, step)| Some((n, repairs(step)?)))
}
