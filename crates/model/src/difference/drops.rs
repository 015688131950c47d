//! What goes: constraints and indexes, defaults, tables, columns, extensions.

use std::collections::BTreeSet;

use super::{Way, ty};
use crate::{
    column::{Column, Default},
    constraint::{Constraint, ConstraintKind, Reference},
    id::ObjectId,
    index::Index,
    literal::Literal,
    lowered::Lowered,
    schema::{Schema, Table, fold_name},
};

pub(super) fn same_index(a: &Index, b: &Index) -> bool {
    a.keys == b.keys
        && a.unique == b.unique
        && a.method == b.method
        && a.only == b.only
        && a.include == b.include
}

/// Drops foreign keys of tables that stay, then tables, then indexes and the other constraints of tables that stay.
pub(super) fn constraints_and_tables(way: &mut Way<'_>, from: &Schema) {
    let (mut keys, mut indexes, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for table in from.tables() {
        let Some(to) = way.to.table(table.id) else { continue };
        for constraint in table.constraints.iter().filter(|c| goes(way, c, table, to, from)) {
            let list = if matches!(constraint.kind, ConstraintKind::ForeignKey(_)) {
                &mut keys
            } else {
                &mut others
            };
            list.push(Lowered::DropConstraint { table: table.id, constraint: constraint.id });
        }
        for index in &table.indexes {
            let lost = index.templates().any(|t| way.loses(t));
            if lost || to.index(index.id).is_none_or(|to| !same_index(index, to)) {
                indexes.push(Lowered::DropIndex { table: table.id, index: index.id, concurrently: false });
            }
        }
    }
    keys.into_iter().for_each(|step| way.take(step));
    tables(way);
    indexes.into_iter().chain(others).for_each(|step| way.take(step));
}

fn goes(way: &Way<'_>, constraint: &Constraint, table: &Table, to: &Table, from: &Schema) -> bool {
    if to.constraint(constraint.id).is_none_or(|to| to.kind != constraint.kind) {
        return true;
    }
    match &constraint.kind {
        ConstraintKind::Check(condition) => way.loses(condition),
        ConstraintKind::ForeignKey(reference) => disturbed(way, reference, table, to, from),
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => false,
    }
}

/// Whether a foreign key can't live through the change: a column on either side changes its type, or no key of the table it refers to stays
/// for it to lean on. It then comes back when all else is in place.
fn disturbed(
    way: &Way<'_>,
    reference: &Reference<ObjectId, ObjectId>,
    table: &Table,
    to: &Table,
    from: &Schema,
) -> bool {
    let own = reference.columns.iter().any(|c| ty(table, *c) != ty(to, *c));
    let theirs = match (from.table(reference.references), way.to.table(reference.references)) {
        (Some(a), Some(b)) => {
            reference.to.iter().any(|c| ty(a, *c) != ty(b, *c)) || !leans(&reference.to, a, b)
        }
        _ => true,
    };
    own || theirs
}

/// Whether a key over exactly these columns is there before and after.
fn leans(columns: &[ObjectId], before: &Table, after: &Table) -> bool {
    let wanted: BTreeSet<ObjectId> = columns.iter().copied().collect();
    let constraint = before.constraints.iter().any(|c| match &c.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
            key.iter().copied().collect::<BTreeSet<_>>() == wanted
                && after.constraint(c.id).is_some_and(|after| after.kind == c.kind)
        }
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => false,
    });
    let index = |i: &Index| {
        i.unique_columns().is_some_and(|key| key.into_iter().collect::<BTreeSet<_>>() == wanted)
            && after.index(i.id).is_some_and(|after| same_index(i, after))
    };
    constraint || before.indexes.iter().any(index)
}

/// Takes away defaults that would be in the way of what follows; their successors come later.
pub(super) fn defaults(way: &mut Way<'_>) {
    let mut steps = Vec::new();
    for table in way.staying() {
        let (Some(now), Some(to)) = (way.now.table(table), way.to.table(table)) else { continue };
        for column in &now.columns {
            let (Some(default), Some(after)) = (&column.default, to.column(column.id)) else { continue };
            let lost = matches!(default, Default::Expression(x) if way.loses(x));
            let replaced = after.default.as_ref() != Some(default);
            if lost || (replaced && after.ty != column.ty) || names_lost_value(way, column) {
                steps.push(Lowered::SetDefault { table, column: column.id, to: None });
            }
        }
    }
    steps.into_iter().for_each(|step| way.take(step));
}

/// Whether a column's default is an enum value that goes.
fn names_lost_value(way: &Way<'_>, column: &Column) -> bool {
    let (Some(of), Some(Default::Literal(Literal::Text(text)))) = (column.ty.enum_ref(), &column.default)
    else {
        return false;
    };
    let value = way.now.enum_(*of).and_then(|e| e.value_named(text)).map(|v| v.id);
    value.is_some_and(|value| way.to.enum_(*of).is_none_or(|e| e.value(value).is_none()))
}

/// Drops tables, those that refer to others first; where they refer to each other, a foreign key goes before them.
fn tables(way: &mut Way<'_>) {
    let mut gone: BTreeSet<ObjectId> =
        way.now.tables().map(|t| t.id).filter(|id| way.to.table(*id).is_none()).collect();
    while let Some(&newest) = gone.last() {
        let referred =
            |id: &ObjectId| way.now.referring(*id).any(|(by, _)| by.id != *id && gone.contains(&by.id));
        let table = gone.iter().rev().copied().find(|id| !referred(id));
        if table.is_none() {
            let keys: Vec<(ObjectId, ObjectId)> = way
                .now
                .referring(newest)
                .filter(|(by, _)| by.id != newest)
                .map(|(by, c)| (by.id, c.id))
                .collect();
            for (table, constraint) in keys {
                way.take(Lowered::DropConstraint { table, constraint });
            }
        }
        let table = table.unwrap_or(newest);
        gone.remove(&table);
        way.take(Lowered::DropTable { table });
    }
}

/// Drops columns; those without which a table would have none for a while are left to be dropped by the steps that are returned.
pub(super) fn columns(way: &mut Way<'_>) -> Vec<Lowered> {
    let mut late = Vec::new();
    for table in way.staying() {
        let (Some(now), Some(to)) = (way.now.table(table).cloned(), way.to.table(table)) else { continue };
        let mut gone: Vec<_> = now.columns.iter().filter(|c| to.column(c.id).is_none()).collect();
        // Generated columns need the others.
        gone.sort_by_key(|c| c.generated.is_none());
        let stays = now.columns.len() > gone.len();
        let last = if stays { None } else { gone.pop() };
        for column in gone {
            way.take(Lowered::DropColumn { table, column: column.id });
        }
        if let Some(column) = last {
            if to.columns.iter().any(|c| fold_name(&c.name) == fold_name(&column.name)) {
                let to = way.temporary_name();
                way.take(Lowered::RenameColumn { table, column: column.id, to });
            }
            late.push(Lowered::DropColumn { table, column: column.id });
        }
    }
    late
}

/// Drops extensions that aren't wanted.
pub(super) fn extensions(way: &mut Way<'_>) {
    let gone: Vec<ObjectId> =
        way.now.extensions().map(|e| e.id).filter(|id| way.to.extensions().all(|e| e.id != *id)).collect();
    for extension in gone {
        way.take(Lowered::DropExtension { extension });
    }
}
