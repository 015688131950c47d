//! Effects: which resources a step accesses, and how. Two concurrent steps conflict when they access one resource in ways
//! that don't commute.

use std::collections::BTreeMap;

use crate::id::{Digest, ObjectId};

/// Something that steps can meet at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// A slot in a namespace: scope and folded name. Singleton slots, such as a table's primary key, are names too.
    Name(Scope, String),
    /// The existence of an object.
    Object(ObjectId),
    /// Which columns a table has.
    Members(ObjectId),
    /// One property of an object.
    Facet(ObjectId, Facet),
    /// The values in a column.
    Cells(ObjectId),
    /// Which rows a table has.
    Rows(ObjectId),
    /// Everything: what hand-written SQL touches that doesn't say.
    Everything,
}

/// A namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Tables, views, indexes and enums of a database.
    Relations,
    /// Constraints of a database: the strictest server keeps foreign keys and checks in one scope a database.
    Constraints,
    /// Server extensions.
    Extensions,
    /// Columns of a table.
    Columns(ObjectId),
    /// Values of an enum.
    Values(ObjectId),
    /// Slots a table has only one of: its primary key, its identity column.
    Singletons(ObjectId),
}

/// A property of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// Its name.
    Name,
    /// Its type.
    Type,
    /// Whether it may be NULL.
    Nullable,
    /// Its default.
    Default,
    /// Its definition: a view's query, an enum's order.
    Definition,
    /// Its remark.
    Comment,
}

/// How a resource is accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Depends on it as it is.
    Read,
    /// Must not lose it, but may gain.
    Need,
    /// Adds to it.
    Extend,
    /// Sets it to the value of this digest.
    Write(Digest),
    /// Ends it.
    Destroy,
}

/// One access.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// What is accessed.
    pub resource: Resource,
    /// How.
    pub mode: Mode,
}

impl Mode {
    /// Whether two concurrent accesses in these modes leave the same whichever comes first.
    pub fn commutes(self, other: Mode) -> bool {
        use Mode::*;
        match (self, other) {
            (Read | Need, Read | Need) | (Need, Extend) | (Extend, Need) | (Extend, Extend) => true,
            (Destroy, Destroy) => true,
            (Write(a), Write(b)) => a == b,
            (Read, Extend | Write(_) | Destroy)
            | (Need, Write(_) | Destroy)
            | (Extend, Read | Write(_) | Destroy)
            | (Write(_), Read | Need | Extend | Destroy)
            | (Destroy, Read | Need | Extend | Write(_)) => false,
        }
    }
}

/// The first resource at which the two sides don't commute, if any. Linear in the number of accesses.
pub fn clash<'a>(ours: &'a [Access], theirs: &'a [Access]) -> Option<(&'a Access, &'a Access)> {
    let mut by_resource: BTreeMap<&Resource, Vec<&Access>> = BTreeMap::new();
    let everything = ours.iter().find(|a| a.resource == Resource::Everything);
    for access in ours {
        by_resource.entry(&access.resource).or_default().push(access);
    }
    for their in theirs {
        if let (Some(our), true) =
            (everything.or(ours.first()), their.resource == Resource::Everything || everything.is_some())
        {
            return Some((our, their));
        }
        for our in by_resource.get(&their.resource).into_iter().flatten() {
            if !our.mode.commutes(their.mode) {
                return Some((our, their));
            }
        }
    }
    None
}
