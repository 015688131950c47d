//! Versions of rows: what tells that somebody has changed one since it was read.

/// How a batch knows rows that aren't as they were read any more, where rows have versions; see [`crate::Dialect::row_version`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Versions {
    /// It takes them as they are.
    #[default]
    Unheeded,
    /// Each row has its own behind its columns.
    Each,
    /// One array stands behind all columns: the versions that the rows had. A row that was changed since has none of them, as long as all
    /// were read by one statement.
    Among,
}
