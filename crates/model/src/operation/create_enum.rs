//! Creates an enum.

use serde::{Deserialize, Serialize};

/// Creates an enum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateEnum {
    /// Its name.
    pub name: String,
    /// Its values, in their order; at least one.
    pub values: Vec<String>,
}
