//! Gives a constraint another name.

use serde::{Deserialize, Serialize};

/// Gives a constraint another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameConstraint {
    /// The table.
    pub table: String,
    /// The constraint.
    pub name: String,
    /// Its new name.
    pub to: String,
}
