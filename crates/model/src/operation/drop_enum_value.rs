//! Takes a value out of an enum: only the way back of adding it.

use crate::{
    accesses::Accesses,
    column::Default,
    effects::{Resource, Scope},
    id::ObjectId,
    literal::Literal,
    lowered::Lowered,
    problem::{Irreversible, Problem},
    schema::Schema,
};

pub(crate) fn evolve(schema: &mut Schema, of: ObjectId, value: ObjectId) -> Result<(), Problem> {
    let found = schema.enum_(of).ok_or(Problem::Missing("enum"))?;
    let name = found.value(value).ok_or(Problem::Missing("enum value"))?.name.clone();
    let text = Literal::Text(name.clone());
    let mut users = schema.mentions(&|template| template.enums().any(|(_, v)| v == value));
    for table in schema.tables() {
        for column in table.columns.iter().filter(|c| c.ty.enum_ref() == Some(&of)) {
            if matches!(&column.default, Some(Default::Literal(found)) if *found == text) {
                users.push(format!("the default of `{}.{}`", table.name, column.name));
            }
        }
    }
    if !users.is_empty() {
        return Err(Problem::InUse { what: format!("value `{name}` of enum `{}`", found.name), users });
    }
    let found = schema.enum_mut(of)?;
    found.values.retain(|v| v.id != value);
    if found.values.is_empty() { Err(Problem::NoValues) } else { Ok(()) }
}

pub(crate) fn effects(out: &mut Accesses, of: ObjectId, value: ObjectId, before: &Schema) {
    out.object(of);
    out.extend(Resource::Members(of));
    out.destroy(Resource::Object(value));
    if let Some(found) = before.enum_(of).and_then(|e| e.value(value)) {
        out.destroy(Resource::Name(Scope::Values(of), found.name.clone()));
    }
    // No row may hold it any more.
    for table in before.tables() {
        for column in table.columns.iter().filter(|c| c.ty.enum_ref() == Some(&of)) {
            out.cells(table.id, column.id);
        }
    }
}

/// Adds it again: it knows its place.
pub(crate) fn inverse(before: &Schema, of: ObjectId, value: ObjectId) -> Result<Lowered, Irreversible> {
    let found = before.enum_(of).ok_or(Irreversible::Missing("enum"))?;
    let value = found.value(value).ok_or(Irreversible::Missing("enum value"))?.clone();
    Ok(Lowered::AddEnumValue { of, value })
}
