//! Columns, but for their types.

use model::{Column, Default, ObjectId, Template, column::Storage};

use crate::statement::RenderError;

use super::{Step, comment, lock, quote_ident, refused};

/// The first version that computes columns on reading.
const VIRTUAL_SINCE: u32 = 18;

impl Step<'_> {
    /// Refuses a column that is computed on reading where the server can't.
    pub(super) fn check_generated(&self, column: &Column) -> Result<(), RenderError> {
        match &column.generated {
            Some(generated) if generated.storage == Storage::Virtual && self.version < VIRTUAL_SINCE => {
                Err(refused(
                    format!("compute column {} on reading", column.name),
                    format!("only version {VIRTUAL_SINCE} and later do; use Stored"),
                ))
            }
            _ => Ok(()),
        }
    }

    /// Existing rows get `initial` where there is one, and the column's own default stands for those to come.
    pub(super) fn add_column(&mut self, table: ObjectId, column: &Column) -> Result<(), RenderError> {
        self.check_generated(column)?;
        let table = self.after.table(table)?;
        let alter = self.after.alter(table);
        let mut first = column.clone();
        let mut swaps = false;
        if let (Some(initial), None, None) = (&column.initial, &column.identity, &column.generated) {
            let initial = Default::Literal(initial.clone());
            swaps = column.default.as_ref() != Some(&initial);
            first.default = Some(initial);
        }
        let rewrites = first.identity.is_some()
            || matches!(first.default, Some(Default::Uuid | Default::Expression(_)))
            || first.generated.as_ref().is_some_and(|g| g.storage == Storage::Stored);
        self.out.rebuilds |= rewrites;
        let lock = if rewrites { lock::REWRITE } else { lock::BRIEF };
        self.run(format!("{alter} ADD COLUMN {}", self.after.column(table, &first)?), lock);
        if swaps {
            self.set_default(table.id, column.id, column.default.as_ref())?;
        }
        if let Some(text) = &column.comment {
            let on = format!("COLUMN {}.{}", quote_ident(&table.name), quote_ident(&column.name));
            self.run(comment(&on, Some(text)), lock::COMMENT);
        }
        Ok(())
    }

    pub(super) fn drop_column(&mut self, table: ObjectId, column: ObjectId) -> Result<(), RenderError> {
        let table = self.before.table(table)?;
        let column = quote_ident(&self.before.column_of(table, column)?.name);
        self.run(format!("{} DROP COLUMN {column}", self.before.alter(table)), lock::BRIEF);
        Ok(())
    }

    pub(super) fn rename_column(
        &mut self,
        table: ObjectId,
        column: ObjectId,
        to: &str,
    ) -> Result<(), RenderError> {
        let table = self.before.table(table)?;
        let column = self.before.column_of(table, column)?;
        self.run(self.before.rename_column(table, column, to), lock::BRIEF);
        Ok(())
    }

    pub(super) fn set_nullable(
        &mut self,
        table: ObjectId,
        column: ObjectId,
        nullable: bool,
    ) -> Result<(), RenderError> {
        let table = self.after.table(table)?;
        let column = self.after.column_of(table, column)?;
        let alter = format!("{} ALTER COLUMN {}", self.after.alter(table), quote_ident(&column.name));
        if !nullable {
            self.set_not_null(table, column)?;
        } else if self.after.is_nullable(table, column) {
            self.run(format!("{alter} DROP NOT NULL"), lock::BRIEF);
        } else {
            self.out.notices.push(format!(
                "{}.{} stays NOT NULL in the database: it is part of the key or given by the server",
                table.name, column.name
            ));
        }
        Ok(())
    }

    pub(super) fn set_default(
        &mut self,
        table: ObjectId,
        column: ObjectId,
        to: Option<&Default<Template>>,
    ) -> Result<(), RenderError> {
        let table = self.after.table(table)?;
        let column = self.after.column_of(table, column)?;
        let alter = format!("{} ALTER COLUMN {}", self.after.alter(table), quote_ident(&column.name));
        let sql = match to {
            Some(default) => format!("{alter} SET DEFAULT {}", self.after.default(default, &column.ty)?),
            None => format!("{alter} DROP DEFAULT"),
        };
        self.run(sql, lock::BRIEF);
        Ok(())
    }
}
