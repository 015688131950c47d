//! The steps between two schemas of one history, found by identity: renames are renames, whatever else changed.
//!
//! They stand in an order in which each can be carried out: what goes first frees names and ends dependencies, then names change, then
//! what is new comes, and foreign keys and views last.

use crate::{
    expression::Template,
    id::ObjectId,
    lowered::{Commented, Lowered},
    schema::Schema,
    types::Type,
};

mod additions;
mod drops;
mod enums;
mod names;
#[cfg(test)]
mod tests;
mod views;

/// The steps that make `to` of `from`: taken in order, they lead to a schema with the digest of `to`.
///
/// What a schema can't tell is lost: how a type change computes its values, hand-written SQL, and rows. The `initial` of a column can't be
/// changed by any step; it may differ in the end where it was an enum's value, the value was renamed, and the enum is in one of the two only.
pub fn difference(from: &Schema, to: &Schema) -> Vec<Lowered> {
    let mut way = Way { now: from.clone(), to, steps: Vec::new(), fits: true, temporary: 0 };
    views::drop(&mut way, from);
    drops::constraints_and_tables(&mut way, from);
    drops::defaults(&mut way);
    let late = drops::columns(&mut way);
    enums::clear_names(&mut way);
    enums::drop_values(&mut way);
    enums::retype(&mut way);
    names::rename(&mut way);
    additions::extensions(&mut way);
    enums::create(&mut way);
    additions::columns(&mut way);
    late.into_iter().for_each(|step| way.take(step));
    additions::facets(&mut way);
    additions::constraints(&mut way, false);
    additions::indexes(&mut way);
    additions::tables(&mut way);
    additions::constraints(&mut way, true);
    views::create(&mut way);
    enums::drop(&mut way);
    drops::extensions(&mut way);
    comments(&mut way);
    way.steps
}

/// The way so far.
struct Way<'a> {
    /// The schema the steps so far have led to.
    now: Schema,
    to: &'a Schema,
    steps: Vec<Lowered>,
    /// Whether `now` is still good: no step has failed to evolve it.
    fits: bool,
    temporary: usize,
}

impl Way<'_> {
    /// Adds a step. One that doesn't fit is kept all the same: whoever takes the way is told by it what is wrong.
    fn take(&mut self, step: Lowered) {
        self.fits = self.fits && step.evolve(&mut self.now).is_ok();
        self.steps.push(step);
    }

    /// Tables that stay.
    fn staying(&self) -> Vec<ObjectId> {
        self.now.tables().map(|t| t.id).filter(|id| self.to.table(*id).is_some()).collect()
    }

    /// Whether something an expression refers to is gone at the end, or of another type.
    fn loses(&self, template: &Template) -> bool {
        let relation = |id: ObjectId| self.to.table(id).is_some() || self.to.view(id).is_some();
        template.tables().any(|id| !relation(id))
            || template.columns().any(|(table, column)| {
                let after = self.to.column_name(table, column);
                let retyped = match (self.now.table(table), self.to.table(table)) {
                    (Some(now), Some(to)) => ty(now, column) != ty(to, column),
                    _ => false,
                };
                after.is_none() || retyped
            })
            || template.enums().any(|(of, value)| self.to.enum_(of).is_none_or(|e| e.value(value).is_none()))
    }
}

fn ty(table: &crate::schema::Table, column: ObjectId) -> Option<&Type<ObjectId>> {
    table.column(column).map(|c| &c.ty)
}

fn comments(way: &mut Way<'_>) {
    let (to, mut steps) = (way.to, Vec::new());
    let mut set = |on, now: Option<&Option<String>>, to: &Option<String>| {
        if now.is_some_and(|now| now != to) {
            steps.push(Lowered::SetComment { on, to: to.clone() });
        }
    };
    for table in to.tables() {
        let now = way.now.table(table.id);
        set(Commented::Table(table.id), now.map(|t| &t.comment), &table.comment);
        for column in &table.columns {
            let now = now.and_then(|t| t.column(column.id)).map(|c| &c.comment);
            set(Commented::Column { table: table.id, column: column.id }, now, &column.comment);
        }
    }
    for view in to.views() {
        set(Commented::View(view.id), way.now.view(view.id).map(|v| &v.comment), &view.comment);
    }
    for of in to.enums() {
        set(Commented::Enum(of.id), way.now.enum_(of.id).map(|e| &e.comment), &of.comment);
    }
    steps.into_iter().for_each(|step| way.take(step));
}
