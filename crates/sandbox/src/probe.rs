//! Whether a guest is what a guest has to be: the same twice, the same however rows are cut into batches, and the same in
//! another engine.

use model::Value;

use crate::batch::Batch;
use crate::encode::{encode, encoded_len};
use crate::error::GuestError;
use crate::guest::{Guest, Outcome};

/// Rows that a small batch is repeated up to, so that there is something to cut; no multiple of any cut.
const ENOUGH: u32 = 2_003;
/// Bytes that a batch is repeated up to, so that what is repeated stays within the limits of what was given.
const ENOUGH_BYTES: usize = 256 << 10;

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
    /// The row that took the largest part of its fuel, where rows come back one by one.
    pub worst: Option<Cost>,
}

impl Report {
    /// Whether nothing was found.
    pub fn passed(&self) -> bool {
        self.nondeterminism.is_none() && self.variance.is_empty()
    }
}

/// What a row took when it was run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The row.
    pub row: u32,
    /// Fuel used.
    pub fuel: u64,
    /// Fuel it was given.
    pub most: u64,
}

impl Cost {
    /// Fuel used of what was given, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.fuel as f64 / self.most.max(1) as f64
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
    /// Into batches of so many rows, the rows repeated where there are fewer.
    Every(u32),
    /// Not at all, but the rows run backwards.
    Reversed,
}

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Cut::Every(1) => f.write_str("each row is a batch of its own"),
            Cut::Every(rows) => write!(f, "batches have {rows} rows"),
            Cut::Reversed => f.write_str("the rows run backwards"),
        }
    }
}

/// Runs a guest twice over a batch, and over the same rows cut otherwise.
///
/// `rowwise` says that row `i` comes back as row `i` (Backfill); only then can cuts be compared.
pub fn probe(guest: &Guest, batch: &Batch, rowwise: bool) -> Result<Report, GuestError> {
    let outcome = guest.run(batch)?;
    let nondeterminism = match guest.run(batch) {
        Ok(second) => differ(&outcome, &second).map(|what| format!("{what} differs between two runs")),
        Err(error) => Some(format!("the second run failed: {error}")),
    };
    let (mut variance, mut worst) = (Vec::new(), None);
    if rowwise && outcome.batch.rows == batch.rows && batch.rows > 0 {
        let repeated: Vec<u32> = (0..batch.rows).cycle().take(enough(batch)).collect();
        let all: Vec<u32> = (0..batch.rows).collect();
        let backwards: Vec<u32> = all.iter().rev().copied().collect();
        for (cut, rows, size) in [
            (Cut::Every(1), &all, 1),
            (Cut::Every(7), &repeated, 7),
            (Cut::Every(1000), &repeated, 1000),
            (Cut::Reversed, &backwards, backwards.len()),
        ] {
            variance.extend(compare(guest, batch, &outcome, (cut, rows, size), &mut worst));
        }
    }
    Ok(Report { rows: batch.rows, outcome, nondeterminism, variance, worst })
}

/// How two engines' answers to the same batch differ; nothing when they agree.
///
/// Fuel is each engine's own, and how deep a call stack goes too: where one of them stopped for either, nothing is said.
pub fn disagreement(
    first: &Result<Outcome, GuestError>,
    second: &Result<Outcome, GuestError>,
) -> Option<String> {
    let own = |error: &GuestError| matches!(error, GuestError::Fuel { .. } | GuestError::Stack { .. });
    match (first, second) {
        (Ok(a), Ok(b)) => result(a, b).map(|what| format!("{what} differs")),
        (Err(a), _) if own(a) => None,
        (Ok(_), Err(b)) => Some(format!("it failed: {b}")),
        (Err(a), Ok(_)) => Some(format!("it didn't fail: {a}")),
        // Only one of the engines knows the names of functions.
        (
            Err(GuestError::Trap { message: a, log: c, .. }),
            Err(GuestError::Trap { message: b, log: d, .. }),
        ) => (a != b || c != d).then(|| format!("it trapped otherwise: {b}")),
        (Err(a), Err(b)) => (a != b).then(|| format!("it failed otherwise: {b}")),
    }
}

/// How many rows a batch is repeated up to.
fn enough(batch: &Batch) -> usize {
    let each = encoded_len(batch).div_ceil(batch.rows.max(1) as usize).max(1);
    ((ENOUGH_BYTES / each).min(ENOUGH as usize)).max(batch.rows as usize)
}

/// What of two outcomes differs that another engine has to come to as well.
fn result(first: &Outcome, second: &Outcome) -> Option<&'static str> {
    if encode(&first.batch) != encode(&second.batch) {
        Some("the output")
    } else if first.rejects != second.rejects {
        Some("the list of rejected rows")
    } else if first.log != second.log {
        Some("the log")
    } else if first.memory != second.memory {
        Some("the memory used")
    } else {
        None
    }
}

/// What of two runs differs.
fn differ(first: &Outcome, second: &Outcome) -> Option<&'static str> {
    result(first, second).or_else(|| (first.fuel != second.fuel).then_some("the fuel used"))
}

/// The first difference of a cut; one is enough to see it.
fn compare(
    guest: &Guest,
    batch: &Batch,
    whole: &Outcome,
    (cut, rows, size): (Cut, &[u32], usize),
    worst: &mut Option<Cost>,
) -> Option<Difference> {
    rows.chunks(size).find_map(|rows| {
        let fail = |row: u32, column: Option<&str>, reason: String| {
            Some(Difference { cut, row, column: column.map(str::to_owned), reason })
        };
        let part = batch.select(rows);
        match guest.run(&part) {
            Ok(part) if part.batch.rows as usize != rows.len() => {
                fail(*rows.first()?, None, format!("{} rows came back for {}", part.batch.rows, rows.len()))
            }
            Ok(came) => {
                if let (Cut::Every(1), [row]) = (cut, rows) {
                    let cost = Cost { row: *row, fuel: came.fuel, most: guest.fuel(&part) };
                    *worst = worst.filter(|worst| worst.share() >= cost.share()).or(Some(cost));
                }
                rows.iter().enumerate().find_map(|(at, &row)| {
                    let (column, reason) = compare_row(whole, row, &came, at)?;
                    fail(row, column.as_deref(), reason)
                })
            }
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

/// Whether rows of values are the same by bits.
pub(crate) fn same_rows(a: &[Vec<Value>], b: &[Vec<Value>]) -> bool {
    let row =
        |(a, b): (&Vec<Value>, &Vec<Value>)| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b));
    a.len() == b.len() && a.iter().zip(b).all(row)
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
