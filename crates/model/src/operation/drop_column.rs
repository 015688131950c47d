//! Drops a column that nothing uses any more.

use serde::{Deserialize, Serialize};

/// Drops a column that nothing uses any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropColumn {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}
