//! Constants that authors write in drafts: defaults, initial values, parameters, predicates.

use serde::{Deserialize, Serialize};

/// A constant. What it may stand for depends on the column: text also carries dates, UUIDs and decimals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point. Never NaN or infinite.
    Float(f64),
    /// Text; also the way to write decimals, UUIDs, dates, times, JSON and enum values.
    Text(String),
}
