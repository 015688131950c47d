//! Renames, also where names rotate: then one of them waits under a temporary name.

use super::Way;
use crate::{
    id::ObjectId,
    lowered::Lowered,
    schema::{Schema, fold_name},
};

/// A rename to be made, with what its new name must not meet.
struct Rename {
    scope: Scope,
    object: ObjectId,
    to: String,
}

enum Scope {
    Table,
    Index(ObjectId),
    Constraint(ObjectId),
    Column(ObjectId),
    Value(ObjectId),
}

impl Rename {
    fn step(&self, to: String) -> Lowered {
        let object = self.object;
        match self.scope {
            Scope::Table => Lowered::RenameTable { table: object, to },
            Scope::Index(table) => Lowered::RenameIndex { table, index: object, to },
            Scope::Constraint(table) => Lowered::RenameConstraint { table, constraint: object, to },
            Scope::Column(table) => Lowered::RenameColumn { table, column: object, to },
            Scope::Value(of) => Lowered::RenameEnumValue { of, value: object, to },
        }
    }

    fn is_free(&self, now: &Schema) -> bool {
        let shared = || now.named(&self.to).is_none_or(|(_, id)| id == self.object);
        match self.scope {
            Scope::Table | Scope::Index(_) => shared(),
            Scope::Constraint(table) => {
                let own = now.table(table).and_then(|t| t.constraint(self.object));
                let index = own.is_some_and(|c| c.has_index());
                (!index || shared()) && constraint_free(now, table, self.object, &self.to)
            }
            Scope::Column(table) => now.table(table).is_none_or(|t| {
                t.columns.iter().all(|c| c.id == self.object || fold_name(&c.name) != fold_name(&self.to))
            }),
            Scope::Value(of) => now
                .enum_(of)
                .is_none_or(|e| e.values.iter().all(|v| v.id == self.object || v.name != self.to)),
        }
    }
}

fn constraint_free(now: &Schema, table: ObjectId, object: ObjectId, name: &str) -> bool {
    now.constraint_holder(name).is_none_or(|held| {
        let own = held.constraint(object);
        held.id == table && own.is_some_and(|c| fold_name(&c.name) == fold_name(name))
    })
}

fn wanted(way: &Way<'_>) -> Vec<Rename> {
    let mut all = Vec::new();
    let mut add = |scope, object, now: &str, to: &str| {
        if now != to {
            all.push(Rename { scope, object, to: to.to_owned() });
        }
    };
    for now in way.now.tables() {
        let Some(to) = way.to.table(now.id) else { continue };
        add(Scope::Table, now.id, &now.name, &to.name);
        for column in &now.columns {
            if let Some(to) = to.column(column.id) {
                add(Scope::Column(now.id), column.id, &column.name, &to.name);
            }
        }
        for constraint in &now.constraints {
            if let Some(to) = to.constraint(constraint.id) {
                add(Scope::Constraint(now.id), constraint.id, &constraint.name, &to.name);
            }
        }
        for index in &now.indexes {
            if let Some(to) = to.index(index.id) {
                add(Scope::Index(now.id), index.id, &index.name, &to.name);
            }
        }
    }
    for now in way.now.enums() {
        for value in &now.values {
            if let Some(to) = way.to.enum_(now.id).and_then(|e| e.value(value.id)) {
                add(Scope::Value(now.id), value.id, &value.name, &to.name);
            }
        }
    }
    all
}

/// Gives everything that stays its name.
pub(super) fn rename(way: &mut Way<'_>) {
    let mut open = wanted(way);
    // Those that waited under a temporary name once needn't again.
    let mut waited = 0;
    while !open.is_empty() {
        match open.iter().position(|rename| rename.is_free(&way.now)) {
            Some(at) => {
                let rename = open.remove(at);
                waited = waited.min(open.len());
                way.take(rename.step(rename.to.clone()));
            }
            None if waited < open.len() => {
                let rename = open.remove(0);
                let name = way.temporary_name();
                way.take(rename.step(name));
                open.push(rename);
                waited += 1;
            }
            None => {
                // Names that something else holds for good: the step says so when it is taken.
                for rename in std::mem::take(&mut open) {
                    way.take(rename.step(rename.to.clone()));
                }
            }
        }
    }
}

impl Way<'_> {
    /// A name that nothing has, before or after.
    pub(super) fn temporary_name(&mut self) -> String {
        loop {
            let name = format!("strat_rename_{}", self.temporary);
            self.temporary += 1;
            let taken = |s: &Schema| {
                let column = s.tables().flat_map(|t| &t.columns).any(|c| fold_name(&c.name) == name);
                let value = s.enums().flat_map(|e| &e.values).any(|v| v.name == name);
                s.named(&name).is_some() || s.constraint_holder(&name).is_some() || column || value
            };
            if !taken(&self.now) && !taken(self.to) {
                return name;
            }
        }
    }
}
