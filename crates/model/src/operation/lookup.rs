//! From a name to the object it means, or to an error that knows what was probably meant.

use crate::{
    column::Column,
    constraint::Constraint,
    id::ObjectId,
    index::Index,
    names::nearest,
    problem::{At, LowerError, Problem, Segment},
    schema::{Enum, EnumValue, Extension, Schema, Table, View},
};

fn unknown<'a>(problem: Problem, name: &str, names: impl Iterator<Item = &'a str>) -> LowerError {
    LowerError { at: Vec::new(), problem, suggestion: nearest(name, names) }
}

pub(crate) fn table<'a>(schema: &'a Schema, name: &str) -> Result<&'a Table, LowerError> {
    schema.table_named(name).ok_or_else(|| {
        unknown(Problem::UnknownTable(name.to_owned()), name, schema.tables().map(|t| t.name.as_str()))
    })
}

pub(crate) fn column<'a>(table: &'a Table, name: &str) -> Result<&'a Column, LowerError> {
    table.column_named(name).ok_or_else(|| {
        let problem = Problem::UnknownColumn { table: table.name.clone(), column: name.to_owned() };
        unknown(problem, name, table.columns.iter().map(|c| c.name.as_str()))
    })
}

/// A table and one of its columns, for operations with the fields `table` and `column`.
pub(crate) fn table_column<'a>(
    schema: &'a Schema,
    table_name: &str,
    name: &str,
) -> Result<(&'a Table, &'a Column), LowerError> {
    let found = table(schema, table_name).field("table")?;
    Ok((found, column(found, name).field("column")?))
}

/// Columns by name: at least one, none twice.
pub(crate) fn columns(table: &Table, names: &[String]) -> Result<Vec<ObjectId>, LowerError> {
    if names.is_empty() {
        return Err(Problem::NoneNamed.into());
    }
    let mut ids = Vec::with_capacity(names.len());
    for (i, name) in names.iter().enumerate() {
        let id = column(table, name).at(Segment::Index(i))?.id;
        if ids.contains(&id) {
            return Err(LowerError::from(Problem::Repeated(name.clone())).within(Segment::Index(i)));
        }
        ids.push(id);
    }
    Ok(ids)
}

pub(crate) fn constraint<'a>(table: &'a Table, name: &str) -> Result<&'a Constraint, LowerError> {
    table.constraint_named(name).ok_or_else(|| {
        let problem = Problem::UnknownConstraint { table: table.name.clone(), name: name.to_owned() };
        unknown(problem, name, table.constraints.iter().map(|c| c.name.as_str()))
    })
}

pub(crate) fn index<'a>(schema: &'a Schema, name: &str) -> Result<(&'a Table, &'a Index), LowerError> {
    schema.index_named(name).ok_or_else(|| {
        let names = schema.tables().flat_map(|t| &t.indexes).map(|i| i.name.as_str());
        unknown(Problem::UnknownIndex(name.to_owned()), name, names)
    })
}

pub(crate) fn enum_<'a>(schema: &'a Schema, name: &str) -> Result<&'a Enum, LowerError> {
    schema.enum_named(name).ok_or_else(|| {
        unknown(Problem::UnknownEnum(name.to_owned()), name, schema.enums().map(|e| e.name.as_str()))
    })
}

pub(crate) fn value<'a>(of: &'a Enum, name: &str) -> Result<&'a EnumValue, LowerError> {
    of.value_named(name).ok_or_else(|| {
        let problem = Problem::UnknownValue { of: of.name.clone(), value: name.to_owned() };
        unknown(problem, name, of.values.iter().map(|v| v.name.as_str()))
    })
}

pub(crate) fn view<'a>(schema: &'a Schema, name: &str) -> Result<&'a View, LowerError> {
    schema.view_named(name).ok_or_else(|| {
        unknown(Problem::UnknownView(name.to_owned()), name, schema.views().map(|v| v.name.as_str()))
    })
}

pub(crate) fn extension<'a>(schema: &'a Schema, name: &str) -> Result<&'a Extension, LowerError> {
    schema.extension_named(name).ok_or_else(|| {
        unknown(
            Problem::UnknownExtension(name.to_owned()),
            name,
            schema.extensions().map(|e| e.name.as_str()),
        )
    })
}
