//! Drops a table with everything in it.

use serde::{Deserialize, Serialize};

/// Drops a table with everything in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropTable {
    /// The table.
    pub table: String,
}
