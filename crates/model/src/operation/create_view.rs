//! Creates a view.

use serde::{Deserialize, Serialize};

use crate::expression::Expression;

/// Creates a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateView {
    /// Its name.
    pub name: String,
    /// Its output columns.
    pub columns: Vec<String>,
    /// Its query, a `SELECT` that names its columns.
    pub query: Expression,
}
