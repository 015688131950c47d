//! Drops a constraint.

use serde::{Deserialize, Serialize};

/// Drops a constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropConstraint {
    /// The table.
    pub table: String,
    /// The constraint.
    pub name: String,
}
