//! Demands that every row meets a condition.

use serde::{Deserialize, Serialize};

use crate::expression::Expression;

/// Demands that every row meets a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddCheck {
    /// The table.
    pub table: String,
    /// Its name; always there once sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The condition, over the table's columns.
    pub check: Expression,
}
