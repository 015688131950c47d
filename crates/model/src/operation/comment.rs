//! Sets or removes the remark on an object.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    effects::{Facet, Resource},
    lowered::{Commented, Lowered},
    operation::lookup,
    problem::{At, Irreversible, LowerError, Problem},
    schema::Schema,
};

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

impl Comment {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let on = match &self.on {
            On::Table(table) => lookup::table(schema, table).map(|t| Commented::Table(t.id)),
            On::Column(table, column) => lookup::table(schema, table).and_then(|t| {
                lookup::column(t, column).map(|c| Commented::Column { table: t.id, column: c.id })
            }),
            On::View(view) => lookup::view(schema, view).map(|v| Commented::View(v.id)),
            On::Enum(of) => lookup::enum_(schema, of).map(|e| Commented::Enum(e.id)),
        };
        if self.text.as_deref().is_some_and(|t| t.contains('\0')) {
            return Err(Problem::NulInRemark).field("text");
        }
        Ok(vec![Lowered::SetComment { on: on.field("on")?, to: self.text.clone() }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, on: Commented, to: &Option<String>) -> Result<(), Problem> {
    let comment = match on {
        Commented::Table(id) => &mut schema.table_mut(id)?.comment,
        Commented::Column { table, column } => &mut schema.column_mut(table, column)?.comment,
        Commented::View(id) => {
            let view = schema.views.get_mut(&id).ok_or(Problem::Missing("view"))?;
            &mut Arc::make_mut(view).comment
        }
        Commented::Enum(id) => &mut schema.enum_mut(id)?.comment,
    };
    comment.clone_from(to);
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, on: Commented, to: &Option<String>) {
    let id = match on {
        Commented::Table(id) | Commented::View(id) | Commented::Enum(id) => id,
        Commented::Column { table, column } => {
            out.object(table);
            column
        }
    };
    out.object(id);
    out.write(Resource::Facet(id, Facet::Comment), &format!("{to:?}"));
}

pub(crate) fn inverse(before: &Schema, on: Commented) -> Result<Lowered, Irreversible> {
    let missing = Irreversible::Missing("object the remark is on");
    let comment = match on {
        Commented::Table(id) => before.table(id).map(|t| &t.comment),
        Commented::Column { table, column } => {
            before.table(table).and_then(|t| t.column(column)).map(|c| &c.comment)
        }
        Commented::View(id) => before.view(id).map(|v| &v.comment),
        Commented::Enum(id) => before.enum_(id).map(|e| &e.comment),
    };
    Ok(Lowered::SetComment { on, to: comment.ok_or(missing)?.clone() })
}
