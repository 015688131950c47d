//! Gives an index another name.

use serde::{Deserialize, Serialize};

/// Gives an index another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameIndex {
    /// The index.
    pub name: String,
    /// Its new name.
    pub to: String,
}
