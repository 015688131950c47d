//! Removes a column's default.

use serde::{Deserialize, Serialize};

/// Removes a column's default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropDefault {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}
