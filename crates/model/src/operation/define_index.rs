//! From an index's definition to an index.

use crate::{
    id::Minter,
    index::{Index, IndexDef, Key},
    names::check_name,
    operation::{
        define_constraint::{Taken, check_there},
        lookup,
    },
    problem::{At, LowerError, Problem, Segment},
    schema::{Schema, Table},
    seal::{Members, marked_columns, seal},
};

/// Decides an index's name and seals its expressions.
pub(crate) fn seal_index(
    def: &IndexDef,
    members: &Members<'_>,
    taken: &mut Taken<'_>,
) -> Result<IndexDef, LowerError> {
    let mut sealed = def.clone();
    let mut names = Vec::new();
    for (i, key) in sealed.on.iter_mut().enumerate() {
        match key {
            Key::Column(name) | Key::Desc(name) => names.push(name.clone()),
            Key::Expression(expression, _) => {
                *expression =
                    seal(expression, members).at(Segment::Index(i)).map_err(|e| e.within("on".into()))?;
                names.extend(marked_columns(expression, members));
            }
        }
    }
    if let Some(only) = &mut sealed.only {
        *only = seal(only, members).field("only")?;
    }
    names.insert(0, format!("ix_{}", members.table));
    sealed.name = Some(taken.decide(&def.name, &names.join("_"))?);
    Ok(sealed)
}

/// Defines an index of `own`, which the schema may not have yet.
pub(crate) fn define(
    def: &IndexDef,
    own: &Table,
    schema: &Schema,
    minter: &mut Minter,
) -> Result<Index, LowerError> {
    let name = def.name.clone().ok_or(Problem::Unsealed).field("name")?;
    let mut keys = Vec::with_capacity(def.on.len());
    for (i, key) in def.on.iter().enumerate() {
        let lowered = match key {
            Key::Column(name) => lookup::column(own, name).map(|c| Key::Column(c.id)),
            Key::Desc(name) => lookup::column(own, name).map(|c| Key::Desc(c.id)),
            Key::Expression(expression, order) => {
                expression.lower_in(schema, Some(own)).map(|t| Key::Expression(t, *order))
            }
        };
        keys.push(lowered.at(Segment::Index(i)).field("on")?);
    }
    let only = match &def.only {
        Some(only) => Some(only.lower_in(schema, Some(own)).field("only")?),
        None => None,
    };
    let include = if def.include.is_empty() {
        Vec::new()
    } else {
        lookup::columns(own, &def.include).field("include")?
    };
    let method = def.method.as_ref().map(|m| m.to_lowercase());
    let index = Index { id: minter.mint(), name, keys, unique: def.unique, method, only, include };
    check(&index, own, schema)?;
    Ok(index)
}

/// The rules an index keeps in its table, which is given as it is to be.
pub(crate) fn check(index: &Index, own: &Table, schema: &Schema) -> Result<(), Problem> {
    check_name(&index.name)?;
    if let Some(method) = &index.method
        && (method.is_empty() || !method.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
    {
        return Err(Problem::BadMethod(method.clone()));
    }
    if index.keys.is_empty() {
        return Err(Problem::NoneNamed);
    }
    let mut seen = Vec::new();
    for key in &index.keys {
        let (Key::Column(id) | Key::Desc(id)) = key else { continue };
        let column = own.column(*id).ok_or(Problem::Missing("column"))?;
        if seen.contains(id) {
            return Err(Problem::Repeated(column.name.clone()));
        }
        seen.push(*id);
    }
    if index.include.iter().any(|id| own.column(*id).is_none()) {
        return Err(Problem::Missing("column"));
    }
    index.templates().try_for_each(|template| check_there(template, own, schema))
}
