//! Drops a view.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    effects::{Resource, Scope},
    id::ObjectId,
    lowered::Lowered,
    operation::lookup,
    problem::{At, Irreversible, LowerError, Problem},
    schema::Schema,
};

/// Drops a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropView {
    /// The view.
    pub name: String,
}

impl DropView {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        Ok(vec![Lowered::DropView { view: lookup::view(schema, &self.name).field("name")?.id }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, view: ObjectId) -> Result<(), Problem> {
    let found = schema.view(view).ok_or(Problem::Missing("view"))?;
    let users = schema.users_of_relation(view);
    if !users.is_empty() {
        return Err(Problem::InUse { what: format!("view `{}`", found.name), users });
    }
    schema.remove_view(view).map(|_| ())
}

pub(crate) fn effects(out: &mut Accesses, view: ObjectId, before: &Schema) {
    out.destroy(Resource::Object(view));
    let Some(found) = before.view(view) else { return };
    out.free(Scope::Relations, &found.name);
    found.columns.iter().for_each(|c| out.destroy(Resource::Object(c.id)));
}

pub(crate) fn inverse(before: &Schema, view: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.views.get(&view).ok_or(Irreversible::Missing("view"))?;
    Ok(Lowered::CreateView(found.clone()))
}
