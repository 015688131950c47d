//! Runs a data step again where nothing of it is written, and holds what comes out against a receipt.
//!
//! The rows are read as of one moment, by the keys and types of the step, from a database that stands before the step's entry, or
//! behind it with the columns the step reads as they were. The guest runs as in a backfill, in either engine.

mod again;
mod ends;
mod error;
mod finding;
mod fresh;
mod issued;
mod place;
mod rerun;
mod rows;
mod statement;

use model::{EntryId, Lowered, Schema, data_step::LoweredPopulate};

pub use error::ReplayError;
pub use finding::{Finding, Stretch};
pub use issued::{Issued, issued};
pub use place::Place;
pub use rerun::Sample;
pub use statement::{PREDICATE, STATEMENT, StatementError, read_statements, statement};

use crate::{
    data::{lookups::Looked, populate},
    guests::Guests,
    journal::Receipt,
    known::Known,
    target::Target,
};
use place::{Footing, Found};
use rerun::{Outcome, Rerun};
use rows::Reader;

/// What is to be run again.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The entry.
    pub entry: EntryId,
    /// Its step, from 0.
    pub step: u32,
    /// The receipt it is held against.
    pub issued: &'a Issued,
    /// The database of the ledger that the target holds.
    pub database: &'a str,
    /// Only some sections of the rows; all of them when absent.
    pub sample: Option<&'a Sample>,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What the step does, for people.
    pub title: String,
    /// Where the target stands; nothing where no rows of it were needed.
    pub place: Option<Place>,
    /// The engines it ran in.
    pub engines: Vec<&'static str>,
    /// What was found; nothing where all is as the receipt says.
    pub findings: Vec<Finding>,
    /// What ran.
    pub outcome: Outcome,
}

/// Runs a data step again. Several engines run side by side, and the first one's results are compared.
///
/// # Errors
/// When it can't be run here; what doesn't fit the receipt is no error but a [`Finding`].
pub async fn replay(
    target: &mut Target,
    known: &Known,
    engines: &[&Guests<'_>],
    ask: &Ask<'_>,
    tell: &mut dyn FnMut(u64),
) -> Result<Report, ReplayError> {
    let step = place::find(known, ask)?;
    let mut report = Report {
        title: step.change.describe(&step.schema),
        engines: engines.iter().map(|guests| guests.engine_name()).collect(),
        findings: finding::doubts(ask.issued.receipt(), &step.change),
        ..Report::default()
    };
    if !report.findings.is_empty() {
        return Ok(report);
    }
    if let Lowered::Populate(populate) = &step.change {
        make_again(&step.schema, populate, engines, ask.issued.receipt(), &mut report)?;
        return Ok(report);
    }
    let Some(footing) = Footing::of(&step.change) else {
        return Err(ReplayError::NoRows { entry: ask.entry, step: ask.step });
    };
    report.place = Some(place::stands(target, known, ask, (&step, &footing))?);
    let before = target.journal.position.clone();
    target.conn.begin_snapshot().await?;
    // What was found out about the target has to be true of the moment that is read.
    let moved = match before.seq {
        0 => Ok(()),
        _ => target.journal.refresh(&mut target.conn).await,
    };
    let result = match moved {
        Ok(()) if target.journal.position == before => {
            run_again(target, known, engines, ask, (&step, &footing), tell, &mut report).await
        }
        Ok(()) => Err(ReplayError::Moved),
        Err(cause) => Err(cause.into()),
    };
    // Nothing was written, so there is nothing that a failure here could leave.
    let _ = target.conn.rollback().await;
    result?;
    Ok(report)
}

/// Rows of the target through the guests.
async fn run_again(
    target: &mut Target,
    known: &Known,
    engines: &[&Guests<'_>],
    ask: &Ask<'_>,
    (found, footing): (&Found, &Footing<'_>),
    tell: &mut dyn FnMut(u64),
    report: &mut Report,
) -> Result<(), ReplayError> {
    let live = known.history.state_at(&target.journal.position.heads)?;
    let reader = Reader::new(target.dialect, live.schema(ask.database), found, footing)?;
    // What is made in other tables is known wherever the target stands.
    let knows_old = reader.knows_old && (report.place == Some(Place::Before) || footing.written.is_empty());
    let receipt = ask.issued.receipt();
    let schema = live.schema(ask.database);
    let looked = Looked::read(&mut target.conn, target.dialect, schema, footing.lookups).await?;
    if let Some((name, _)) =
        looked.digests.iter().find(|(name, digest)| receipt.lookups.get(*name) != Some(*digest))
    {
        report.findings.push(Finding::Lookup(name.clone()));
        return Ok(());
    }
    let with = (ask.issued, &looked);
    let what = (&found.schema, &found.change, footing);
    let mut rerun = Rerun::new(&mut target.conn, reader, what, engines, with, tell)?;
    let (outcome, findings) = match ask.sample {
        Some(sample) if !receipt.input_sections.is_empty() => rerun.sampled(receipt, sample).await?,
        Some(_) if receipt.profile == 0 => return Err(ReplayError::NoSections),
        // One section is all there is.
        Some(_) | None => rerun.whole(receipt, knows_old).await?,
    };
    report.outcome = outcome;
    report.findings.extend(findings);
    Ok(())
}

/// Populates: the guest makes the rows from what is sealed in the entry, and no database is asked.
fn make_again(
    schema: &Schema,
    step: &LoweredPopulate,
    engines: &[&Guests<'_>],
    receipt: &Receipt,
    report: &mut Report,
) -> Result<(), ReplayError> {
    let mut made = Vec::new();
    for guests in engines {
        made.push(populate::make(guests, schema, step)?);
    }
    let [first, others @ ..] = &made[..] else { return Ok(()) };
    let here =
        populate::receipt(crate::data::table(schema, step.table)?, step, first, &populate::key_places(step))?;
    report.outcome = Outcome {
        rows: here.changed,
        fuel: here.fuel,
        input: Some(here.input),
        output: Some(here.output),
        ..Outcome::default()
    };
    for (other, guests) in others.iter().zip(&engines[1..]) {
        let differs = other.rows.iter().zip(&first.rows).position(|(a, b)| a != b);
        let shorter = (other.rows.len() != first.rows.len()).then(|| other.rows.len().min(first.rows.len()));
        if let Some(row) = differs.or(shorter) {
            let row = format!("number {}", row + 1);
            report.findings.push(Finding::Engines { row, engine: guests.engine_name() });
        }
    }
    if here.output != receipt.output {
        let at = Stretch::of((&here.output_sections, &receipt.output_sections), None);
        report.findings.push(Finding::Output { at, standing: None });
    } else if here.changed != receipt.changed {
        report.findings.push(Finding::Changed { receipt: receipt.changed, here: here.changed });
    }
    Ok(())
}
