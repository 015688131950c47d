//! Which leaves mention an object by its name.

use super::{Part, Slot};
use crate::{
    column::{Column, Default},
    constraint::{Constraint, ConstraintKind},
    expression::{self, Template},
    id::ObjectId,
    index::{Index, Key},
    schema::Schema,
};

/// Tells `tell` every leaf in which the name of `of` (a table, view, column, enum or enum value) stands.
pub(super) fn each(of: ObjectId, schema: &Schema, tell: &mut dyn FnMut(Slot)) {
    for table in schema.tables() {
        let object = table.id;
        if table.columns.iter().any(|c| in_column(of, c)) {
            tell(Slot { object, part: Part::Whole });
        }
        for constraint in table.constraints.iter().filter(|c| in_constraint(of, c)) {
            tell(Slot { object, part: Part::Constraint(constraint.id) });
        }
        for index in table.indexes.iter().filter(|i| in_index(of, i)) {
            tell(Slot { object, part: Part::Index(index.id) });
        }
    }
    for view in schema.views().filter(|v| in_template(of, &v.query)) {
        tell(Slot { object: view.id, part: Part::Whole });
    }
}

fn in_template(of: ObjectId, template: &Template) -> bool {
    template.parts.iter().any(|part| match part {
        expression::Part::Text(_) => false,
        expression::Part::Table(id) => *id == of,
        expression::Part::Column { table, column } => *table == of || *column == of,
        expression::Part::EnumValue { of: owner, value } => *owner == of || *value == of,
    })
}

fn in_column(of: ObjectId, column: &Column) -> bool {
    column.id == of
        || column.ty.enum_ref() == Some(&of)
        || matches!(&column.default, Some(Default::Expression(x)) if in_template(of, x))
        || column.generated.as_ref().is_some_and(|g| in_template(of, &g.expression))
}

fn in_constraint(of: ObjectId, constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => columns.contains(&of),
        ConstraintKind::Check(condition) => in_template(of, condition),
        ConstraintKind::ForeignKey(r) => r.references == of || r.columns.contains(&of) || r.to.contains(&of),
    }
}

fn in_index(of: ObjectId, index: &Index) -> bool {
    index.include.contains(&of)
        || index.only.as_ref().is_some_and(|x| in_template(of, x))
        || index.keys.iter().any(|key| match key {
            Key::Column(id) | Key::Desc(id) => *id == of,
            Key::Expression(x, _) => in_template(of, x),
        })
}
