//! Enums, which live in every column that uses them.

use std::collections::BTreeSet;

use model::{ConstraintKind, EnumValue, Lowered, ObjectId, Part, Schema, Type, schema::Table};

use crate::statement::{Do, RenderError, Statement};

use super::{
    ddl, lock,
    render::Step,
    types::{quote, quote_ident},
};

fn uses(table: &Table, of: ObjectId) -> bool {
    table.columns.iter().any(|column| column.ty == Type::Enum(of))
}

fn tables(schema: &Schema, of: ObjectId) -> Vec<ObjectId> {
    schema.tables().filter(|table| uses(table, of)).map(|table| table.id).collect()
}

impl Step<'_> {
    /// Gives every column of the enum its list of values. A row that holds a value that goes stops it.
    pub(super) fn redeclare(&mut self, of: ObjectId) -> Result<(), RenderError> {
        for table in tables(self.before.schema, of) {
            self.alter(table)?;
        }
        Ok(())
    }

    /// Asks whether rows still hold a value that goes.
    pub(super) fn ask(&mut self, of: ObjectId, value: ObjectId) -> Result<(), RenderError> {
        for (sql, message) in self.before.unheld(of, value)? {
            let asked = Statement { act: Do::Assert(message), ..Statement::inside(sql, lock::NONE) };
            self.out.statements.push(asked);
        }
        Ok(())
    }

    /// For each table: both values are let in, the rows go over, the old one is shut out. A crash in between leaves a column
    /// that takes both, and the next run goes on from there.
    pub(super) fn rename_value(
        &mut self,
        of: ObjectId,
        value: ObjectId,
        to: &str,
    ) -> Result<(), RenderError> {
        let (before, after) = (self.before, self.after);
        let missing = || RenderError::Missing(format!("a value of enum {of:?}"));
        let from = before.schema.enum_(of).and_then(|e| e.value(value)).ok_or_else(missing)?;
        let mut both = before.schema.clone();
        let id = ObjectId { part: u32::MAX, ..value };
        let extra = EnumValue { id, name: to.to_owned(), anchor: None, clock: u32::MAX };
        let widen = Lowered::AddEnumValue { of, value: extra };
        widen.evolve(&mut both).map_err(|error| RenderError::Missing(error.to_string()))?;
        let both = ddl(&both);
        for id in tables(before.schema, of) {
            let (old, new) = (before.table(id)?, after.table(id)?);
            // Checks that know the old value only would refuse the new one.
            let mut open = old.clone();
            open.constraints.retain(|constraint| match &constraint.kind {
                ConstraintKind::Check(check) => !check
                    .parts
                    .iter()
                    .any(|part| matches!(part, Part::EnumValue { value: v, .. } if *v == value)),
                _ => true,
            });
            self.between(&before, old, &both, &open, BTreeSet::new())?;
            for column in old.columns.iter().filter(|column| column.ty == Type::Enum(of)) {
                let name = quote_ident(&column.name);
                let sql = format!(
                    "UPDATE {} SET {name} = {} WHERE {name} = {}",
                    quote_ident(&old.name),
                    quote(to),
                    quote(&from.name)
                );
                self.out.statements.push(Statement::inside(sql, lock::ROWS));
            }
            self.between(&both, &open, &after, new, BTreeSet::new())?;
        }
        self.follow_views()
    }
}
