//! Gives a table another name.

use serde::{Deserialize, Serialize};

/// Gives a table another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameTable {
    /// The table.
    pub table: String,
    /// Its new name.
    pub to: String,
}
