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
        self.run(self.after.create_table(table, &table.name)?, lock);
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
