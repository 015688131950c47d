//! Creates an enum.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    accesses::Accesses,
    effects::{Resource, Scope},
    id::{Minter, ObjectId},
    lowered::Lowered,
    names::check_name,
    problem::{At, Irreversible, LowerError, Problem, Segment},
    schema::{Enum, EnumValue, Schema},
};

/// Creates an enum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateEnum {
    /// Its name.
    pub name: String,
    /// Its values, in their order; at least one.
    pub values: Vec<String>,
}

impl CreateEnum {
    pub(crate) fn lower(&self, minter: &mut Minter) -> Result<Vec<Lowered>, LowerError> {
        check_name(&self.name).field("name")?;
        if self.values.is_empty() {
            return Err(Problem::NoValues).field("values");
        }
        let id = minter.mint();
        let mut values: Vec<EnumValue> = Vec::with_capacity(self.values.len());
        for (i, name) in self.values.iter().enumerate() {
            let place = |e: Problem| LowerError::from(e).within(Segment::Index(i)).within("values".into());
            check_name(name).map_err(place)?;
            if values.iter().any(|v| v.name == *name) {
                return Err(place(Problem::Repeated(name.clone())));
            }
            values.push(EnumValue { id: minter.mint(), name: name.clone(), anchor: None, clock: 0 });
        }
        Ok(vec![Lowered::CreateEnum(Arc::new(Enum { id, name: self.name.clone(), values, comment: None }))])
    }
}

pub(crate) fn evolve(schema: &mut Schema, of: &Arc<Enum>) -> Result<(), Problem> {
    check_name(&of.name)?;
    if of.values.is_empty() {
        return Err(Problem::NoValues);
    }
    for (i, value) in of.values.iter().enumerate() {
        check_name(&value.name)?;
        if of.values[..i].iter().any(|v| v.name == value.name) {
            return Err(Problem::Repeated(value.name.clone()));
        }
    }
    schema.insert_enum(of.clone())
}

pub(crate) fn effects(out: &mut Accesses, of: &Enum) {
    out.claim(Scope::Relations, &of.name, of.id);
    out.create(of.id);
    out.extend(Resource::Members(of.id));
    for value in &of.values {
        out.create(value.id);
    }
}

pub(crate) fn inverse(of: ObjectId) -> Result<Lowered, Irreversible> {
    Ok(Lowered::DropEnum { of })
}
