//! Sets or removes the remark on an object.

use serde::{Deserialize, Serialize};

/// Sets or removes the remark on an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// What the remark is on.
    pub on: On,
    /// The remark; absent, it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What a remark is on, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum On {
    /// A table.
    Table(String),
    /// A column: its table and its name.
    Column(String, String),
    /// A view.
    View(String),
    /// An enum.
    Enum(String),
}
