//! Drops a view.

use serde::{Deserialize, Serialize};

/// Drops a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropView {
    /// The view.
    pub name: String,
}
