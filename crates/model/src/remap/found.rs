//! Objects of a schema by identity alone.

use crate::{
    id::ObjectId,
    schema::{Schema, Table},
};

/// An object of a schema with its name, and the object it is a member of.
#[derive(Clone, Copy)]
pub(super) enum Found<'s> {
    Table(&'s str),
    Column(ObjectId, &'s str),
    Constraint(ObjectId, &'s str),
    Index(ObjectId, &'s str),
    Enum(&'s str),
    Value(ObjectId, &'s str),
    View(&'s str),
    ViewColumn(ObjectId, &'s str),
    Extension(&'s str),
}

impl<'s> Found<'s> {
    /// The name it has now.
    pub(super) fn name(self) -> &'s str {
        match self {
            Found::Table(name) | Found::Enum(name) | Found::View(name) | Found::Extension(name) => name,
            Found::Column(_, name)
            | Found::Constraint(_, name)
            | Found::Index(_, name)
            | Found::Value(_, name)
            | Found::ViewColumn(_, name) => name,
        }
    }
}

/// The object of that identity, whatever it is. Members are looked for everywhere, which takes its time in a large schema.
pub(super) fn find(schema: &Schema, id: ObjectId) -> Option<Found<'_>> {
    let owners = || {
        let tables = schema.tables.keys().chain(schema.enums.keys());
        tables.chain(schema.views.keys())
    };
    whole(schema, id).or_else(|| owners().find_map(|of| member(schema, *of, id)))
}

/// The object of that identity, unless it is a member of another.
pub(super) fn whole(schema: &Schema, id: ObjectId) -> Option<Found<'_>> {
    let table = schema.table(id).map(|t| Found::Table(&t.name));
    table
        .or_else(|| schema.enum_(id).map(|e| Found::Enum(&e.name)))
        .or_else(|| schema.view(id).map(|v| Found::View(&v.name)))
        .or_else(|| schema.extensions.get(&id).map(|e| Found::Extension(&e.name)))
}

/// The member of that identity of a table, an enum or a view.
pub(super) fn member(schema: &Schema, of: ObjectId, id: ObjectId) -> Option<Found<'_>> {
    if let Some(table) = schema.table(of) {
        return in_table(table, id);
    }
    if let Some(found) = schema.enum_(of) {
        return found.value(id).map(|v| Found::Value(of, &v.name));
    }
    let column = schema.view(of)?.columns.iter().find(|c| c.id == id)?;
    Some(Found::ViewColumn(of, &column.name))
}

fn in_table(table: &Table, id: ObjectId) -> Option<Found<'_>> {
    let column = table.column(id).map(|c| Found::Column(table.id, &c.name));
    column
        .or_else(|| table.constraint(id).map(|c| Found::Constraint(table.id, &c.name)))
        .or_else(|| table.index(id).map(|i| Found::Index(table.id, &i.name)))
}
