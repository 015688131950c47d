//! Drops an enum that no column uses any more.

use serde::{Deserialize, Serialize};

/// Drops an enum that no column uses any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropEnum {
    /// The enum.
    pub name: String,
}
