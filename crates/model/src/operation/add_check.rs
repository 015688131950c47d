//! Demands that every row meets a condition.

use serde::{Deserialize, Serialize};

use crate::{
    constraint::{ConstraintDef, ConstraintKind},
    expression::Expression,
    id::Minter,
    lowered::Lowered,
    operation::add_constraint,
    problem::LowerError,
    schema::Schema,
};

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

impl AddCheck {
    fn definition(&self) -> ConstraintDef {
        ConstraintDef { name: self.name.clone(), is: ConstraintKind::Check(self.check.clone()) }
    }

    pub(crate) fn seal(&self, schema: &Schema) -> Result<AddCheck, LowerError> {
        let sealed = add_constraint::seal(&self.table, &self.definition(), schema)?;
        let check = match sealed.is {
            ConstraintKind::Check(check) => check,
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::ForeignKey(_) => {
                self.check.clone()
            }
        };
        Ok(AddCheck { table: self.table.clone(), name: sealed.name, check })
    }

    pub(crate) fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        add_constraint::lower(&self.table, &self.definition(), schema, minter)
    }
}
