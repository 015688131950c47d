//! Installs a server extension.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    effects::Scope,
    id::{Minter, ObjectId},
    lowered::Lowered,
    names::check_name,
    problem::{At, Irreversible, LowerError, Problem},
    schema::{Extension, Schema},
};

/// Installs a server extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateExtension {
    /// The extension.
    pub name: String,
}

impl CreateExtension {
    pub(crate) fn lower(&self, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        check_name(&self.name).field("name")?;
        Ok(vec![Lowered::CreateExtension(Extension { id: minter.mint(), name: self.name.clone() }.into())])
    }
}

pub(crate) fn evolve(schema: &mut Schema, extension: &std::sync::Arc<Extension>) -> Result<(), Problem> {
    check_name(&extension.name)?;
    schema.insert_extension(extension.clone())
}

pub(crate) fn effects(out: &mut Accesses, extension: &Extension) {
    out.claim(Scope::Extensions, &extension.name, extension.id);
    out.create(extension.id);
}

pub(crate) fn inverse(extension: ObjectId) -> Result<Lowered, Irreversible> {
    Ok(Lowered::DropExtension { extension })
}
