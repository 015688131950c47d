//! Gives a view another query and other columns.

use serde::{Deserialize, Serialize};

use crate::expression::Expression;

/// Gives a view another query and other columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplaceView {
    /// The view.
    pub name: String,
    /// Its output columns.
    pub columns: Vec<String>,
    /// Its query, a `SELECT` that names its columns.
    pub query: Expression,
}
