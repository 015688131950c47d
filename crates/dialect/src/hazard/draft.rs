//! What shows only when a draft is looked at as a whole, and what is worth a note in one although nothing breaks.

use std::collections::BTreeSet;

use model::{Column, ConstraintKind, Lowered, ObjectId, Schema, Table, Type, constraint::Constraint};

use super::Hazard;

/// That an entry adds columns to a table and takes others from it, which older and newer applications need; at the step that takes
/// the first of them.
pub fn both_ways<'a>(steps: impl Iterator<Item = &'a Lowered>) -> Vec<(usize, Hazard)> {
    let mut made: BTreeSet<ObjectId> = BTreeSet::new();
    let mut grown: BTreeSet<ObjectId> = BTreeSet::new();
    let mut new: BTreeSet<ObjectId> = BTreeSet::new();
    let mut found = Vec::new();
    for (number, step) in steps.enumerate() {
        match step {
            Lowered::CreateTable(table) => {
                made.insert(table.id);
            }
            Lowered::AddColumn { table, column } if !made.contains(table) => {
                grown.insert(*table);
                new.insert(column.id);
            }
            Lowered::DropColumn { table, column } if grown.contains(table) && !new.contains(column) => {
                grown.remove(table);
                let why = "the same entry adds a column to the table: older and newer applications can't run beside each other";
                found.push((number, Hazard::new("H304", why)));
            }
            _ => {}
        }
    }
    found
}

/// What is worth a note in a step; `end` is the schema that its draft leads to.
pub fn notes(step: &Lowered, before: &Schema, end: &Schema) -> Vec<Hazard> {
    let mut found = Vec::new();
    match step {
        Lowered::CreateTable(table) => {
            table.columns.iter().for_each(|column| of_column(column, &mut found));
            for constraint in &table.constraints {
                of_key(table, constraint, &mut found);
                of_reference(table.id, constraint, end, &mut found);
            }
        }
        Lowered::AddColumn { column, .. } => of_column(column, &mut found),
        Lowered::AddConstraint { table, constraint } => {
            if let Some(on) = before.table(*table) {
                of_key(on, constraint, &mut found);
            }
            of_reference(*table, constraint, end, &mut found);
        }
        Lowered::CreateIndex { index, .. } if !index.unique && index.keys.len() > 3 => {
            found.push(Hazard::new("H504", format!("{} has {} columns", index.name, index.keys.len())));
        }
        _ => {}
    }
    found
}

fn of_column(column: &Column, found: &mut Vec<Hazard>) {
    let name = &column.name;
    match column.ty {
        Type::Timestamp => {
            found.push(Hazard::new(
                "H502",
                format!("{name} is a reading without a zone: TimestampTz is a moment"),
            ));
        }
        Type::Char(length) => {
            found.push(Hazard::new(
                "H503",
                format!("{name} is filled up with blanks to {length}: Varchar or Text aren't"),
            ));
        }
        _ => {}
    }
}

fn of_key(table: &Table, constraint: &Constraint, found: &mut Vec<Hazard>) {
    let ConstraintKind::PrimaryKey(columns) = &constraint.kind else { return };
    let [only] = columns.as_slice() else { return };
    let Some(column) = table.column(*only) else { return };
    let last = match column.ty {
        Type::SmallInt => "32,767",
        Type::Integer => "2,147,483,647",
        _ => return,
    };
    found.push(Hazard::new("H501", format!("{} ends at {last}: BigInt doesn't run out", column.name)));
}

fn of_reference(on: ObjectId, constraint: &Constraint, end: &Schema, found: &mut Vec<Hazard>) {
    let ConstraintKind::ForeignKey(reference) = &constraint.kind else { return };
    let Some(table) = end.table(on) else { return };
    let mut keys: Vec<Vec<ObjectId>> = table.indexes.iter().map(super::leading).collect();
    for other in &table.constraints {
        if let ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) = &other.kind {
            keys.push(columns.clone());
        }
    }
    let count = reference.columns.len();
    let covers = |key: &Vec<ObjectId>| {
        key.len() >= count && reference.columns.iter().all(|column| key[..count].contains(column))
    };
    if !keys.iter().any(covers) {
        found.push(Hazard::new("H505", format!("no index begins with the columns of {}", constraint.name)));
    }
}
