//! Drops an index.

use serde::{Deserialize, Serialize};

use crate::constraint::is_default;

/// Drops an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropIndex {
    /// The index.
    pub name: String,
    /// Without blocking writers, where the database can.
    #[serde(default, skip_serializing_if = "is_default")]
    pub concurrently: bool,
}
