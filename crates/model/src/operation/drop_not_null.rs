//! Allows NULL in a column.

use serde::{Deserialize, Serialize};

/// Allows NULL in a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropNotNull {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}
