//! Adds a value to an enum.

use serde::{Deserialize, Serialize};

use crate::{
    accesses::{Accesses, id_text},
    effects::{Resource, Scope},
    id::{Minter, ObjectId},
    lowered::Lowered,
    names::check_name,
    operation::lookup,
    problem::{At, Irreversible, LowerError, Problem},
    schema::{Anchor, EnumValue, Schema},
};

/// Adds a value to an enum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddEnumValue {
    /// The enum.
    pub name: String,
    /// The value.
    pub value: String,
    /// Its place; the end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
}

/// The place of a new enum value: a side of one that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Right before that value.
    Before(String),
    /// Right after that value.
    After(String),
}

impl AddEnumValue {
    pub(crate) fn lower(&self, schema: &Schema, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        let of = lookup::enum_(schema, &self.name).field("name")?;
        check_name(&self.value).field("value")?;
        let at = match &self.at {
            Some(Place::Before(name)) => Some(Anchor::Before(lookup::value(of, name).field("at")?.id)),
            Some(Place::After(name)) => Some(Anchor::After(lookup::value(of, name).field("at")?.id)),
            None => None,
        };
        let value = EnumValue { id: minter.mint(), name: self.value.clone(), anchor: at };
        Ok(vec![Lowered::AddEnumValue { of: of.id, value, at }])
    }
}

pub(crate) fn evolve(
    schema: &mut Schema,
    of: ObjectId,
    value: &EnumValue,
    at: Option<Anchor>,
) -> Result<(), Problem> {
    check_name(&value.name)?;
    let found = schema.enum_mut(of)?;
    if found.value(value.id).is_some() {
        return Err(Problem::Twice("enum value"));
    }
    if found.value_named(&value.name).is_some() {
        let by = format!("a value of enum `{}`", found.name);
        return Err(Problem::NameTaken { name: value.name.clone(), by });
    }
    let place =
        |id: ObjectId| found.values.iter().position(|v| v.id == id).ok_or(Problem::Missing("enum value"));
    let index = match at {
        Some(Anchor::Before(id)) => place(id)?,
        Some(Anchor::After(id)) => place(id)? + 1,
        None => found.values.len(),
    };
    found.values.insert(index, value.clone());
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, of: ObjectId, value: &EnumValue, at: Option<Anchor>) {
    out.object(of);
    out.extend(Resource::Members(of));
    // A value's text counts exactly: databases tell `new` from `New`.
    out.write(Resource::Name(Scope::Values(of), value.name.clone()), &id_text(value.id));
    if let Some(Anchor::Before(id) | Anchor::After(id)) = at {
        out.object(id);
    }
    out.create(value.id);
}

pub(crate) fn inverse(of: ObjectId, value: ObjectId) -> Result<Lowered, Irreversible> {
    Ok(Lowered::DropEnumValue { of, value })
}
