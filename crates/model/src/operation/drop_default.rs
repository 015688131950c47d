//! Removes a column's default.

use serde::{Deserialize, Serialize};

use crate::{lowered::Lowered, operation::lookup, problem::LowerError, schema::Schema};

/// Removes a column's default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropDefault {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

impl DropDefault {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let (table, column) = lookup::table_column(schema, &self.table, &self.column)?;
        Ok(vec![Lowered::SetDefault { table: table.id, column: column.id, to: None }])
    }
}
