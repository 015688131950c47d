//! From a constraint's definition to a constraint, and the rules each kind keeps.

use std::collections::BTreeSet;

use crate::{
    column::Column,
    constraint::{Action, Constraint, ConstraintDef, ConstraintKind, Reference},
    expression::Template,
    fit::type_name,
    id::{Minter, ObjectId},
    names::{check_name, free},
    operation::lookup,
    problem::{At, LowerError, Problem},
    schema::{Schema, Table, fold_name},
    seal::{Members, marked_columns, seal},
};

/// Names taken while a step is sealed: in the schema, or by the step itself.
pub(crate) struct Taken<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) own: BTreeSet<String>,
}

impl Taken<'_> {
    fn has(&self, name: &str) -> bool {
        self.own.contains(&fold_name(name))
            || self.schema.named(name).is_some()
            || self.schema.constraint_holder(name).is_some()
    }

    /// The given name, or one made up from `wish` that is free.
    pub(crate) fn decide(&mut self, given: &Option<String>, wish: &str) -> Result<String, LowerError> {
        let name = match given {
            Some(name) => name.clone(),
            None => free(wish, &|n| self.has(n)),
        };
        check_name(&name).field("name")?;
        self.own.insert(fold_name(&name));
        Ok(name)
    }
}

/// Decides a constraint's name and seals its expression.
pub(crate) fn seal_constraint(
    def: &ConstraintDef,
    members: &Members<'_>,
    taken: &mut Taken<'_>,
) -> Result<ConstraintDef, LowerError> {
    let table = members.table;
    let (is, wish) = match &def.is {
        ConstraintKind::PrimaryKey(columns) => {
            (ConstraintKind::PrimaryKey(columns.clone()), format!("{table}_pkey"))
        }
        ConstraintKind::Unique(columns) => {
            (ConstraintKind::Unique(columns.clone()), format!("{table}_{}_key", columns.join("_")))
        }
        ConstraintKind::Check(expression) => {
            let sealed = seal(expression, members).field("check")?;
            let wish = match marked_columns(&sealed, members).as_slice() {
                [] => format!("{table}_check"),
                columns => format!("{table}_{}_check", columns.join("_")),
            };
            (ConstraintKind::Check(sealed), wish)
        }
        ConstraintKind::ForeignKey(reference) => {
            let wish = format!("{table}_{}_fkey", reference.columns.join("_"));
            (ConstraintKind::ForeignKey(reference.clone()), wish)
        }
    };
    Ok(ConstraintDef { name: Some(taken.decide(&def.name, &wish)?), is })
}

/// Defines a constraint of `own`, which the schema may not have yet.
pub(crate) fn define(
    def: &ConstraintDef,
    own: &Table,
    schema: &Schema,
    minter: &mut Minter,
) -> Result<Constraint, LowerError> {
    let name = def.name.clone().ok_or(Problem::Unsealed).field("name")?;
    check_name(&name).field("name")?;
    let kind = match &def.is {
        ConstraintKind::PrimaryKey(columns) => {
            ConstraintKind::PrimaryKey(lookup::columns(own, columns).field("columns")?)
        }
        ConstraintKind::Unique(columns) => {
            ConstraintKind::Unique(lookup::columns(own, columns).field("columns")?)
        }
        ConstraintKind::Check(check) => {
            ConstraintKind::Check(check.lower_in(schema, Some(own)).field("check")?)
        }
        ConstraintKind::ForeignKey(reference) => {
            let parent = if reference.references == own.name {
                own
            } else {
                lookup::table(schema, &reference.references).field("references")?
            };
            ConstraintKind::ForeignKey(Reference {
                columns: lookup::columns(own, &reference.columns).field("columns")?,
                references: parent.id,
                to: lookup::columns(parent, &reference.to).field("to")?,
                on_delete: reference.on_delete,
                on_update: reference.on_update,
                deferrable: reference.deferrable,
            })
        }
    };
    Ok(Constraint { id: minter.mint(), name, kind })
}

