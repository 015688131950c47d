//! Adds a value to an enum.

use std::cmp::Reverse;

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
        let anchor = match &self.at {
            Some(Place::Before(name)) => Some(Anchor::Before(lookup::value(of, name).field("at")?.id)),
            Some(Place::After(name)) => Some(Anchor::After(lookup::value(of, name).field("at")?.id)),
            None => None,
        };
        let clock = of.values.iter().map(|v| v.clock).max().unwrap_or_default() + 1;
        let value = EnumValue { id: minter.mint(), name: self.value.clone(), anchor, clock };
        Ok(vec![Lowered::AddEnumValue { of: of.id, value }])
    }
}

pub(crate) fn evolve(schema: &mut Schema, of: ObjectId, value: &EnumValue) -> Result<(), Problem> {
    check_name(&value.name)?;
    let found = schema.enum_mut(of)?;
    if found.value(value.id).is_some() {
        return Err(Problem::Twice("enum value"));
    }
    if found.value_named(&value.name).is_some() {
        let by = format!("a value of enum `{}`", found.name);
        return Err(Problem::NameTaken { name: value.name.clone(), by });
    }
    let index = place(&found.values, value)?;
    found.values.insert(index, value.clone());
    Ok(())
}

/// Finds the index a value belongs at, among values that stand in their order.
///
/// Every value has those anchored before it to its left and those anchored after it to its right, each with its own around it.
fn place(values: &[EnumValue], new: &EnumValue) -> Result<usize, Problem> {
    // Of two after one anchor the later one is nearer to it, and so comes first.
    let rank = |v: &EnumValue| match v.anchor {
        Some(Anchor::After(_)) => (Reverse(v.clock), 0, v.id),
        Some(Anchor::Before(_)) | None => (Reverse(0), v.clock, v.id),
    };
    let next = values.iter().position(|v| v.anchor == new.anchor && rank(v) > rank(new));
    if let Some(next) = next {
        return Ok(start(values, next));
    }
    let anchor = |id: ObjectId| values.iter().position(|v| v.id == id).ok_or(Problem::Missing("enum value"));
    match new.anchor {
        Some(Anchor::Before(id)) => anchor(id),
        Some(Anchor::After(id)) => Ok(end(values, anchor(id)?)),
        None => Ok(values.len()),
    }
}

/// The index at which a value and all that stands around it begins.
fn start(values: &[EnumValue], mut index: usize) -> usize {
    while let Some(first) = values.iter().position(|v| v.anchor == Some(Anchor::Before(values[index].id))) {
        index = first;
    }
    index
}

/// The index right after a value and all that stands around it.
fn end(values: &[EnumValue], mut index: usize) -> usize {
    while let Some(last) = values.iter().rposition(|v| v.anchor == Some(Anchor::After(values[index].id))) {
        index = last;
    }
    index + 1
}

pub(crate) fn effects(out: &mut Accesses, of: ObjectId, value: &EnumValue) {
    out.object(of);
    out.extend(Resource::Members(of));
    // A value's text counts exactly: databases tell `new` from `New`.
    out.write(Resource::Name(Scope::Values(of), value.name.clone()), &id_text(value.id));
    if let Some(Anchor::Before(id) | Anchor::After(id)) = value.anchor {
        out.object(id);
    }
    out.create(value.id);
}

pub(crate) fn inverse(of: ObjectId, value: ObjectId) -> Result<Lowered, Irreversible> {
    Ok(Lowered::DropEnumValue { of, value })
}
