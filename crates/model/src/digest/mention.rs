//! Which other objects' names stand in a leaf.

use super::{Part, Slot};
use crate::{
    column::{Column, Default},
    constraint::{Constraint, ConstraintKind},
    expression::{self, Template},
    id::ObjectId,
    index::{Index, Key},
    schema::Schema,
};

/// Tells `tell` the tables, views and enums beside its own object whose name, or whose columns' or values' names, stand in a leaf.
pub(super) fn each(slot: Slot, schema: &Schema, tell: &mut dyn FnMut(ObjectId)) {
    let mut other = |id| {
        if id != slot.object {
            tell(id);
        }
    };
    if let Some(table) = schema.table(slot.object) {
        match slot.part {
            Part::Whole => table.columns.iter().for_each(|c| of_column(c, &mut other)),
            Part::Constraint(id) => table.constraint(id).iter().for_each(|c| of_constraint(c, &mut other)),
            Part::Index(id) => table.index(id).iter().for_each(|i| of_index(i, &mut other)),
        }
    }
    if let Some(view) = schema.view(slot.object) {
        of_template(&view.query, &mut other);
    }
}

fn of_template(template: &Template, tell: &mut dyn FnMut(ObjectId)) {
    for part in &template.parts {
        match part {
            expression::Part::Text(_) => {}
            expression::Part::Table(id) => tell(*id),
            expression::Part::Column { table, .. } => tell(*table),
            expression::Part::EnumValue { of, .. } => tell(*of),
        }
    }
}

fn of_column(column: &Column, tell: &mut dyn FnMut(ObjectId)) {
    column.ty.enum_ref().into_iter().for_each(|id| tell(*id));
    if let Some(Default::Expression(expression)) = &column.default {
        of_template(expression, tell);
    }
    if let Some(generated) = &column.generated {
        of_template(&generated.expression, tell);
    }
}

fn of_constraint(constraint: &Constraint, tell: &mut dyn FnMut(ObjectId)) {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => {}
        ConstraintKind::Check(condition) => of_template(condition, tell),
        ConstraintKind::ForeignKey(reference) => tell(reference.references),
    }
}

fn of_index(index: &Index, tell: &mut dyn FnMut(ObjectId)) {
    index.only.iter().for_each(|x| of_template(x, tell));
    for key in &index.keys {
        match key {
            Key::Column(_) | Key::Desc(_) => {}
            Key::Expression(x, _) => of_template(x, tell),
        }
    }
}
