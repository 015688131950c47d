//! What a resolution accesses: the undoing and redoing of the steps it treats otherwise than they were treated before.

use crate::{
    accesses::id_text,
    effects::{Access, Facet, Mode, Resource},
    id::{Digest, ObjectId},
};

/// The accesses of making a step void: what it created ends, what it set is another value.
pub(crate) fn undone(of: &Access) -> Option<Access> {
    let other = |what: &str| Mode::Write(Digest::of(what.as_bytes()));
    let mode = match (&of.resource, of.mode) {
        (Resource::Object(_) | Resource::Name(..), Mode::Write(_)) => Mode::Destroy,
        (Resource::Object(_), Mode::Destroy) => other("there again"),
        (Resource::Members(_), Mode::Extend) => Mode::Extend,
        (_, Mode::Write(_) | Mode::Extend | Mode::Destroy) => other("undone"),
        (_, Mode::Read | Mode::Need) => return None,
    };
    Some(Access { resource: of.resource.clone(), mode })
}

/// The accesses of giving a column the definition of another.
pub(crate) fn redefined(object: ObjectId, as_is: ObjectId) -> impl Iterator<Item = Access> {
    let mode = Mode::Write(Digest::of(id_text(as_is).as_bytes()));
    [Facet::Type, Facet::Nullable, Facet::Default]
        .into_iter()
        .map(move |facet| Access { resource: Resource::Facet(object, facet), mode })
}
