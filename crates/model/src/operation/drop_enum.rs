//! Drops an enum that no column uses any more.

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

/// Drops an enum that no column uses any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropEnum {
    /// The enum.
    pub name: String,
}

impl DropEnum {
    pub(crate) fn lower(&self, schema: &Schema) -> Result<Vec<Lowered>, LowerError> {
        Ok(vec![Lowered::DropEnum { of: lookup::enum_(schema, &self.name).field("name")?.id }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, of: ObjectId) -> Result<(), Problem> {
    let found = schema.enum_(of).ok_or(Problem::Missing("enum"))?;
    let users = schema.users_of_enum(of);
    if !users.is_empty() {
        return Err(Problem::InUse { what: format!("enum `{}`", found.name), users });
    }
    schema.remove_enum(of).map(|_| ())
}

pub(crate) fn effects(out: &mut Accesses, of: ObjectId, before: &Schema) {
    out.destroy(Resource::Object(of));
    out.destroy(Resource::Members(of));
    let Some(found) = before.enum_(of) else { return };
    out.free(Scope::Relations, &found.name);
    for value in &found.values {
        out.destroy(Resource::Object(value.id));
    }
}

pub(crate) fn inverse(before: &Schema, of: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.enums.get(&of).ok_or(Irreversible::Missing("enum"))?;
    Ok(Lowered::CreateEnum(found.clone()))
}
