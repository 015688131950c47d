//! Forbids NULL in a column.

use serde::{Deserialize, Serialize};

/// Forbids NULL in a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetNotNull {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}
