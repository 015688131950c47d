//! Gives an enum value another text.

use serde::{Deserialize, Serialize};

/// Gives an enum value another text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenameEnumValue {
    /// The enum.
    pub name: String,
    /// The value.
    pub value: String,
    /// Its new text.
    pub to: String,
}
