//! One step as PostgreSQL's statements. Nearly all of them share the entry's transaction; what can't be in one stands alone
//! and brings the query that tells whether it took effect.

mod column;
mod enums;
mod index;
pub(super) mod lock;
mod online;
mod retype;
mod sql;
mod table;
mod view;

use model::{Commented, Lowered};

use crate::{
    ddl::Ddl,
    dialect::{Around, Facts, Quiet},
    statement::{Lock, RenderError, Rendered, Statement},
};

use super::{NAME, quote_ident, text_literal};

/// What a step is rendered with, and what it has come to so far.
struct Step<'a> {
    before: Ddl<'a>,
    after: Ddl<'a>,
    quiet: Quiet<'a>,
    version: u32,
    out: Rendered,
}

impl Step<'_> {
    fn run(&mut self, sql: impl Into<String>, lock: Lock) {
        self.out.statements.push(Statement::inside(sql, lock));
    }
}

fn refused(what: impl Into<String>, why: impl Into<String>) -> RenderError {
    RenderError::Refused { dialect: NAME, what: what.into(), why: why.into() }
}

/// The statements that carry the step out.
pub fn render(step: &Lowered, around: Around<'_>, facts: &Facts) -> Result<Rendered, RenderError> {
    // A version that wasn't read is taken for the oldest one that is supported.
    let version = facts.version.0.max(12);
    let (before, after) = (super::ddl(around.before), super::ddl(around.after));
    let mut to = Step { before, after, quiet: around.quiet, version, out: Rendered::default() };
    match step {
        Lowered::CreateTable(table) => to.create_table(table)?,
        Lowered::DropTable { table } => to.drop_table(*table)?,
        Lowered::RenameTable { table, to: name } => to.rename_table(*table, name)?,
        Lowered::AddColumn { table, column } => to.add_column(*table, column)?,
        Lowered::DropColumn { table, column } => to.drop_column(*table, *column)?,
        Lowered::RenameColumn { table, column, to: name } => to.rename_column(*table, *column, name)?,
        Lowered::ChangeType { table, column, using, .. } => {
            to.change_type((*table, *column), using.as_ref())?
        }
        Lowered::SetNullable { table, column, nullable } => to.set_nullable(*table, *column, *nullable)?,
        Lowered::SetDefault { table, column, to: default } => {
            to.set_default(*table, *column, default.as_ref())?
        }
        Lowered::AddConstraint { table, constraint } => to.add_constraint(*table, constraint)?,
        Lowered::DropConstraint { table, constraint } => to.drop_constraint(*table, *constraint)?,
        Lowered::RenameConstraint { table, constraint, to: name } => {
            to.rename_constraint(*table, *constraint, name)?;
        }
        Lowered::CreateIndex { table, index, concurrently } => {
            to.create_index(*table, index, *concurrently)?
        }
        Lowered::DropIndex { table, index, concurrently } => to.drop_index(*table, *index, *concurrently)?,
        Lowered::RenameIndex { table, index, to: name } => to.rename_index(*table, *index, name)?,
        Lowered::CreateEnum(of) => to.create_enum(of),
        Lowered::DropEnum { of } => to.drop_enum(*of)?,
        Lowered::AddEnumValue { of, value, .. } => to.add_enum_value(*of, value)?,
        Lowered::DropEnumValue { of, .. } | Lowered::PlaceEnumValues { of, .. } => to.remake_enum(*of)?,
        Lowered::RenameEnumValue { of, value, to: name } => to.rename_enum_value(*of, *value, name)?,
        Lowered::CreateExtension(extension) => {
            // Another schema of the same database may have brought it already.
            to.run(format!("CREATE EXTENSION IF NOT EXISTS {}", quote_ident(&extension.name)), lock::NONE);
        }
        Lowered::DropExtension { extension } => {
            let found = around.before.extensions().find(|e| e.id == *extension);
            let found = found.ok_or_else(|| RenderError::Missing("the extension to drop".to_owned()))?;
            to.run(format!("DROP EXTENSION {}", quote_ident(&found.name)), lock::NONE);
        }
        Lowered::CreateView(view) => to.create_view(view)?,
        Lowered::ReplaceView { view } => to.replace_view(view)?,
        Lowered::DropView { view } => to.drop_view(*view)?,
        Lowered::SetComment { on, to: text } => to.set_comment(*on, text.as_deref())?,
        Lowered::Sql { on, declares, down, .. } => to.sql(on.get(NAME), !declares.is_empty(), *down)?,
        Lowered::Backfill(_) | Lowered::Populate(_) | Lowered::Derive(_) => {}
        Lowered::UndoBackfill(_) | Lowered::UndoPopulate(_) | Lowered::UndoDerive(_) => {}
    }
    Ok(to.out)
}

/// `COMMENT ON …`; without a text the remark is removed.
fn comment(on: &str, text: Option<&str>) -> String {
    format!("COMMENT ON {on} IS {}", text.map_or("NULL".to_owned(), text_literal))
}

impl Step<'_> {
    fn set_comment(&mut self, on: Commented, text: Option<&str>) -> Result<(), RenderError> {
        let schema = &self.before;
        let on = match on {
            Commented::Table(id) => format!("TABLE {}", quote_ident(&schema.table(id)?.name)),
            Commented::Column { table, column } => {
                let table = schema.table(table)?;
                let column = schema.column_of(table, column)?;
                format!("COLUMN {}.{}", quote_ident(&table.name), quote_ident(&column.name))
            }
            Commented::View(id) => format!("VIEW {}", quote_ident(&schema.view(id)?.name)),
            Commented::Enum(id) => format!("TYPE {}", quote_ident(&enums::find(schema, id)?.name)),
        };
        self.run(comment(&on, text), lock::COMMENT);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
