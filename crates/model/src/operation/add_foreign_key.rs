//! Demands that every row refers to one of another table.

use serde::{Deserialize, Serialize};

use crate::{
    constraint::{Action, ConstraintDef, ConstraintKind, Deferrable, Reference, is_default},
    id::Minter,
    lowered::Lowered,
    operation::add_constraint,
    problem::LowerError,
    schema::Schema,
};

/// Demands that every row refers to one of another table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddForeignKey {
    /// The table.
    pub table: String,
    /// Its name; always there once sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The referring columns.
    pub columns: Vec<String>,
    /// The table referred to.
    pub references: String,
    /// Its columns.
    pub to: Vec<String>,
    /// What happens when the row referred to is deleted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_delete: Action,
    /// What happens when its key changes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_update: Action,
    /// When it is checked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deferrable: Deferrable,
}

impl AddForeignKey {
    fn reference(&self) -> Reference {
        Reference {
            columns: self.columns.clone(),
            references: self.references.clone(),
            to: self.to.clone(),
            on_delete: self.on_delete,
            on_update: self.on_update,
            deferrable: self.deferrable,
        }
    }

    fn definition(&self) -> ConstraintDef {
        ConstraintDef { name: self.name.clone(), is: ConstraintKind::ForeignKey(self.reference()) }
    }

    pub(crate) fn seal(&self, schema: &Schema) -> Result<AddForeignKey, LowerError> {
        let sealed = add_constraint::seal(&self.table, &self.definition(), schema)?;
        Ok(AddForeignKey { name: sealed.name, ..self.clone() })
    }

    pub(crate) fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        add_constraint::lower(&self.table, &self.definition(), schema, minter)
    }
}
