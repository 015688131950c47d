//! Changes a column's type.

use serde::{Deserialize, Serialize};

use crate::{expression::Expression, types::Type};

/// Changes a column's type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeType {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Its new type.
    pub to: Type,
    /// How to compute the new value from the old row; a plain cast when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<Expression>,
}