/// The rules a constraint keeps in its table, which is given as it is to be.
pub(crate) fn check(constraint: &Constraint, own: &Table, schema: &Schema) -> Result<(), Problem> {
    check_name(&constraint.name)?;
    let columns = constraint.kind.columns();
    if columns.iter().any(|id| own.column(*id).is_none()) {
        return Err(Problem::Missing("column"));
    }
    match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => {
            let other = own
                .constraints
                .iter()
                .find(|c| c.id != constraint.id && matches!(c.kind, ConstraintKind::PrimaryKey(_)));
            if let Some(other) = other {
                let existing = other.name.clone();
                return Err(Problem::SecondPrimaryKey { table: own.name.clone(), existing });
            }
            match columns.iter().filter_map(|id| own.column(*id)).find(|c| c.nullable) {
                Some(column) => Err(Problem::KeyNullable(column.name.clone())),
                None if columns.is_empty() => Err(Problem::NoneNamed),
                None => Ok(()),
            }
        }
        ConstraintKind::Unique(_) if columns.is_empty() => Err(Problem::NoneNamed),
        ConstraintKind::Unique(_) => Ok(()),
        ConstraintKind::Check(template) => check_there(template, own, schema),
        ConstraintKind::ForeignKey(reference) => check_reference(reference, own, schema),
    }
}

/// Refuses a template that refers to what isn't there.
pub(crate) fn check_there(template: &Template, own: &Table, schema: &Schema) -> Result<(), Problem> {
    let column = |(table, column): (ObjectId, ObjectId)| {
        if table == own.id {
            own.column(column).is_some()
        } else {
            schema.column_name(table, column).is_some()
        }
    };
    let value =
        |(of, value): (ObjectId, ObjectId)| schema.enum_(of).is_some_and(|e| e.value(value).is_some());
    let table = |id: ObjectId| id == own.id || schema.relation_name(id).is_some();
    if !template.columns().all(column) {
        Err(Problem::Missing("column"))
    } else if !template.enums().all(value) {
        Err(Problem::Missing("enum value"))
    } else if !template.tables().all(table) {
        Err(Problem::Missing("table"))
    } else {
        Ok(())
    }
}

fn check_reference(
    reference: &Reference<ObjectId, ObjectId>,
    own: &Table,
    schema: &Schema,
) -> Result<(), Problem> {
    let parent = if reference.references == own.id {
        own
    } else {
        schema.table(reference.references).ok_or(Problem::Missing("table"))?
    };
    let (columns, to) = (reference.columns.len(), reference.to.len());
    if columns != to || columns == 0 {
        return Err(Problem::ForeignKeyCount { columns, to });
    }
    if unique_over(parent, &reference.to).is_none() {
        let names = reference.to.iter().filter_map(|id| parent.column(*id)).map(|c| c.name.as_str());
        let columns = names.collect::<Vec<_>>().join(", ");
        return Err(Problem::NotUnique { table: parent.name.clone(), columns });
    }
    for (from, to) in reference.columns.iter().zip(&reference.to) {
        let from = own.column(*from).ok_or(Problem::Missing("column"))?;
        let to = parent.column(*to).ok_or(Problem::Missing("column"))?;
        if from.ty != to.ty {
            let typed = |table: &Table, c: &Column| {
                format!("`{}.{}` {}", table.name, c.name, type_name(&c.ty, schema))
            };
            return Err(Problem::ForeignKeyTypes { from: typed(own, from), to: typed(parent, to) });
        }
        for action in [reference.on_delete, reference.on_update] {
            match action {
                Action::SetDefault if from.default.is_none() => {
                    return Err(Problem::NoDefaultToSet(from.name.clone()));
                }
                Action::SetNull if !from.nullable => return Err(Problem::NullNotAllowed(from.name.clone())),
                Action::SetDefault
                | Action::SetNull
                | Action::NoAction
                | Action::Restrict
                | Action::Cascade => {}
            }
        }
    }
    Ok(())
}

/// The constraint or index that keeps exactly these columns of a table unique, in whatever order.
pub(crate) fn unique_over(table: &Table, columns: &[ObjectId]) -> Option<ObjectId> {
    let wanted: BTreeSet<_> = columns.iter().collect();
    let same =
        |found: &[ObjectId]| found.len() == columns.len() && found.iter().collect::<BTreeSet<_>>() == wanted;
    let constraint = table.constraints.iter().find(|c| match &c.kind {
        ConstraintKind::PrimaryKey(found) | ConstraintKind::Unique(found) => same(found),
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => false,
    });
    let index = || table.indexes.iter().find(|i| i.unique_columns().is_some_and(|found| same(&found)));
    constraint.map(|c| c.id).or_else(|| index().map(|i| i.id))
}
