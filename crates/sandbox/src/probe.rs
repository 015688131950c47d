//! Whether a guest is what a guest has to be: the same twice, and the same however rows are cut into batches.

use model::Value;

use crate::batch::Batch;
use crate::encode::encode;
use crate::error::GuestError;
use crate::guest::{Guest, Outcome};

/// What probing found.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Rows probed.
    pub rows: u32,
    /// What the whole batch gave.
    pub outcome: Outcome,
    /// How two fresh instances differed over the same batch; nothing when they didn't.
    pub nondeterminism: Option<String>,
    /// Where results depend on how rows are cut into batches.
    pub variance: Vec<Difference>,
}

impl Report {
    /// Whether nothing was found.
    pub fn passed(&self) -> bool {
        self.nondeterminism.is_none() && self.variance.is_empty()
    }
}

/// A row that came out otherwise when the batch was cut otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// How the batch was cut.
    pub cut: Cut,
    /// The row in the whole batch.
    pub row: u32,
    /// The column, or nothing when it's about rejecting or failing.
    pub column: Option<String>,
    /// What differs.
    pub reason: String,
}

/// How a batch is cut for comparison with the whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// Into batches of so many rows.
    Every(u32),
    /// Not at all, but the rows run backwards.
    Reversed,
}

/// Runs a guest twice over a batch, and over the same rows cut otherwise.
///
/// `rowwise` says that row `i` comes back as row `i` (Backfill); only then can cuts be compared.
pub fn probe(guest: &Guest, batch: &Batch, rowwise: bool) -> Result<Report, GuestError> {
    let outcome = guest.run(batch)?;
    let nondeterminism = match guest.run(batch) {
        Ok(second) => differ(&outcome, &second),
        Err(error) => Some(format!("the second run failed: {error}")),
    };
    let mut variance = Vec::new();
    if rowwise && outcome.batch.rows == batch.rows {
        for cut in [Cut::Every(1), Cut::Every(7), Cut::Reversed] {
            variance.extend(compare(guest, batch, &outcome, cut));
        }
    }
    Ok(Report { rows: batch.rows, outcome, nondeterminism, variance })
}

fn differ(first: &Outcome, second: &Outcome) -> Option<String> {
    let what = if encode(&first.batch) != encode(&second.batch) {
        "the output"
    } else if first.rejects != second.rejects {
        "the rejected rows"
    } else if first.fuel != second.fuel {
        "the fuel used"
    } else if first.log != second.log {
        "the log"
    } else {
        return None;
    };
    Some(format!("{what} differs between two runs"))
}

/// The first difference of a cut; one is enough to see it.
fn compare(guest: &Guest, batch: &Batch, whole: &Outcome, cut: Cut) -> Option<Difference> {
    let all: Vec<u32> = (0..batch.rows).collect();
    let chunks: Vec<Vec<u32>> = match cut {
        Cut::Every(size) => all.chunks(size as usize).map(<[u32]>::to_vec).collect(),
        Cut::Reversed => vec![all.into_iter().rev().collect()],
    };
    chunks.iter().find_map(|rows| {
        let fail = |row: u32, column: Option<&str>, reason: String| {
            Some(Difference { cut, row, column: column.map(str::to_owned), reason })
        };
        match guest.run(&batch.select(rows)) {
            Ok(part) if part.batch.rows as usize != rows.len() => {
                fail(*rows.first()?, None, format!("{} rows came back for {}", part.batch.rows, rows.len()))
            }
            Ok(part) => rows.iter().enumerate().find_map(|(at, &row)| {
                let (column, reason) = compare_row(whole, row, &part, at)?;
                fail(row, column.as_deref(), reason)
            }),
            Err(error) => fail(*rows.first()?, None, format!("failed: {error}")),
        }
    })
}

fn compare_row(whole: &Outcome, row: u32, part: &Outcome, at: usize) -> Option<(Option<String>, String)> {
    let message = |outcome: &Outcome, row: u32| {
        outcome.rejects.iter().find(|(rejected, _)| *rejected == row).map(|(_, message)| message.clone())
    };
    match (message(whole, row), message(part, at as u32)) {
        (None, None) => {}
        (a, b) if a == b => return None,
        (a, b) => return Some((None, format!("rejected with {b:?} instead of {a:?}"))),
    }
    for column in &whole.batch.columns {
        let wanted = column.value(row as usize);
        match part.batch.column(&column.name).map(|other| other.value(at)) {
            Some(found) if same(&found, &wanted) => {}
            Some(found) => {
                return Some((Some(column.name.clone()), format!("{found:?} instead of {wanted:?}")));
            }
            None => return Some((Some(column.name.clone()), "is missing".into())),
        }
    }
    None
}

/// Equality by bits: NaN equals NaN, and −0.0 isn't 0.0.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Real(a), Value::Real(b)) => a.to_bits() == b.to_bits(),
        (Value::Double(a), Value::Double(b)) => a.to_bits() == b.to_bits(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Vector(a), Value::Vector(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
        }
        _ => a == b,
    }
}
