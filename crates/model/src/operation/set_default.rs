//! Changes a column's default; rows that are there keep their values.

use serde::{Deserialize, Serialize};

use crate::column::Default;

/// Changes a column's default; rows that are there keep their values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDefault {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The new default.
    pub to: Default,
}
