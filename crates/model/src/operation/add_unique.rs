//! Demands that no two rows agree in some columns.

use serde::{Deserialize, Serialize};

use crate::{
    constraint::{ConstraintDef, ConstraintKind},
    id::Minter,
    lowered::Lowered,
    operation::add_constraint,
    problem::LowerError,
    schema::Schema,
};

/// Demands that no two rows agree in some columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddUnique {
    /// The table.
    pub table: String,
    /// Its name; always there once sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The columns.
    pub columns: Vec<String>,
}

impl AddUnique {
    fn definition(&self) -> ConstraintDef {
        ConstraintDef { name: self.name.clone(), is: ConstraintKind::Unique(self.columns.clone()) }
    }

    pub(crate) fn seal(&self, schema: &Schema) -> Result<AddUnique, LowerError> {
        let sealed = add_constraint::seal(&self.table, &self.definition(), schema)?;
        Ok(AddUnique { name: sealed.name, ..self.clone() })
    }

    pub(crate) fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        add_constraint::lower(&self.table, &self.definition(), schema, minter)
    }
}
