//! Gives a column another name.

use serde::{Deserialize, Serialize};

/// Gives a column another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameColumn {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Its new name.
    pub to: String,
}
