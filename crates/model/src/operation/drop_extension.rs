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
        let found = lookup::extension(schema, &self.name).field("name")?;
        let users = users(schema, found);
        if !users.is_empty() {
            return Err(Problem::InUse { what: format!("extension `{}`", found.name), users }.into());
        }
        Ok(vec![Lowered::DropExtension { extension: found.id }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, extension: ObjectId) -> Result<(), Problem> {
    // Columns that others add beside it don't need it everywhere: only whoever writes a step to drop it is told of them.
    schema.remove_extension(extension).map(|_| ())
}

/// Columns whose type comes with the extension, as far as the portable types tell.
fn users(schema: &Schema, extension: &Extension) -> Vec<String> {
    let columns = schema.tables().flat_map(|t| t.columns.iter().map(move |c| (t, c)));
    let using = columns.filter(|(_, c)| c.ty.extension() == Some(&extension.name));
    using.map(|(t, c)| format!("column `{}` of `{}`", c.name, t.name)).collect()
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
