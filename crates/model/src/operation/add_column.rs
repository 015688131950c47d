//! Adds a column behind the others.

use serde::{Deserialize, Serialize};

use crate::column::ColumnDef;

/// Adds a column behind the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddColumn {
    /// The table.
    pub table: String,
    /// The column.
    pub column: ColumnDef,
}
