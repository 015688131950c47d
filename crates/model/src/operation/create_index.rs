//! Creates an index.

use serde::{Deserialize, Serialize};

use crate::{constraint::is_default, index::IndexDef};

/// Creates an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateIndex {
    /// The table.
    pub table: String,
    /// The index.
    pub index: IndexDef,
    /// Without blocking writers, where the database can.
    #[serde(default, skip_serializing_if = "is_default")]
    pub concurrently: bool,
}
