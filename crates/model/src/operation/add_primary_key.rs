//! Makes columns the primary key of a table that has none.

use serde::{Deserialize, Serialize};

use crate::{
    constraint::{ConstraintDef, ConstraintKind},
    id::Minter,
    lowered::Lowered,
    operation::add_constraint,
    problem::LowerError,
    schema::Schema,
};

/// Makes columns the primary key of a table that has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddPrimaryKey {
    /// The table.
    pub table: String,
    /// Its name; always there once sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its columns, in key order.
    pub columns: Vec<String>,
}

impl AddPrimaryKey {
    fn definition(&self) -> ConstraintDef {
        ConstraintDef { name: self.name.clone(), is: ConstraintKind::PrimaryKey(self.columns.clone()) }
    }

    pub(crate) fn seal(&self, schema: &Schema) -> Result<AddPrimaryKey, LowerError> {
        let sealed = add_constraint::seal(&self.table, &self.definition(), schema)?;
        Ok(AddPrimaryKey { name: sealed.name, ..self.clone() })
    }

    pub(crate) fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        add_constraint::lower(&self.table, &self.definition(), schema, minter)
    }
}
