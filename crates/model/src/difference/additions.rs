//! What comes or changes: extensions, columns and their facets, constraints, indexes, tables.

use std::{collections::BTreeSet, sync::Arc};

use super::Way;
use crate::{
    constraint::{Constraint, ConstraintKind},
    id::ObjectId,
    lowered::Lowered,
    schema::{Schema, Table},
};

/// Installs extensions, before types that come from them are used.
pub(super) fn extensions(way: &mut Way<'_>) {
    let to = way.to;
    for extension in to.extensions() {
        if way.now.extensions().any(|e| e.id == extension.id) {
            continue;
        }
        if let Some(other) = way.now.extension_named(&extension.name).map(|e| e.id) {
            way.take(Lowered::DropExtension { extension: other });
        }
        way.take(Lowered::CreateExtension(Arc::new(extension.clone())));
    }
}

/// Adds columns to tables that stay; generated ones last, since they read the others.
pub(super) fn columns(way: &mut Way<'_>) {
    let mut steps = Vec::new();
    for table in way.staying() {
        let (Some(now), Some(to)) = (way.now.table(table), way.to.table(table)) else { continue };
        let mut new: Vec<_> = to.columns.iter().filter(|c| now.column(c.id).is_none()).collect();
        new.sort_by_key(|c| c.generated.is_some());
        steps.extend(new.into_iter().map(|c| Lowered::AddColumn { table, column: Box::new(c.clone()) }));
    }
    steps.into_iter().for_each(|step| way.take(step));
}

/// Changes types, nullability and defaults of columns that stay.
pub(super) fn facets(way: &mut Way<'_>) {
    let (mut types, mut others) = (Vec::new(), Vec::new());
    for table in way.staying() {
        let (Some(now), Some(to)) = (way.now.table(table), way.to.table(table)) else { continue };
        for after in &to.columns {
            let Some(before) = now.column(after.id) else { continue };
            let column = after.id;
            if before.ty != after.ty {
                types.push(Lowered::ChangeType { table, column, to: after.ty.clone(), using: None });
            }
            if before.default != after.default {
                others.push(Lowered::SetDefault { table, column, to: after.default.clone() });
            }
            if before.nullable != after.nullable {
                others.push(Lowered::SetNullable { table, column, nullable: after.nullable });
            }
        }
    }
    types.into_iter().chain(others).for_each(|step| way.take(step));
}

/// Adds the constraints that tables lack: foreign keys, or all others.
pub(super) fn constraints(way: &mut Way<'_>, foreign: bool) {
    let mut steps = Vec::new();
    for to in way.to.tables() {
        let Some(now) = way.now.table(to.id) else { continue };
        let lacking = to.constraints.iter().filter(|c| now.constraint(c.id).is_none());
        for constraint in lacking.filter(|c| matches!(c.kind, ConstraintKind::ForeignKey(_)) == foreign) {
            steps.push(Lowered::AddConstraint { table: to.id, constraint: Box::new(constraint.clone()) });
        }
    }
    steps.into_iter().for_each(|step| way.take(step));
}

/// Creates the indexes that tables lack.
pub(super) fn indexes(way: &mut Way<'_>) {
    let mut steps = Vec::new();
    for to in way.to.tables() {
        let Some(now) = way.now.table(to.id) else { continue };
        for index in to.indexes.iter().filter(|i| now.index(i.id).is_none()) {
            let index = Box::new(index.clone());
            steps.push(Lowered::CreateIndex { table: to.id, index, concurrently: false });
        }
    }
    steps.into_iter().for_each(|step| way.take(step));
}

fn refers(constraint: &Constraint) -> Option<ObjectId> {
    match &constraint.kind {
        ConstraintKind::ForeignKey(reference) => Some(reference.references),
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Check(_) => None,
    }
}

/// Creates tables, each after those it refers to; foreign keys in a circle are left out, to be added once all are there.
pub(super) fn tables(way: &mut Way<'_>) {
    let to = way.to;
    let mut open: BTreeSet<ObjectId> =
        to.tables().map(|t| t.id).filter(|id| way.now.table(*id).is_none()).collect();
    while let Some(id) = next(&open, to) {
        open.remove(&id);
        let Some(table) = to.table(id) else { continue };
        let waits = |c: &Constraint| refers(c).is_some_and(|other| other != id && open.contains(&other));
        let mut table: Table = table.clone();
        table.constraints.retain(|c| !waits(c));
        way.take(Lowered::CreateTable(Arc::new(table)));
    }
}

/// The next table to create: the first that refers to none of the others, else the first.
fn next(open: &BTreeSet<ObjectId>, to: &Schema) -> Option<ObjectId> {
    let free = |id: &&ObjectId| {
        let constraints = to.table(**id).map(|t| t.constraints.as_slice()).unwrap_or_default();
        !constraints.iter().filter_map(refers).any(|other| other != **id && open.contains(&other))
    };
    open.iter().find(free).or_else(|| open.first()).copied()
}
