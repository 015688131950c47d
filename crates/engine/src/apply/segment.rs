//! Cuts a planned entry into segments: what commits together, what commits by itself, and data steps.

use dialect::{
    Place, Statement,
    plan::{PlannedEntry, PlannedStep, Work},
};
use model::{Digest, EntryId, Lowered};

/// Statements of an entry that commit together, or one that stands alone, or a data step. Units are numbered through the
/// entry from 0: one for each statement and each data step.
#[derive(Debug)]
pub enum Segment<'a> {
    /// Statements of one transaction.
    Together {
        /// Number of the first unit.
        unit: u64,
        /// The statements with their steps.
        statements: Vec<(&'a PlannedStep, &'a Statement)>,
        /// Whether a table is rebuilt in it.
        rebuilds: bool,
        /// Whether it is one statement that nothing may join.
        apart: bool,
    },
    /// A statement that commits by itself.
    Alone {
        /// Its unit.
        unit: u64,
        /// Its step.
        step: &'a PlannedStep,
        /// The statement.
        statement: &'a Statement,
    },
    /// A data step.
    Data {
        /// Its unit.
        unit: u64,
        /// The step.
        step: &'a PlannedStep,
    },
}

impl<'a> Segment<'a> {
    /// Its steps, each as often as it has statements in it.
    pub fn steps(&self) -> Vec<&'a PlannedStep> {
        match self {
            Segment::Together { statements, .. } => statements.iter().map(|(step, _)| *step).collect(),
            Segment::Alone { step, .. } | Segment::Data { step, .. } => vec![step],
        }
    }

    /// The number of the first unit behind it.
    pub fn end(&self) -> u64 {
        match self {
            Segment::Together { unit, statements, .. } => unit + statements.len() as u64,
            Segment::Alone { unit, .. } | Segment::Data { unit, .. } => unit + 1,
        }
    }
}

/// The segments of an entry, in order.
pub fn segments(entry: &PlannedEntry) -> Vec<Segment<'_>> {
    let mut segments: Vec<Segment<'_>> = Vec::new();
    let mut next = 0;
    for step in &entry.steps {
        match &step.work {
            // Nothing was kept for it: there is nothing to send. The plan says what stays as it is.
            Work::Data(_) if puts_nothing_back(step, entry.entry) => {}
            Work::Data(_) => {
                segments.push(Segment::Data { unit: next, step });
                next += 1;
                step.behind.iter().for_each(|one| send(&mut segments, &mut next, (step, one), false));
            }
            Work::Ddl(rendered) => {
                let all = rendered.statements.iter();
                all.for_each(|one| send(&mut segments, &mut next, (step, one), rendered.rebuilds));
            }
        }
    }
    segments
}

/// The entry's units in order: the digest of a statement, or nothing for a data step.
pub fn units(entry: &PlannedEntry) -> Vec<Option<Digest>> {
    let digest = |statement: &Statement| Some(Digest::of(statement.sql.as_bytes()));
    let mut units = Vec::new();
    for segment in segments(entry) {
        match segment {
            Segment::Together { statements, .. } => {
                units.extend(statements.iter().map(|(_, one)| digest(one)))
            }
            Segment::Alone { statement, .. } => units.push(digest(statement)),
            Segment::Data { .. } => units.push(None),
        }
    }
    units
}

/// Puts a statement where it belongs.
fn send<'a>(
    segments: &mut Vec<Segment<'a>>,
    next: &mut u64,
    (step, statement): (&'a PlannedStep, &'a Statement),
    rebuilt: bool,
) {
    match (statement.place, segments.last_mut()) {
        (Place::Alone, _) => segments.push(Segment::Alone { unit: *next, step, statement }),
        (Place::Inside, Some(Segment::Together { statements, rebuilds, apart: false, .. })) => {
            statements.push((step, statement));
            *rebuilds |= rebuilt;
        }
        (Place::Inside | Place::Apart, _) => segments.push(Segment::Together {
            unit: *next,
            statements: vec![(step, statement)],
            rebuilds: rebuilt,
            apart: statement.place == Place::Apart,
        }),
    }
    *next += 1;
}

/// The step that an entry is in the middle of after so many units, with its first unit; nothing between two steps.
pub fn middle_of(entry: &PlannedEntry, unit: u64) -> Option<(&PlannedStep, u64)> {
    let mut first = 0;
    for step in &entry.steps {
        let units = match &step.work {
            Work::Data(_) if puts_nothing_back(step, entry.entry) => 0,
            Work::Data(_) => 1 + step.behind.len() as u64,
            Work::Ddl(rendered) => rendered.statements.len() as u64,
        };
        if first < unit && unit < first + units {
            return Some((step, first));
        }
        first += units;
    }
    None
}

/// Whether this is the way back of a backfill that keeps nothing, by what its entry says.
fn puts_nothing_back(step: &PlannedStep, entry: EntryId) -> bool {
    match &step.lowered {
        Lowered::UndoBackfill(backfill) => backfill.kept(step.at(entry).entry).next().is_none(),
        _ => false,
    }
}
