//! Gives the values of an enum other places: only from one fold of a history to another.

use crate::{
    accesses::{Accesses, id_text},
    effects::{Facet, Resource},
    id::ObjectId,
    lowered::Lowered,
    problem::{Irreversible, Problem},
    schema::{EnumValue, Schema},
};

/// Takes over order, anchors and clocks; the texts stay.
pub(crate) fn evolve(schema: &mut Schema, of: ObjectId, places: &[EnumValue]) -> Result<(), Problem> {
    let found = schema.enum_mut(of)?;
    if places.len() != found.values.len() {
        return Err(Problem::Missing("enum value"));
    }
    let mut values = Vec::with_capacity(places.len());
    for place in places {
        let name = found.value(place.id).ok_or(Problem::Missing("enum value"))?.name.clone();
        values.push(EnumValue { name, ..place.clone() });
    }
    found.values = values;
    Ok(())
}

pub(crate) fn effects(out: &mut Accesses, of: ObjectId, places: &[EnumValue]) {
    out.object(of);
    places.iter().for_each(|value| out.object(value.id));
    let order: Vec<String> = places.iter().map(|value| id_text(value.id)).collect();
    out.write(Resource::Facet(of, Facet::Definition), &order.join(" "));
}

pub(crate) fn inverse(before: &Schema, of: ObjectId) -> Result<Lowered, Irreversible> {
    let values = before.enum_(of).ok_or(Irreversible::Missing("enum"))?.values.clone();
    Ok(Lowered::PlaceEnumValues { of, values })
}
