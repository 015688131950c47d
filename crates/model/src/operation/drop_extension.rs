//! Removes a server extension.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    effects::{Resource, Scope},
    id::ObjectId,
    lowered::Lowered,
    operation::lookup,
    problem::{At, Irreversible, LowerError, Problem},
    schema::{Extension, Schema},
    types::Type,
};

/// Removes a server extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropExtension {
    /// The extension.
    pub name: String,
}

impl DropExtension {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        let extension = lookup::extension(schema, &self.name).field("name")?.id;
        Ok(vec![Lowered::DropExtension { extension }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, extension: ObjectId) -> Result<(), Problem> {
    let found = schema.extensions.get(&extension).ok_or(Problem::Missing("extension"))?;
    let users = users(schema, found);
    if !users.is_empty() {
        return Err(Problem::InUse { what: format!("extension `{}`", found.name), users });
    }
    schema.remove_extension(extension).map(|_| ())
}

/// Columns whose type comes with the extension, as far as the portable types tell.
fn users(schema: &Schema, extension: &Extension) -> Vec<String> {
    if extension.name != "vector" {
        return Vec::new();
    }
    let columns = schema.tables().flat_map(|t| t.columns.iter().map(move |c| (t, c)));
    let vectors = columns.filter(|(_, c)| matches!(c.ty, Type::Vector(_)));
    vectors.map(|(t, c)| format!("column `{}` of `{}`", c.name, t.name)).collect()
}

pub(crate) fn effects(out: &mut Accesses, extension: ObjectId, before: &Schema) {
    out.destroy(Resource::Object(extension));
    if let Some(found) = before.extensions.get(&extension) {
        out.free(Scope::Extensions, &found.name);
    }
}

pub(crate) fn inverse(before: &Schema, extension: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.extensions.get(&extension).ok_or(Irreversible::Missing("extension"))?;
    Ok(Lowered::CreateExtension(found.clone()))
}
