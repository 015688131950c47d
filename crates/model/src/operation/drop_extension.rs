//! Removes a server extension.

use serde::{Deserialize, Serialize};

/// Removes a server extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropExtension {
    /// The extension.
    pub name: String,
}
