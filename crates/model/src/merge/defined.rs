//! What merges decided of the objects that a step creates: whose definition they have, and what rows get in them.

use std::sync::Arc;

use crate::{
    column::Column,
    constraint::{Constraint, ConstraintKind},
    history::History,
    id::ObjectId,
    index::Index,
    lowered::Lowered,
    merge::rules::{Force, Rules},
    schema::{Enum, EnumValue, Extension, Table},
};

/// What a step is held against.
pub(crate) struct Defining<'a> {
    pub rules: &'a Rules,
    pub force: &'a Force,
    pub history: &'a History,
}

impl Defining<'_> {
    /// A step by the objects that stand for those it speaks of, which are defined alike whichever of their creators comes first.
    pub fn effective(&self, change: &Lowered) -> Vec<Lowered> {
        let mut change = change.clone();
        if !self.rules.unites() && self.force.initials.is_empty() {
            return vec![change];
        }
        let mut changes = self.required(&change);
        match &mut change {
            Lowered::AddColumn { table: _, column } => self.column(column),
            Lowered::AddConstraint { table: _, constraint } => self.constraint(constraint),
            Lowered::CreateIndex { table: _, index, concurrently: _ } => self.index(index),
            Lowered::AddEnumValue { of: _, value } => self.value(value),
            Lowered::CreateTable(table) => self.table(Arc::make_mut(table)),
            Lowered::CreateEnum(of) => self.values(Arc::make_mut(of)),
            Lowered::CreateExtension(new) => self.extension(Arc::make_mut(new)),
            // What hand-written SQL declares, its text has made as it stands there.
            _ => {}
        }
        changes.push(change);
        changes.iter().map(|change| change.map_ids(&mut |id| self.rules.find(id))).collect()
    }

    /// What a primary key that is defined as another says asks of its columns: whoever comes first makes them NOT NULL.
    fn required(&self, change: &Lowered) -> Vec<Lowered> {
        let Lowered::AddConstraint { table, constraint } = change else { return Vec::new() };
        let other = self.as_is(constraint.id).and_then(|id| self.history.piece(id));
        let Some(Lowered::AddConstraint { table: _, constraint: other }) = other else { return Vec::new() };
        let ConstraintKind::PrimaryKey(key) = &other.kind else { return Vec::new() };
        let set =
            |column: &ObjectId| Lowered::SetNullable { table: *table, column: *column, nullable: false };
        key.iter().map(set).collect()
    }

    /// Whose definition an object has, if not its own.
    fn as_is(&self, id: ObjectId) -> Option<ObjectId> {
        self.force.defined.get(&self.rules.find(id)).copied().filter(|as_is| *as_is != id)
    }

    fn column(&self, column: &mut Column) {
        if let Some(other) = self.as_is(column.id).and_then(|id| self.history.born(id)) {
            *column = Column { id: column.id, ..other };
        }
        if let Some(initial) = self.force.initials.get(&self.rules.find(column.id)) {
            column.initial = Some(initial.clone());
        }
    }

    fn constraint(&self, constraint: &mut Constraint) {
        let other = self.as_is(constraint.id).and_then(|id| self.history.piece(id));
        if let Some(Lowered::AddConstraint { table: _, constraint: other }) = other {
            *constraint = Constraint { id: constraint.id, ..*other };
        }
    }

    fn index(&self, index: &mut Index) {
        let other = self.as_is(index.id).and_then(|id| self.history.piece(id));
        if let Some(Lowered::CreateIndex { table: _, index: other, concurrently: _ }) = other {
            *index = Index { id: index.id, ..*other };
        }
    }

    /// A value stands where the one that stands for it was put, unless a merge preferred another place.
    fn value(&self, value: &mut EnumValue) {
        let id = self.as_is(value.id).unwrap_or_else(|| self.rules.find(value.id));
        if let Some(Lowered::AddEnumValue { of: _, value: other }) = self.history.piece(id) {
            (value.anchor, value.clock) = (other.anchor, other.clock);
        }
    }

    /// The names of one extension may differ in letter case.
    fn extension(&self, new: &mut Extension) {
        let other = self.as_is(new.id).and_then(|id| self.history.piece(id));
        if let Some(Lowered::CreateExtension(other)) = other {
            new.name.clone_from(&other.name);
        }
    }

    fn table(&self, table: &mut Table) {
        if let Some(Lowered::CreateTable(other)) = self.as_is(table.id).and_then(|id| self.history.piece(id))
        {
            table.name.clone_from(&other.name);
            table.comment.clone_from(&other.comment);
        }
        table.columns.iter_mut().for_each(|c| self.column(c));
        table.constraints.iter_mut().for_each(|c| self.constraint(c));
        table.indexes.iter_mut().for_each(|i| self.index(i));
    }

    /// An enum begins with the values of the preferred one, behind them those that only others began with.
    fn values(&self, of: &mut Enum) {
        let Some(preferred) = self.force.defined.get(&self.rules.find(of.id)) else { return };
        let mut all = vec![*preferred];
        all.extend(self.rules.all(of.id).into_iter().filter(|id| id != preferred));
        let mut values: Vec<EnumValue> = Vec::new();
        for (n, id) in all.into_iter().enumerate() {
            let Some(Lowered::CreateEnum(other)) = self.history.piece(id) else { continue };
            if n == 0 {
                of.name.clone_from(&other.name);
                of.comment.clone_from(&other.comment);
            }
            for value in &other.values {
                if !values.iter().any(|v| self.rules.are_one(v.id, value.id) || v.name == value.name) {
                    values.push(value.clone());
                }
            }
        }
        if !values.is_empty() {
            of.values = values;
        }
    }
}
