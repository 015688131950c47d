//! Allows NULL in a column.

use serde::{Deserialize, Serialize};

use crate::{lowered::Lowered, operation::lookup, problem::LowerError, schema::Schema};

/// Allows NULL in a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropNotNull {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

impl DropNotNull {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let (table, column) = lookup::table_column(schema, &self.table, &self.column)?;
        Ok(vec![Lowered::SetNullable { table: table.id, column: column.id, nullable: true }])
    }
}
