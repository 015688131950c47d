//! Installs a server extension.

use serde::{Deserialize, Serialize};

/// Installs a server extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateExtension {
    /// The extension.
    pub name: String,
}
