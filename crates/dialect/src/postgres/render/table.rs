//! Tables and constraints.

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
        let (at_once, later) = apart_from_equal(table);
        self.run(self.after.create_table(&at_once, &table.name)?, lock);
        for constraint in later {
            let definition = self.after.constraint(table, constraint)?;
            self.run(format!("{} ADD {definition}", self.after.alter(table)), lock::NONE);
        }
        for index in &table.indexes {
            self.run(super::index::create(&self.after, table, index, "")?, lock::NONE);
        }
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

/// The table as it can be created in one statement, and the constraints to be added behind it: of keys over the same columns one
/// `CREATE TABLE` keeps the first, and says nothing of the others.
fn apart_from_equal(table: &Table) -> (Table, Vec<&Constraint>) {
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
    let mut at_once = table.clone();
    at_once.constraints.retain(|constraint| later.iter().all(|one| one.id != constraint.id));
    (at_once, later)
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let (at_once, later) = apart_from_equal(&table);
        let names: Vec<_> = later.iter().map(|constraint| constraint.name.as_str()).collect();
        assert_eq!(names, ["as_the_key", "as_the_other"]);
        let kept: Vec<_> = at_once.constraints.iter().map(|constraint| constraint.name.as_str()).collect();
        assert_eq!(kept, ["key", "other"]);
    }
}
