//! Tables and constraints.

use std::collections::BTreeSet;

use model::{Constraint, ConstraintKind, ObjectId, Table};

use crate::statement::RenderError;

use super::{Step, comment, lock, quote_ident};

impl Step<'_> {
    pub(super) fn create_table(&mut self, table: &Table) -> Result<(), RenderError> {
        for column in &table.columns {
            self.check_generated(column)?;
        }
        let refers =
            |c: &Constraint| matches!(&c.kind, ConstraintKind::ForeignKey(key) if key.references != table.id);
        let lock = if table.constraints.iter().any(refers) { lock::REFERRED } else { lock::NONE };
        let later = not_at_once(table);
        let mut at_once = table.clone();
        at_once.constraints.retain(|constraint| later.iter().all(|one| one.id != constraint.id));
        let (references, equal): (Vec<_>, Vec<_>) = later.into_iter().partition(|one| is_reference(one));
        self.run(self.after.create_table(&at_once, &table.name)?, lock);
        self.add_to_new(table, &equal)?;
        for index in &table.indexes {
            self.run(super::index::create(&self.after, table, index, "")?, lock::NONE);
        }
        self.add_to_new(table, &references)?;
        let name = quote_ident(&table.name);
        if let Some(text) = &table.comment {
            self.run(comment(&format!("TABLE {name}"), Some(text)), lock::NONE);
        }
        for column in table.columns.iter().filter(|column| column.comment.is_some()) {
            let on = format!("COLUMN {name}.{}", quote_ident(&column.name));
            self.run(comment(&on, column.comment.as_deref()), lock::NONE);
        }
        Ok(())
    }

    fn add_to_new(&mut self, table: &Table, constraints: &[&Constraint]) -> Result<(), RenderError> {
        for constraint in constraints {
            let definition = self.after.constraint(table, constraint)?;
            self.run(format!("{} ADD {definition}", self.after.alter(table)), lock::NONE);
        }
        Ok(())
    }

    pub(super) fn drop_table(&mut self, table: ObjectId) -> Result<(), RenderError> {
        self.run(format!("DROP TABLE {}", quote_ident(&self.before.table(table)?.name)), lock::BRIEF);
        Ok(())
    }

    pub(super) fn rename_table(&mut self, table: ObjectId, to: &str) -> Result<(), RenderError> {
        self.run(self.before.rename_table(&self.before.table(table)?.name, to), lock::BRIEF);
        Ok(())
    }

    pub(super) fn drop_constraint(
        &mut self,
        table: ObjectId,
        constraint: ObjectId,
    ) -> Result<(), RenderError> {
        let before = self.before.table(table)?;
        let dropped = find(before, constraint)?;
        let alter = self.before.alter(before);
        let lock =
            if matches!(dropped.kind, ConstraintKind::ForeignKey(_)) { lock::BOTH } else { lock::BRIEF };
        self.run(format!("{alter} DROP CONSTRAINT {}", quote_ident(&dropped.name)), lock);
        // The server leaves a former key's columns NOT NULL.
        if let ConstraintKind::PrimaryKey(columns) = &dropped.kind {
            let after = self.after.table(table)?;
            for column in columns.iter().filter_map(|id| after.column(*id)) {
                if self.after.is_nullable(after, column) {
                    let sql = format!("{alter} ALTER COLUMN {} DROP NOT NULL", quote_ident(&column.name));
                    self.run(sql, lock::BRIEF);
                }
            }
        }
        Ok(())
    }

    pub(super) fn rename_constraint(
        &mut self,
        table: ObjectId,
        constraint: ObjectId,
        to: &str,
    ) -> Result<(), RenderError> {
        let table = self.before.table(table)?;
        let from = quote_ident(&find(table, constraint)?.name);
        let sql = format!("{} RENAME CONSTRAINT {from} TO {}", self.before.alter(table), quote_ident(to));
        self.run(sql, lock::BRIEF);
        Ok(())
    }
}

fn find(table: &Table, id: ObjectId) -> Result<&Constraint, RenderError> {
    table.constraint(id).ok_or_else(|| RenderError::Missing(format!("a constraint of {}", table.name)))
}

fn is_reference(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::ForeignKey(_))
}

/// The constraints that can't stand in the statement that creates the table. Of keys over the same columns `CREATE TABLE` keeps the first,
/// and says nothing of the others. A foreign key of the table to itself can lean on a key there, but not on a unique index, which is made
/// only behind it.
fn not_at_once(table: &Table) -> Vec<&Constraint> {
    let columns = |constraint: &'_ Constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(columns) | ConstraintKind::Unique(columns) => Some(columns.clone()),
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => None,
    };
    let is_key = |constraint: &&Constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey(_));
    let mut seen: Vec<_> = table.constraints.iter().filter(is_key).filter_map(columns).collect();
    let mut later = Vec::new();
    for constraint in table.constraints.iter().filter(|constraint| !is_key(constraint)) {
        let Some(columns) = columns(constraint) else { continue };
        if seen.contains(&columns) {
            later.push(constraint);
        } else {
            seen.push(columns);
        }
    }
    // The columns may be told in another order than the key has them in.
    let set = |columns: &[ObjectId]| columns.iter().copied().collect::<BTreeSet<_>>();
    let leans_on_index = |constraint: &&Constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => {
            key.references == table.id && seen.iter().all(|columns| set(columns) != set(&key.to))
        }
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Check(_) => false,
    };
    later.extend(table.constraints.iter().filter(leans_on_index));
    later
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Action, Deferrable, Reference};

    use crate::postgres::testing::{id, posts};

    #[test]
    fn keys_over_the_same_columns_are_not_left_to_one_statement() {
        let named = |n, name: &str, kind| Constraint { id: id(n), name: name.to_owned(), kind };
        let unique =
            |n, name: &str, columns: &[ObjectId]| named(n, name, ConstraintKind::Unique(columns.to_vec()));
        let mut table = posts();
        table.constraints = vec![
            unique(80, "as_the_key", &[id(21)]),
            named(81, "key", ConstraintKind::PrimaryKey(vec![id(21)])),
            unique(82, "other", &[id(22)]),
            unique(83, "as_the_other", &[id(22)]),
        ];
        let names: Vec<_> = not_at_once(&table).iter().map(|constraint| constraint.name.as_str()).collect();
        assert_eq!(names, ["as_the_key", "as_the_other"]);
    }

    #[test]
    fn a_key_of_a_table_to_itself_waits_for_the_index_it_leans_on() {
        let refers = |n, name: &str, to: &[ObjectId]| {
            let key = Reference {
                columns: vec![id(22); to.len()],
                references: id(20),
                to: to.to_vec(),
                on_delete: Action::NoAction,
                on_update: Action::NoAction,
                deferrable: Deferrable::No,
            };
            Constraint { id: id(n), name: name.to_owned(), kind: ConstraintKind::ForeignKey(key) }
        };
        let mut table = posts();
        let key = ConstraintKind::PrimaryKey(vec![id(21), id(22)]);
        table.constraints = vec![
            refers(80, "to_the_key", &[id(22), id(21)]),
            refers(81, "to_an_index", &[id(23)]),
            Constraint { id: id(82), name: "key".to_owned(), kind: key },
        ];
        let names: Vec<_> = not_at_once(&table).iter().map(|constraint| constraint.name.as_str()).collect();
        assert_eq!(names, ["to_an_index"]);
    }
}
