//! Adds a value to an enum.

use serde::{Deserialize, Serialize};

/// Adds a value to an enum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddEnumValue {
    /// The enum.
    pub name: String,
    /// The value.
    pub value: String,
    /// Its place; the end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
}

/// The place of a new enum value: a side of one that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Right before that value.
    Before(String),
    /// Right after that value.
    After(String),
}
